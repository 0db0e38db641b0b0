"""Numbers in words: never across the bound, never more than is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate import wording
from qualitygate.evaluation import margin
from qualitygate.model.measurement import Finding, Unit
from qualitygate.model.policy import QuarantineRecord
from qualitygate.model.verdict import GateResult, Margin, Outcome
from tests.samples import COUNT, COVER, NOW, POINTS, RATE, SECONDS, bound, condition, measured, result, verdict, waiver

SIDES = ["below", "at_most", "at_least", "above"]
SPANS = {"h": 3_600, "min": 60, "s": 1}


def shown(measurement, line):
    return wording.value(result(measurement, Outcome.PASSED, line))


def amount(text: str) -> Fraction:
    return Fraction(text.partition(" ")[0])


def seconds(text: str) -> Fraction:
    """``1 h 30 min 0.5 s`` as a number."""
    words = text.split()
    return sum((Fraction(each) * SPANS[unit] for each, unit in zip(words[::2], words[1::2], strict=True)), Fraction(0))


@given(
    value=st.fractions(0, 1),
    line=st.fractions(0, 1),
    near=st.none() | st.integers(-(10**20), 10**20).filter(bool),
    side=st.sampled_from(SIDES),
)
def test_a_percentage_never_crosses_the_bound(value, line, near, side):
    if near is not None:
        value = line + Fraction(1, near)
    limit = bound(**{side: line})
    told = amount(shown(measured(RATE, value.numerator, value.denominator), limit)) / 100
    assert limit.holds(value) is limit.holds(told)
    assert abs(told - value) < Fraction(1, 10_000)


@given(value=st.fractions(0, 10_000), line=st.fractions(0, 10_000), side=st.sampled_from(SIDES))
def test_seconds_and_broken_counts_never_cross_the_bound(value, line, side):
    limit = bound(**{side: line})
    assert limit.holds(value) is limit.holds(amount(shown(measured(COUNT, value), limit)))
    assert limit.holds(value) is limit.holds(seconds(shown(measured(SECONDS, value), limit)))


@given(value=st.fractions(0, 1), low=st.fractions(0, 1), high=st.fractions(0, 1))
def test_a_bound_with_two_sides_is_not_crossed_either(value, low, high):
    limit = bound(at_least=low, at_most=high)
    told = amount(shown(measured(RATE, value.numerator, value.denominator), limit)) / 100
    assert limit.holds(value) is limit.holds(told)


@pytest.mark.parametrize(
    ("metric", "value", "line", "expected"),
    [
        (COVER, (8496, 10_000), {"at_least": "85/100"}, "84.96 % (8496/10000)"),
        (COVER, (84_999, 100_000), {"at_least": "85/100"}, "84.99 % (84999/100000)"),
        (RATE, (50, 990), {"at_most": "1/20"}, "5.06 % (50/990)"),
        (RATE, (1, 20), {"below": "1/20"}, "5 % (1/20)"),
        (RATE, (500_001, 10_000_000), {"at_most": "1/20"}, "5.01 % (500001/10000000)"),
        (COUNT, (1,), {"at_most": 0}, "1 failure"),
        (COUNT, (2,), {"at_most": 0}, "2 failures"),
        (COUNT, ("5/2",), {"at_most": 2}, "2.5 failures"),
        (SECONDS, ("1.23456",), {"at_most": 2}, "1.24 s"),
        (SECONDS, ("1.23456",), {"at_least": 1}, "1.23 s"),
        (SECONDS, ("-0.5",), {"at_least": 0}, "-0.5 s"),
        (COUNT, (None,), {"at_most": 0}, "no data"),
        (POINTS, ("-1/200",), {"at_least": 0}, "-0.5 pp"),
        (POINTS, ("0.00001",), {"at_least": 0}, "0 pp"),
        (POINTS, ("-0.00001",), {"at_least": 0}, "-0.01 pp"),
    ],
)
def test_the_table_of_values(metric, value, line, expected):
    assert expected == shown(measured(metric, *value), bound(**line))


def test_a_measurement_without_a_bound_is_shown_too():
    assert "33.33 % (1/3)" == wording.quantity(measured(RATE, 1, 3))


@pytest.mark.parametrize(
    ("line", "unit", "expected"),
    [
        ({"below": "1/20"}, Unit.RATIO, "below 5 %"),
        ({"at_most": "1/1000"}, Unit.RATIO, "at most 0.1 %"),
        ({"at_least": 3, "at_most": 5}, Unit.COUNT, "at most 5 and at least 3"),
        ({"above": "1/2"}, Unit.SECONDS, "above 0.5 s"),
        ({}, Unit.COUNT, ""),
    ],
)
def test_the_table_of_bounds(line, unit, expected):
    assert expected == wording.bound(bound(**line), unit)


@pytest.mark.parametrize(
    ("amount", "side", "expected"),
    [
        (2, "ceiling", "2 more failures allowed"),
        (1, "ceiling", "1 more failure allowed"),
        (0, "ceiling", "no more failures allowed"),
        (-1, "ceiling", "1 failure too many"),
        (3, "floor", "3 failures to spare"),
        (0, "floor", "no failures to spare"),
        (-7, "floor", "7 more failures needed"),
    ],
)
def test_the_table_of_margins(amount, side, expected):
    assert expected == wording.margin(Margin(amount=Fraction(amount), noun="failures", side=side), Unit.COUNT)


def test_margins_of_time_are_in_seconds():
    assert "0.25 s more allowed" == wording.margin(
        Margin(amount=Fraction(1, 4), noun="s", side="ceiling"), Unit.SECONDS
    )
    assert "0.25 s too many" == wording.margin(Margin(amount=Fraction(-1, 4), noun="s", side="ceiling"), Unit.SECONDS)
    assert "" == wording.margin(None, Unit.COUNT)


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


@pytest.mark.parametrize(
    ("noun", "one"),
    [
        ("tests", "1 test"),
        ("branches of changed lines", "1 branch of changed lines"),
        ("pushes", "1 push"),
        ("passed exams at the first attempt", "1 passed exam at the first attempt"),
        ("documents changed after review", "1 document changed after review"),
        ("line coverage", "1 line coverage"),
        ("findings", "1 finding"),
    ],
)
def test_one_is_singular_whatever_stands_behind_the_noun(noun, one):
    assert (one, f"2 {noun}") == (wording.number(noun, 1), wording.number(noun, 2))


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


def test_a_density_is_told_with_what_it_counts_and_over_how_much():
    dense = replace(COUNT, unit=Unit.DENSITY)
    found = replace(measured(dense, "8/3"), numerator=Fraction(12), denominator=Fraction(9, 2))
    assert "2.67 failures per 1,000 lines (12/4.5)" == shown(found, bound(at_most=2))
    assert "at most 2.5" == wording.bound(bound(at_most="5/2"), Unit.DENSITY)


# Changes


def test_where_there_is_nothing_to_measure_the_note_is_the_value_and_is_told_once():
    nothing = replace(measured(COVER, None, note="nothing to cover"), vacuous=True)
    told = replace(result(nothing, Outcome.PASSED, bound(at_least="4/5")), note="nothing to cover")
    assert ("nothing to cover", "nothing to cover (at least 80 %)") == (wording.value(told), wording.told(told))
    assert [] == list(wording.reasons(told))
    assert "nothing to measure" == wording.quantity(replace(nothing, note=""))


@pytest.mark.parametrize(
    ("amount", "side", "expected"),
    [
        (-7, "floor", "cover 7 more lines"),
        (-1, "floor", "cover 1 more line"),
        (0, "floor", "no covered lines to spare"),
        (3, "floor", "3 covered lines to spare"),
        (-3, "ceiling", "3 covered lines too many"),
    ],
)
def test_what_lacks_coverage_is_to_be_covered(amount, side, expected):
    assert expected == wording.margin(Margin(amount=Fraction(amount), noun="covered lines", side=side), Unit.RATIO)


@pytest.mark.parametrize(("value", "expected"), [("-1/200", "0.5 pp more needed"), ("1/200", "0.5 pp to spare")])
def test_a_margin_of_points_is_in_points(value, expected):
    limit = bound(at_least=0)
    assert expected == wording.margin(margin(POINTS, limit, measured(POINTS, value)), Unit.POINTS)


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
