"""How reader tests read: a sample or inline text, by one reader, as the records it found."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from qualitygate.extension import Reader
from qualitygate.model.evidence import ReadingRules, Source, TestCase, TestOutcome, TestReport
from qualitygate.model.population import merge

DATA = Path(__file__).parent / "data"


def sample(name: str) -> bytes:
    return (DATA / name).read_bytes()


def report_of(reader: Reader, content: str | bytes, **rules: Any) -> TestReport:
    """The one report in a text or in bytes."""
    raw = content if isinstance(content, bytes) else content.encode()
    (report,) = reader.read(Source(name="report", open=lambda: BytesIO(raw), rules=ReadingRules(**rules)))
    assert isinstance(report, TestReport)
    return report


def counts(report: TestReport) -> dict[str, int]:
    """How many tests passed, failed, errored and were skipped, the zeros left out."""
    tests = merge([report])
    numbers = {outcome.name.lower(): len(tests.ended(outcome)) for outcome in TestOutcome}
    numbers["passed"] = tests.total - numbers["failed"] - numbers["errored"] - numbers["skipped"]
    return {name: number for name, number in numbers.items() if number}


def case_of(report: TestReport, name: str) -> TestCase:
    """The one notable record of that name."""
    (found,) = [case for case in report.cases if case.name == name]
    return found
