"""What a forge was asked of who approved, and of who went around its rules."""

from __future__ import annotations

from datetime import datetime

from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PullReview:
    """A review of a pull request: whose, of which commit, and what it came to (``approved``, ``dismissed``…)."""

    pull_request: int
    by: str
    state: str
    at: datetime
    commit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bypass:
    """A push that the rules of the repository would have refused, had its author not been let around them."""

    id: int
    by: str
    ref: str
    before: str
    after: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One asking for bypasses: what was pushed from ``since`` until ``at`` was looked at."""

    since: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """All that one repository was asked, at several times; ``commit`` is the one whose pull requests were looked at."""

    repository: str
    commit: str | None = None
    askings: tuple[Asking, ...] = ()
    bypasses: tuple[Bypass, ...] = ()
    reviews: tuple[PullReview, ...] = ()
