"""``read``: what a report file says, with no policy needed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import fsum
from typing import Any

import click

from qualitygate import gathering
from qualitygate.cli import MET, NO_DATA
from qualitygate.errors import CannotReadReport
from qualitygate.escaping import line
from qualitygate.model.evidence import Evidence, TestOutcome, TestReport
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
    reports = [item for item in evidence if isinstance(item, TestReport)]
    if not reports:
        return {"reader": None, "evidence": [type(item).__name__ for item in evidence]}
    tests = merge(reports)
    failed, errored, skipped = (
        len(tests.ended(outcome)) for outcome in (TestOutcome.FAILED, TestOutcome.ERRORED, TestOutcome.SKIPPED)
    )
    return {
        "reader": reports[0].source.reader,
        "tests": tests.total,
        "passed": tests.total - failed - errored - skipped,
        "failed": failed,
        "errored": errored,
        "skipped": skipped,
        "flaky": len(tests.flaky),
        "duration_s": round(fsum(tests.seconds), 6),
        "contradictions": [said for report in reports for said in report.contradictions],
    }


def _text(row: dict[str, Any]) -> str:
    if "error" in row:
        return f"{line(row['path'])}: {line(row['error']['message'])} [{row['error']['slug']}]"
    if "tests" not in row:
        return f"{line(row['path'])}: {', '.join(row['evidence'])}"
    counts = ", ".join(f"{row[key]} {key}" for key in ("passed", "failed", "errored", "skipped", "flaky") if row[key])
    said = "".join(f"\n    {text}" for text in row["contradictions"])
    return (
        f"{line(row['path'])}: {row['reader']}, {row['tests']} tests: {counts or 'none'}; {row['duration_s']} s{said}"
    )
