"""A number taken from evidence, and what the number is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import Enum
from fractions import Fraction

from qualitygate.values import dataclass


class Unit(Enum):
    """What a value counts in.

    A ``DENSITY`` is a count per 1,000 lines of code. ``POINTS`` are the difference of two ratios: 0.01 is one
    percentage point.
    """

    COUNT = "count"
    RATIO = "ratio"
    DENSITY = "density"
    SECONDS = "seconds"
    POINTS = "points"


class Better(Enum):
    """Which way a metric improves."""

    LOWER = "lower"
    HIGHER = "higher"
    NEITHER = "neither"


class Combine(Enum):
    """How measurements of several label sets become one.

    They are added up; or numerators over denominators; or the largest; or the difference of numerators over
    denominators now and before; or the number of different findings. Added up, they keep their numerators where all
    have the same denominator: the findings of several tools in one code. Or all waits are put together, and the
    percentile is taken of them.
    """

    SUM = "sum"
    RATIO = "ratio"
    MAX = "max"
    DIFFERENCE = "difference"
    DISTINCT = "distinct"
    PERCENTILE = "percentile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One entry of the catalogue: what is measured, in what, how, and who defined it.

    ``noun`` is what the numerator (or the count) counts, plural: ``failures``. ``low`` and ``high`` are the smallest
    and largest value the metric can take, ``None`` for no limit; a bound beyond them can never be met.
    ``relative``: it compares with a baseline. ``of_changes``: it needs to know what the branch changed. ``labels`` are
    those its measurements carry besides the evidence's own. ``tolerance`` is how far a value may be beyond a bound and
    still hold, because it moves that much by itself; ``None`` where there is no such noise. ``percentile`` is the share
    that is taken where waits are put together. ``sampled``: its ratio is shown with the interval that so small a sample
    leaves. ``since_start``: what is due is counted from the day on which the contract began, or where nobody says it
    from the first record.
    """

    name: str
    noun: str
    formula: str
    source: str
    unit: Unit = Unit.COUNT
    better: Better = Better.LOWER
    combine: Combine = Combine.SUM
    low: Fraction | None = Fraction(0)
    high: Fraction | None = None
    relative: bool = False
    of_changes: bool = False
    labels: tuple[str, ...] = ()
    tolerance: Fraction | None = None
    percentile: Fraction | None = None
    sampled: bool = False
    since_start: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing behind a number: a failing test, a late ticket, a dead link.

    ``path`` and ``line`` (from 1) say where, as far as the evidence tells; ``end_line`` where it ends, if it is longer
    than that line. ``severity`` is how bad it is, in a word, where the evidence says so. ``changed`` is whether it
    stands on a line that the branch changed, ``None`` where that is not known. ``weight`` puts what matters more before
    what matters less, where the findings of several measurements are told together.
    """

    title: str
    message: str = ""
    path: str | None = None
    line: int | None = None
    end_line: int | None = None
    severity: str = ""
    changed: bool | None = None
    weight: int = 0

    @property
    def rank(self) -> tuple[int, str, int, str, str, str, int]:
        """What findings are sorted by: the heaviest first, those by their place; what has no weight by its title."""
        path, line = self.path or "", self.line or 0
        place = (path, line) if self.weight else ("", 0)
        return (-self.weight, *place, self.title, self.message, path, line)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileShare:
    """The part that one file has in a coverage: how much of it is covered, and of how much."""

    path: str
    covered: int
    total: int

    @property
    def rank(self) -> tuple[int, str]:
        """What files are sorted by: the one that lacks most first."""
        return self.covered - self.total, self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterEntry:
    """How one document of a register stands, whether something is wrong with it or not.

    ``register`` and ``line`` are where it is declared, ``path`` what is declared. ``stage``, ``owner`` and ``status``
    are empty where the register does not say. ``reviewed`` is the day of its review, the oldest of its files, ``until``
    the last day on which that holds. ``left_out`` says why it is not required; it is empty for one that is.
    ``missing`` is what is wrong with one that is required; nothing where it is complete.
    """

    register: str
    line: int
    id: str
    title: str
    path: str
    stage: str = ""
    owner: str = ""
    status: str = ""
    reviewed: date | None = None
    until: date | None = None
    left_out: str = ""
    missing: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[str, int]:
        """Where it is declared, which is the order of entries."""
        return self.register, self.line


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One thing that a number was counted from, good or bad, at the record that tells of it.

    ``counts``: it is in the numerator or, where there is no denominator, in the number; else it is in the denominator
    alone. ``line`` is from 1, as far as the evidence tells.
    """

    title: str
    path: str | None = None
    line: int | None = None
    counts: bool = True

    @property
    def rank(self) -> tuple[str, int, str, bool]:
        """What they are sorted by: their place."""
        return self.path or "", self.line or 0, self.title, self.counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One value of one metric for one set of labels.

    ``value`` is exact; ``None`` means not measured, and ``note`` says why. A ratio carries its ``numerator`` and
    ``denominator``; a difference of ratios carries those of now, and in ``before`` the earlier ones. ``examined`` says
    what was looked at (``{"files": 2, "tests": 96}``), ``at`` when the evidence was made, ``sources`` where it was read
    from. ``vacuous``: there is no value because it is established that there is nothing to measure, and ``note`` says
    what that is; such a condition holds. ``files`` are the parts of a coverage, worst first, where it is told by file:
    they add up to the numerator and the denominator. ``waits`` are what a percentile was taken of: seconds, and whether
    the wait has ended. ``register`` is how each document of a register stands, where documents were counted by it.
    ``settled``: there is no value, and what lacks is of ``at``, so that no other period is in doubt.
    ``counted`` is each thing that the number was counted from, where it was counted from records: those in the
    numerator add up to it, and all to the denominator.
    """

    metric: Metric
    value: Fraction | None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    before: tuple[Fraction, Fraction] | None = None
    at: datetime | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    examined: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    note: str = ""
    vacuous: bool = False
    files: tuple[FileShare, ...] = ()
    waits: tuple[tuple[Fraction, bool], ...] = ()
    register: tuple[RegisterEntry, ...] = ()
    settled: bool = False
    counted: tuple[Counted, ...] = ()
