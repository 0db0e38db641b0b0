"""Pull requests: read, listed by head, found by the commit they propose."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.github.double.account import account_shape, node
from tests.github.double.clock import stamp, stamp_or_none
from tests.github.double.commits import difference, resolved
from tests.github.double.exchange import Answer, Refused, Request, invalid
from tests.github.double.labels import labels_of
from tests.github.double.milestones import milestone_of
from tests.github.double.operation import does
from tests.github.double.paging import paged
from tests.github.double.repositories import repository_shape

if TYPE_CHECKING:
    from tests.github.double.repository import Repository
    from tests.github.double.reviews import Review
    from tests.github.double.world import World

LINKS = {"html": "html_url", "issue": "issue_url", "comments": "comments_url", "self": "url"}
LINKS |= {name: f"{name}_url" for name in ("commits", "statuses", "review_comments", "review_comment")}


@dataclass(slots=True, kw_only=True)
class Pull:
    """What a pull request has beyond its issue: `source` is the repository its head lies in."""

    id: int
    number: int
    head: str
    sha: str
    source: Repository
    base: str
    base_sha: str
    draft: bool = False
    merge_commit: str | None = None
    reviews: list[Review] = field(default_factory=list)


@does("GET /repos/{owner}/{repo}/pulls")
def list_pulls(world: World, request: Request) -> Answer:
    repository, query = world.repository(request), request.query
    pulls = [pull for pull in repository.pulls.values() if _wanted(repository, pull, query)]
    pulls.sort(key=lambda pull: pull.number, reverse=query.get("direction", "desc") == "desc")
    return paged(request, pulls, lambda pull: pull_shape(repository, pull, request.api))


@does("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls")
def list_pulls_of_commit(world: World, request: Request) -> Answer:
    """Those with their head here, wherever they lead.

    A fork's commit is none of the repository it is proposed to: GitHub lists its pull request when the fork is asked,
    and nothing otherwise (https://github.com/TooTallNate/nx.js/pull/410).
    """
    repository = world.repository(request)
    commit = resolved(repository, request.arguments["commit_sha"])
    pairs = [(target, pull) for target in world.repositories.values() for pull in target.pulls.values()]
    found = [
        (target, pull)
        for target, pull in pairs
        if commit is not None and pull.source is repository and commit.sha in {pull.sha, pull.merge_commit}
    ]
    return paged(request, found, lambda pair: pull_shape(pair[0], pair[1], request.api))


@does("GET /repos/{owner}/{repo}/pulls/{pull_number}")
def get_pull(world: World, request: Request) -> Answer:
    repository, pull = found(world, request)
    return Answer(body=_whole(repository, pull, request.api))


def _whole(repository: Repository, pull: Pull, api: str) -> dict[str, Any]:
    changed = _files(repository, pull, api)
    counts = {
        "comments": len(repository.comments(pull.number)),
        "review_comments": 0,
        "commits": 1,
        "additions": sum(each["additions"] for each in changed),
        "deletions": sum(each["deletions"] for each in changed),
        "changed_files": len(changed),
    }
    merging = {
        "merged": pull.merge_commit is not None,
        "mergeable": True,
        "rebaseable": True,
        "mergeable_state": "clean",
        "merged_by": None,
        "maintainer_can_modify": False,
    }
    return {**pull_shape(repository, pull, api), **counts, **merging}


@does("POST /repos/{owner}/{repo}/pulls")
def create_pull(world: World, request: Request) -> Answer:
    repository, body = world.repository(request), request.body
    owner, _, branch = body["head"].rpartition(":")
    if owner not in {"", repository.owner.login} or branch not in repository.branches:
        raise invalid("PullRequest", "head", "head is invalid", "invalid")
    if body["base"] not in repository.branches:
        raise invalid("PullRequest", "base", "base is invalid", "invalid")
    opened = [each for each in repository.pulls.values() if repository.issues[each.number].state == "open"]
    if any((each.head, each.base) == (branch, body["base"]) and each.source is repository for each in opened):
        raise invalid("PullRequest", "base", f"A pull request already exists for {repository.owner.login}:{branch}.")
    login = world.actor(request).login
    made = repository.pull(head=branch, base=body["base"], title=body["title"], login=login, proposed=True)
    repository.issues[made.number].body = body.get("body")
    return Answer(status=201, body=_whole(repository, made, request.api))


@does("GET /repos/{owner}/{repo}/pulls/{pull_number}/files")
def list_pull_files(world: World, request: Request) -> Answer:
    repository, pull = found(world, request)
    return paged(request, _files(repository, pull, request.api), dict)


def pull_shape(repository: Repository, pull: Pull, api: str) -> dict[str, Any]:
    """`pull-request-simple`."""
    url, page = f"{repository.url(api)}/pulls/{pull.number}", f"{repository.page(api)}/pull/{pull.number}"
    issue, issue_url = repository.issues[pull.number], f"{repository.url(api)}/issues/{pull.number}"
    urls = {
        "url": url,
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "issue_url": issue_url,
        "commits_url": f"{url}/commits",
        "review_comments_url": f"{url}/comments",
        "review_comment_url": f"{repository.url(api)}/pulls/comments{{/number}}",
        "comments_url": f"{issue_url}/comments",
        "statuses_url": f"{repository.url(api)}/statuses/{pull.sha}",
    }
    return {
        **urls,
        "id": pull.id,
        "node_id": node("PR", pull.id),
        "number": pull.number,
        "state": issue.state,
        "locked": issue.locked,
        "title": issue.title,
        "user": account_shape(issue.author, api),
        "body": issue.body,
        "labels": labels_of(repository, issue, api),
        "milestone": milestone_of(repository, issue, api),
        "created_at": stamp(issue.created),
        "updated_at": stamp(issue.updated),
        "closed_at": stamp_or_none(issue.closed),
        "merged_at": stamp_or_none(issue.closed) if pull.merge_commit else None,
        "merge_commit_sha": pull.merge_commit,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "head": _end(pull.source, pull.head, pull.sha, api),
        "base": _end(repository, pull.base, pull.base_sha, api),
        "_links": {name: {"href": urls[of]} for name, of in LINKS.items()},
        "author_association": repository.associated(issue.author.login),
        "auto_merge": None,
        "draft": pull.draft,
    }


def minimal_shape(repository: Repository, pull: Pull, api: str) -> dict[str, Any]:
    """`pull-request-minimal`."""
    return {
        "id": pull.id,
        "number": pull.number,
        "url": f"{repository.url(api)}/pulls/{pull.number}",
        "head": _short_end(pull.source, pull.head, pull.sha, api),
        "base": _short_end(repository, pull.base, pull.base_sha, api),
    }


def _end(repository: Repository, name: str, sha: str, api: str) -> dict[str, Any]:
    return {
        "label": f"{repository.owner.login}:{name}",
        "ref": name,
        "sha": sha,
        "user": account_shape(repository.owner, api),
        "repo": repository_shape(repository, api),
    }


def _short_end(repository: Repository, name: str, sha: str, api: str) -> dict[str, Any]:
    short = {"id": repository.id, "url": repository.url(api), "name": repository.name}
    return {"ref": name, "sha": sha, "repo": short}


def _wanted(repository: Repository, pull: Pull, query: Any) -> bool:
    head = f"{pull.source.owner.login}:{pull.head}"
    state = repository.issues[pull.number].state
    # GitHub ignores a head without its owner, and lists everything.
    asked = query.get("head", "")
    return (
        query.get("state", "open") in {"all", state}
        and (":" not in asked or asked == head)
        and query.get("base", pull.base) == pull.base
    )


def _files(repository: Repository, pull: Pull, api: str) -> list[dict[str, Any]]:
    return difference(repository, repository.commits[pull.base_sha], repository.commits[pull.sha], api)


def found(world: World, request: Request) -> tuple[Repository, Pull]:
    repository, number = world.repository(request), request.number("pull_number")
    if number not in repository.pulls:
        raise Refused(404, "Not Found")
    return repository, repository.pulls[number]
