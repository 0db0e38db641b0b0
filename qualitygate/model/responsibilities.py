"""What a register of responsibilities says: who answers for which commitment, who stands in, and by when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from qualitygate.model.evidence import Report
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsibility:
    """Who answers for one commitment, by ids of people. ``line`` is where the record begins."""

    commitment: str
    accountable: tuple[str, ...] = ()
    deputy: str | None = None
    due: date | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityRegister(Report):
    """One register of responsibilities, in the order of its records."""

    responsibilities: tuple[Responsibility, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """The commitments."""
        return {"commitments": len(self.responsibilities)}
