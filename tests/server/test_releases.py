"""Releases judged by the App: tags that are pushed, runs of releases, and commits that have yet to be tagged."""

from __future__ import annotations

import pytest

from qualitygate.server.case import NAME, RELEASE
from tests.action.conftest import POLICY, junit
from tests.github.double.checks import CheckRun
from tests.github.double.github import GitHub
from tests.github.double.runs import Run
from tests.server.shop import Shop, packed

GATED = POLICY + "  release:\n    - {metric: tests.failed, at_most: 0}\n    - {metric: tests.executed, at_least: 2}\n"
LAX = GATED.replace("at_most: 0", "at_most: 99")
GOOD = {"unit.xml": junit()}
BAD = {"unit.xml": junit(failed=1)}


@pytest.fixture
def shop(github: GitHub) -> Shop:
    return Shop(github, GATED)


def checks(shop: Shop, name: str = RELEASE) -> list[CheckRun]:
    return [each for each in shop.shop.check_runs if each.name == name]


def verdicts(shop: Shop, name: str = RELEASE) -> list[str | None]:
    return [each.conclusion for each in checks(shop, name)]


def tagged(shop: Shop, name: str = "v1", sha: str | None = None, annotated: bool = False, **of: object) -> Run:
    sha = shop.shop.tag(name, sha, annotated=annotated)
    return shop.run(sha=sha, branch=name, **of)  # type: ignore[arg-type]  # of are those of a run


@pytest.mark.parametrize("annotated", [False, True])
def test_a_tag_is_judged_as_a_release_at_the_tagged_commit(shop: Shop, annotated: bool) -> None:
    shop.tell(tagged(shop, reports={"unit.xml": junit(passed=1)}, annotated=annotated))
    assert (RELEASE, "failure", shop.shop.head) == (shop.check.name, shop.check.conclusion, shop.check.sha)
    assert "tests.executed" in shop.check.title, "the gate is that of releases"
    shop.tell(tagged(shop, "v2", shop.shop.commit(branch="main"), reports=GOOD, annotated=annotated))
    assert ["failure", "success"] == verdicts(shop)


def test_the_run_of_a_release_is_judged_like_that_of_a_tag(shop: Shop) -> None:
    shop.tell(tagged(shop, event="release", reports=BAD))
    assert ["failure"] == verdicts(shop)


def test_a_policy_without_a_gate_for_releases_is_judged_whole(github: GitHub) -> None:
    shop = Shop(github, POLICY.replace("pull-request:", "nightly:"))
    shop.tell(tagged(shop, reports=BAD))
    assert ["failure"] == verdicts(shop)


def test_a_tag_cannot_bring_a_policy_of_its_own(shop: Shop) -> None:
    aside = shop.shop.commit(parents=[shop.shop.head], files={"qualitygate.yml": LAX.encode()})
    shop.tell(tagged(shop, "v1", aside, reports=BAD))
    assert ["failure"] == verdicts(shop)


def test_nor_can_one_of_a_commit_on_the_way_to_the_default_branch(shop: Shop) -> None:
    lax = shop.policy(LAX)
    shop.policy(GATED)
    shop.tell(tagged(shop, "v1", lax, reports=BAD))
    assert ["failure"] == verdicts(shop)


def test_a_tag_that_is_called_like_the_default_branch_is_no_push_to_it(shop: Shop) -> None:
    aside = shop.shop.commit(parents=[shop.shop.head], files={"qualitygate.yml": LAX.encode()})
    shop.tell(tagged(shop, "main", aside, reports=BAD))
    assert [] == checks(shop, NAME)
    assert ["failure"] == verdicts(shop)


def test_what_was_pushed_to_the_default_branch_a_while_ago_is_judged_still(shop: Shop) -> None:
    run = shop.run(branch="main", reports=GOOD)
    shop.shop.commit(branch="main")
    shop.tell(run)
    assert ["success"] == verdicts(shop, NAME)


def test_a_tag_that_has_moved_on_or_is_gone_is_not_judged(shop: Shop) -> None:
    run = tagged(shop, reports=GOOD)
    shop.shop.tag("v1", shop.shop.commit(branch="main"))
    shop.tell(run)
    del shop.shop.tags["v1"]
    shop.tell(run)
    assert [] == shop.shop.check_runs


def test_a_push_to_another_branch_is_still_not_judged(shop: Shop) -> None:
    shop.tell(shop.run(branch="main", sha=shop.shop.commit(branch="other"), reports=GOOD))
    shop.shop.runs[-1].branch = "other"
    shop.tell(shop.shop.runs[-1])
    assert [] == shop.shop.check_runs


def test_a_release_has_the_evidence_of_the_branch_too_and_waits_for_it(shop: Shop) -> None:
    ci = shop.run(branch="main", status="in_progress", conclusion=None)
    tag = tagged(shop, workflow=".github/workflows/release.yml")
    shop.tell(tag)
    (release,) = checks(shop)
    assert "in_progress" == release.status
    assert "Waiting for ci.yml to end." in release.summary.replace("\\", "")
    ci.status, ci.conclusion = "completed", "success"
    shop.shop.artifact(ci, "reports", packed(GOOD))
    shop.tell(ci)
    assert [release] == checks(shop)
    assert ("completed", "success") == (release.status, release.conclusion)
    assert ["success"] == verdicts(shop, NAME)


def test_a_workflow_that_ran_for_branch_and_tag_brings_each_artifact_once_the_newest(shop: Shop) -> None:
    shop.run(branch="main", reports=BAD)
    shop.tell(tagged(shop, reports=GOOD))
    assert ["success"] == verdicts(shop)


def test_the_runs_of_a_pull_request_bring_nothing_to_a_release(shop: Shop) -> None:
    pull = shop.pull()
    shop.run(pull, reports=GOOD)
    shop.tell(tagged(shop, "v1", pull.sha))
    assert ["failure"] == verdicts(shop)
    assert "NO DATA" in checks(shop)[0].title


def test_where_a_tag_needs_the_check_a_commit_has_it_before_it_is_tagged(shop: Shop) -> None:
    shop.tell(shop.run(branch="main", reports=GOOD))
    assert [] == checks(shop)
    shop.shop.ruleset("tag", other=None)
    shop.shop.ruleset("tag", **{RELEASE: shop.app.id})
    shop.tell(shop.run(branch="main", sha=shop.shop.commit(branch="main"), reports=GOOD))
    shop.shop.commit(branch="stable")
    shop.tell(shop.run(branch="stable", reports=BAD))
    assert ["success", "failure"] == verdicts(shop)


def test_a_ruleset_that_is_off_or_gone_needs_nothing(shop: Shop) -> None:
    shop.shop.ruleset("tag", **{RELEASE: None}).enforcement = "disabled"
    gone = shop.shop.ruleset("tag", **{RELEASE: None})
    shop.github.fail("GET", f"/repos/*/rulesets/{gone.id}", status=404)
    shop.tell(shop.run(branch="main", reports=GOOD))
    assert [] == checks(shop)


def test_a_release_is_judged_again_by_the_policy_of_then(shop: Shop) -> None:
    shop.tell(tagged(shop, reports=BAD))
    shop.policy(LAX)
    shop.handle(shop.delivery(shop.rerequest(checks(shop)[0]), "check_run"))
    assert ["failure", "success"] == verdicts(shop)


def test_what_was_told_of_a_release_is_not_told_twice(shop: Shop) -> None:
    run = tagged(shop, reports=BAD)
    delivery = shop.delivery(shop.payload(run))
    shop.handle(delivery)
    shop.handle(delivery)
    assert (["failure"], 1) == (verdicts(shop), len(checks(shop)[0].annotations))
