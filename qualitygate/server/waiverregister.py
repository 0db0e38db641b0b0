"""The register of waivers of a repository, as GitHub has it: read at a commit, proved, committed on a branch."""

from __future__ import annotations

import os
from dataclasses import replace
from posixpath import normpath

from qualitygate.config import Config
from qualitygate.errors import ConfigError
from qualitygate.github import proposals, refs
from qualitygate.github.client import Client
from qualitygate.github.comments import Comment
from qualitygate.github.contents import content
from qualitygate.model.policy import Waiver
from qualitygate.server import log, policy
from qualitygate.server.policy import Found
from qualitygate.server.remote import NOWHERE
from qualitygate.values import dataclass
from qualitygate.waivers.register import CannotAdd


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverRegister:
    """The register by the policy of the default ``branch`` at its ``tip``; ``policy`` is how that was found."""

    client: Client
    repository: str
    branch: str
    tip: str
    config: Config
    policy: Found

    @property
    def path(self) -> str:
        """Where it lies, from the root of the repository."""
        return normpath(self.config.register)

    def text(self, ref: str) -> str:
        """The register at a commit or branch; empty where there is none.

        Raises :class:`~qualitygate.waivers.register.CannotAdd` where it is no text.
        """
        try:
            found = content(self.client, self.repository, self.path, ref)
            return "" if found is None else found.decode()
        except (OSError, UnicodeDecodeError) as error:
            raise CannotAdd(getattr(error, "strerror", None) or "it is no text") from error

    def prove(self, text: str, expected: Waiver | None = None) -> None:
        """Refuse a text that the policy would not load with, or would read otherwise than it was meant.

        Raises :class:`~qualitygate.errors.ConfigError` and :class:`~qualitygate.waivers.register.CannotAdd`.
        """
        files = self.policy.files
        target = files.same(os.path.join(NOWHERE, self.path))

        def read(path: str, most: int) -> bytes:
            return text.encode()[:most] if files.same(path) == target else files.read(path, most)

        def has(path: str) -> bool:
            return files.same(path) == target or files.has(path)

        config = self.policy.load(replace(files, read=read, has=has))
        if expected is not None and expected not in config.policy.waivers:
            raise CannotAdd("it would be read otherwise than it was meant")

    def commit(self, branch: str, text: str, author: Comment, message: str) -> None:
        """Commit a text on a branch, for the person who asked: the App only carries it there."""
        made = proposals.Commit(path=self.path, content=text, message=message, author=(author.login, author.address))
        proposals.commit(self.client, self.repository, branch, made)


def kept(client: Client, repository: str, branch: str) -> WaiverRegister | None:
    """The register of a repository; ``None`` where there is no policy that could read it."""
    tip = refs.head(client, repository, branch)
    if tip is None:
        return None
    found = policy.found(client, repository, tip, NOWHERE)
    if found is None:
        return None
    try:
        config = found.load()
    except ConfigError as error:
        log.warn("a command cannot be obeyed: the policy is wrong", repository=repository, why=error)
        return None
    return WaiverRegister(client=client, repository=repository, branch=branch, tip=tip, config=config, policy=found)
