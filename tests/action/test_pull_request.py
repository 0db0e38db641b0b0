"""The action in a pull request, from end to end against the double."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.action.conftest import POLICY, Workflow, junit


def test_a_pull_request_that_passes_is_green_and_nobody_is_bothered(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit())
    code = workflow.step(workflow.pull(), to="check,status,comment")
    assert 0 == code
    check = workflow.check
    assert ("completed", "success", "PASS: 2 passed") == (check.status, check.conclusion, check.title)
    (status,) = workflow.shop.statuses(check.sha)
    assert ("success", "quality gate") == (status.state, status.context)
    assert [] == workflow.comments()
    assert {"conclusion": "success", "passed": "2", "failed": "0", "no-data": "0", "waived": "0"}.items() <= (
        workflow.outputs.items()
    )
    assert "passed" == json.loads(Path(workflow.outputs["json-path"]).read_text())["outcome"]
    assert "✅ PASS: shop" in workflow.summary
    assert 4 == len(workflow.double.calls)


def test_a_pull_request_that_fails_says_so_everywhere_in_six_calls(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit(failed=2))
    payload = workflow.pull()
    code = workflow.step(payload, to="check,status,comment")
    assert 1 == code
    check = workflow.check
    assert ("failure", "FAIL: tests.failed 2 failed tests, at most 0") == (check.conclusion, check.title)
    assert [("tests/test_b.py", 1, "failure"), ("tests/test_b.py", 2, "failure")] == [
        (each["path"], each["start_line"], each["annotation_level"]) for each in check.annotations
    ]
    (status,) = workflow.shop.statuses(check.sha)
    assert "failure" == status.state
    (comment,) = workflow.comments()
    assert "❌ FAIL: shop (1 failed, 1 passed)" in comment
    assert "bad0" in comment
    assert len(workflow.double.calls) <= 6
    assert "5 of 200 API calls" in workflow.log
    assert "::error" not in workflow.log  # the check run has the annotations
    assert payload["pull_request"]["head"]["sha"] == check.sha


def test_without_evidence_nothing_is_green(workflow: Workflow) -> None:
    code = workflow.step(workflow.pull())
    assert 3 == code
    assert ("failure", "no_data") == (workflow.check.conclusion, workflow.outputs["outcome"])
    assert "NO DATA" in workflow.comments()[0]


def test_the_comment_becomes_one_line_when_all_is_well_again(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit(failed=1))
    workflow.step(workflow.pull())
    failed = workflow.check.sha
    workflow.write("reports/unit.xml", junit())
    assert 0 == workflow.step(workflow.pull())
    (comment,) = workflow.comments()
    told = comment.split("\n", 1)[1].strip()
    assert f"**✅ PASS: quality gate** — 2 passed (was failing until {failed[:10]})" == told
    assert 0 == workflow.step(workflow.pull())
    assert [comment] == workflow.comments()
    assert not workflow.double.calls_to("PATCH", "/repos/*/issues/comments/*")


def test_a_hundred_and_twenty_annotations_go_in_batches(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit(failed=120))
    workflow.step(workflow.pull())
    assert list(range(1, 121)) == sorted(each["start_line"] for each in workflow.check.annotations)
    assert 3 == len(workflow.double.calls_to("PATCH", "/repos/*/check-runs/*"))


def test_four_hundred_failures_are_cut_and_still_counted(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit(failed=400, words="so long a story " * 20))
    workflow.step(workflow.pull())
    (comment,) = workflow.comments()
    assert "400 failed tests" in comment
    assert "shown 10 of 400" in comment
    assert "**Cut here:** " in workflow.check.text
    assert len(workflow.check.text.encode()) <= 65_535
    assert "400 failed tests" in workflow.check.text
    assert 400 == len(workflow.check.annotations)


def test_a_fork_is_judged_without_a_token_that_may_write(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit(failed=1))
    payload = workflow.pull(fork=True)
    code = workflow.step(payload, token=workflow.double.fork_token("acme/shop"), to="check,status,comment")
    assert 1 == code
    assert ([], []) == (workflow.shop.check_runs, workflow.comments())
    assert "::error file=tests/test_b.py" in workflow.log
    for channel, permission in (("check", "checks=write"), ("status", "statuses=write"), ("comment", "write")):
        assert f"{channel} not written" in workflow.log
        assert f"{channel} not written" in workflow.summary
        assert permission in workflow.log
    assert "❌ FAIL" in workflow.summary


def test_the_policy_is_that_of_the_base_branch(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit(failed=1))
    workflow.write("qualitygate.yml", POLICY.replace("at_most: 0", "at_most: 99"))
    assert 1 == workflow.step(workflow.pull())


def test_what_a_change_loosens_in_the_policy_is_said_where_it_stands(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit())
    workflow.write("qualitygate.yml", POLICY.replace("at_most: 0", "at_most: 99"))
    assert 0 == workflow.step(workflow.pull())
    (comment,) = workflow.comments()
    assert "**loosened** tests.failed in pull\\-request\\: at most 0 → at most 99" in comment
    assert [("qualitygate.yml", 7, "warning", "The policy is loosened")] == [
        (each["path"], each["start_line"], each["annotation_level"], each["title"])
        for each in workflow.check.annotations
    ]


def test_a_change_that_takes_the_policy_away_is_judged_by_it(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit(failed=1))
    workflow.checkout.git("rm", "-q", "qualitygate.yml")
    assert 1 == workflow.step(workflow.pull())
    assert "the policy is taken away" in workflow.comments()[0]


def test_a_change_whose_policy_is_wrong_is_refused(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit())
    workflow.write("qualitygate.yml", POLICY.replace("at_most: 0", "at_mots: 0"))
    assert 2 == workflow.step(workflow.pull())
    assert "at_mots" in workflow.check.summary.replace("\\", "")
    assert "failure" == workflow.check.conclusion


def test_a_base_branch_that_was_not_fetched_is_fetched(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit(failed=1))
    workflow.write("qualitygate.yml", POLICY.replace("at_most: 0", "at_most: 99"))
    payload = workflow.pull()
    origin = workflow.folder / "origin"
    workflow.checkout.folder.rename(origin)
    for setting in ("uploadpack.allowAnySHA1InWant", "uploadpack.allowReachableSHA1InWant"):
        subprocess.run(["git", "config", setting, "true"], cwd=origin, check=True)
    clone = ["git", "clone", "-q", "--depth=1", "--branch=feature", origin.as_uri(), str(workflow.checkout.folder)]
    subprocess.run(clone, check=True)
    assert 1 == workflow.step(payload), workflow.log


def test_the_first_policy_is_that_of_the_change_and_it_is_said(workflow: Workflow) -> None:
    workflow.checkout.git("rm", "-q", "qualitygate.yml")
    bare = workflow.checkout.commit()
    workflow.shop.commit(sha=bare, branch="main")
    workflow.write("qualitygate.yml", POLICY)
    workflow.write("reports/unit.xml", junit())
    assert 0 == workflow.step(workflow.pull())
    assert "main has no policy yet" in workflow.check.summary


def test_a_policy_that_cannot_be_read_closes_the_check_as_a_failure(workflow: Workflow) -> None:
    workflow.write("qualitygate.yml", "version: 1\ngates: {}\n")
    workflow.shop.commit(sha=workflow.checkout.commit(), branch="main")
    assert 2 == workflow.step(workflow.pull())
    assert ("failure", "The gate could not be judged") == (workflow.check.conclusion, workflow.check.title)
    assert "error" == workflow.outputs["outcome"]
    assert "::error title=qualitygate" in workflow.log


def test_a_step_in_a_folder_annotates_from_the_root_of_the_repository(workflow: Workflow) -> None:
    workflow.write("shop/qualitygate.yml", POLICY)
    workflow.shop.commit(sha=workflow.checkout.commit(), branch="main")
    workflow.write("shop/tests/test_b.py", "def bad0(): ...\n")
    workflow.write("shop/reports/unit.xml", junit(failed=1))
    workflow.write("shop/qualitygate.yml", POLICY.replace("at_most: 0", "at_most: 9"))
    folder = str(workflow.checkout.folder / "shop")
    assert 1 == workflow.step(workflow.pull(), working_directory=folder)
    assert ["shop/tests/test_b.py", "shop/qualitygate.yml"] == [each["path"] for each in workflow.check.annotations]
    assert '"path": "tests/test_b.py"' in Path(workflow.outputs["json-path"]).read_text()


def test_what_cannot_be_judged_does_not_leave_an_old_answer(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit(failed=1))
    workflow.step(workflow.pull())
    workflow.write("qualitygate.yml", "version: 1\ngates: {}\n")
    assert 2 == workflow.step(workflow.pull())
    (comment,) = workflow.comments()
    assert "The gate could not be judged" in comment.splitlines()[1]
    assert "The gate could not be judged" in workflow.summary


def test_a_folder_that_is_not_there_is_a_failing_check(workflow: Workflow) -> None:
    assert 2 == workflow.step(workflow.pull(), working_directory=str(workflow.checkout.folder / "nowhere"))
    assert "failure" == workflow.check.conclusion


def test_a_folder_that_became_a_link_is_not_worked_in(workflow: Workflow) -> None:
    workflow.write("shop/qualitygate.yml", POLICY)
    workflow.shop.commit(sha=workflow.checkout.commit(), branch="main")
    workflow.checkout.git("rm", "-rq", "shop")
    workflow.write("mine/qualitygate.yml", POLICY.replace("at_most: 0", "at_most: 9"))
    workflow.write("mine/reports/unit.xml", junit(failed=1))
    (workflow.checkout.folder / "shop").symlink_to("mine")
    assert 2 == workflow.step(workflow.pull(), working_directory=str(workflow.checkout.folder / "shop"))
    assert "leads through a link" in workflow.check.summary


def test_another_commit_than_the_one_it_is_about_is_not_judged(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit())
    payload = workflow.pull()
    workflow.checkout.git("checkout", "-q", "main")
    workflow.write("reports/unit.xml", junit())
    assert 2 == workflow.step(payload, "pull_request_target")
    assert "is checked out, but the event" in workflow.log
    assert "failure" == workflow.check.conclusion


def test_the_merge_that_github_checks_out_is_of_the_head(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit())
    payload = workflow.pull()
    workflow.checkout.git("checkout", "-q", "-b", "merge", "main")
    workflow.checkout.git("merge", "-q", "--no-ff", "-m", "merge", "feature")
    assert 0 == workflow.step(payload), workflow.log
    assert payload["pull_request"]["head"]["sha"] == workflow.check.sha


def test_two_steps_of_a_job_do_not_share_their_files(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit())
    payload = workflow.pull()
    paths = set()
    for _ in range(2):
        workflow.step(payload)
        paths.add(workflow.outputs["json-path"])
    assert 2 == len(paths)


def test_advice_is_neutral_and_never_red(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit(failed=1))
    assert 0 == workflow.step(workflow.pull(), fail_on="never")
    assert "neutral" == workflow.check.conclusion
    assert "neutral" == workflow.outputs["conclusion"]
