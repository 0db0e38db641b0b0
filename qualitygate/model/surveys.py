"""What registers of surveys say: the waves in which customers were asked, and what they answered."""

from __future__ import annotations

from datetime import date, datetime

from qualitygate.model.evidence import Report
from qualitygate.values import dataclass

SCORE = range(1, 6)
"""The scale of satisfaction: 5 is best."""
RECOMMEND = range(11)
"""The scale of the question whether one would recommend it: 10 is best."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """One wave of a survey. ``closed`` is its last day, ``None`` while none is set.

    ``quarter`` is the one it is of, like ``2026-Q3``. ``invited`` is how many were asked, ``None`` where nobody knows.
    ``line`` is where the record begins.
    """

    id: str
    opened: date
    quarter: str
    closed: date | None = None
    invited: int | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one respondent answered in a wave: ``None`` for a question that was left out. No text is kept.

    ``who`` is an id. ``at`` is aware, ``None`` where the record does not say.
    """

    wave: str
    who: str
    score: int | None = None
    recommend: int | None = None
    at: datetime | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRegister(Report):
    """One register of waves, or of the answers to some of them, in the order of its records.

    ``covers`` are the waves whose answers it has, also where nobody answered.
    """

    waves: tuple[Wave, ...] = ()
    answers: tuple[Answer, ...] = ()
    covers: tuple[str, ...] = ()
