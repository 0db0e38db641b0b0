"""What became of each clause: one table, and what is never taken for met."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from qualitygate.commitments import Standing, commitments, tally, unclaimed
from qualitygate.model.measurement import Measurement
from qualitygate.model.policy import Bound, Clause, Condition, OnMissing, Severity
from qualitygate.model.verdict import ConditionResult, GateResult, Outcome, Verdict
from tests.samples import RATE

TODAY = date(2026, 10, 1)
CLAUSE = Clause(id="4.1", text={"en": "Fewer than 5 in 100 fail"})
HALF, NOTHING = Fraction(1, 2), None


def result(outcome: Outcome, value: Fraction | None = HALF, **more) -> ConditionResult:
    vacuous = more.pop("vacuous", False)
    condition = Condition(id="c", metric=RATE, bound=Bound(below=Fraction(1, 20)), clause=more.pop("clause", "4.1"))
    return ConditionResult(
        condition=replace(condition, **more),
        outcome=outcome,
        measurement=Measurement(metric=RATE, value=value, vacuous=vacuous),
    )


def verdict(*results: ConditionResult) -> Verdict:
    at = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC)
    gate = GateResult(name="release", conditions=results)
    return Verdict(policy="p", policy_digest="", subject={}, at=at, gates=(gate,))


def standing(*results: ConditionResult, clause: Clause = CLAUSE) -> Standing:
    return commitments([clause], verdict(*results))[0].standing


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        (Standing.MET, result(Outcome.PASSED)),
        (Standing.MET, result(Outcome.PASSED, NOTHING, vacuous=True)),
        (Standing.NO_DATA, result(Outcome.PASSED, NOTHING, on_missing=OnMissing.IGNORE)),
        (Standing.NO_DATA, result(Outcome.WARNED, NOTHING, on_missing=OnMissing.WARN)),
        (Standing.NO_DATA, result(Outcome.NO_DATA, NOTHING)),
        (Standing.MISSED, result(Outcome.WARNED, severity=Severity.WARNING)),
        (Standing.MISSED, result(Outcome.WARNED, min_sample=20)),
        (Standing.MISSED, result(Outcome.FAILED)),
        (Standing.WAIVED, result(Outcome.WAIVED)),
        (Standing.NOT_DUE, result(Outcome.WARNED, enforced_from=date(2026, 10, 2))),
        (Standing.NOT_DUE, result(Outcome.PASSED, enforced_from=date(2026, 10, 2))),
        (Standing.MISSED, result(Outcome.FAILED, enforced_from=TODAY)),
    ],
)
def test_a_commitment_stands_as_its_result_tells(expected, found):
    assert expected is standing(found)


def test_a_clause_that_nothing_checks_is_never_met():
    assert Standing.UNCHECKED is standing()
    assert Standing.UNCHECKED is standing(result(Outcome.PASSED, clause="4.2"))
    assert Standing.UNCHECKED is standing(clause=replace(CLAUSE, due=date(2027, 1, 1)))


def test_a_clause_is_due_on_its_day_and_not_before():
    missed = result(Outcome.FAILED)
    assert Standing.NOT_DUE is standing(missed, clause=replace(CLAUSE, due=date(2026, 10, 2)))
    assert Standing.MISSED is standing(missed, clause=replace(CLAUSE, due=TODAY))


@pytest.mark.parametrize(
    ("expected", "outcomes"),
    [
        (Standing.MET, [Outcome.PASSED, Outcome.PASSED]),
        (Standing.WAIVED, [Outcome.PASSED, Outcome.WAIVED]),
        (Standing.NO_DATA, [Outcome.WAIVED, Outcome.NO_DATA]),
        (Standing.MISSED, [Outcome.FAILED, Outcome.NO_DATA, Outcome.PASSED]),
    ],
)
def test_a_commitment_is_as_good_as_the_worst_of_its_checks(expected, outcomes):
    assert expected is standing(*(result(each, NOTHING if each is Outcome.NO_DATA else HALF) for each in outcomes))


def test_what_is_not_due_yet_does_not_hold_back_what_is():
    later = result(Outcome.WARNED, enforced_from=date(2027, 1, 1))
    assert Standing.MET is standing(result(Outcome.PASSED), later)
    assert Standing.MISSED is standing(result(Outcome.FAILED), later)


def test_the_owner_is_the_clauses_else_those_of_its_conditions():
    found = [result(Outcome.PASSED, owner=owner) for owner in ("lin", "", "bo", "lin")]
    assert ("lin", "bo") == commitments([CLAUSE], verdict(*found))[0].owners
    assert ("mei",) == commitments([replace(CLAUSE, owner="mei")], verdict(*found))[0].owners
    assert () == commitments([CLAUSE], verdict())[0].owners


def test_the_day_is_the_clauses_else_the_first_of_its_conditions_where_all_have_one():
    first, second = date(2026, 11, 1), date(2026, 12, 1)
    found = [result(Outcome.PASSED, enforced_from=day) for day in (second, first)]
    assert first == commitments([CLAUSE], verdict(*found))[0].since
    assert TODAY == commitments([replace(CLAUSE, due=TODAY)], verdict(*found))[0].since
    assert commitments([CLAUSE], verdict(*found, result(Outcome.PASSED)))[0].since is None
    assert commitments([CLAUSE], verdict())[0].since is None


def test_results_that_no_clause_asks_for_are_told_apart():
    claimed, unclaimed_ = result(Outcome.PASSED), result(Outcome.FAILED, clause="")
    (check,) = unclaimed(verdict(claimed, unclaimed_))
    assert (unclaimed_, Standing.MISSED, "release") == (check.result, check.standing, check.gate)


def test_commitments_are_counted_and_only_those_that_were_due_count():
    clauses = [CLAUSE, replace(CLAUSE, id="4.2"), replace(CLAUSE, id="4.3")]
    later = result(Outcome.PASSED, clause="4.2", enforced_from=date(2027, 1, 1))
    counts = tally(commitments(clauses, verdict(result(Outcome.PASSED), later)))
    assert {Standing.MET: 1, Standing.UNCHECKED: 1, Standing.NOT_DUE: 1} == counts


@pytest.mark.parametrize(
    ("expected", "clause", "found"),
    [
        (True, CLAUSE, [result(Outcome.FAILED)]),
        (True, CLAUSE, []),
        (False, replace(CLAUSE, due=date(2027, 1, 1)), []),
        (False, replace(CLAUSE, due=date(2027, 1, 1)), [result(Outcome.PASSED)]),
        (False, CLAUSE, [result(Outcome.PASSED, enforced_from=date(2027, 1, 1))]),
    ],
)
def test_what_nobody_checks_is_due_from_its_day_too(expected, clause, found):
    assert expected is commitments([clause], verdict(*found))[0].due
