"""The report of a period as JSON, described by ``policies/period-report.schema.json``; exact numbers are text."""

from __future__ import annotations

import json
from typing import Any

from qualitygate.codec import encode as verdict
from qualitygate.codec import exact, finding
from qualitygate.commitments import Check, Commitment, tally
from qualitygate.model.measurement import Counted
from qualitygate.periodreport.report import Input, PeriodReport, Point

SCHEMA_VERSION = 1


def render(report: PeriodReport, _lang: str) -> str:
    """The report as JSON text, in no language; a lone surrogate, which UTF-8 cannot hold, stays an escape."""
    told = json.dumps(encode(report), indent=2, ensure_ascii=False) + "\n"
    return told.encode("utf-8", "backslashreplace").decode()


def encode(report: PeriodReport) -> dict[str, Any]:
    """The report as plain data; the verdict in it is that of ``check --format json`` as of the same moment."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "qualitygate", "version": report.version},
        "period": {
            "name": report.title,
            "start": report.period.start.isoformat(),
            "end": report.period.end.isoformat(),
            "timezone": report.zone,
            "so_far": report.so_far,
        },
        "made": report.now.isoformat(),
        "tally": {standing.name.lower(): count for standing, count in tally(report.commitments).items()},
        "commitments": [_commitment(report, each) for each in report.commitments],
        "others": [_check(report, check) for check in report.others],
        "inputs": [_input(each) for each in report.inputs],
        "waivers": [
            {
                "id": waiver.id,
                "live": live,
                "place": _place(report, "waivers", waiver.id),
                "doubt": str(report.doubts[waiver.id]) if waiver.id in report.doubts else None,
            }
            for waiver, live in report.verdict.waivers
        ],
        "verdict": verdict(report.verdict),
    }


def _commitment(report: PeriodReport, each: Commitment) -> dict[str, Any]:
    return {
        "clause": each.clause.id,
        "text": dict(each.clause.text),
        "owners": list(each.owners),
        "due": each.since.isoformat() if each.since else None,
        "standing": each.standing.name.lower(),
        "place": _place(report, "clauses", each.clause.id),
        "history": [_point(point) for point in report.history[each.clause.id]],
        "checks": [_check(report, check) for check in each.checks],
    }


def _check(report: PeriodReport, check: Check) -> dict[str, Any]:
    condition = check.result.condition
    return {
        "gate": check.gate,
        "condition": condition.id,
        "metric": condition.metric.name,
        "labels": dict(sorted(check.result.measurement.labels.items())),
        "standing": check.standing.name.lower(),
        "place": _place(report, "gates", check.gate, condition.id),
        "parts": [
            {
                **_value(Point(period=part.result.period or report.period, standing=part.standing, result=part.result)),
                "findings": [finding(each) for each in part.result.measurement.findings],
                "counted": [_counted(each) for each in part.result.measurement.counted],
            }
            for part in report.parts[check.key]
        ],
        "trend": [_value(point) for point in report.trend(check)],
    }


def _counted(each: Counted) -> dict[str, Any]:
    return {"title": each.title, "path": each.path, "line": each.line, "counts": each.counts}


def _value(point: Point) -> dict[str, Any]:
    found = point.result.measurement if point.result else None
    numbers = {name: exact(getattr(found, name, None)) for name in ("value", "numerator", "denominator")}
    return {**_point(point), "outcome": point.result.outcome.name.lower() if point.result else None, **numbers}


def _point(point: Point) -> dict[str, Any]:
    return {"period": point.title, "standing": point.standing.name.lower() if point.standing is not None else None}


def _place(report: PeriodReport, *path: str) -> dict[str, Any] | None:
    found = report.places.get(path)
    return {"file": found.file, "line": found.line} if found else None


def _input(each: Input) -> dict[str, Any]:
    return {
        "entry": each.entry,
        "name": each.name,
        "sha256": each.sha256,
        "size": each.size,
        "made": each.made.isoformat() if each.made else None,
    }
