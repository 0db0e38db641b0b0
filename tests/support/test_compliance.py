from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from qualitygate.model.tickets import Ticket, TicketEvent
from qualitygate.support.clock import read
from qualitygate.support.compliance import Standing, excluded, judged, unanswered
from qualitygate.support.promises import always
from qualitygate.support.targets import Reading, Terms

START = datetime(2026, 10, 5, 10, tzinfo=UTC)
TARGETS = {"first_response": 3600.0, "next_response": 3600.0, "resolution": 7200.0}
TERMS = Terms(targets=TARGETS, calendar=always(), name="normal")
OPENED = TicketEvent(at=START, kind="opened", actor="customer")


def after(hours: float, kind: str, actor: str | None = None, value: str | None = None) -> TicketEvent:
    return TicketEvent(at=START + timedelta(hours=hours), kind=kind, actor=actor, value=value)


def ticket(*events: TicketEvent, **more) -> Ticket:
    return Ticket(id="1", events=(OPENED, *events), **more)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (ticket(), ""),
        (ticket(after(1, "closed", value="completed")), ""),
        (ticket(after(1, "closed")), ""),
        (ticket(after(1, "closed", value="duplicate")), "duplicate"),
        (ticket(after(1, "closed", value="not_planned")), "not planned"),
        (ticket(after(1, "closed", value="spam")), "spam"),
        (ticket(after(1, "closed", value="spam"), after(2, "reopened")), ""),
        (ticket(after(1, "converted")), "converted"),
        (ticket(probe=True), "probe"),
        (Ticket(id="1", events=(TicketEvent(at=START, kind="opened", actor="agent"),)), "opened by staff"),
        (Ticket(id="1", events=()), ""),
    ],
)
def test_a_ticket_counts_nowhere_for_a_reason_that_is_told(found, why):
    assert why == excluded(found, found.events, "")


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ((), ""),
        ((("labelled", "Support"),), ""),
        ((("labelled", "support"), ("unlabelled", "SUPPORT")), "label taken off"),
        ((("labelled", "support"), ("unlabelled", "support"), ("labelled", "support")), ""),
        ((("labelled", "support"), ("unlabelled", "bug"), ("priority_changed", "low")), ""),
        ((("unlabelled", "support"),), "label taken off"),
    ],
)
def test_a_ticket_whose_label_was_taken_off_counts_nowhere_for_that_reason(events, why):
    found = ticket(*(after(hours, kind, value=label) for hours, (kind, label) in enumerate(events, 1)))
    assert why == excluded(found, found.events, "support")
    assert "" == excluded(found, found.events, ""), "where no label makes it a ticket"


def test_each_run_is_met_breached_or_pending_and_belongs_to_when_it_was_due_or_earlier_met():
    found = ticket(after(0.5, "comment", "agent"), after(1, "comment", "customer"))
    now = START + timedelta(hours=3)
    runs = {each.run.clock: each for each in judged(found, read(found.events, [(START, TERMS)], now, Reading()))}
    assert (Standing.MET, START + timedelta(hours=0.5), False) == of(runs["first_response"])
    assert (Standing.BREACHED, START + timedelta(hours=2), True) == of(runs["next_response"])
    assert (Standing.BREACHED, START + timedelta(hours=2), True) == of(runs["resolution"])
    early = {
        each.run.clock: each
        for each in judged(found, read(found.events, [(START, TERMS)], START + timedelta(hours=1.5), Reading()))
    }
    assert Standing.PENDING is early["next_response"].standing


def of(each) -> tuple[Standing, datetime | None, bool]:
    return each.standing, each.at, each.open


def test_a_first_response_that_closing_made_needless_is_told_apart():
    found = ticket(after(0.5, "closed", "customer"))
    clocks = read(found.events, [(START, TERMS)], START + timedelta(hours=9), Reading())
    assert ["first_response"] == [each.run.clock for each in judged(found, clocks) if unanswered(each, clocks)]


def test_what_only_later_terms_made_good_is_marked():
    loose = Terms(targets={"first_response": 36_000.0}, calendar=always(), name="low")
    found = ticket(after(2, "comment", "agent"))
    held = [(START, TERMS), (START + timedelta(hours=1.5), loose)]
    [only] = judged(found, read(found.events, held, START + timedelta(hours=9), Reading()))
    assert Standing.MET is only.standing and only.late_before
