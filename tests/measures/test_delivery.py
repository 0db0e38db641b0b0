"""Delivery metrics: failed changes of all changes, over any period."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import pytest

from qualitygate.evaluation import judge
from qualitygate.extension import Context
from qualitygate.measures import delivery
from qualitygate.model.deployments import Deployment, DeploymentRegister
from qualitygate.model.evidence import Gap
from qualitygate.model.policy import Bound, Condition
from qualitygate.model.verdict import Outcome
from tests.samples import NOW, report, source


def change(name: str, day: str, *, failed: bool = False, **more) -> Deployment:
    return Deployment(id=name, at=datetime.fromisoformat(day).replace(tzinfo=UTC), failed=failed, **more)


def register(*changes: Deployment, name: str = "deployments.csv", labels=None, **rules) -> DeploymentRegister:
    return DeploymentRegister(source=source(name=name, labels=labels or {}, **rules), deployments=changes)


def gap(**more) -> Gap:
    return Gap(**{"slug": "missing", "source": "live", "expected": "1 file", "found": "no file", **more})


def take(*evidence):
    return list(delivery.take(evidence, Context(now=NOW, today=NOW.date())))


def result(evidence, **condition):
    line = Condition(id="c", metric=delivery.CHANGE_FAILURE_RATE, bound=Bound(at_most=Fraction(1, 10)), **condition)
    (found,) = judge(line, take(*evidence), now=NOW)
    return found


def value(evidence, **condition):
    return result(evidence, **condition).measurement.value


CHANGES = (
    change("1", "2026-07-31"),
    change("2", "2026-09-30T23:59:59", failed=True, remediated_by=("3",)),
    change("3", "2026-10-01"),
    change("4", "2026-10-31", failed=True, title="Search", line=5),
    change("5", "2026-11-20"),
)


def test_the_rate_is_failed_changes_of_all_changes():
    found = result([register(*CHANGES)]).measurement
    assert (Fraction(2, 5), 2, 5) == (found.value, found.numerator, found.denominator)
    assert {"changes": 5, "registers": 1} == found.examined


def test_a_period_has_the_changes_of_its_months():
    assert Fraction(1, 2) == value([register(*CHANGES)], within="month")
    assert Fraction(1, 2) == value([register(*CHANGES)], within="quarter")
    assert Fraction(1, 2) == value([register(*CHANGES)], where={"month": "2026-10"})


def test_months_are_those_of_the_policys_zone():
    zone = timezone(timedelta(hours=8))
    found = take(register(change("1", "2026-09-30T23:00:00"), zone=zone))
    assert [{"month": "2026-10"}] == [each.labels for each in found]


def test_a_period_without_changes_is_no_data():
    assert "nothing measured within the last whole month" == result([register(CHANGES[0])], within="month").note


def test_a_register_without_changes_is_no_data():
    assert "no change is listed in deployments.csv" == result([register()]).note


@pytest.mark.parametrize("condition", [{}, {"within": "month"}, {"where": {"month": "2026-10"}}])
@pytest.mark.parametrize("kind", ["deployments", None])
def test_a_gap_is_no_data_whatever_is_picked(condition, kind):
    evidence = [register(*CHANGES, labels={"suite": "a"}), gap(kind=kind, labels={"suite": "b"})]
    found = result(evidence, **condition)
    assert (Outcome.NO_DATA, "live: no file; expected 1 file") == (found.outcome, found.note)


def test_a_gap_of_tests_changes_nothing():
    assert Fraction(2, 5) == value([register(*CHANGES), gap(kind="tests")])


def test_other_evidence_has_no_deployments():
    assert [] == take(report())


def test_registers_of_one_entry_count_together_and_a_change_in_both_is_no_data():
    assert Fraction(1, 2) == value([register(CHANGES[0], name="a"), register(CHANGES[1], name="b")])
    found = result([register(CHANGES[0], name="a"), register(CHANGES[0], name="b")])
    assert "the id 1 is in a and in b: give each register an evidence entry of its own" == found.note


def test_the_failed_changes_are_told():
    found = result([register(*CHANGES)]).measurement.findings
    assert [
        ("2", "remediated by 3, deployed on 2026-09-30", "deployments.csv", None),
        ("4 Search", "failed, deployed on 2026-10-31", "deployments.csv", 5),
    ] == [(each.title, each.message, each.path, each.line) for each in found]
