"""The clocks of a ticket: first response, next response and resolution, read from its events at one moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from itertools import pairwise

from qualitygate.model.tickets import AGENT, CUSTOMER, TicketEvent
from qualitygate.support.run import ClockRun, Frame, Intervals, State, run
from qualitygate.support.targets import (
    CLOCKS,
    FIRST_RESPONSE,
    FROM_CHANGE,
    NEW_CYCLE,
    NEXT_RESPONSE,
    RESOLUTION,
    Reading,
    Terms,
)
from qualitygate.support.timeline import Stop, in_order, merged, stops
from qualitygate.values import dataclass

History = Sequence[tuple[datetime, Terms]]
"""The terms a ticket had, each with the moment from which; the first hold from the beginning, whatever their moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A target that was missed under earlier terms, and is on record though the terms of now may be kept."""

    clock: str
    due: datetime
    terms: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One clock of a ticket: the run that tells its state now, and all runs it had.

    A first response has one run, and so has a resolution unless each reopening begins another. A next response has one
    for each time the customer waited, but for that which the first response ended; it has none, and its state is
    pending, where nobody ever waited. ``current`` is then ``None``. ``forecast``: the customer waits for the first
    response, which is judged by its own clock, so that this one only tells when it would be due. ``breaches`` are those
    under earlier terms.
    """

    name: str
    state: State
    current: ClockRun | None
    runs: tuple[ClockRun, ...]
    forecast: bool = False
    breaches: tuple[Breach, ...] = ()

    @property
    def ever_breached(self) -> bool:
        """Whether its target was ever missed: what was missed stays on record."""
        return bool(self.breaches) or any(each.state is State.BREACHED for each in self.runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The clocks of a ticket that have a target, by name, and how it stands."""

    clocks: Mapping[str, Clock]
    paused: bool
    closed: bool
    stops: tuple[Stop, ...]
    terms: Terms
    start: datetime
    events: tuple[TicketEvent, ...]
    breaches: tuple[Breach, ...] = field(default=())


def read(events: Sequence[TicketEvent], history: History, now: datetime, reading: Reading) -> Clocks:
    """The clocks at ``now``. What happened later changes nothing; the first event that opens the ticket is its start.

    The terms of now judge the whole ticket. Those it had before are asked only whether they were broken while they
    held. Raises ``ValueError`` where no event opens the ticket by ``now``.
    """
    known = in_order(event for event in events if event.at <= now)
    held = [each for index, each in enumerate(history) if index == 0 or each[0] <= now]
    breaches: list[Breach] = []
    opened = next((event.at for event in known if event.kind == "opened"), now)
    for (since, terms), (until, _) in pairwise(held):
        if until < opened:
            continue
        then = _read([event for event in known if event.at <= until], [(since, terms)], until, reading)
        breaches.extend(
            Breach(clock=name, due=each.due, terms=terms.name, until=until)
            for name, clock in then.clocks.items()
            for each in clock.runs
            if each.state is State.BREACHED and each.due and not clock.forecast
        )
    found = _read(known, held, now, reading)
    clocks = {
        name: replace(clock, breaches=tuple(each for each in breaches if each.clock == name))
        for name, clock in found.clocks.items()
    }
    return replace(found, clocks=clocks, breaches=tuple(breaches))


def _read(known: Sequence[TicketEvent], held: History, now: datetime, reading: Reading) -> Clocks:
    opened = next((event for event in known if event.kind == "opened"), None)
    if opened is None:
        raise ValueError("nothing opens the ticket")
    found = stops(known)
    subject = _Subject(
        events=known,
        start=min(opened.at, opened.received_at or opened.at),
        stops=found,
        requester=opened.user,
        changed=held[-1][0] if len(held) > 1 else None,
        frame=Frame(terms=held[-1][1], reading=reading, now=now),
    )
    return Clocks(
        clocks={name: _CLOCKS[name](subject) for name in CLOCKS if name in subject.frame.terms.targets},
        paused=any(stop.end is None and stop.why == "paused" for stop in found),
        closed=subject.closed is not None,
        stops=found,
        terms=subject.frame.terms,
        start=subject.start,
        events=tuple(known),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """A ticket as its clocks look at it; ``changed`` is when the terms of now came, where there were others."""

    events: Sequence[TicketEvent]
    start: datetime
    stops: tuple[Stop, ...]
    requester: str | None
    changed: datetime | None
    frame: Frame

    @property
    def stopped(self) -> Intervals:
        return merged(self.stops)

    @property
    def closed(self) -> datetime | None:
        return next((stop.start for stop in self.stops if stop.why == "closed" and stop.end is None), None)

    def answers(self, event: TicketEvent) -> bool:
        """Whether an event is a public comment of the team to somebody else's ticket."""
        own = event.user is not None and event.user == self.requester
        return event.kind in ("comment", "review") and event.public and event.actor == AGENT and not own

    def asks(self, event: TicketEvent) -> bool:
        return event.kind in ("comment", "review") and event.public and event.actor == CUSTOMER

    def begin(self, start: datetime, done: datetime | None) -> datetime:
        """Where a run starts by the rule for changed terms."""
        if self.frame.reading.change == FROM_CHANGE and self.changed and (done is None or self.changed <= done):
            return max(start, self.changed)
        return start


def _first_response(subject: _Subject) -> Clock:
    start, done = _response(subject)
    start = subject.begin(start, done)
    return _single(run(FIRST_RESPONSE, start, done, subject.stopped, subject.frame))


def _response(subject: _Subject) -> tuple[datetime, datetime | None]:
    """When the first response is waited for from, and when it came."""
    ready = [event.at for event in subject.events if event.kind == "ready"]
    start = ready[-1] if ready else subject.start
    closes = subject.frame.reading.close_answers
    answered = (
        event.at
        for event in subject.events
        if event.at >= start
        and (subject.answers(event) or (closes and event.kind == "closed" and event.actor == AGENT))
    )
    return start, next(answered, None)


def _next_response(subject: _Subject) -> Clock:
    frame = subject.frame
    _, answered = _response(subject)
    counts_all = frame.reading.every_message or FIRST_RESPONSE not in frame.terms.targets
    stopped = subject.stopped if frame.reading.close_stops else merged([s for s in subject.stops if s.why == "paused"])
    waits = _waits(subject)
    finished = [
        run(NEXT_RESPONSE, subject.begin(start, done), done, stopped, frame)
        for start, done in waits
        if done is not None and (counts_all or (answered is not None and done > answered))
    ]
    waiting = next((start for start, done in waits if done is None), None)
    longest = max(finished, key=lambda each: each.elapsed, default=None)
    worst = next((each for each in finished if each.state is State.BREACHED), longest)
    if waiting is None:
        state = worst.state if worst else State.PENDING
        return Clock(name=NEXT_RESPONSE, state=state, current=longest, runs=tuple(finished))
    current = run(NEXT_RESPONSE, subject.begin(waiting, None), None, stopped, frame)
    if not counts_all and answered is None:
        state = State.PAUSED if current.state is State.PAUSED else State.PENDING
        return Clock(name=NEXT_RESPONSE, state=state, current=replace(current, state=state), runs=(), forecast=True)
    if subject.closed and frame.reading.close_stops and current.state is not State.BREACHED:
        state = worst.state if worst else State.PENDING
        return Clock(name=NEXT_RESPONSE, state=state, current=longest, runs=tuple(finished))
    return Clock(name=NEXT_RESPONSE, state=current.state, current=current, runs=(*finished, current))


def _waits(subject: _Subject) -> list[tuple[datetime, datetime | None]]:
    """Each time from the oldest unanswered message of the customer to the team's next comment, if it came."""
    found: list[tuple[datetime, datetime | None]] = []
    since = None
    for event in subject.events:
        if since is None and subject.asks(event):
            since = event.at
        elif since is not None and subject.answers(event):
            found.append((since, event.at))
            since = None
    return found if since is None else [*found, (since, None)]


def _resolution(subject: _Subject) -> Clock:
    anew = subject.frame.reading.reopen == NEW_CYCLE
    shut = [(stop.start, stop.end) for stop in subject.stops if anew and stop.why == "closed" and stop.end]
    starts = [subject.start, *(reopened for _, reopened in shut)]
    ends = [*(closed for closed, _ in shut), subject.closed]
    runs = tuple(
        run(RESOLUTION, subject.begin(start, done), done, subject.stopped, subject.frame)
        for start, done in zip(starts, ends, strict=True)
    )
    return Clock(name=RESOLUTION, state=runs[-1].state, current=runs[-1], runs=runs)


def _single(found: ClockRun) -> Clock:
    return Clock(name=found.clock, state=found.state, current=found, runs=(found,))


_CLOCKS: Mapping[str, Callable[[_Subject], Clock]] = {
    FIRST_RESPONSE: _first_response,
    NEXT_RESPONSE: _next_response,
    RESOLUTION: _resolution,
}
