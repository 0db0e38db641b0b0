"""An open ticket as it is remembered between two looks: from when its most pressing clock is at risk, and late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from qualitygate.support.board import OpenTicket, Running, board
from qualitygate.support.case import TicketCase
from qualitygate.support.run import State
from qualitygate.support.targets import Reading
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An open ticket with its most pressing clock, as it was when it was looked at.

    ``clock`` and ``state`` are ``None`` where no clock runs or stands still. ``risk`` is from when on it is at risk and
    ``due`` until when it is in time, where nothing happens meanwhile; both are ``None`` where it stands still.
    ``left`` are the business seconds that were left, ``target`` those that were promised.
    """

    ticket: str
    title: str
    priority: str
    channel: str
    opened: datetime
    clock: str | None = None
    state: State | None = None
    due: datetime | None = None
    risk: datetime | None = None
    left: float | None = None
    target: float | None = None

    def at(self, now: datetime) -> State | None:
        """How it stands at a later moment, where nothing has happened since."""
        if self.state is None or self.state is State.PAUSED:
            return self.state
        if self.due is not None and now > self.due:
            return State.BREACHED
        return State.AT_RISK if self.risk is not None and now >= self.risk else self.state


def waiting(cases: Iterable[TicketCase], reading: Reading, now: datetime) -> Iterator[Waiting]:
    """The open tickets among these, which are as of now."""
    for case in cases:
        for entry in board([case]):
            found = _waiting(entry)
            first = entry.clocks[0] if entry.clocks else None
            yield replace(found, risk=_risk(case, first, reading, now)) if first else found


def _waiting(entry: OpenTicket) -> Waiting:
    found = Waiting(
        ticket=entry.ticket, title=entry.title, priority=entry.priority, channel=entry.channel, opened=entry.opened
    )
    if not entry.clocks:
        return found
    first = entry.clocks[0]
    return replace(found, clock=first.clock, state=first.state, due=first.due, left=first.left, target=first.target)


def _risk(case: TicketCase, clock: Running, reading: Reading, now: datetime) -> datetime | None:
    """When the clock comes to be at risk, or came to be; ``None`` where it stands still or is late."""
    if clock.state in {State.PAUSED, State.BREACHED}:
        return None
    return case.clocks.terms.calendar.add(now, clock.left - reading.lead(clock.target))
