"""How tests of findings readers read: a sample or inline text, by one reader, as the issues it found."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from qualitygate.extension import Reader
from qualitygate.model.evidence import Gap, Source
from qualitygate.model.findings import FindingsReport, Issue


def evidence_of(reader: Reader, content: str | bytes) -> tuple[FindingsReport, list[Gap]]:
    """The one report in a text or in bytes, and the gaps beside it."""
    raw = content if isinstance(content, bytes) else content.encode()
    report, *gaps = reader.read(Source(name="report", open=lambda: BytesIO(raw), labels={"suite": "lint"}))
    assert isinstance(report, FindingsReport)
    assert all(isinstance(gap, Gap) for gap in gaps)
    return report, gaps


def issues(reader: Reader, content: str | bytes) -> tuple[Issue, ...]:
    """The issues of the one report, which must be whole."""
    report, gaps = evidence_of(reader, content)
    assert not gaps
    return report.issues


def told(report: FindingsReport) -> list[tuple[Any, ...]]:
    """Rule, severity, path and line of each issue that counts."""
    return [
        (issue.rule, issue.severity.word, issue.path, issue.line) for issue in report.issues if not issue.suppressed
    ]
