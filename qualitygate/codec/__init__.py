"""Verdict to plain data: the one form for the JSON report, the store and the API. The way back is in ``decoding``."""

from __future__ import annotations

import json
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from qualitygate.model.measurement import FileShare, Finding, Metric, RegisterEntry
from qualitygate.model.policy import Bound, QuarantineRecord, Waiver
from qualitygate.model.verdict import ConditionResult, GateResult, Verdict

if TYPE_CHECKING:
    from qualitygate.model.period import Period

SCHEMA_VERSION = 1
_BOUNDS = ("below", "at_most", "at_least", "above")


def encode(verdict: Verdict) -> dict[str, Any]:
    """The verdict as JSON-ready data, described by ``policies/verdict.schema.json``.

    Exact numbers are text: a decimal where it is finite, else a fraction. Nothing depends on where or by which face the
    verdict was reached.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "outcome": verdict.outcome.name.lower(),
        "subject": dict(sorted(verdict.subject.items())),
        "at": verdict.at.isoformat(),
        "policy": {"name": verdict.policy, "digest": verdict.policy_digest},
        "examined": dict(sorted(verdict.examined.items())),
        "metrics": {metric.name: _metric(metric) for metric in _metrics(verdict)},
        "gates": [_gate(gate) for gate in verdict.gates],
        "waivers": [{**_waiver(waiver), "live": live} for waiver, live in verdict.waivers],
        "quarantine": [{**_quarantine(record), "live": live} for record, live in verdict.quarantine],
    }


def dumps(verdict: Verdict) -> str:
    """The verdict as JSON text, byte for byte the same for equal verdicts.

    A lone surrogate, which a report may hold and UTF-8 cannot, stays an escape.
    """
    told = json.dumps(encode(verdict), indent=2, ensure_ascii=False) + "\n"
    return told.encode("utf-8", "backslashreplace").decode()


def exact(amount: Fraction | None) -> str | None:
    """A fraction as text that loses nothing: ``0.05``, ``1/3``, ``4``."""
    if amount is None:
        return None
    denominator, twos, fives = amount.denominator, 0, 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    digits = max(twos, fives)
    if denominator != 1 or digits > 18:
        return str(amount)
    scaled = str(abs(amount.numerator) * 10**digits // amount.denominator).rjust(digits + 1, "0")
    text = f"{scaled[: len(scaled) - digits]}.{scaled[len(scaled) - digits :]}" if digits else scaled
    return "-" + text if amount < 0 else text


def _metrics(verdict: Verdict) -> list[Metric]:
    results = (result for gate in verdict.gates for result in gate.conditions)
    metrics = {result.condition.metric.name: result.condition.metric for result in results}
    return [metrics[name] for name in sorted(metrics)]


def _metric(metric: Metric) -> dict[str, str]:
    return {"noun": metric.noun, "unit": metric.unit.value, "formula": metric.formula, "source": metric.source}


def _condition(result: ConditionResult) -> dict[str, Any]:
    measurement, distance = result.measurement, result.margin
    return {
        "id": result.condition.id,
        "metric": result.condition.metric.name,
        "labels": dict(sorted(measurement.labels.items())),
        "outcome": result.outcome.name.lower(),
        "severity": result.condition.severity.value,
        "unit": result.condition.metric.unit.value,
        "value": exact(measurement.value),
        "numerator": exact(measurement.numerator),
        "denominator": exact(measurement.denominator),
        "bound": bound(result.condition.bound),
        "margin": None
        if distance is None
        else {"amount": exact(distance.amount), "noun": distance.noun, "side": distance.side},
        "vacuous": measurement.vacuous,
        "examined": dict(sorted(measurement.examined.items())),
        "sources": list(measurement.sources),
        "waiver": result.waiver.id if result.waiver else None,
        "note": result.note,
        "why": result.condition.why,
        "owner": result.condition.owner,
        "clause": result.condition.clause,
        "from": result.condition.enforced_from.isoformat() if result.condition.enforced_from else None,
        "period": _period(result.period) if result.period else None,
        "files": [_file(file) for file in measurement.files],
        "findings": [finding(each) for each in measurement.findings],
        "register": [entry(each) for each in measurement.register],
    }


def _period(counted: Period) -> dict[str, Any]:
    return {"start": counted.start.isoformat(), "end": counted.end.isoformat()}


def _gate(gate: GateResult) -> dict[str, Any]:
    conditions = [_condition(result) for result in gate.conditions]
    return {"name": gate.name, "outcome": gate.outcome.name.lower(), "conditions": conditions}


def _waiver(waiver: Waiver) -> dict[str, Any]:
    return {
        "id": waiver.id,
        "gate": waiver.gate,
        "metric": waiver.metric,
        "where": dict(sorted(waiver.where.items())),
        "reason": waiver.reason,
        "requested_by": waiver.requested_by,
        "approved_by": waiver.approved_by,
        "created": waiver.created.isoformat(),
        "expires": waiver.expires.isoformat(),
    }


def _quarantine(record: QuarantineRecord) -> dict[str, Any]:
    return {
        "test": record.test,
        "owner": record.owner,
        "issue": record.issue,
        "reason": record.reason,
        "added": record.added.isoformat(),
        "expires": record.expires.isoformat(),
    }


def bound(line: Bound) -> dict[str, str | None]:
    """The parts of a bound that are set, exact."""
    return {name: exact(limit) for name in _BOUNDS if (limit := getattr(line, name)) is not None}


def finding(each: Finding) -> dict[str, Any]:
    """A finding with all that is known of it."""
    return {
        "title": each.title,
        "message": each.message,
        "path": each.path,
        "line": each.line,
        "end_line": each.end_line,
        "severity": each.severity,
        "changed": each.changed,
        "weight": each.weight,
    }


def _file(file: FileShare) -> dict[str, Any]:
    return {"path": file.path, "covered": file.covered, "total": file.total}


def entry(of: RegisterEntry) -> dict[str, Any]:
    """How one document of a register stands, as JSON-ready data."""
    return {
        "register": of.register,
        "line": of.line,
        "id": of.id,
        "title": of.title,
        "path": of.path,
        "stage": of.stage,
        "owner": of.owner,
        "status": of.status,
        "reviewed": of.reviewed.isoformat() if of.reviewed else None,
        "until": of.until.isoformat() if of.until else None,
        "left_out": of.left_out,
        "missing": list(of.missing),
    }


def instant(text: str) -> datetime:
    """An aware instant from ISO 8601. Raises ``ValueError`` for anything else, and for one without a zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} names no time zone; add Z or an offset")
    return moment
