"""The policy that counts in a repository: its own at a commit, on top of that of its owner's repository ``.github``.

What the owner's has locked the repository cannot loosen, as with a policy that it extends.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import replace

from qualitygate import pipeline
from qualitygate.config import NAMES, Config, find_config
from qualitygate.config.files import Files
from qualitygate.config.inheritance import layers
from qualitygate.errors import CannotUseGitHub, ConfigError
from qualitygate.github import refs
from qualitygate.github.client import Client
from qualitygate.github.contents import content
from qualitygate.model.policy import Gate
from qualitygate.server import log, remote
from qualitygate.values import dataclass

OWNERS = ".github"
"""The repository that has what is said once for all of an owner."""
_THERE = ("qualitygate.yml", ".github/qualitygate.yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A policy that is not loaded yet: where it lies below ``root``, and ``above`` it that of the owner, if any.

    ``own`` are the files of the repository where those have no policy, and the owner's counts alone.
    """

    root: str
    path: str
    files: Files
    above: tuple[str, Files] | None = None
    own: Files | None = None

    def load(self, files: Files | None = None) -> Config:
        """The policy, through another door where one is given. Raises :class:`~qualitygate.errors.ConfigError`."""
        return pipeline.load_config(self.path, base_dir=self.root, files=files or self.files, above=self.above)


def found(client: Client, repository: str, commit: str, root: str, called: str = "") -> Found | None:
    """The policy of a repository at a commit, or a branch that problems call ``called``; ``None`` where none counts.

    Paths are as if the commit were checked out at ``root``. A repository without a policy of its own has the owner's,
    where that declares evidence: without, it is written for others to extend.
    """
    return _below(_owners(client, repository, root), remote.at(client, repository, commit, root, called), root)


def elsewhere(known: Found, files: Files) -> Found | None:
    """The policy that would count in the same repository with other files; ``None`` where none would."""
    return _below(known.above, files, known.root)


def _below(above: tuple[str, Files] | None, files: Files, root: str) -> Found | None:
    try:
        return Found(root=root, path=find_config(root, files), files=files, above=above)
    except ConfigError:
        name = _complete(above)
        if name is None:
            return None
        path = os.path.join(root, NAMES[0])
        return Found(root=root, path=path, files=_saying_nothing(files, path, name), above=above, own=files)


def gates(config: Config, asked: Sequence[str]) -> tuple[str, ...]:
    """The gates that are judged: the first of those asked for that the policy has, or all where it has none of them.

    One with locked conditions is not passed over for one without: whoever may not loosen it could add that. GitHub's
    environments have names that take no heed of case, so neither is it heeded here.
    """
    known = {gate.name.casefold(): gate for gate in reversed(config.policy.gates)}
    found = [known[name.casefold()] for name in dict.fromkeys(asked) if name.casefold() in known]
    locked = [gate for gate in found if _locked(config, gate)]
    return tuple(gate.name for gate in (found[:1] if found[:1] == locked[:1] else [*found[:1], *locked[:1]]))


def _locked(config: Config, gate: Gate) -> bool:
    return any(config.places["gates", gate.name, each.id].locked for each in gate.conditions)


def _owners(client: Client, repository: str, root: str) -> tuple[str, Files] | None:
    """Where the owner's policy is, at the tip of the default branch; none for that very repository."""
    owner = repository.partition("/")[0]
    theirs = f"{owner}/{OWNERS}"
    if repository.casefold() == theirs.casefold():
        return None
    try:
        name = next((name for name in _THERE if _there(client, theirs, name)), None)
        if name is None:
            return None
        branch = str(client.ask("GET", f"/repos/{theirs}")["default_branch"])
    except CannotUseGitHub as error:
        if error.slug not in {"not-found", "permission"}:
            raise
        log.warn("the policy of the owner cannot be read", repository=theirs, why=error)
        return None
    tip = refs.head(client, theirs, branch)
    return None if tip is None else (os.path.join(root, name), remote.at(client, theirs, tip, root, theirs))


def _there(client: Client, repository: str, name: str) -> bool:
    """Whether there is a policy by that name, be it one that cannot be read: loading it will say why."""
    try:
        return content(client, repository, name, "") is not None
    except OSError:
        return True


def _complete(above: tuple[str, Files] | None) -> str | None:
    """The name of the owner's policy where it can judge a repository by itself."""
    try:
        documents = [layer.document.data for layer in layers(*above)] if above else []
    except ConfigError as error:
        log.warn("the policy of the owner is wrong", why=error)
        return None
    told = [each for each in documents if isinstance(each, dict)]
    if not any("evidence" in each for each in told):
        return None
    return str(told[-1].get("name", OWNERS))


def _saying_nothing(files: Files, path: str, name: str) -> Files:
    """The door to the same files, and a policy that only has a name among them."""
    text = f"version: 1\nname: {json.dumps(name)}\n".encode()
    same = files.same(path)

    def read(asked: str, most: int) -> bytes:
        return text[:most] if files.same(asked) == same else files.read(asked, most)

    return replace(files, read=read, has=lambda asked: files.same(asked) == same or files.has(asked))
