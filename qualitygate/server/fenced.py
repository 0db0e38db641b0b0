"""Evidence as strangers bring it: nothing is looked at but the folder that was filled for it, whatever a policy names.

Whoever may open a pull request into a branch of theirs says which policy counts there, and the disk of the server has
the key of the App, and what other repositories brought.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import IO

from qualitygate.config import Config, EvidenceEntry
from qualitygate.errors import CannotReadReport, CannotTellChanges, ConfigError, Problem
from qualitygate.model.changes import Changes
from qualitygate.model.evidence import ReadingRules, Source
from qualitygate.model.tree import Tree
from qualitygate.surroundings import Surroundings, around

SQLITE = b"SQLite format 3\0"
"""How a data file of coverage.py begins."""


def refuse_outside(config: Config) -> None:
    """Refuse a policy whose evidence would lie elsewhere, with :class:`~qualitygate.errors.ConfigError`."""
    problems = []
    for entry in config.evidence:
        place = config.places["evidence", entry.name]
        for glob in filter(_leads_out, entry.files):
            message = f"{entry.name}: {glob} leads out of the folder that artifacts are laid out in"
            way_out = "write a glob that begins with the name of an artifact"
            problems.append(Problem("outside", message, file=place.file, line=place.line or 0, help=way_out))
    if problems:
        raise ConfigError(problems)


def fenced(folder: str) -> Surroundings:
    """What lies in a folder that strangers filled. A link, or a report that names other files, leads nowhere.

    It is no checkout, whatever lies in it: git is never asked there, for it runs what a repository's settings name.
    """
    root, open_disk = os.path.realpath(folder), around(folder)

    def find(entry: EvidenceEntry, rules: ReadingRules) -> Sequence[Source]:
        if any(map(_leads_out, entry.files)):
            return []
        return [
            replace(each, open=partial(_opened, each))
            for each in open_disk.find(entry, rules)
            if _inside(root, os.path.join(folder, each.name))
        ]

    return replace(
        open_disk,
        find=find,
        matches=lambda glob: not _leads_out(glob) and open_disk.matches(glob),
        exists=lambda path: _inside(root, os.path.join(folder, path)) and open_disk.exists(path),
        tree=_no_tree,
        changes=_no_changes,
        size=lambda _code: 0,
        approvals=lambda *_: {},
    )


def _no_tree() -> Tree:
    raise CannotReadReport("unreadable", "speaks of files, and nothing is checked out here to look for them in")


def _no_changes(_refs: Sequence[str]) -> Changes:
    raise CannotTellChanges("nothing is checked out here")


def _leads_out(glob: str) -> bool:
    return os.path.isabs(glob) or ".." in glob.replace("\\", "/").split("/")


def _inside(root: str, path: str) -> bool:
    return os.path.realpath(path).startswith(root + os.sep)


def _opened(source: Source) -> IO[bytes]:
    """A data file of coverage.py is of no use without the sources that it names, and those would be this machine's."""
    stream = source.open()
    if stream.read(len(SQLITE)) == SQLITE:
        stream.close()
        raise CannotReadReport("unreadable", "needs the sources it measured: keep what `coverage xml` writes")
    stream.seek(0)
    return stream
