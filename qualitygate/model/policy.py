"""What must hold: bounds, conditions and gates, and the exceptions people agreed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, date, tzinfo
from enum import Enum
from fractions import Fraction

from qualitygate.model.measurement import Metric
from qualitygate.values import dataclass

WAIVER_ROLES = ("write", "maintain", "admin")
"""Roles on a repository, the least first."""
WAIVER_DAYS = 90
"""A waiver that lasts longer is no exception but a rule, unless the policy says otherwise."""


class Severity(Enum):
    """Whether a condition that does not hold blocks."""

    ERROR = "error"
    WARNING = "warning"


class OnMissing(Enum):
    """What a condition without data becomes. Anything but ``FAIL`` must be written down in the policy."""

    FAIL = "fail"
    WARN = "warn"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """The line, in words: ``below`` and ``above`` exclude the number, ``at_most`` and ``at_least`` include it."""

    below: Fraction | None = None
    at_most: Fraction | None = None
    at_least: Fraction | None = None
    above: Fraction | None = None

    def widened(self, by: Fraction) -> Bound:
        """The bound moved outwards at each side."""
        return Bound(
            below=None if self.below is None else self.below + by,
            at_most=None if self.at_most is None else self.at_most + by,
            at_least=None if self.at_least is None else self.at_least - by,
            above=None if self.above is None else self.above - by,
        )

    def holds(self, value: Fraction) -> bool:
        """Whether the exact value keeps every part of the bound: 1/20 is not below 5 %, and is at most 5 %."""
        return (
            (self.below is None or value < self.below)
            and (self.at_most is None or value <= self.at_most)
            and (self.at_least is None or value >= self.at_least)
            and (self.above is None or value > self.above)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One line of a gate.

    ``where`` picks measurements by label, ``each`` judges every value of a label by itself, ``within`` takes those of
    the last whole ``month``, ``quarter`` or ``year``. ``min_sample``: a ratio over fewer is given the benefit of the
    doubt (see :func:`qualitygate.evaluation.judge`). ``tolerance`` takes the place of the metric's own. ``clause`` is
    the clause of the contract that the condition checks. ``year_starts`` is a day on which a year of ``within`` starts,
    where that is not 1 January. Until the day ``enforced_from`` it is told and blocks nothing.
    """

    id: str
    metric: Metric
    bound: Bound
    where: Mapping[str, str] = field(default_factory=dict)
    each: str | None = None
    within: str | None = None
    min_sample: int | None = None
    tolerance: Fraction | None = None
    on_missing: OnMissing = OnMissing.FAIL
    severity: Severity = Severity.ERROR
    why: str = ""
    owner: str = ""
    clause: str = ""
    enforced_from: date | None = None
    year_starts: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One promise of the contract in its own words, by language, with who answers for it and when it is due."""

    id: str
    text: Mapping[str, str]
    owner: str = ""
    due: date | None = None

    def words(self, *langs: str) -> str:
        """Its text in the first of the languages that it has, else in any."""
        return next((self.text[lang] for lang in langs if self.text.get(lang)), next(iter(self.text.values()), ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Conditions that must all hold."""

    name: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A written, four-eyed, expiring exception for one metric of one gate. It excuses a failure, never missing data."""

    id: str
    gate: str
    metric: str
    reason: str
    requested_by: str
    approved_by: str
    created: date
    expires: date
    where: Mapping[str, str] = field(default_factory=dict)

    def live(self, today: date) -> bool:
        """Whether it counts on this day; the day it expires is its last."""
        return self.created <= today <= self.expires


def same(name: str) -> str:
    """A name as names are compared: case, width, spaces and a leading ``@`` do not matter."""
    from unicodedata import normalize  # noqa: PLC0415 - few policies have waivers

    return " ".join(normalize("NFKC", name).casefold().split()).removeprefix("@")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineRecord:
    """A test known to fail, kept running and shown, and left out of ``tests.blocking_failures`` until it expires.

    ``test`` is the test's title, ``class::name``.
    """

    test: str
    owner: str
    issue: str
    reason: str
    added: date
    expires: date

    def live(self, today: date) -> bool:
        """Whether it counts on this day; the day it expires is its last."""
        return self.added <= today <= self.expires


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything a verdict needs to know besides the measurements.

    ``digest`` is the SHA-256 of the policy files it was read from, ancestors first, without the registers; ``zone``
    parts days and periods. ``waiver_days`` is for how many days a waiver may be agreed on, ``waiver_role`` which of the
    :data:`WAIVER_ROLES` may ask for one by a comment, ``waiver_approvers`` who may approve one, ``None`` where anybody
    may but who asks. ``contract_start`` is the day on which the contract began, ``None`` where nobody says.
    """

    name: str
    gates: tuple[Gate, ...]
    waivers: tuple[Waiver, ...] = ()
    quarantine: tuple[QuarantineRecord, ...] = ()
    digest: str = ""
    zone: tzinfo = UTC
    clauses: tuple[Clause, ...] = ()
    waiver_days: int = WAIVER_DAYS
    waiver_role: str = "write"
    waiver_approvers: tuple[str, ...] | None = None
    contract_start: date | None = None

    def may_approve(self, who: str) -> bool:
        """Whether somebody, by the id or the login that a waiver names, may approve waivers."""
        return self.waiver_approvers is None or same(who) in map(same, self.waiver_approvers)

    def excuses(self, waiver: Waiver, today: date) -> bool:
        """Whether a waiver counts on this day: it is live, and who approved it may."""
        return waiver.live(today) and self.may_approve(waiver.approved_by)
