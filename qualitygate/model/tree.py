"""The files around a register, as a reader may look at them: a listing, and a way to their bytes and their past."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import IO

from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One commit that touched a file: when, and what the file then held (``None``: it was gone)."""

    at: datetime
    content: Callable[[], bytes | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The files of a checkout, or of a folder.

    ``paths`` are those of all files from its root, with forward slashes. ``folder`` is where, from there, the paths of
    a policy begin (empty for the root). ``open`` gives a new stream of the bytes of one of the paths, and raises
    ``OSError``. ``past`` has, for some paths, the commits that touched them, the latest first; ``then`` has the paths
    of all files as they were at the end of a day. Both are ``None`` where nothing tells, and ``unknown`` says why.
    """

    paths: frozenset[str]
    open: Callable[[str], IO[bytes]]
    folder: str = ""
    past: Callable[[str], Sequence[Revision]] | None = None
    then: Callable[[date], frozenset[str] | None] | None = None
    unknown: str = ""
