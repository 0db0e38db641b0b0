"""Registers of tickets in a snapshot."""

from __future__ import annotations

from typing import Any

from qualitygate.model.evidence import Source
from qualitygate.model.tickets import ACTORS, KINDS, Ticket, TicketEvent, Tickets
from qualitygate.snapshot import frame
from qualitygate.strict import Data, exactly, instant, maybe, maybe_instant, written


def encode(register: Tickets) -> dict[str, Any]:
    """As JSON-ready data, the records in their order."""
    return {**frame.encode(register), "tickets": [of_ticket(each) for each in register.tickets]}


def decode(data: Data, source: Source) -> Tickets:
    """From JSON data."""
    return Tickets(**frame.decode(data, source), tickets=tuple(map(to_ticket, data["tickets"])))


def of_ticket(ticket: Ticket) -> dict[str, Any]:
    """A ticket as JSON-ready data."""
    return {
        "id": ticket.id,
        "priority": ticket.priority,
        "channel": ticket.channel,
        "title": ticket.title,
        "probe": ticket.probe,
        "line": ticket.line,
        "events": [_event(each) for each in ticket.events],
    }


def _event(event: TicketEvent) -> dict[str, Any]:
    return {
        "at": written(event.at),
        "kind": event.kind,
        "id": event.id,
        "actor": event.actor,
        "user": event.user,
        "public": event.public,
        "paused": event.paused,
        "received_at": written(event.received_at),
        "value": event.value,
    }


def to_ticket(data: Data) -> Ticket:
    """A ticket back from JSON data, whole or refused."""
    return Ticket(
        id=exactly(data["id"], str),
        events=tuple(map(_to_event, exactly(data["events"], list))),
        priority=maybe(data["priority"], str),
        channel=maybe(data["channel"], str),
        title=exactly(data["title"], str),
        probe=exactly(data["probe"], bool),
        line=maybe(data["line"], int),
    )


def _to_event(data: Data) -> TicketEvent:
    return TicketEvent(
        at=instant(data["at"]),
        kind=_one_of(exactly(data["kind"], str), KINDS),
        id=exactly(data["id"], str),
        actor=None if data["actor"] is None else _one_of(exactly(data["actor"], str), ACTORS),
        user=maybe(data["user"], str),
        public=exactly(data["public"], bool),
        paused=exactly(data["paused"], bool),
        received_at=maybe_instant(data["received_at"]),
        value=maybe(data["value"], str),
    )


def _one_of(word: str, known: tuple[str, ...]) -> str:
    if word not in known:
        raise ValueError(f"{word[:60]!r} where one of {', '.join(known)} should be")
    return word
