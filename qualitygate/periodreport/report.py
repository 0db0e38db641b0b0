"""What the report of a period tells: its commitments, how they stood before, and what all of it was taken from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime

from qualitygate.commitments import Check, Commitment, Key, Standing
from qualitygate.model.measurement import Metric
from qualitygate.model.period import Period, title
from qualitygate.model.verdict import ConditionResult, Verdict
from qualitygate.values import dataclass
from qualitygate.waivers.doubts import Doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A file that was read: of which entry of the evidence, its SHA-256 and size, and when it says it was made.

    ``sha256`` is ``None`` where the file could not be opened.
    """

    entry: str
    name: str
    sha256: str | None
    size: int
    made: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where a part of the policy is written."""

    file: str
    line: int | None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """How a check, or a commitment, stood at the end of a period.

    ``standing`` is ``None`` where nobody knows: the evidence does not tell when things happened.
    """

    period: Period
    standing: Standing | None
    result: ConditionResult | None = None

    @property
    def title(self) -> str:
        """The name of the period."""
        return title(self.period)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodReport:
    """The commitments at the end of a period, or now where it has not ended, and everything behind them.

    ``others`` are the results that no clause asks for. ``parts`` has each check in every part of the period that it
    counts, the oldest first: one that counts months has three in a quarter. It stands as in the worst of them.
    ``trends`` has the points of a check, the oldest first, none where its evidence is of one moment only; ``history``
    those of a commitment by its clause. ``places`` tells where clauses, conditions and waivers are written, by the keys
    of ``Config.places``. ``doubts`` says of waivers, by their id, why their approval is doubted.
    """

    period: Period
    now: datetime
    verdict: Verdict
    commitments: tuple[Commitment, ...]
    others: tuple[Check, ...]
    parts: Mapping[Key, tuple[Check, ...]]
    trends: Mapping[Key, tuple[Point, ...]]
    history: Mapping[str, tuple[Point, ...]]
    inputs: tuple[Input, ...]
    places: Mapping[tuple[str | int, ...], Written]
    version: str
    doubts: Mapping[str, Doubt] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The name of the period: ``2026-Q3``."""
        return title(self.period)

    @property
    def so_far(self) -> bool:
        """Whether the period had not ended."""
        return self.now < self.period.end

    @property
    def zone(self) -> str:
        """The time zone whose midnights part the periods."""
        return str(self.period.start.tzinfo)

    @property
    def checks(self) -> Sequence[Check]:
        """All results, those of commitments first."""
        return [*(check for each in self.commitments for check in each.checks), *self.others]

    @property
    def metrics(self) -> list[Metric]:
        """What was measured, by name."""
        found = {check.result.condition.metric.name: check.result.condition.metric for check in self.checks}
        return [found[name] for name in sorted(found)]

    @property
    def later(self) -> list[Input]:
        """What says that it was made after the moment that is told of: it may not be what was true then."""
        return [each for each in self.inputs if each.made is not None and each.made > self.verdict.at]

    def trend(self, check: Check) -> tuple[Point, ...]:
        """How a check stood in each period; nothing where nobody knows."""
        return self.trends.get(check.key, ())
