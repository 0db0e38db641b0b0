"""Rulesets: what a repository requires, and the pushes that were held against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.github.double.account import Account
from tests.github.double.clock import stamp
from tests.github.double.exchange import Answer, Refused, Request
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


@dataclass(slots=True, kw_only=True)
class Ruleset:
    """What is required of a branch or a tag; `checks` are contexts, each with the App that must make it, if any."""

    id: int
    name: str
    target: str
    checks: dict[str, int | None]
    enforcement: str = "active"


@does("GET /repos/{owner}/{repo}/rulesets")
def list_rulesets(world: World, request: Request) -> Answer:
    repository, wanted = world.repository(request), request.query.get("targets", "branch,tag,push").split(",")
    found = [each for each in repository.rulesets if each.target in wanted]
    return paged(request, found, lambda each: ruleset_shape(repository, each))


@does("GET /repos/{owner}/{repo}/rulesets/{ruleset_id}")
def get_ruleset(world: World, request: Request) -> Answer:
    """One with its rules, which the list does not have."""
    repository, wanted = world.repository(request), request.number("ruleset_id")
    for each in repository.rulesets:
        if each.id == wanted:
            rule = rule_shape(repository, each)
            plain = {"type": rule["type"], "parameters": rule["parameters"]}
            return Answer(body={**ruleset_shape(repository, each), "rules": [plain]})
    raise Refused(404, "Not Found")


@does("GET /repos/{owner}/{repo}/rules/branches/{branch}")
def list_rules(world: World, request: Request) -> Answer:
    repository = world.repository(request)
    found = [each for each in repository.rulesets if (each.target, each.enforcement) == ("branch", "active")]
    return paged(request, found, lambda each: rule_shape(repository, each))


def ruleset_shape(repository: Repository, ruleset: Ruleset) -> dict[str, Any]:
    """`repository-ruleset`."""
    named = {"id": ruleset.id, "name": ruleset.name, "target": ruleset.target, "enforcement": ruleset.enforcement}
    return {**named, "source_type": "Repository", "source": repository.full_name}


def rule_shape(repository: Repository, ruleset: Ruleset) -> dict[str, Any]:
    """`repository-rule-detailed`."""
    checks = [
        {"context": name, **({} if app is None else {"integration_id": app})} for name, app in ruleset.checks.items()
    ]
    parameters = {"required_status_checks": checks, "strict_required_status_checks_policy": False}
    source = {"ruleset_source_type": "Repository", "ruleset_source": repository.full_name, "ruleset_id": ruleset.id}
    return {"type": "required_status_checks", "parameters": parameters, **source}


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
