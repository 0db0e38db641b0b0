"""What each clock says, by the story of a ticket."""

# ruff: noqa: E501 - a table is read by the row

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from qualitygate import BusinessCalendar
from qualitygate.model.tickets import TicketEvent
from qualitygate.support.clock import Breach, Clocks, read
from qualitygate.support.run import State
from qualitygate.support.targets import FROM_CHANGE, NEW_CYCLE, Reading, Terms

OFFICE = BusinessCalendar.parse({"tz": "UTC", "hours": {"mon-fri": ["09:00-17:00"]}})
HOUR = 3600.0
TARGETS = {"first_response": 4 * HOUR, "next_response": 2 * HOUR, "resolution": 16 * HOUR}
TERMS = Terms(targets=TARGETS, calendar=OFFICE, name="normal")
URGENT = Terms(targets={"first_response": HOUR, "resolution": 8 * HOUR}, calendar=OFFICE, name="urgent")
KINDS = {
    "customer": {"kind": "comment", "actor": "customer"},
    "agent": {"kind": "comment", "actor": "agent"},
    "note": {"kind": "comment", "actor": "agent", "public": False},
    "bot": {"kind": "comment", "actor": "bot"},
    "review": {"kind": "review", "actor": "agent"},
    "closed": {"kind": "closed", "actor": "agent"},
    "withdrawn": {"kind": "closed", "actor": "customer"},
}


def at(text: str) -> datetime:
    """``05T10:00`` is the fifth of October 2026, a Monday."""
    return datetime.fromisoformat(f"2026-10-{text}").replace(tzinfo=UTC)


def story(text: str) -> list[TicketEvent]:
    rows = [row.split() for row in text.split(";")]
    return [TicketEvent(at=at(when), **(KINDS.get(what) or {"kind": what})) for when, what in rows]


def clocks(text: str, now: str, *changes: tuple[str, Terms], terms: Terms = TERMS, **rules) -> Clocks:
    events = [
        TicketEvent(at=at("05T10:00"), kind="opened", actor="customer", user="mei"),
        *(story(text) if text else []),
    ]
    history = [(at("05T10:00"), terms), *((at(when), each) for when, each in changes)]
    return read(events, history, at(now), Reading(**rules))


TABLE = [
    # story, now, clock, state, due, elapsed in hours
    ("", "05T11:00", "first_response", "pending", "05T14:00", 1),
    ("", "05T13:00", "first_response", "at_risk", "05T14:00", 3),
    ("", "05T14:00", "first_response", "at_risk", "05T14:00", 4),
    ("", "05T14:01", "first_response", "breached", "05T14:00", 4 + 1 / 60),
    ("05T14:00 agent", "06T10:00", "first_response", "met", "05T14:00", 4),
    ("05T14:01 agent", "06T10:00", "first_response", "breached", "05T14:00", 4 + 1 / 60),
    ("05T11:00 bot; 05T12:00 note; 05T13:00 review", "06T10:00", "first_response", "met", "05T14:00", 3),
    ("05T11:00 paused", "05T16:00", "first_response", "paused", None, 1),
    ("05T11:00 paused; 05T15:00 agent", "05T16:00", "first_response", "met", None, 1),
    ("05T11:00 paused; 05T11:00 agent", "05T16:00", "first_response", "met", "05T14:00", 1),
    ("05T11:00 paused; 05T13:00 resumed", "05T13:00", "first_response", "pending", "05T16:00", 1),
    ("05T15:00 paused", "06T10:00", "first_response", "breached", "05T14:00", 5),
    ("05T11:00 paused; 05T12:00 paused; 05T13:00 resumed; 05T13:30 resumed", "05T13:00", "first_response", "pending", "05T16:00", 1),
    ("05T11:00 closed", "05T16:00", "first_response", "paused", None, 1),
    ("05T11:00 closed; 06T10:00 reopened", "06T10:00", "first_response", "pending", "06T13:00", 1),
    ("05T11:00 agent; 05T12:00 ready", "05T13:00", "first_response", "pending", "05T16:00", 1),
    ("05T11:00 agent", "05T16:00", "next_response", "pending", None, None),
    ("05T11:00 customer", "05T16:00", "next_response", "pending", "05T13:00", 5),
    ("05T11:00 customer; 05T12:00 paused", "05T12:30", "next_response", "paused", None, 1),
    ("05T11:00 customer; 05T12:00 agent", "05T16:00", "next_response", "pending", None, None),
    ("05T11:00 agent; 05T12:00 customer; 05T13:00 customer", "05T13:00", "next_response", "pending", "05T14:00", 1),
    ("05T11:00 agent; 05T12:00 customer; 05T14:00 agent", "05T16:00", "next_response", "met", "05T14:00", 2),
    ("05T11:00 agent; 05T12:00 customer; 05T15:00 agent", "05T16:00", "next_response", "breached", "05T14:00", 3),
    ("05T11:00 agent; 05T12:00 customer; 05T15:00 agent; 05T16:00 customer", "05T16:00", "next_response", "pending", "06T10:00", 0),
    ("05T11:00 agent; 05T12:00 customer; 05T13:00 closed", "05T16:00", "next_response", "pending", None, None),
    ("05T11:00 agent; 05T12:00 customer; 05T15:00 closed", "05T16:00", "next_response", "breached", "05T14:00", 3),
    ("05T11:00 agent; 05T12:00 closed; 05T13:00 customer", "06T16:00", "next_response", "pending", None, None),
    ("05T11:00 agent; 05T12:00 customer; 05T13:00 agent; 05T14:00 customer; 05T15:00 closed", "06T16:00", "next_response", "met", "05T14:00", 1),
    ("06T10:00 closed", "08T10:00", "resolution", "met", "07T10:00", 8),
    ("08T10:00 closed", "09T10:00", "resolution", "breached", "07T10:00", 24),
    ("06T10:00 closed; 06T12:00 reopened", "06T12:00", "resolution", "pending", "07T12:00", 8),
    ("06T10:00 closed; 06T10:00 reopened", "06T12:00", "resolution", "pending", "07T10:00", 10),
    ("06T10:00 paused; 06T11:00 closed; 06T12:00 reopened", "06T13:00", "resolution", "pending", "07T12:00", 9),
    ("06T10:00 paused; 06T11:00 closed", "06T13:00", "resolution", "met", None, 8),
]  # fmt: skip


@pytest.mark.parametrize(("text", "now", "clock", "state", "due", "hours"), TABLE)
def test_a_story_has_its_clock(text, now, clock, state, due, hours):
    found = clocks(text, now).clocks[clock]
    assert state == found.state.value
    assert (at(due) if due else None) == (found.current.due if found.current else None)
    assert hours == pytest.approx(found.current.elapsed / HOUR) if hours is not None else found.current is None


def test_what_only_forecasts_is_never_late_and_no_run():
    found = clocks("05T11:00 customer", "08T16:00").clocks["next_response"]
    assert found.forecast and not found.ever_breached and () == found.runs


def test_every_message_is_owed_a_next_response_where_the_rules_say_so():
    found = clocks("05T11:00 customer", "05T16:00", every_message=True).clocks["next_response"]
    assert State.BREACHED is found.state and not found.forecast


def test_every_message_is_owed_a_next_response_where_no_first_one_is_promised():
    terms = Terms(targets={"next_response": 2 * HOUR}, calendar=OFFICE)
    found = clocks("05T11:00 customer; 05T12:00 agent", "05T16:00", terms=terms).clocks
    assert ["next_response"] == list(found) and State.MET is found["next_response"].state


def test_closing_answers_where_the_rules_say_so_and_an_agent_closed():
    assert State.MET is clocks("05T11:00 closed", "05T16:00", close_answers=True).clocks["first_response"].state
    withdrawn = clocks("05T11:00 withdrawn", "05T16:00", close_answers=True)
    assert State.PAUSED is withdrawn.clocks["first_response"].state


def test_closing_does_not_stop_the_next_response_where_the_rules_say_so():
    text = "05T11:00 agent; 05T12:00 customer; 05T13:00 closed"
    found = clocks(text, "05T16:00", close_stops=False).clocks["next_response"]
    assert State.BREACHED is found.state and at("05T14:00") == found.current.due


def test_reopening_begins_a_new_cycle_where_the_rules_say_so():
    found = clocks("06T10:00 closed; 06T12:00 reopened", "06T13:00", reopen=NEW_CYCLE).clocks["resolution"]
    assert at("08T12:00") == found.current.due and HOUR == found.current.elapsed


def test_what_was_missed_in_an_earlier_cycle_stays_on_record():
    text = "12T10:00 closed; 12T12:00 reopened; 12T13:00 closed; 12T14:00 reopened"
    found = clocks(text, "12T15:00", reopen=NEW_CYCLE).clocks["resolution"]
    assert [State.BREACHED, State.MET, State.PENDING] == [each.state for each in found.runs]
    assert State.PENDING is found.state and found.ever_breached


def test_a_changed_priority_judges_from_the_opening_and_the_earlier_breach_stays_on_record():
    found = clocks("05T13:00 agent", "05T16:00", ("05T12:00", TERMS), terms=URGENT)
    clock = found.clocks["first_response"]
    assert State.MET is clock.state and "normal" == clock.current.terms
    assert (Breach(clock="first_response", due=at("05T11:00"), terms="urgent", until=at("05T12:00")),) == clock.breaches
    assert clock.ever_breached and clock.breaches == found.breaches


def test_an_answer_before_the_priority_rose_may_be_late_by_the_new_one():
    found = clocks("05T12:00 agent", "05T16:00", ("05T13:00", URGENT)).clocks["first_response"]
    assert State.BREACHED is found.state and at("05T11:00") == found.current.due and () == found.breaches


def test_pauses_survive_a_changed_priority():
    text = "05T10:30 paused; 05T12:30 resumed"
    found = clocks(text, "05T12:45", ("05T12:40", URGENT)).clocks["first_response"]
    assert at("05T13:00") == found.current.due


def test_a_changed_priority_judges_from_the_change_where_the_rules_say_so():
    found = clocks("05T15:00 agent", "05T16:00", ("05T14:30", URGENT), change=FROM_CHANGE).clocks["first_response"]
    assert at("05T14:30") == found.current.start and State.MET is found.state
    earlier = clocks("05T12:00 agent", "05T16:00", ("05T14:30", URGENT), change=FROM_CHANGE).clocks["first_response"]
    assert at("05T10:00") == earlier.current.start


def test_terms_from_before_the_opening_were_never_broken():
    events = [TicketEvent(at=at("05T10:00"), kind="opened", actor="customer")]
    history = [(at("01T10:00"), URGENT), (at("02T10:00"), TERMS)]
    assert () == read(events, history, at("05T16:00"), Reading()).breaches


def test_the_requester_is_no_responder_though_of_the_team():
    events = [
        TicketEvent(at=at("05T10:00"), kind="opened", actor="customer", user="lin"),
        TicketEvent(at=at("05T11:00"), kind="comment", actor="agent", user="lin"),
    ]
    assert (
        None is read(events, [(at("05T10:00"), TERMS)], at("05T12:00"), Reading()).clocks["first_response"].current.done
    )


def test_a_contact_before_the_ticket_starts_the_clocks():
    events = [TicketEvent(at=at("05T10:00"), kind="opened", actor="customer", received_at=at("05T09:30"))]
    found = read(events, [(at("05T10:00"), TERMS)], at("05T12:00"), Reading()).clocks["first_response"]
    assert at("05T13:30") == found.current.due


def test_a_contact_said_to_be_after_the_ticket_does_not_start_them_late():
    events = [TicketEvent(at=at("05T10:00"), kind="opened", actor="customer", received_at=at("05T11:30"))]
    found = read(events, [(at("05T10:00"), TERMS)], at("05T12:00"), Reading()).clocks["first_response"]
    assert at("05T14:00") == found.current.due


def test_a_ticket_tells_whether_it_is_paused_and_closed():
    found = clocks("05T11:00 paused; 05T12:00 closed", "05T13:00")
    assert found.paused and found.closed
    assert [("paused", None), ("closed", None)] == [(stop.why, stop.end) for stop in found.stops]


@pytest.mark.parametrize(("target", "hours_left"), [(8 * HOUR, 2), (HOUR, 0.5), (HOUR / 2, 0.25), (100 * HOUR, 25)])
def test_a_clock_is_at_risk_from_three_quarters_but_half_an_hour_before_and_never_before_half(target, hours_left):
    assert hours_left * HOUR == Reading().lead(target)


def test_the_share_and_the_lead_are_the_policys():
    assert HOUR == Reading(risk=Fraction(9, 10), least_lead=HOUR).lead(8 * HOUR)
