"""Issues, which every pull request also is: opened, listed, changed, closed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.github.double.account import Account, account_shape, node
from tests.github.double.clock import instant, stamp, stamp_or_none
from tests.github.double.exchange import Answer, Request
from tests.github.double.labels import labels_of
from tests.github.double.milestones import milestone_of
from tests.github.double.operation import does
from tests.github.double.paging import paged

if TYPE_CHECKING:
    from tests.github.double.comments import Comment
    from tests.github.double.events import Event
    from tests.github.double.repository import Repository
    from tests.github.double.world import World


@dataclass(slots=True, kw_only=True)
class Issue:
    """An issue as it stands; `labels` are names, in the order they came."""

    id: int
    number: int
    title: str
    author: Account
    created: datetime
    updated: datetime
    body: str | None = None
    state: str = "open"
    state_reason: str | None = None
    closed: datetime | None = None
    closed_by: Account | None = None
    labels: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    milestone: int | None = None
    locked: bool = False
    children: list[int] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


@does("GET /repos/{owner}/{repo}/issues")
def list_issues(world: World, request: Request) -> Answer:
    repository, query = world.repository(request), request.query
    issues = [issue for issue in repository.issues.values() if _wanted(issue, query)]
    newest_first = query.get("direction", "desc") == "desc"
    issues.sort(key=lambda issue: _order(issue, query.get("sort", "created")), reverse=newest_first)
    return paged(request, issues, lambda issue: issue_shape(repository, issue, request.api))


@does("POST /repos/{owner}/{repo}/issues")
def create_issue(world: World, request: Request) -> Answer:
    repository, body = world.repository(request), request.body
    labels = [each if isinstance(each, str) else each["name"] for each in body.get("labels", [])]
    made = repository.issue(
        title=str(body["title"]), body=body.get("body"), login=world.actor(request).login, labels=labels
    )
    actor = world.actor(request)
    repository.assign(made, body.get("assignees", []), actor)
    repository.plan(made, body.get("milestone"), actor)
    return Answer(status=201, body=issue_shape(repository, made, request.api))


@does("GET /repos/{owner}/{repo}/issues/{issue_number}")
def get_issue(world: World, request: Request) -> Answer:
    repository, issue = world.issue(request)
    return Answer(body=issue_shape(repository, issue, request.api))


@does("PATCH /repos/{owner}/{repo}/issues/{issue_number}")
def update_issue(world: World, request: Request) -> Answer:
    (repository, issue), body = world.issue(request), request.body
    actor = world.actor(request)
    if body.get("title", issue.title) != issue.title:
        repository.rename(issue, body["title"], actor)
    issue.body = body.get("body", issue.body)
    if "assignees" in body:
        repository.assign(issue, body["assignees"], actor)
    if "milestone" in body:
        repository.plan(issue, body["milestone"], actor)
    if "labels" in body:
        names = [each if isinstance(each, str) else each["name"] for each in body["labels"]]
        repository.relabel(issue, names, actor)
    if body.get("state", issue.state) != issue.state:
        repository.turn(issue, actor, body.get("state_reason"))
    issue.updated = world.now
    return Answer(body=issue_shape(repository, issue, request.api))


@does("POST /repos/{owner}/{repo}/issues/{issue_number}/assignees")
def add_assignees(world: World, request: Request) -> Answer:
    repository, issue = world.issue(request)
    wanted = dict.fromkeys([*issue.assignees, *request.body.get("assignees", [])])
    repository.assign(issue, list(wanted), world.actor(request))
    return Answer(status=201, body=issue_shape(repository, issue, request.api))


def issue_shape(repository: Repository, issue: Issue, api: str) -> dict[str, Any]:
    """`issue`."""
    url, world = f"{repository.url(api)}/issues/{issue.number}", repository.world
    kind = "pull" if issue.number in repository.pulls else "issues"
    page = f"{repository.page(api)}/{kind}/{issue.number}"
    assignees = [account_shape(world.account(login), api) for login in issue.assignees]
    shape: dict[str, Any] = {
        "id": issue.id,
        "node_id": node("I", issue.id),
        "url": url,
        "repository_url": repository.url(api),
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "timeline_url": f"{url}/timeline",
        "html_url": page,
        "number": issue.number,
        "state": issue.state,
        "state_reason": issue.state_reason,
        "title": issue.title,
        "body": issue.body,
        "user": account_shape(issue.author, api),
        "labels": labels_of(repository, issue, api),
        "assignee": assignees[0] if assignees else None,
        "assignees": assignees,
        "milestone": milestone_of(repository, issue, api),
        "locked": issue.locked,
        "active_lock_reason": None,
        "comments": len(issue.comments),
        "created_at": stamp(issue.created),
        "updated_at": stamp(issue.updated),
        "closed_at": stamp_or_none(issue.closed),
        "closed_by": None if issue.closed_by is None else account_shape(issue.closed_by, api),
        "author_association": repository.associated(issue.author.login),
    }
    if kind == "pull":
        pull = f"{repository.url(api)}/pulls/{issue.number}"
        links = {"html_url": page, "diff_url": f"{page}.diff", "patch_url": f"{page}.patch"}
        shape["pull_request"] = {"url": pull, "merged_at": None, **links}
    return shape


def _wanted(issue: Issue, query: Any) -> bool:
    labels = {each.lower() for each in issue.labels}
    asked = {each.strip().lower() for each in query.get("labels", "").split(",") if each.strip()}
    return (
        query.get("state", "open") in {"all", issue.state}
        and asked <= labels
        and ("since" not in query or issue.updated >= instant(query["since"]))
        and query.get("creator", issue.author.login) == issue.author.login
        and query.get("milestone", "*") in {"*", str(issue.milestone or "none")}
    )


def _order(issue: Issue, by: str) -> tuple[Any, int]:
    keys = {"created": issue.created, "updated": issue.updated, "comments": len(issue.comments)}
    return keys[by], issue.number
