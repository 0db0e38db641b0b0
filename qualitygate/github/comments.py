"""A comment under an issue or a pull request: who wrote it, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from qualitygate.errors import CannotUseGitHub
from qualitygate.github.client import Client
from qualitygate.strict import exactly
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment by ``login``, whose id is ``user``, under the issue or pull request ``number``."""

    id: int
    number: int
    login: str
    user: int
    body: str
    at: datetime
    url: str
    edited: bool

    @property
    def address(self) -> str:
        """The address that GitHub knows the author by, for commits."""
        return f"{self.user}+{self.login}@users.noreply.github.com"


def by_machine(said: Mapping[str, Any]) -> bool:
    """Whether a comment was written by a bot or an App, or its author is gone."""
    author = said["user"]
    return author is None or author["type"] == "Bot" or bool(said.get("performed_via_github_app"))


def of(said: Mapping[str, Any], number: int) -> Comment:
    """A comment from an answer or the payload of an event."""
    return Comment(
        id=exactly(said["id"], int),
        number=number,
        login=exactly(said["user"]["login"], str),
        user=exactly(said["user"]["id"], int),
        body=exactly(said["body"], str),
        at=datetime.fromisoformat(exactly(said["created_at"], str)),
        url=exactly(said["html_url"], str),
        edited=said["updated_at"] != said["created_at"],
    )


def known(client: Client, repository: str, id: int) -> Comment | None:
    """The comment of a person as GitHub has it; ``None`` where it has none.

    Raises :class:`~qualitygate.errors.CannotUseGitHub`.
    """
    try:
        said = client.ask("GET", f"/repos/{repository}/issues/comments/{id}")
    except CannotUseGitHub as error:
        if error.slug == "not-found":
            return None
        raise
    number = int(exactly(said["issue_url"], str).rpartition("/")[2])
    return None if by_machine(said) else of(said, number)
