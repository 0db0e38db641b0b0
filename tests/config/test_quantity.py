"""Amounts as people write them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.config.quantity import duration, quantity
from qualitygate.model.measurement import Unit

GOOD = [
    ("5%", Unit.RATIO, "1/20"),
    ("5 %", Unit.RATIO, "1/20"),
    ("0.1%", Unit.RATIO, "1/1000"),
    ("-5%", Unit.RATIO, "-1/20"),
    ("33.333333333333333333%", Unit.RATIO, "0.33333333333333333333"),
    (20, Unit.COUNT, "20"),
    ("2.5", Unit.COUNT, "2.5"),
    ("2.5", Unit.DENSITY, "2.5"),
    ("90s", Unit.SECONDS, "90"),
    ("1h30m", Unit.SECONDS, "5400"),
    ("1.5h", Unit.SECONDS, "5400"),
    ("2d", Unit.SECONDS, "172800"),
    ("250ms", Unit.SECONDS, "0.25"),
    ("0", Unit.SECONDS, "0"),
    ("0pp", Unit.POINTS, "0"),
    ("-0.5pp", Unit.POINTS, "-1/200"),
    ("-0.5 pp", Unit.POINTS, "-1/200"),
    ("1%", Unit.POINTS, "1/100"),
]


@pytest.mark.parametrize(("written", "unit", "expected"), GOOD)
def test_an_amount_is_exact(written, unit, expected):
    assert Fraction(expected) == quantity(written, unit)


BAD = [
    (5, Unit.RATIO, "write 5%"),
    ("0.05", Unit.RATIO, "write 0.05%"),
    ("five", Unit.RATIO, "like 5%"),
    ("5%%", Unit.RATIO, "like 5%"),
    ("5%", Unit.COUNT, "write 5, or take a rate"),
    ("many", Unit.COUNT, "like 20"),
    ("NaN", Unit.COUNT, "like 20"),
    ("1e3", Unit.COUNT, "like 20"),
    ("5%", Unit.DENSITY, "write 5"),
    ("90", Unit.SECONDS, "with its unit, like 90s"),
    ("90 s", Unit.SECONDS, "with its unit"),
    ("s", Unit.SECONDS, "with its unit"),
    ("0.5", Unit.POINTS, "write 0.5pp"),
    ("half", Unit.POINTS, "like -0.5pp"),
    ("pp", Unit.POINTS, "like -0.5pp"),
    ("1h x", Unit.SECONDS, "with its unit"),
    ("24h\n1", Unit.SECONDS, "with its unit"),
]


@pytest.mark.parametrize(("written", "unit", "way_out"), BAD)
def test_an_amount_that_does_not_fit_is_refused_with_the_way_out(written, unit, way_out):
    with pytest.raises(ValueError, match=r"not (a|in)") as caught:
        quantity(written, unit)
    assert way_out in str(caught.value)


@given(st.integers(0, 10**12), st.integers(0, 10**6))
def test_percentages_of_any_size_are_exact(whole, part):
    assert Fraction(f"{whole}.{part:06}") / 100 == quantity(f"{whole}.{part:06}%", Unit.RATIO)


@given(st.text("0123456789.smhd -", max_size=12))
def test_any_text_is_a_duration_or_refused(text):
    try:
        assert duration(text) >= 0
    except ValueError as error:
        assert "is not a duration" in str(error)  # noqa: PT017 - either is right
