"""A training from its issue: the form's answers, and the title as the topic."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from qualitygate.github.records import Issue
from qualitygate.transcripts import fields
from qualitygate.transcripts.forms import TRAINING
from qualitygate.transcripts.naming import Naming, typed
from qualitygate.transcripts.writing import Transcript, flow, head, one, pairs

READER = "trainings"


def transcript(issue: Issue, path: str, naming: Naming) -> Transcript:
    """The file that says what the issue says; what the form lacks is lacking in it."""
    told = TRAINING.answers(issue.body)
    values = {key: one(told[key]) for key in ("date", "audience", "pass_mark")}
    rows = [row for text in told["results"] for row in _rows(text, naming)]
    proofs = [flow({"path": line}) for text in told["evidence"] for line in fields.lines(text)]
    text = [
        head(issue.url),
        *pairs({"id": issue.id, "topic": issue.title, **values}),
        *_section("results", rows),
        *(_section("evidence", proofs) if proofs else ()),
    ]
    return Transcript(path=path, reader=READER, url=issue.url, text="\n".join([*text, ""]))


def _section(name: str, rows: Sequence[str]) -> list[str]:
    return [f"{name}:", *rows] if rows else [f"{name}: []"]


def _rows(text: str, naming: Naming) -> Iterator[str]:
    """A line for each row of the table; a cell without a name for its column is written all the same, to be refused."""
    plain = fields.lines(text)
    header = plain[0] if plain else ""
    parted = max(",;\t", key=header.count)
    names, *rows = csv.reader(plain, delimiter=parted) if plain else ([],)
    for row in rows:
        cells = {_name(names, at): cell.strip() for at, cell in enumerate(row) if cell.strip()}
        if "who" in cells:
            cells["who"] = typed(cells["who"], naming)
        yield flow(cells)


def _name(names: Sequence[str], at: int) -> str:
    name = names[at].strip() if at < len(names) else ""
    return name if name.isidentifier() else f"column_{at + 1}"
