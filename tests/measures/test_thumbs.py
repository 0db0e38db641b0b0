"""satisfaction.thumbs: answers under tickets by month, beside surveys and never among them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import pytest

from qualitygate.evaluation import judge
from qualitygate.extension import Context
from qualitygate.measures.satisfaction import take
from qualitygate.measures.satisfaction.thumbs import THUMBS
from qualitygate.measures.satisfaction.waves import TOP2BOX
from qualitygate.model.evidence import Gap
from qualitygate.model.policy import Bound, Condition
from qualitygate.model.surveys import Answer, SurveyRegister, Wave
from qualitygate.model.tickets import Ticket, TicketEvent, Tickets
from qualitygate.model.verdict import Outcome
from qualitygate.support.targets import Asking, Member, Promise
from tests.samples import source

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 10, tzinfo=UTC)
PROMISE = Promise(terms={}, team=(Member(user="lin"),), csat=Asking(since=OCTOBER, text="?"))


def ticket(id: str, *ratings: str, at: datetime = OCTOBER, reason: str = "completed", asker: str = "ci[bot]") -> Ticket:
    """A ticket that was closed, asked about and rated, by one customer after the other."""
    rated = (
        TicketEvent(at=at + timedelta(hours=n), kind="rated", user=f"c-{n}", value=value)
        for n, value in enumerate(ratings, 1)
    )
    return Ticket(
        id=id,
        title="Cannot pay",
        line=int(id),
        events=(
            TicketEvent(at=at - timedelta(days=1), kind="opened", user="mei"),
            TicketEvent(at=at, kind="closed", user="lin", value=reason),
            TicketEvent(at=at, kind="asked", user=asker, id=f"Q{id}"),
            *rated,
        ),
    )


def register(*tickets: Ticket, name: str = "tickets.jsonl", labels=None, **rules) -> Tickets:
    return Tickets(source=source(name=name, labels=labels or {}, **rules), tickets=tickets)


def judged(metric, *evidence, promise: Promise | None = PROMISE, at_least=Fraction(17, 20), **condition):
    line = Condition(id="c", metric=metric, bound=Bound(at_least=at_least), **condition)
    measurements = list(take(evidence, Context(now=NOW, today=NOW.date(), support=promise)))
    (found,) = judge(line, measurements, now=NOW)
    return found


def thumbs(up: int, down: int) -> Tickets:
    return register(ticket("1", *["up"] * up, *["down"] * down))


@pytest.mark.parametrize(
    ("up", "down", "outcome"),
    [(17, 3, Outcome.PASSED), (84, 16, Outcome.FAILED), (85, 15, Outcome.PASSED), (0, 1, Outcome.FAILED)],
)
def test_eighty_five_of_a_hundred_are_enough(up, down, outcome):
    found = judged(THUMBS, thumbs(up, down))
    assert (outcome, Fraction(up, up + down)) == (found.outcome, found.measurement.value)


def test_each_thumb_down_is_named_by_its_ticket_and_nobody_else():
    found = judged(THUMBS, register(ticket("7", "up", "down")))
    (finding,) = found.measurement.findings
    assert ("7 Cannot pay", "answered with a thumb down on 2026-10-10", "tickets.jsonl", 7) == (
        finding.title,
        finding.message,
        finding.path,
        finding.line,
    )
    assert "2026-10: 2 answers, 1 question asked" == found.measurement.note


def test_an_answer_is_of_the_month_in_which_it_was_given_as_the_zone_has_it():
    late = datetime(2026, 10, 31, 15, 30, tzinfo=UTC)
    utc = list(take([register(ticket("1", "up", at=late))], Context(now=NOW, today=NOW.date(), support=PROMISE)))
    assert [{"month": "2026-10"}] == [each.labels for each in utc]
    china = register(ticket("1", "up", at=late), zone=timezone(timedelta(hours=8)))
    found = judged(THUMBS, china, where={"month": "2026-11"})
    assert (Fraction(1), "2026-11: 1 answer, 0 questions asked") == (found.measurement.value, found.measurement.note)


def test_a_month_takes_only_its_answers():
    november = ticket("2", "down", at=datetime(2026, 11, 3, tzinfo=UTC))
    assert Fraction(1) == judged(THUMBS, register(ticket("1", "up"), november), within="month").measurement.value
    assert Fraction(1, 2) == judged(THUMBS, register(ticket("1", "up"), november)).measurement.value


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (ticket("1"), "nobody has answered"),
        (ticket("1", "up", reason="spam"), "nobody has answered"),
        (ticket("1", "up", asker="mei"), "nobody has answered"),
        (ticket("1", "up", at=NOW), "nobody has answered"),
    ],
)
def test_without_an_answer_there_is_no_value(one, why):
    found = judged(THUMBS, register(one))
    assert (Outcome.NO_DATA, why) == (found.outcome, found.measurement.note)


@pytest.mark.parametrize(
    ("promise", "why"),
    [
        (None, "the policy promises no support"),
        (Promise(terms={}), "the policy asks no customer"),
        (Promise(terms={}, csat=PROMISE.csat, teams=("acme/support",)), "cannot be told from a file"),
    ],
)
def test_without_a_policy_that_asks_there_is_no_value(promise, why):
    found = judged(THUMBS, thumbs(3, 0), promise=promise)
    assert Outcome.NO_DATA is found.outcome
    assert why in found.measurement.note


def test_a_register_that_is_missing_or_a_ticket_in_two_takes_the_value():
    gap = Gap(slug="missing", source="t", expected="1 file", found="no file", kind="tickets", labels={})
    assert Outcome.NO_DATA is judged(THUMBS, thumbs(3, 0), gap).outcome
    twice = judged(THUMBS, thumbs(3, 0), register(ticket("1", "down"), name="other.jsonl"))
    assert (Outcome.NO_DATA, True) == (twice.outcome, "other.jsonl" in twice.measurement.note)
    assert Fraction(1) == judged(THUMBS, thumbs(3, 0), thumbs(3, 0)).measurement.value, "a file read twice is one"


def test_thumbs_and_points_are_never_mixed():
    wave = Wave(id="q3", opened=OCTOBER.date(), closed=OCTOBER.date(), quarter="2026-Q4")
    asked = Answer(wave="q3", who="r-1", score=1)
    survey = SurveyRegister(source=source(name="s.csv"), waves=(wave,), answers=(asked,), covers=("q3",))
    assert Fraction(1) == judged(THUMBS, survey, thumbs(3, 0)).measurement.value
    assert Fraction(0) == judged(TOP2BOX, survey, thumbs(3, 0)).measurement.value
    assert Outcome.NO_DATA is judged(TOP2BOX, thumbs(3, 0)).outcome
    assert Outcome.NO_DATA is judged(THUMBS, survey).outcome
