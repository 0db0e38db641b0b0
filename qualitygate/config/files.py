"""The door that policy files are read through: the work tree, or whatever else can tell what is in a file."""

from __future__ import annotations

import os
from collections.abc import Callable
from errno import EINVAL

from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Where a policy, what it extends and its registers are read from. Paths are those of the work tree.

    ``read`` gives the first so many bytes of a file and raises ``OSError`` where it cannot; ``has`` whether there is
    anything by that name, ``same`` what is equal for all names of one file, ``name`` what problems call it. ``ref`` is
    the commit as the user named it, empty for the work tree. ``shipped`` is the door to the built-in policies, ``None``
    for those of this installation.
    """

    read: Callable[[str, int], bytes]
    has: Callable[[str], bool]
    same: Callable[[str], str]
    name: Callable[[str], str]
    ref: str = ""
    shipped: Files | None = None


def _read(path: str, most: int) -> bytes:
    if "\0" in path:
        raise OSError(EINVAL, "no file has such a name")
    with open(path, "rb") as file:
        return file.read(most)


WORK_TREE = Files(read=_read, has=os.path.exists, same=os.path.realpath, name=os.path.normpath)
"""The files as they lie there."""
