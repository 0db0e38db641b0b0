"""Labels: those of a repository, and those an issue or pull request carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.github.double.account import node
from tests.github.double.exchange import Answer, Refused, Request, invalid
from tests.github.double.operation import does
from tests.github.double.paging import paged

if TYPE_CHECKING:
    from tests.github.double.issues import Issue
    from tests.github.double.repository import Repository
    from tests.github.double.world import World


@dataclass(slots=True, kw_only=True)
class Label:
    """A label; names are told apart without regard to case."""

    id: int
    name: str
    color: str = "ededed"
    description: str | None = None


@does("GET /repos/{owner}/{repo}/labels")
def list_labels(world: World, request: Request) -> Answer:
    repository = world.repository(request)
    return paged(request, list(repository.labels.values()), lambda label: label_shape(repository, label, request.api))


@does("POST /repos/{owner}/{repo}/labels")
def create_label(world: World, request: Request) -> Answer:
    repository, body = world.repository(request), request.body
    _is_free(repository, body["name"])
    made = repository.label(body["name"], color=body.get("color", "ededed"), description=body.get("description"))
    return Answer(status=201, body=label_shape(repository, made, request.api))


@does("GET /repos/{owner}/{repo}/labels/{name}")
def get_label(world: World, request: Request) -> Answer:
    repository, found = _found(world, request)
    return Answer(body=label_shape(repository, found, request.api))


@does("PATCH /repos/{owner}/{repo}/labels/{name}")
def update_label(world: World, request: Request) -> Answer:
    (repository, found), body = _found(world, request), request.body
    before, name = found.name, body.get("new_name", found.name)
    if name.lower() != before.lower():
        _is_free(repository, name)
    found.name, found.color = name, body.get("color", found.color)
    found.description = body.get("description", found.description)
    for issue in repository.issues.values():
        issue.labels = [name if each == before else each for each in issue.labels]
    return Answer(body=label_shape(repository, found, request.api))


@does("DELETE /repos/{owner}/{repo}/labels/{name}")
def delete_label(world: World, request: Request) -> Answer:
    repository, found = _found(world, request)
    repository.labels = {key: label for key, label in repository.labels.items() if label is not found}
    for issue in repository.issues.values():
        issue.labels = [each for each in issue.labels if each != found.name]
    return Answer(status=204)


@does("GET /repos/{owner}/{repo}/issues/{issue_number}/labels")
def list_issue_labels(world: World, request: Request) -> Answer:
    repository, issue = world.issue(request)
    return paged(request, labels_of(repository, issue, request.api), dict)


@does("POST /repos/{owner}/{repo}/issues/{issue_number}/labels")
def add_issue_labels(world: World, request: Request) -> Answer:
    repository, issue = world.issue(request)
    repository.relabel(issue, [*issue.labels, *_names(request)], world.actor(request))
    return Answer(body=labels_of(repository, issue, request.api))


@does("PUT /repos/{owner}/{repo}/issues/{issue_number}/labels")
def set_issue_labels(world: World, request: Request) -> Answer:
    repository, issue = world.issue(request)
    repository.relabel(issue, _names(request), world.actor(request))
    return Answer(body=labels_of(repository, issue, request.api))


@does("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels")
def remove_issue_labels(world: World, request: Request) -> Answer:
    repository, issue = world.issue(request)
    repository.relabel(issue, [], world.actor(request))
    return Answer(status=204)


@does("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}")
def remove_issue_label(world: World, request: Request) -> Answer:
    repository, issue = world.issue(request)
    name = request.arguments["name"].lower()
    left = [each for each in issue.labels if each.lower() != name]
    if len(left) == len(issue.labels):
        raise Refused(404, "Label does not exist")
    repository.relabel(issue, left, world.actor(request))
    return Answer(body=labels_of(repository, issue, request.api))


def label_shape(repository: Repository, label: Label, api: str) -> dict[str, Any]:
    """`label`."""
    return {
        "id": label.id,
        "node_id": node("LA", label.id),
        "url": f"{repository.url(api)}/labels/{label.name}",
        "name": label.name,
        "description": label.description,
        "color": label.color,
        "default": False,
    }


def labels_of(repository: Repository, issue: Issue, api: str) -> list[dict[str, Any]]:
    """What an issue carries."""
    return [label_shape(repository, repository.label(name), api) for name in issue.labels]


def _names(request: Request) -> list[str]:
    """The names in a body: `{"labels": […]}` or the bare list, each a name or an object that has one."""
    body = request.body
    given = body.get("labels", []) if isinstance(body, dict) else body or []
    return [each if isinstance(each, str) else each["name"] for each in given]


def _found(world: World, request: Request) -> tuple[Repository, Label]:
    repository, name = world.repository(request), request.arguments["name"].lower()
    for label in repository.labels.values():
        if label.name.lower() == name:
            return repository, label
    raise Refused(404, "Not Found")


def _is_free(repository: Repository, name: str) -> None:
    if any(label.name.lower() == name.lower() for label in repository.labels.values()):
        raise invalid("Label", "name", "name already exists", "already_exists")
