"""Workflow runs, and what protection rules say about the deployments that wait in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.github.double.account import account_shape, node
from tests.github.double.clock import stamp
from tests.github.double.commits import made_sha
from tests.github.double.exchange import Answer, Refused, Request
from tests.github.double.operation import does
from tests.github.double.paging import paged
from tests.github.double.pulls import minimal_shape
from tests.github.double.repositories import repository_shape

if TYPE_CHECKING:
    from tests.github.double.repository import Repository
    from tests.github.double.world import World

COMMENT_MOST, PROGRESS_MOST = 1_024, 10
CONCLUSIONS = {"success", "failure", "neutral", "cancelled", "skipped", "timed_out", "action_required", "stale"}


@dataclass(slots=True, kw_only=True)
class Run:
    """A workflow run; `source` is the repository its commit lies in, a fork's for a fork's pull request.

    `progress` has each environment and comment that came before the answer, `jobs` the status of each job by its name.
    """

    id: int
    number: int
    sha: str
    branch: str
    workflow: str
    workflow_id: int
    event: str
    status: str
    conclusion: str | None
    source: Repository
    at: datetime
    reviews: dict[str, Review | None] = field(default_factory=dict)
    progress: list[tuple[str, str]] = field(default_factory=list)
    jobs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a protection rule said about an environment; `state` is None where it only told its progress."""

    state: str | None
    comment: str


@does("GET /repos/{owner}/{repo}/actions/runs")
def list_runs(world: World, request: Request) -> Answer:
    repository = world.repository(request)
    return _listed(repository, repository.runs, request)


@does("GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs")
def list_runs_of_workflow(world: World, request: Request) -> Answer:
    repository, wanted = world.repository(request), request.arguments["workflow_id"]
    runs = [run for run in repository.runs if wanted in {str(run.workflow_id), run.workflow.rsplit("/", 1)[-1]}]
    if not runs:
        raise Refused(404, "Not Found")
    return _listed(repository, runs, request)


@does("GET /repos/{owner}/{repo}/actions/runs/{run_id}")
def get_run(world: World, request: Request) -> Answer:
    repository, run = run_of(world, request)
    return Answer(body=run_shape(repository, run, request.api))


@does("GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs")
def list_jobs(world: World, request: Request) -> Answer:
    repository, run = run_of(world, request)
    listed = list(enumerate(run.jobs.items(), start=run.id * 100))
    return paged(request, listed, lambda each: _job(repository, run, each, request.api), under="jobs")


@does("POST /repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule")
def review_deployment(world: World, request: Request) -> Answer:
    (_, run), body = run_of(world, request), request.body
    name, state = body["environment_name"], body.get("state")
    if name not in run.reviews:
        raise Refused(422, f"No pending deployment to {name} awaits this rule")
    said = run.reviews[name]
    if said is not None and said.state is not None:
        raise Refused(422, f"The deployment to {name} has been {said.state} already")
    comment = body.get("comment", "")
    if len(comment) > COMMENT_MOST:
        raise Refused(422, f"comment is too long (maximum is {COMMENT_MOST} characters)")
    if state is None:
        if len(run.progress) == PROGRESS_MOST:
            raise Refused(422, f"No more than {PROGRESS_MOST} status reports")
        run.progress.append((name, comment))
    run.reviews[name] = Review(state=state, comment=comment)
    return Answer(status=204)


def run_shape(repository: Repository, run: Run, api: str) -> dict[str, Any]:
    """`workflow-run`; a fork's pull request is not among its pull requests, as on GitHub."""
    url, at = f"{repository.url(api)}/actions/runs/{run.id}", stamp(run.at)
    commit = run.source.commits[run.sha]
    who = {"name": commit.author.login, "email": f"{commit.author.login}@users.example"}
    pulls = [pull for pull in repository.pulls.values() if pull.sha == run.sha and pull.source is repository]
    suite = int(made_sha("suite", run.id)[:8], 16)
    return {
        "id": run.id,
        "name": run.workflow.rsplit("/", 1)[-1],
        "node_id": node("WFR", run.id),
        "check_suite_id": suite,
        "head_branch": run.branch,
        "head_sha": run.sha,
        "path": run.workflow,
        "run_number": run.number,
        "run_attempt": 1,
        "event": run.event,
        "status": run.status,
        "conclusion": run.conclusion,
        "workflow_id": run.workflow_id,
        "url": url,
        "html_url": f"{repository.page(api)}/actions/runs/{run.id}",
        "pull_requests": [minimal_shape(repository, pull, api) for pull in pulls],
        "created_at": at,
        "updated_at": at,
        "run_started_at": at,
        "actor": account_shape(commit.author, api),
        "triggering_actor": account_shape(commit.author, api),
        **{f"{name}_url": f"{url}/{name}" for name in ("jobs", "logs", "artifacts", "cancel", "rerun")},
        "check_suite_url": f"{repository.url(api)}/check-suites/{suite}",
        "workflow_url": f"{repository.url(api)}/actions/workflows/{run.workflow_id}",
        "head_commit": {
            "id": commit.sha,
            "tree_id": made_sha("tree", commit.sha),
            "message": commit.message,
            "timestamp": stamp(commit.at),
            "author": who,
            "committer": who,
        },
        "repository": repository_shape(repository, api),
        "head_repository": repository_shape(run.source, api),
        "display_title": commit.message.split("\n")[0],
    }


def _job(repository: Repository, run: Run, each: tuple[int, tuple[str, str]], api: str) -> dict[str, Any]:
    id, (name, status) = each
    at, done = stamp(run.at), status == "completed"
    runner = dict.fromkeys(("runner_id", "runner_name", "runner_group_id", "runner_group_name"))
    shown = {"name": name, "status": status, "conclusion": "success" if done else None}
    times = {"created_at": at, "started_at": at, "completed_at": at if done else None}
    return {
        "id": id,
        "run_id": run.id,
        "run_url": f"{repository.url(api)}/actions/runs/{run.id}",
        "node_id": node("J", id),
        "head_sha": run.sha,
        "url": f"{repository.url(api)}/actions/jobs/{id}",
        "html_url": f"{repository.page(api)}/actions/runs/{run.id}/job/{id}",
        **shown,
        **times,
        "check_run_url": f"{repository.url(api)}/check-runs/{id}",
        "labels": ["ubuntu-latest"],
        **runner,
        "workflow_name": run.workflow,
        "head_branch": run.branch,
    }


def _listed(repository: Repository, runs: list[Run], request: Request) -> Answer:
    query = request.query
    asked = query.get("status")
    fields = {"branch": "branch", "event": "event", "head_sha": "sha"}
    for name, of in fields.items():
        runs = [run for run in runs if name not in query or getattr(run, of) == query[name]]
    if asked is not None:
        runs = [run for run in runs if asked == (run.conclusion if asked in CONCLUSIONS else run.status)]
    newest = runs[::-1]
    return paged(request, newest, lambda run: run_shape(repository, run, request.api), under="workflow_runs")


def run_of(world: World, request: Request) -> tuple[Repository, Run]:
    """The run a path names, in its repository."""
    repository, wanted = world.repository(request), request.number("run_id")
    for run in repository.runs:
        if run.id == wanted:
            return repository, run
    raise Refused(404, "Not Found")
