"""A person who signed in through the App: who they are, and which of the App's repositories they may see."""

from __future__ import annotations

from qualitygate.github.client import Client
from qualitygate.strict import Data, exactly
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """A repository that a person may read. ``admin``: they administer it."""

    id: int
    name: str
    branch: str
    private: bool
    admin: bool


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


def _rights(repository: Data) -> Data:
    return repository.get("permissions") or {}


def _readable(repository: Data) -> Readable:
    return Readable(
        id=exactly(repository["id"], int),
        name=exactly(repository["full_name"], str),
        branch=exactly(repository["default_branch"], str),
        private=repository.get("private") is not False,
        admin=_rights(repository).get("admin") is True,
    )
