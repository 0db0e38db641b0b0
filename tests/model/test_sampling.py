from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.model.sampling import percentile, wilson

MEDIAN, P90 = Fraction(1, 2), Fraction(9, 10)


@pytest.mark.parametrize(
    ("good", "total", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_that_of_newcombes_table(good, total, low, high):
    """R. G. Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I, method 3."""
    assert (low, high) == pytest.approx(wilson(Fraction(good), Fraction(total)), abs=6e-5)


def ended(*seconds: int) -> list[tuple[Fraction, bool]]:
    return [(Fraction(each), True) for each in seconds]


def waiting(*seconds: int) -> list[tuple[Fraction, bool]]:
    return [(Fraction(each), False) for each in seconds]


def test_what_has_all_ended_has_the_nearest_rank():
    assert 20 == percentile(ended(10, 30, 20), MEDIAN)
    assert 20 == percentile(ended(40, 10, 30, 20), MEDIAN)
    assert 90 == percentile(ended(*range(10, 101, 10)), P90)


def test_who_still_waits_does_not_vanish():
    assert 10 == percentile(ended(10, 10, 10), MEDIAN)
    assert 50 == percentile([*ended(10, 10, 50), *waiting(20, 20)], MEDIAN)


def test_it_cannot_be_told_where_too_many_wait():
    assert None is percentile([*ended(10), *waiting(20, 20)], MEDIAN)
    assert None is percentile([], MEDIAN)


def test_it_is_kaplans_and_meiers_estimate():
    """Survival after 6, 7, 10, 13, 16, 22, 23 weeks: Gehan's 6-MP patients, whose median is 23 weeks."""
    events = ended(6, 6, 6, 7, 10, 13, 16, 22, 23)
    censored = waiting(6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
    assert 23 == percentile([*events, *censored], MEDIAN)
    assert 13 == percentile([*events, *censored], Fraction(1, 4))
    assert None is percentile([*events, *censored], P90)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=30), st.sampled_from([MEDIAN, P90]))
def test_without_any_that_waits_it_is_the_nearest_rank(seconds, share):
    rank = -(-len(seconds) * share.numerator // share.denominator)
    assert sorted(seconds)[rank - 1] == percentile(ended(*seconds), share)
