"""Registers of responsibilities: YAML that says who answers for which commitment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from qualitygate.columns import day, name, text
from qualitygate.extension import Reader
from qualitygate.model.due import relative
from qualitygate.model.evidence import Source
from qualitygate.model.responsibilities import Responsibility, ResponsibilityRegister
from qualitygate.outline import Entry, Outline, Reading, reading
from qualitygate.pseudonyms import person
from qualitygate.recognition import decode

RESPONSIBILITY = Outline(
    columns={"commitment": name, "deputy": person, "due": text}, required=("commitment",), lists={"accountable": person}
)
OUTLINE = Outline(mappings={"anchors": day}, records={"responsibilities": RESPONSIBILITY})
_SECTION = re.compile(r"^responsibilities[ \t]*:[ \t]*(?:#[^\n]*|\[[^\n]*)?\r?$", re.MULTILINE)
_COMMITMENT = re.compile(r"(?:^[ \t]*(?:-[ \t]*)?|[{,][ \t]*)commitment[ \t]*:", re.MULTILINE)


def recognises(head: bytes) -> bool:
    """Whether there is a section ``responsibilities`` with records that name a commitment."""
    content = decode(head)
    return bool(_SECTION.search(content) and _COMMITMENT.search(content))


def read(source: Source) -> Iterator[ResponsibilityRegister]:
    """Read one register. Raises :class:`~qualitygate.errors.CannotReadReport` with every problem of its records."""
    found = reading(source)
    whole = found.register(OUTLINE, "responsibilities", "commitment")
    listed = [_responsibility(entry, whole["anchors"], found) for entry in whole["responsibilities"]]
    found.refuse()
    yield ResponsibilityRegister(source=source, responsibilities=tuple(listed))


READER = Reader(kind="responsibilities", recognises=recognises, read=read, names=lambda: OUTLINE.names)


def _responsibility(entry: Entry, anchors: dict[str, date], found: Reading) -> Responsibility:
    due = None
    try:
        due = entry["due"] and (relative(entry["due"], anchors) or day(entry["due"], found.zone))
    except ValueError as error:
        found.wrong((*entry.path, "due"), f"due {error}")
    return Responsibility(
        commitment=entry["commitment"] or "",
        accountable=tuple(dict.fromkeys(entry["accountable"])),
        deputy=entry["deputy"],
        due=due,
        line=entry.line,
    )
