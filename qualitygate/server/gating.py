"""What webhooks of runs, checks and pull requests make us do: judge a commit, or see that a verdict counts no more."""

from __future__ import annotations

from collections.abc import Sequence

from qualitygate.github import publish, runs
from qualitygate.github.rulesets import tag_needs
from qualitygate.github.runs import WorkflowRun
from qualitygate.publication import AGAIN
from qualitygate.server import confirming, log
from qualitygate.server.case import OURS, RELEASE, named, of_now, of_release, of_run
from qualitygate.server.deploying import decide
from qualitygate.server.judging import judge
from qualitygate.server.task import Task
from qualitygate.server.working import Later
from qualitygate.storage.verdicts import VerdictStore
from qualitygate.strict import exactly

LOOK = 300.0
"""Seconds until it is seen again whether what a deployment waits for has come."""


def run(task: Task) -> None:
    """A run of a workflow was asked for, began, or ended: what that means is seen from all runs of its commit."""
    repository = task.repository
    told, listed = confirming.run(task.app.client, exactly(repository["full_name"], str), task.payload["workflow_run"])
    cases = of_run(task.app.client, repository, told, listed)
    for case in cases:
        judge(task.app, case)
    if told.status == "completed" and all(case.name != RELEASE for case in cases):
        _release(task, told, listed)


def _release(task: Task, told: WorkflowRun, listed: Sequence[WorkflowRun]) -> None:
    """A run ended that is none of a tag: its commit is judged as a release where it was, or has to be before a tag."""
    release = of_release(task.app.client, task.repository, told, listed)
    if release is None:
        return
    repository, sha = release.event.repository, release.event.sha
    if publish.known_checks(task.app.client, repository, sha, RELEASE) or tag_needs(
        task.app.client, repository, RELEASE
    ):
        judge(task.app, release)


def again(task: Task) -> None:
    """A person wants one of our checks anew: perhaps the policy has changed."""
    told = task.payload["check_run"]
    if not exactly(told["external_id"], str).startswith(OURS):
        return
    if task.payload.get("requested_action", {"identifier": AGAIN})["identifier"] != AGAIN:
        return
    repository = task.repository
    name = exactly(repository["full_name"], str)
    check = task.app.client.ask("GET", f"/repos/{name}/check-runs/{exactly(told['id'], int)}")
    if not str(check["external_id"]).startswith(OURS):
        log.warn("a check is not judged anew: GitHub has it as none of ours", repository=name, check=told["id"])
        return
    listed = runs.of_commit(task.app.client, name, exactly(check["head_sha"], str))
    case = named(task.app.client, repository, exactly(check["name"], str), listed)
    if case is None:
        log.tell("there is no run to judge", check=check["name"])
    else:
        case = of_now(task.app.client, case)
        answer = judge(task.app, case, again=task.delivery.id)
        if answer.passed is None and case.deploys:
            raise Later(f"awaited: {answer.why}", LOOK)


def settle(task: Task) -> None:
    """A pull request was closed or opened again: what holds it up counts no more, or does again."""
    repository = task.repository
    number = exactly(task.payload["pull_request"]["number"], int)
    pull = task.app.client.ask("GET", f"/repos/{exactly(repository['full_name'], str)}/pulls/{number}")
    with VerdictStore(task.app.database) as store:
        store.settle(exactly(repository["id"], int), number, closed=pull["state"] == "closed")


def deploy(task: Task) -> None:
    """A deployment waits for our word."""
    decide(task.app, task.told)
