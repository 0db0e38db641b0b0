"""``read``: what a report file says, with no policy needed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from math import fsum
from typing import Any

import click

from qualitygate import gathering
from qualitygate.cli import MET, NO_DATA
from qualitygate.errors import CannotReadReport
from qualitygate.escaping import line
from qualitygate.model import coverage
from qualitygate.model.defects import AFTER, BEFORE, OPEN, DefectRegister
from qualitygate.model.deployments import DeploymentRegister
from qualitygate.model.evidence import Evidence, Report, TestOutcome, TestReport
from qualitygate.model.population import merge
from qualitygate.sources import source
from qualitygate.wording import number


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option("--as", "reader", metavar="READER", help="Read with this reader; default: by the content.")
@click.option("--format", "-f", "format_name", type=click.Choice(["text", "json", "jsonl"]), default="text")
def read(files: Sequence[str], reader: str | None, format_name: str) -> int:
    """Read report FILES and show what they say. Exits 3 where one cannot be read."""
    rows = []
    for path in files:
        rows.append(_row(path, reader))
        if format_name == "jsonl":
            click.echo(json.dumps(rows[-1]))
        elif format_name == "text":
            click.echo(_text(rows[-1]))
    if format_name == "json":
        click.echo(json.dumps(rows, indent=2))
    return NO_DATA if any("error" in row for row in rows) else MET


def _row(path: str, reader: str | None) -> dict[str, Any]:
    try:
        evidence = list(gathering.read(source(path, path, reader=reader)))
    except CannotReadReport as error:
        return {"path": path, "error": {"slug": error.slug, "message": str(error)}}
    return {"path": path, **_summary(evidence)}


def _summary(evidence: Sequence[Evidence]) -> dict[str, Any]:
    for kind, tell in SUMMARIES.items():
        reports = [item for item in evidence if isinstance(item, kind)]
        if reports:
            said = [text for report in reports for text in report.contradictions]
            return {"reader": reports[0].source.reader, **tell(reports), "contradictions": said}
    return {"reader": None, "evidence": [type(item).__name__ for item in evidence]}


def _tests(reports: Sequence[Any]) -> dict[str, Any]:
    tests = merge(reports)
    failed, errored, skipped = (
        len(tests.ended(outcome)) for outcome in (TestOutcome.FAILED, TestOutcome.ERRORED, TestOutcome.SKIPPED)
    )
    return {
        "tests": tests.total,
        "passed": tests.total - failed - errored - skipped,
        "failed": failed,
        "errored": errored,
        "skipped": skipped,
        "flaky": len(tests.flaky),
        "duration_s": round(fsum(tests.seconds), 6),
    }


def _coverage(reports: Sequence[Any]) -> dict[str, Any]:
    """Covered and total of each kind; ``None`` where nothing tells, which is not 0."""
    found = coverage.merge(reports)
    shares = {plural: found.share(kind) for kind, plural in PLURALS.items()}
    told: dict[str, Any] = {}
    for plural, (covered, total) in shares.items():
        told |= {f"{plural}_covered": covered if total else None, f"{plural}_total": total or None}
    return {**told, "files": len(found.files)}


def _defects(reports: Sequence[Any]) -> dict[str, Any]:
    """Duplicates and invalid records are counted in ``left_out`` only."""
    records = [each for report in reports for each in report.defects]
    counted = [each for each in records if each.counts]
    sides = [each.found_in for each in counted]
    return {
        "defects": len(counted),
        "open": sum(each.state == OPEN for each in counted),
        "before_release": sides.count(BEFORE),
        "after_release": sides.count(AFTER),
        "unknown": sides.count(None),
        "left_out": len(records) - len(counted),
    }


def _deployments(reports: Sequence[Any]) -> dict[str, Any]:
    changes = [each for report in reports for each in report.deployments]
    return {"deployments": len(changes), "failed_changes": sum(each.failed for each in changes)}


PLURALS = {"line": "lines", "branch": "branches", "function": "functions"}
SUMMARIES: Mapping[type[Report], Callable[[Sequence[Any]], dict[str, Any]]] = {
    TestReport: _tests,
    coverage.CoverageReport: _coverage,
    DefectRegister: _defects,
    DeploymentRegister: _deployments,
}
"""How each kind of report is summed up."""


def _text(row: dict[str, Any]) -> str:
    if "error" in row:
        return f"{line(row['path'])}: {line(row['error']['message'])} [{row['error']['slug']}]"
    if "evidence" in row:
        return f"{line(row['path'])}: {', '.join(row['evidence'])}"
    said = "".join(f"\n    {line(text)}" for text in row["contradictions"])
    told = next(tell(row) for noun, tell in TOLD.items() if noun in row)
    return f"{line(row['path'])}: {row['reader']}, {told}{said}"


def _tests_told(row: Mapping[str, Any]) -> str:
    counts = ", ".join(f"{row[key]} {key}" for key in ("passed", "failed", "errored", "skipped", "flaky") if row[key])
    return f"{row['tests']} tests: {counts or 'none'}; {row['duration_s']} s"


def _coverage_told(row: Mapping[str, Any]) -> str:
    shares = (
        f"{row[f'{plural}_covered']} of {row[f'{plural}_total']} {plural}"
        for plural in PLURALS.values()
        if row[f"{plural}_total"]
    )
    return f"{row['files']} files: {', '.join(shares) or 'no data'} covered"


def _defects_told(row: Mapping[str, Any]) -> str:
    names = {"open": "open", "before_release": "found before release", "after_release": "found after release"}
    names |= {"unknown": "without found_in", "left_out": "duplicate or invalid left out"}
    counts = ", ".join(f"{row[key]} {words}" for key, words in names.items() if row[key])
    return number("defects", row["defects"]) + (f": {counts}" if counts else "")


def _deployments_told(row: Mapping[str, Any]) -> str:
    return f"{number('deployments', row['deployments'])}: {row['failed_changes']} failed"


TOLD: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "tests": _tests_told,
    "files": _coverage_told,
    "defects": _defects_told,
    "deployments": _deployments_told,
}
"""How each kind of row is told in words, by a key that only such a row has."""
