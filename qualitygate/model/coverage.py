"""Which lines, branches and functions the tests ran: one report's word, and many reports merged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from functools import reduce
from typing import TypeVar

from qualitygate.model.evidence import Report
from qualitygate.values import dataclass

KINDS = ("line", "branch", "function")
"""What coverage counts."""

Share = tuple[int, int]
"""How many are covered, and of how many."""

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCoverage:
    """What ran of one file, in little memory.

    ``lines`` and ``covered`` are bit masks: bit 12 stands for line 12. ``branches`` has, by line, how many branches
    were taken and of how many; ``functions`` whether each ran. ``blocks`` stands for the lines where a format counts
    statements in blocks (Go): by position, how many statements, and whether they ran. ``totals`` has, by kind, what
    the report tells in numbers only.
    """

    lines: int = 0
    covered: int = 0
    branches: Mapping[int, Share] = field(default_factory=dict)
    functions: Mapping[str, bool] = field(default_factory=dict)
    blocks: Mapping[str, tuple[int, bool]] = field(default_factory=dict)
    totals: Mapping[str, Share] = field(default_factory=dict)

    @property
    def tells_lines(self) -> bool:
        """Whether it says which lines could run, or has none that could; numbers alone do not say which."""
        return bool(self.lines or self.blocks) or not (self.totals or self.branches or self.functions)

    def among(self, lines: int) -> tuple[int, int]:
        """Of some marked lines those that could run, and those that did.

        Where a format counts in blocks (Go), every line that a block with statements spans could run, and did where any
        such block ran.
        """
        if not self.blocks:
            return self.lines & lines, self.covered & lines
        could = did = 0
        for position, (statements, ran) in self.blocks.items():
            if statements:
                spanned = _span(position, lines.bit_length())
                could |= spanned
                did |= spanned if ran else 0
        return could & lines, did & lines

    def share(self, kind: str) -> Share:
        """What is covered of one kind; (0, 0) where nothing tells."""
        return best(_COUNT[kind](self), self.totals.get(kind, (0, 0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Files by their path as the reports name them, and what reports without files tell in numbers, by kind."""

    files: Mapping[str, FileCoverage] = field(default_factory=dict)
    totals: Mapping[str, Share] = field(default_factory=dict)

    def share(self, kind: str) -> Share:
        """What is covered of one kind, in all files; (0, 0) where nothing tells."""
        shares = (file.share(kind) for file in self.files.values())
        return reduce(added, shares, self.totals.get(kind, (0, 0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageReport(Report):
    """One report of coverage."""

    coverage: Coverage


def renamed(coverage: Coverage, rename: Callable[[str], str]) -> Coverage:
    """The same coverage with other paths; what then has the same path is merged."""
    files: dict[str, FileCoverage] = {}
    for path, file in coverage.files.items():
        name = rename(path)
        files[name] = _both(files[name], file) if name in files else file
    return replace(coverage, files=files)


def best(one: Share, other: Share) -> Share:
    """Two words about the same code: the most that ran, of the most there is. Never more than ran in truth."""
    return max(one[0], other[0]), max(one[1], other[1])


def added(one: Share, other: Share) -> Share:
    """Two words about different code."""
    return one[0] + other[0], one[1] + other[1]


def merge(reports: Iterable[CoverageReport]) -> Coverage:
    """Merge reports; their order changes nothing.

    A line, function or block is covered if any report covers it; of a line's branches the best report counts. Numbers
    without files are added up, because nothing tells whether they are about the same code.
    """
    files: dict[str, FileCoverage] = {}
    totals: dict[str, Share] = {}
    for report in reports:
        files = joined(files, report.coverage.files, _both)
        totals = joined(totals, report.coverage.totals, added)
    return Coverage(files=files, totals=totals)


def joined(
    one: Mapping[_Key, _Value], other: Mapping[_Key, _Value], join: Callable[[_Value, _Value], _Value]
) -> dict[_Key, _Value]:
    """Both mappings, the values of a key that both have joined."""
    found = dict(one)
    for key, value in other.items():
        found[key] = join(found[key], value) if key in found else value
    return found


def _both(one: FileCoverage, other: FileCoverage) -> FileCoverage:
    return FileCoverage(
        lines=one.lines | other.lines,
        covered=one.covered | other.covered,
        branches=joined(one.branches, other.branches, best),
        functions=joined(one.functions, other.functions, max),
        blocks=joined(one.blocks, other.blocks, _block),
        totals=joined(one.totals, other.totals, best),
    )


def _block(one: tuple[int, bool], other: tuple[int, bool]) -> tuple[int, bool]:
    return max(one[0], other[0]), one[1] or other[1]


def _span(position: str, end: int) -> int:
    """The lines of a block as a mask, none from ``end`` on: ``3.22,5.2`` is 3 to 5."""
    first, last = (min(int(place.partition(".")[0]), end) for place in position.split(",", 1))
    return (1 << max(last + 1, first)) - (1 << first)


def _lines(file: FileCoverage) -> Share:
    if file.blocks:
        sizes = file.blocks.values()
        return sum(size for size, ran in sizes if ran), sum(size for size, _ in sizes)
    return file.covered.bit_count(), file.lines.bit_count()


def _branches(file: FileCoverage) -> Share:
    return reduce(added, file.branches.values(), (0, 0))


def _functions(file: FileCoverage) -> Share:
    return sum(file.functions.values()), len(file.functions)


_COUNT: Mapping[str, Callable[[FileCoverage], Share]] = {"line": _lines, "branch": _branches, "function": _functions}
