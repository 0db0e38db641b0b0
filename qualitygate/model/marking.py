"""Marking what ran while one coverage report is read: in bounded memory, whatever the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from qualitygate.errors import CannotReadReport
from qualitygate.model.coverage import Coverage, CoverageReport, FileCoverage, Share, added, best
from qualitygate.model.evidence import Source

LINE_CAP = 1_000_000
"""The highest line number a file may have."""
MASKS_CAP = 256 * 1024**2
"""Bytes that the marked lines of one report may take."""
ARMS_CAP = 10_000_000
"""Branches of one report that are told one by one."""


class FileMarking:
    """Takes what a report says of one file, in any order and as often as it likes, and gives what it comes to."""

    __slots__ = ("_arms", "_blocks", "_branches", "_covered", "_functions", "_lines", "_report", "_totals")

    def __init__(self, report: Marking) -> None:
        self._report = report
        self._lines = bytearray()
        self._covered = bytearray()
        self._branches: dict[int, Share] = {}
        self._arms: dict[tuple[int, str], bool] = {}
        self._functions: dict[str, bool] = {}
        self._blocks: dict[str, tuple[int, bool]] = {}
        self._totals: dict[str, Share] = {}

    def line(self, number: int, *, ran: bool) -> None:
        """A line that could run. Numbers below 1 are no lines: some tools put a function without a line there.

        Raises :class:`~qualitygate.errors.CannotReadReport` for a number that no source file reaches.
        """
        if number < 1:
            return
        index, bit = number >> 3, 1 << (number & 7)
        if index >= len(self._lines) or number > LINE_CAP:
            self._reach(number)
        self._lines[index] |= bit
        if ran:
            self._covered[index] |= bit

    def lines(self, told: Mapping[int, bool]) -> None:
        """Many lines at once, by number, and whether each ran; like :meth:`line`, and no number is below 1."""
        self._reach(max(told, default=0))
        lines, covered = self._lines, self._covered
        for number, ran in told.items():
            index, bit = number >> 3, 1 << (number & 7)
            lines[index] |= bit
            if ran:
                covered[index] |= bit

    def _reach(self, number: int) -> None:
        """Make room for the lines up to this one."""
        if number > LINE_CAP:
            raise CannotReadReport("too-large", f"numbers a line above {LINE_CAP:,}")
        more = (number >> 3) + 1 - len(self._lines)
        if number > 0 and more > 0:
            self._report.reserve(2 * more)
            self._lines.extend(bytes(more))
            self._covered.extend(bytes(more))

    def branches(self, number: int, share: Share) -> None:
        """The branches of a line in numbers; where they are repeated, the best counts."""
        if share[1] > 0:
            self._branches[number] = best(self._branches.get(number, (0, 0)), (min(share), share[1]))

    def branch(self, number: int, name: str, *, taken: bool) -> None:
        """One branch of a line; where it is repeated, any time it was taken counts."""
        known = self._arms.get((number, name))
        if known is None:
            self._report.count_arm()
        self._arms[number, name] = known or taken

    def function(self, name: str, *, ran: bool) -> None:
        """One function; where it is repeated, any time it ran counts."""
        self._functions[name] = self._functions.get(name, False) or ran

    def block(self, position: str, statements: int, *, ran: bool) -> None:
        """Some statements that run together; where they are repeated, any time they ran counts."""
        self._blocks[position] = (statements, self._blocks.get(position, (0, False))[1] or ran)

    def total(self, kind: str, share: Share) -> None:
        """What is told in numbers only; where that is repeated, the best counts."""
        self._totals[kind] = best(self._totals.get(kind, (0, 0)), (min(share), share[1]))

    def whole(self) -> FileCoverage:
        """What it all comes to. A kind that is told in detail needs no totals."""
        branches = dict(self._branches)
        for (number, _), taken in self._arms.items():
            branches[number] = added(branches.get(number, (0, 0)), (taken, 1))
        file = FileCoverage(
            lines=int.from_bytes(self._lines, "little"),
            covered=int.from_bytes(self._covered, "little"),
            branches=branches,
            functions=self._functions,
            blocks=self._blocks,
        )
        totals = {kind: share for kind, share in self._totals.items() if not file.share(kind)[1]}
        return replace(file, totals=totals)


class Marking:
    """Takes one report, file by file, and gives its :class:`~qualitygate.model.coverage.CoverageReport`."""

    __slots__ = ("_arms", "_bytes", "_files", "_source")

    def __init__(self, source: Source) -> None:
        self._source = source
        self._files: dict[str, FileMarking] = {}
        self._bytes = 0
        self._arms = 0

    def __len__(self) -> int:
        return len(self._files)

    def file(self, path: str) -> FileMarking:
        """The file of that path, with forward slashes on every system; the same one each time."""
        plain = path.replace("\\", "/").removeprefix("./")
        if plain not in self._files:
            self._files[plain] = FileMarking(self)
        return self._files[plain]

    def reserve(self, size: int) -> None:
        """Take so many bytes more. Raises :class:`~qualitygate.errors.CannotReadReport` where they are too many."""
        self._bytes += size
        if self._bytes > MASKS_CAP:
            raise CannotReadReport("too-large", "numbers more lines than any project has")

    def count_arm(self) -> None:
        """Take one branch more. Raises :class:`~qualitygate.errors.CannotReadReport` for too many."""
        self._arms += 1
        if self._arms > ARMS_CAP:
            raise CannotReadReport("too-large", f"has more than {ARMS_CAP:,} branches")

    def report(
        self,
        *,
        at: datetime | None = None,
        totals: Mapping[str, Share] | None = None,
        claimed: Mapping[str, Share] | None = None,
        contradictions: Iterable[str] = (),
    ) -> CoverageReport:
        """What was marked, as evidence.

        ``totals`` count only where no file tells of their kind. ``claimed`` are figures of the whole report that its
        files should come to; where they do not, the report contradicts itself.
        """
        files = {path: file.whole() for path, file in self._files.items()}
        found = Coverage(files=files)
        counted = {kind: found.share(kind) for kind in {**(totals or {}), **(claimed or {})}}
        denials = [
            f"claims {share[0]} of {share[1]} {kind} coverage but lists {counted[kind][0]} of {counted[kind][1]}"
            for kind, share in sorted((claimed or {}).items())
            if counted[kind][1] and counted[kind] != share
        ]
        left = {kind: share for kind, share in (totals or {}).items() if not counted[kind][1] and share[1]}
        return CoverageReport(
            source=self._source,
            coverage=Coverage(files=files, totals=left),
            at=at,
            contradictions=(*contradictions, *denials),
        )
