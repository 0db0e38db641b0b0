"""The report of a period as CSV: one table, whose first column says what a line is of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qualitygate.codec import bound, exact
from qualitygate.commitments import Check, Standing
from qualitygate.csvtext import written
from qualitygate.periodreport import words
from qualitygate.periodreport.report import PeriodReport, Point

COLUMNS = (
    "kind",
    "period",
    "clause",
    "text",
    "standing",
    "owner",
    "due",
    "gate",
    "condition",
    "metric",
    "labels",
    "value",
    "numerator",
    "denominator",
    "bound",
    "title",
    "message",
    "file",
    "line",
    "sha256",
    "size",
)


def render(report: PeriodReport, lang: str) -> str:
    """One line of a kind for each commitment, check, finding, waiver and file, and for what stands behind them.

    Kinds are ``commitment``, ``history``, ``check``, ``part``, ``trend``, ``finding``, ``counted``, ``waiver`` and
    ``input``. A check has its parts where it counts several in the period; a finding tells of which it is. Only the
    words of the clauses depend on the language.
    """
    return written(COLUMNS, ({"period": report.title, **record} for record in _records(report, lang)))


def _records(report: PeriodReport, lang: str) -> Iterator[dict[str, Any]]:
    for each in report.commitments:
        told = {"clause": each.clause.id, "text": words.text(each.clause, lang)}
        place = _place(report, "clauses", each.clause.id)
        owner = ", ".join(each.owners)
        due = each.since.isoformat() if each.since else ""
        yield {"kind": "commitment", **told, "standing": _name(each.standing), "owner": owner, "due": due, **place}
        for point in report.history[each.clause.id]:
            yield {"kind": "history", **told, "period": point.title, "standing": _name(point.standing)}
    for check in report.checks:
        yield from _check(report, check)
    for waiver, live in report.verdict.waivers:
        yield {
            "kind": "waiver",
            "gate": waiver.gate,
            "metric": waiver.metric,
            "labels": _labels(waiver.where),
            "title": waiver.id,
            "message": waiver.reason,
            "standing": "live" if live else "not live",
            "owner": waiver.approved_by,
            "due": waiver.expires.isoformat(),
            **_place(report, "waivers", waiver.id),
        }
    for one in report.inputs:
        yield {"kind": "input", "title": one.entry, "file": one.name, "sha256": one.sha256 or "", "size": one.size}


def _check(report: PeriodReport, check: Check) -> Iterator[dict[str, Any]]:
    condition, parts = check.result.condition, report.parts[check.key]
    told = {
        "clause": condition.clause,
        "gate": check.gate,
        "condition": condition.id,
        "metric": condition.metric.name,
        "labels": _labels(check.result.measurement.labels),
    }
    yield {
        "kind": "check",
        **told,
        "standing": _name(check.standing),
        "owner": condition.owner,
        "due": condition.enforced_from.isoformat() if condition.enforced_from else "",
        **_numbers(Point(period=report.period, standing=check.standing, result=check.result)),
        "bound": ", ".join(f"{name} {limit}" for name, limit in bound(condition.bound).items()),
        "message": check.result.note,
        **_place(report, "gates", check.gate, condition.id),
    }
    points = [
        Point(period=part.result.period or report.period, standing=part.standing, result=part.result) for part in parts
    ]
    for kind, several in (("part", points if len(points) > 1 else ()), ("trend", report.trend(check))):
        for each in several:
            yield {"kind": kind, **told, "period": each.title, "standing": _name(each.standing), **_numbers(each)}
    for part, point in zip(parts, points, strict=True):
        for finding in part.result.measurement.findings:
            place = {"file": finding.path or "", "line": finding.line or ""}
            of = {"kind": "finding", **told, "period": point.title}
            yield {**of, "title": finding.title, "message": finding.message, **place}
        for one in part.result.measurement.counted:
            place = {"file": one.path or "", "line": one.line or ""}
            message = "numerator" if one.counts else "denominator"
            yield {"kind": "counted", **told, "period": point.title, "title": one.title, "message": message, **place}


def _numbers(point: Point) -> dict[str, Any]:
    found = point.result.measurement if point.result else None
    return {key: exact(getattr(found, key, None)) or "" for key in ("value", "numerator", "denominator")}


def _labels(labels: Any) -> str:
    return " ".join(f"{key}={value}" for key, value in sorted(labels.items()))


def _name(standing: Standing | None) -> str:
    return "" if standing is None else standing.name.lower()


def _place(report: PeriodReport, *path: str) -> dict[str, Any]:
    found = report.places.get(path)
    return {"file": found.file, "line": found.line or ""} if found else {}
