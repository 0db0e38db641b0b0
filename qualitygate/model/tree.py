"""The files around a register, as a reader may look at them: a listing, and a way to their bytes and their past."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import IO

from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One commit that touched a file: when, and what the file then held (``None``: it was gone)."""

    at: datetime
    content: Callable[[], bytes | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The files of a checkout, or of a folder.

    ``paths`` are those of all files from its root, with forward slashes. ``folder`` is where, from there, the paths of a
    policy begin (empty for the root). ``open`` gives a new stream of the bytes of one of the paths, and raises
    ``OSError``. ``past`` has, for some paths, the commits that touched them, the latest first; ``then`` has the paths of
    all files as they were at the end of a day. Both are ``None`` where nothing tells, and ``unknown`` says why.
    """

    paths: frozenset[str]
    open: Callable[[str], IO[bytes]]
    folder: str = ""
    past: Callable[[str], Sequence[Change]] | None = None
    then: Callable[[date], frozenset[str] | None] | None = None
    unknown: str = ""


def fixed(files: Mapping[str, bytes], folder: str = "") -> Tree:
    """A tree of files that are at hand, without a past."""
    from io import BytesIO  # noqa: PLC0415

    def open_(path: str) -> IO[bytes]:
        try:
            return BytesIO(files[path])
        except KeyError as error:
            raise FileNotFoundError(2, "No such file", path) from error

    return Tree(paths=frozenset(files), open=open_, folder=folder, unknown="there is no git history")
