"""How a repository stands: the row of an overview, and its place in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from qualitygate.model.verdict import Outcome
from qualitygate.storage.judgement import OUTCOMES
from qualitygate.strict import instant, maybe_instant
from qualitygate.values import dataclass

_MOST = 9_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a repository is known by: its name of now, and GitHub's number of it, 0 where that is not known."""

    name: str
    number: int = 0
    default_branch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """How many tickets of a repository are open, at risk and late, as of when they were last looked at."""

    tickets: int
    at_risk: int
    breached: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in the order of repositories, worst first: what lists after it are asked by."""

    standing: int
    key: str


FIRST = Place(standing=-(2**62), key="")
"""Before the worst of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A repository as an overview shows it.

    ``last`` is the id of the last judgement of its default branch, with its outcome, moment and stream. ``failing`` is
    how many of its open pull requests are held up, ``seen_at`` when anything was last judged there or looked at.
    ``support`` is ``None`` where it promises none. ``github_id`` is GitHub's number of it, 0 where that is not known.
    """

    id: int
    github_id: int
    name: str
    default_branch: str
    last: int | None
    last_outcome: Outcome | None
    last_at: datetime | None
    last_stream: str | None
    failing: int
    seen_at: datetime
    support: Support | None
    place: Place


def of_columns(row: Mapping[Any, Any]) -> Project:
    """A project from the columns of its row."""
    looked = maybe_instant(row["tickets_at"])
    return Project(
        id=row["id"],
        github_id=row["github_id"] or 0,
        name=row["name"],
        default_branch=row["default_branch"],
        last=row["last"],
        last_outcome=None if row["last_outcome"] is None else OUTCOMES[row["last_outcome"]],
        last_at=maybe_instant(row["last_at"]),
        last_stream=row["last_stream"],
        failing=row["failing"],
        seen_at=instant(row["seen_at"]),
        support=None
        if looked is None
        else Support(tickets=row["tickets"], at_risk=row["at_risk"], breached=row["breached"], at=looked),
        place=Place(standing=row["standing"], key=row["key"]),
    )


def standing(project: Project) -> int:
    """A number that is the smaller the worse a project stands.

    First counts the worse of its default branch and its support, where late is as bad as failed and at risk as bad as
    warned; then how many tickets are late, then how many open pull requests are held up.
    """
    support = project.support
    late = support.breached if support else 0
    warned = Outcome.WARNED if support and support.at_risk else Outcome.PASSED
    worst = max(project.last_outcome or Outcome.PASSED, Outcome.FAILED if late else warned)
    return -(worst * 10**8 + min(late, _MOST) * 10**4 + min(project.failing, _MOST))
