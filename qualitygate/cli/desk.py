"""``support sync``, ``label`` and ``init``: tickets of GitHub read into the store, and looked after."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from qualitygate import outputs
from qualitygate.amounts import number
from qualitygate.cli.options import config_options, find, load, now_option
from qualitygate.cli.place import client as client_of
from qualitygate.cli.place import needs, place_options, repository_of
from qualitygate.cli.problems import show, show_problem
from qualitygate.config import Config
from qualitygate.errors import ConfigError, Problem
from qualitygate.escaping import line
from qualitygate.exits import MET, REMOTE
from qualitygate.readers.tickets import recognises
from qualitygate.recognition import HEAD
from qualitygate.support.membership import with_members
from qualitygate.support.targets import Promise

PATIENCE = 1.0
"""Seconds that a run may take before it shows how far it is."""
Command = Callable[..., object]
_PACKAGES = ("github", "stamina", "sqlalchemy", "alembic")


def _store_option(command: Command) -> Command:
    """``--store``."""
    return click.option(
        "--store",
        "store_address",
        envvar="QUALITYGATE_STORE",
        metavar="PATH|URL",
        help="A file of SQLite, or postgresql://…; default: QUALITYGATE_STORE, else a file in the user's cache.",
    )(command)


@click.command("sync")
@place_options
@_store_option
@click.option("--register", type=click.Path(dir_okay=False), help="Write all tickets to this file, for check.")
@config_options
@now_option
def sync(
    repo: str | None,
    api_url: str | None,
    store_address: str | None,
    register: str | None,
    config_path: str | None,
    base_dir: str | None,
    now: datetime,
) -> int:
    """Read the issues of a repository that changed since the last time, with all that happened to them.

    A run that was cut off goes on where it was. Exits 4 where GitHub or the store refused something.
    """
    needs("github,store", _PACKAGES, "support sync, label and init")
    from qualitygate.desk.looking import carries, strangers, tickets  # noqa: PLC0415 - PyGithub and SQLAlchemy are slow to load
    from qualitygate.desk.reading import ask, rate, read  # noqa: PLC0415
    from qualitygate.github.tickets import source  # noqa: PLC0415
    from qualitygate.storage.tickets import TicketStore  # noqa: PLC0415

    config, promise = _promise(config_path, base_dir)
    repository = repository_of(repo)
    if register:
        _refuse_other(register, config, filter(None, [find(config_path), os.path.expanduser(_address(store_address))]))
    with client_of(api_url) as client:
        issues = source(client, repository, config.policy.zone)
        with TicketStore(_address(store_address), issues.name) as store:
            teams = ask(issues, store, promise.teams, now)
            with _progress() as tell:
                changed = read(issues, store, now, tell)
            promise = with_members(promise, store.teams())
            questions = rate(issues, store, promise, now)
            found = list(tickets(store.records(), promise))
        for id_, user in strangers(found, promise):
            why = "is neither a bot nor of the team, so that no answer counts"
            show_problem("warning", Problem("csat", f"#{id_} has a question of {line(user)}, who {why}"))
        for team, size in teams.items():
            click.echo(f"{team}: {number('members', size)}")
        there = [each for each in found if carries(each, promise)]
        still = sum(each.open for each in there)
        click.echo(f"{repository}: {number('issues', changed)} read; {number('tickets', len(there))}, {still} open")
        if lost := len(found) - len(there):
            words = f"without the label {line(promise.label)} any more, in no number"
            click.echo(f"{repository}: {number('issues', lost)} {words}")
        if promise.csat:
            click.echo(f"{repository}: {number('questions', questions)} open for answers")
        click.echo(client.spent())
    if register:
        from qualitygate.desk.register import register as told  # noqa: PLC0415

        outputs.write(register, told(found, promise, now, teams=bool(teams)))
    return MET


@click.command("label")
@place_options
@_store_option
@click.option(
    "--apply/--dry-run",
    "apply",
    default=None,
    help="Write, or only say what would be written; default: write, but not in a terminal.",
)
@config_options
@now_option
def label(
    repo: str | None,
    api_url: str | None,
    store_address: str | None,
    apply: bool | None,
    config_path: str | None,
    base_dir: str | None,
    now: datetime,
) -> int:
    """Give tickets the labels that tell how their clocks stand, and tell people of targets that are used up.

    Only what differs is written, at most one thing a second. Run support sync before it.
    """
    needs("github,store", _PACKAGES, "support sync, label and init")
    from qualitygate.desk.deeds import plan  # noqa: PLC0415
    from qualitygate.desk.looking import look  # noqa: PLC0415
    from qualitygate.desk.pace import Pace  # noqa: PLC0415
    from qualitygate.desk.writing import Desk, do, recover  # noqa: PLC0415
    from qualitygate.github.tickets import source  # noqa: PLC0415
    from qualitygate.storage.tickets import TicketStore  # noqa: PLC0415

    config, promise = _promise(config_path, base_dir)
    repository = repository_of(repo)
    writing = not sys.stdout.isatty() if apply is None else apply
    with client_of(api_url) as client:
        name = source(client, repository, config.policy.zone).name
        with TicketStore(_address(store_address), name) as store:
            read_at = store.whole_at()
            if read_at is None:
                raise ConfigError([Problem("usage", f"{repository} was never read whole; run support sync first")])
            desk = Desk(client=client, repository=repository, store=store, pace=Pace(), now=now)
            recover(desk)
            settled = {key for key, finished in store.writes().items() if finished}
            seen = look(store.records(), with_members(promise, store.teams()), now)
            deeds = list(plan(seen, promise, settled, now))
            failed = do(desk, deeds, lambda deed: click.echo(line(str(deed)))) if writing else []
        for deed in () if writing else deeds:
            click.echo(line(str(deed)))
        for error in failed:
            show(error)
        zone = config.policy.zone
        click.echo(f"{repository}: as it was on {read_at.astimezone(zone):%Y-%m-%d %H:%M} ({zone})")
        told = f"{len(deeds) - len(failed)} done" if writing else f"{len(deeds)} to do; --apply does it"
        click.echo(f"{repository}: {told}" if deeds else f"{repository}: nothing to do")
        click.echo(client.spent())
    return REMOTE if failed else MET


@click.command("init")
@place_options
@click.option("--form/--no-form", default=True, help="Whether to write the issue form. Default: yes.")
@config_options
def init(repo: str | None, api_url: str | None, form: bool, config_path: str | None, base_dir: str | None) -> int:
    """Write the issue form that is not there yet, and make the labels that the repository lacks.

    Labels are made where a repository is named; the form is written below the current folder. Nothing is overwritten.
    """
    needs("github,store", _PACKAGES, "support sync, label and init")
    from qualitygate.desk import starting  # noqa: PLC0415

    _, promise = _promise(config_path, base_dir)
    if form and os.path.exists(starting.FORM):
        click.echo(f"{starting.FORM} is there, and left as it is")
    elif form:
        outputs.write(starting.FORM, [starting.form(promise)])
        click.echo(f"{starting.FORM} is written")
    repository = repo or os.environ.get("GITHUB_REPOSITORY")
    if not repository:
        click.echo("no labels are made: no --repo OWNER/NAME is given")
        return MET
    with client_of(api_url) as client:
        lacking = starting.lacking(client, repository_of(repository), starting.labels(promise))
        for each in lacking:
            starting.make(client, repository, each)
            click.echo(f"label {line(each.name)} is made")
        click.echo(f"{repository}: {number('labels', len(lacking))} made")
    return MET


def _promise(config_path: str | None, base_dir: str | None) -> tuple[Config, Promise]:
    config = load(config_path, base_dir)
    if config.support is None:
        message = "the policy promises no support: declare its targets under support:"
        raise ConfigError([Problem("support", message)])
    return config, config.support


def _address(given: str | None) -> str:
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join("~", ".cache")
    return given or os.path.join(cache, "qualitygate", "tickets.sqlite")


def _refuse_other(register: str, config: Config, inputs: Iterable[str]) -> None:
    """Refuse to write a register over the policy, the store, or any file that is none."""
    outputs.refuse_inputs(("the register", register), config, inputs)
    try:
        with open(register, "rb") as file:
            head = file.read(HEAD)
    except OSError:  # it is not there yet, or the writing says what is wrong with it
        return
    if head.strip() and not recognises(head):
        way_out = "name another file, or remove this one"
        raise ConfigError([Problem("output", "is there, and is no register of tickets", file=register, help=way_out)])


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """How far it is, as a bar with counts and the time left, in a terminal, where it takes more than a second."""
    begun = time.monotonic()
    bar = click.progressbar(length=0, label="Reading issues", show_pos=True, show_percent=True, file=sys.stderr)

    def tell(done: int, of: int) -> None:
        if sys.stderr.isatty() and time.monotonic() - begun > PATIENCE:
            bar.length = of
            bar.update(done - bar.pos)

    try:
        yield tell
    finally:
        if bar.pos:
            bar.render_finish()
