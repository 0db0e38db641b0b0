"""The story of a ticket's clocks, line by line, in the time zone of their calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from qualitygate.escaping import line
from qualitygate.support.case import Case
from qualitygate.support.clock import Clock, Clocks
from qualitygate.support.run import Run, State
from qualitygate.support.targets import FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION
from qualitygate.support.unheard import unheard
from qualitygate.wording import span

_ENDS = {FIRST_RESPONSE: "answered", NEXT_RESPONSE: "answered", RESOLUTION: "closed"}
_STATES = {State.AT_RISK: "at risk"}
Step = tuple[datetime, datetime | None, str]


def story(case: Case) -> str:
    """All that happened to the clocks of a ticket: a heading for each, and a line for each step of each of its runs."""
    ticket, clocks = case.ticket, case.clocks
    zone = clocks.terms.calendar.rules.zone
    stands = "closed" if clocks.closed else "paused" if clocks.paused else "open"
    named = f", {clocks.terms.name}" if clocks.terms.name else ""
    if case.unpromised:
        named += f" (its priority {case.unpromised!r} has no targets)"
    title = f" {line(ticket.title)}" if ticket.title else ""
    told = [f"{line(ticket.id)}{title} ({stands}{line(named)}; times in {zone})"]
    if case.left_out:
        told.append(f"  counts nowhere: {case.left_out}")
    for clock in clocks.clocks.values():
        told.extend(_clock(clock, case, zone))
    silent = list(unheard(clocks.events))
    told.extend(["  comments that answer nobody:"] if silent else [])
    told.extend(f"    {_at(event.at, zone)}  {line(event.user or 'somebody')}: {why}" for event, why in silent)
    return "\n".join(told)


def _clock(clock: Clock, case: Case, zone: tzinfo) -> Iterator[str]:
    run = clock.current
    yield f"  {clock.name}: {_stands(clock, case)}" + (f", {_margin(run)}" if run else ", nobody has waited")
    for breach in clock.breaches:
        terms = f" as {line(breach.terms)}" if breach.terms else " under earlier terms"
        yield f"    {_at(breach.due, zone)}  breached{terms}, which held until {_at(breach.until, zone)}"
    if run is None:
        return
    if clock.forecast:
        yield "    waits for the first response, which has its own clock; this is when it would be due"
    runs = clock.runs or (run,)
    for number, each in enumerate(runs, 1):
        if len(runs) > 1:
            yield f"   wait {number} of {len(runs)}: {_word(each.state)}, {_margin(each)}"
        for start, end, words in sorted(_steps(each, case.clocks), key=lambda step: step[0]):
            until = f" to {_at(end, zone, start)}" if end else ""
            yield f"    {_at(start, zone)}{until}  {words}"


def _stands(clock: Clock, case: Case) -> str:
    """How a clock stands; what stands still because the ticket is closed is not paused."""
    if clock.state is State.PAUSED and case.clocks.closed:
        if clock.name != FIRST_RESPONSE:
            return "stopped by the close"
        return "closed unanswered" if case.left_out else "closed unanswered, so it counts nowhere"
    return _word(clock.state)


def _word(state: State) -> str:
    return _STATES.get(state, state.value)


def _steps(run: Run, clocks: Clocks) -> Iterator[Step]:
    opening = clocks.terms.calendar.next_open(run.start)
    begin = _at(opening, clocks.terms.calendar.rules.zone)
    closed = f"; outside business hours, which begin at {begin}" if opening > run.start else ""
    yield run.start, None, f"starts, with a target of {span(run.target)}{closed}"
    for piece in run.pieces:
        yield piece.start, piece.end, f"counted {span(piece.seconds)}"
    end = run.done
    for stop in clocks.stops:
        if (end is None or stop.start < end) and (stop.end is None or stop.end > run.start):
            yield max(stop.start, run.start), stop.end, f"{stop.why}, not counted"
    if run.due:
        yield run.due, None, "would have been due" if run.done and run.done < run.due else "due"
    if run.done:
        yield run.done, None, f"{_ENDS[run.clock]} after {span(run.elapsed)}"


def _margin(run: Run) -> str:
    if run.margin > 0 and run.state is not State.BREACHED:
        return f"{span(run.margin)} left of {span(run.target)}"
    return f"late by {span(-run.margin)}" if run.margin < 0 else f"all of {span(run.target)} used"


def _at(moment: datetime, zone: tzinfo | None, beside: datetime | None = None) -> str:
    """A moment in the calendar's zone; only the time of day where it stands beside another of the same day."""
    local = moment.astimezone(zone)
    same_day = beside is not None and beside.astimezone(zone).date() == local.date()
    form = "%H:%M:%S" if local.second else "%H:%M"
    return f"{local:{form}}" if same_day else f"{local:%Y-%m-%d {form}}"
