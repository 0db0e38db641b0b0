"""Branches and tags: the commit that each of them is at, asked for by the whole name of the ref; and what parts them.

A tag and a branch may have the same name, so none of them is ever asked for by that alone.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from qualitygate.errors import CannotUseGitHub
from qualitygate.github.client import Client
from qualitygate.values import dataclass

_TAGS_DEEP = 5
"""Tags that a tag may be of; git sets no end to it."""
_FILES_MOST = 300
"""Files of a comparison, all on its first page: https://docs.github.com/en/rest/commits/commits#compare-two-commits"""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """How a commit parted from a branch: at which commit of it, and the ``touched`` files since.

    ``None`` where these are more than GitHub tells of.
    """

    at: str
    touched: frozenset[str] | None


def parted(client: Client, repository: str, branch: str, sha: str) -> Parted:
    """Where a commit, that of a fork's pull request too, parted from a branch, which a commit may stand for.

    Raises :class:`~qualitygate.errors.CannotUseGitHub`, ``not-found`` where the two have nothing in common.
    """
    compared = client.ask("GET", f"/repos/{repository}/compare/{branch}...{sha}", parameters={"per_page": 1})
    files = compared.get("files") or ()
    names = (str(each[key]) for each in files for key in ("filename", "previous_filename") if each.get(key))
    whole = len(files) < _FILES_MOST
    return Parted(at=str(compared["merge_base_commit"]["sha"]), touched=frozenset(names) if whole else None)


def _object(client: Client, repository: str, ref: str) -> Any:
    try:
        return client.ask("GET", f"/repos/{repository}/git/ref/{quote(ref)}")["object"]
    except CannotUseGitHub as error:
        if error.slug == "not-found":
            return None
        raise
