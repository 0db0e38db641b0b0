"""The timeline of a ticket, put in order: duplicates dropped, actors and labels understood, stops as intervals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from qualitygate.model.tickets import AGENT, BOT, CUSTOMER, KINDS, Ticket, TicketEvent
from qualitygate.support.targets import Labels, Member, Promise
from qualitygate.values import dataclass

_ORDER = {
    kind: rank
    for rank, kind in enumerate(
        (*(kind for kind in KINDS if kind not in ("resumed", "reopened")), "resumed", "reopened")
    )
}
"""What counts first of two events of the same moment without ids: an answer before a pause, and what lets a clock run
after what stops it, so that no clock is stopped in doubt."""
_ACTORS = {AGENT: 0, BOT: 1, None: 2, CUSTOMER: 3}
"""Of an answer and a message of the same moment the answer was first, so that the message still waits."""
_LABELLING = ("labelled", "unlabelled")
_SAID = ("comment", "asked", "rated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A time in which clocks stand still: ``paused`` or ``closed``; ``end`` is ``None`` where it lasts."""

    start: datetime
    end: datetime | None
    why: str


def in_order(events: Iterable[TicketEvent]) -> tuple[TicketEvent, ...]:
    """Events by time, each once, whatever the order they came in.

    Of one moment they go by their ids, a number by its size, and where they have none by what they are.
    """
    found: dict[tuple[str, str] | TicketEvent, TicketEvent] = {}
    for event in sorted(events, key=_rank):
        found.setdefault((event.id, event.kind) if event.id else event, event)
    return tuple(found.values())


def remembered(earlier: Sequence[TicketEvent], now: Sequence[TicketEvent]) -> tuple[TicketEvent, ...]:
    """The events of now, and what was said earlier and is deleted since: an answer was given, a rating too."""
    known = {each.id for each in now}
    return (*now, *(each for each in earlier if each.kind in _SAID and each.id not in known))


def understood(ticket: Ticket, promise: Promise) -> Ticket:
    """A ticket whose events say who acted and are in order, and whose labels became pauses, priorities and channels."""
    known = in_order(acted(ticket, promise).events)
    on: dict[str, None] = {}
    channel = ticket.channel
    events = []
    for event in known:
        events.append(_unlabelled(event, on, promise.labels) if event.kind in _LABELLING else event)
        label = event.value or ""
        if channel is None and event.kind == "labelled" and label.startswith(promise.labels.channel):
            channel = label.removeprefix(promise.labels.channel)
    return replace(ticket, events=tuple(events), channel=channel)


def acted(ticket: Ticket, promise: Promise) -> Ticket:
    """A ticket whose events say who acted, so that they can be read where nobody knows who is in a team."""
    requester = next((event.user for event in in_order(ticket.events) if event.kind == "opened"), None)
    return replace(
        ticket, events=tuple(replace(event, actor=actor(event, requester, promise)) for event in ticket.events)
    )


def actor(event: TicketEvent, requester: str | None, promise: Promise) -> str | None:
    """Who acted: by the user's name where the policy lists it, else by what the event says, else a customer.

    The requester is never an agent of their own ticket, except where they opened it as one.
    """
    user = event.user
    if user is None:
        return event.actor
    if user in promise.bots or user.endswith("[bot]"):
        return BOT
    if any(_serves(member, user, event.at) for member in promise.team):
        return AGENT if event.kind == "opened" or user != requester else CUSTOMER
    if user == requester and event.kind != "opened":
        return CUSTOMER
    return event.actor or CUSTOMER


def unnamed(ticket: Ticket, promise: Promise) -> str:
    """A user who spoke and of whom nothing tells who it is, where a team's members are kept elsewhere."""
    known = promise.bots.union(member.user for member in promise.team)
    if not promise.teams:
        return ""
    requester = next((event.user for event in in_order(ticket.events) if event.kind == "opened"), None)
    for event in ticket.events:
        user = event.user
        speaks = event.kind in ("comment", "review", "opened", "rated") and event.actor is None
        own = event.kind != "opened" and user == requester
        if speaks and user and not own and user not in known and not user.endswith("[bot]"):
            return user
    return ""


def stops(events: Sequence[TicketEvent]) -> tuple[Stop, ...]:
    """When a ticket stood still, in order of their beginnings: what is paused may be closed as well.

    Reopening ends a pause too: somebody wants it to go on.
    """
    found: list[Stop] = []
    for why, starting, ending in (("paused", "paused", ("resumed", "reopened")), ("closed", "closed", ("reopened",))):
        found.extend(_stops(events, why, starting, ending))
    return tuple(sorted(found, key=lambda stop: (stop.start, stop.why)))


def merged(found: Sequence[Stop]) -> list[tuple[datetime, datetime | None]]:
    """Stops as intervals, none overlapping another; the end of the last is ``None`` where it lasts."""
    whole: list[tuple[datetime, datetime | None]] = []
    for stop in found:
        if whole and (whole[-1][1] is None or stop.start <= whole[-1][1]):
            start, end = whole[-1]
            whole[-1] = (start, None if end is None or stop.end is None else max(end, stop.end))
        else:
            whole.append((stop.start, stop.end))
    return whole


def _stops(events: Sequence[TicketEvent], why: str, starting: str, ending: Sequence[str]) -> Iterator[Stop]:
    since = None
    for event in events:
        begins = event.kind == starting or (event.kind == "opened" and event.paused and why == "paused")
        if begins and since is None:
            since = event.at
        elif event.kind in ending and since is not None:
            yield Stop(start=since, end=event.at, why=why)
            since = None
    if since is not None:
        yield Stop(start=since, end=None, why=why)


def _unlabelled(event: TicketEvent, on: dict[str, None], labels: Labels) -> TicketEvent:
    """What a change of labels means, by those that are on; it stays one of labels where it means nothing."""
    label = event.value or ""
    if event.kind == "labelled":
        on[label] = None
    else:
        on.pop(label, None)
    if label in labels.waiting:
        waits = any(each in on for each in labels.waiting)
        return replace(event, kind="paused" if waits else "resumed", value=None)
    if label.startswith(labels.priority):
        named = [each for each in on if each.startswith(labels.priority)]
        return replace(event, kind="priority_changed", value=named[-1].removeprefix(labels.priority) if named else None)
    return event


def _serves(member: Member, user: str, at: datetime) -> bool:
    return (
        member.user == user and (member.first is None or member.first <= at) and (member.end is None or at < member.end)
    )


def _rank(event: TicketEvent) -> tuple[object, ...]:
    return (
        event.at,
        len(event.id),
        event.id,
        _ORDER[event.kind],
        _ACTORS[event.actor],
        event.user or "",
        event.public,
        event.paused,
        event.received_at.isoformat() if event.received_at else "",
        event.value or "",
    )
