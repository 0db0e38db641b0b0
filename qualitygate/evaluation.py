"""Judging measurements by a policy: pure, exact, and the only place where a value meets a bound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from qualitygate.model.measurement import Better, Combine, FileShare, Measurement, Metric, Unit
from qualitygate.model.policy import Bound, Condition, OnMissing, Policy, Severity, Waiver
from qualitygate.model.verdict import ConditionResult, GateResult, Margin, Outcome, Verdict

if TYPE_CHECKING:
    from qualitygate.model.period import Period

COMMITMENTS = "commitments.met"
"""The metric that is judged after all others, from their results."""
_UNITS = {Unit.COUNT: (1, ""), Unit.RATIO: (100, " %"), Unit.SECONDS: (1, " s"), Unit.POINTS: (100, " pp")}
_WITHOUT_DATA = {OnMissing.FAIL: Outcome.NO_DATA, OnMissing.WARN: Outcome.WARNED, OnMissing.IGNORE: Outcome.PASSED}


def evaluate(
    policy: Policy, measurements: Sequence[Measurement], *, subject: Mapping[str, str], now: datetime
) -> Verdict:
    """Judge every condition of every gate. ``now`` is aware; days and periods are those of the policy's zone.

    How many commitments were kept is judged last, from the results of all other conditions.
    """
    local = now.astimezone(policy.zone)
    waivers = [waiver for waiver in policy.waivers if policy.excuses(waiver, local.date())]
    verdict = Verdict(
        policy=policy.name,
        policy_digest=policy.digest,
        subject=subject,
        at=local,
        gates=_gates(policy, measurements, waivers, local),
        examined=_examined(measurements),
        waivers=tuple((waiver, waiver in waivers) for waiver in policy.waivers),
        quarantine=tuple((record, record.live(local.date())) for record in policy.quarantine),
    )
    if not any(condition.metric.name == COMMITMENTS for gate in policy.gates for condition in gate.conditions):
        return verdict
    from qualitygate.commitments import commitments, measured  # noqa: PLC0415 - few policies are held against a contract

    kept = measured(commitments(policy.clauses, verdict))
    return replace(verdict, gates=_gates(policy, [*measurements, *kept], waivers, local))


def _gates(
    policy: Policy, measurements: Sequence[Measurement], waivers: Sequence[Waiver], now: datetime
) -> tuple[GateResult, ...]:
    return tuple(
        GateResult(
            name=gate.name,
            conditions=tuple(
                result
                for condition in gate.conditions
                for result in judge(
                    condition, measurements, waivers=[waiver for waiver in waivers if waiver.gate == gate.name], now=now
                )
            ),
        )
        for gate in policy.gates
    )


def judge(
    condition: Condition, measurements: Iterable[Measurement], *, waivers: Sequence[Waiver] = (), now: datetime
) -> list[ConditionResult]:
    """Judge one condition: one result, or with ``each`` one a label value.

    A value of ``None`` anywhere among what the condition picks is no data, whatever the rest says; but where there is
    established to be nothing to measure, the rest counts, and nothing at all to measure passes. A value that breaks its
    bound by no more than the tolerance passes and says so. A ratio that breaks its bound over fewer than ``min_sample``
    is taken again over ``min_sample``, as if the missing ones had been good; if that keeps the bound the outcome is a
    warning. A waiver turns a failure, and only a failure, into WAIVED. Until the day a condition is enforced from, or
    the first whole period that begins then is over, neither a failure nor missing data is more than a warning.
    """
    asked = picked = [measurement for measurement in measurements if _picks(condition, measurement)]
    period = None
    if condition.within:
        from qualitygate.model.period import last_whole  # noqa: PLC0415 - few conditions are about a period

        period = last_whole(condition.within, now, condition.year_starts)
        picked = [_dated(m) for m in asked if _may_be_of(m, period)]
    groups: dict[str | None, list[Measurement]] = {}
    for measurement in picked:
        groups.setdefault(measurement.labels[condition.each] if condition.each else None, []).append(measurement)
    if not groups:
        groups[None] = [_nothing(condition, asked)]
    rows = sorted(groups.items(), key=lambda item: item[0] or "")
    results = [
        _judge_one(condition, combine(condition.metric, group, _labels(condition, value)), waivers)
        for value, group in rows
    ]
    return [_enforced(replace(result, period=period), now.date()) for result in results]


def _enforced(result: ConditionResult, today: date) -> ConditionResult:
    """A result; before its condition is enforced, what would block is a warning that says from when it will."""
    begins, within = result.condition.enforced_from, result.condition.within
    if begins is None or result.begun(begins, today) or result.outcome < Outcome.NO_DATA:
        return result
    until = f"the first whole {within} from {begins} on is over" if within else str(begins)
    note = "; ".join(filter(None, [f"not enforced until {until}", result.note]))
    return replace(result, outcome=Outcome.WARNED, note=note)


def combine(metric: Metric, measurements: Sequence[Measurement], labels: Mapping[str, str]) -> Measurement:
    """One measurement out of several of the same metric, by the rule of its catalogue entry.

    Order changes nothing. One without a value leaves the whole without a value; its note then stands for all. Those
    that established that there is nothing to measure are left out, unless there are no others.
    """
    measurements = [m for m in measurements if not m.vacuous] or measurements
    if len(measurements) == 1:
        return replace(measurements[0], labels=labels)
    whole = Measurement(
        metric=metric,
        value=None,
        labels=labels,
        at=max((m.at for m in measurements if m.at is not None), default=None),
        sources=tuple(sorted({source for m in measurements for source in m.sources})),
        examined=_examined(measurements) if metric.labels else _add(m.examined for m in measurements),
        findings=tuple(sorted((finding for m in measurements for finding in m.findings), key=lambda f: f.rank)),
        vacuous=all(m.vacuous for m in measurements),
        files=_files(measurements),
        counted=tuple(sorted((one for m in measurements for one in m.counted), key=lambda one: one.rank)),
        register=tuple(sorted((entry for m in measurements for entry in m.register), key=lambda entry: entry.place)),
        note="; ".join(sorted({m.note for m in measurements if m.note and m.value is None}))
        or "; ".join(sorted({m.note for m in measurements if m.note})),
    )
    if metric.combine is Combine.PERCENTILE and all(m.waits for m in measurements):
        return _percentile(whole, [wait for m in measurements for wait in m.waits])
    values = [m.value for m in measurements if m.value is not None]
    if len(values) < len(measurements):
        return whole
    if metric.combine is Combine.MAX:
        return replace(whole, value=max(values))
    if metric.combine is Combine.SUM:
        numerator, denominator = _over_the_same(measurements)
        return replace(whole, value=sum(values, Fraction(0)), numerator=numerator, denominator=denominator)
    if metric.combine is Combine.DISTINCT:
        titles = {finding.title for finding in whole.findings}
        return replace(whole, value=Fraction(len(titles)), findings=tuple(dict.fromkeys(whole.findings)))
    now = _quotient((m.numerator, m.denominator) for m in measurements)
    if metric.combine is Combine.DIFFERENCE:
        return _difference(whole, now, _quotient(m.before or (None, None) for m in measurements))
    if now is None:
        return replace(whole, note="a rate without its numerator and denominator cannot be combined with others")
    return replace(whole, value=now[0] / now[1], numerator=now[0], denominator=now[1])


def _files(measurements: Iterable[Measurement]) -> tuple[FileShare, ...]:
    """The parts of each file, added up as the whole is."""
    shares: dict[str, FileShare] = {}
    for file in (file for m in measurements for file in m.files):
        known = shares.get(file.path, FileShare(path=file.path, covered=0, total=0))
        shares[file.path] = FileShare(
            path=file.path, covered=known.covered + file.covered, total=known.total + file.total
        )
    return tuple(sorted(shares.values(), key=lambda file: file.rank))


def _quotient(parts: Iterable[tuple[Fraction | None, Fraction | None]]) -> tuple[Fraction, Fraction] | None:
    """All numerators and all denominators, added up; ``None`` where any is not known or nothing to divide by."""
    numerator, denominator = Fraction(0), Fraction(0)
    for above, below in parts:
        if above is None or not below:
            return None
        numerator, denominator = numerator + above, denominator + below
    return numerator, denominator


def _difference(
    whole: Measurement, now: tuple[Fraction, Fraction] | None, before: tuple[Fraction, Fraction] | None
) -> Measurement:
    if now is None or before is None:
        return replace(whole, note="a difference without what it is taken from cannot be combined with others")
    value = now[0] / now[1] - before[0] / before[1]
    return replace(whole, value=value, numerator=now[0], denominator=now[1], before=before)


def _percentile(whole: Measurement, waits: Sequence[tuple[Fraction, bool]]) -> Measurement:
    from qualitygate.model.sampling import percentile  # noqa: PLC0415 - only support pays for it

    assert whole.metric.percentile is not None
    value = percentile(waits, whole.metric.percentile)
    note = "" if value is not None else "so many still wait that it cannot be told"
    return replace(whole, value=value, waits=tuple(waits), note=note)


def _over_the_same(measurements: Sequence[Measurement]) -> tuple[Fraction | None, Fraction | None]:
    """The numerator and denominator of what was added up; none where they were not all taken over the same."""
    denominators = {m.denominator for m in measurements}
    numerators = [m.numerator for m in measurements if m.numerator is not None]
    if len(denominators) > 1 or len(numerators) < len(measurements):
        return None, None
    return sum(numerators, Fraction(0)), denominators.pop()


def margin(metric: Metric, bound: Bound, measurement: Measurement) -> Margin | None:
    """How far the value is from the line, in what the metric counts; the tightest part where the bound has several.

    A ratio's margin, and a density's, is in whole items over the same denominator: how many more failures, how many
    fewer covered lines.
    """
    value, scale, whole = measurement.value, Fraction(1), metric.unit is Unit.COUNT
    if value is None:
        return None
    if metric.unit in (Unit.RATIO, Unit.DENSITY):
        if measurement.numerator is None or measurement.denominator is None:
            return None
        value, scale, whole = measurement.numerator, measurement.denominator, True
    parts = []
    if bound.at_most is not None:
        limit = bound.at_most * scale
        parts.append(Margin(amount=(floor(limit) if whole else limit) - value, noun=metric.noun, side="ceiling"))
    if bound.below is not None:
        limit = bound.below * scale
        parts.append(Margin(amount=(ceil(limit) - 1 if whole else limit) - value, noun=metric.noun, side="ceiling"))
    if bound.at_least is not None:
        limit = bound.at_least * scale
        parts.append(Margin(amount=value - (ceil(limit) if whole else limit), noun=metric.noun, side="floor"))
    if bound.above is not None:
        limit = bound.above * scale
        parts.append(Margin(amount=value - (floor(limit) + 1 if whole else limit), noun=metric.noun, side="floor"))
    return min(parts, key=lambda part: part.amount)


def _judge_one(condition: Condition, measurement: Measurement, waivers: Sequence[Waiver]) -> ConditionResult:
    result = ConditionResult(
        condition=condition,
        outcome=Outcome.PASSED,
        measurement=measurement,
        margin=margin(condition.metric, condition.bound, measurement),
        note=measurement.note,
    )
    if measurement.vacuous:
        return result
    if measurement.value is None:
        outcome = _WITHOUT_DATA[condition.on_missing]
        if outcome is Outcome.NO_DATA and condition.severity is Severity.WARNING:
            outcome = Outcome.WARNED
        return replace(result, outcome=outcome)
    if condition.bound.holds(measurement.value):
        return result
    tolerance = condition.metric.tolerance if condition.tolerance is None else condition.tolerance
    if tolerance and condition.bound.widened(tolerance).holds(measurement.value):
        told = f"within the tolerance of {_amount(tolerance, condition.metric.unit)} for noise"
        return replace(result, note="; ".join(filter(None, [told, measurement.note])))
    if _small_sample_excuses(condition, measurement):
        sample = condition.min_sample
        told = f"only {measurement.denominator} of the {sample} that make a sample; over {sample} it would hold"
        return replace(result, outcome=Outcome.WARNED, note="; ".join(filter(None, [told, measurement.note])))
    if condition.severity is Severity.WARNING:
        return replace(result, outcome=Outcome.WARNED)
    for waiver in waivers:
        if waiver.metric == condition.metric.name and waiver.where.items() <= measurement.labels.items():
            return replace(result, outcome=Outcome.WAIVED, waiver=waiver)
    return replace(result, outcome=Outcome.FAILED)


def _small_sample_excuses(condition: Condition, measurement: Measurement) -> bool:
    numerator, denominator, sample = measurement.numerator, measurement.denominator, condition.min_sample
    if sample is None or numerator is None or denominator is None or denominator >= sample:
        return False
    good = sample - denominator if condition.metric.better is Better.HIGHER else 0
    return condition.bound.holds((numerator + good) / sample)


def _amount(tolerance: Fraction, unit: Unit) -> str:
    scale, suffix = _UNITS[unit]
    return f"{float(tolerance * scale):g}{suffix}"


def _picks(condition: Condition, measurement: Measurement) -> bool:
    return (
        measurement.metric.name == condition.metric.name
        and condition.where.items() <= measurement.labels.items()
        and (condition.each is None or condition.each in measurement.labels)
    )


def _may_be_of(measurement: Measurement, period: Period) -> bool:
    """What nobody could measure, or date, may be of any period; who waited is of the one that the wait began in."""
    unmeasured = measurement.value is None and not measurement.waits and not measurement.settled
    return unmeasured or measurement.at is None or measurement.at in period


def _dated(measurement: Measurement) -> Measurement:
    """Evidence without a time stamp may be of any period, so it has no value in this one."""
    if measurement.at is not None or measurement.value is None:
        return measurement
    return replace(measurement, value=None, note="carries no time stamp, so its period cannot be told")


def _labels(condition: Condition, value: str | None) -> Mapping[str, str]:
    return condition.where if condition.each is None or value is None else {**condition.where, condition.each: value}


def _nothing(condition: Condition, asked: Sequence[Measurement]) -> Measurement:
    """Where nothing is of the period, or nothing at all is there: what was read says so."""
    where = ", ".join(f"{label} {value}" for label, value in sorted(condition.where.items()))
    period = f" within the last whole {condition.within}" if condition.within else ""
    return Measurement(
        metric=condition.metric,
        value=None,
        sources=tuple(sorted({source for m in asked for source in m.sources})),
        note=f"nothing measured{f' for {where}' if where else ''}{period}",
    )


def _add(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for part in parts:
        for noun, number in part.items():
            total[noun] = total.get(noun, 0) + number
    return dict(sorted(total.items()))


def _examined(measurements: Iterable[Measurement]) -> dict[str, int]:
    """What was looked at, counted once though many metrics looked at it, or one split what it found by its labels."""
    most: dict[tuple[tuple[str, str], ...], dict[str, int]] = {}
    for measurement in measurements:
        labels = measurement.labels.items()
        own = measurement.metric.labels
        seen = most.setdefault(tuple(sorted(label for label in labels if label[0] not in own)), {})
        for noun, number in measurement.examined.items():
            seen[noun] = max(seen.get(noun, 0), number)
    return _add(most.values())
