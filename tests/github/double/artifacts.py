"""Artifacts, which runs leave behind: zips with a second host, by an address that needs no token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tests.github.double.account import node
from tests.github.double.clock import stamp
from tests.github.double.commits import made_sha
from tests.github.double.exchange import Answer, Refused, Request
from tests.github.double.operation import does
from tests.github.double.paging import paged
from tests.github.double.runs import Run, run_of

if TYPE_CHECKING:
    from tests.github.double.repository import Repository
    from tests.github.double.world import World

KEPT = timedelta(days=90)


@dataclass(slots=True, kw_only=True)
class Artifact:
    """A zip with a name."""

    id: int
    name: str
    content: bytes
    run: Run
    at: datetime
    expired: bool = False


@does("GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts")
def list_artifacts_ofrun_of(world: World, request: Request) -> Answer:
    repository, run = run_of(world, request)
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


def signature(artifact: Artifact) -> str:
    """What the blob host asks for in place of a token."""
    return made_sha("signature", artifact.id)


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


def _artifacts(repository: Repository, artifacts: list[Artifact], request: Request) -> Answer:
    wanted = request.query.get("name")
    newest = [each for each in reversed(artifacts) if wanted in {None, each.name}]
    return paged(request, newest, lambda each: artifact_shape(repository, each, request.api), under="artifacts")


def _artifact(world: World, request: Request) -> tuple[Repository, Artifact]:
    repository, wanted = world.repository(request), request.number("artifact_id")
    for artifact in repository.artifacts:
        if artifact.id == wanted:
            return repository, artifact
    raise Refused(404, "Not Found")
