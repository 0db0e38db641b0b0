"""The labels that a ticket should have, and who is told of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from qualitygate.model.tickets import TicketEvent
from qualitygate.support.clock import Clocks, read
from qualitygate.support.escalation import reached
from qualitygate.support.projection import AT_RISK, BREACHED, Relabelling, relabelling
from qualitygate.support.promises import always
from qualitygate.support.targets import Escalation, Reading, Terms

START = datetime(2026, 10, 5, 10, tzinfo=UTC)
STEPS = (Escalation(share=Fraction(1), assign=("wang",)), Escalation(share=Fraction(3, 4), mention=("lin",)))


def after(hours: float, kind: str, **more: str) -> TicketEvent:
    return TicketEvent(at=START + timedelta(hours=hours), kind=kind, **more)


def clocks(hours: float, *events: TicketEvent, **targets: float) -> Clocks:
    terms = Terms(targets=targets or {"first_response": 4 * 3600.0}, calendar=always(), name="normal")
    known = [after(0, "opened", actor="customer"), *events]
    return read(known, [(START, terms)], START + timedelta(hours=hours), Reading())


def downgraded(hours: float, now: float, **later: float) -> Clocks:
    """A ticket whose four hours for a first response became other targets so many hours after it was opened."""
    first = Terms(targets={"first_response": 4 * 3600.0}, calendar=always(), name="urgent")
    then = Terms(targets=later, calendar=always(), name="normal")
    history = [(START, first), (START + timedelta(hours=hours), then)]
    return read([after(0, "opened", actor="customer")], history, START + timedelta(hours=now), Reading())


ANSWER, LATE = after(1, "comment", actor="agent"), after(5, "comment", actor="agent")
ASK, AGAIN = after(2, "comment", actor="customer"), after(40, "comment", actor="customer")
PAUSE, CLOSE = after(3.5, "paused"), after(3.5, "closed")
KEEP = Relabelling()


@pytest.mark.parametrize(
    ("state", "present", "expected"),
    {
        "a young ticket has none": (clocks(1), [], KEEP),
        "from three quarters it is at risk": (clocks(3), ["bug"], Relabelling(add=(AT_RISK,))),
        "which is said once": (clocks(3), ["SLA:At-Risk"], KEEP),
        "beyond its target it is breached": (clocks(5), [AT_RISK], Relabelling(add=(BREACHED,), remove=(AT_RISK,))),
        "an answer takes the warning away": (clocks(6, ANSWER), [AT_RISK], Relabelling(remove=(AT_RISK,))),
        "a late answer leaves the breach": (clocks(6, LATE), [BREACHED], KEEP),
        "a wait after one that was late leaves it too": (
            clocks(41, ANSWER, ASK, after(39, "comment", actor="agent"), AGAIN, next_response=8 * 3600.0),
            [BREACHED],
            KEEP,
        ),
        "and a lower priority after the breach": (downgraded(5, 6, first_response=24 * 3600.0), [BREACHED], KEEP),
        "even one that promises none of it": (downgraded(5, 6, resolution=240 * 3600.0), [BREACHED], KEEP),
        "a pause leaves the warning": (clocks(9, PAUSE), [AT_RISK], KEEP),
        "and gives none": (clocks(9, PAUSE), [], KEEP),
        "closing takes the warning away": (clocks(9, CLOSE), [AT_RISK], Relabelling(remove=(AT_RISK,))),
        "a closed ticket that was late keeps its label": (clocks(9, LATE, after(6, "closed")), [BREACHED], KEEP),
        "and is given none": (clocks(9, LATE, after(6, "closed")), [], KEEP),
    }.values(),
)
def test_labels_are_a_projection_of_the_clocks(state: Clocks, present: list[str], expected: Relabelling) -> None:
    assert expected == relabelling(state, "", present)
    assert bool(expected) is bool(expected.add or expected.remove)


def test_a_ticket_that_counts_nowhere_has_no_label_of_ours_and_keeps_the_others() -> None:
    assert Relabelling(remove=(AT_RISK, BREACHED)) == relabelling(clocks(9), "spam", ["bug", BREACHED, AT_RISK])


@pytest.mark.parametrize(
    ("state", "shares"),
    {
        "too early": (clocks(2.9), []),
        "at the very share": (clocks(3), [[Fraction(3, 4)]]),
        "the furthest last": (clocks(4), [[Fraction(3, 4), Fraction(1)]]),
        "answered": (clocks(9, LATE), []),
        "paused": (clocks(9, PAUSE), []),
        "closed": (clocks(9, CLOSE), []),
        "nobody waits, or it is only forecast": (
            clocks(3, after(0.1, "comment", actor="customer"), first_response=3600.0 * 9, next_response=60.0),
            [],
        ),
        "nobody asked": (clocks(3, next_response=60.0), []),
    }.values(),
)
def test_people_are_told_of_clocks_that_run(state: Clocks, shares: list[list[Fraction]]) -> None:
    assert shares == [[each.step.share for each in found] for found in reached(state, "", STEPS)]


def test_nobody_is_told_of_a_ticket_that_counts_nowhere() -> None:
    assert [] == list(reached(clocks(9), "duplicate", STEPS))


def test_a_second_wait_is_told_anew() -> None:
    asks = [after(hours, "comment", actor="customer") for hours in (1, 10)]
    events = (ANSWER, asks[0], after(9, "comment", actor="agent"), asks[1])
    keys = {
        found[-1].key for hours in (8, 20) for found in reached(clocks(hours, *events, next_response=3600.0), "", STEPS)
    }
    assert {"escalation:next_response:20261005T110000Z:1", "escalation:next_response:20261005T200000Z:1"} == keys
