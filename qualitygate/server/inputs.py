"""What a verdict is reached from: every file that is opened, hashed as it is read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import IO

from qualitygate.config import EvidenceEntry
from qualitygate.model.evidence import Evidence, ReadingRules, Report, Source
from qualitygate.model.tree import Tree
from qualitygate.storage.judgement import Input
from qualitygate.surroundings import Surroundings

BASELINE = "(baseline)"
"""What the snapshot that was compared with is called, which lies in a folder of ours."""


class Inputs:
    """Remembers which files are opened among some surroundings, and what was in them then."""

    def __init__(self, among: Surroundings) -> None:
        self._among = among
        self._read: dict[str, tuple[str, int]] = {}

    def surroundings(self) -> Surroundings:
        """The same surroundings, which remember."""
        return replace(self._among, find=self._find, baseline=self._baseline, tree=self._tree)

    def told(self, evidence: Iterable[Evidence], made: Mapping[str, datetime]) -> tuple[Input, ...]:
        """The files that were read, by path. A report says when it is from; else its artifact was ``made`` then."""
        own = {
            each.source.name: each.at
            for each in evidence
            if isinstance(each, Report) and each.at is not None and each.at != each.source.at
        }
        return tuple(
            Input(path=path, sha256=digest, size=size, at=own.get(path) or made.get(path.partition("/")[0]))
            for path, (digest, size) in sorted(self._read.items())
        )

    def _find(self, entry: EvidenceEntry, rules: ReadingRules) -> Sequence[Source]:
        return [self._kept(each, each.name) for each in self._among.find(entry, rules)]

    def _baseline(self, path: str) -> Source:
        return self._kept(self._among.baseline(path), BASELINE)

    def _kept(self, source: Source, name: str) -> Source:
        return replace(source, open=partial(self._opened, name, source.open))

    def _tree(self) -> Tree:
        tree = self._among.tree()
        return replace(tree, open=lambda path: self._opened(path, partial(tree.open, path)))

    def _opened(self, name: str, open_it: Callable[[], IO[bytes]]) -> IO[bytes]:
        stream = open_it()
        if name not in self._read:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
            self._read[name] = digest, stream.seek(0, os.SEEK_END)
            stream.seek(0)
        return stream
