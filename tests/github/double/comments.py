"""Comments under issues and pull requests, and the reactions they drew."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.github.double.account import Account, account_shape, node
from tests.github.double.clock import instant, stamp
from tests.github.double.exchange import Answer, Refused, Request, invalid
from tests.github.double.operation import does
from tests.github.double.paging import paged

if TYPE_CHECKING:
    from tests.github.double.repository import Repository
    from tests.github.double.world import World

LONGEST = 65536
REACTIONS = ("+1", "-1", "laugh", "confused", "heart", "hooray", "eyes", "rocket")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """Somebody's one word under a comment."""

    id: int
    content: str
    author: Account
    at: datetime


@dataclass(slots=True, kw_only=True)
class Comment:
    """A comment as it stands."""

    id: int
    number: int
    body: str
    author: Account
    created: datetime
    updated: datetime
    reactions: list[Reaction] = field(default_factory=list)
    minimized: str | None = None


@does("GET /repos/{owner}/{repo}/issues/{issue_number}/comments")
def list_comments(world: World, request: Request) -> Answer:
    repository, issue = world.issue(request)
    return _listed(repository, repository.comments(issue.number), request)


@does("GET /repos/{owner}/{repo}/issues/comments")
def list_all_comments(world: World, request: Request) -> Answer:
    repository, query = world.repository(request), request.query
    comments = repository.all_comments
    if "sort" in query:
        keys = {"created": lambda each: (each.created, each.id), "updated": lambda each: (each.updated, each.id)}
        comments.sort(key=keys[query["sort"]], reverse=query.get("direction", "desc") == "desc")
    return _listed(repository, comments, request)


@does("POST /repos/{owner}/{repo}/issues/{issue_number}/comments")
def create_comment(world: World, request: Request) -> Answer:
    repository, issue = world.issue(request)
    _fits(request.body["body"])
    made = repository.comment(issue.number, request.body["body"], login=world.actor(request).login)
    issue.updated = world.now
    return Answer(status=201, body=comment_shape(repository, made, request.api))


@does("GET /repos/{owner}/{repo}/issues/comments/{comment_id}")
def get_comment(world: World, request: Request) -> Answer:
    repository, found = _found(world, request)
    return Answer(body=comment_shape(repository, found, request.api))


@does("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}")
def update_comment(world: World, request: Request) -> Answer:
    repository, found = _found(world, request)
    _fits(request.body["body"])
    found.body, found.updated = request.body["body"], world.now
    return Answer(body=comment_shape(repository, found, request.api))


@does("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}")
def delete_comment(world: World, request: Request) -> Answer:
    repository, found = _found(world, request)
    repository.issues[found.number].comments.remove(found)
    repository.happen(found.number, "comment_deleted", world.actor(request), commenter=found.author)
    return Answer(status=204)


@does("GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions")
def list_reactions(world: World, request: Request) -> Answer:
    _, found = _found(world, request)
    wanted = request.query.get("content")
    reactions = [each for each in found.reactions if wanted in {None, each.content}]
    return paged(request, reactions, lambda each: reaction_shape(each, request.api))


@does("POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions")
def create_reaction(world: World, request: Request) -> Answer:
    _, found = _found(world, request)
    actor, content = world.actor(request), request.body["content"]
    for known in found.reactions:
        if known.author is actor and known.content == content:
            return Answer(body=reaction_shape(known, request.api))
    made = Reaction(id=world.new_id(), content=content, author=actor, at=world.now)
    found.reactions.append(made)
    return Answer(status=201, body=reaction_shape(made, request.api))


def comment_shape(repository: Repository, comment: Comment, api: str) -> dict[str, Any]:
    """`issue-comment`."""
    url = f"{repository.url(api)}/issues/comments/{comment.id}"
    kind = "pull" if comment.number in repository.pulls else "issues"
    page = f"{repository.page(api)}/{kind}/{comment.number}#issuecomment-{comment.id}"
    counts = {name: sum(each.content == name for each in comment.reactions) for name in REACTIONS}
    return {
        "id": comment.id,
        "node_id": node("IC", comment.id),
        "url": url,
        "html_url": page,
        "body": comment.body,
        "user": account_shape(comment.author, api),
        "created_at": stamp(comment.created),
        "updated_at": stamp(comment.updated),
        "issue_url": f"{repository.url(api)}/issues/{comment.number}",
        "author_association": repository.associated(comment.author.login),
        "reactions": {"url": f"{url}/reactions", "total_count": len(comment.reactions), **counts},
    }


def reaction_shape(reaction: Reaction, api: str) -> dict[str, Any]:
    """`reaction`."""
    return {
        "id": reaction.id,
        "node_id": node("REA", reaction.id),
        "user": account_shape(reaction.author, api),
        "content": reaction.content,
        "created_at": stamp(reaction.at),
    }


def _listed(repository: Repository, comments: list[Comment], request: Request) -> Answer:
    since = request.query.get("since")
    wanted = [each for each in comments if since is None or each.updated >= instant(since)]
    return paged(request, wanted, lambda each: comment_shape(repository, each, request.api))


def _found(world: World, request: Request) -> tuple[Repository, Comment]:
    repository, wanted = world.repository(request), request.number("comment_id")
    for comment in repository.all_comments:
        if comment.id == wanted:
            return repository, comment
    raise Refused(404, "Not Found")


def _fits(body: str) -> None:
    if not body:
        raise invalid("IssueComment", "body", "body can't be blank")
    if len(body) > LONGEST:
        raise invalid("IssueComment", "body", f"body is too long (maximum is {LONGEST} characters)")
