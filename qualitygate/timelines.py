"""Timelines of tickets in JSON Lines: a ticket a line with its events, strictly, every problem with its line.

The first line may say when they were read from a tracker and how many there are, so that a file that is old or cut off
is known for it. A line may also bring what is promised for it (``targets``, ``calendar``) and when to look (``now``):
one ticket can be explained without a policy. ``headed`` and ``written`` write what ``read`` reads.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from qualitygate.errors import CannotReadReport
from qualitygate.jsontext import lines, once, refuse_constant
from qualitygate.jsontext import moment as json_moment
from qualitygate.jsontext import text as clean
from qualitygate.model.evidence import Source
from qualitygate.model.tickets import ACTORS, KINDS, RATINGS, REASONS, Ticket, TicketEvent
from qualitygate.nearest import near
from qualitygate.records import refuse
from qualitygate.values import dataclass

TICKETS_CAP = 1_000_000
EVENTS_CAP = 10_000
"""Events of one ticket."""
PROBLEMS_CAP = 100
TERMS = ("sla_changed", "sla_removed", "calendar_changed")
"""Events by which a line changes what it promises itself; a register has none."""
_KEYS = ("id", "title", "priority", "channel", "probe", "events")
_HEAD = ("synced_at", "tickets")
_OWN_TERMS = ("calendar", "targets", "now")
_EVENT = (
    "at",
    "type",
    "id",
    "actor",
    "user",
    "public",
    "state",
    "received_at",
    "label",
    "priority",
    "reason",
    "rating",
)
_VALUES = {
    "labelled": "label",
    "unlabelled": "label",
    "priority_changed": "priority",
    "closed": "reason",
    "rated": "rating",
}
_STATES = ("open", "paused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: the ticket, and as written what it promises itself and how that changes, by time."""

    number: int
    ticket: Ticket
    targets: Mapping[str, Any] | None
    calendar: Mapping[str, Any] | None
    now: datetime | None
    changes: tuple[tuple[datetime, Mapping[str, Any]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a file says: its lines, and when they were read from a tracker; ``None`` where it does not say."""

    at: datetime | None
    lines: tuple[Line, ...]


def read(source: Source, *, own_terms: bool = False) -> Told:
    """The tickets of a source; with ``own_terms`` a line may promise for itself.

    Raises :class:`~qualitygate.errors.CannotReadReport` with the problems of its lines, or where there are more or
    fewer than its first line says.
    """
    problems: list[str] = []
    seen: dict[str, int] = {}
    found: list[Line] = []
    head: _Head | None = None
    for number, text in enumerate(lines(source), 1):
        if not text.strip():
            continue
        if len(found) >= TICKETS_CAP:
            raise CannotReadReport("too-large", f"has more than {TICKETS_CAP:,} tickets")
        line = _Line(number, source.rules.zone, own_terms, problems)
        data = line.parsed(text)
        if data is None:
            continue
        if _HEAD[0] in data:
            head = line.head(data, first=head is None and not found)
            continue
        ticket = line.read(data)
        if ticket is not None:
            other = seen.setdefault(ticket.ticket.id, number)
            if other != number:
                line.wrong(f"has the id {ticket.ticket.id!r} of line {other}")
            found.append(ticket)
        if len(problems) > PROBLEMS_CAP:
            break
    refuse(problems)
    if head is not None and head.tickets > len(found):
        raise CannotReadReport("truncated", f"says that it has {head.tickets} tickets, and has {len(found)}: cut off?")
    if head is not None and head.tickets < len(found):
        raise CannotReadReport(
            "malformed", f"says that it has {head.tickets} tickets, and has {len(found)}: put together?"
        )
    return Told(at=head.at if head else None, lines=tuple(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    at: datetime
    tickets: int


def headed(at: datetime, tickets: int) -> str:
    """The first line of so many tickets that were read from a tracker."""
    return json.dumps({"synced_at": _stamp(at), "tickets": tickets})


def written(ticket: Ticket) -> str:
    """A ticket as the line that says it; its place in a file is not written."""
    row = {
        "id": ticket.id,
        "title": ticket.title,
        "priority": ticket.priority,
        "channel": ticket.channel,
        "probe": ticket.probe or None,
        "events": [_written(event) for event in ticket.events],
    }
    return json.dumps({key: value for key, value in row.items() if value is not None and value != ""})


def _written(event: TicketEvent) -> dict[str, Any]:
    row = {
        "at": _stamp(event.at),
        "type": event.kind,
        "id": event.id,
        "actor": event.actor,
        "user": event.user,
        "public": None if event.public else False,
        "state": "paused" if event.paused else None,
        "received_at": _stamp(event.received_at) if event.received_at else None,
        _VALUES.get(event.kind, "label"): event.value,
    }
    return {key: value for key, value in row.items() if value is not None and value != ""}


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class _Line:
    """Reads one line, and notes what is wrong in it."""

    __slots__ = ("number", "own_terms", "problems", "zone")

    def __init__(self, number: int, zone: tzinfo, own_terms: bool, problems: list[str]) -> None:
        self.number = number
        self.zone = zone
        self.own_terms = own_terms
        self.problems = problems

    def wrong(self, message: str) -> None:
        self.problems.append(f"line {self.number}: {message}")

    def parsed(self, text: str) -> dict[str, Any] | None:
        try:
            data = json.loads(text, parse_constant=refuse_constant, object_pairs_hook=once)
        except RecursionError as error:
            raise CannotReadReport("too-large", f"line {self.number} is nested too deep") from error
        except json.JSONDecodeError as error:
            self.wrong(f"is not JSON: {error}")
            return None
        except ValueError as error:
            self.wrong(str(error))
            return None
        if not isinstance(data, dict):
            self.wrong("is not a JSON object with a ticket")
            return None
        return data

    def head(self, data: Mapping[str, Any], *, first: bool) -> _Head | None:
        """When the file was read from a tracker, and how many tickets it has, which its first line says."""
        if not first:
            self.wrong(f"has {_HEAD[0]}, which the first line may have, and once")
        self._known(data, _HEAD, "the first line")
        at, tickets = self._moment(data.get("synced_at"), "synced_at"), data.get("tickets")
        if not isinstance(tickets, int) or isinstance(tickets, bool) or tickets < 0:
            self.wrong(f"tickets is {str(tickets)[:60]!r}, not how many there are")
            return None
        return _Head(at=at, tickets=tickets) if at else None

    def read(self, data: Mapping[str, Any]) -> Line | None:
        before = len(self.problems)
        self._known(data, (*_KEYS, *_OWN_TERMS) if self.own_terms else _KEYS, "a ticket")
        events, changes = self._events(data.get("events"))
        ticket = Ticket(
            id=self._name(data.get("id"), "id"),
            events=tuple(events),
            priority=self._maybe(data, "priority", self._name),
            channel=self._maybe(data, "channel", self._name),
            title=self._maybe(data, "title", self._text) or "",
            probe=self._maybe(data, "probe", self._truth) or False,
            line=self.number,
        )
        line = Line(
            number=self.number,
            ticket=ticket,
            targets=self._maybe(data, "targets", self._mapping),
            calendar=self._maybe(data, "calendar", self._mapping),
            now=self._maybe(data, "now", self._moment),
            changes=tuple(changes),
        )
        return line if len(self.problems) == before else None

    def _events(self, data: Any) -> tuple[list[TicketEvent], list[tuple[datetime, Mapping[str, Any]]]]:
        events: list[TicketEvent] = []
        changes: list[tuple[datetime, Mapping[str, Any]]] = []
        if not isinstance(data, list) or not data:
            self.wrong("has no events: a list that begins when the ticket was opened")
            return events, changes
        if len(data) > EVENTS_CAP:
            self.wrong(f"has more than {EVENTS_CAP:,} events")
            return events, changes
        for row in data:
            if not isinstance(row, dict):
                self.wrong("has an event that is not a JSON object")
            elif self.own_terms and row.get("type") in TERMS:
                at = self._moment(row.get("at"), "at")
                if at:
                    changes.append((at, row))
            else:
                event = self._event(row)
                if event:
                    events.append(event)
        if not any(event.kind == "opened" for event in events):
            self.wrong("has no event of the type opened")
        return events, changes

    def _event(self, row: Mapping[str, Any]) -> TicketEvent | None:
        self._known(row, _EVENT, "an event")
        kind = self._choice(row.get("type"), "type", KINDS)
        at = self._moment(row.get("at"), "at")
        if kind is None or at is None:
            return None
        named = _VALUES.get(kind)
        value = self._maybe(row, named, self._name) if named else None
        if named == "label" and not value:
            self.wrong(f"an event of the type {kind} names no label")
        if kind == "closed" and value is not None:
            self._choice(value, "reason", REASONS)
        if kind == "rated":
            self._choice(value, "rating", RATINGS)
        user = self._maybe(row, "user", self._name)
        actor = self._choice(row["actor"], "actor", ACTORS) if row.get("actor") is not None else None
        if kind in ("opened", "comment", "review") and row.get("actor") is None and user is None:
            self.wrong(f"an event of the type {kind} tells neither its actor nor its user")
        if kind == "rated" and user is None:
            self.wrong("an event of the type rated tells no user: a customer counts once")
        public = self._maybe(row, "public", self._truth)
        return TicketEvent(
            at=at,
            kind=kind,
            id=self._maybe(row, "id", self._name) or "",
            actor=actor,
            user=user,
            public=public is not False,
            paused=kind == "opened" and self._maybe(row, "state", self._state) == "paused",
            received_at=self._maybe(row, "received_at", self._moment),
            value=value,
        )

    def _known(self, data: Mapping[str, Any], known: Sequence[str], what: str) -> None:
        for key in data:
            if key not in known:
                close = near(key, known)
                told = f"did you mean {close[0]!r}?" if close else f"{what} has {', '.join(known)}"
                self.wrong(f"the key {clean(key)[:60]!r} is not known; {told}")

    def _maybe(self, data: Mapping[str, Any], key: str, of: Callable[[Any, str], Any]) -> Any:
        return None if data.get(key) is None else of(data[key], key)

    def _name(self, value: Any, key: str) -> str:
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
            value = str(value)
        if not isinstance(value, str) or not value.strip() or len(value) > 500:
            self.wrong(f"{key} is {str(value)[:60]!r}, which is no name")
            return ""
        return clean(value)

    def _text(self, value: Any, key: str) -> str:
        if not isinstance(value, str):
            self.wrong(f"{key} is not a text")
        return clean(value)

    def _truth(self, value: Any, key: str) -> bool:
        if not isinstance(value, bool):
            self.wrong(f"{key} is {str(value)[:60]!r}, not true or false")
        return value is True

    def _mapping(self, value: Any, key: str) -> Mapping[str, Any] | None:
        if not isinstance(value, dict):
            self.wrong(f"{key} is not a JSON object")
            return None
        return value

    def _state(self, value: Any, key: str) -> str | None:
        return self._choice(value, key, _STATES)

    def _choice(self, value: Any, key: str, known: Sequence[str]) -> str | None:
        if isinstance(value, str) and value in known:
            return value
        self.wrong(f"{key} is {str(value)[:60]!r}, none of {', '.join(known)}")
        return None

    def _moment(self, value: Any, key: str) -> datetime | None:
        found = json_moment(value, self.zone) if isinstance(value, str) else None
        if found is None:
            self.wrong(f"{key} is {str(value)[:60]!r}, not a time stamp like 2026-10-05T09:12:00Z")
        return found
