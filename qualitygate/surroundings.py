"""What a policy is judged among: the files its evidence names, the checkout, and what git tells of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from qualitygate import git, sources
from qualitygate.config import EvidenceEntry
from qualitygate.model.changes import Changes
from qualitygate.model.code import Code
from qualitygate.model.evidence import ReadingRules, Source
from qualitygate.values import dataclass

if TYPE_CHECKING:
    from qualitygate.model.people import Person
    from qualitygate.model.tree import Tree
    from qualitygate.waivers.foureyes import FourEyes


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The one door to all that a run looks at besides its policy, its clock and its subject.

    Paths are relative to the policy's folder; ``below`` makes an absolute one below it such. ``find`` gives the files
    of an evidence entry, ``matches`` whether a glob matches any file, ``exists`` whether there is a file, ``baseline``
    the snapshot of that name, ``tree`` the files around the folder. ``changes`` is what the branch changed since one of
    some refs and raises :class:`~qualitygate.errors.CannotTellChanges`; ``size`` is how many lines of code are not
    blank. ``approvals`` is what git tells of who approved waivers, from the path of their register, their ids, and the
    people who are known.
    """

    below: Callable[[str], str]
    find: Callable[[EvidenceEntry, ReadingRules], Sequence[Source]]
    matches: Callable[[str], bool]
    exists: Callable[[str], bool]
    baseline: Callable[[str], Source]
    tree: Callable[[], Tree]
    changes: Callable[[Sequence[str]], Changes]
    size: Callable[[Code], int]
    approvals: Callable[[str, Sequence[str], Sequence[Person]], Mapping[str, FourEyes]]


def around(folder: str) -> Surroundings:
    """What lies around a policy's folder on this machine."""
    return Surroundings(
        below=partial(below, home(folder)),
        find=partial(_find, folder),
        matches=lambda pattern: bool(sources.matches(pattern, folder)),
        exists=lambda path: os.path.isfile(os.path.join(folder, path)),
        baseline=lambda path: sources.source(path, path, reader="snapshot"),
        tree=partial(_tree, folder),
        changes=partial(git.changes, folder),
        size=partial(_size, folder),
        approvals=_approvals,
    )


def home(folder: str) -> str:
    """The absolute name of a folder, with forward slashes."""
    return os.path.abspath(folder).replace(os.sep, "/")


def below(home: str, path: str) -> str:
    """A path, from the folder with this absolute name where it lies below it."""
    return path.removeprefix(f"{home}/")


def _find(folder: str, entry: EvidenceEntry, rules: ReadingRules) -> Sequence[Source]:
    return sources.find(entry.files, folder, labels=dict(entry.labels), reader=entry.reader, rules=rules)


def _tree(folder: str) -> Tree:
    from qualitygate import checkout  # noqa: PLC0415 - only registers of documents pay for it

    return checkout.tree(folder or ".")


def _approvals(register: str, waivers: Sequence[str], persons: Sequence[Person]) -> Mapping[str, FourEyes]:
    from qualitygate.waivers.approvals import approvals  # noqa: PLC0415 - only who looks after waivers pays for it

    return approvals(register, waivers, persons)


def _size(folder: str, code: Code) -> int:
    from qualitygate import codebase  # noqa: PLC0415 - only a density pays for it

    root, paths = git.files(folder) or (folder, codebase.present(folder))
    placed = code.below(git.placed(folder, root))
    return codebase.size(root, (path for path in paths if placed.has(path)))
