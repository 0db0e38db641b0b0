"""Registers of milestones: YAML that says what is due by when, and since when it is achieved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from qualitygate.columns import day, name, text
from qualitygate.extension import Reader
from qualitygate.model.due import relative
from qualitygate.model.evidence import Source
from qualitygate.model.milestones import Milestone, MilestoneRegister
from qualitygate.outline import Entry, Outline, Reading, reading
from qualitygate.pseudonyms import person
from qualitygate.recognition import decode

MILESTONE = Outline(
    columns={"id": name, "title": text, "due": text, "achieved": day, "owner": person},
    required=("id", "due"),
    lists={"evidence": text},
)
SHAPE = Outline(mappings={"anchors": day}, records={"milestones": MILESTONE})
_SECTION = re.compile(r"^milestones[ \t]*:[ \t]*(?:#[^\n]*|\[[^\n]*)?\r?$", re.MULTILINE)
_DUE = re.compile(r"(?:^[ \t]*(?:-[ \t]*)?|[{,][ \t]*)due[ \t]*:", re.MULTILINE)


def recognises(head: bytes) -> bool:
    """Whether there is a section ``milestones`` with records that are due."""
    content = decode(head)
    return bool(_SECTION.search(content) and _DUE.search(content))


def read(source: Source) -> Iterator[MilestoneRegister]:
    """Read one register. Raises :class:`~qualitygate.errors.CannotReadReport` with every problem of its records."""
    found = reading(source)
    whole = found.register(SHAPE, "milestones")
    entries = whole["milestones"]
    days = [_due(entry, whole["anchors"], found) for entry in entries]
    found.refuse()
    yield MilestoneRegister(
        source=source, milestones=tuple(_milestone(entry, due) for entry, due in zip(entries, days, strict=True) if due)
    )


READER = Reader(kind="milestones", recognises=recognises, read=read, names=lambda: SHAPE.names)


def _due(entry: Entry, anchors: dict[str, date], found: Reading) -> date | None:
    if entry["due"] is None:
        return None
    try:
        return relative(entry["due"], anchors) or day(entry["due"], found.zone)
    except ValueError as error:
        found.wrong((*entry.path, "due"), f"due {error}")
        return None


def _milestone(entry: Entry, due: date) -> Milestone:
    written = entry["due"]
    return Milestone(
        **{**entry.values, "title": entry["title"] or "", "due": due},
        due_as=written if written[:1].isalpha() or written[:1] == "_" else "",
        line=entry.line,
    )
