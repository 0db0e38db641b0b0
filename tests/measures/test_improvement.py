"""Continuous improvement: months with a retrospective, actions carried out, and what is overdue."""

# ruff: noqa: E501 - a table is read by the row

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

import pytest

from qualitygate.evaluation import judge
from qualitygate.extension import Context
from qualitygate.measures import improvement
from qualitygate.measures.improvement import CLOSURE, ON_TIME, OVERDUE, RETROSPECTIVES
from qualitygate.model.evidence import Gap
from qualitygate.model.policy import Bound, Condition
from qualitygate.model.retrospectives import Action, Retrospective
from qualitygate.model.verdict import Outcome
from tests.samples import report, source

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 22, 17, tzinfo=CHINA)


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def action(name: str, due: str, first: str | None = None, done: str | None = None, verified: str | None = None, **more):
    more = {"text": "t", "owner": "o", **more}
    return Action(id=name, due=day(due), first_due=day(first), done=day(done), verified_by=verified, **more)


def record(month: str | None, *actions: Action, held: str | None = None, labels=None, name: str = "", **more):
    first = day(f"{month}-01") if month else None
    whole = {"attendees": ("a",), "decisions": ("d",), "signed_by": ("s",), **more}
    return Retrospective(
        source=source(name=name or f"quality/retrospectives/{month}.md", labels=labels or {}, zone=CHINA),
        held=day(held) or day(f"{month}-28"),
        month=first,
        actions=actions,
        **whole,
    )


def gap(**more) -> Gap:
    return Gap(**{"slug": "missing", "source": "retros", "expected": "1 file", "found": "no file", **more})


def result(metric, *evidence, now=NOW, contract_start=None, **condition):
    bound = Bound(at_most=Fraction(0)) if metric is OVERDUE else Bound(at_least=Fraction(1))
    taken = list(improvement.take(evidence, Context(now=now, today=now.date(), contract_start=day(contract_start))))
    (found,) = judge(Condition(id="c", metric=metric, bound=bound, **condition), taken, now=now)
    return found


def numbers(metric, *evidence, **condition):
    taken = result(metric, *evidence, **condition).measurement
    return (taken.numerator, taken.denominator)


def told(metric, *evidence, **condition):
    findings = result(metric, *evidence, **condition).measurement.findings
    return [(each.title, each.message, each.path, each.line) for each in findings]


# Retrospectives


def test_months_are_due_from_the_first_record_to_the_last_that_has_ended():
    assert (2, 3) == numbers(RETROSPECTIVES, record("2026-08"), record("2026-10"))
    assert (2, 2) == numbers(RETROSPECTIVES, record("2026-09"), record("2026-10"), record("2026-11"))


def test_a_period_has_its_months():
    held = [record("2026-06"), record("2026-08"), record("2026-09")]
    assert (0, 1) == numbers(RETROSPECTIVES, *held, within="month")
    assert (2, 3) == numbers(RETROSPECTIVES, *held, within="quarter")
    assert (1, 1) == numbers(RETROSPECTIVES, *held, where={"month": "2026-09"})


@pytest.mark.parametrize(
    ("begins", "whole", "quarter"),
    [
        ("2026-01-01", (1, 10), (1, 3)),
        ("2026-06-02", (1, 4), (1, 3)),
        ("2026-07-01", (1, 4), (1, 3)),
        ("2026-07-02", (1, 3), (1, 2)),
        ("2026-09-01", (1, 2), (1, 1)),
        ("2026-10-01", (0, 1), (None, None)),
    ],
)
def test_months_are_due_from_the_first_whole_one_of_the_contract_whatever_records_there_are(begins, whole, quarter):
    left = record("2026-09")
    assert whole == numbers(RETROSPECTIVES, left, contract_start=begins)
    assert quarter == numbers(RETROSPECTIVES, left, contract_start=begins, within="quarter")


@pytest.mark.parametrize("begins", ["2026-10-02", "2026-11-01", "2027-01-01"])
def test_before_a_whole_month_of_the_contract_has_ended_none_is_due(begins):
    found = result(RETROSPECTIVES, record("2026-09"), contract_start=begins)
    told_ = f"the contract is from {begins} on, and no whole month of it has ended"
    assert (Outcome.NO_DATA, told_) == (found.outcome, found.note)


def test_months_of_the_contract_are_due_where_only_projects_have_records():
    one = record(None, held="2026-10-01", project="crm", name="crm.md")
    assert (0, 2) == numbers(RETROSPECTIVES, one, contract_start="2026-09-01")


@pytest.mark.parametrize(
    ("now", "numbers_then"),
    [
        (datetime(2026, 10, 31, 23, 59, tzinfo=CHINA), (1, 1)),
        (datetime(2026, 11, 1, 0, 0, tzinfo=CHINA), (1, 2)),
        (datetime(2026, 12, 31, 23, 59, tzinfo=CHINA), (1, 3)),
        (datetime(2027, 1, 1, 0, 0, tzinfo=CHINA), (1, 4)),
    ],
)
def test_a_month_is_due_when_it_has_ended_in_the_policys_zone(now, numbers_then):
    assert numbers_then == numbers(RETROSPECTIVES, record("2026-09"), now=now)


@pytest.mark.parametrize(
    ("evidence", "counts"),
    [
        (record("2026-10"), True),
        (record("2026-10", held="2026-11-22"), True),
        (record("2026-10", decisions=(), no_action="all went well"), True),
        (record("2026-10", signed_by=()), False),
        (record("2026-10", attendees=()), False),
        (record("2026-10", decisions=()), False),
        (record("2026-10", held="2026-11-23"), False),
        (record("2026-09", held="2026-10-31"), True),
        (record("2026-09", held="2026-11-01"), False),
    ],
)
def test_a_month_counts_by_a_whole_record_held_by_the_end_of_the_month_after(evidence, counts):
    assert counts is (numbers(RETROSPECTIVES, evidence, where={"month": f"{evidence.month:%Y-%m}"})[0] == 1)


def test_one_whole_record_of_a_month_is_enough():
    assert (1, 1) == numbers(RETROSPECTIVES, record("2026-10", signed_by=(), name="a"), record("2026-10", name="b"))


@pytest.mark.parametrize(
    ("evidence", "note"),
    [
        (record("2026-11"), "the first record looks back on 2026-11, which has not ended"),
        (record(None, held="2026-10-01", project="crm", name="crm.md"), "no record looks back on a month: crm.md"),
    ],
)
def test_no_month_due_is_no_data(evidence, note):
    found = result(RETROSPECTIVES, evidence)
    assert (Outcome.NO_DATA, note) == (found.outcome, found.note)


def test_each_month_that_is_missed_is_told_with_the_fix():
    held = [record("2026-07", held="2026-09-01"), record("2026-09", signed_by=()), record("2026-10", held="2026-12-01")]
    assert [
        ("2026-07", "was held on 2026-09-01, later than 2026-08-31, the end of the month after", "quality/retrospectives/2026-07.md", 1),
        ("2026-08", "no record looks back on this month: it could be held until 2026-09-30, so that only a waiver helps now", "quality/retrospectives/2026-08.md", None),
        ("2026-09", "lacks signed_by: add it to the front matter", "quality/retrospectives/2026-09.md", 1),
        ("2026-10", "is of 2026-12-01, which is still to come: write the day on which it was held", "quality/retrospectives/2026-10.md", 1),
    ] == told(RETROSPECTIVES, *held)  # fmt: skip


def test_a_month_whose_retrospective_can_still_be_held_says_until_when_and_where_to_write_it():
    held = record("2026-09", held="2026-10-01")
    way_out = "hold the retrospective by 2026-11-30 and write quality/retrospectives/2026-10.md"
    told_ = told(RETROSPECTIVES, held)
    assert [
        ("2026-10", f"no record looks back on this month: {way_out}", "quality/retrospectives/2026-10.md", None)
    ] == told_


# Actions


@pytest.mark.parametrize(
    ("each", "carried_out", "overdue"),
    [
        (action("1", "2026-10-31", None, "2026-10-31", "v"), (1, 1), 0),
        (action("1", "2026-10-31", None, "2026-11-20", "v"), (1, 1), 0),
        (action("1", "2026-10-31", None, "2026-11-22", "v"), (1, 1), 0),
        (action("1", "2026-10-31", None, "2026-11-23", "v"), (0, 1), 1),
        (action("1", "2026-10-31", None, "2026-10-31"), (0, 1), 1),
        (action("1", "2026-10-31"), (0, 1), 1),
        (action("1", "2026-10-31", not_planned="no"), (0, 1), 0),
        (action("1", "2026-12-31", "2026-10-31"), (0, 1), 1),
        (action("1", "2026-12-31", "2026-10-31", "2026-11-05", "v"), (1, 1), 0),
        (action("1", "2026-11-21"), (0, 1), 1),
        (action("1", "2026-11-22"), (None, None), 0),
        (action("1", "2026-12-31", None, "2026-11-01", "v"), (None, None), 0),
    ],
)
def test_an_action_counts_by_its_first_day_and_is_carried_out_when_done_and_verified(each, carried_out, overdue):
    assert carried_out == numbers(CLOSURE, record("2026-09", each))
    assert overdue == result(OVERDUE, record("2026-09", each)).measurement.value


@pytest.mark.parametrize(
    ("each", "in_time"),
    [
        (action("1", "2026-10-31", None, "2026-10-30", "v"), (1, 1)),
        (action("1", "2026-10-31", None, "2026-10-31", "v"), (1, 1)),
        (action("1", "2026-10-31", None, "2026-11-01", "v"), (0, 1)),
        (action("1", "2026-11-30", "2026-10-31", "2026-11-01", "v"), (0, 1)),
        (action("1", "2026-11-30", "2026-10-31", "2026-10-31", "v"), (1, 1)),
        (action("1", "2026-10-31", None, "2026-10-31"), (0, 1)),
        (action("1", "2026-10-31", not_planned="no"), (0, 1)),
        (action("1", "2026-11-22"), (None, None)),
    ],
)
def test_an_action_was_in_time_when_it_was_done_by_its_first_day_and_is_verified(each, in_time):
    assert in_time == numbers(ON_TIME, record("2026-09", each))


@pytest.mark.parametrize("verifier", ["lin", "@Lin"])
def test_an_action_that_its_own_owner_verified_is_not_verified(verifier):
    one = record("2026-09", action("1", "2026-10-31", None, "2026-10-31", verifier, owner="lin", line=5))
    path = "quality/retrospectives/2026-09.md"
    message = f"due on 2026-10-31, 22 days ago, done on 2026-10-31, verified by {verifier}, who owns it: have somebody else verify it and name them in verified_by (owner lin)"
    assert [(0, 1), (0, 1)] == [numbers(CLOSURE, one), numbers(ON_TIME, one)]
    assert [[("1 t", message, path, 5)]] * 3 == [told(metric, one) for metric in (CLOSURE, ON_TIME, OVERDUE)]
    assert (1, 1) == numbers(
        CLOSURE, record("2026-09", action("1", "2026-10-31", None, "2026-10-31", "li", owner="lin"))
    )


def test_an_action_that_was_carried_out_late_is_told_as_late():
    one = record("2026-09", action("1", "2026-10-31", None, "2026-11-01", "v", line=5))
    path = "quality/retrospectives/2026-09.md"
    assert [("1 t", "due on 2026-10-31, 22 days ago, done on 2026-11-01, 1 day late (owner o)", path, 5)] == told(
        ON_TIME, one
    )
    assert [] == told(CLOSURE, one)


def test_a_postponed_action_stays_in_the_period_of_its_first_day():
    moved = record("2026-08", action("1", "2026-10-15", "2026-09-30"), action("2", "2026-10-01", None, "2026-10-01", "v"))  # fmt: skip
    assert (1, 1) == numbers(CLOSURE, moved, within="month")
    assert (0, 1) == numbers(CLOSURE, moved, within="quarter")
    assert (0, 1) == numbers(CLOSURE, moved, where={"month": "2026-09"})


@pytest.mark.parametrize(
    ("actions", "note"),
    [
        ((), "no action is listed in quality/retrospectives/2026-09.md"),
        ((action("1", "2026-12-01"), action("2", "2026-11-22")), "no action was due yet; the first is on 2026-11-22"),
    ],
)
def test_no_action_due_is_no_data_and_none_is_overdue(actions, note):
    found = result(CLOSURE, record("2026-09", *actions))
    assert (Outcome.NO_DATA, note) == (found.outcome, found.note)
    assert Outcome.PASSED is result(OVERDUE, record("2026-09", *actions)).outcome


def test_actions_of_a_project_count_too():
    assert (0, 1) == numbers(CLOSURE, record(None, action("1", "2026-10-31"), held="2026-10-01", project="crm"))


def test_each_open_action_is_told_the_oldest_first():
    these = record(
        "2026-09",
        action("4", "2026-11-20", done="2026-12-01"),
        action("3", "2026-11-21", done="2026-11-21", line=7),
        action("2", "2026-11-19", not_planned="too dear"),
        action("1", "2026-12-31", "2026-11-01", text="Rota", owner="p-2", line=5),
    )
    path = "quality/retrospectives/2026-09.md"
    assert [
        ("1 Rota", "due on 2026-11-01, 21 days ago, postponed to 2026-12-31, not done: do it and write done, or not_planned with the reason (owner p-2)", path, 5),
        ("2 t", "due on 2026-11-19, 3 days ago, not planned: too dear (owner o)", path, None),
        ("4 t", "due on 2026-11-20, 2 days ago, done on 2026-12-01, which is still to come: write the day on which it was done (owner o)", path, None),
        ("3 t", "due on 2026-11-21, 1 day ago, done on 2026-11-21, verified by nobody: have it verified and write verified_by (owner o)", path, 7),
    ] == told(CLOSURE, these)  # fmt: skip
    assert ["1 Rota", "4 t", "3 t"] == [each[0] for each in told(OVERDUE, these)]


# What is not there


@pytest.mark.parametrize("metric", improvement.METRICS)
@pytest.mark.parametrize("condition", [{}, {"within": "month"}, {"where": {"month": "2026-10"}}])
@pytest.mark.parametrize("kind", ["retrospectives", None])
def test_a_gap_is_no_data_whatever_is_picked(metric, condition, kind):
    if metric is OVERDUE and "where" in condition:
        return
    whole = record("2026-10", action("1", "2026-10-31", None, "2026-10-31", "v"), labels={"suite": "a"})
    found = result(metric, whole, gap(kind=kind, labels={"suite": "b"}), **condition)
    assert (Outcome.NO_DATA, True) == (found.outcome, "retros: no file; expected 1 file" in found.note)


def test_other_evidence_and_its_gaps_change_nothing():
    assert (1, 1) == numbers(RETROSPECTIVES, record("2026-10"), gap(kind="tests"), report())
    assert Outcome.NO_DATA is result(OVERDUE, report()).outcome


def test_an_action_in_two_records_is_no_data_for_its_first_day_would_be_lost():
    copied = record("2026-09", action("1", "2026-10-31")), record("2026-10", action("1", "2026-12-31"))
    found = result(CLOSURE, *copied)
    assert (
        "the action 1 is in quality/retrospectives/2026-09.md and in quality/retrospectives/2026-10.md: leave it in the record in which it was agreed on"
        == found.note
    )


def test_the_same_record_from_two_shards_counts_once_and_another_version_of_it_is_no_data():
    one = record("2026-09", action("1", "2026-10-31"))
    assert (0, 1) == numbers(CLOSURE, one, one)
    other = record("2026-09", action("1", "2026-12-31"))
    assert "two different versions of quality/retrospectives/2026-09.md" in result(CLOSURE, one, other).note
