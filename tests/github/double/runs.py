"""Workflow runs, and the artifacts they leave: zips behind a second host, by an address that needs no token."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
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

KEPT = timedelta(days=90)
CONCLUSIONS = {"success", "failure", "neutral", "cancelled", "skipped", "timed_out", "action_required", "stale"}


@dataclass(slots=True, kw_only=True)
class Run:
    """A workflow run; `source` is the repository its commit lies in, a fork's for a fork's pull request."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a protection rule said about an environment; `state` is None where it only told its progress."""

    state: str | None
    comment: str


@dataclass(slots=True, kw_only=True)
class Artifact:
    """A zip with a name."""

    id: int
    name: str
    content: bytes
    run: Run
    at: datetime
    expired: bool = False


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
    repository, run = _run(world, request)
    return Answer(body=run_shape(repository, run, request.api))


@does("GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts")
def list_artifacts_of_run(world: World, request: Request) -> Answer:
    repository, run = _run(world, request)
    return _artifacts(repository, [each for each in repository.artifacts if each.run is run], request)


@does("GET /repos/{owner}/{repo}/actions/artifacts")
def list_artifacts(world: World, request: Request) -> Answer:
    repository = world.repository(request)
    return _artifacts(repository, repository.artifacts, request)


@does("GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}")
def get_artifact(world: World, request: Request) -> Answer:
    repository, artifact = _artifact(world, request)
    return Answer(body=artifact_shape(repository, artifact, request.api))


@does("GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}")
def download_artifact(world: World, request: Request) -> Answer:
    _, artifact = _artifact(world, request)
    if artifact.expired:
        raise Refused(410, "Artifact has expired")
    where = f"{request.blobs}/artifacts/{artifact.id}.zip?sig={signature(artifact)}"
    return Answer(status=302, headers={"Location": where})


@does("POST /repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule")
def review_deployment(world: World, request: Request) -> Answer:
    (_, run), body = _run(world, request), request.body
    name, state = body["environment_name"], body.get("state")
    if name not in run.reviews:
        raise Refused(422, f"No pending deployment to {name} awaits this rule")
    said = run.reviews[name]
    if said is not None and said.state is not None:
        raise Refused(422, f"The deployment to {name} has been {said.state} already")
    run.reviews[name] = Review(state=state, comment=body.get("comment", ""))
    return Answer(status=204)


def signature(artifact: Artifact) -> str:
    """What the blob host asks for in place of a token."""
    return made_sha("signature", artifact.id)


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


def artifact_shape(repository: Repository, artifact: Artifact, api: str) -> dict[str, Any]:
    """`artifact`."""
    url, run = f"{repository.url(api)}/actions/artifacts/{artifact.id}", artifact.run
    return {
        "id": artifact.id,
        "node_id": node("AR", artifact.id),
        "name": artifact.name,
        "size_in_bytes": len(artifact.content),
        "url": url,
        "archive_download_url": f"{url}/zip",
        "expired": artifact.expired,
        "created_at": stamp(artifact.at),
        "updated_at": stamp(artifact.at),
        "expires_at": stamp(artifact.at + KEPT),
        "digest": f"sha256:{sha256(artifact.content).hexdigest()}",
        "workflow_run": {
            "id": run.id,
            "repository_id": repository.id,
            "head_repository_id": run.source.id,
            "head_branch": run.branch,
            "head_sha": run.sha,
        },
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


def _artifacts(repository: Repository, artifacts: list[Artifact], request: Request) -> Answer:
    wanted = request.query.get("name")
    newest = [each for each in reversed(artifacts) if wanted in {None, each.name}]
    return paged(request, newest, lambda each: artifact_shape(repository, each, request.api), under="artifacts")


def _run(world: World, request: Request) -> tuple[Repository, Run]:
    repository, wanted = world.repository(request), request.number("run_id")
    for run in repository.runs:
        if run.id == wanted:
            return repository, run
    raise Refused(404, "Not Found")


def _artifact(world: World, request: Request) -> tuple[Repository, Artifact]:
    repository, wanted = world.repository(request), request.number("artifact_id")
    for artifact in repository.artifacts:
        if artifact.id == wanted:
            return repository, artifact
    raise Refused(404, "Not Found")
