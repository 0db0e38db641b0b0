"""What holds for every calendar and every ticket."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qualitygate.model.tickets import TicketEvent
from qualitygate.support.clock import read
from qualitygate.support.run import Frame, State, run
from qualitygate.support.targets import RESOLUTION, Reading, Terms

from .drawn import CALENDARS, START, calendars, events, fine_moments, moments, seconds, terms, timelines

END = START + timedelta(days=91)


@given(calendars, st.tuples(fine_moments, fine_moments, fine_moments).map(sorted))
def test_elapsed_time_adds_up_over_adjacent_intervals(calendar, three):
    first, second, third = three
    parts = calendar.elapsed(first, second) + calendar.elapsed(second, third)
    assert calendar.elapsed(first, third) == pytest.approx(parts, abs=1e-6)


@given(calendars, fine_moments, st.integers(1, 10**12).map(lambda micros: micros / 10**6))
def test_what_is_added_has_elapsed(calendar, start, added):
    assert added == calendar.elapsed(start, calendar.add(start, added))


@given(calendars, moments, seconds)
def test_adding_what_has_elapsed_comes_back_to_an_open_moment(calendar, start, added):
    end = calendar.add(start, added)
    assert end == calendar.add(start, calendar.elapsed(start, end))
    assert start <= calendar.add(end, -added)
    assert 0 == calendar.elapsed(start, calendar.add(end, -added)), "no open time lies between"


@given(calendars, moments, moments)
def test_elapsed_time_is_never_more_than_the_wall_clock_says_and_never_negative(calendar, one, other):
    assert 0 <= calendar.elapsed(one, other) <= max(0.0, (other - one).total_seconds())


@given(calendars, moments)
def test_the_edges_agree_with_whether_it_is_open(calendar, at):
    assert calendar.is_open(at) is (calendar.next_open(at) == at)
    assert at < calendar.next_close(at)
    assert not calendar.is_open(calendar.next_close(at)) or calendar.periods(at, 2)[1][0] == calendar.next_close(at)
    assert calendar.previous_open(at) <= at <= calendar.next_open(at)
    assert calendar.next_opening(at) > at
    assert 0 == calendar.elapsed(calendar.previous_open(at), calendar.next_open(at))


@given(calendars, moments, st.integers(1, 8))
def test_periods_lie_apart_and_add_up(calendar, at, n):
    forward, backward = calendar.periods(at, n), calendar.periods(at, n, backward=True)
    for found in (forward, backward[::-1]):
        flat = [moment for period in found for moment in period]
        assert sorted(flat) == flat
        assert sum((end - start).total_seconds() for start, end in found) == calendar.elapsed(flat[0], flat[-1])
    assert at <= forward[0][0] and backward[0][1] <= at


@given(timelines, terms, st.randoms())
def test_the_order_in_which_events_arrive_and_duplicates_change_nothing(timeline, held, random):
    shuffled = [*timeline, *random.sample(timeline, random.randrange(len(timeline)))]
    random.shuffle(shuffled)
    now = START + timedelta(days=random.randrange(100))
    history = [(START, held)]
    assert read(timeline, history, now, Reading()) == read(shuffled, history, now, Reading())


@given(timelines, terms, moments, st.lists(events, min_size=1))
def test_what_happens_later_changes_nothing(timeline, held, now, more):
    later = [replace(event, at=now + timedelta(seconds=1 + index)) for index, event in enumerate(more)]
    history = [(START, held)]
    assert read(timeline, history, now, Reading()) == read([*timeline, *later], history, now, Reading())


@given(timelines, terms, moments)
def test_terms_that_come_later_change_nothing(timeline, held, now):
    later = (now + timedelta(seconds=1), replace(held, targets={RESOLUTION: 1.0}))
    assert read(timeline, [(START, held)], now, Reading()) == read(timeline, [(START, held), later], now, Reading())


@given(calendars, seconds, moments, st.integers(0, 30 * 86_400), moments)
def test_a_pause_never_brings_the_due_time_forward(calendar, target, pause, length, now):
    frame = Frame(terms=Terms(targets={RESOLUTION: float(target)}, calendar=calendar), reading=Reading(), now=now)
    plain = run(RESOLUTION, START, None, [], frame)
    paused = run(RESOLUTION, START, None, [(pause, pause + timedelta(seconds=length))] if pause <= now else [], frame)
    assume(paused.due is not None)
    assert plain.due <= paused.due
    assert paused.elapsed <= plain.elapsed


@given(timelines, terms, moments)
def test_a_state_says_what_due_and_done_say(timeline, held, now):
    assume(all(event.at <= now for event in timeline))
    for clock in read(timeline, [(START, held)], now, Reading()).clocks.values():
        for each in clock.runs:
            ended = each.done or now
            late = each.due is not None and ended > each.due
            assert late is (each.state is State.BREACHED)
            assert (each.elapsed > each.target) <= late, "more than the target is late"
            assert each.margin == each.target - each.elapsed
            assert each.elapsed <= each.wall + 1e-6


@given(timelines, terms, st.lists(moments, min_size=2, max_size=2).map(sorted))
def test_what_was_ever_breached_stays_so_under_the_same_terms(timeline, held, two):
    earlier, later = two
    timeline = [event for event in timeline if event.kind != "ready"]
    before = read(timeline, [(START, held)], earlier, Reading(close_stops=False)).clocks
    after = read(timeline, [(START, held)], later, Reading(close_stops=False)).clocks
    for name, clock in before.items():
        assert not clock.ever_breached or after[name].ever_breached


@given(timelines, terms, terms, moments, moments)
def test_changed_terms_judge_as_if_they_had_always_held(timeline, before, after, change, now):
    assume(change <= now)
    changed = read(timeline, [(START, before), (change, after)], now, Reading()).clocks
    always = read(timeline, [(START, after)], now, Reading()).clocks
    assert {name: clock.runs for name, clock in always.items()} == {name: clock.runs for name, clock in changed.items()}


def test_a_ticket_that_nothing_opens_has_no_clocks():
    held = Terms(targets={RESOLUTION: 1.0}, calendar=CALENDARS[0])
    with pytest.raises(ValueError, match="nothing opens"):
        read([TicketEvent(at=START, kind="paused")], [(START, held)], END, Reading())
