"""How everything stood over a period: what counts months stands in a quarter as in the worst of its months."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from fractions import Fraction

from qualitygate.commitments import Check, Commitment, Key, Standing, commitments, unclaimed, with_checks
from qualitygate.model.measurement import Better
from qualitygate.model.period import MONTHS, Period, last_whole, length, parts
from qualitygate.model.policy import Clause
from qualitygate.model.verdict import Verdict
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """How everything stood at a moment, or over a period that ends with it.

    Over a period ``parts`` has each check in every part of it that it counts, the oldest first.
    """

    at: datetime
    commitments: tuple[Commitment, ...]
    others: tuple[Check, ...]
    parts: Mapping[Key, tuple[Check, ...]] = field(default_factory=dict)

    @property
    def checks(self) -> tuple[Check, ...]:
        """All results, those of commitments first."""
        return (*(check for each in self.commitments for check in each.checks), *self.others)


def at_once(verdict: Verdict, clauses: Sequence[Clause]) -> Stood:
    """How everything stood at the moment of a verdict."""
    return Stood(at=verdict.at, commitments=commitments(clauses, verdict), others=unclaimed(verdict))


def over(whole: Period, last: Stood, judged: Callable[[datetime], Stood]) -> Stood:
    """How everything stood over a period: ``last`` is how it stood at its end or, where it is not over, now.

    ``judged`` tells of the ends of its parts. A check stands as in its worst part; of equal standings the worst value
    counts, of equal values the last.
    """
    found: dict[Key, list[Check]] = {check.key: [] for check in last.checks}
    for one in (*map(judged, _ends(whole, last)), last):
        for check in one.checks:
            period = check.result.period
            if one is last or (period and one.at == period.end < _last(check, last.at).end):
                found.setdefault(check.key, []).append(_not_over(check, whole))
    worst = [max(reversed(each), key=_badness) for each in found.values()]
    return Stood(
        at=last.at,
        commitments=tuple(
            with_checks(each, [check for check in worst if check.result.condition.clause == each.clause.id])
            for each in last.commitments
        ),
        others=tuple(check for check in worst if not check.result.condition.clause),
        parts={key: tuple(each) for key, each in found.items()},
    )


def _not_over(check: Check, whole: Period) -> Check:
    """A check; not due where it counts parts of the period and none is over yet, so that it tells of one before."""
    period = check.result.period
    before = period is not None and length(period) <= length(whole) and period.end <= whole.start
    return replace(check, standing=Standing.NOT_DUE) if before else check


def _last(check: Check, at: datetime) -> Period:
    condition = check.result.condition
    assert condition.within
    return last_whole(condition.within, at, condition.year_starts)


def _badness(check: Check) -> tuple[Standing, Fraction]:
    metric, value = check.result.condition.metric, check.result.measurement.value
    return check.standing, (value or Fraction()) * (-1 if metric.better is Better.HIGHER else 1)


def _ends(whole: Period, last: Stood) -> list[datetime]:
    """The ends, before the last, of all parts that any condition counts."""
    counts = {MONTHS[check.result.condition.within or "year"] for check in last.checks}
    ends = (part.end for months in counts if months < length(whole) for part in parts(whole, months))
    return sorted({end for end in ends if end < last.at})
