"""What happened to issues, in order: the events, and the timeline that has the comments among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.github.double.account import Account, account_shape, node
from tests.github.double.clock import stamp
from tests.github.double.comments import Comment, comment_shape
from tests.github.double.exchange import Answer, Request
from tests.github.double.issues import Issue, issue_shape
from tests.github.double.operation import does
from tests.github.double.paging import paged

if TYPE_CHECKING:
    from tests.github.double.repository import Repository
    from tests.github.double.world import World

UNSEEN = {"comment_deleted"}  # only GraphQL tells of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event; `details` is what it is about: a label, an assignee, a milestone, a reason, titles."""

    id: int
    number: int
    kind: str
    actor: Account
    at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)


@does("GET /repos/{owner}/{repo}/issues/events")
def list_events(world: World, request: Request) -> Answer:
    repository = world.repository(request)

    def shape(event: Event) -> dict[str, Any]:
        issue = issue_shape(repository, repository.issues[event.number], request.api)
        return {**event_shape(repository, event, request.api), "issue": issue}

    return paged(request, _seen(repository.events)[::-1], shape)


@does("GET /repos/{owner}/{repo}/issues/{issue_number}/events")
def list_events_of_issue(world: World, request: Request) -> Answer:
    repository, issue = world.issue(request)
    return paged(request, _seen(issue.events), lambda event: event_shape(repository, event, request.api))


@does("GET /repos/{owner}/{repo}/issues/{issue_number}/timeline")
def list_timeline(world: World, request: Request) -> Answer:
    repository, issue = world.issue(request)

    def shape(item: Event | Comment) -> dict[str, Any]:
        if isinstance(item, Event):
            return event_shape(repository, item, request.api)
        actor = account_shape(item.author, request.api)
        return {"event": "commented", "actor": actor, **comment_shape(repository, item, request.api)}

    items = [item for item in timeline(issue) if isinstance(item, Comment) or item.kind not in UNSEEN]
    return paged(request, items, shape)


def timeline(issue: Issue) -> list[Event | Comment]:
    """All that happened to an issue, comments among it, oldest first."""
    items: list[Event | Comment] = [*issue.events, *issue.comments]
    return sorted(items, key=lambda item: (item.at if isinstance(item, Event) else item.created, item.id))


def event_shape(repository: Repository, event: Event, api: str) -> dict[str, Any]:
    """`issue-event`."""
    return {
        "id": event.id,
        "node_id": node("EV", event.id),
        "url": f"{repository.url(api)}/issues/events/{event.id}",
        "actor": account_shape(event.actor, api),
        "event": event.kind,
        "commit_id": None,
        "commit_url": None,
        "created_at": stamp(event.at),
        "performed_via_github_app": None,
        **_details(event, api),
    }


def _details(event: Event, api: str) -> dict[str, Any]:
    told, details = {}, event.details
    if "label" in details:
        told["label"] = {"name": details["label"].name, "color": details["label"].color}
    if "assignee" in details:
        told["assignee"] = account_shape(details["assignee"], api)
        told["assigner"] = account_shape(event.actor, api)
    if "milestone" in details:
        told["milestone"] = {"title": details["milestone"].title}
    if "before" in details:
        told["rename"] = {"from": details["before"], "to": details["after"]}
    if "reason" in details:
        told["state_reason"] = details["reason"]
    return told


def _seen(events: list[Event]) -> list[Event]:
    return [event for event in events if event.kind not in UNSEEN]
