"""Commits: one by any of its names, two compared, and the files of a tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha1
from typing import TYPE_CHECKING, Any

from tests.github.double.account import Account, account_shape, node
from tests.github.double.clock import instant, stamp
from tests.github.double.exchange import Answer, Refused, Request
from tests.github.double.operation import does
from tests.github.double.paging import paged

if TYPE_CHECKING:
    from tests.github.double.repository import Repository
    from tests.github.double.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit with the whole of its tree."""

    sha: str
    parents: tuple[str, ...]
    message: str
    author: Account
    at: datetime
    files: Mapping[str, bytes] = field(default_factory=dict)


def made_sha(*parts: object) -> str:
    """A name for a commit or a blob that is as long as Git's."""
    return sha1("\0".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()


def resolved(repository: Repository, name: str) -> Commit | None:
    """The commit that a sha (seven letters at least), branch or tag names."""
    for prefix, table in (("heads/", repository.branches), ("tags/", repository.tags)):
        bare = name.removeprefix("refs/").removeprefix(prefix)
        if bare in table:
            return repository.commits[table[bare]]
    if len(name) >= 7:
        return next((commit for sha, commit in repository.commits.items() if sha.startswith(name)), None)
    return None


def named(repository: Repository, name: str) -> Commit:
    """The same, or GitHub's 422."""
    found = resolved(repository, name)
    if found is None:
        raise Refused(422, f"No commit found for SHA: {name}")
    return found


def ancestors(repository: Repository, sha: str) -> list[str]:
    """The commit and all it rests on, nearest first."""
    found: dict[str, None] = {}
    queue = [sha]
    while queue:
        at = queue.pop(0)
        if at not in found and at in repository.commits:
            found[at] = None
            queue.extend(repository.commits[at].parents)
    return list(found)


@does("GET /repos/{owner}/{repo}/commits/{ref}")
def get_commit(world: World, request: Request) -> Answer:
    repository = world.repository(request)
    commit = named(repository, request.arguments["ref"])
    return Answer(body=commit_shape(repository, commit, request.api, files=True))


@does("GET /repos/{owner}/{repo}/commits")
def list_commits(world: World, request: Request) -> Answer:
    repository, query = world.repository(request), request.query
    start = resolved(repository, query.get("sha", repository.default_branch))
    if start is None:
        raise Refused(404, "Not Found")
    commits = [repository.commits[sha] for sha in ancestors(repository, start.sha)]
    if "path" in query:
        commits = [commit for commit in commits if _touches(repository, commit, query["path"])]
    if "since" in query:
        commits = [commit for commit in commits if commit.at >= instant(query["since"])]
    return paged(request, commits, lambda commit: commit_shape(repository, commit, request.api))


@does("GET /repos/{owner}/{repo}/git/commits/{commit_sha}")
def get_git_commit(world: World, request: Request) -> Answer:
    repository = world.repository(request)
    commit = repository.commits.get(request.arguments["commit_sha"])
    if commit is None:
        raise Refused(404, "Not Found")
    url = repository.url(request.api)
    return Answer(
        body={
            "sha": commit.sha,
            "node_id": node("C", commit.author.id),
            "url": f"{url}/git/commits/{commit.sha}",
            "html_url": f"{repository.page(request.api)}/commit/{commit.sha}",
            **_inner(repository, commit, request.api),
            "parents": _parents(repository, commit, request.api),
        }
    )


@does("GET /repos/{owner}/{repo}/compare/{basehead}")
def compare(world: World, request: Request) -> Answer:
    repository = world.repository(request)
    base_name, dots, head_name = request.arguments["basehead"].partition("...")
    base, head = resolved(repository, base_name), resolved(repository, head_name)
    if not dots or base is None or head is None:
        raise Refused(404, "Not Found")
    behind_chain, ahead_chain = ancestors(repository, base.sha), ancestors(repository, head.sha)
    ahead = [sha for sha in ahead_chain if sha not in behind_chain]
    behind = [sha for sha in behind_chain if sha not in ahead_chain]
    shared = next((sha for sha in ahead_chain if sha in behind_chain), None)
    if shared is None:
        raise Refused(404, f"No common ancestor between {base_name} and {head_name}.")
    words = {(True, True): "diverged", (True, False): "ahead", (False, True): "behind", (False, False): "identical"}
    page = f"{repository.page(request.api)}/compare/{request.arguments['basehead']}"
    fork_point = repository.commits[shared]
    return Answer(
        body={
            "url": f"{repository.url(request.api)}/compare/{request.arguments['basehead']}",
            "html_url": page,
            "permalink_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "base_commit": commit_shape(repository, base, request.api),
            "merge_base_commit": commit_shape(repository, fork_point, request.api),
            "status": words[bool(ahead), bool(behind)],
            "ahead_by": len(ahead),
            "behind_by": len(behind),
            "total_commits": len(ahead),
            "commits": [commit_shape(repository, repository.commits[sha], request.api) for sha in reversed(ahead)],
            "files": difference(repository, fork_point, head, request.api),
        }
    )


def commit_shape(repository: Repository, commit: Commit, api: str, *, files: bool = False) -> dict[str, Any]:
    """`commit`, with the files it changed where they are asked for."""
    url, page = repository.url(api), repository.page(api)
    shape: dict[str, Any] = {
        "sha": commit.sha,
        "node_id": node("C", commit.author.id),
        "url": f"{url}/commits/{commit.sha}",
        "html_url": f"{page}/commit/{commit.sha}",
        "comments_url": f"{url}/commits/{commit.sha}/comments",
        "commit": {**_inner(repository, commit, api), "url": f"{url}/git/commits/{commit.sha}", "comment_count": 0},
        "author": account_shape(commit.author, api),
        "committer": account_shape(commit.author, api),
        "parents": _parents(repository, commit, api),
    }
    if files:
        before = repository.commits.get(commit.parents[0]) if commit.parents else None
        shape["files"] = difference(repository, before, commit, api)
    return shape


def difference(repository: Repository, before: Commit | None, after: Commit, api: str) -> list[dict[str, Any]]:
    """`diff-entry` for each file that differs; its lines are counted, its patch is not drawn."""
    old, new = before.files if before else {}, after.files
    changed = sorted(path for path in {*old, *new} if old.get(path) != new.get(path))
    return [_entry(repository, path, old.get(path), new.get(path), after.sha, api) for path in changed]


def _entry(
    repository: Repository, path: str, old: bytes | None, new: bytes | None, sha: str, api: str
) -> dict[str, Any]:
    page = repository.page(api)
    added = new.count(b"\n") if new is not None else 0
    removed = old.count(b"\n") if old is not None else 0
    return {
        "sha": made_sha("blob", new or old),
        "filename": path,
        "status": "added" if old is None else "removed" if new is None else "modified",
        "additions": added,
        "deletions": removed,
        "changes": added + removed,
        "blob_url": f"{page}/blob/{sha}/{path}",
        "raw_url": f"{page}/raw/{sha}/{path}",
        "contents_url": f"{repository.url(api)}/contents/{path}?ref={sha}",
    }


def _touches(repository: Repository, commit: Commit, path: str) -> bool:
    before = repository.commits[commit.parents[0]].files if commit.parents else {}
    paths = {*before, *commit.files}
    inside = [each for each in paths if each == path or each.startswith(f"{path}/")]
    return any(before.get(each) != commit.files.get(each) for each in inside)


def _inner(repository: Repository, commit: Commit, api: str) -> dict[str, Any]:
    who = {"name": commit.author.login, "email": f"{commit.author.login}@users.example", "date": stamp(commit.at)}
    tree = made_sha("tree", commit.sha)
    return {
        "author": who,
        "committer": who,
        "message": commit.message,
        "tree": {"sha": tree, "url": f"{repository.url(api)}/git/trees/{tree}"},
        "verification": {
            "verified": False,
            "reason": "unsigned",
            "signature": None,
            "payload": None,
            "verified_at": None,
        },
    }


def _parents(repository: Repository, commit: Commit, api: str) -> list[dict[str, str]]:
    url, page = repository.url(api), repository.page(api)
    return [{"sha": sha, "url": f"{url}/commits/{sha}", "html_url": f"{page}/commit/{sha}"} for sha in commit.parents]
