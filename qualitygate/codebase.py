"""The code there is: which files lie below a folder, and how many of their lines are not blank."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from stat import S_ISREG

SIZE_CAP = 16 * 1024**2
"""Bytes of a file beyond which it is no source that anybody wrote."""
_HEAD = 8000
"""Bytes in which git, too, looks for a NUL to tell a binary file."""
_NEVER = {".git", ".hg", ".svn"}


def present(folder: str) -> Iterator[str]:
    """The files below a folder as paths with forward slashes; links are not followed."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _NEVER)
        below = os.path.relpath(where, folder).replace(os.sep, "/")
        yield from (name if below == "." else f"{below}/{name}" for name in sorted(names))


def size(folder: str, paths: Iterable[str]) -> int:
    """How many lines of some files below a folder are not blank; files that are gone, binary or links have none."""
    return sum(_lines(os.path.join(folder, path)) for path in paths)


def _lines(path: str) -> int:
    try:
        status = os.lstat(path)
        if not S_ISREG(status.st_mode) or status.st_size > SIZE_CAP:
            return 0
        with open(path, "rb") as stream:
            content = stream.read(SIZE_CAP)
    except OSError:
        return 0
    if b"\0" in content[:_HEAD]:
        return 0
    return sum(not line.isspace() for line in content.splitlines() if line)
