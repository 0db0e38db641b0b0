"""What a register of defects says: each defect, how bad it is, and on which side of the release it was found."""

from __future__ import annotations

from datetime import datetime

from qualitygate.model.evidence import Report
from qualitygate.values import dataclass

SEVERITIES = ("critical", "high", "medium", "low", "info")
"""How bad a defect can be, worst first."""
BEFORE, AFTER = "before", "after"
"""On which side of the release a defect was found."""
OPEN, CLOSED = "open", "closed"
NO_DEFECTS = frozenset({"duplicate", "invalid"})
"""Resolutions of records that are no defects of their own; no metric counts them."""
REMOVED = frozenset({"fixed", None})
"""Resolutions of closed defects that are gone; a closed defect without one counts as repaired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """One record of a register of defects.

    ``severity`` is one of :data:`SEVERITIES`, ``None`` where nobody has judged it yet. ``found_in`` is ``before`` or
    ``after`` the release, ``None`` where the record does not say. ``release`` is the version it belongs to.
    ``reopened`` counts how often it was opened again, ``None`` where that is not told. ``resolution`` is ``fixed``,
    ``wontfix``, ``duplicate``, ``invalid`` or ``None``. ``opened`` and ``closed`` are aware. ``line`` is where the
    record begins.
    """

    id: str
    title: str = ""
    severity: str | None = None
    found_in: str | None = None
    release: str | None = None
    opened: datetime | None = None
    closed: datetime | None = None
    state: str = OPEN
    reopened: int | None = None
    resolution: str | None = None
    url: str | None = None
    line: int | None = None

    @property
    def counts(self) -> bool:
        """Whether it is a defect of its own: neither a duplicate nor invalid."""
        return self.resolution not in NO_DEFECTS

    @property
    def removed(self) -> bool:
        """Whether it is closed because it was repaired."""
        return self.state == CLOSED and self.resolution in REMOVED


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectRegister(Report):
    """One register of defects, in the order of its records; one without any is evidence of no defect."""

    defects: tuple[Defect, ...]
