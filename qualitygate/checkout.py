"""The files around a folder as a tree: those that git knows or would take, else those that lie there."""

from __future__ import annotations

import os
from functools import partial
from stat import S_ISREG
from typing import IO

from qualitygate import codebase, git
from qualitygate.model.tree import Tree


def tree(folder: str) -> Tree:
    """The tree that a folder is in: the whole checkout, or the folder alone where it is in none."""
    found = git.present(folder)
    if found is None:
        paths = frozenset(codebase.present(folder))
        return Tree(paths=paths, open=partial(_open, os.path.realpath(folder)), unknown="it is in no checkout of git")
    root, paths = found
    return Tree(paths=paths, open=partial(_open, os.path.realpath(root)), folder=git.placed(folder, root))


def _open(root: str, path: str) -> IO[bytes]:
    """A file below the root, and nothing else: a link that leads out is followed by nobody."""
    real = os.path.realpath(os.path.join(root, path))
    if not real.startswith(root.rstrip(os.sep) + os.sep):
        raise OSError(0, "it lies outside")
    if not S_ISREG(os.stat(real).st_mode):
        raise OSError(0, "it is not a regular file")
    return open(real, "rb")
