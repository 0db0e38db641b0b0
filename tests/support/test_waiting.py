"""A ticket between two looks: what was remembered tells how it stands as long as nothing happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from qualitygate.model.tickets import Ticket, TicketEvent
from qualitygate.support.case import case_of
from qualitygate.support.run import State
from qualitygate.support.targets import Promise
from qualitygate.support.waiting import Waiting, waiting
from tests.servicereport.samples import NOW, PROMISE, URGENT, ticket

AGO = {hours: NOW - timedelta(hours=hours) for hours in (0.5, 1, 3, 5, 9)}


def told(*tickets: Ticket, promise: Promise = PROMISE, now: datetime = NOW) -> list[Waiting]:
    return list(waiting((case_of(each, promise, now) for each in tickets), promise.reading, now))


def test_a_clock_that_runs_is_known_by_when_it_is_at_risk_and_late() -> None:
    (one,) = told(ticket("1", AGO[1]))
    assert ("1", "first_response", State.PENDING, AGO[1]) == (one.ticket, one.clock, one.state, one.opened)
    assert one.due and one.risk and NOW < one.risk < one.due
    assert 3 * 3_600 == one.left
    assert one.due == NOW + timedelta(hours=3)
    (late,) = told(ticket("1", AGO[5]))
    assert (State.BREACHED, None, AGO[1]) == (late.state, late.risk, late.due)


def test_one_that_stands_still_is_known_by_what_is_left() -> None:
    (one,) = told(ticket("1", AGO[1], events=(TicketEvent(at=AGO[0.5], kind="paused"),)))
    assert (State.PAUSED, None, None, 3.5 * 3_600) == (one.state, one.due, one.risk, one.left)
    assert State.PAUSED is one.at(NOW + timedelta(days=9))


def test_one_without_a_clock_that_runs_is_there_and_closed_ones_are_not() -> None:
    promise = replace(PROMISE, terms={"normal": URGENT})
    answered, closed = ticket("0", AGO[3], answered=1), ticket("1", AGO[3], 1, 2)
    (one,) = told(answered, closed, promise=promise)
    assert ("0", None, None, None) == (one.ticket, one.clock, one.state, one.at(NOW))


@pytest.mark.parametrize("since", [0.5, 1, 3, 5])
def test_as_long_as_nothing_happens_it_stands_as_a_new_look_would_find(since: float) -> None:
    one = ticket("1", AGO[since])
    (first,) = told(one)
    for minutes in range(0, 60 * 30, 7):
        now = NOW + timedelta(minutes=minutes)
        (then,) = told(one, now=now)
        assert then.state is first.at(now), now
    assert first.due
    assert [first.state is State.BREACHED, True] == [
        first.at(now) is State.BREACHED
        for now in (max(NOW, first.due), max(NOW, first.due) + timedelta(microseconds=1))
    ]
