"""The same doors, behind which stands what a pack holds: nothing else is looked at, and git is not asked."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import IO, TYPE_CHECKING, NoReturn

from qualitygate.config import EvidenceEntry
from qualitygate.config.files import Files
from qualitygate.errors import CannotTellChanges, CannotUsePack
from qualitygate.model.changes import Changes
from qualitygate.model.code import Code
from qualitygate.model.evidence import ReadingRules, Source
from qualitygate.pack.told import Found, Past, Told, ToldTree
from qualitygate.surroundings import Surroundings, below

if TYPE_CHECKING:
    from qualitygate.model.people import Person
    from qualitygate.model.tree import Revision, Tree
    from qualitygate.waivers.foureyes import FourEyes

Open = Callable[[str], IO[bytes]]
"""A stream of a file of the pack, by its name there; raises ``OSError`` where it is not there, or damaged."""


def files(told: Told, open_: Open) -> Files:
    """The door to the packed policy: its paths lead nowhere else."""

    def read(path: str, most: int, key: Callable[[str], str]) -> bytes:
        layer = told.policy.get(key(path))
        if layer is None:
            raise OSError(0, "it is not in the pack")
        with open_(layer.file) as stream:
            return stream.read(most)

    def near(path: str) -> str:
        return os.path.relpath(path, told.home).replace(os.sep, "/")

    def shipped(path: str) -> str:
        return f"builtin:{os.path.basename(path)}"

    def door(key: Callable[[str], str], below: Files | None) -> Files:
        return Files(
            read=partial(read, key=key),
            has=lambda path: key(path) in told.policy,
            same=lambda path: told.policy[key(path)].same if key(path) in told.policy else key(path),
            name=os.path.normpath,
            shipped=below,
        )

    return door(near, door(shipped, None))


def surroundings(told: Told, open_: Open) -> Surroundings:
    """What was told once, told again. Where something is asked that nobody asked then, the pack cannot be used."""
    there = frozenset(told.exists)
    return Surroundings(
        below=partial(below, told.home),
        find=partial(_find, told, open_),
        matches=partial(_matches, told),
        exists=there.__contains__,
        baseline=partial(_baseline, told, open_),
        tree=partial(_tree, told, open_),
        changes=partial(_changes, told),
        size=partial(_size, told),
        approvals=partial(_approvals, told),
    )


def _find(told: Told, open_: Open, entry: EvidenceEntry, rules: ReadingRules) -> Sequence[Source]:
    found = told.evidence.get(entry.name)
    if found is None:
        _unasked(f"the files of the evidence {entry.name!r}")
    return [
        Source(
            name=each.name,
            open=partial(_open, open_, each),
            reader=entry.reader,
            labels=dict(entry.labels),
            at=each.at,
            rules=rules,
        )
        for each in found
    ]


def _open(open_: Open, found: Found) -> IO[bytes]:
    if found.file is None:
        raise OSError(0, found.why)
    return open_(found.file)


def _matches(told: Told, pattern: str) -> bool:
    if pattern not in told.globs:
        _unasked(f"whether a file matches {pattern}")
    return told.globs[pattern]


def _baseline(told: Told, open_: Open, path: str) -> Source:
    if told.baseline is None:
        _unasked("a baseline")
    return Source(name=path, open=partial(_open, open_, told.baseline), reader="snapshot", at=told.baseline.at)


def _changes(told: Told, _refs: Sequence[str]) -> Changes:
    if told.changes is None:
        _unasked("what the branch changed")
    if isinstance(told.changes, str):
        raise CannotTellChanges(told.changes)
    return told.changes


def _size(told: Told, _code: Code) -> int:
    if told.size is None:
        _unasked("how much code there is")
    return told.size


def _approvals(
    told: Told, _register: str, waivers: Sequence[str], _persons: Sequence[Person]
) -> Mapping[str, FourEyes]:
    if told.approvals is None or set(told.approvals) != set(waivers):
        _unasked("who approved its waivers")
    return told.approvals


def _tree(told: Told, open_: Open) -> Tree:
    from qualitygate.model.tree import Tree  # noqa: PLC0415 - only registers of documents pay for it

    known = told.tree
    if known is None:
        _unasked("which files there are")
    return Tree(
        paths=frozenset(known.paths),
        open=partial(_open_in, known, open_),
        folder=known.folder,
        unknown=known.unknown,
        past=None if known.past is None else partial(_past, known, open_),
        then=None if known.then is None else partial(_then, known),
    )


def _open_in(tree: ToldTree, open_: Open, path: str) -> IO[bytes]:
    if path not in tree.opened:
        _unasked(f"what is in {path}")
    return _open(open_, tree.opened[path])


def _past(tree: ToldTree, open_: Open, path: str) -> Sequence[Revision]:
    from qualitygate.model.tree import Revision  # noqa: PLC0415

    assert tree.past is not None
    if path not in tree.past:
        _unasked(f"the past of {path}")
    return [Revision(at=each.at, content=partial(_content, open_, path, each)) for each in tree.past[path]]


def _content(open_: Open, path: str, past: Past) -> bytes | None:
    if not past.asked:
        _unasked(f"what was in {path} on {past.at.date()}")
    if past.file is None:
        return None
    with open_(past.file) as stream:
        return stream.read()


def _then(tree: ToldTree, day: date) -> frozenset[str] | None:
    assert tree.then is not None
    if day.isoformat() not in tree.then:
        _unasked(f"which files there were on {day}")
    paths = tree.then[day.isoformat()]
    return None if paths is None else frozenset(paths)


def _unasked(what: str) -> NoReturn:
    raise CannotUsePack("not-a-pack", f"the pack does not say {what}: the policy in it is not the one it was made by")
