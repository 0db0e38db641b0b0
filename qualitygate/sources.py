"""From globs to sources: the only room that looks for report files."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from glob import glob
from stat import S_ISREG
from typing import IO

from qualitygate.model.evidence import ReadingRules, Source


def find(
    patterns: Sequence[str], base_dir: str, *, labels: dict[str, str], reader: str | None, rules: ReadingRules
) -> list[Source]:
    """The files that match any of the patterns below ``base_dir``, each once, sorted by name.

    ``**`` crosses folders. Names are relative to ``base_dir``, with forward slashes on every system. A file that links
    reach under several names is one file; a link to nowhere is a source, which cannot be opened.
    """
    real: dict[str, str] = {}
    folder = cache(os.path.realpath)
    for name in sorted(found for pattern in patterns for found in matches(pattern, base_dir)):
        real.setdefault(_real(os.path.join(base_dir, name), folder), name)
    return [
        source(name.replace(os.sep, "/"), os.path.join(base_dir, name), labels=labels, reader=reader, rules=rules)
        for name in real.values()
    ]


def _real(path: str, folder: Callable[[str], str]) -> str:
    """Where a file lies, as ``os.path.realpath`` says it, which looks at every folder on the way for every file."""
    if os.path.islink(path):
        return os.path.realpath(path)
    above, name = os.path.split(path)
    return os.path.join(folder(above), name)


def matches(pattern: str, base_dir: str) -> list[str]:
    """What one pattern matches below ``base_dir``, folders left out."""
    found = map(os.path.normpath, glob(pattern, root_dir=base_dir, recursive=True))
    return [name for name in found if not os.path.isdir(os.path.join(base_dir, name))]


def source(
    name: str,
    path: str,
    *,
    labels: dict[str, str] | None = None,
    reader: str | None = None,
    rules: ReadingRules | None = None,
) -> Source:
    """One file as a source. It need not exist: opening it will tell."""
    try:
        written = datetime.fromtimestamp(os.stat(path).st_mtime, UTC)
    except OSError:
        written = None
    return Source(
        name=name,
        open=partial(_open, path),
        reader=reader,
        labels=labels or {},
        at=written,
        rules=rules or ReadingRules(),
    )


def _open(path: str) -> IO[bytes]:
    """Only what is a file: a pipe would be waited for, and a device has no end."""
    if not S_ISREG(os.stat(path).st_mode):
        raise OSError(0, "it is not a regular file")
    return open(path, "rb")
