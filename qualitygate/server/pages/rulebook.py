"""The policy that a verdict was reached by: the repository's file, its owner's, and which of them asks for what."""

from __future__ import annotations

import os
from collections.abc import Iterator

from qualitygate.config import Config, find_config
from qualitygate.config.files import Files
from qualitygate.errors import ConfigError
from qualitygate.github.client import Client
from qualitygate.server import policy
from qualitygate.server.remote import NOWHERE
from qualitygate.storage.verdicts import Judgement
from qualitygate.values import dataclass

MOST = 512 * 1024
"""Bytes of a file that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A policy file: where it lies, and its lines."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A condition: the file that wrote it last, and whether it may only be made tighter."""

    gate: str
    id: str
    file: str
    line: int | None
    locked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """``own`` is the file of the repository, ``above`` that of its owner as it is now; ``None`` where there is none.

    ``same``: both together are what was judged by, as their digest says; ``None`` where that cannot be told.
    """

    own: Page | None
    above: Page | None
    rules: tuple[Rule, ...]
    same: bool | None


def rulebook(client: Client, judged: Judgement) -> Rulebook:
    """The policy of a judgement. Raises :class:`~qualitygate.errors.CannotUseGitHub`."""
    found = policy.found(client, judged.repository, judged.policy_at, NOWHERE)
    if found is None:
        return Rulebook(own=None, above=None, rules=(), same=None)
    above = _page(found.above[1], found.above[0]) if found.above else None
    try:
        config: Config | None = found.load()
    except ConfigError:  # the verdict says so
        config = None
    return Rulebook(
        own=_own(found),
        above=above,
        rules=tuple(_rules(config)) if config else (),
        same=config.policy.digest == judged.policy_digest if config and judged.policy_digest else None,
    )


def _own(found: policy.Found) -> Page | None:
    """The file of the repository itself; where it has none, that of its owner counts alone."""
    files = found.own or found.files
    try:
        return _page(files, find_config(NOWHERE, files))
    except ConfigError:
        return None


def _page(files: Files, path: str) -> Page | None:
    try:
        text = files.read(path, MOST).decode(errors="replace")
    except OSError:
        return None
    return Page(name=os.path.relpath(path, NOWHERE), lines=tuple(text.splitlines()))


def _rules(config: Config) -> Iterator[Rule]:
    for gate in config.policy.gates:
        for each in gate.conditions:
            place = config.places["gates", gate.name, each.id]
            yield Rule(gate=gate.name, id=each.id, file=place.file, line=place.line, locked=place.locked)
