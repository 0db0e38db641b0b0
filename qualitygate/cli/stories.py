"""The story of a ticket's clocks, line by line, in the time zone of their calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from qualitygate.amounts import span, together
from qualitygate.escaping import line
from qualitygate.language import marked, say
from qualitygate.support.case import TicketCase
from qualitygate.support.clock import Clock, Clocks
from qualitygate.support.run import ClockRun, State
from qualitygate.support.targets import FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION
from qualitygate.support.unheard import unheard

_ANSWERED = marked("answered after {time}")
_ENDS = {FIRST_RESPONSE: _ANSWERED, NEXT_RESPONSE: _ANSWERED, RESOLUTION: marked("closed after {time}")}
_STATES = {
    State.AT_RISK: marked("at risk"),
    State.BREACHED: marked("breached"),
    State.PENDING: marked("pending"),
    State.PAUSED: marked("paused"),
    State.MET: marked("met"),
}
_STOPS = {"paused": marked("paused, not counted"), "closed": marked("closed, not counted")}
_SILENT = {
    "of a program": marked("of a program"),
    "of who opened the ticket": marked("of who opened the ticket"),
    "not public": marked("not public"),
    "of somebody who is not in the team": marked("of somebody who is not in the team"),
}
Step = tuple[datetime, datetime | None, str]


def story(case: TicketCase) -> str:
    """All that happened to the clocks of a ticket: a heading for each, and a line for each step of each of its runs."""
    ticket, clocks = case.ticket, case.clocks
    zone = clocks.terms.calendar.rules.zone
    stands = say("closed") if clocks.closed else say("paused") if clocks.paused else say("open")
    named = line(clocks.terms.name)
    if case.unpromised:
        lacks = say("its priority {name} has no targets", name=line(repr(case.unpromised)))
        named = f"{named} ({lacks})".lstrip()
    title = f" {line(ticket.title)}" if ticket.title else ""
    about = say("{one}; {other}", one=together(filter(None, [stands, named])), other=say("times in {zone}", zone=zone))
    told = [f"{line(ticket.id)}{title} ({about})"]
    if case.left_out:
        told.append(f"  {say('counts nowhere: {why}', why=case.left_out)}")
    for clock in clocks.clocks.values():
        told.extend(_clock(clock, case, zone))
    silent = list(unheard(clocks.events))
    told.extend([f"  {say('comments that answer nobody')}:"] if silent else [])
    for event, why in silent:
        who = line(event.user) if event.user else say("somebody")
        told.append(f"    {_at(event.at, zone)}  {who}: {say(_SILENT[why])}")
    return "\n".join(told)


def _clock(clock: Clock, case: TicketCase, zone: tzinfo) -> Iterator[str]:
    run = clock.current
    stands = together((_stands(clock, case), _margin(run) if run else say("nobody has waited")))
    yield f"  {clock.name}: {stands}"
    for breach in clock.breaches:
        until = _at(breach.until, zone)
        named = say("breached as {terms}, which held until {until}", terms=line(breach.terms), until=until)
        told = named if breach.terms else say("breached under earlier terms, which held until {until}", until=until)
        yield f"    {_at(breach.due, zone)}  {told}"
    if run is None:
        return
    if clock.forecast:
        told = say("waits for the first response, which has its own clock; this is when it would be due")
        yield f"    {told}"
    runs = clock.runs or (run,)
    for number, each in enumerate(runs, 1):
        if len(runs) > 1:
            told = together((_word(each.state), _margin(each)))
            yield f"   {say('wait {number} of {all}: {told}', number=number, all=len(runs), told=told)}"
        for start, end, words in sorted(_steps(each, case.clocks), key=lambda step: step[0]):
            first, last = _at(start, zone), _at(end, zone, start) if end else ""
            yield f"    {say('{first} to {last}', first=first, last=last) if last else first}  {words}"


def _stands(clock: Clock, case: TicketCase) -> str:
    """How a clock stands; what stands still because the ticket is closed is not paused."""
    if clock.state is State.PAUSED and case.clocks.closed:
        if clock.name != FIRST_RESPONSE:
            return say("stopped by the close")
        return say("closed unanswered") if case.left_out else say("closed unanswered, so it counts nowhere")
    return _word(clock.state)


def _word(state: State) -> str:
    return say(_STATES[state])


def _steps(run: ClockRun, clocks: Clocks) -> Iterator[Step]:
    opening = clocks.terms.calendar.next_open(run.start)
    begin = _at(opening, clocks.terms.calendar.rules.zone)
    starts = say("starts, with a target of {time}", time=span(run.target))
    closed = say("outside business hours, which begin at {moment}", moment=begin)
    yield run.start, None, say("{one}; {other}", one=starts, other=closed) if opening > run.start else starts
    for piece in run.pieces:
        yield piece.start, piece.end, say("counted {time}", time=span(piece.seconds))
    end = run.done
    for stop in clocks.stops:
        if (end is None or stop.start < end) and (stop.end is None or stop.end > run.start):
            yield max(stop.start, run.start), stop.end, say(_STOPS[stop.why])
    if run.due:
        yield run.due, None, say("would have been due") if run.done and run.done < run.due else say("due")
    if run.done:
        yield run.done, None, say(_ENDS[run.clock], time=span(run.elapsed))


def _margin(run: ClockRun) -> str:
    if run.margin > 0 and run.state is not State.BREACHED:
        return say("{time} left of {target}", time=span(run.margin), target=span(run.target))
    if run.margin < 0:
        return say("late by {time}", time=span(-run.margin))
    return say("all of {time} used", time=span(run.target))


def _at(moment: datetime, zone: tzinfo | None, beside: datetime | None = None) -> str:
    """A moment in the calendar's zone; only the time of day where it stands beside another of the same day."""
    local = moment.astimezone(zone)
    same_day = beside is not None and beside.astimezone(zone).date() == local.date()
    form = "%H:%M:%S" if local.second else "%H:%M"
    return f"{local:{form}}" if same_day else f"{local:%Y-%m-%d {form}}"
