"""Webhooks that are signed and not true: of what they say, nothing is believed but where to look."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from qualitygate.errors import CannotUseGitHub
from qualitygate.server.case import RELEASE
from qualitygate.server.confirming import BELIEVED
from qualitygate.server.working import Later
from qualitygate.storage.verdicts import VerdictStore
from tests.action.conftest import POLICY, junit
from tests.github.double.github import GitHub
from tests.server.shop import PERMISSIONS, Shop
from tests.server.test_attending import Desk, desk
from tests.server.test_deploying import Dock
from tests.server.test_releases import BAD, GATED, LAX, tagged
from tests.server.test_waiving import ASK, Bench

__all__ = ["desk"]

LAX_CHANGES = POLICY.replace("at_most: 0", "at_most: 99")


@pytest.fixture
def shop(github: GitHub) -> Shop:
    return Shop(github, GATED)


def elsewhere(shop: Shop, policy: str) -> str:
    """A commit on the branch ``aside``, which has a policy of its own."""
    return shop.shop.commit(branch="aside", files={"qualitygate.yml": policy.encode()})


def forged(payload: dict[str, Any], **repository: Any) -> dict[str, Any]:
    return {**payload, "repository": {**payload["repository"], **repository}}


def test_a_release_is_judged_by_the_default_branch_that_github_has(shop: Shop) -> None:
    elsewhere(shop, LAX)
    payload = shop.payload(tagged(shop, reports=BAD))
    shop.handle(shop.delivery(forged(payload, default_branch="aside")))
    assert (RELEASE, "failure") == (shop.check.name, shop.check.conclusion)


def test_a_push_to_another_branch_is_none_to_the_default_one_whatever_a_webhook_says(shop: Shop) -> None:
    sha = elsewhere(shop, LAX)
    payload = shop.payload(shop.run(branch="aside", sha=sha, reports=BAD))
    shop.handle(shop.delivery(forged(payload, default_branch="aside")))
    assert [] == shop.shop.check_runs


def test_who_may_waive_is_told_by_the_policy_of_the_default_branch_that_github_has(github: GitHub) -> None:
    bench = Bench(github, f"waiver_role: admin\n{POLICY}")
    elsewhere(bench, POLICY)
    comment = bench.shop.comment(bench.subject, ASK, login="ann")
    said = bench.ask(f"/repos/acme/shop/issues/comments/{comment.id}")
    told = {"action": "created", "comment": said, "issue": {"number": bench.subject}, "sender": said["user"]}
    payload = forged(bench.about(told), default_branch="aside")
    bench.handle(bench.delivery(payload, "issue_comment"))
    assert [] == bench.proposed()
    assert ["takes the role `admin`" in each for each in bench.replies()] == [True]


def test_tickets_are_looked_after_by_the_policy_of_the_default_branch_that_github_has(desk: Desk) -> None:
    desk.shop.commit(branch="aside", files={"qualitygate.yml": b"version: 1\ngates: {}\n"})
    issue = desk.shop.issue(labels=["support"], login="eve")
    payload = desk.about({"action": "opened", "issue": {"number": issue.number}})
    desk.now = desk.github.now + timedelta(hours=25)
    desk.handle(desk.delivery(forged(payload, default_branch="aside"), "issues"))
    assert ["support", "sla:breached"] == issue.labels


def test_a_run_is_what_github_has_of_it(shop: Shop) -> None:
    """Its event, what it is a change into, and that it is of no fork: by each of them another policy would count."""
    shop.policy(POLICY)
    lax, pull = elsewhere(shop, LAX_CHANGES), shop.pull()
    payload = shop.payload(shop.run(pull, reports=BAD))
    run = payload["workflow_run"]
    (named,) = run["pull_requests"]
    into = {**named, "base": {**named["base"], "ref": "aside", "sha": lax}}
    for lie in ({"pull_requests": [into]}, {"event": "push", "head_branch": "main"}, {"pull_requests": []}):
        shop.handle(shop.delivery({**payload, "workflow_run": {**run, **lie}}))
    assert {("qualitygate", "failure")} == {(each.name, each.conclusion) for each in shop.shop.check_runs}


def test_a_run_is_not_taken_for_that_of_another_commit(shop: Shop) -> None:
    payload = shop.payload(shop.run(shop.pull(), reports=BAD))
    payload["workflow_run"]["head_sha"] = shop.shop.head
    with pytest.raises(CannotUseGitHub) as refused:
        shop.handle(shop.delivery(payload))
    assert ("event", []) == (refused.value.slug, shop.shop.check_runs)


@pytest.mark.parametrize("lie", [{"status": "completed"}, {"run_attempt": 2}])
def test_a_run_that_is_only_said_to_be_further_is_not_judged_yet(shop: Shop, lie: dict[str, Any]) -> None:
    run = shop.run(shop.pull(), reports={"unit.xml": junit()}, status="in_progress", conclusion=None)
    payload = shop.payload(run)
    payload["workflow_run"].update(lie)
    with pytest.raises(CannotUseGitHub) as later:
        shop.handle(shop.delivery(payload))
    assert ("unreachable", []) == (later.value.slug, shop.shop.check_runs), "it is tried again"
    run.status, run.conclusion = "completed", "success"
    if "status" in lie:
        shop.handle(shop.delivery(payload))
        assert "success" == shop.check.conclusion


@pytest.mark.parametrize("lie", ["head_sha", "name"])
def test_a_check_is_judged_anew_at_its_own_commit_under_its_own_name(shop: Shop, lie: str) -> None:
    shop.tell(shop.run(shop.pull(), reports=BAD))
    other = shop.run(shop.pull(), reports=BAD)
    payload, own = shop.rerequest(shop.check), (shop.check.name, shop.check.sha)
    payload["check_run"][lie] = {"head_sha": other.sha, "name": "qualitygate (deployment to pull-request)"}[lie]
    shop.handle(shop.delivery(payload, "check_run"))
    assert [own, own] == [(each.name, each.sha) for each in shop.shop.check_runs]


def test_a_check_of_another_app_is_not_judged_anew_as_ours(shop: Shop) -> None:
    run = shop.run(shop.pull(), reports=BAD)
    shop.tell(run)
    payload = shop.rerequest(shop.check)
    shop.check.external_id = "theirs"
    shop.handle(shop.delivery(payload, "check_run"))
    assert 1 == len(shop.shop.check_runs)


def test_a_pull_request_that_is_open_is_not_closed_by_a_webhook(shop: Shop) -> None:
    pull = shop.pull()
    shop.tell(shop.run(pull, reports=BAD))
    payload = shop.about({"action": "closed", "pull_request": {"number": pull.number}})
    shop.handle(shop.delivery(payload, "pull_request"))
    with VerdictStore(shop.database) as store:
        (project,) = store.projects()
    assert 1 == project.failing


@pytest.mark.parametrize(
    "lie", [{"environment": "lab"}, {"deployment": {"created_at": "2020-01-01T00:00:00Z", "environment": "lab"}}]
)
def test_a_deployment_is_the_one_that_github_has(github: GitHub, lie: dict[str, Any]) -> None:
    """By the gate of its own environment, and not given up before its time."""
    dock = Dock(github, f"{GATED}  lab: [{{metric: tests.failed, at_most: 99}}]\n")
    github.world.installations[0].permissions.update(PERMISSIONS, deployments="write")
    ci = dock.run(branch="main", status="queued", conclusion=None)
    run = dock.waiting(reports=BAD, workflow=".github/workflows/deploy.yml")
    payload = json.loads(dock.asked(run).body)
    payload |= {**lie, "deployment": {**payload["deployment"], **lie.get("deployment", {})}}
    with pytest.raises(Later):
        dock.handle(dock.delivery(payload, "deployment_protection_rule"))
    ci.status, ci.conclusion = "completed", "success"
    dock.handle(dock.delivery(payload, "deployment_protection_rule"))
    assert "rejected" == dock.said(run).state


def test_a_deployment_that_is_gone_is_not_answered(github: GitHub) -> None:
    dock = Dock(github, GATED)
    github.world.installations[0].permissions.update(PERMISSIONS, deployments="write")
    payload = json.loads(dock.asked(dock.waiting(reports=BAD)).body)
    dock.handle(dock.delivery({**payload, "deployment": {"id": 7}}, "deployment_protection_rule"))
    assert [] == dock.shop.check_runs


@pytest.mark.parametrize(
    "name", ["acme", "acme/shop/x", "acme/..", "../shop", "./shop", "acme/shop?x", "acme/shop#", "acme/sh op", "é/shop"]
)
def test_what_no_repository_can_be_called_is_not_asked_for(shop: Shop, name: str) -> None:
    payload = shop.payload(shop.run(shop.pull(), reports=BAD))
    shop.github.calls.clear()
    with pytest.raises(CannotUseGitHub) as refused:
        shop.handle(replace(shop.delivery(forged(payload, full_name=name)), repository=name))
    assert ("event", []) == (refused.value.slug, shop.github.calls)


def test_a_webhook_of_a_repository_whose_name_is_anothers_now_is_refused(shop: Shop) -> None:
    """Told of by the number of one and the name of another, its errors would be shown where the one is administered."""
    delivery = shop.delivery(shop.payload(shop.run(shop.pull(), reports=BAD)))
    shop.handle(replace(delivery, repository_id=shop.shop.id))
    with pytest.raises(CannotUseGitHub) as refused:
        shop.handle(replace(delivery, repository_id=shop.shop.id + 1))
    assert ("event", 1) == (refused.value.slug, len(shop.shop.check_runs))


def test_a_repository_is_asked_for_once_a_minute(shop: Shop) -> None:
    def tell(_: object = None) -> None:
        shop.tell(shop.run(shop.pull(), reports=BAD))

    asked: Callable[[], int] = lambda: len(shop.github.calls_to("GET", "/repos/acme/shop"))  # noqa: E731
    tell()
    tell()
    assert 1 == asked()
    shop.now += BELIEVED
    tell()
    assert 2 == asked()
