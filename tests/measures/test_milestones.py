"""Milestones: in time or not, and where nothing can be told."""

# ruff: noqa: E501 - a table is read by the row

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

import pytest

from qualitygate.evaluation import judge
from qualitygate.extension import Context
from qualitygate.measures import milestones
from qualitygate.model.evidence import Gap
from qualitygate.model.milestones import Milestone, MilestoneRegister
from qualitygate.model.policy import Bound, Condition
from qualitygate.model.verdict import Outcome
from tests.samples import report, source

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 22, 17, tzinfo=CHINA)


def milestone(name: str, due: str, achieved: str | None = None, **more) -> Milestone:
    done = date.fromisoformat(achieved) if achieved else None
    return Milestone(id=name, due=date.fromisoformat(due), achieved=done, **more)


def register(*found: Milestone, name: str = "quality/milestones.yml", labels=None) -> MilestoneRegister:
    return MilestoneRegister(source=source(name=name, labels=labels or {}, zone=CHINA), milestones=found)


def gap(**more) -> Gap:
    return Gap(**{"slug": "missing", "source": "plan", "expected": "1 file", "found": "no file", **more})


def result(evidence, now=NOW, **condition):
    line = Condition(id="c", metric=milestones.ON_TIME, bound=Bound(at_least=Fraction(1)), **condition)
    taken = list(milestones.take(evidence, Context(now=now, today=now.date())))
    (found,) = judge(line, taken, now=now)
    return found


def counted(*found: Milestone, **condition):
    taken = result([register(*found)], **condition).measurement
    return (taken.numerator, taken.denominator)


@pytest.mark.parametrize(
    ("due", "achieved", "numbers"),
    [
        ("2026-10-31", "2026-10-31", (1, 1)),
        ("2026-10-31", "2026-10-01", (1, 1)),
        ("2026-10-31", "2026-11-01", (0, 1)),
        ("2026-10-31", None, (0, 1)),
        ("2026-11-22", "2026-11-22", (1, 1)),
        ("2026-11-22", None, (0, 1)),
        ("2026-10-31", "2026-11-23", (0, 1)),
        ("2026-11-23", None, (None, None)),
        ("2026-11-23", "2026-11-01", (None, None)),
    ],
)  # fmt: skip
def test_the_day_it_was_due_is_in_time_and_the_next_is_not(due, achieved, numbers):
    assert numbers == counted(milestone("a", due, achieved))


def test_those_that_are_due_count_together():
    plan = [milestone("a", "2026-10-31", "2026-10-30"), milestone("b", "2026-11-22"), milestone("c", "2026-12-31")]
    assert (1, 2) == counted(*plan)
    assert {"milestones": 3, "registers": 1} == result([register(*plan)]).measurement.examined


def test_a_period_has_the_milestones_that_were_due_in_it_by_the_policys_zone():
    plan = [milestone("a", "2026-09-30"), milestone("b", "2026-10-01", "2026-10-01"), milestone("c", "2026-10-31", "2026-10-31"), milestone("d", "2026-11-01")]  # fmt: skip
    assert (2, 2) == counted(*plan, within="month")
    assert (0, 1) == counted(*plan, within="quarter")
    assert (0, 1) == counted(*plan, where={"milestone": "d"})
    new_year = datetime(2027, 1, 1, tzinfo=CHINA)
    assert (2, 4) == counted(*plan, within="year", now=new_year)


@pytest.mark.parametrize(
    ("evidence", "note"),
    [
        ([register()], "no milestone is listed in quality/milestones.yml"),
        ([register(milestone("b", "2027-01-01"), milestone("a", "2026-12-31"))], "no milestone is due yet; the first is a, on 2026-12-31"),
        ([register(milestone("a", "2026-01-01"), name="x"), register(milestone("a", "2026-01-02"), name="y")], "the id a is in x and in y: give each register an evidence entry of its own"),
        ([], "nothing measured"),
    ],
)  # fmt: skip
def test_nothing_due_is_no_data(evidence, note):
    found = result(evidence)
    assert (Outcome.NO_DATA, note) == (found.outcome, found.note)


@pytest.mark.parametrize("condition", [{}, {"within": "month"}, {"where": {"milestone": "a"}}])
@pytest.mark.parametrize("kind", ["milestones", None])
def test_a_gap_is_no_data_whatever_is_picked(condition, kind):
    evidence = [
        register(milestone("a", "2026-10-31", "2026-10-31"), labels={"suite": "a"}),
        gap(kind=kind, labels={"suite": "b"}),
    ]
    found = result(evidence, **condition)
    assert (Outcome.NO_DATA, "plan: no file; expected 1 file") == (found.outcome, found.note)


def test_other_evidence_and_its_gaps_change_nothing():
    kept = register(milestone("a", "2026-10-31", "2026-10-31"))
    assert Outcome.PASSED is result([kept, gap(kind="tests"), report()]).outcome


def test_the_same_register_from_two_shards_counts_once():
    one = register(milestone("a", "2026-10-31", "2026-10-31"))
    assert 1 == result([one, one]).measurement.denominator


def test_each_miss_is_told_with_its_slip_and_place():
    plan = [
        milestone("a", "2026-10-31", "2026-11-05", title="Manual", line=4),
        milestone("b", "2026-11-21", due_as="contract_start + P2M", line=5),
        milestone("c", "2026-11-20", "2026-12-01"),
    ]
    assert [
        ("a Manual", "due on 2026-10-31, achieved on 2026-11-05, 5 days late: mend the day if it is wrong, or waive it", "quality/milestones.yml", 4),
        ("b", "due on 2026-11-21 (contract_start + P2M), 1 day ago, and not achieved: write achieved with the day on which it is", "quality/milestones.yml", 5),
        ("c", "due on 2026-11-20, and achieved on 2026-12-01, which is still to come: write the day on which it is", "quality/milestones.yml", None),
    ] == [(each.title, each.message, each.path, each.line) for each in result([register(*plan)]).measurement.findings]  # fmt: skip
