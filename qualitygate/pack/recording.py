"""The doors to a policy and its surroundings, which keep what goes through them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from typing import IO, TYPE_CHECKING

from qualitygate.config import EvidenceEntry
from qualitygate.config.files import WORK_TREE, Files
from qualitygate.errors import CannotTellChanges
from qualitygate.model.changes import Changes
from qualitygate.model.code import Code
from qualitygate.model.coverage import CoverageReport
from qualitygate.model.evidence import Evidence, ReadingRules, Report, Source
from qualitygate.model.findings import FindingsReport
from qualitygate.model.matching import begins
from qualitygate.pack.hiding import hidden, hides
from qualitygate.pack.names import BASELINE, BUILTIN, EVIDENCE, HISTORY, POLICY, TREE, packed
from qualitygate.pack.shelf import Shelf
from qualitygate.pack.told import Found, Layer, Past, Told, ToldTree
from qualitygate.surroundings import Surroundings, around, below, home

if TYPE_CHECKING:
    from qualitygate.model.people import Person
    from qualitygate.model.tree import Revision, Tree
    from qualitygate.waivers.foureyes import FourEyes


_NOWHERE = "/folder"
"""What a folder is called whose name nobody needs."""


class Recorder:
    """Judges among what really lies there, and puts on a shelf whatever is looked at.

    A file is copied before anybody reads it, and read from the copy: what is packed is what was measured.
    """

    def __init__(self, folder: str, shelf: Shelf) -> None:
        self._real = around(folder)
        self._home = home(folder)
        self._named = False
        self._folder = folder
        self._shelf = shelf
        self._policy: dict[str, Layer] = {}
        self._evidence: dict[str, list[Found]] = {}
        self._globs: dict[str, bool] = {}
        self._exists: set[str] = set()
        self._baseline: Found | None = None
        self._changes: Changes | str | None = None
        self._size: int | None = None
        self._tree: Tree | None = None
        self._opened: dict[str, Found] = {}
        self._hidden: dict[str, bool] = {}
        self._past: dict[str, list[Past]] = {}
        self._then: dict[str, tuple[str, ...] | None] = {}
        self._approvals: Mapping[str, FourEyes] | None = None

    def files(self) -> Files:
        """The door to the policy, all it extends, and its registers."""
        shipped = replace(WORK_TREE, read=partial(self._layer, key=lambda path: f"builtin:{os.path.basename(path)}"))
        return replace(WORK_TREE, read=partial(self._layer, key=self._key), shipped=shipped)

    def surroundings(self) -> Surroundings:
        """The door to everything else."""
        return Surroundings(
            below=self._below,
            find=self._find,
            matches=self._matches,
            exists=self._is_there,
            baseline=self._read_baseline,
            tree=self._read_tree,
            changes=self._read_changes,
            size=self._count,
            approvals=self._ask_approvals,
        )

    def told(self, evidence: Sequence[Evidence]) -> Told:
        """All that was looked at. When a file was written is kept where a report of the evidence is dated by it."""
        dated = {
            (each.source.name, each.source.at)
            for each in evidence
            if isinstance(each, Report) and each.at is not None and each.at == each.source.at
        }
        return Told(
            home=self._home if self._named else self._nowhere(),
            policy=self._policy,
            evidence={
                entry: tuple(each if (each.name, each.at) in dated else replace(each, at=None) for each in files)
                for entry, files in self._evidence.items()
            },
            globs=self._globs,
            exists=tuple(self._exists),
            baseline=self._baseline,
            tree=None if self._tree is None else self._told_tree(self._tree),
            changes=self._told_changes(evidence),
            size=self._size,
            approvals=self._approvals,
        )

    def _below(self, path: str) -> str:
        inside = below(self._home, path)
        self._named = self._named or inside != path or path.startswith(f"{_NOWHERE}/")
        return inside

    def _nowhere(self) -> str:
        """A name for the folder that says nothing, as deep as the paths of the policy lead out of it."""
        return _NOWHERE * (1 + max((key.count("../") for key in self._policy), default=0))

    def _told_changes(self, evidence: Sequence[Evidence]) -> Changes | str | None:
        """What git told, with those absolute names of the checkout that paths of reports begin with, and no others."""
        if not isinstance(self._changes, Changes):
            return self._changes
        paths = list(_paths(evidence))
        kept = (root for root in self._changes.roots if any(begins(path, root) for path in paths))
        return replace(self._changes, roots=tuple(kept))

    def _key(self, path: str) -> str:
        return os.path.relpath(path, self._folder).replace(os.sep, "/")

    def _layer(self, path: str, most: int, *, key: object) -> bytes:
        assert callable(key)
        raw = WORK_TREE.read(path, most)
        name: str = key(path)
        scheme, _, rest = name.partition("builtin:")
        file = packed(BUILTIN, rest) if not scheme and rest else packed(POLICY, name)
        if file not in self._shelf.files:
            self._shelf.put(file, raw)
        real = WORK_TREE.same(path)
        self._policy[name] = Layer(file=file, same=name if rest else self._key(real))
        return raw

    def _find(self, entry: EvidenceEntry, rules: ReadingRules) -> Sequence[Source]:
        sources = self._real.find(entry, rules)
        found = [self._kept_hiding(packed(EVIDENCE, each.name), each) for each in sources]
        self._evidence[entry.name] = found
        return [self._from_shelf(each, one) for each, one in zip(sources, found, strict=True)]

    def _kept_hiding(self, file: str, one: Source) -> Found:
        """A source, copied with codes in the place of the addresses of people, where it is a register of them."""
        told = self._hidden.get(file)
        if told is None:
            told = self._hidden[file] = hides(one)
        return replace(self._kept(file, hidden(one)), hidden=True) if told else self._kept(file, one)

    def _kept(self, file: str, one: Source) -> Found:
        """A source, copied, or why it cannot be."""
        try:
            if file not in self._shelf.files:
                with one.open() as stream:
                    self._shelf.add(file, stream)
        except OSError as error:
            return Found(name=one.name, why=error.strerror or str(error), at=one.at)
        return Found(name=one.name, file=file, at=one.at)

    def _from_shelf(self, one: Source, found: Found) -> Source:
        return replace(one, open=partial(opened, self._shelf, found))

    def _matches(self, pattern: str) -> bool:
        return self._globs.setdefault(pattern, self._real.matches(pattern))

    def _is_there(self, path: str) -> bool:
        there = self._real.exists(path)
        if there:
            self._exists.add(path)
        return there

    def _read_baseline(self, path: str) -> Source:
        one = self._real.baseline(path)
        self._baseline = self._kept(packed(BASELINE, os.path.basename(path)), one)
        return self._from_shelf(one, self._baseline)

    def _read_changes(self, refs: Sequence[str]) -> Changes:
        with self._telling():
            self._changes = self._real.changes(refs)
        assert isinstance(self._changes, Changes)
        return self._changes

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except CannotTellChanges as error:
            self._changes = str(error)
            raise

    def _ask_approvals(
        self, register: str, waivers: Sequence[str], persons: Sequence[Person]
    ) -> Mapping[str, FourEyes]:
        self._approvals = self._real.approvals(register, waivers, persons)
        return self._approvals

    def _count(self, code: Code) -> int:
        self._size = self._real.size(code)
        return self._size

    def _read_tree(self) -> Tree:
        real = self._tree = self._tree or self._real.tree()
        return replace(
            real,
            open=partial(self._open_in, real),
            past=real.past and partial(self._past_of, real),
            then=real.then and partial(self._then_of, real),
        )

    def _open_in(self, real: Tree, path: str) -> IO[bytes]:
        if path not in self._opened:
            self._opened[path] = self._kept(packed(TREE, path), Source(name=path, open=partial(real.open, path)))
        return opened(self._shelf, self._opened[path])

    def _past_of(self, real: Tree, path: str) -> Sequence[Revision]:
        assert real.past is not None
        changes = real.past(path)
        told = self._past.setdefault(path, [Past(at=change.at, asked=False) for change in changes])
        return [
            replace(change, content=partial(self._content, told, number, change))
            for number, change in enumerate(changes)
        ]

    def _content(self, told: list[Past], number: int, change: Revision) -> bytes | None:
        content = change.content()
        file = None if content is None else packed(HISTORY, hashlib.sha256(content).hexdigest())
        if content is not None and file is not None and file not in self._shelf.files:
            self._shelf.put(file, content)
        told[number] = Past(at=change.at, file=file)
        return content

    def _then_of(self, real: Tree, day: date) -> frozenset[str] | None:
        assert real.then is not None
        paths = real.then(day)
        self._then[day.isoformat()] = None if paths is None else tuple(paths)
        return paths

    def _told_tree(self, real: Tree) -> ToldTree:
        return ToldTree(
            paths=tuple(real.paths),
            folder=real.folder,
            unknown=real.unknown,
            opened=self._opened,
            past=None if real.past is None else {path: tuple(changes) for path, changes in self._past.items()},
            then=None if real.then is None else self._then,
        )


def _paths(evidence: Sequence[Evidence]) -> Iterator[str]:
    """Every path that a report names."""
    for each in evidence:
        if isinstance(each, CoverageReport):
            yield from each.coverage.files
        elif isinstance(each, FindingsReport):
            yield from (issue.path for issue in each.issues if issue.path)


def opened(shelf: Shelf, found: Found) -> IO[bytes]:
    """What was kept of a file. Raises ``OSError`` in the words of the time where it could not be opened."""
    if found.file is None:
        raise OSError(0, found.why)
    return shelf.open(found.file)
