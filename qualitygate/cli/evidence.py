"""``evidence``: pack a verdict with all it was measured from and what GitHub tells of it; check and sample a pack."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime

import click

from qualitygate.amounts import number
from qualitygate.cli.options import (
    base_option,
    baseline_option,
    config_options,
    gates_option,
    load,
    now_option,
    pair,
    period_of,
    subject_option,
)
from qualitygate.config import find_config
from qualitygate.errors import CannotReadReport, ConfigError, Problem
from qualitygate.escaping import line
from qualitygate.exits import MET, NOT_MET
from qualitygate.git import subject
from qualitygate.model.period import title
from qualitygate.outputs import refuse_collisions
from qualitygate.outputs import write as write_file

CUSTODY_MOST = 64 * 1024**2
"""Bytes of what is kept of GitHub; a longer file is cut, and then none."""


@click.group()
def evidence() -> None:
    """Keep a verdict with its evidence, so that anybody can check it again."""


@evidence.command("pack")
@config_options
@gates_option()
@baseline_option
@base_option
@subject_option
@now_option
@click.option(
    "--period",
    metavar="PERIOD",
    help="Judge as of the end of 2026-10, 2026-Q3 or 2026, or so far; or of month, quarter, year, the last whole one.",
)
@click.option(
    "--github",
    "custody",
    type=click.Path(exists=True, dir_okay=False),
    metavar="PATH",
    help="What evidence fetch kept of reviews and of pushes around the rules.",
)
@click.option("--output", "-o", required=True, type=click.Path(dir_okay=False), metavar="PATH", help="Write it there.")
def pack(
    config_path: str | None,
    base_dir: str | None,
    gate_names: Sequence[str],
    baseline: str | None,
    base: Sequence[str],
    subjects: Sequence[str],
    now: datetime,
    period: str | None,
    custody: str | None,
    output: str,
) -> int:
    """Judge, and write the verdict with everything it was measured from to one file.

    The exit code is 0 for whatever verdict: check is the command that gates.
    """
    from qualitygate.pack.manifest import PackRequest  # noqa: PLC0415 - zipfile and hashlib cost every other command dear
    from qualitygate.pack.packing import pack as write  # noqa: PLC0415

    path = config_path or find_config("")
    config = load(path, base_dir)
    refuse_collisions([("pack", output)], config, filter(None, [path, baseline, custody]))
    local = now.astimezone(config.policy.zone)
    about = dict(pair(each) for each in subjects) or subject(config.base_dir, os.environ)
    until = None if period is None else period_of(period, local)
    so_far = until is not None and local < until.end
    asked = PackRequest(
        policy=path,
        now=until.end if until and not so_far else now,
        subject=about,
        gates=tuple(gate_names),
        baseline=baseline,
        period=title(until) if until else None,
        so_far=so_far,
    )
    made = write(
        path, asked, to=output, base_dir=base_dir, base=tuple(base), custody=_content(custody) if custody else None
    )
    click.echo(f"{line(output)}: {number('files', len(made.manifest.files) + 1)}, {_outcome(made.manifest.outcome)}")
    if until and so_far:
        click.echo(f"{title(until)} is not over: it ends on {until.end.date()}, and this is what holds so far")
    for what, why in made.manifest.not_recomputable:
        click.echo(f"taken as told: {line(what)}: {line(why)}")
    return MET


@evidence.command()
@click.option("--repo", "repository", metavar="OWNER/NAME", help="The repository; default: GITHUB_REPOSITORY.")
@click.option("--sha", metavar="COMMIT", help="Ask for the reviews of the pull requests that brought this commit.")
@click.option("--output", "-o", required=True, type=click.Path(dir_okay=False), metavar="PATH", help="Keep it there.")
@click.option("--api-url", metavar="URL", help="The API; default: GITHUB_API_URL, else https://api.github.com.")
@now_option
def fetch(repository: str | None, sha: str | None, output: str, api_url: str | None, now: datetime) -> int:
    """Ask GitHub who went around the rules of a repository, and who reviewed a commit; keep it for pack --github.

    GitHub looks back for a month, so ask more often: what the file has already is kept. The token is that of
    GITHUB_TOKEN, or an App's as for publish; it must be allowed to read the administration of the repository.
    """
    try:
        from qualitygate.github.client import Client  # noqa: PLC0415 - PyGithub costs twenty empty Pythons
        from qualitygate.github.custody import ask  # noqa: PLC0415
        from qualitygate.github.environment import access  # noqa: PLC0415
    except ModuleNotFoundError as error:
        way_out = "install it with its extra: qualitygate-ci[github]"
        raise ConfigError([Problem("extra", f"evidence fetch needs {error.name}", help=way_out)]) from error
    from qualitygate.pack.custody import dumps, loads, merged  # noqa: PLC0415

    repository = repository or os.environ.get("GITHUB_REPOSITORY", "")
    if repository.count("/") != 1:
        raise ConfigError([Problem("usage", "evidence fetch needs --repo OWNER/NAME")])
    earlier = loads(_content(output), output) if os.path.exists(output) else None
    with Client(access(os.environ, api_url)) as client:
        found = ask(client, repository, sha, now)
    kept = merged(earlier, found) if earlier else found
    write_file(output, [dumps(kept).decode()])
    pushes = number("pushes", len(kept.bypasses))
    click.echo(f"{line(output)}: {pushes} around the rules, {number('reviews', len(kept.reviews))} of pull requests")
    return MET


@evidence.command()
@click.argument("path", type=click.Path(), metavar="PACK")
def verify(path: str) -> int:
    """Check every hash of PACK, reach its verdict again, and say what differs; exits 1 where something does.

    Nothing is extracted, written, or asked of git or the network.
    """
    from qualitygate.pack.verifying import verify as verified  # noqa: PLC0415

    found = verified(path)
    for each in found.differences:
        click.echo(f"DIFFERS  {line(each.what)} {line(each.why)}")
    for what, why in found.manifest.not_recomputable:
        click.echo(f"taken as told: {line(what)}: {line(why)}")
    if found.differences:
        click.echo(f"{number('differences', len(found.differences))}: this pack is not what was packed")
        return NOT_MET
    told = f"{number('files', len(found.manifest.files))} as they were packed, verdict reached again"
    asked = found.manifest.asked
    so_far = f", {line(asked.period or '')} so far" if asked.so_far else ""
    click.echo(f"{told}: {_outcome(found.manifest.outcome)} as of {asked.now.isoformat()}{so_far}")
    return MET


@evidence.command()
@click.argument("path", type=click.Path(), metavar="PACK")
@click.option("--seed", required=True, metavar="TEXT", help="Whoever gives the same draws the same.")
@click.option("--count", type=click.IntRange(min=1), default=25, metavar="NUMBER", help="How many. Default: 25.")
def sample(path: str, seed: str, count: int) -> int:
    """Draw an audit sample of the inputs in PACK; exits 1 where one of them is not as it was packed."""
    from qualitygate.pack.sampling import sample as drawn  # noqa: PLC0415

    found = drawn(path, seed, count)
    for each in found:
        click.echo(f"{each.file.sha256}  {line(each.path)}" + ("" if each.whole else "  DIFFERS"))
    return MET if all(each.whole for each in found) else NOT_MET


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(CUSTODY_MOST)
    except OSError as error:
        raise CannotReadReport("unreadable", f"{path} cannot be read: {error.strerror}") from error


def _outcome(name: str) -> str:
    return f"verdict {line(name.replace('_', ' ').upper())}"
