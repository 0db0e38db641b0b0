"""The answer: an outcome for each condition, for each gate, and for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import Enum, IntEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from qualitygate.model.measurement import Measurement
from qualitygate.model.policy import Condition, QuarantineRecord, Waiver
from qualitygate.values import dataclass

if TYPE_CHECKING:
    from qualitygate.model.period import Period


class Outcome(IntEnum):
    """How a condition ended, ordered: the outcome of many is ``max()``."""

    PASSED = 0
    WARNED = 1
    WAIVED = 2
    NO_DATA = 3
    FAILED = 4

    @property
    def blocks(self) -> bool:
        """Whether a release stops here: it failed, or nobody knows."""
        return self >= Outcome.NO_DATA


class FailOn(Enum):
    """Which outcomes stop what comes after: missing data like failures, failures alone, or none, for advice only."""

    NO_DATA = "no-data"
    FAILURE = "failure"
    NEVER = "never"

    def stops(self, outcome: Outcome) -> bool:
        """Whether this outcome stops it."""
        return outcome.blocks and (self is FailOn.NO_DATA or (self is FailOn.FAILURE and outcome is Outcome.FAILED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """How far a value is from the line, in what the metric counts.

    ``amount`` is positive for room left, negative for what is lacking, 0 exactly on the last allowed value.
    ``side`` names the nearest part of the bound: ``ceiling`` or ``floor``.
    """

    amount: Fraction
    noun: str
    side: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionResult:
    """One condition, judged over one set of labels.

    ``measurement`` is the one the condition was judged by, already combined. ``note`` says in a sentence what a reader
    must know beyond the numbers: why there is no data, that a small sample was excused. ``period`` is the last whole
    month, quarter or year that was counted, where the condition is about one.
    """

    condition: Condition
    outcome: Outcome
    measurement: Measurement
    margin: Margin | None = None
    waiver: Waiver | None = None
    note: str = ""
    period: Period | None = None

    def begun(self, day: date, today: date) -> bool:
        """Whether what must hold from a day on has to today: of whole periods from the first that begins then."""
        return day <= (self.period.start.date() if self.period else today)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """One gate, judged."""

    name: str
    conditions: tuple[ConditionResult, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst of its conditions; no condition is no data."""
        return max((result.outcome for result in self.conditions), default=Outcome.NO_DATA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was judged, by which policy, when, and how it ended.

    ``at`` is in the policy's time zone. ``examined`` adds up what all measurements looked at. ``waivers`` and
    ``quarantine`` list every record of the policy with whether it counts today, because an exception that is not shown
    is a hole.
    """

    policy: str
    policy_digest: str
    subject: Mapping[str, str]
    at: datetime
    gates: tuple[GateResult, ...]
    examined: Mapping[str, int] = field(default_factory=dict)
    waivers: tuple[tuple[Waiver, bool], ...] = ()
    quarantine: tuple[tuple[QuarantineRecord, bool], ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The worst of its gates; a verdict that examined nothing is never better than no data."""
        worst = max((gate.outcome for gate in self.gates), default=Outcome.NO_DATA)
        return max(worst, Outcome.NO_DATA) if self.examined_nothing else worst

    @property
    def examined_nothing(self) -> bool:
        """Whether nothing was looked at; files that turned out to hold none of what was looked for are nothing."""
        within = [number for noun, number in self.examined.items() if noun != "files"]
        return not any(within or self.examined.values())
