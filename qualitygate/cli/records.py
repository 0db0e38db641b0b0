"""``records sync`` and ``init``: trainings, retrospectives and milestones of GitHub as files judged offline."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from qualitygate import outputs
from qualitygate.amounts import number
from qualitygate.cli.options import config_options, load
from qualitygate.cli.place import client as client_of
from qualitygate.cli.place import needs, place_options, repository_of
from qualitygate.cli.problems import show_problem
from qualitygate.escaping import line
from qualitygate.exits import MET, NO_DATA

if TYPE_CHECKING:
    from qualitygate.github.client import Client
    from qualitygate.transcripts.folder import RecordFolder
    from qualitygate.transcripts.naming import Naming
    from qualitygate.transcripts.writing import Transcript

TRAININGS, RETROSPECTIVES, MILESTONES = KINDS = ("trainings", "retrospectives", "milestones")
_PACKAGES = ("github", "stamina")


@click.group()
def records() -> None:
    """Keep records of GitHub as files: issues of trainings and retrospectives, and milestones."""


@records.command("sync")
@place_options
@click.option("--to", "folder", default="quality", metavar="FOLDER", help="Where to write; default: quality.")
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(KINDS),
    help="Only these; default: trainings, retrospectives and milestones. Repeatable.",
)
@click.option("--logins", is_flag=True, help="Write accounts by their logins; default: by codes.")
@config_options
def sync(
    repo: str | None,
    api_url: str | None,
    folder: str,
    only: Sequence[str],
    logins: bool,
    config_path: str | None,
    base_dir: str | None,
) -> int:
    """Write the records of a repository down as the files that check reads, and say what is wrong in which issue.

    Exits 3 where a record is none; its file says what the issue says, and check refuses it too.
    """
    needs("github", _PACKAGES, "records sync and init")
    from qualitygate.transcripts import naming  # noqa: PLC0415 - PyGithub is slow to load
    from qualitygate.transcripts.folder import RecordFolder, keep  # noqa: PLC0415
    from qualitygate.transcripts.proof import problems  # noqa: PLC0415

    zone = load(config_path, base_dir).policy.zone
    named = naming.by_login if logins else naming.by_code
    found: dict[str, tuple[RecordFolder, list[Transcript]]] = {}
    with client_of(api_url) as client:
        known = client.ask("GET", f"/repos/{repository_of(repo)}")
        repository, url = str(known["full_name"]), str(known["html_url"])
        for kind in only or KINDS:
            place = RecordFolder(folder=f"{folder.rstrip('/')}/{kind}", repository=repository.lower(), url=url)
            found[kind] = (place, list(_READS[kind](client, repository, place, named)))
        spent = client.spent()
    wrong = []
    for kind, (place, transcripts) in found.items():
        kept = keep(place, transcripts)
        count = sum(len(each.places) for each in transcripts) if kind == MILESTONES else len(transcripts)
        told = f"{number('files', len(kept.written))} written, {len(kept.removed)} removed"
        click.echo(f"{place.folder}: {number(kind, count)}; {told}")
        wrong += [problem for each in transcripts for problem in problems(each, zone)]
    for problem in wrong:
        show_problem("error", problem)
    click.echo(spent)
    return NO_DATA if wrong else MET


@records.command("init")
@place_options
def init(repo: str | None, api_url: str | None) -> int:
    """Write the issue forms that are not there yet, and make the labels that the repository lacks.

    Labels are made where a repository is named; forms are written below the current folder. Nothing is overwritten.
    """
    needs("github", _PACKAGES, "records sync and init")
    from qualitygate.desk import starting  # noqa: PLC0415
    from qualitygate.transcripts.forms import FORMS  # noqa: PLC0415

    for form in FORMS:
        there = os.path.exists(form.path)
        click.echo(f"{form.path} is {'there, and left as it is' if there else 'written'}")
        if not there:
            outputs.write(form.path, [form.template()])
    if not (repo or os.environ.get("GITHUB_REPOSITORY")):
        click.echo("no labels are made: no --repo OWNER/NAME is given")
        return MET
    repository = repository_of(repo)
    wanted = [starting.Label(name=form.name, description=form.description.partition(" / ")[0][:100]) for form in FORMS]
    with client_of(api_url) as client:
        lacking = starting.lacking(client, repository, wanted)
        for each in lacking:
            starting.make(client, repository, each)
            click.echo(f"label {line(each.name)} is made")
        click.echo(f"{repository}: {number('labels', len(lacking))} made")
    return MET


def _trainings(client: Client, repository: str, place: RecordFolder, naming: Naming) -> Iterator[Transcript]:
    from qualitygate.github.records import labelled  # noqa: PLC0415
    from qualitygate.transcripts import training  # noqa: PLC0415

    for issue in labelled(client, repository, "training"):
        if not issue.dropped:
            yield training.transcript(issue, place.path(str(issue.number), ".yml"), naming)


def _retrospectives(client: Client, repository: str, place: RecordFolder, naming: Naming) -> Iterator[Transcript]:
    from qualitygate.github.records import labelled  # noqa: PLC0415
    from qualitygate.transcripts import retrospective  # noqa: PLC0415

    for issue in labelled(client, repository, "retrospective", parts=True):
        if not issue.dropped:
            path = place.path(str(issue.number), ".md")
            yield retrospective.transcript(issue, path, naming, place.text(path))


def _milestones(client: Client, repository: str, place: RecordFolder, _naming: Naming) -> Iterator[Transcript]:
    from qualitygate.github.records import milestones  # noqa: PLC0415
    from qualitygate.transcripts import plan  # noqa: PLC0415

    found = list(milestones(client, repository))
    if found:
        yield plan.transcript(found, place.path("", ".yml"), f"{place.url}/milestones")


_READS: Mapping[str, Callable[[Client, str, RecordFolder, Naming], Iterator[Transcript]]] = {
    TRAININGS: _trainings,
    RETROSPECTIVES: _retrospectives,
    MILESTONES: _milestones,
}
