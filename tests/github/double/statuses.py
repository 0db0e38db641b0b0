"""Commit statuses: set, listed, and combined into one state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.github.double.account import Account, account_shape, node
from tests.github.double.clock import stamp
from tests.github.double.commits import named
from tests.github.double.exchange import Answer, Request, invalid
from tests.github.double.operation import does
from tests.github.double.paging import page_of, paged
from tests.github.double.repositories import repository_shape

if TYPE_CHECKING:
    from tests.github.double.repository import Repository
    from tests.github.double.world import World

LONGEST = 140
MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One status; a later one of the same context takes its place in the combined state."""

    id: int
    sha: str
    state: str
    context: str
    description: str | None
    target_url: str | None
    author: Account
    at: datetime


@does("POST /repos/{owner}/{repo}/statuses/{sha}")
def create_status(world: World, request: Request) -> Answer:
    repository, body = world.repository(request), request.body
    sha = named(repository, request.arguments["sha"]).sha
    context, description = body.get("context") or "default", body.get("description")
    if description is not None and len(description) > LONGEST:
        raise invalid("Status", "description", f"description is too long (maximum is {LONGEST} characters)")
    if sum(status.context == context for status in repository.statuses(sha)) >= MOST:
        raise invalid("Status", "base", "This SHA and context has reached the maximum number of statuses.")
    made = Status(
        id=world.new_id(),
        sha=sha,
        state=body["state"],
        context=context,
        description=description,
        target_url=body.get("target_url"),
        author=world.actor(request),
        at=world.now,
    )
    repository.all_statuses.append(made)
    return Answer(status=201, body=status_shape(repository, made, request.api))


@does("GET /repos/{owner}/{repo}/commits/{ref}/statuses")
def list_statuses(world: World, request: Request) -> Answer:
    repository = world.repository(request)
    statuses = repository.statuses(named(repository, request.arguments["ref"]).sha)
    return paged(request, statuses, lambda status: status_shape(repository, status, request.api))


@does("GET /repos/{owner}/{repo}/commits/{ref}/status")
def combined_status(world: World, request: Request) -> Answer:
    repository = world.repository(request)
    sha = named(repository, request.arguments["ref"]).sha
    latest = latest_statuses(repository, sha)
    page, headers = page_of(request, latest)
    shapes = [status_shape(repository, status, request.api) for status in page]
    url = f"{repository.url(request.api)}/commits/{sha}"
    body = {
        "state": combined([status.state for status in latest]),
        "statuses": [{key: value for key, value in shape.items() if key != "creator"} for shape in shapes],
        "sha": sha,
        "total_count": len(latest),
        "repository": repository_shape(repository, request.api),
        "commit_url": url,
        "url": f"{url}/status",
    }
    return Answer(body=body, headers=headers)


def latest_statuses(repository: Repository, sha: str) -> list[Status]:
    """The newest status of each context."""
    latest: dict[str, Status] = {}
    for status in repository.statuses(sha):
        latest.setdefault(status.context, status)
    return list(latest.values())


def combined(states: list[str]) -> str:
    """GitHub's rule: failure before pending before success; none at all is pending."""
    if {"error", "failure"} & {*states}:
        return "failure"
    return "pending" if not states or "pending" in states else "success"


def status_shape(repository: Repository, status: Status, api: str) -> dict[str, Any]:
    """`status`."""
    at = stamp(status.at)
    return {
        "url": f"{repository.url(api)}/statuses/{status.sha}",
        "avatar_url": f"https://avatars.example/u/{status.author.id}",
        "id": status.id,
        "node_id": node("SC", status.id),
        "state": status.state,
        "description": status.description,
        "target_url": status.target_url,
        "context": status.context,
        "created_at": at,
        "updated_at": at,
        "creator": account_shape(status.author, api),
    }
