"""Registers of people in a snapshot."""

from __future__ import annotations

from typing import Any

from qualitygate.model.evidence import Source
from qualitygate.model.people import PeopleRegister, Person
from qualitygate.snapshot import frame
from qualitygate.strict import Data, exactly, maybe, maybe_day, texts


def encode(register: PeopleRegister) -> dict[str, Any]:
    """As JSON-ready data, the records in their order."""
    return {**frame.encode(register), "people": [_person(each) for each in register.people]}


def decode(data: Data, source: Source) -> PeopleRegister:
    """From JSON data."""
    return PeopleRegister(**frame.decode(data, source), people=tuple(map(_to_person, data["people"])))


def _person(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "roles": list(person.roles),
        "enabled": person.enabled,
        "since": person.since.isoformat() if person.since else None,
        "until": person.until.isoformat() if person.until else None,
        "deputy": person.deputy,
        "aliases": list(person.aliases),
        "line": person.line,
    }


def _to_person(data: Data) -> Person:
    return Person(
        id=exactly(data["id"], str),
        roles=texts(data["roles"]),
        enabled=exactly(data["enabled"], bool),
        since=maybe_day(data["since"]),
        until=maybe_day(data["until"]),
        deputy=maybe(data["deputy"], str),
        aliases=texts(data.get("aliases", [])),
        line=maybe(data["line"], int),
    )
