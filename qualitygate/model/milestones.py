"""What a register of milestones says: what was to be achieved by which day, and when it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from qualitygate.model.evidence import Report
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """One milestone.

    ``due`` is the day, ``due_as`` how the register writes it where it names it by another day. ``achieved`` is ``None``
    where the register does not say so. ``evidence`` are the paths and addresses that show it. ``line`` is where the
    record begins.
    """

    id: str
    due: date
    title: str = ""
    due_as: str = ""
    achieved: date | None = None
    owner: str | None = None
    evidence: tuple[str, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneRegister(Report):
    """One register of milestones, in the order of its records."""

    milestones: tuple[Milestone, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """All milestones, and those that were achieved."""
        return {"milestones": len(self.milestones), "achieved": sum(bool(each.achieved) for each in self.milestones)}
