"""The files around a folder as a tree: those that git knows or would take, else those that lie there."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from functools import partial
from stat import S_ISREG
from typing import IO

from qualitygate import codebase, git
from qualitygate.model.tree import Revision, Tree

COMMITS = 100
"""How far back the commits of one file are looked at."""


def tree(folder: str) -> Tree:
    """The tree that a folder is in: the whole checkout, or the folder alone where it is in none."""
    found = git.present(folder)
    if found is None:
        paths = frozenset(codebase.present(folder))
        return Tree(paths=paths, open=partial(_open, os.path.realpath(folder)), unknown="it is in no checkout of git")
    root, paths = found
    opened, below = partial(_open, os.path.realpath(root)), git.placed(folder, root)
    unknown = _no_history(root)
    if unknown:
        return Tree(paths=paths, open=opened, folder=below, unknown=unknown)
    return Tree(paths=paths, open=opened, folder=below, past=partial(_past, root, paths), then=partial(_then, root))


def _no_history(root: str) -> str:
    """Why the past of a checkout cannot be told; nothing where it can."""
    if git.output(root, "rev-parse", "--verify", "--quiet", "HEAD") is None:
        return "there is no commit yet"
    shallow = git.output(root, "rev-parse", "--is-shallow-repository")
    return "the clone is shallow: fetch-depth: 0 with actions/checkout" if (shallow or b"").strip() == b"true" else ""


def _past(root: str, paths: frozenset[str], path: str) -> list[Revision]:
    """The commits that touched a file, the latest first, renames followed."""
    if path not in paths:
        return []
    told = git.output(root, "log", f"-{COMMITS}", "--follow", "--format=%x00%H %ct", "--name-only", "--", path) or b""
    found = []
    for record in told.decode("utf-8", "replace").split("\0")[1:]:
        head, _, names = record.partition("\n")
        commit, _, stamp = head.partition(" ")
        name = names.strip() or path
        at = datetime.fromtimestamp(int(stamp), UTC)
        found.append(Revision(at=at, content=partial(git.output, root, "cat-file", "blob", f"{commit}:{name}")))
    return found


def _then(root: str, day: date) -> frozenset[str] | None:
    """The files of the last commit of a day or before; ``None`` where no commit is as old."""
    told = git.output(root, "rev-list", "-1", "--first-parent", f"--before={day.isoformat()}T23:59:59Z", "HEAD")
    commit = (told or b"").decode("ascii", "replace").strip()
    if not commit:
        return None
    listed = git.output(root, "ls-tree", "-r", "-z", "--name-only", commit) or b""
    return frozenset(each.decode("utf-8", "replace") for each in listed.split(b"\0") if each)


def _open(root: str, path: str) -> IO[bytes]:
    """A file below the root, and nothing else: a link that leads out is followed by nobody."""
    real = os.path.realpath(os.path.join(root, path))
    if not real.startswith(root.rstrip(os.sep) + os.sep):
        raise OSError(0, "it lies outside")
    if not S_ISREG(os.stat(real).st_mode):
        raise OSError(0, "it is not a regular file")
    return open(real, "rb")
