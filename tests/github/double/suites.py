"""Rule suites: pushes held against the rules of a repository."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.github.double.account import Account
from tests.github.double.clock import stamp
from tests.github.double.exchange import Answer, Request
from tests.github.double.operation import does
from tests.github.double.paging import paged

if TYPE_CHECKING:
    from tests.github.double.repository import Repository
    from tests.github.double.world import World

BACK = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}


@dataclass(slots=True, kw_only=True)
class Suite:
    """One push and what the rules said of it: `pass`, `fail` or `bypass`."""

    id: int
    actor: Account
    ref: str
    after: str
    at: datetime
    result: str


@does("GET /repos/{owner}/{repo}/rulesets/rule-suites")
def list_suites(world: World, request: Request) -> Answer:
    repository, query = world.repository(request), request.query
    since, wanted = world.now - BACK[query.get("time_period", "day")], query.get("rule_suite_result", "all")
    suites = [each for each in repository.suites if each.at >= since and wanted in {"all", each.result}]
    return paged(request, suites, lambda each: suite_shape(repository, each))


def suite_shape(repository: Repository, suite: Suite) -> dict[str, Any]:
    """One of `rule-suites`."""
    return {
        "id": suite.id,
        "actor_id": suite.actor.id,
        "actor_name": suite.actor.login,
        "before_sha": "0" * 40,
        "after_sha": suite.after,
        "ref": suite.ref,
        "repository_id": repository.id,
        "repository_name": repository.name,
        "pushed_at": stamp(suite.at),
        "result": suite.result,
        "evaluation_result": suite.result,
    }
