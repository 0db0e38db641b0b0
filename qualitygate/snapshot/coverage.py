"""Reports of coverage in a snapshot: masks of lines as hexadecimal numbers, in which bit 12 stands for line 12."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qualitygate.model.coverage import KINDS, Coverage, CoverageReport, FileCoverage, Share
from qualitygate.model.evidence import Source
from qualitygate.snapshot import frame
from qualitygate.strict import Data, exactly, natural


def encode(report: CoverageReport) -> dict[str, Any]:
    """As JSON-ready data."""
    files = report.coverage.files
    return {
        **frame.encode(report),
        "files": {path: _file(files[path]) for path in sorted(files)},
        "totals": _shares(report.coverage.totals),
    }


def decode(data: Data, source: Source) -> CoverageReport:
    """From JSON data."""
    files = {path: _to_file(told) for path, told in data["files"].items()}
    return CoverageReport(
        **frame.decode(data, source), coverage=Coverage(files=files, totals=_to_totals(data["totals"]))
    )


def _file(file: FileCoverage) -> dict[str, Any]:
    """Only what there is, for most files have lines and nothing else."""
    told = {
        "lines": f"{file.lines:x}" if file.lines else "",
        "covered": f"{file.covered:x}" if file.covered else "",
        "branches": {str(line): list(file.branches[line]) for line in sorted(file.branches)},
        "functions": dict(sorted(file.functions.items())),
        "blocks": {place: list(file.blocks[place]) for place in sorted(file.blocks)},
        "totals": _shares(file.totals),
    }
    return {key: value for key, value in told.items() if value}


def _to_file(data: Data) -> FileCoverage:
    lines, covered = _mask(data.get("lines", "")), _mask(data.get("covered", ""))
    if covered & ~lines:
        raise ValueError("a line is covered that is no line")
    return FileCoverage(
        lines=lines,
        covered=covered,
        branches={int(line): _share(each) for line, each in data.get("branches", {}).items()},
        functions={name: exactly(ran, bool) for name, ran in data.get("functions", {}).items()},
        blocks={place: (natural(size), exactly(ran, bool)) for place, (size, ran) in data.get("blocks", {}).items()},
        totals=_to_totals(data.get("totals", {})),
    )


def _mask(text: Any) -> int:
    return int(exactly(text, str) or "0", 16)


def _shares(totals: Mapping[str, Share]) -> dict[str, list[int]]:
    return {kind: list(totals[kind]) for kind in KINDS if kind in totals}


def _to_totals(data: Data) -> dict[str, Share]:
    if not data.keys() <= set(KINDS):
        raise ValueError(f"{', '.join(data)} is no kind of coverage")
    return {kind: _share(data[kind]) for kind in KINDS if kind in data}


def _share(data: Any) -> Share:
    covered, total = map(natural, data)
    if covered > total:
        raise ValueError(f"{covered} of {total} are covered")
    return covered, total
