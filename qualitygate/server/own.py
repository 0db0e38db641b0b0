"""The policy that a change brings itself, held against the one it is judged by, as the action does it.

What it brings is a stranger's: it is read, never obeyed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from qualitygate.config import NAMES, Config
from qualitygate.config.files import Files
from qualitygate.difference.proposal import Proposal, proposal, unknown
from qualitygate.errors import CannotUseGitHub, ConfigError, Problem
from qualitygate.github.client import Client
from qualitygate.github.refs import Parted, parted
from qualitygate.model.measurement import Finding
from qualitygate.server import policy, remote
from qualitygate.server.case import Case
from qualitygate.server.fenced import refuse_outside
from qualitygate.server.policy import OWNERS, Found

FILES_MOST = 50
"""Files that a change's policy may be made of: each is a call of GitHub's API."""


def proposed(client: Client, case: Case, found: Found, accepted: Config, now: datetime) -> Proposal:
    """What a change would make of the policy ``found``, which it is judged by: ``accepted``, once loaded.

    It is looked at where the change touches a file of the policy, since it parted from its base: what the base decided
    meanwhile is not the change's. Raises :class:`~qualitygate.errors.ConfigError` where the policy it brings is wrong,
    for once merged it would stop every other, and :class:`~qualitygate.errors.CannotUseGitHub`.
    """
    if not case.proposes:
        return Proposal()
    repository, sha = case.event.repository, case.event.sha
    try:
        since = parted(client, repository, case.policy_at, sha)
    except CannotUseGitHub as error:
        if error.slug != "not-found":
            raise
        return unknown(str(error))
    if not _touches(since, found):
        return Proposal()
    brought = policy.elsewhere(found, _brought(client, repository, sha, found.root))
    config = None if brought is None else brought.load()
    if config is not None:
        refuse_outside(config)
    told = proposal(_before(client, case, since, found) or accepted, config, into=case.event.base_ref, now=now)
    return replace(told, loosened=tuple(_at_home(each, repository) for each in told.loosened))


def _touches(since: Parted, found: Found) -> bool:
    """Whether a file was touched that the policy was read from, or looked for."""
    if since.touched is None:
        return True
    asked = {found.files.same(os.path.join(found.root, name)) for name in NAMES}
    found.load(_told(found.files, asked.add))  # from memory: nothing is asked for a second time
    return any(found.files.same(os.path.join(found.root, name)) in asked for name in since.touched)


def _before(client: Client, case: Case, since: Parted, found: Found) -> Config | None:
    """The policy where the change parted from its base; ``None`` where that is the accepted one, or was none."""
    if since.at == case.policy_at:
        return None
    then = policy.elsewhere(found, remote.at(client, case.event.repository, since.at, found.root))
    try:
        return None if then is None else then.load()
    except ConfigError:
        return None


def _brought(client: Client, repository: str, sha: str, root: str) -> Files:
    """The files of the change, called as in a checkout of it, and no more of them than a policy needs."""
    files, asked = remote.at(client, repository, sha, root), set[str]()

    def count(name: str) -> None:
        asked.add(name)
        if len(asked) > FILES_MOST:
            raise ConfigError(
                [Problem("too-large", f"the policy of the change is made of more than {FILES_MOST} files")]
            )

    return _told(replace(files, name=lambda path: files.name(path).partition(":")[2]), count)


def _told(files: Files, tell: Callable[[str], None]) -> Files:
    """The same door, which tells of every file that is asked for, as ``same`` calls it."""

    def read(path: str, most: int) -> bytes:
        tell(files.same(path))
        return files.read(path, most)

    def has(path: str) -> bool:
        tell(files.same(path))
        return files.has(path)

    return replace(files, read=read, has=has)


def _at_home(finding: Finding, repository: str) -> Finding:
    """The finding without a place where that is in the policy of the owner, which is in another repository."""
    theirs = f"{repository.partition('/')[0]}/{OWNERS}:"
    return replace(finding, path=None, line=None) if (finding.path or "").startswith(theirs) else finding
