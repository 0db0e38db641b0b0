"""A change of one file that is proposed: a branch, a commit, a pull request. Done again, each finds what was done."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from qualitygate.errors import CannotUseGitHub
from qualitygate.github import refs
from qualitygate.github.client import Client
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """What is committed, and by whom it is: ``author`` is a name and an address, none for the App itself."""

    path: str
    content: str
    message: str
    author: tuple[str, str] | None = None


def branch(client: Client, repository: str, name: str, sha: str) -> None:
    """Make a branch at a commit, unless there is one of that name."""
    if refs.head(client, repository, name) is None:
        body = {"ref": f"refs/heads/{name}", "sha": sha}
        client.create(f"/repos/{repository}/git/refs", body, lambda: refs.head(client, repository, name))


def commit(client: Client, repository: str, branch: str, made: Commit) -> None:
    """Write a file on a branch, unless it stands there like that."""
    path = f"/repos/{repository}/contents/{quote(made.path)}"
    known = _blob(client, path, branch)
    content = b64encode(made.content.encode()).decode()
    if known is not None and "".join(str(known["content"]).split()) == content:
        return
    by = {} if made.author is None else {"author": {"name": made.author[0], "email": made.author[1]}}
    over = {} if known is None else {"sha": known["sha"]}
    body = {"message": made.message, "content": content, "branch": branch, **by, **over}
    client.ask("PUT", path, body=body, adds=True)


def of_branch(client: Client, repository: str, branch: str) -> Mapping[str, Any] | None:
    """The pull request of a branch of this very repository, the newest, open or not; ``None`` where there is none."""
    owner = repository.partition("/")[0]
    listed = client.pages(f"/repos/{repository}/pulls", {"state": "all", "head": f"{owner}:{branch}"})
    return next((pull for pull in listed if pull["head"]["ref"] == branch), None)


def propose(client: Client, repository: str, branch: str, base: str, title: str, body: str) -> Mapping[str, Any]:
    """The pull request of a branch, made where there is none."""

    def find() -> Mapping[str, Any] | None:
        return of_branch(client, repository, branch)

    asked = {"title": title, "body": body, "head": branch, "base": base}
    found: Mapping[str, Any] = find() or client.create(f"/repos/{repository}/pulls", asked, find)
    return found


def _blob(client: Client, path: str, branch: str) -> Any:
    try:
        return client.ask("GET", path, parameters={"ref": f"refs/heads/{branch}"})
    except CannotUseGitHub as error:
        if error.slug == "not-found":
            return None
        raise
