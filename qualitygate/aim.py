"""Evidence that the command line points at: other files for an entry of the policy, or all there is without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qualitygate.config import Config, EvidenceEntry
from qualitygate.errors import ConfigError, Problem
from qualitygate.model.evidence import ReadingRules
from qualitygate.nearest import near

BUILTIN = "tests"
"""The built-in policy that judges where there is none, and the name of its one evidence entry."""


def aim(config: Config, reports: Sequence[str]) -> Config:
    """The configuration with other files for those entries that a ``NAME=GLOB`` names.

    Raises :class:`~qualitygate.errors.ConfigError` where one names none.
    """
    names = [entry.name for entry in config.evidence]
    aimed: dict[str, list[str]] = {}
    for written in reports:
        name, _, glob = written.partition("=")
        if name not in names or not glob:
            close = near(name, names, 1)
            way_out = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(names) or 'none'}"
            message = f"--reports {written} names no evidence of the policy; write it like NAME=GLOB"
            raise ConfigError([Problem("unknown-evidence", message, help=way_out)])
        aimed.setdefault(name, []).append(glob)
    entries = (replace(each, files=tuple(aimed.get(each.name, each.files))) for each in config.evidence)
    return replace(config, evidence=tuple(entries))


def alone(config: Config, reports: Sequence[str]) -> Config:
    """The built-in policy over the files of these globs."""
    entry = EvidenceEntry(
        name=BUILTIN, files=tuple(reports), reader=None, labels={"suite": BUILTIN}, rules=ReadingRules()
    )
    return replace(config, evidence=(entry,))
