"""Results in words: whole, and nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from qualitygate import amounts, wording
from qualitygate.evaluation import margin
from qualitygate.model.measurement import Finding
from qualitygate.model.policy import QuarantineRecord
from qualitygate.model.verdict import GateResult, Outcome
from tests.samples import COUNT, COVER, NOW, RATE, bound, condition, measured, result, verdict, waiver


def test_a_value_is_cut_at_the_bound_of_its_condition():
    judged = measured(RATE, 500_001, 10_000_000)
    assert "5.01 % (500001/10000000)" == wording.value(result(judged, Outcome.FAILED, bound(at_most="1/20")))
    assert "5 % (500001/10000000)" == wording.value(result(judged, Outcome.PASSED, bound(at_least="1/20")))


def test_labels_and_what_was_examined_are_told_in_order():
    assert ("a=1 b=2", "") == (wording.labels({"b": "2", "a": "1"}), wording.labels({}))
    assert ("1 file, 2 tests", "nothing") == (wording.examined({"files": 1, "tests": 2}), wording.examined({}))


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ({"name": "acme/shop", "ref": "main", "commit": "0123456789abcdef"}, "acme/shop main @ 0123456789"),
        ({"commit": "0123456789abcdef"}, "commit 0123456789"),
        ({"ref": "main"}, "main"),
        ({}, "this folder"),
    ],
)
def test_the_table_of_subjects(of, expected):
    assert expected == wording.subject(of)


def test_results_come_worst_first_and_otherwise_in_order():
    rows = [
        replace(result(measured(COUNT, n), outcome, bound(at_most=0)), note=str(n)) for n, outcome in enumerate(Outcome)
    ]
    judged = verdict(*rows, *rows)
    assert ["4", "4", "3", "3", "2", "2", "1", "1", "0", "0"] == [each.note for _, each in wording.results(judged)]
    assert "2 failed, 2 without data, 2 waived, 2 warned, 2 passed" == wording.summary(judged)


def test_a_check_is_named_by_metric_and_labels():
    one = result(measured(COUNT, 0, suite="unit"), Outcome.PASSED, bound(at_most=0))
    assert ("x.failed [suite=unit]", "at most 0", "") == (
        wording.check(one),
        wording.required(one),
        wording.distance(one),
    )
    assert "x.failed" == wording.check(result(measured(COUNT, 0), Outcome.PASSED, bound(at_most=0)))


def test_a_place_is_told_as_far_as_it_is_known():
    places = [Finding(title="t", path="a.py", line=3), Finding(title="t", path="a.py"), Finding(title="t", line=3)]
    assert ["a.py:3", "a.py", ""] == [wording.place(finding) for finding in places]
    assert ["a.py:3: t", "a.py: t", "t"] == [wording.placed(finding) for finding in places]
    assert "a.py: t: m" == wording.placed(Finding(title="t", message="m", path="a.py"))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"at_most": 5}, "7 failures, at most 5; 2 failures too many"),
        ({"at_most": 0}, "7 failures, at most 0"),
        ({"at_least": 7}, "7 failures, at least 7; no failures to spare"),
    ],
)
def test_a_result_is_told_in_one_line_that_says_nothing_twice(line, expected):
    seen, limit = measured(COUNT, 7), bound(**line)
    assert expected == wording.told(result(seen, Outcome.FAILED, limit, margin=margin(COUNT, limit, seen)))


def test_reasons_are_note_waiver_why_and_owner():
    asked = condition(at_most=0, why="the contract", owner="lin")
    one = replace(result(measured(COUNT, 1), Outcome.WAIVED, bound()), condition=asked, note="n", waiver=waiver())
    assert [
        "n",
        "waived by W-1 until 2026-11-30, approved by bob: agreed with the customer",
        "why: the contract (owner lin)",
    ] == list(wording.reasons(one))
    assert ["owner: lin"] == list(
        wording.reasons(replace(one, condition=condition(at_most=0, owner="lin"), note="", waiver=None))
    )
    assert ["why: w"] == list(
        wording.reasons(replace(one, condition=condition(at_most=0, why="w"), note="", waiver=None))
    )
    assert [] == list(wording.reasons(result(measured(COUNT, 0), Outcome.PASSED, bound())))


def test_what_makes_a_verdict_void_is_said():
    assert ["the policy has no gate"] == list(wording.voids(verdict(gates=())))
    assert ["the gate g has no condition"] == list(wording.voids(verdict(gates=(GateResult(name="g", conditions=()),))))
    one = result(measured(COUNT, 0), Outcome.PASSED, bound())
    assert ["nothing was examined"] == list(wording.voids(verdict(one, examined={"files": 1, "tests": 0})))
    assert [] == list(wording.voids(verdict(one)))


def test_why_nothing_could_be_judged_is_said_in_lines():
    subject = {"unjudged": "the policy is wrong:\n  no such key\n"}
    void = replace(verdict(gates=()), subject=subject)
    assert ["the gate could not be judged", "the policy is wrong:", "no such key"] == list(wording.voids(void))
    one = result(measured(COUNT, 0), Outcome.PASSED, bound())
    assert [] == list(wording.voids(replace(verdict(one), subject=subject))), "what was judged is not void"


def test_every_exception_is_told_live_or_not():
    record = QuarantineRecord(
        test="c::t", owner="o", issue="i", reason="r", added=date(2027, 1, 1), expires=date(2027, 2, 1)
    )
    waivers = ((waiver(), True), (waiver(id="W-2", expires=date(2026, 11, 2)), False))
    told = list(wording.exceptions(verdict(at=NOW, waivers=waivers, quarantine=((record, False),))))
    assert "waiver W-1 on g/x.failed until 2026-11-30, approved by bob: agreed with the customer" == told[0]
    assert "EXPIRED 2026-11-02" in told[1]
    assert "quarantine of c::t from 2027-01-01, owner o, i: r" == told[2]


def test_where_there_is_nothing_to_measure_the_note_is_the_value_and_is_told_once():
    nothing = replace(measured(COVER, None, note="nothing to cover"), vacuous=True)
    told = replace(result(nothing, Outcome.PASSED, bound(at_least="4/5")), note="nothing to cover")
    assert ("nothing to cover", "nothing to cover (at least 80 %)") == (wording.value(told), wording.told(told))
    assert [] == list(wording.reasons(told))
    assert "nothing to measure" == amounts.quantity(replace(nothing, note=""))


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ({}, ""),
        ({"base": "1a2b3c4d5e6f", "base_at": "2026-11-20T08:00:00+00:00"}, "base 1a2b3c4d5e of 2026-11-20, 2 days old"),
        ({"base": "1a2b", "base_at": "2026-11-21T08:00:00+00:00"}, "base 1a2b of 2026-11-21, 1 day old"),
        ({"base": "1a2b", "base_at": "2026-11-22T08:00:00+00:00"}, "base 1a2b of 2026-11-22, less than a day old"),
        ({"base": "1a2b", "base_at": "2026-12-22T08:00:00+00:00"}, "base 1a2b of 2026-12-22, in the future"),
        ({"base": "1a2b", "base_at": "yesterday"}, "base 1a2b"),
        ({"base": "1a2b", "base_at": "2026-11-20T08:00:00"}, "base 1a2b"),
        ({"base": "1a2b"}, "base 1a2b"),
    ],
)
def test_the_base_is_told_with_its_age(subject, expected):
    assert expected == wording.base(verdict(subject=subject))
