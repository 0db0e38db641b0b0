"""Counts of runs: how many began, how many were kept, how many were late, how many are over the limit and open."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from qualitygate.model.period import Period
from qualitygate.model.sampling import wilson
from qualitygate.support.case import TicketCase
from qualitygate.support.compliance import Judged, Standing
from qualitygate.values import dataclass

Ran = tuple[TicketCase, Judged]
"""One run of a clock, and the ticket it is of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceTally:
    """Counts of a period.

    ``received`` are the runs that began in it. The others are those that were due in it or, if earlier, met: ``met``,
    ``late`` (done too late, or closed without it) and ``over`` (over the limit and still open).
    """

    received: int = 0
    met: int = 0
    late: int = 0
    over: int = 0

    @property
    def breached(self) -> int:
        """All that were not kept."""
        return self.late + self.over

    @property
    def counted(self) -> int:
        """What is judged."""
        return self.met + self.breached

    @property
    def share(self) -> Fraction | None:
        """The share in time; ``None`` where nothing is judged."""
        return Fraction(self.met, self.counted) if self.counted else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % score interval of the share."""
        return wilson(Fraction(self.met), Fraction(self.counted)) if self.counted else None


def tally(runs: Iterable[Ran], period: Period) -> ComplianceTally:
    """Count what belongs to a period."""
    counts = {"received": 0, "met": 0, "late": 0, "over": 0}
    for case, run in runs:
        counts["received"] += run.run.start in period
        if judged_in(run, period):
            counts[_standing(case, run)] += 1
    return ComplianceTally(**counts)


def judged_in(run: Judged, period: Period) -> bool:
    """Whether a run counts in a period: it is judged, and was due in it or, if earlier, met."""
    return run.standing is not Standing.PENDING and run.at is not None and run.at in period


def is_open(case: TicketCase, run: Judged) -> bool:
    """Whether what a run waits for may still come."""
    return run.open and not case.clocks.closed


def _standing(case: TicketCase, run: Judged) -> str:
    if run.standing is Standing.MET:
        return "met"
    return "over" if is_open(case, run) else "late"
