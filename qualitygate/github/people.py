"""A person who signed in through the App: who they are, and which of the App's repositories they may see."""

from __future__ import annotations

from enum import Enum

from qualitygate.errors import CannotUseGitHub
from qualitygate.github.client import Client
from qualitygate.strict import Data, exactly
from qualitygate.values import dataclass

_NO = frozenset({"permission", "not-found", "refused"})


class Kind(Enum):
    """What a token may have a right to in a repository: by the list there that GitHub gives to who has that right.

    https://docs.github.com/en/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens
    """

    CONTENTS = "commits"
    ISSUES = "issues"
    HOOKS = "hooks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """A repository that a person may read. ``admin``: they administer it; ``issues``: it has any."""

    id: int
    name: str
    branch: str
    private: bool
    admin: bool
    issues: bool = True


def login(client: Client) -> str:
    """Whose token the client has. Raises :class:`~qualitygate.errors.CannotUseGitHub`."""
    return exactly(client.ask("GET", "/user")["login"], str)


def repositories(client: Client) -> tuple[Readable, ...]:
    """The repositories that the App is installed on and the person was given a right to read.

    That is asked with the person's own token, so GitHub decides. Raises
    :class:`~qualitygate.errors.CannotUseGitHub`.
    """
    found = []
    for installation in client.every("/user/installations", under="installations"):
        if installation.get("suspended_at"):
            continue
        path = f"/user/installations/{exactly(installation['id'], int)}/repositories"
        for each in client.every(path, under="repositories"):
            if _rights(each).get("pull") is True:
                found.append(_readable(each))
    return tuple(found)


def given(client: Client) -> tuple[Readable, ...]:
    """The repositories that the owner of any token was given a right to read, as far as the token reaches.

    A personal token tells nothing of installations. Raises :class:`~qualitygate.errors.CannotUseGitHub`.
    """
    return tuple(_readable(each) for each in client.every("/user/repos") if _rights(each).get("pull") is True)


def reads(client: Client, repository: str, kind: Kind) -> bool:
    """Whether GitHub gives the list of that kind: a token may see that a repository is there, and nothing in it.

    Raises :class:`~qualitygate.errors.CannotUseGitHub` where it does not tell.
    """
    try:
        client.ask("GET", f"/repos/{repository}/{kind.value}", parameters={"per_page": 1})
    except CannotUseGitHub as error:
        if error.slug not in _NO:
            raise
        return False
    return True


def _rights(repository: Data) -> Data:
    return repository.get("permissions") or {}


def _readable(repository: Data) -> Readable:
    return Readable(
        id=exactly(repository["id"], int),
        name=exactly(repository["full_name"], str),
        branch=exactly(repository["default_branch"], str),
        private=repository.get("private") is not False,
        admin=_rights(repository).get("admin") is True,
        issues=repository.get("has_issues") is not False,
    )
