"""What the record of a retrospective says: who met, what was decided, and the actions that came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from qualitygate.model.evidence import Report
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that somebody will do.

    ``due`` is the day that holds now, ``first_due`` the one that was agreed on first where it was postponed. ``done``
    is when it was done, ``verified_by`` who saw that it was. ``not_planned`` is the reason why nobody will do it.
    ``line`` is where its record begins.
    """

    id: str
    text: str
    owner: str
    due: date
    first_due: date | None = None
    done: date | None = None
    verified_by: str | None = None
    not_planned: str | None = None
    line: int | None = None

    @property
    def promised(self) -> date:
        """The day it counts by: the first that was agreed on, however often it was postponed."""
        return self.first_due or self.due


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrospective(Report):
    """The record of one retrospective: one file.

    ``held`` is the day. ``month`` is the first day of the month that it looks back on, ``None`` where it looks back on
    a ``project``. ``no_action`` is the reason why nothing was decided.
    """

    held: date
    month: date | None = None
    project: str | None = None
    attendees: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    no_action: str | None = None
    signed_by: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()

    @property
    def lacks(self) -> tuple[str, ...]:
        """What is missing before it counts as held."""
        needs = {
            "attendees": self.attendees,
            "decisions, or no_action with the reason": self.decisions or self.no_action,
            "signed_by": self.signed_by,
        }
        return tuple(name for name, told in needs.items() if not told)

    @property
    def counts(self) -> Mapping[str, int]:
        """Its actions, and those that were done."""
        return {"actions": len(self.actions), "done": sum(bool(each.done) for each in self.actions)}
