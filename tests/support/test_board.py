"""The board of open tickets: the worst first, what stands still after what runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from qualitygate.model.tickets import TicketEvent, Tickets
from qualitygate.support.board import board
from qualitygate.support.case import cases
from qualitygate.support.run import State
from tests.samples import source
from tests.servicereport.samples import NOW, PROMISE, URGENT, ticket

AGO = {hours: NOW - timedelta(hours=hours) for hours in (0.5, 1, 3, 5, 9)}


def told(*tickets, promise=PROMISE):
    return board(cases([Tickets(source=source(name="t.jsonl"), tickets=tickets)], promise, NOW))


def test_the_latest_comes_first_then_who_has_the_least_time_then_what_is_paused():
    paused = ticket("paused", AGO[1], events=(TicketEvent(at=AGO[0.5], kind="paused"),))
    found = told(ticket("new", AGO[1]), paused, ticket("late", AGO[5]), ticket("soon", AGO[3]), ticket("later", AGO[9]))
    assert ["later", "late", "soon", "new", "paused"] == [each.ticket for each in found]
    states = [State.BREACHED, State.BREACHED, State.AT_RISK, State.PENDING, State.PAUSED]
    assert states == [each.clocks[0].state for each in found]
    assert [-5 * 3_600, -3_600, 3_600] == [each.clocks[0].left for each in found[:3]]


def test_closed_and_excluded_tickets_are_not_on_it():
    assert () == told(ticket("1", AGO[3], 1, 2), ticket("2", AGO[3], probe=True), ticket("3", AGO[3], by="lin"))


def test_a_ticket_has_all_its_clocks_that_run_the_most_pressing_first():
    (one,) = told(ticket("1", AGO[3]))
    assert ["first_response", "resolution"] == [each.clock for each in one.clocks]
    (answered,) = told(ticket("1", AGO[3], answered=1))
    assert ["resolution"] == [each.clock for each in answered.clocks]


def test_an_open_ticket_without_a_clock_that_runs_comes_last():
    promise = replace(PROMISE, terms={"normal": URGENT})
    found = told(ticket("0", AGO[3], answered=1), ticket("1", AGO[1]), promise=promise)
    assert [("1", 1), ("0", 0)] == [(each.ticket, len(each.clocks)) for each in found]
