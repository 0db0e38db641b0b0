"""What the reports of coverage tell of the lines that a branch changed, one label set with an eye on the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import reduce

from qualitygate.model.changes import Changes
from qualitygate.model.code import LANGUAGES, extension
from qualitygate.model.coverage import Coverage, FileCoverage, Share, added, renamed
from qualitygate.model.evidence import LabelSet
from qualitygate.model.matching import Matches, match
from qualitygate.values import dataclass

SHOWN = 3
"""Paths of each side that a note names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchFile:
    """One changed file that a report measured: masks of its changed lines, those that could run, and those that did."""

    path: str
    changed: int
    coverable: int
    covered: int
    branches: Share

    @property
    def uncovered(self) -> int:
        """The changed lines that could run and did not."""
        return self.coverable & ~self.covered


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """The changed files of one label set.

    ``files`` are those its reports measured; ``unmeasured`` the changed sources that it should know and no report of
    any label set does. ``sources`` counts the changed sources of the branch. ``unknown`` says why nothing can be told
    of the lines, and is empty where it can. ``ambiguous`` has paths of reports that could be several changed files.
    """

    files: tuple[PatchFile, ...]
    unmeasured: tuple[str, ...]
    sources: int
    unknown: str = ""
    ambiguous: tuple[str, ...] = ()

    @property
    def lines(self) -> Share:
        """How many changed lines ran, of those that could."""
        shares = ((file.covered.bit_count(), file.coverable.bit_count()) for file in self.files)
        return reduce(added, shares, (0, 0))

    @property
    def branches(self) -> Share:
        """How many branches of changed lines were taken, of all."""
        return reduce(added, (file.branches for file in self.files), (0, 0))


def patches(coverages: Mapping[LabelSet, Coverage], changes: Changes) -> dict[LabelSet, Patch]:
    """What each label set tells of the changed lines.

    Changed sources are the files with new or different lines that the policy declares as code; where it declares none,
    those whose extension a report has, or that are written in a known language. A label set should know those with an
    extension that its own reports have, and those with one that no report has.
    """
    measured = {labels: {extension(path) for path in coverage.files} for labels, coverage in coverages.items()}
    everything = frozenset().union(*measured.values())
    sources = _sources(changes, everything)
    matches = {labels: match(coverage.files, sources, changes) for labels, coverage in coverages.items()}
    known = {file for found in matches.values() for file in found.found.values()}
    told = {labels: _files(coverages[labels], found, changes) for labels, found in matches.items()}
    coverable = any(file.coverable for files, _ in told.values() for file in files)
    done: dict[LabelSet, Patch] = {}
    for labels, (files, untold) in told.items():
        own = {path for path in sources if extension(path) in measured[labels]}
        lost = {path for path in sources if path in own or extension(path) not in everything} - known
        blank = not any(file.lines or file.blocks for file in coverages[labels].files.values())
        if sources and (not known or (own and own.isdisjoint(known))):
            unknown = _strangers(own or sources, coverages[labels], matches[labels].ambiguous)
        elif files and blank:
            unknown = f"no line of any file is told, nor of {_some(file.path for file in files)}"
        elif untold:
            unknown = f"no line is told of {_some(untold)}, only numbers: no data, which is not 0 %"
        elif lost and not coverable:
            unknown = f"no changed line of the measured files can be covered, and no report knows {_some(lost)}"
        else:
            unknown = ""
        done[labels] = Patch(
            files=tuple(sorted(files, key=lambda file: (-file.uncovered.bit_count(), file.path))),
            unmeasured=tuple(sorted(lost)),
            sources=len(sources),
            unknown=unknown,
            ambiguous=tuple(sorted(matches[labels].ambiguous)),
        )
    return done


def _sources(changes: Changes, measured: AbstractSet[str]) -> frozenset[str]:
    return frozenset(
        path
        for path, lines in changes.lines.items()
        if lines and (changes.declared or extension(path) in measured or extension(path) in LANGUAGES)
    )


def _files(coverage: Coverage, matches: Matches, changes: Changes) -> tuple[list[PatchFile], list[str]]:
    """The changed files that are measured, and those of which the reports have numbers but no lines."""
    found = Coverage(files={path: coverage.files[path] for path in matches.found})
    files = renamed(found, matches.found.__getitem__).files
    untold = [path for path, file in files.items() if not file.tells_lines]
    return [_file(path, file, changes.lines[path]) for path, file in files.items() if file.tells_lines], untold


def _file(path: str, file: FileCoverage, changed: int) -> PatchFile:
    coverable, covered = file.among(changed)
    branches = (share for line, share in file.branches.items() if line >= 0 and changed >> line & 1)
    return PatchFile(
        path=path, changed=changed, coverable=coverable, covered=covered, branches=reduce(added, branches, (0, 0))
    )


def _strangers(changed: AbstractSet[str], coverage: Coverage, ambiguous: Iterable[str]) -> str:
    there = _some(coverage.files) if coverage.files else "no file"
    several = _some(ambiguous)
    return (
        f"no changed source is in the reports: changed {_some(changed)}; reported {there}"
        + (f", where {several} could be several files, so it is none. " if several else ". ")
        + "Rewrite the paths with source, strip or prefix; or say which files are code"
    )


def _some(paths: Iterable[str]) -> str:
    names = sorted(paths)
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
