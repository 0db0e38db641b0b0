"""What became of each clause: one table, and what is never taken for met."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from qualitygate.commitments import MET, Standing, commitments, measured, tally, unclaimed
from qualitygate.evaluation import COMMITMENTS, evaluate
from qualitygate.model.measurement import Finding, Measurement
from qualitygate.model.policy import Bound, Clause, Condition, Gate, OnMissing, Policy, Severity
from qualitygate.model.verdict import ConditionResult, GateResult, Outcome, Verdict
from tests.samples import RATE, waiver
from tests.samples import measured as taken

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
        (Standing.UNCHECKED, result(Outcome.WARNED, severity=Severity.WARNING)),
        (Standing.UNCHECKED, result(Outcome.PASSED, severity=Severity.WARNING)),
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


def test_what_only_advises_neither_keeps_nor_breaks_a_commitment():
    advice = result(Outcome.WARNED, severity=Severity.WARNING)
    assert Standing.MET is standing(result(Outcome.PASSED), advice)
    assert Standing.MISSED is standing(result(Outcome.FAILED), result(Outcome.PASSED, severity=Severity.WARNING))


def test_what_is_not_due_yet_does_not_hold_back_what_is():
    later = result(Outcome.WARNED, enforced_from=date(2027, 1, 1))
    assert Standing.MET is standing(result(Outcome.PASSED), later)
    assert Standing.MISSED is standing(result(Outcome.FAILED), later)


def test_the_owner_is_the_clauses_else_those_of_its_conditions():
    found = [result(Outcome.PASSED, owner=owner) for owner in ("lin", "", "bo", "lin")]
    assert ("lin", "bo") == commitments([CLAUSE], verdict(*found))[0].owners
    assert ("mei",) == commitments([replace(CLAUSE, owner="mei")], verdict(*found))[0].owners
    assert () == commitments([CLAUSE], verdict())[0].owners


def test_the_day_is_the_clauses_or_the_first_of_its_conditions_where_all_have_a_later_one():
    first, second = date(2026, 11, 1), date(2026, 12, 1)
    found = [result(Outcome.PASSED, enforced_from=day) for day in (second, first)]
    assert first == commitments([CLAUSE], verdict(*found))[0].since
    assert second == commitments([replace(CLAUSE, due=second)], verdict(*found))[0].since
    assert first == commitments([replace(CLAUSE, due=TODAY)], verdict(*found))[0].since
    assert TODAY == commitments([replace(CLAUSE, due=TODAY)], verdict())[0].since
    assert commitments([CLAUSE], verdict(*found, result(Outcome.PASSED)))[0].since is None
    assert commitments([CLAUSE], verdict())[0].since is None


def test_the_day_of_what_only_advises_is_not_that_of_the_commitment():
    first = date(2026, 11, 1)
    found = [result(Outcome.WARNED, enforced_from=first), result(Outcome.PASSED, severity=Severity.WARNING)]
    assert first == commitments([CLAUSE], verdict(*found))[0].since


def test_results_that_no_clause_asks_for_are_told_apart():
    claimed, unclaimed_ = result(Outcome.PASSED), result(Outcome.FAILED, clause="")
    (check,) = unclaimed(verdict(claimed, unclaimed_))
    assert (unclaimed_, Standing.MISSED, "release") == (check.result, check.standing, check.gate)


def test_commitments_are_counted_and_only_those_that_were_due_count():
    clauses = [CLAUSE, replace(CLAUSE, id="4.2"), replace(CLAUSE, id="4.3")]
    later = result(Outcome.PASSED, clause="4.2", enforced_from=date(2027, 1, 1))
    counts = tally(commitments(clauses, verdict(result(Outcome.PASSED), later)))
    assert {Standing.MET: 1, Standing.UNCHECKED: 1, Standing.NOT_DUE: 1} == counts


# commitments.met

CLAUSES = tuple(Clause(id=f"4.{number}", text={"en": "Fewer than 5 in 100 fail"}) for number in (1, 2, 3))
KEPT = Condition(id="kept", metric=MET, bound=Bound(at_least=Fraction(1)))


def check(number: int, **more) -> Condition:
    """A condition on the defect rate of the suite of a clause's number."""
    given = {"id": f"rate-{number}", "clause": f"4.{number}", "where": {"suite": str(number)}, **more}
    return Condition(**{"metric": RATE, "bound": Bound(below=Fraction(1, 20)), **given})


def kept(*conditions: Condition, clauses=CLAUSES, failures=(0, 0, 0), one: Condition = KEPT, **more):
    """How many clauses are kept by so many failures of 100 in each suite; the gate that asks stands first."""
    rates = [
        taken(RATE, count, 100, suite=str(number)) for number, count in enumerate(failures, 1) if count is not None
    ]
    gates = (Gate(name="first", conditions=(one,)), Gate(name="second", conditions=conditions))
    at = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC)
    policy = Policy(name="p", gates=gates, clauses=clauses, **more)
    return evaluate(policy, rates, subject={}, now=at).gates[0].conditions[0]


def numbers(found: ConditionResult) -> str:
    return f"{found.measurement.numerator}/{found.measurement.denominator} {found.outcome.name}"


LATER = replace(CLAUSES[2], due=date(2026, 10, 2))
ALL = (check(1), check(2), check(3))


def test_the_judge_and_the_catalogue_mean_the_same_metric():
    assert COMMITMENTS == MET.name


@pytest.mark.parametrize(
    ("expected", "conditions", "more"),
    [
        ("3/3 PASSED", ALL, {"failures": (4, 4, 4)}),
        ("2/3 FAILED", ALL, {"failures": (5, 4, 4)}),
        ("0/3 FAILED", ALL, {"failures": (5, 5, None)}),
        ("2/3 FAILED", ALL, {"failures": (4, 4, None)}),
        ("2/3 FAILED", (*ALL[:2], check(3, on_missing=OnMissing.IGNORE)), {"failures": (4, 4, None)}),
        ("2/3 FAILED", (*ALL[:2], check(3, min_sample=200)), {"failures": (4, 4, 5)}),
        ("2/3 FAILED", ALL[:2], {}),
        ("2/3 FAILED", (*ALL[:2], check(3, severity=Severity.WARNING)), {}),
        ("3/3 PASSED", (*ALL, check(3, id="advice", where={"suite": "1"}, severity=Severity.WARNING)), {}),
        ("2/3 FAILED", (*ALL, check(3, id="other", where={"suite": "1"})), {"failures": (4, 4, 5)}),
        ("1/3 FAILED", (*ALL, check(2, id="other", where={"suite": "1"})), {"failures": (5, 4, 4)}),
        ("2/2 PASSED", (*ALL[:2], check(3, enforced_from=date(2026, 10, 2))), {"failures": (4, 4, 5)}),
        ("2/3 FAILED", (*ALL[:2], check(3, enforced_from=TODAY)), {"failures": (4, 4, 5)}),
        ("2/2 PASSED", ALL, {"clauses": (*CLAUSES[:2], LATER), "failures": (4, 4, 5)}),
        ("2/3 FAILED", ALL, {"clauses": (*CLAUSES[:2], replace(CLAUSES[2], due=TODAY)), "failures": (4, 4, 5)}),
        ("2/2 PASSED", ALL[:2], {"clauses": (*CLAUSES[:2], LATER)}),
    ],
)  # fmt: skip
def test_a_commitment_is_met_when_all_that_can_block_holds_and_only_those_that_are_due_count(
    expected, conditions, more
):
    assert expected == numbers(kept(*conditions, **more))


def test_a_waived_commitment_is_not_met_though_it_blocks_nothing():
    waived = waiver(gate="second", metric=RATE.name, where={"suite": "1"}, created=date(2026, 10, 1))
    found = kept(*ALL, failures=(5, 4, 4), waivers=(waived,))
    assert ("2/3 FAILED", "rate-1 [suite=1] waived (5/100)") == (numbers(found), found.measurement.findings[0].message)


def test_what_is_not_due_yet_is_listed_apart():
    later = replace(CLAUSES[2], due=date(2026, 12, 1))
    found = kept(check(1), check(2, enforced_from=date(2027, 1, 1)), clauses=(*CLAUSES[:2], later))
    assert "not due yet: 4.2 (from 2027-01-01), 4.3 (from 2026-12-01)" == found.note


@pytest.mark.parametrize(
    ("note", "conditions", "more"),
    [
        ("the policy has no clauses: write the contract's words under clauses:", ALL, {"clauses": ()}),
        ("no condition that was judged checks a clause: judge the other gates too", (), {}),
        (
            "no clause is due yet; not due yet: 4.1 (from 2026-10-02)",
            ALL,
            {"clauses": (replace(CLAUSES[0], due=date(2026, 10, 2)),)},
        ),
    ],
)
def test_where_no_commitment_can_be_told_it_is_no_data(note, conditions, more):
    found = kept(*conditions, **more)
    assert (Outcome.NO_DATA, note) == (found.outcome, found.note)


def test_it_is_of_now_so_within_a_period_it_is_no_data():
    assert kept(*ALL, one=replace(KEPT, within="month")).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(("hour", "expected"), [(15, "2/2 PASSED"), (16, "2/3 FAILED")])
def test_a_commitment_is_due_from_midnight_in_shanghai(hour, expected):
    moment = datetime(2026, 10, 1, hour, 59 * (hour == 15), tzinfo=UTC)
    clauses = (*CLAUSES[:2], LATER)
    rates = [taken(RATE, 0 if number < 3 else 5, 100, suite=str(number)) for number in (1, 2, 3)]
    gates = (Gate(name="g", conditions=(KEPT, *ALL)),)
    policy = Policy(name="p", gates=gates, clauses=clauses, zone=ZoneInfo("Asia/Shanghai"))
    assert expected == numbers(evaluate(policy, rates, subject={}, now=moment).gates[0].conditions[0])


def test_a_commitment_can_be_asked_for_by_its_clause():
    assert "0/1 FAILED" == numbers(kept(*ALL, failures=(4, 5, 4), one=replace(KEPT, where={"clause": "4.2"})))
    assert "1/1 PASSED" == numbers(kept(*ALL, failures=(4, 5, 4), one=replace(KEPT, where={"clause": "4.1"})))


def test_each_that_is_not_kept_names_its_checks_and_their_first_place():
    late = [Finding(title="t", path=path, line=line) for path, line in ((None, None), ("quality/t.jsonl", 7))]
    missed = result(Outcome.FAILED)
    missed = replace(missed, measurement=replace(missed.measurement, findings=tuple(late)))
    unknown = result(Outcome.NO_DATA, NOTHING, clause="4.2")
    unknown = replace(unknown, measurement=replace(unknown.measurement, sources=("quality/documents.yml",)))
    found = measured(commitments(CLAUSES, verdict(missed, unknown)))
    assert [
        Finding(title="4.1", message="c missed (1/2)", path="quality/t.jsonl", line=7),
        Finding(title="4.2", message="c without data", path="quality/documents.yml"),
        Finding(title="4.3", message="no condition that was judged and could block checks it"),
    ] == [finding for each in found for finding in each.findings]


def test_it_is_no_evidence_that_anything_was_looked_at():
    at = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC)
    line = replace(KEPT, bound=Bound(at_least=Fraction(0)))
    gates = (Gate(name="g", conditions=(line, check(1, on_missing=OnMissing.IGNORE))),)
    found = evaluate(Policy(name="p", gates=gates, clauses=CLAUSES), [], subject={}, now=at)
    assert (Outcome.PASSED, Outcome.NO_DATA) == (found.gates[0].outcome, found.outcome)
