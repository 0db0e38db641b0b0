"""Registers of people: who has which role, from when until when, and who is the deputy; ids, and no names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qualitygate.columns import day, name, text, truth
from qualitygate.extension import Reader
from qualitygate.model.evidence import Source
from qualitygate.model.people import PeopleRegister, Person
from qualitygate.nearest import near
from qualitygate.pseudonyms import person
from qualitygate.recognition import decode
from qualitygate.records import has_noun, refuse
from qualitygate.shapes import Entry, Many, Shape, entries

NOUN = "people"
SHAPE = Shape(
    fields={
        "id": person,
        "name": text,
        "roles": Many(each=name),
        "active": truth,
        "active_from": day,
        "active_until": day,
        "deputy": person,
    },
    required=("id", "roles"),
)
_RECORD = re.compile(r"people\"?[ \t]*:\s*(?:#[^\n]*\n\s*)*(?:-[ \t]+|\[\s*)(?:\{|[a-z_]+[ \t]*:)")


def recognises(head: bytes) -> bool:
    """Whether ``people`` is its first key and has records; in a register of documents it has plain texts."""
    return has_noun(head, NOUN) and bool(_RECORD.search(decode(head)))


def read(source: Source) -> Iterator[PeopleRegister]:
    """Read one register. Raises :class:`~qualitygate.errors.CannotReadReport` with every problem of its records."""
    problems: list[str] = []
    found = entries(source, NOUN, SHAPE, problems)
    refuse(problems)
    refuse(list(_inconsistent(found)))
    yield PeopleRegister(source=source, people=tuple(map(_person, found)))


READER = Reader(kind="people", recognises=recognises, read=read)


def _person(entry: Entry) -> Person:
    values = entry.values
    return Person(
        id=values["id"],
        roles=tuple(dict.fromkeys(values["roles"])),
        enabled=values["active"] is not False,
        since=values["active_from"],
        until=values["active_until"],
        deputy=values["deputy"],
        line=entry.line,
    )


def _inconsistent(found: Sequence[Entry]) -> Iterator[str]:
    """What no shape can tell: days in order, and deputies who are there."""
    known = [entry.values["id"] for entry in found]
    for entry in found:
        values = entry.values
        since, until, deputy = values["active_from"], values["active_until"], values["deputy"]
        if since and until and until < since:
            yield f"{entry.place}: {values['id']} is active until {until}, before {since}"
        if deputy == values["id"]:
            yield f"{entry.place}: {deputy} is the deputy of nobody else"
        elif deputy is not None and deputy not in known:
            close = near(deputy, known, 1)
            way_out = f"; did you mean {close[0]}?" if close else ""
            yield f"{entry.place}: the deputy {deputy!r} is not in the register{way_out}"
