"""What registers of trainings say: when a session was, for whom, and how each who had to sit its exam came out."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from qualitygate.model.evidence import Report
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamResult:
    """How one person came out of an exam.

    ``who`` is an id. ``score`` is that of the first attempt, ``None`` where the person was absent; ``retake`` that of a
    second one. ``excused``: was absent for a reason that counts. ``line`` is where the record begins.
    """

    who: str
    score: Fraction | None = None
    retake: Fraction | None = None
    excused: bool = False
    line: int | None = None

    @property
    def final(self) -> Fraction | None:
        """The score of the last attempt; ``None`` without any."""
        return self.score if self.retake is None else self.retake

    @property
    def required(self) -> bool:
        """Whether it counts: who was excused and never sat the exam is in neither number."""
        return not self.excused or self.final is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """One session. ``at`` is aware; ``audience`` is a role; a score passes from ``pass_mark`` on."""

    id: str
    at: datetime
    topic: str
    audience: str
    pass_mark: Fraction = Fraction(0)
    results: tuple[ExamResult, ...] = ()
    line: int | None = None

    @property
    def attended(self) -> bool:
        """Whether anybody sat its exam."""
        return any(each.final is not None for each in self.results)

    def passed(self, score: Fraction | None) -> bool:
        """Whether a score passes; no score does not."""
        return score is not None and score >= self.pass_mark


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRegister(Report):
    """One register of trainings, often of one session, in the order of its records."""

    trainings: tuple[Training, ...]
