"""Registers of people: who has which role, from when until when, and who is the deputy; ids, and no names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qualitygate.columns import day, name, text, truth
from qualitygate.extension import Reader
from qualitygate.model.evidence import Source
from qualitygate.model.people import PeopleRegister, Person
from qualitygate.nearest import near
from qualitygate.outline import Entry, Outline, Reading, reading
from qualitygate.pseudonyms import person
from qualitygate.recognition import decode
from qualitygate.records import has_noun

NOUN = "people"
PERSON = Outline(
    columns={"id": person, "name": text, "active": truth, "active_from": day, "active_until": day, "deputy": person},
    required=("id", "roles"),
    lists={"roles": name, "aliases": person},
)
OUTLINE = Outline(records={NOUN: PERSON})
_RECORD = re.compile(r"people\"?[ \t]*:\s*(?:#[^\n]*\n\s*)*(?:-[ \t]+|\[\s*)(?:\{|[a-z_]+[ \t]*:)")


def recognises(head: bytes) -> bool:
    """Whether ``people`` is its first key and has records; in a register of documents it has plain texts."""
    return has_noun(head, NOUN) and bool(_RECORD.search(decode(head)))


def read(source: Source) -> Iterator[PeopleRegister]:
    """Read one register. Raises :class:`~qualitygate.errors.CannotReadReport` with every problem of its records."""
    found = reading(source)
    entries = found.register(OUTLINE, NOUN)[NOUN]
    _consistent(entries, found)
    found.refuse()
    yield PeopleRegister(source=source, people=tuple(map(_person, entries)))


READER = Reader(kind="people", recognises=recognises, read=read, names=lambda: OUTLINE.names)


def _person(entry: Entry) -> Person:
    return Person(
        id=entry["id"],
        roles=tuple(dict.fromkeys(entry["roles"])),
        enabled=entry["active"] is not False,
        since=entry["active_from"],
        until=entry["active_until"],
        deputy=entry["deputy"],
        aliases=tuple(dict.fromkeys(entry["aliases"])),
        line=entry.line,
    )


def _consistent(entries: Sequence[Entry], found: Reading) -> None:
    """What no outline can tell: days in order, and deputies who are there."""
    known = [entry["id"] for entry in entries if entry["id"]]
    for entry in entries:
        since, until, deputy = entry["active_from"], entry["active_until"], entry["deputy"]
        if since and until and until < since:
            found.wrong((*entry.path, "active_until"), f"is active until {until}, before {since}")
        if deputy and deputy == entry["id"]:
            found.wrong((*entry.path, "deputy"), f"{deputy} is the deputy of nobody else")
        elif deputy and deputy not in known:
            close = near(deputy, known, 1)
            way_out = f"; did you mean {close[0]}?" if close else ""
            found.wrong((*entry.path, "deputy"), f"the deputy {deputy!r} is not in the register{way_out}")
