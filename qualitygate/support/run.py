"""One run of a clock: from a moment to another or to now, without the stops, against a target."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum

from qualitygate.support.calendar import BusinessCalendar
from qualitygate.support.targets import Reading, Terms
from qualitygate.values import dataclass

Intervals = Sequence[tuple[datetime, datetime | None]]
"""Stops, none overlapping another, in order; the end of the last is ``None`` where it lasts."""


class State(Enum):
    """What a clock says."""

    PENDING = "pending"
    PAUSED = "paused"
    AT_RISK = "at_risk"
    MET = "met"
    BREACHED = "breached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A time in which a clock ran, and the open seconds in it."""

    start: datetime
    end: datetime
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRun:
    """What one run of a clock came to.

    ``due`` is ``None`` where it cannot be told yet: the clock stands still and the rest of its target is to come.
    ``done`` is ``None`` where it has not ended. ``elapsed`` are open seconds, ``wall`` all seconds in which the clock
    ran, ``pieces`` the times that were counted. A run that ends at the very moment it is due is met.
    """

    clock: str
    state: State
    target: float
    start: datetime
    done: datetime | None
    due: datetime | None
    elapsed: float
    wall: float
    pieces: tuple[Piece, ...]
    terms: str = ""

    @property
    def margin(self) -> float:
        """The open seconds that are left; negative is how many it is late by."""
        return self.target - self.elapsed

    @property
    def counted_at(self) -> datetime | None:
        """The moment by which a run belongs to a month: when it was met, or when it was due."""
        return self.done if self.state is State.MET else self.due


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What all runs of a ticket have in common."""

    terms: Terms
    reading: Reading
    now: datetime


def run(clock: str, start: datetime, done: datetime | None, stops: Intervals, frame: Frame) -> ClockRun:
    """Read a clock that started and, if ``done`` is given, ended there."""
    target, calendar = frame.terms.targets[clock], frame.terms.calendar
    end = frame.now if done is None else done
    pieces = _pieces(start, end, stops, calendar)
    elapsed = sum(piece.seconds for piece in pieces)
    stopped = any(_stands(end, since, until, done is not None) for since, until in stops)
    due = _due(end, target, pieces, calendar, stopped)
    return ClockRun(
        clock=clock,
        state=_state(done, due, stopped, target - elapsed, frame, target),
        target=target,
        start=start,
        done=done,
        due=due,
        elapsed=elapsed,
        wall=sum((piece.end - piece.start).total_seconds() for piece in pieces),
        pieces=pieces,
        terms=frame.terms.name,
    )


def _stands(end: datetime, since: datetime, until: datetime | None, ended: bool) -> bool:
    """Whether a stop holds at the end of a run; the one that begins as the run ends came after it."""
    return (since < end or (since == end and not ended)) and (until is None or end < until)


def _pieces(start: datetime, end: datetime, stops: Intervals, calendar: BusinessCalendar) -> tuple[Piece, ...]:
    found = []
    begin = start
    for since, until in (*stops, (end, None)):
        finish = min(since, end)
        if begin < finish:
            found.append(Piece(start=begin, end=finish, seconds=calendar.elapsed(begin, finish)))
        begin = end if until is None else max(begin, until)
    return tuple(found)


def _due(
    end: datetime, target: float, pieces: Sequence[Piece], calendar: BusinessCalendar, stopped: bool
) -> datetime | None:
    """The moment the target is used up: within what was counted, or after it if the clock goes on as it does."""
    left = target
    for piece in pieces:
        if left <= piece.seconds:
            return calendar.add(piece.start, left)
        left -= piece.seconds
    if stopped:
        return None
    return calendar.add(end, left)


def _state(
    done: datetime | None, due: datetime | None, stopped: bool, left: float, frame: Frame, target: float
) -> State:
    if due is not None and (done or frame.now) > due:
        return State.BREACHED
    if done is not None:
        return State.MET
    if stopped:
        return State.PAUSED
    return State.AT_RISK if left <= frame.reading.lead(target) else State.PENDING
