"""The graph: repositories, issues, comments and events as GraphQL names them; a field it lacks is an error of ours."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from tests.github.double.account import Account, node
from tests.github.double.clock import instant, stamp, stamp_or_none
from tests.github.double.comments import Comment, Reaction
from tests.github.double.events import Event, timeline
from tests.github.double.issues import Issue
from tests.github.double.labels import Label

if TYPE_CHECKING:
    from tests.github.double.repository import Repository

Node = dict[str, Any]
LARGEST = 100
# An event's kind, as the member of IssueTimelineItems it is.
TYPES = {
    "assigned": "AssignedEvent",
    "closed": "ClosedEvent",
    "comment_deleted": "CommentDeletedEvent",
    "converted_to_discussion": "ConvertedToDiscussionEvent",
    "demilestoned": "DemilestonedEvent",
    "labeled": "LabeledEvent",
    "marked_as_duplicate": "MarkedAsDuplicateEvent",
    "milestoned": "MilestonedEvent",
    "renamed": "RenamedTitleEvent",
    "reopened": "ReopenedEvent",
    "transferred": "TransferredEvent",
    "unassigned": "UnassignedEvent",
    "unlabeled": "UnlabeledEvent",
}
ASKED = {"renamed": "RENAMED_TITLE_EVENT"}
# A kind of reaction, as GraphQL names it.
CONTENTS = {
    "+1": "THUMBS_UP",
    "-1": "THUMBS_DOWN",
    "laugh": "LAUGH",
    "confused": "CONFUSED",
    "heart": "HEART",
    "hooray": "HOORAY",
    "eyes": "EYES",
    "rocket": "ROCKET",
}


class GraphRefused(Exception):
    """An error that GraphQL tells beside the data: GitHub's `type` and message."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def connection(items: Sequence[Any], key: Callable[[Any], Any], shape: Callable[[Any], Node], **asked: Any) -> Node:
    """A page of items that are in order; its cursors hold keys, so that it goes on where it was, whatever changed."""
    first, last = asked.get("first"), asked.get("last")
    if first is None and last is None:
        raise GraphRefused("MISSING_PAGINATION_BOUNDARIES", "You must provide a `first` or `last` value to paginate.")
    size = int(first if first is not None else last or 0)
    if not 0 <= size <= LARGEST:
        raise GraphRefused("EXCESSIVE_PAGINATION", f"Requesting {size} records exceeds the limit of {LARGEST} records.")
    reverse = bool(asked.get("reverse"))
    left = [item for item in items if _beyond(key(item), asked.get("after"), reverse=reverse)]
    left = [item for item in left if _beyond(key(item), asked.get("before"), reverse=not reverse)]
    page = left[:size] if first is not None else left[len(left) - size :]
    cursors = [_cursor(key(item)) for item in page]
    return {
        "totalCount": len(items),
        "pageInfo": {
            "hasNextPage": first is not None and len(left) > size,
            "hasPreviousPage": first is None and len(left) > size,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
        "nodes": [shape(item) for item in page],
        "edges": lambda: [{"cursor": at, "node": shape(item)} for at, item in zip(cursors, page, strict=True)],
    }


def repository_node(repository: Repository, api: str) -> Node:
    """`Repository`."""
    return {
        "__typename": "Repository",
        "id": node("R", repository.id),
        "databaseId": repository.id,
        "name": repository.name,
        "nameWithOwner": repository.full_name,
        "isPrivate": repository.private,
        "owner": actor_node(repository.owner, api),
        "url": repository.page(api),
        "issues": lambda **asked: _issues(repository, api, asked),
        "issue": lambda number: _issue(repository, number, api),
        "labels": lambda **asked: _labels(repository, list(repository.labels.values()), api, asked),
    }


def issue_node(repository: Repository, issue: Issue, api: str) -> Node:
    """`Issue`."""
    return {
        "__typename": "Issue",
        "id": node("I", issue.id),
        "databaseId": issue.id,
        "number": issue.number,
        "title": issue.title,
        "body": issue.body or "",
        "state": issue.state.upper(),
        "stateReason": issue.state_reason and issue.state_reason.upper(),
        "closed": issue.state == "closed",
        "createdAt": stamp(issue.created),
        "updatedAt": stamp(issue.updated),
        "closedAt": stamp_or_none(issue.closed),
        "locked": issue.locked,
        "url": f"{repository.page(api)}/issues/{issue.number}",
        "author": actor_node(issue.author, api),
        "authorAssociation": repository.associated(issue.author.login),
        "repository": lambda: repository_node(repository, api),
        "milestone": lambda: _milestone(repository, issue),
        "labels": lambda **asked: _labels(repository, [repository.label(name) for name in issue.labels], api, asked),
        "assignees": lambda **asked: _assignees(repository, issue, api, asked),
        "comments": lambda **asked: _comments(repository, issue, api, asked),
        "timelineItems": lambda **asked: _timeline(repository, issue, api, asked),
    }


def comment_node(repository: Repository, comment: Comment, api: str) -> Node:
    """`IssueComment`."""
    return {
        "__typename": "IssueComment",
        "id": node("IC", comment.id),
        "databaseId": comment.id,
        "body": comment.body,
        "createdAt": stamp(comment.created),
        "updatedAt": stamp(comment.updated),
        "author": actor_node(comment.author, api),
        "authorAssociation": repository.associated(comment.author.login),
        "isMinimized": comment.minimized is not None,
        "minimizedReason": comment.minimized,
        "createdViaEmail": False,
        "url": f"{repository.page(api)}/issues/{comment.number}#issuecomment-{comment.id}",
        "reactions": lambda **asked: _reactions(comment, api, asked),
    }


def _reactions(comment: Comment, api: str, asked: dict[str, Any]) -> Node:
    def shape(reaction: Reaction) -> Node:
        user = actor_node(reaction.author, api) if reaction.author.kind == "User" else None
        told = {"content": CONTENTS[reaction.content], "createdAt": stamp(reaction.at), "user": user}
        return {"__typename": "Reaction", "id": node("REA", reaction.id), "databaseId": reaction.id, **told}

    wanted = [each for each in comment.reactions if asked.get("content") in {None, CONTENTS[each.content]}]
    page = connection(wanted, lambda each: each.id, shape, **_paging(asked))
    return {**page, "viewerHasReacted": False}


def actor_node(account: Account, api: str) -> Node | None:
    """`Actor`: a bot's login goes without the suffix it has in REST; an account that was deleted is none."""
    if account.login == "ghost":
        return None
    login = account.login.removesuffix("[bot]")
    return {
        "__typename": account.kind,
        "id": node("U", account.id),
        "databaseId": account.id,
        "login": login,
        "url": f"{api.removesuffix('/api/v3')}/{login}",
    }


def _issues(repository: Repository, api: str, asked: dict[str, Any]) -> Node:
    chosen = {**(asked.get("filterBy") or {}), **{name: asked[name] for name in ("states", "labels") if name in asked}}
    order = asked.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}
    reverse = order["direction"] == "DESC"
    fields = {"CREATED_AT": "created", "UPDATED_AT": "updated"}

    def key(issue: Issue) -> Any:
        return [stamp(getattr(issue, fields[order["field"]])), issue.number]

    issues = [each for each in repository.issues.values() if each.number not in repository.pulls]
    wanted = sorted((each for each in issues if _wanted(each, chosen)), key=key, reverse=reverse)
    return connection(wanted, key, lambda each: issue_node(repository, each, api), **asked, reverse=reverse)


def _wanted(issue: Issue, chosen: dict[str, Any]) -> bool:
    return (
        issue.state.upper() in (chosen.get("states") or {"OPEN", "CLOSED"})
        and ("since" not in chosen or issue.updated >= instant(chosen["since"]))
        and (not chosen.get("labels") or bool({*chosen["labels"]} & {*issue.labels}))
    )


def _issue(repository: Repository, number: int, api: str) -> Node:
    if number not in repository.issues or number in repository.pulls:
        raise GraphRefused("NOT_FOUND", f"Could not resolve to an Issue with the number of {number}.")
    return issue_node(repository, repository.issues[number], api)


def _labels(repository: Repository, labels: Sequence[Label], api: str, asked: dict[str, Any]) -> Node:
    def shape(label: Label) -> Node:
        named = {"id": node("LA", label.id), "name": label.name, "color": label.color, "description": label.description}
        return {"__typename": "Label", **named, "url": f"{repository.page(api)}/labels/{label.name}"}

    return connection(sorted(labels, key=lambda each: each.id), lambda each: each.id, shape, **_paging(asked))


def _assignees(repository: Repository, issue: Issue, api: str, asked: dict[str, Any]) -> Node:
    accounts = sorted((repository.world.account(login) for login in issue.assignees), key=lambda each: each.id)
    return connection(accounts, lambda each: each.id, lambda each: actor_node(each, api) or {}, **_paging(asked))


def _comments(repository: Repository, issue: Issue, api: str, asked: dict[str, Any]) -> Node:
    def shape(comment: Comment) -> Node:
        return comment_node(repository, comment, api)

    return connection(repository.comments(issue.number), lambda each: each.id, shape, **_paging(asked))


def _timeline(repository: Repository, issue: Issue, api: str, asked: dict[str, Any]) -> Node:
    types = asked.get("itemTypes")
    items = [item for item in timeline(issue) if types is None or _asked(item) in types]
    if asked.get("since"):
        items = [item for item in items if _at(item) >= instant(asked["since"])]

    def shape(item: Event | Comment) -> Node:
        if isinstance(item, Comment):
            return comment_node(repository, item, api)
        return _event(repository, item, api)

    page = connection(items, lambda item: [stamp(_at(item)), item.id], shape, **_paging(asked))
    return {**page, "filteredCount": len(items), "pageCount": len(page["nodes"]), "updatedAt": stamp(issue.updated)}


def _at(item: Event | Comment) -> Any:
    return item.at if isinstance(item, Event) else item.created


def _asked(item: Event | Comment) -> str:
    if isinstance(item, Comment):
        return "ISSUE_COMMENT"
    return ASKED.get(item.kind, f"{item.kind.upper()}_EVENT")


def _event(repository: Repository, event: Event, api: str) -> Node:
    made: Node = {
        "__typename": TYPES[event.kind],
        "id": node("EV", event.id),
        "createdAt": stamp(event.at),
        "actor": actor_node(event.actor, api),
    }
    details = {name: _DETAILS[name](value, api) for name, value in event.details.items()}
    return made | {key: value for told in details.values() for key, value in told.items()}


_DETAILS: dict[str, Callable[[Any, str], Node]] = {
    "label": lambda label, _: {
        "label": {"__typename": "Label", "id": node("LA", label.id), "name": label.name, "color": label.color}
    },
    "reason": lambda reason, _: {"stateReason": reason and reason.upper()},
    "assignee": lambda account, api: {"assignee": actor_node(account, api), "user": actor_node(account, api)},
    "milestone": lambda milestone, _: {"milestoneTitle": milestone.title},
    "before": lambda title, _: {"previousTitle": title},
    "after": lambda title, _: {"currentTitle": title},
    "commenter": lambda account, api: {"deletedCommentAuthor": actor_node(account, api)},
    "source": lambda name, _: {"fromRepository": {"__typename": "Repository", "nameWithOwner": name}},
}


def _milestone(repository: Repository, issue: Issue) -> Node | None:
    if issue.milestone is None:
        return None
    found = repository.milestones[issue.milestone]
    told = {"number": found.number, "title": found.title, "state": found.state.upper()}
    return {"__typename": "Milestone", "id": node("MI", found.id), **told, "dueOn": stamp_or_none(found.due)}


def _paging(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: asked[name] for name in ("first", "last", "after", "before") if name in asked}


def _cursor(key: Any) -> str:
    return urlsafe_b64encode(json.dumps(key).encode()).decode()


def _beyond(key: Any, cursor: str | None, *, reverse: bool) -> bool:
    if cursor is None:
        return True
    try:
        at = json.loads(urlsafe_b64decode(cursor))
    except ValueError as why:
        raise GraphRefused("INVALID_CURSOR_ARGUMENTS", f"`{cursor}` does not appear to be a valid cursor.") from why
    return bool(key < at if reverse else key > at)
