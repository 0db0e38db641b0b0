"""Check runs: made and completed by one App, listed for a commit, with annotations in batches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.github.double.account import App, app_shape, node
from tests.github.double.clock import instant, stamp_or_none
from tests.github.double.commits import made_sha, named
from tests.github.double.exchange import Answer, Refused, Request, invalid
from tests.github.double.operation import does
from tests.github.double.paging import paged
from tests.github.double.pulls import minimal_shape

if TYPE_CHECKING:
    from tests.github.double.repository import Repository
    from tests.github.double.world import World

NOT_AN_APP = "You must authenticate via a GitHub App."


@dataclass(slots=True, kw_only=True)
class CheckRun:
    """A check run as it stands; `annotations` are as they were sent, all batches together."""

    id: int
    name: str
    sha: str
    app: App
    external_id: str = ""
    details_url: str | None = None
    status: str = "queued"
    conclusion: str | None = None
    started: datetime | None = None
    completed: datetime | None = None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: list[dict[str, Any]] = field(default_factory=list)
    actions: list[dict[str, str]] = field(default_factory=list)


@does("POST /repos/{owner}/{repo}/check-runs")
def create_check_run(world: World, request: Request) -> Answer:
    repository, body = world.repository(request), request.body
    app = _app(world, request)
    sha = named(repository, body["head_sha"]).sha
    made = CheckRun(id=world.new_id(), name=body["name"], sha=sha, app=app, started=world.now)
    _change(world, made, body)
    repository.check_runs.append(made)
    return Answer(status=201, body=check_run_shape(repository, made, request.api))


@does("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}")
def update_check_run(world: World, request: Request) -> Answer:
    repository, found = _found(world, request)
    if found.app is not _app(world, request):
        wrong = f"Invalid app_id `{found.app.id}` - check run can only be modified by the GitHub App that created it."
        raise Refused(403, wrong)
    _change(world, found, request.body)
    return Answer(body=check_run_shape(repository, found, request.api))


@does("GET /repos/{owner}/{repo}/check-runs/{check_run_id}")
def get_check_run(world: World, request: Request) -> Answer:
    repository, found = _found(world, request)
    return Answer(body=check_run_shape(repository, found, request.api))


@does("GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations")
def list_annotations(world: World, request: Request) -> Answer:
    repository, found = _found(world, request)
    page = f"{repository.page(request.api)}/blob/{found.sha}"
    optional = dict.fromkeys(("start_column", "end_column", "title", "raw_details"))
    return paged(request, found.annotations, lambda each: {**optional, **each, "blob_href": f"{page}/{each['path']}"})


@does("GET /repos/{owner}/{repo}/commits/{ref}/check-runs")
def list_check_runs(world: World, request: Request) -> Answer:
    repository, query = world.repository(request), request.query
    sha = named(repository, request.arguments["ref"]).sha
    runs = [run for run in reversed(repository.check_runs) if run.sha == sha]
    if query.get("filter", "latest") == "latest":
        newest: dict[tuple[int, str], CheckRun] = {}
        for run in runs:
            newest.setdefault((run.app.id, run.name), run)
        runs = list(newest.values())
    runs = [run for run in runs if _wanted(run, query)]
    return paged(request, runs, lambda run: check_run_shape(repository, run, request.api), under="check_runs")


def check_run_shape(repository: Repository, run: CheckRun, api: str) -> dict[str, Any]:
    """`check-run`."""
    url = f"{repository.url(api)}/check-runs/{run.id}"
    return {
        "id": run.id,
        "node_id": node("CR", run.id),
        "name": run.name,
        "head_sha": run.sha,
        "external_id": run.external_id,
        "url": url,
        "html_url": f"{repository.page(api)}/runs/{run.id}",
        "details_url": run.details_url or f"https://{run.app.slug}.example",
        "status": run.status,
        "conclusion": run.conclusion,
        "started_at": stamp_or_none(run.started),
        "completed_at": stamp_or_none(run.completed),
        "output": {
            "title": run.title,
            "summary": run.summary,
            "text": run.text,
            "annotations_count": len(run.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": suite(run)},
        "app": app_shape(run.app, api),
        "pull_requests": [
            minimal_shape(repository, pull, api)
            for pull in repository.pulls.values()
            if pull.sha == run.sha and pull.source is repository
        ],
    }


def suite(run: CheckRun) -> int:
    """The suite a run belongs to: one for each App and commit."""
    return int(made_sha(run.app.slug, run.sha)[:8], 16)


def _found(world: World, request: Request) -> tuple[Repository, CheckRun]:
    repository, wanted = world.repository(request), request.number("check_run_id")
    for run in repository.check_runs:
        if run.id == wanted:
            return repository, run
    raise Refused(404, "Not Found")


def _wanted(run: CheckRun, query: Mapping[str, str]) -> bool:
    fields = {"check_name": run.name, "status": run.status, "app_id": str(run.app.id)}
    return all(query.get(name, value) == value for name, value in fields.items())


def _app(world: World, request: Request) -> App:
    assert request.token is not None
    if request.token.app is None:
        raise Refused(403, NOT_AN_APP)
    return world.app(request.token.app)


def _change(world: World, run: CheckRun, body: dict[str, Any]) -> None:
    _check(body)
    for name in ("name", "external_id", "details_url", "status", "conclusion", "actions"):
        if name in body:
            setattr(run, name, body[name])
    if "started_at" in body:
        run.started = instant(body["started_at"])
    if body.get("conclusion") or "completed_at" in body:
        run.status = "completed"
        run.completed = instant(body["completed_at"]) if "completed_at" in body else world.now
    output = body.get("output") or {}
    for name in ("title", "summary", "text"):
        if name in output:
            setattr(run, name, output[name])
    run.annotations += output.get("annotations", [])


def _check(body: dict[str, Any]) -> None:
    """What GitHub refuses and its description does not say."""
    completing = body.get("status") == "completed" or "completed_at" in body
    if completing and not body.get("conclusion"):
        raise invalid("CheckRun", "conclusion", "conclusion is required when status is completed", "missing_field")
    for each in (body.get("output") or {}).get("annotations", []):
        columns = {"start_column", "end_column"} & {*each}
        if columns and each["start_line"] != each["end_line"]:
            raise invalid("CheckRun", "annotations", "columns are only for annotations of a single line")
