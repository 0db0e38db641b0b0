"""Reports of findings in a snapshot: each with the fingerprint by which a later run knows it again."""

from __future__ import annotations

from typing import Any

from qualitygate.model.evidence import Source
from qualitygate.model.findings import FindingsReport, Issue, IssueSeverity
from qualitygate.snapshot import frame
from qualitygate.strict import Data, exactly, maybe, texts


def encode(report: FindingsReport) -> dict[str, Any]:
    """As JSON-ready data."""
    return {**frame.encode(report), "tools": list(report.tools), "issues": sorted(map(_issue, report.issues), key=str)}


def decode(data: Data, source: Source) -> FindingsReport:
    """From JSON data."""
    issues = tuple(_to_issue(*each) for each in data["issues"])
    return FindingsReport(**frame.decode(data, source), issues=issues, tools=texts(data["tools"]))


def _issue(issue: Issue) -> list[Any]:
    return [
        issue.fingerprint,
        issue.tool,
        issue.rule,
        issue.severity.word,
        issue.message,
        issue.path,
        issue.line,
        issue.end_line,
        issue.suppressed,
        issue.baseline,
    ]


def _to_issue(
    fingerprint: str,
    tool: str,
    rule: str,
    severity: str,
    message: str,
    path: str | None,
    line: int | None,
    end_line: int | None,
    suppressed: bool,
    baseline: str | None,
) -> Issue:
    return Issue(
        fingerprint=exactly(fingerprint, str),
        tool=exactly(tool, str),
        rule=exactly(rule, str),
        severity=IssueSeverity[severity.upper()],
        message=exactly(message, str),
        path=maybe(path, str),
        line=maybe(line, int),
        end_line=maybe(end_line, int),
        suppressed=exactly(suppressed, bool),
        baseline=maybe(baseline, str),
    )
