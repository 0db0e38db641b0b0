"""The board of open tickets: which of their clocks is the most pressing, and how much time is left; worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from qualitygate.support.case import TicketCase
from qualitygate.support.run import ClockRun, State
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A clock of an open ticket that has not ended. ``left`` are business seconds; below zero it is late."""

    clock: str
    state: State
    target: float
    left: float
    due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket:
    """An open ticket with its clocks that have not ended, the most pressing first; there may be none."""

    ticket: str
    title: str
    priority: str
    channel: str
    paused: bool
    opened: datetime
    clocks: tuple[Running, ...]
    register: str
    line: int | None


def board(cases: Iterable[TicketCase]) -> tuple[OpenTicket, ...]:
    """Every open ticket that counts, the worst first; those whose clocks stand still after those that run."""
    found = [
        OpenTicket(
            ticket=case.ticket.id,
            title=case.ticket.title,
            priority=case.clocks.terms.name,
            channel=case.channel,
            paused=case.clocks.paused,
            opened=case.clocks.start,
            clocks=tuple(sorted(_running(case), key=_pressing)),
            register=case.register,
            line=case.ticket.line,
        )
        for case in cases
        if not case.left_out and not case.clocks.closed
    ]
    return tuple(sorted(found, key=lambda each: (*(_pressing(each.clocks[0]) if each.clocks else _LAST), each.ticket)))


def _running(case: TicketCase) -> Iterator[Running]:
    for clock in case.clocks.clocks.values():
        run = clock.current
        if run is not None and run.done is None and not clock.forecast:
            yield _read(run)


def _read(run: ClockRun) -> Running:
    return Running(clock=run.clock, state=run.state, target=run.target, left=run.margin, due=run.due)


_LAST = (3, 0.0)
_RANKS = {State.BREACHED: 0, State.PAUSED: 2}


def _pressing(one: Running) -> tuple[int, float]:
    return _RANKS.get(one.state, 1), one.left
