"""Report metrics: is the evidence there, whole, fresh, and at one with itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from qualitygate.extension import Context, Measure
from qualitygate.model.evidence import Evidence, Gap, Report, by_labels
from qualitygate.model.measurement import Combine, Finding, Measurement, Metric, Unit

MISSING = Metric(
    name="reports.missing",
    noun="missing reports",
    source="qualitygate",
    formula="declared evidence with too few files or too few tests",
    combine=Combine.DISTINCT,
)
PARSE_ERRORS = Metric(
    name="reports.parse_errors",
    noun="unreadable reports",
    source="publish-unit-test-result-action",
    formula="report files that are there and cannot be read",
    combine=Combine.DISTINCT,
)
INCONSISTENT = Metric(
    name="reports.inconsistent",
    noun="inconsistent reports",
    source="qualitygate",
    formula="report files whose attributes no reading reconciles with their cases",
)
AGE = Metric(
    name="reports.age",
    noun="seconds",
    unit=Unit.SECONDS,
    combine=Combine.MAX,
    low=None,
    source="Jenkins JUnit plugin",
    formula="now - the report's own time stamp, of the oldest report",
)

METRICS = (MISSING, PARSE_ERRORS, INCONSISTENT, AGE)
_NOT_THERE = frozenset({"missing", "short", "unlisted", "linter", "incomplete"})
_NOT_FRESH = frozenset({"stale", "undated"})


def take(evidence: Sequence[Evidence], context: Context) -> Iterator[Measurement]:
    """Every report metric for every label set of the declared evidence."""
    for labels, items in by_labels(evidence).items():
        reports = [item for item in items if isinstance(item, Report)]
        gaps = [item for item in items if isinstance(item, Gap)]
        frame = Measurement(
            metric=MISSING,
            value=None,
            labels=dict(labels),
            at=max((report.at for report in reports if report.at), default=None),
            sources=tuple(sorted(report.source.name for report in reports)),
            examined={"files": len(reports)},
        )
        yield _lacking(frame, MISSING, [gap for gap in gaps if gap.slug in _NOT_THERE])
        yield _lacking(frame, PARSE_ERRORS, [gap for gap in gaps if gap.slug not in _NOT_THERE | _NOT_FRESH])
        denied = [report for report in reports if report.contradictions]
        yield replace(
            frame,
            metric=INCONSISTENT,
            value=Fraction(len(denied)),
            findings=tuple(
                Finding(title=report.source.name, message=said) for report in denied for said in report.contradictions
            ),
        )
        stamps = [report.since for report in reports if report.since]
        if stamps and len(stamps) == len(reports):
            yield replace(frame, metric=AGE, value=Fraction((context.now - min(stamps)).total_seconds()))
        else:
            yield replace(
                frame,
                metric=AGE,
                note="; ".join(map(str, gaps)) or "a report carries no time stamp, so its age cannot be told",
            )


MEASURE = Measure(metrics=METRICS, take=take)


def _lacking(frame: Measurement, metric: Metric, gaps: Sequence[Gap]) -> Measurement:
    """How many sources lack something; what, is told of each."""
    findings = tuple(Finding(title=gap.source, message=gap.told) for gap in gaps)
    return replace(frame, metric=metric, value=Fraction(len({each.title for each in findings})), findings=findings)
