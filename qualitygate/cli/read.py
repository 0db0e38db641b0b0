"""``read``: what a report file says, with no policy needed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import fsum
from typing import Any

import click

from qualitygate import gathering
from qualitygate.cli import MET, NO_DATA
from qualitygate.errors import CannotReadReport
from qualitygate.escaping import line
from qualitygate.model import coverage
from qualitygate.model.evidence import Evidence, Gap, Report, TestOutcome, TestReport
from qualitygate.model.findings import FindingsReport, IssueSeverity
from qualitygate.model.population import merge
from qualitygate.sources import source


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
            gaps = [item.told for item in evidence if isinstance(item, Gap)]
            told = {"reader": reports[0].source.reader, **tell(reports), "contradictions": said}
            return {**told, "gaps": gaps} if gaps else told
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


def _findings(reports: Sequence[Any]) -> dict[str, Any]:
    """Results that count, in all and by severity, the worst first; the suppressed ones apart."""
    issues = [issue for report in reports for issue in report.issues]
    counted = Counter(issue.severity for issue in issues if not issue.suppressed)
    return {
        "results": counted.total(),
        **{severity.word: counted[severity] for severity in sorted(IssueSeverity, reverse=True)},
        "suppressed": len(issues) - counted.total(),
        "tools": list(dict.fromkeys(tool for report in reports for tool in report.tools)),
    }


PLURALS = {"line": "lines", "branch": "branches", "function": "functions"}
SUMMARIES: Mapping[type[Report], Callable[[Sequence[Any]], dict[str, Any]]] = {
    TestReport: _tests,
    coverage.CoverageReport: _coverage,
    FindingsReport: _findings,
}
"""How each kind of report is summed up."""


def _text(row: dict[str, Any]) -> str:
    if "error" in row:
        return f"{line(row['path'])}: {line(row['error']['message'])} [{row['error']['slug']}]"
    if "evidence" in row:
        return f"{line(row['path'])}: {', '.join(row['evidence'])}"
    said = "".join(f"\n    {line(text)}" for text in (*row["contradictions"], *row.get("gaps", ())))
    told = next(tell(row) for key, tell in TOLD.items() if key in row)
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


def _findings_told(row: Mapping[str, Any]) -> str:
    words = [severity.word for severity in sorted(IssueSeverity, reverse=True)]
    counts = ", ".join(f"{row[key]} {key}" for key in (*words, "suppressed") if row[key])
    return f"{row['results']} findings of {line(', '.join(row['tools']))}: {counts or 'none'}"


TOLD: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "tests": _tests_told,
    "lines_covered": _coverage_told,
    "results": _findings_told,
}
"""How each kind of summary is told in one line, by a key that it alone has."""
