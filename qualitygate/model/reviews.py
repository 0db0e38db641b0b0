"""What the record of a stage review says: which stage, what was decided, and who approved it when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from qualitygate.model.evidence import Report
from qualitygate.values import dataclass

FAIL = "fail"
PASSED = "pass"
WITH_ACTIONS = "pass-with-actions"
PASSES = (PASSED, WITH_ACTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the checklist; ``result`` is ``pass``, ``fail`` or ``n/a``."""

    item: str
    result: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who approved the review, on which day. ``line`` is where its record begins."""

    by: str
    on: date
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageReview(Report):
    """The record of one stage and its review: one file.

    ``ended`` is ``None`` while the stage goes on. ``commit`` is what was reviewed. ``decision`` is one of ``pass``,
    ``pass-with-actions`` and ``fail``, ``None`` before there is one. ``actions`` are their ids and texts.
    """

    stage: str
    started: date
    ended: date | None = None
    commit: str | None = None
    participants: tuple[str, ...] = ()
    checklist: tuple[Check, ...] = ()
    decision: str | None = None
    actions: tuple[tuple[str, str], ...] = ()
    approvals: tuple[Approval, ...] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        """The lines of its checklist, its actions and its approvals."""
        return {"checks": len(self.checklist), "actions": len(self.actions), "approvals": len(self.approvals)}
