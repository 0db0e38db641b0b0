"""Deployments that wait for the App, from end to end against the double."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from qualitygate.errors import CannotUseGitHub
from qualitygate.server.working import Later, Work, failed
from qualitygate.storage.inbox import Delivery, Inbox
from qualitygate.storage.tables import INBOX
from tests.action.conftest import POLICY, junit
from tests.github.double.clock import stamp
from tests.github.double.deployments import number_of
from tests.github.double.github import GitHub
from tests.github.double.runs import Review, Run
from tests.server.shop import NOW, PERMISSIONS, Shop, packed

GATED = POLICY + "  release:\n    - {metric: tests.failed, at_most: 0}\n"
GOOD = {"unit.xml": junit()}
BAD = {"unit.xml": junit(failed=1)}


class Dock(Shop):
    """The shop, whose environment `production` waits for the App."""

    def __init__(self, *of: Any) -> None:
        super().__init__(*of)
        self.github.world.now = self.now

    def waiting(self, environment: str = "production", **of: Any) -> Run:
        of = {"branch": "main", "status": "waiting", "conclusion": None, **of}
        return self.run(environments=[environment], **of)

    def asked(self, run: Run, environment: str = "production", *, callback: str = "", **other: Any) -> Delivery:
        """The webhook, in the form of the published schema."""
        address = f"{self.github.url}/repos/acme/shop/actions/runs/{run.id}/deployment_protection_rule"
        deployment = {"id": number_of(run, environment), "sha": run.sha, "ref": run.branch, "created_at": stamp(run.at)}
        payload = {
            "action": "requested",
            "environment": environment,
            "event": run.event,
            "deployment_callback_url": callback or address,
            "deployment": {**deployment, "environment": environment},
            "pull_requests": [],
            **other,
        }
        return self.delivery(self.about(payload), "deployment_protection_rule")

    def said(self, run: Run, environment: str = "production") -> Review:
        review = run.reviews[environment]
        assert review is not None
        return review


@pytest.fixture
def dock(github: GitHub) -> Dock:
    shop = Dock(github, GATED)
    shop.github.world.installations[0].permissions.update(PERMISSIONS, deployments="write")
    return shop


def test_a_deployment_is_approved_by_the_verdict_on_its_commit(dock: Dock) -> None:
    dock.run(branch="main", reports=GOOD, workflow=".github/workflows/ci.yml")
    run = dock.waiting(workflow=".github/workflows/deploy.yml")
    dock.handle(dock.asked(run))
    said = dock.said(run)
    assert "approved" == said.state
    assert said.comment.startswith("PASS\\: 1 passed http")
    assert said.comment.endswith(f"/acme/shop/runs/{dock.check.id}")
    assert ("qualitygate (deployment to production)", "success") == (dock.check.name, dock.check.conclusion)


def test_one_that_fails_the_gate_is_rejected_with_the_reason(dock: Dock) -> None:
    run = dock.waiting(reports=BAD)
    dock.handle(dock.asked(run))
    assert "rejected" == dock.said(run).state
    assert r"FAIL\: tests.failed 1 failed test, at most 0" in dock.said(run).comment


def test_the_run_that_waits_for_the_answer_is_not_awaited_itself(dock: Dock) -> None:
    run = dock.waiting(reports=GOOD, status="in_progress")
    dock.handle(dock.asked(run))
    assert "approved" == dock.said(run).state


def test_without_evidence_nothing_is_deployed(dock: Dock) -> None:
    run = dock.waiting()
    dock.handle(dock.asked(run))
    assert "rejected" == dock.said(run).state
    assert "NO DATA" in dock.said(run).comment


def test_other_runs_and_jobs_are_awaited_with_a_word_now_and_then(dock: Dock) -> None:
    ci = dock.run(branch="main", status="in_progress", conclusion=None)
    run = dock.waiting(workflow=".github/workflows/deploy.yml")
    run.jobs = {"build": "in_progress", "deploy": "waiting"}
    asked = dock.asked(run)
    with pytest.raises(Later) as later:
        dock.handle(asked)
    assert (15, False) == (failed(later.value, "d", 1).wait, failed(later.value, "d", 1).counted)
    assert [("production", "Waiting for build")] == run.progress
    run.jobs["build"] = "completed"
    for _ in range(24):
        dock.now += timedelta(seconds=later.value.wait)
        with pytest.raises(Later) as later:
            dock.handle(asked)
    assert timedelta(minutes=20) < dock.now - NOW < timedelta(minutes=25)
    assert [f"Waiting for {name}" for name in ("build", "ci.yml", "ci.yml")] == [
        comment.split(" http")[0].replace("\\", "") for _, comment in run.progress
    ]
    ci.status, ci.conclusion = "completed", "success"
    dock.shop.artifact(ci, "reports", packed(GOOD))
    dock.handle(asked)
    assert "approved" == dock.said(run).state


def test_while_it_waits_the_delivery_sleeps_and_no_attempt_has_failed(dock: Dock, address: str) -> None:
    ci = dock.run(branch="main", status="in_progress", conclusion=None)
    run = dock.waiting(workflow=".github/workflows/deploy.yml")
    asked = dock.asked(run)
    with Inbox(address) as inbox:
        inbox.receive(asked)
        work = Work(inbox, dock.handle)
        assert work.one(asked.id)
        assert 10 < (inbox.wait(asked.id) or 0) <= 15
        assert not work.one(asked.id), "it sleeps"
        ci.status, ci.conclusion = "completed", "success"
        dock.shop.artifact(ci, "reports", packed(GOOD))
        with inbox.begin() as connection:
            row = connection.execute(INBOX.select()).mappings().one()
            connection.execute(INBOX.update().values(next_try_at=0.0))
        assert (0, "awaited: ci.yml") == (row["attempts"], row["error"])
        assert work.one(asked.id)
        assert inbox.wait(asked.id) is None
        work.close()
    assert "approved" == dock.said(run).state


def test_what_is_awaited_for_a_day_is_rejected(dock: Dock) -> None:
    dock.run(branch="main", status="queued", conclusion=None)
    run = dock.waiting(workflow=".github/workflows/deploy.yml")
    dock.now = NOW + timedelta(hours=25)
    dock.handle(dock.asked(run))
    assert "rejected" == dock.said(run).state
    assert dock.said(run).comment.startswith(r"Awaited for too long\: ci.yml")


def test_the_policy_is_that_of_the_default_branch(dock: Dock) -> None:
    lax = GATED.replace("at_most: 0", "at_most: 99")
    sha = dock.shop.commit(branch="feature", parents=[dock.shop.head], files={"qualitygate.yml": lax.encode()})
    run = dock.waiting(branch="feature", sha=sha, reports=BAD)
    dock.handle(dock.asked(run))
    assert "rejected" == dock.said(run).state


def test_an_environment_may_have_a_gate_of_its_name_in_any_case(dock: Dock) -> None:
    dock.policy(GATED + "  production:\n    - {metric: tests.executed, at_least: 9}\n")
    run = dock.waiting("Production", reports=GOOD)
    dock.handle(dock.asked(run, "Production"))
    assert "tests.executed" in dock.said(run, "Production").comment


def test_a_pull_requests_deployment_is_no_release(dock: Dock) -> None:
    pull = dock.pull()
    run = dock.waiting("review", branch=pull.head, sha=pull.sha, event="pull_request", reports=GOOD)
    dock.run(branch="main", sha=pull.sha, reports=BAD)
    dock.handle(dock.asked(run, "review"))
    assert "approved" == dock.said(run, "review").state
    assert ["qualitygate (deployment to review)"] == [each.name for each in dock.shop.check_runs]


@pytest.mark.parametrize("policy", [None, GATED.replace("tests.failed", "tests.fialed")])
def test_what_cannot_be_judged_is_rejected_with_a_reason(dock: Dock, policy: str | None) -> None:
    dock.shop.commit(branch="main", files={"qualitygate.yml": policy and policy.encode()})
    run = dock.waiting(reports=GOOD)
    dock.handle(dock.asked(run))
    assert "rejected" == dock.said(run).state
    assert ("no policy" if policy is None else "could not be judged") in dock.said(run).comment


def test_a_bug_of_ours_is_tried_again_for_an_hour_and_then_rejected(dock: Dock, monkeypatch: Any) -> None:
    run = dock.waiting(reports=GOOD)
    monkeypatch.setattr("qualitygate.pipeline.evaluate", lambda *_, **__: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        dock.handle(dock.asked(run))
    assert run.reviews["production"] is None
    dock.now = NOW + timedelta(hours=1)
    dock.handle(dock.asked(run))
    assert ("rejected", True) == (dock.said(run).state, "a bug in qualitygate" in dock.said(run).comment)


def test_where_github_forbids_to_look_the_deployment_is_rejected_at_once(dock: Dock) -> None:
    run = dock.waiting(reports=GOOD)
    dock.github.fail("GET", "/repos/*/actions/runs/*/jobs", status=403)
    dock.handle(dock.asked(run))
    assert ("rejected", True) == (dock.said(run).state, "may not do this" in dock.said(run).comment)


def test_an_answer_that_was_lost_or_came_before_is_not_given_twice(dock: Dock) -> None:
    run = dock.waiting(reports=GOOD)
    dock.github.fail("POST", "/repos/*/deployment_protection_rule", status=502, after=True)
    asked = dock.asked(run)
    dock.handle(asked)
    dock.handle(asked)
    assert "approved" == dock.said(run).state
    assert 1 == len(dock.shop.check_runs)


def test_a_run_that_somebody_cancelled_is_not_answered(dock: Dock) -> None:
    run = dock.waiting(status="completed", conclusion="cancelled")
    dock.handle(dock.asked(run))
    assert run.reviews["production"] is None
    assert [] == dock.shop.check_runs


@pytest.mark.parametrize(
    "callback",
    [
        "http://169.254.169.254/repos/acme/shop/actions/runs/{id}/deployment_protection_rule",
        "{url}.evil.example/repos/acme/shop/actions/runs/{id}/deployment_protection_rule",
        "{url}@evil.example/repos/acme/shop/actions/runs/{id}/deployment_protection_rule",
        "{url}/repos/evil/evil/actions/runs/{id}/deployment_protection_rule",
        "{url}/repos/acme/shop/actions/runs/{id}/../../../deployment_protection_rule",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_is_not_of_our_api_is_never_called(dock: Dock, callback: str) -> None:
    run = dock.waiting(reports=GOOD)
    asked = dock.asked(run, callback=callback.format(url=dock.github.url, id=run.id))
    dock.github.calls.clear()
    with pytest.raises(CannotUseGitHub) as refused:
        dock.handle(asked)
    assert "event" == refused.value.slug
    assert {"/repos/acme/shop", "/repos/acme/shop/installation"} >= {
        call.path for call in dock.github.calls if "access_tokens" not in call.path
    }
    assert run.reviews["production"] is None


def test_hostile_names_stay_text_within_what_github_takes(dock: Dock) -> None:
    hostile = "[x](https://evil.example) @acme/all <img src=x> " * 30
    dock.policy(GATED + "    - {metric: tests.executed, at_least: 9, id: " + repr(hostile) + "}\n")
    run = dock.waiting(reports=GOOD)
    run.jobs = {hostile: "in_progress"}
    with pytest.raises(Later):
        dock.handle(dock.asked(run))
    ((_, comment),) = run.progress
    assert len(comment) <= 1_024
    assert "<img" not in comment
    assert "@acme" not in comment


def test_the_check_of_a_deployment_is_judged_again_when_it_is_asked_for(dock: Dock) -> None:
    run = dock.waiting(reports=BAD)
    dock.handle(dock.asked(run))
    dock.policy(GATED.replace("at_most: 0", "at_most: 1"))
    dock.handle(dock.delivery(dock.rerequest(dock.check), "check_run"))
    assert ["failure", "success"] == [each.conclusion for each in dock.shop.check_runs]
    assert "rejected" == dock.said(run).state
