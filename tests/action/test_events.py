"""The action for other events than a pull request of one's own, from end to end against the double."""

from __future__ import annotations

from tests.action.conftest import POLICY, Workflow, junit

RELATIVE = POLICY.replace("{metric: tests.executed, at_least: 1}", "{metric: tests.new_failures, at_most: 0}")


def merge_group(workflow: Workflow) -> dict:
    workflow.checkout.branch("queue")
    sha = workflow.checkout.commit()
    workflow.shop.commit(sha=sha, branch="gh-readonly-queue/main/pr-7")
    group = {
        "head_sha": sha,
        "head_ref": "refs/heads/gh-readonly-queue/main/pr-7",
        "base_sha": workflow.base,
        "base_ref": "refs/heads/main",
    }
    return {"action": "checks_requested", "merge_group": group, "repository": workflow.ask("/repos/acme/shop")}


def workflow_run(workflow: Workflow, pull: dict) -> dict:
    head = pull["pull_request"]["head"]
    run = {
        "id": 5,
        "event": "pull_request",
        "head_sha": head["sha"],
        "head_branch": head["ref"],
        "head_repository": head["repo"],
        "pull_requests": [],
    }
    return {"action": "completed", "workflow_run": run, "repository": workflow.ask("/repos/acme/shop")}


def push(workflow: Workflow) -> dict:
    before = workflow.base
    sha = workflow.checkout.commit()
    workflow.shop.commit(sha=sha, branch="main")
    return {"ref": "refs/heads/main", "before": before, "after": sha, "repository": workflow.ask("/repos/acme/shop")}


def test_the_merge_queue_waits_for_its_own_commit(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit(failed=1))
    workflow.write("qualitygate.yml", POLICY.replace("at_most: 0", "at_most: 9"))
    payload = merge_group(workflow)
    assert 1 == workflow.step(payload, "merge_group", to="check,status,comment")
    assert (payload["merge_group"]["head_sha"], "failure") == (workflow.check.sha, workflow.check.conclusion)
    assert "nothing to comment on" in workflow.log


CHANGED = """\
version: 1
code: {include: shop}
evidence:
  unit: {files: unit.lcov}
gates:
  pull-request:
    - {metric: coverage.changed_line, at_least: 80%}
"""


def covered(workflow: Workflow) -> None:
    """A change of two lines on top of a base, of which the tests ran both; the base has one that they did not."""
    workflow.write("qualitygate.yml", CHANGED)
    workflow.write("shop/cart.py", "a = 1\n")
    workflow.base = workflow.checkout.commit()
    workflow.shop.commit(sha=workflow.base, branch="main")
    workflow.write("shop/cart.py", "a = 1\nb = 2\nc = 3\n")
    workflow.write("unit.lcov", "SF:shop/cart.py\nDA:1,0\nDA:2,1\nDA:3,1\nend_of_record\n")


def test_the_merge_queue_knows_which_lines_it_brings(workflow: Workflow) -> None:
    covered(workflow)
    assert 0 == workflow.step(merge_group(workflow), "merge_group"), workflow.log
    assert r"\(2/2\)" in workflow.check.text


def test_a_push_knows_which_lines_it_brings(workflow: Workflow) -> None:
    covered(workflow)
    assert 0 == workflow.step(push(workflow), "push"), workflow.log
    assert r"\(2/2\)" in workflow.check.text


def test_which_lines_a_fork_changed_is_not_known_where_its_code_is_not_checked_out(workflow: Workflow) -> None:
    covered(workflow)
    pull = workflow.pull(fork=True)
    workflow.checkout.git("checkout", "-q", workflow.base)
    assert 3 == workflow.step(workflow_run(workflow, pull), "workflow_run"), workflow.log


def test_a_run_of_a_fork_finds_its_pull_request_by_the_event_alone(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit(failed=1))
    pull = workflow.pull(fork=True)
    assert 1 == workflow.step(workflow_run(workflow, pull), "workflow_run")
    assert pull["pull_request"]["head"]["sha"] == workflow.check.sha
    assert 1 == len(workflow.comments())
    assert len(workflow.double.calls) <= 6


def test_a_pull_request_that_has_moved_on_is_not_commented_on(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit(failed=1))
    earlier = workflow.pull(fork=True)
    workflow.write("later.txt", "x")
    workflow.pull(fork=True)
    assert 1 == workflow.step(workflow_run(workflow, earlier), "workflow_run")
    assert [] == workflow.comments()
    assert earlier["pull_request"]["head"]["sha"] == workflow.check.sha


def test_a_push_is_judged_by_its_own_policy_and_leaves_a_snapshot(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit())
    assert 0 == workflow.step(push(workflow), "push")
    assert "success" == workflow.check.conclusion
    with open(workflow.outputs["snapshot-path"], "rb") as file:
        kept = file.read()
    assert b"ok0" in kept


def snapshot(workflow: Workflow, **counts: int) -> bytes:
    workflow.write("reports/unit.xml", junit(**counts))
    workflow.step(push(workflow), "push")
    with open(workflow.outputs["snapshot-path"], "rb") as file:
        return file.read()


def relative(workflow: Workflow) -> None:
    workflow.write(
        "qualitygate.yml", RELATIVE.replace("{metric: tests.failed, at_most: 0}", "{metric: tests.total, at_least: 1}")
    )
    workflow.base = workflow.checkout.commit()
    workflow.shop.commit(sha=workflow.base, branch="main")


def test_a_change_is_compared_with_the_last_snapshot_of_its_base_branch(workflow: Workflow) -> None:
    relative(workflow)
    kept = snapshot(workflow, failed=1)
    workflow.keep_snapshot(kept, branch="main")
    workflow.write("reports/unit.xml", junit(failed=1))
    assert 0 == workflow.step(workflow.pull()), workflow.log
    assert "compared with the snapshot of main at" in workflow.summary
    assert len(workflow.double.calls) <= 6
    workflow.write("reports/unit.xml", junit(failed=2))
    assert 1 == workflow.step(workflow.pull())
    assert "bad1" in workflow.check.summary
    assert len(workflow.double.calls) <= 6


def test_a_snapshot_that_a_fork_left_under_our_name_is_not_believed(workflow: Workflow) -> None:
    relative(workflow)
    kept = snapshot(workflow, failed=2)
    fork = workflow.double.world.fork_of(workflow.shop, "mallory")
    workflow.keep_snapshot(kept, branch="main", source=fork)
    workflow.write("reports/unit.xml", junit(failed=2))
    assert 3 == workflow.step(workflow.pull())
    assert "nothing to compare with" in workflow.summary


def test_without_a_snapshot_only_what_compares_is_without_data(workflow: Workflow) -> None:
    relative(workflow)
    workflow.write("reports/unit.xml", junit())
    assert 3 == workflow.step(workflow.pull())
    assert {"passed": "1", "no-data": "1"}.items() <= workflow.outputs.items()


def test_a_snapshot_that_is_no_zip_is_a_note_and_not_the_end(workflow: Workflow) -> None:
    relative(workflow)
    workflow.shop.artifact(workflow.shop.run(branch="main"), "qualitygate-snapshot", b"no zip")
    workflow.write("reports/unit.xml", junit())
    assert 3 == workflow.step(workflow.pull())
    assert "cannot be unpacked" in workflow.summary


def test_a_push_of_a_branch_does_not_write_the_check_of_its_pull_request(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit(failed=1))
    workflow.write("qualitygate.yml", POLICY.replace("at_most: 0", "at_most: 9"))
    pull = workflow.pull()
    assert 1 == workflow.step(pull)
    sha = pull["pull_request"]["head"]["sha"]
    repository = workflow.ask("/repos/acme/shop")
    pushed = {"ref": "refs/heads/feature", "before": workflow.base, "after": sha, "repository": repository}
    assert 0 == workflow.step(pushed, "push")
    told = [(each.name, each.conclusion) for each in workflow.shop.check_runs]
    assert [("quality gate", "failure"), ("quality gate (push)", "success")] == told


def test_a_change_into_another_branch_has_a_check_of_its_own(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit())
    payload = workflow.pull()
    payload["pull_request"]["base"]["ref"] = "gh-pages"
    workflow.step(payload)
    assert "quality gate (into gh-pages)" == workflow.check.name
