"""A case: a ticket as it stood at one moment, with what of its clocks counts, or why it counts nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from datetime import datetime

from qualitygate.errors import BeyondCalendar
from qualitygate.model.tickets import Ticket, Tickets
from qualitygate.support.clock import Clocks, History
from qualitygate.support.clock import read as read_clocks
from qualitygate.support.compliance import Judged, excluded, judged
from qualitygate.support.promises import history, unpromised
from qualitygate.support.targets import Promise
from qualitygate.support.timeline import understood, unnamed
from qualitygate.values import dataclass

UNKNOWN = "unknown"
"""The channel of tickets that do not say where they came in."""
LATE_BEFORE = "met only by the terms of now, breached under earlier ones"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCase:
    """A ticket, how its clocks stand, and why it counts nowhere, if it does not; then it has no runs.

    ``register`` is the name of the register it stands in, empty where it comes from elsewhere. ``unpromised`` is its
    priority, where that has no targets and it is judged by those of the default.
    """

    ticket: Ticket
    clocks: Clocks
    left_out: str
    runs: tuple[Judged, ...] = field(default=())
    register: str = ""
    unpromised: str = ""

    @property
    def channel(self) -> str:
        """Where it came in."""
        return self.ticket.channel or UNKNOWN


def case_of(
    ticket: Ticket, promise: Promise, now: datetime, register: str = "", own: History | None = None
) -> TicketCase:
    """How a ticket stands, by what is promised; or by the terms it brings of its ``own``.

    Raises ``ValueError`` where nothing opens it by now, and :class:`~qualitygate.errors.BeyondCalendar` where a clock
    leaves the years that calendars answer for.
    """
    known = understood(ticket, promise)
    try:
        clocks = read_clocks(known.events, own or history(known, promise), now, promise.reading)
    except BeyondCalendar as error:
        raise BeyondCalendar(f"the clocks of {ticket.id} cannot be read at {now.isoformat()}: {error}") from error
    why = excluded(known, clocks.events, promise.label)
    runs = () if why else tuple(judged(known, clocks))
    other = "" if own else unpromised(known, promise, now)
    return TicketCase(ticket=known, clocks=clocks, left_out=why, runs=runs, register=register, unpromised=other)


def cases(registers: Iterable[Tickets], promise: Promise, now: datetime) -> Iterator[TicketCase]:
    """Every ticket that was opened by now, and how it stood then. Raises as :func:`case_of`."""
    for register in registers:
        for ticket in register.tickets:
            if opened(ticket, now):
                yield case_of(ticket, promise, now, register.source.name)


def opened(ticket: Ticket, now: datetime) -> bool:
    """Whether a ticket was opened by now."""
    return any(event.kind == "opened" and event.at <= now for event in ticket.events)


def untold(registers: Iterable[Tickets], promise: Promise) -> str:
    """Why it cannot be told who answered, where the members of a team are kept elsewhere; nothing where it can."""
    for register in registers:
        for ticket in register.tickets:
            user = unnamed(ticket, promise)
            if user:
                return (
                    f"{register.source.name}: line {ticket.line} names the user {user} and no actor, and who is in "
                    f"{', '.join(promise.teams)} cannot be told from a file: write the actor, or list the members"
                )
    return ""
