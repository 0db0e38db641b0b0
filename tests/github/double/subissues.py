"""Sub-issues: issues under an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.github.double.exchange import Answer, Refused, Request
from tests.github.double.issues import Issue, issue_shape
from tests.github.double.operation import does
from tests.github.double.paging import paged

if TYPE_CHECKING:
    from tests.github.double.repository import Repository
    from tests.github.double.world import World


@does("GET /repos/{owner}/{repo}/issues/{issue_number}/sub_issues")
def list_sub_issues(world: World, request: Request) -> Answer:
    repository, parent = world.issue(request)
    children = [repository.issues[number] for number in parent.children]
    return paged(request, children, lambda child: _listed(repository, child, request.api))


@does("POST /repos/{owner}/{repo}/issues/{issue_number}/sub_issues")
def add_sub_issue(world: World, request: Request) -> Answer:
    repository, parent = world.issue(request)
    child = _child(repository, request)
    parents = [each for each in repository.issues.values() if child.number in each.children]
    if parents and not request.body.get("replace_parent"):
        raise Refused(422, "Sub issue may only have one parent")
    for each in parents:
        each.children.remove(child.number)
    parent.children.append(child.number)
    return Answer(status=201, body=issue_shape(repository, parent, request.api))


@does("DELETE /repos/{owner}/{repo}/issues/{issue_number}/sub_issue")
def remove_sub_issue(world: World, request: Request) -> Answer:
    repository, parent = world.issue(request)
    child = _child(repository, request)
    if child.number not in parent.children:
        raise Refused(404, "Not Found")
    parent.children.remove(child.number)
    return Answer(body=issue_shape(repository, parent, request.api))


def _listed(repository: Repository, child: Issue, api: str) -> dict[str, Any]:
    """As GitHub's own example of the list has it: it does not say who closed an issue."""
    return {key: value for key, value in issue_shape(repository, child, api).items() if key != "closed_by"}


def _child(repository: Repository, request: Request) -> Issue:
    for issue in repository.issues.values():
        if issue.id == request.body["sub_issue_id"]:
            return issue
    raise Refused(404, "Not Found")
