"""Milestones: dates that issues are planned for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.github.double.account import Account, account_shape, node
from tests.github.double.clock import instant, stamp, stamp_or_none
from tests.github.double.exchange import Answer, Refused, Request, invalid
from tests.github.double.operation import does
from tests.github.double.paging import paged

if TYPE_CHECKING:
    from tests.github.double.issues import Issue
    from tests.github.double.repository import Repository
    from tests.github.double.world import World


@dataclass(slots=True, kw_only=True)
class Milestone:
    """A milestone as it stands."""

    id: int
    number: int
    title: str
    creator: Account
    created: datetime
    updated: datetime
    description: str | None = None
    state: str = "open"
    due: datetime | None = None
    closed: datetime | None = None


@does("GET /repos/{owner}/{repo}/milestones")
def list_milestones(world: World, request: Request) -> Answer:
    repository, state = world.repository(request), request.query.get("state", "open")
    wanted = [each for each in repository.milestones.values() if state in {"all", each.state}]
    return paged(request, wanted, lambda each: milestone_shape(repository, each, request.api))


@does("POST /repos/{owner}/{repo}/milestones")
def create_milestone(world: World, request: Request) -> Answer:
    repository = world.repository(request)
    if any(each.title == request.body["title"] for each in repository.milestones.values()):
        raise invalid("Milestone", "title", "title already exists", "already_exists")
    made = repository.milestone(request.body["title"])
    _change(world, made, request.body)
    return Answer(status=201, body=milestone_shape(repository, made, request.api))


@does("GET /repos/{owner}/{repo}/milestones/{milestone_number}")
def get_milestone(world: World, request: Request) -> Answer:
    repository, found = _found(world, request)
    return Answer(body=milestone_shape(repository, found, request.api))


@does("PATCH /repos/{owner}/{repo}/milestones/{milestone_number}")
def update_milestone(world: World, request: Request) -> Answer:
    repository, found = _found(world, request)
    _change(world, found, request.body)
    return Answer(body=milestone_shape(repository, found, request.api))


@does("DELETE /repos/{owner}/{repo}/milestones/{milestone_number}")
def delete_milestone(world: World, request: Request) -> Answer:
    repository, found = _found(world, request)
    for issue in repository.issues.values():
        if issue.milestone == found.number:
            repository.plan(issue, None, world.actor(request))
    del repository.milestones[found.number]
    return Answer(status=204)


def milestone_shape(repository: Repository, milestone: Milestone, api: str) -> dict[str, Any]:
    """`milestone`."""
    url = f"{repository.url(api)}/milestones/{milestone.number}"
    states = [issue.state for issue in repository.issues.values() if issue.milestone == milestone.number]
    return {
        "url": url,
        "html_url": f"{repository.page(api)}/milestone/{milestone.number}",
        "labels_url": f"{url}/labels",
        "id": milestone.id,
        "node_id": node("MI", milestone.id),
        "number": milestone.number,
        "state": milestone.state,
        "title": milestone.title,
        "description": milestone.description,
        "creator": account_shape(milestone.creator, api),
        "open_issues": states.count("open"),
        "closed_issues": states.count("closed"),
        "created_at": stamp(milestone.created),
        "updated_at": stamp(milestone.updated),
        "closed_at": stamp_or_none(milestone.closed),
        "due_on": stamp_or_none(milestone.due),
    }


def milestone_of(repository: Repository, issue: Issue, api: str) -> dict[str, Any] | None:
    """What an issue is planned for."""
    return None if issue.milestone is None else milestone_shape(repository, repository.milestones[issue.milestone], api)


def _change(world: World, milestone: Milestone, body: dict[str, Any]) -> None:
    milestone.title = body.get("title", milestone.title)
    milestone.description = body.get("description", milestone.description)
    if body.get("due_on"):
        milestone.due = instant(body["due_on"])
    if body.get("state", milestone.state) != milestone.state:
        milestone.state = body["state"]
        milestone.closed = world.now if milestone.state == "closed" else None
    milestone.updated = world.now


def _found(world: World, request: Request) -> tuple[Repository, Milestone]:
    repository, number = world.repository(request), request.number("milestone_number")
    if number not in repository.milestones:
        raise Refused(404, "Not Found")
    return repository, repository.milestones[number]
