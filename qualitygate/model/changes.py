"""What a branch changed: which lines of which files, since where."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import field
from datetime import datetime

from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is new or different in a checkout since a base.

    ``base`` is the commit where the branch left the other one, ``base_at`` when that commit was made, ``ref`` the name
    that was asked for. ``lines`` has a bit mask by path from the checkout's root: bit 12 stands for a new or different
    line 12; it is 0 where lines were only deleted, or the file only moved. Deleted files are not there, and neither is
    what the policy leaves out. ``tracked`` has the paths of all files of the checkout.

    ``roots`` are the absolute names of the checkout's root, ``folder`` where the policy's folder is from there (empty
    for the root itself). ``declared``: the policy says which files are code, so that all of ``lines`` are. ``touched``
    has the paths of all files that are new, different or gone, code or not. ``excuses`` are the reasons that commits
    give in the trailer ``Docs-not-needed``.
    """

    ref: str
    base: str
    base_at: datetime
    lines: Mapping[str, int]
    tracked: AbstractSet[str] = field(default=frozenset())
    roots: tuple[str, ...] = ()
    folder: str = ""
    declared: bool = False
    touched: AbstractSet[str] = field(default=frozenset())
    excuses: tuple[str, ...] = ()


def runs(mask: int) -> list[tuple[int, int]]:
    """The first and last line of every run of marked lines: 0b101110 has 1 to 3 and 5 to 5."""
    return [(run.start(), run.end() - 1) for run in re.finditer("1+", bin(mask)[:1:-1])]
