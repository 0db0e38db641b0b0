"""Branches and tags: the commit that each of them is at, asked for by the whole name of the ref.

A tag and a branch may have the same name, so none of them is ever asked for by that alone.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from qualitygate.errors import CannotUseGitHub
from qualitygate.github.client import Client

_TAGS_DEEP = 5
"""Tags that a tag may be of; git sets no end to it."""


def head(client: Client, repository: str, branch: str) -> str | None:
    """The commit at the tip of a branch; ``None`` where there is no such branch."""
    found = _object(client, repository, f"heads/{branch}")
    return None if found is None else str(found["sha"])


def tagged(client: Client, repository: str, tag: str) -> str | None:
    """The commit that a tag is of; ``None`` where there is no such tag, or it is of something else."""
    found = _object(client, repository, f"tags/{tag}")
    for _ in range(_TAGS_DEEP):
        if found is None or found["type"] != "tag":
            break
        found = client.ask("GET", f"/repos/{repository}/git/tags/{found['sha']}")["object"]
    return None if found is None or found["type"] != "commit" else str(found["sha"])


def within(client: Client, repository: str, sha: str, tip: str) -> bool:
    """Whether a commit is the tip of a branch, or one that the tip rests on."""
    if sha == tip:
        return True
    try:
        compared = client.ask("GET", f"/repos/{repository}/compare/{sha}...{tip}", parameters={"per_page": 1})
    except CannotUseGitHub as error:
        if error.slug == "not-found":
            return False
        raise
    return bool(compared["status"] == "ahead")


def _object(client: Client, repository: str, ref: str) -> Any:
    try:
        return client.ask("GET", f"/repos/{repository}/git/ref/{quote(ref)}")["object"]
    except CannotUseGitHub as error:
        if error.slug == "not-found":
            return None
        raise
