"""Runs judged by the App, from end to end against the double."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qualitygate.github import runs
from qualitygate.github.runs import WorkflowRun
from qualitygate.model.verdict import Outcome
from qualitygate.server import fetching
from qualitygate.server.working import failed
from qualitygate.storage.verdicts import VerdictStore
from tests.action.conftest import POLICY, Workflow, junit, workflow
from tests.github.double.github import GitHub
from tests.server.shop import Shop, packed

__all__ = ["workflow"]

ONLY_UNIT = {"unit.xml": junit()}


@pytest.fixture
def shop(github: GitHub) -> Shop:
    return Shop(github)


def test_a_pull_request_that_passes_is_green_and_nobody_is_bothered(shop: Shop) -> None:
    pull = shop.pull()
    shop.tell(shop.run(pull, reports=ONLY_UNIT))
    check = shop.check
    assert ("qualitygate", pull.sha, "completed", "success") == (check.name, check.sha, check.status, check.conclusion)
    assert "PASS: 2 passed" == check.title
    assert [] == shop.comments(pull.number)
    assert len(shop.github.calls) <= 16


def test_one_that_fails_says_so_in_check_and_comment(shop: Shop) -> None:
    pull = shop.pull()
    shop.tell(shop.run(pull, reports={"unit.xml": junit(failed=2)}))
    assert ("failure", 2) == (shop.check.conclusion, len(shop.check.annotations))
    (comment,) = shop.comments(pull.number)
    assert "❌ FAIL: shop (1 failed, 1 passed)" in comment


def test_the_verdict_and_the_texts_are_those_of_the_action(workflow: Workflow) -> None:
    report = junit(failed=3, words="no <b>good</b>")
    workflow.write("reports/unit.xml", report)
    workflow.shop.commits[workflow.base].files["qualitygate.yml"] = POLICY.encode()
    payload = workflow.pull()
    workflow.step(payload, name="qualitygate")
    of_action, told = workflow.check, workflow.comments()

    shop = Shop(workflow.double, None)
    pull = workflow.shop.pulls[7]
    shop.shop.comments(7).clear()
    shop.tell(shop.run(pull, reports={"unit.xml": report}))
    of_app = workflow.check
    assert of_app is not of_action
    for part in ("name", "title", "conclusion", "annotations", "sha"):
        assert getattr(of_action, part) == getattr(of_app, part), part
    assert at_no_time(of_action.summary) == at_no_time(of_app.summary)
    assert at_no_time(of_action.text) == at_no_time(of_app.text)
    assert at_no_time(told[0]).split("[Whole report]")[0] == at_no_time(shop.comments(7)[0]).split("[Whole report]")[0]


def at_no_time(text: str) -> str:
    """Without the moment of judging, which the tests' clocks do not share, and where the run can be seen."""
    import re

    text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?\S*", "NOW", text)
    return re.sub(r"https://\S+", "URL", text)


def test_without_evidence_nothing_is_green(shop: Shop) -> None:
    shop.tell(shop.run(shop.pull()))
    assert "failure" == shop.check.conclusion
    assert "NO DATA" in shop.check.title


def test_where_evidence_is_missing_it_says_what_the_runs_kept_instead(shop: Shop) -> None:
    run = shop.run(shop.pull())
    shop.shop.artifact(run, "results", packed(ONLY_UNIT))
    shop.shop.artifact(run, "reports", packed(ONLY_UNIT), expired=True)
    shop.tell(run)
    assert "NO DATA" in shop.check.title
    said = shop.check.summary.replace("\\", "")
    assert "Nobody looked into these artifacts: results." in said
    assert "as they have expired: reports." in said


@pytest.mark.parametrize(("conclusion", "said"), [("cancelled", True), ("failure", True), ("success", False)])
def test_a_pass_over_a_run_that_did_not_end_well_says_so(shop: Shop, conclusion: str, said: bool) -> None:
    shop.tell(shop.run(shop.pull(), reports=ONLY_UNIT, conclusion=conclusion))
    assert "success" == shop.check.conclusion
    assert said is (
        f"ci.yml ended as {conclusion}: its reports may not be all there are." in shop.check.summary.replace("\\", "")
    )


def test_where_the_policy_is_gone_the_last_verdict_does_not_stand(shop: Shop) -> None:
    shop.tell(shop.run(sha=shop.shop.head, branch="main", reports=ONLY_UNIT))
    assert "success" == shop.check.conclusion
    gone = shop.shop.commit(branch="main", files={"qualitygate.yml": None})
    shop.tell(shop.run(sha=gone, branch="main", reports=ONLY_UNIT))
    last = shop.shop.check_runs[-1]
    assert (gone, "failure") == (last.sha, last.conclusion)
    assert "there is no qualitygate.yml" in last.summary
    assert "out of the App's installation" in last.summary
    with VerdictStore(shop.database) as store:
        project = store.project("acme/shop")
    assert project and Outcome.NO_DATA is project.last_outcome


def test_the_check_is_in_progress_at_once_and_says_what_it_awaits(shop: Shop) -> None:
    pull = shop.pull()
    run = shop.run(pull, status="queued", conclusion=None)
    shop.tell(run, "requested")
    check = shop.check
    assert ("in_progress", None) == (check.status, check.conclusion)
    assert "Waiting for ci.yml to end." in check.summary.replace("\\", "")
    assert "being judged" not in check.summary
    assert "reports/unit.xml" in check.summary
    shop.github.calls.clear()
    shop.tell(run, "in_progress")
    assert [] == [call for call in shop.github.calls if call.method in {"PATCH", "POST"} and "check-runs" in call.path]
    run.status, run.conclusion = "completed", "success"
    shop.shop.artifact(run, "reports", packed(ONLY_UNIT))
    shop.tell(run)
    assert ("completed", "success") == (shop.check.status, shop.check.conclusion)
    assert check is shop.check


def test_evidence_of_several_workflows_is_awaited_and_judged_together(shop: Shop) -> None:
    shop.policy(POLICY.replace("reports/unit.xml", "[reports/unit.xml, more/unit.xml]"))
    pull = shop.pull()
    first = shop.run(pull, reports=ONLY_UNIT)
    second = shop.run(pull, workflow=".github/workflows/slow.yml", status="in_progress", conclusion=None)
    shop.tell(first)
    assert "in_progress" == shop.check.status
    assert "Waiting for slow.yml to end." in shop.check.summary.replace("\\", "")
    second.status, second.conclusion = "completed", "failure"
    shop.shop.artifact(second, "more", packed({"unit.xml": junit(failed=1)}))
    shop.tell(second)
    assert "FAIL: tests.failed 1 failed test, at most 0" == shop.check.title


SHARDED = POLICY.replace("{files: reports/unit.xml}", "{files: shard-*/unit.xml, expect: {files: 2}}")


@pytest.mark.parametrize("order", [("1", "2"), ("2", "1")])
def test_shards_of_two_workflows_end_in_one_verdict_whichever_comes_first(shop: Shop, order: tuple[str, str]) -> None:
    shop.policy(SHARDED)
    pull = shop.pull()
    first, second = order
    run = shop.run(pull, workflow=f"shard{first}.yml")
    shop.shop.artifact(run, f"shard-{first}", packed(ONLY_UNIT))
    shop.tell(run)
    check = shop.check
    assert "failure" == check.conclusion
    assert "NO DATA" in check.title
    assert "expected 2 files" in check.summary
    assert "All runs for this commit have ended. If another" in check.summary
    late = shop.run(pull, workflow=f"shard{second}.yml", status="queued", conclusion=None)
    shop.tell(late, "requested")
    assert "in_progress" == shop.shop.check_runs[-1].status, "the verdict of before does not stand for the whole"
    late.status, late.conclusion = "completed", "success"
    shop.shop.artifact(late, f"shard-{second}", packed({"unit.xml": junit(passed=2)}))
    shop.tell(late)
    shop.tell(run)
    assert ["failure", "success"] == [each.conclusion for each in shop.shop.check_runs]
    assert "All runs" not in shop.shop.check_runs[-1].summary


def test_two_workflows_that_end_together_end_in_one_check(shop: Shop) -> None:
    shop.policy(SHARDED)
    pull = shop.pull()
    both = [shop.run(pull, workflow=f"shard{number}.yml") for number in (1, 2)]
    for number, run in enumerate(both, start=1):
        shop.shop.artifact(run, f"shard-{number}", packed(ONLY_UNIT))
    for run in (*both, *reversed(both)):
        shop.tell(run)
    assert "success" == shop.check.conclusion


def test_what_waits_for_people_is_not_awaited(shop: Shop) -> None:
    pull = shop.pull()
    first = shop.run(pull, reports=ONLY_UNIT)
    shop.run(pull, workflow=".github/workflows/deploy.yml", status="waiting", conclusion=None)
    shop.tell(first)
    assert "success" == shop.check.conclusion


def test_deliveries_in_any_order_and_twice_end_the_same(shop: Shop) -> None:
    pull = shop.pull()
    run = shop.run(pull, status="queued", conclusion=None)
    early = [shop.delivery(shop.payload(run, action)) for action in ("requested", "in_progress")]
    run.status, run.conclusion = "completed", "failure"
    shop.shop.artifact(run, "reports", packed({"unit.xml": junit(failed=60)}))
    last = shop.delivery(shop.payload(run))
    for delivery in (last, early[1], last, early[0], last):
        shop.handle(delivery)
    assert ("failure", 60) == (shop.check.conclusion, len(shop.check.annotations))
    assert 1 == len(shop.comments(pull.number))


@pytest.mark.parametrize("late", [lambda run: replace(run, status="in_progress"), lambda _run: None])
def test_a_run_that_github_lists_late_is_asked_for_by_itself(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, late: Callable[[WorkflowRun], WorkflowRun | None]
) -> None:
    of_commit = runs.of_commit
    monkeypatch.setattr(runs, "of_commit", lambda *asked: tuple(filter(None, map(late, of_commit(*asked)))))
    shop.tell(shop.run(shop.pull(), reports=ONLY_UNIT))
    assert "success" == shop.check.conclusion


def test_another_run_for_the_same_commit_has_a_check_of_its_own(shop: Shop) -> None:
    pull = shop.pull()
    shop.tell(shop.run(pull, reports={"unit.xml": junit(failed=2)}))
    shop.tell(
        shop.run(pull, workflow=".github/workflows/ci.yml", reports=None, status="queued", conclusion=None), "requested"
    )
    assert ["failure", None] == [each.conclusion for each in shop.shop.check_runs]
    assert 1 == len({each.name for each in shop.shop.check_runs})


def test_a_register_that_is_missing_is_named_as_in_the_repository(shop: Shop) -> None:
    at = shop.policy(f"waivers: quality/lost.yml\n{POLICY}")
    shop.tell(shop.run(shop.pull(), reports=ONLY_UNIT))
    assert f"{at[:10]}:quality/lost.yml: cannot be read" in (shop.check.summary or "").replace("\\", "")
    assert "/tmp" not in (shop.check.summary or "")


def test_the_policy_is_that_of_the_base_branch(shop: Shop) -> None:
    loose = POLICY.replace("at_most: 0", "at_most: 99").encode()
    pull = shop.pull(files={"qualitygate.yml": loose})
    shop.tell(shop.run(pull, reports={"unit.xml": junit(failed=1)}))
    assert "failure" == shop.check.conclusion


def test_a_forks_pull_request_is_judged_by_the_base_branch_too(shop: Shop) -> None:
    pull = shop.pull(fork=True, files={"qualitygate.yml": POLICY.replace("at_most: 0", "at_most: 99").encode()})
    shop.tell(shop.run(pull, reports={"unit.xml": junit(failed=1)}))
    assert ("qualitygate", "failure", pull.sha) == (shop.check.name, shop.check.conclusion, shop.check.sha)
    assert 1 == len(shop.comments(pull.number))


def test_a_fork_whose_pull_request_has_moved_on_is_not_judged(shop: Shop) -> None:
    pull = shop.pull(fork=True)
    run = shop.run(pull, reports=ONLY_UNIT)
    pull.sha = shop.shop.commit(branch=None)
    shop.tell(run)
    assert [] == shop.shop.check_runs


def test_a_push_to_the_default_branch_is_judged_by_its_own_policy_and_no_other_push_is(shop: Shop) -> None:
    shop.tell(shop.run(branch="main", reports=ONLY_UNIT))
    assert ("qualitygate", "success", shop.shop.head) == (shop.check.name, shop.check.conclusion, shop.check.sha)
    shop.shop.commit(branch="other")
    shop.tell(shop.run(branch="other", reports=ONLY_UNIT))
    shop.tell(shop.run(branch="main", event="schedule", reports=ONLY_UNIT))
    assert 1 == len(shop.shop.check_runs)


def test_a_push_to_the_default_branch_is_one_where_somebody_proposes_that_branch_to_another(shop: Shop) -> None:
    shop.shop.commit(branch="release", files={"qualitygate.yml": POLICY.encode()})
    pull = shop.pull(head="main", base="release")
    run = shop.run(branch="main", sha=pull.sha, reports={"unit.xml": junit(failed=1)})
    assert [pull.number] == [each["number"] for each in shop.payload(run)["workflow_run"]["pull_requests"]]
    shop.tell(run)
    assert ("qualitygate", "failure") == (shop.check.name, shop.check.conclusion)
    assert [] == shop.comments(pull.number)


def test_the_merge_queue_is_judged_by_what_it_goes_into_under_the_same_name(shop: Shop) -> None:
    base = shop.shop.head
    branch = f"gh-readonly-queue/main/pr-7-{base}"
    shop.shop.commit(branch=branch, parents=[base], files={"qualitygate.yml": b"version: 1"})
    shop.tell(shop.run(branch=branch, event="merge_group", reports={"unit.xml": junit(failed=1)}))
    assert ("qualitygate", "failure") == (shop.check.name, shop.check.conclusion)


def test_a_change_into_another_branch_has_another_name(shop: Shop) -> None:
    shop.shop.commit(branch="release", files={"qualitygate.yml": POLICY.encode()})
    shop.tell(shop.run(shop.pull(base="release"), reports=ONLY_UNIT))
    assert "qualitygate (into release)" == shop.check.name


@pytest.mark.parametrize("fork", [False, True])
def test_one_commit_that_is_proposed_into_two_branches_is_judged_for_each(shop: Shop, *, fork: bool) -> None:
    laxer = POLICY.replace("at_most: 0", "at_most: 1").encode()
    shop.shop.commit(branch="dev", parents=[shop.shop.head], files={"qualitygate.yml": laxer})
    lax = shop.pull(base="dev", fork=fork)
    strict = shop.pull(sha=lax.sha, fork=fork)
    run = shop.run(lax, reports={"unit.xml": junit(failed=1)})
    shop.tell(run)
    shop.tell(run)
    assert {"qualitygate (into dev)": "success", "qualitygate": "failure"} == {
        each.name: each.conclusion for each in shop.shop.check_runs
    }
    assert 2 == len(shop.shop.check_runs)
    assert [0, 1] == [len(shop.comments(pull.number)) for pull in (lax, strict)]
    theirs = next(each for each in shop.shop.check_runs if each.name == "qualitygate")
    shop.policy(laxer.decode())
    shop.handle(shop.delivery(shop.rerequest(theirs), "check_run"))
    assert ("qualitygate", "success") == (shop.shop.check_runs[-1].name, shop.shop.check_runs[-1].conclusion)


def test_two_changes_of_one_commit_into_one_branch_share_the_check_and_each_is_told(shop: Shop) -> None:
    first = shop.pull()
    second = shop.pull(head="same", sha=first.sha)
    shop.tell(shop.run(first, reports={"unit.xml": junit(failed=1)}))
    assert ("qualitygate", "failure") == (shop.check.name, shop.check.conclusion)
    assert [1, 1] == [len(shop.comments(pull.number)) for pull in (first, second)]


def test_a_repository_without_a_policy_is_left_alone(github: GitHub) -> None:
    shop = Shop(github, None)
    shop.tell(shop.run(shop.pull(), reports=ONLY_UNIT))
    assert [] == shop.shop.check_runs


def test_a_policy_that_is_wrong_is_told_where_the_verdict_would_be(shop: Shop) -> None:
    shop.policy(POLICY.replace("tests.failed", "tests.fialed"))
    pull = shop.pull()
    shop.tell(shop.run(pull, reports=ONLY_UNIT))
    assert ("failure", "The gate could not be judged") == (shop.check.conclusion, shop.check.title)
    assert "tests.fialed" in shop.check.summary
    assert "could not be judged" in shop.comments(pull.number)[0]


def test_what_a_policy_extends_is_of_the_same_commit_and_nothing_else(shop: Shop) -> None:
    base = "version: 1\ngates:\n  pull-request:\n    - {metric: tests.failed, at_most: 0}\n"
    own = "version: 1\nextends: policies/base.yml\nevidence:\n  unit: {files: reports/unit.xml}\n"
    shop.shop.commit(branch="main", files={"policies/base.yml": base.encode(), "qualitygate.yml": own.encode()})
    shop.tell(shop.run(shop.pull(), reports=ONLY_UNIT))
    assert "PASS: 1 passed" == shop.check.title


@pytest.mark.parametrize(
    "extends", ["../../../../etc/passwd", "/etc/passwd", "http://169.254.169.254/latest", "github:evil/evil//x.yml"]
)
def test_a_policy_extends_nothing_of_this_machine_or_its_network(shop: Shop, extends: str) -> None:
    shop.policy(f"extends: '{extends}'\n{POLICY}")
    shop.tell(shop.run(shop.pull(), reports=ONLY_UNIT))
    assert "The gate could not be judged" == shop.check.title
    assert "root:" not in shop.check.summary


def test_only_the_gate_for_changes_is_judged_where_there_is_one(shop: Shop) -> None:
    shop.policy(POLICY + "  release:\n    - {metric: tests.total, at_least: 5000}\n")
    shop.tell(shop.run(shop.pull(), reports=ONLY_UNIT))
    assert "success" == shop.check.conclusion


def test_artifacts_that_no_evidence_names_are_not_fetched(shop: Shop) -> None:
    run = shop.run(shop.pull(), reports=ONLY_UNIT)
    shop.shop.artifact(run, "image", b"no zip at all")
    shop.tell(run)
    assert "success" == shop.check.conclusion
    assert 1 == len(shop.github.calls_to("GET", "/repos/*/artifacts/*/zip"))


@pytest.mark.parametrize(
    ("files", "name", "yes"),
    [
        (["reports/**/*.xml"], "reports", True),
        (["./reports/x.xml"], "reports", True),
        (["**/*.xml"], "anything", True),
        (["rep*/x.xml"], "reports", True),
        (["coverage.xml"], "coverage.xml", False),
        (["a/reports/x.xml"], "reports", False),
        (["reports/x.xml"], "Reports", False),
    ],
)
def test_an_artifact_is_evidence_by_the_folder_it_is_named_like(files: list[str], name: str, yes: bool) -> None:
    from types import SimpleNamespace

    entry: Any = SimpleNamespace(files=files)
    assert yes is fetching.wanted([entry], name)


def test_of_two_attempts_the_newer_artifact_counts(shop: Shop) -> None:
    run = shop.run(shop.pull(), reports={"unit.xml": junit(failed=1)})
    shop.shop.artifact(run, "reports", packed(ONLY_UNIT))
    shop.tell(run)
    assert "success" == shop.check.conclusion


def test_two_workflows_may_not_keep_the_same_file(shop: Shop) -> None:
    pull = shop.pull()
    shop.run(pull, reports=ONLY_UNIT)
    shop.tell(shop.run(pull, workflow="other.yml", reports=ONLY_UNIT))
    assert ("failure", "The gate could not be judged") == (shop.check.conclusion, shop.check.title)
    assert "is there twice" in shop.check.summary


def test_a_check_that_is_asked_for_again_is_judged_by_the_policy_of_now(shop: Shop) -> None:
    pull = shop.pull()
    shop.tell(shop.run(pull, reports={"unit.xml": junit(failed=1)}))
    first = shop.check
    shop.policy(POLICY.replace("at_most: 0", "at_most: 1"))
    again = shop.delivery(shop.rerequest(first), "check_run")
    shop.handle(again)
    shop.handle(again)
    assert ["failure", "success"] == [each.conclusion for each in shop.shop.check_runs]
    assert ["qualitygate"] * 2 == [each.name for each in shop.shop.check_runs]


def test_a_button_on_the_check_judges_it_anew_too(shop: Shop) -> None:
    pull = shop.pull()
    shop.tell(shop.run(pull, reports={"unit.xml": junit(failed=1)}))
    (button,) = shop.check.actions
    assert {"label", "description", "identifier"} == {*button}
    assert (len(button["label"]) <= 20, len(button["description"]) <= 40) == (True, True)
    pull.base_sha = shop.policy(POLICY.replace("at_most: 0", "at_most: 1"))
    payload = {**shop.rerequest(shop.check), "action": "requested_action"}
    shop.handle(shop.delivery({**payload, "requested_action": {"identifier": "something else"}}, "check_run"))
    shop.handle(shop.delivery({**payload, "requested_action": {"identifier": button["identifier"]}}, "check_run"))
    assert ["failure", "success"] == [each.conclusion for each in shop.shop.check_runs]


def test_a_check_that_could_not_be_judged_has_the_button_too(shop: Shop) -> None:
    shop.policy(POLICY.replace("tests.failed", "tests.fialed"))
    shop.tell(shop.run(shop.pull(), reports=ONLY_UNIT))
    assert "Re-evaluate" == shop.check.actions[0]["label"]


def test_where_there_is_a_dashboard_check_and_comment_lead_to_the_verdict_there(github: GitHub) -> None:
    shop = Shop(github, dashboard="https://quality.example")
    pull = shop.pull()
    run = shop.run(pull, reports={"unit.xml": junit(failed=1)})
    shop.tell(run)
    page = "https://quality.example/repositories/acme/shop/runs/1"
    assert page == shop.check.details_url
    assert page in shop.comments(pull.number)[0]
    shop.tell(run)
    assert page == shop.check.details_url, "told again, it is the same page"


def test_where_there_is_none_they_lead_to_the_run(shop: Shop) -> None:
    run = shop.run(shop.pull(), reports=ONLY_UNIT)
    shop.tell(run)
    assert (shop.check.details_url or "").endswith(f"/acme/shop/actions/runs/{run.id}")


def test_a_check_of_others_is_not_ours_to_judge_again(shop: Shop) -> None:
    pull = shop.pull()
    shop.tell(shop.run(pull, reports=ONLY_UNIT))
    payload = shop.rerequest(shop.check)
    payload["check_run"]["external_id"] = "theirs"
    shop.handle(shop.delivery(payload, "check_run"))
    assert 1 == len(shop.shop.check_runs)


def test_a_check_that_another_app_gave_our_name_is_left_alone(shop: Shop) -> None:
    pull = shop.pull()
    run = shop.run(pull, reports=ONLY_UNIT)
    token = shop.github.token(checks="write")
    import requests

    body = {"name": "qualitygate", "head_sha": pull.sha, "status": "in_progress", "external_id": "qualitygate:app:x"}
    bearer = {"Authorization": f"Bearer {token}"}
    requests.post(f"{shop.github.url}/repos/acme/shop/check-runs", json=body, headers=bearer, timeout=5)
    shop.tell(run)
    theirs, ours = shop.shop.check_runs
    assert ("in_progress", "success") == (theirs.status, ours.conclusion)


def test_a_comment_that_the_app_may_not_write_is_no_obstacle(github: GitHub) -> None:
    shop = Shop(github)
    shop.github.world.installations[0].permissions.update(issues="read", pull_requests="read")
    shop.tell(shop.run(shop.pull(), reports={"unit.xml": junit(failed=1)}))
    assert "failure" == shop.check.conclusion


def test_a_bug_of_ours_is_told_and_not_hidden(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qualitygate.pipeline.evaluate", lambda *_, **__: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        shop.tell(shop.run(shop.pull(), reports=ONLY_UNIT))
    assert ("failure", "The gate could not be judged") == (shop.check.conclusion, shop.check.title)


def test_what_could_not_be_judged_is_judged_when_it_is_tried_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    run = shop.run(shop.pull(), reports=ONLY_UNIT)
    with monkeypatch.context() as broken:
        broken.setattr("qualitygate.pipeline.evaluate", lambda *_, **__: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            shop.tell(run)
    shop.tell(run)
    assert ("success", "PASS: 2 passed") == (shop.check.conclusion, shop.check.title)


@pytest.mark.parametrize("error", [KeyError, TypeError, ValueError])
def test_a_bug_of_any_kind_is_tried_again(shop: Shop, monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def breaks(*_: Any, **__: Any) -> None:
        raise error("a reader of somebody's")

    monkeypatch.setattr("qualitygate.pipeline.evaluate", breaks)
    with pytest.raises(error):
        shop.tell(shop.run(shop.pull(), reports=ONLY_UNIT))
    assert failed(error("x"), "d-1", 1).wait


@pytest.mark.parametrize("payload", [{}, {"workflow_run": []}, {"workflow_run": {"id": 1}}])
def test_a_payload_of_another_form_breaks_nothing_but_itself(shop: Shop, payload: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError)):
        shop.handle(shop.delivery({"action": "completed", **payload}))
    assert [] == shop.shop.check_runs


def test_a_comment_that_the_app_may_not_write_hides_no_verdict_that_could_not_be_reached(shop: Shop) -> None:
    shop.github.world.installations[0].permissions["pull_requests"] = "read"
    shop.github.world.installations[0].permissions["issues"] = "read"
    shop.policy("version: 2\n")
    shop.tell(shop.run(shop.pull(), reports=ONLY_UNIT))
    assert ("failure", "The gate could not be judged") == (shop.check.conclusion, shop.check.title)


def test_nothing_is_left_on_the_disk(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    shop.tell(shop.run(shop.pull(), reports=ONLY_UNIT))
    assert [] == list(tmp_path.iterdir())
