"""A verdict back from its plain data: whole, and at one with itself, or refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from qualitygate.codec import SCHEMA_VERSION, instant
from qualitygate.errors import CannotReadReport
from qualitygate.model.measurement import FileShare, Finding, Measurement, Metric, RegisterEntry, Unit
from qualitygate.model.period import Period
from qualitygate.model.policy import Bound, Condition, QuarantineRecord, Severity, Waiver
from qualitygate.model.verdict import ConditionResult, GateResult, Margin, Outcome, Verdict
from qualitygate.strict import Data, counts, exactly, labels, maybe, natural, texts

_OUTCOMES = {outcome.name.lower(): outcome for outcome in Outcome}
_EXACT = re.compile(r"-?[0-9]+(\.[0-9]+|/[0-9]+)?")
_LONGEST = 4_000
"""Digits of one number."""
_T = TypeVar("_T")
_Judged = TypeVar("_Judged", Verdict, GateResult)


def loads(text: str) -> Verdict:
    """The verdict that :func:`dumps` wrote, such that every reporter tells it as before.

    What only judging needs is not in it: how conditions pick and combine measurements, and the measurements before they
    were combined. Raises :class:`~qualitygate.errors.CannotReadReport` for anything else, also for outcomes that
    contradict each other.
    """
    try:
        return decode(json.loads(text))
    except RecursionError as error:
        raise CannotReadReport("malformed", "is no verdict of qualitygate: it is nested too deep") from error
    except ValueError as error:
        raise CannotReadReport("malformed", f"is no verdict of qualitygate: {error}") from error


def decode(data: Any) -> Verdict:
    """The verdict that :func:`encode` made into data. Raises ``ValueError`` that says where the data is wrong."""
    return _within("the verdict", _verdict, data)


def _within(place: str, make: Callable[[Data], _T], data: Any) -> _T:
    """What is made of an object, or an error that begins with its place."""
    try:
        return make(exactly(data, dict))
    except KeyError as error:
        raise ValueError(f"{place}: there is no {error}") from error
    except (TypeError, ValueError, ArithmeticError) as error:
        raise ValueError(f"{place}: {error}") from error


def _all(noun: str, make: Callable[[Data], _T], data: Any) -> tuple[_T, ...]:
    return tuple(_within(f"{noun} {number}", make, each) for number, each in enumerate(exactly(data, list), 1))


def _verdict(data: Data) -> Verdict:
    version = data["schema_version"]
    if version != SCHEMA_VERSION:
        raise ValueError(f"its schema_version is {version!r}, this qualitygate reads {SCHEMA_VERSION}")
    metrics = {
        name: _within(f"metric {name}", lambda each, name=name: _to_metric(name, each), each)  # type: ignore[misc]
        for name, each in exactly(data["metrics"], dict).items()
    }
    waivers = tuple((each, live) for each, live in _all("waiver", _to_waiver, data["waivers"]))
    known = {waiver.id: waiver for waiver, _ in waivers}
    verdict = Verdict(
        policy=exactly(data["policy"]["name"], str),
        policy_digest=exactly(data["policy"]["digest"], str),
        subject=labels(data["subject"]),
        at=instant(exactly(data["at"], str)),
        gates=_all("gate", lambda gate: _to_gate(gate, metrics, known), data["gates"]),
        examined=counts(data["examined"]),
        waivers=waivers,
        quarantine=_all("quarantine record", _to_quarantine, data["quarantine"]),
    )
    return _agreeing(verdict, data)


def _agreeing(judged: _Judged, data: Data) -> _Judged:
    """What was read, where its outcome is what its parts come to: one that contradicts itself is no verdict."""
    if _outcome(data) is not judged.outcome:
        raise ValueError(f"says {data['outcome']}, but its parts come to {judged.outcome.name.lower()}")
    return judged


def _outcome(data: Data) -> Outcome:
    name = exactly(data["outcome"], str)
    if name not in _OUTCOMES:
        raise ValueError(f"{name!r} is no outcome")
    return _OUTCOMES[name]


def _to_gate(data: Data, metrics: Mapping[str, Metric], waivers: Mapping[str, Waiver]) -> GateResult:
    results = _all("condition", lambda each: _to_result(each, metrics, waivers), data["conditions"])
    return _agreeing(GateResult(name=exactly(data["name"], str), conditions=results), data)


def _to_result(data: Data, metrics: Mapping[str, Metric], waivers: Mapping[str, Waiver]) -> ConditionResult:
    metric = metrics[exactly(data["metric"], str)]
    condition = Condition(
        id=exactly(data["id"], str),
        metric=metric,
        bound=Bound(**{name: _to_exact(limit) for name, limit in exactly(data["bound"], dict).items()}),
        severity=Severity(data["severity"]),
        why=exactly(data["why"], str),
        owner=exactly(data["owner"], str),
        clause=exactly(data["clause"], str),
        enforced_from=None if data["from"] is None else _to_day(data["from"]),
    )
    measurement = Measurement(
        metric=metric,
        value=_maybe_exact(data["value"]),
        numerator=_maybe_exact(data["numerator"]),
        denominator=_maybe_exact(data["denominator"]),
        labels=labels(data["labels"]),
        sources=texts(data["sources"]),
        examined=counts(data["examined"]),
        findings=_all("finding", _to_finding, data["findings"]),
        note=exactly(data["note"], str),
        vacuous=exactly(data["vacuous"], bool),
        files=_all("file", _to_file, data["files"]),
        register=_all("register entry", _to_entry, data["register"]),
    )
    return ConditionResult(
        condition=condition,
        outcome=_outcome(data),
        measurement=measurement,
        margin=None if data["margin"] is None else _within("margin", _to_margin, data["margin"]),
        waiver=None if data["waiver"] is None else waivers[exactly(data["waiver"], str)],
        note=measurement.note,
        period=None if data["period"] is None else _within("period", _to_period, data["period"]),
    )


def _to_period(data: Data) -> Period:
    return Period(start=instant(exactly(data["start"], str)), end=instant(exactly(data["end"], str)))


def _to_metric(name: str, data: Data) -> Metric:
    noun, formula, source = (exactly(data[key], str) for key in ("noun", "formula", "source"))
    return Metric(name=name, noun=noun, unit=Unit(data["unit"]), formula=formula, source=source)


def _to_margin(data: Data) -> Margin:
    return Margin(amount=_to_exact(data["amount"]), noun=exactly(data["noun"], str), side=exactly(data["side"], str))


def _to_finding(data: Data) -> Finding:
    return Finding(
        title=exactly(data["title"], str),
        message=exactly(data["message"], str),
        path=maybe(data["path"], str),
        line=maybe(data["line"], int),
        end_line=maybe(data["end_line"], int),
        severity=exactly(data["severity"], str),
        changed=maybe(data["changed"], bool),
        weight=exactly(data["weight"], int),
    )


def _to_file(data: Data) -> FileShare:
    return FileShare(path=exactly(data["path"], str), covered=natural(data["covered"]), total=natural(data["total"]))


def _to_entry(data: Data) -> RegisterEntry:
    told = ("register", "id", "title", "path", "stage", "owner", "status", "left_out")
    return RegisterEntry(
        **{key: exactly(data[key], str) for key in told},
        line=natural(data["line"]),
        reviewed=_maybe_day(data["reviewed"]),
        until=_maybe_day(data["until"]),
        missing=texts(data["missing"]),
    )


def _to_waiver(data: Data) -> tuple[Waiver, bool]:
    told = {key: exactly(data[key], str) for key in ("id", "gate", "metric", "reason", "requested_by", "approved_by")}
    waiver = Waiver(
        **told, where=labels(data["where"]), created=_to_day(data["created"]), expires=_to_day(data["expires"])
    )
    return waiver, exactly(data["live"], bool)


def _to_quarantine(data: Data) -> tuple[QuarantineRecord, bool]:
    told = {key: exactly(data[key], str) for key in ("test", "owner", "issue", "reason")}
    record = QuarantineRecord(**told, added=_to_day(data["added"]), expires=_to_day(data["expires"]))
    return record, exactly(data["live"], bool)


def _to_day(data: Any) -> date:
    return date.fromisoformat(exactly(data, str))


def _maybe_day(data: Any) -> date | None:
    return None if data is None else _to_day(data)


def _to_exact(data: Any) -> Fraction:
    """An exact number, as :func:`exact` writes it; no exponent that would be a number of many megabytes."""
    text = exactly(data, str)
    if not _EXACT.fullmatch(text) or len(text) > _LONGEST:
        raise ValueError(f"{text[:60]!r} is no exact number")
    return Fraction(text)


def _maybe_exact(data: Any) -> Fraction | None:
    return None if data is None else _to_exact(data)
