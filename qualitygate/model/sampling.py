"""What a sample tells of the whole: the interval of a proportion, and percentiles where some still wait."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

Z = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""
_NOISE = 1e-12
Wait = tuple[Fraction, bool]
"""Seconds, and whether the wait has ended."""


def wilson(good: Fraction, total: Fraction) -> tuple[float, float]:
    """The 95 % score interval of a proportion, as ratios.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927), 209-212.
    """
    share, size, square = float(good / total), float(total), Z * Z
    middle = (share + square / (2 * size)) / (1 + square / size)
    half = Z / (1 + square / size) * (share * (1 - share) / size + square / (4 * size * size)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)


def percentile(waits: Iterable[Wait], share: Fraction) -> Fraction | None:
    """The wait that a share of all is answered within, where some still wait: by the estimator of Kaplan and Meier.

    Each wait is its seconds and whether it has ended. Without any that still waits it is the nearest rank. ``None``
    where so many wait that it cannot be told.

    E. L. Kaplan and P. Meier, Nonparametric estimation from incomplete observations, JASA 53 (1958), 457-481.
    """
    least = float(1 - share) + _NOISE
    found = sorted(waits, key=lambda wait: (wait[0], not wait[1]))
    waiting, surviving = len(found), 1.0
    for seconds, ended in found:
        if ended:
            surviving *= 1 - 1 / waiting
            if surviving <= least:
                return seconds
        waiting -= 1
    return None
