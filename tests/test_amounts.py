"""Amounts in words: never across the bound, never more than is known."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate import amounts
from qualitygate.evaluation import margin
from qualitygate.model.measurement import Unit
from qualitygate.model.verdict import Margin
from tests.samples import COUNT, COVER, POINTS, RATE, SECONDS, bound, measured

SIDES = ["below", "at_most", "at_least", "above"]
SPANS = {"h": 3_600, "min": 60, "s": 1}


def shown(measurement, line):
    return amounts.quantity(measurement, line)


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
    assert "33.33 % (1/3)" == amounts.quantity(measured(RATE, 1, 3))


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
    assert expected == amounts.bound(bound(**line), unit)


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
    assert expected == amounts.margin(Margin(amount=Fraction(amount), noun="failures", side=side), Unit.COUNT)


def test_margins_of_time_are_in_seconds():
    assert "0.25 s more allowed" == amounts.margin(
        Margin(amount=Fraction(1, 4), noun="s", side="ceiling"), Unit.SECONDS
    )
    assert "0.25 s too many" == amounts.margin(Margin(amount=Fraction(-1, 4), noun="s", side="ceiling"), Unit.SECONDS)
    assert "" == amounts.margin(None, Unit.COUNT)


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
    assert (one, f"2 {noun}") == (amounts.number(noun, 1), amounts.number(noun, 2))


def test_a_density_is_told_with_what_it_counts_and_over_how_much():
    dense = replace(COUNT, unit=Unit.DENSITY)
    found = replace(measured(dense, "8/3"), numerator=Fraction(12), denominator=Fraction(9, 2))
    assert "2.67 failures per 1,000 lines (12/4.5)" == shown(found, bound(at_most=2))
    assert "at most 2.5" == amounts.bound(bound(at_most="5/2"), Unit.DENSITY)


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
    assert expected == amounts.margin(Margin(amount=Fraction(amount), noun="covered lines", side=side), Unit.RATIO)


@pytest.mark.parametrize(("value", "expected"), [("-1/200", "0.5 pp more needed"), ("1/200", "0.5 pp to spare")])
def test_a_margin_of_points_is_in_points(value, expected):
    limit = bound(at_least=0)
    assert expected == amounts.margin(margin(POINTS, limit, measured(POINTS, value)), Unit.POINTS)
