"""Registers of support tickets: JSON Lines, a ticket a line with all that happened to it."""

from __future__ import annotations

from collections.abc import Iterator

from qualitygate.extension import Reader
from qualitygate.jsontext import looks_like_json, record
from qualitygate.model.evidence import Source
from qualitygate.model.tickets import Tickets
from qualitygate.timelines import read as read_lines


def recognises(head: bytes) -> bool:
    """Whether the first line says when tickets were read, or has an id and events that begin like those of a ticket."""
    text = looks_like_json(head, "{")
    first = record(text.partition("\n")[0])
    if first is not None:
        if first.keys() == {"synced_at", "tickets"}:
            return True
        events = first.get("events")
        return "id" in first and isinstance(events, list) and bool(events) and _is_event(events[0])
    beginning = text[:4_000]
    return "\n" not in text and all(f'"{key}"' in beginning for key in ("id", "events", "at", "type", "opened"))


def read(source: Source) -> Iterator[Tickets]:
    """Read one register. Raises :class:`~qualitygate.errors.CannotReadReport` with the problems of its lines."""
    told = read_lines(source)
    yield Tickets(source=source, at=told.at, tickets=tuple(line.ticket for line in told.lines))


READER = Reader(kind="tickets", recognises=recognises, read=read)


def _is_event(event: object) -> bool:
    return isinstance(event, dict) and {"at", "type"} <= event.keys()
