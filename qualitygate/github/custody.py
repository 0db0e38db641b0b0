"""Who reviewed what led to a commit, and who went around the rules of the repository."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from qualitygate.codec import instant
from qualitygate.github.client import Client
from qualitygate.model.custody import Asking, Bypass, Custody, PullReview

LOOK_BACK = timedelta(days=28)
"""How far back GitHub is sure to look for ``time_period=month``, the longest there is: the shortest month."""


def ask(client: Client, repository: str, commit: str | None, now: datetime) -> Custody:
    """All bypasses of the last month, and the reviews of the pull requests that a commit came by, where one is named.

    Raises :class:`~qualitygate.errors.CannotUseGitHub`. Bypasses need the permission to read the administration of the
    repository.
    """
    parameters = {"rule_suite_result": "bypass", "time_period": "month"}
    suites = list(client.every(f"/repos/{repository}/rulesets/rule-suites", parameters))
    return Custody(
        repository=repository,
        commit=commit,
        askings=(Asking(since=now - LOOK_BACK, at=now),),
        bypasses=tuple(_bypass(each) for each in suites if each["result"] == "bypass"),
        reviews=tuple(_reviews(client, repository, commit)) if commit else (),
    )


def _bypass(suite: Any) -> Bypass:
    return Bypass(
        id=suite["id"],
        by=suite.get("actor_name") or "",
        ref=suite["ref"],
        before=suite["before_sha"],
        after=suite["after_sha"],
        at=instant(suite["pushed_at"]),
    )


def _reviews(client: Client, repository: str, commit: str) -> Iterator[PullReview]:
    for pull in client.every(f"/repos/{repository}/commits/{commit}/pulls"):
        for review in client.every(f"/repos/{repository}/pulls/{pull['number']}/reviews"):
            if review.get("submitted_at"):  # what is not handed in yet is nobody's word
                yield PullReview(
                    pull_request=pull["number"],
                    by=(review["user"] or {}).get("login", "ghost"),
                    state=review["state"].lower(),
                    at=instant(review["submitted_at"]),
                    commit=review["commit_id"],
                )
