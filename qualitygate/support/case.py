"""A case: a ticket as it stood at one moment, with what of its clocks counts, or why it counts nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from datetime import datetime

from qualitygate.model.tickets import Ticket, Tickets
from qualitygate.support.clock import Clocks
from qualitygate.support.clock import read as read_clocks
from qualitygate.support.compliance import Judged, excluded, judged
from qualitygate.support.promises import history
from qualitygate.support.targets import Promise
from qualitygate.support.timeline import understood, unnamed
from qualitygate.values import dataclass

UNKNOWN = "unknown"
"""The channel of tickets that do not say where they came in."""
LATE_BEFORE = "met only by the terms of now, breached under earlier ones"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A ticket, its register, how its clocks stand, and why it counts nowhere, if it does not; then it has no runs."""

    register: str
    ticket: Ticket
    clocks: Clocks
    left_out: str
    runs: tuple[Judged, ...] = field(default=())

    @property
    def channel(self) -> str:
        """Where it came in."""
        return self.ticket.channel or UNKNOWN


def cases(registers: Iterable[Tickets], promise: Promise, now: datetime) -> Iterator[Case]:
    """Every ticket that was opened by now, and how it stood then.

    Raises :class:`~qualitygate.errors.BeyondCalendar` where a clock leaves the years that calendars answer for.
    """
    for register in registers:
        for raw in register.tickets:
            ticket = understood(raw, promise)
            if not any(event.kind == "opened" and event.at <= now for event in ticket.events):
                continue
            clocks = read_clocks(ticket.events, history(ticket, promise), now, promise.reading)
            why = excluded(ticket, clocks.events)
            yield Case(
                register=register.source.name,
                ticket=ticket,
                clocks=clocks,
                left_out=why,
                runs=() if why else tuple(judged(ticket, clocks)),
            )


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
