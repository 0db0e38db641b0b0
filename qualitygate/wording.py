"""Numbers, bounds and margins in words: what every reporter says the same way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from fractions import Fraction
from math import ceil, floor

from qualitygate.model.measurement import Finding, Measurement, Unit
from qualitygate.model.policy import Bound, Waiver
from qualitygate.model.verdict import ConditionResult, Margin, Outcome, Verdict
from qualitygate.sections import ChangedCode, ChangedFile, Findings, has_changed_code, has_findings

WORDS = {
    Outcome.PASSED: "PASS",
    Outcome.WARNED: "WARN",
    Outcome.WAIVED: "WAIVED",
    Outcome.NO_DATA: "NO DATA",
    Outcome.FAILED: "FAIL",
}
COUNTED = {
    Outcome.FAILED: "failed",
    Outcome.NO_DATA: "without data",
    Outcome.WAIVED: "waived",
    Outcome.WARNED: "warned",
    Outcome.PASSED: "passed",
}
_SCALES = {Unit.RATIO: (100, " %"), Unit.SECONDS: (1, " s"), Unit.POINTS: (100, " pp")}
_COVERED = "covered "
COVERAGE, FINDINGS = "Coverage of changed lines", "Findings"
"""The sections that have what stands behind several results."""
_BOUNDS = (("below", "below"), ("at_most", "at most"), ("at_least", "at least"), ("above", "above"))
_DIGITS = 2
_MOST_DIGITS = 12


def number(noun: str, amount: int | Fraction) -> str:
    """``1 test``, ``2 tests``: the noun is given plural."""
    return f"{_exact(Fraction(amount))} {noun[:-1] if amount == 1 and noun.endswith('s') else noun}"


def value(result: ConditionResult) -> str:
    """The value as people read it, cut towards the failing side and never across the bound: ``5.06 % (50/990)``."""
    return quantity(result.measurement, result.condition.bound)


def quantity(measurement: Measurement, line: Bound = Bound()) -> str:  # noqa: B008 - a frozen value
    """A measurement as people read it; with a bound it is cut towards the failing side and never across it."""
    if measurement.vacuous:
        return measurement.note or "nothing to measure"
    if measurement.value is None:
        return "no data"
    if measurement.metric.unit is Unit.COUNT and measurement.value.denominator == 1:
        return number(measurement.metric.noun, measurement.value)
    metric = measurement.metric
    per = " per 1,000 lines" if metric.unit is Unit.DENSITY else ""
    scale, suffix = _SCALES.get(metric.unit, (1, f" {metric.noun}{per}"))
    upwards = line.at_most is not None or line.below is not None
    return _cut(measurement.value, line, scale, upwards=upwards) + suffix + share(measurement)


def share(measurement: Measurement) -> str:
    """The numerator and denominator of a ratio or density, `` (50/990)``; nothing for anything else."""
    shared = measurement.metric.unit in (Unit.RATIO, Unit.DENSITY)
    if not shared or measurement.numerator is None or measurement.denominator is None:
        return ""
    parts = f"{_exact(measurement.numerator)}/{_exact(measurement.denominator)}"
    sampled = measurement.metric.sampled
    return f" ({parts}{_interval(measurement.numerator, measurement.denominator) if sampled else ''})"


def _interval(numerator: Fraction, denominator: Fraction) -> str:
    """The 95 % interval of a share that is a sample: ``; 95 % interval 83.2 to 98.1 %``."""
    from qualitygate.model.sampling import wilson  # noqa: PLC0415 - only support pays for it

    low, high = wilson(numerator, denominator)
    return f"; 95 % interval {100 * low:.1f} to {100 * high:.1f} %"


def percentage(of: Fraction, line: Bound = Bound()) -> str:  # noqa: B008 - a frozen value
    """A share in percent, cut downwards and never across the bound: ``89.99 %``."""
    return _cut(of, line, 100, upwards=False) + " %"


def span(seconds: float) -> str:
    """Seconds in hours, minutes and seconds: ``1 h 30 min``."""
    whole, rest = divmod(round(seconds, 6), 60)
    hours, minutes = divmod(int(whole), 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{rest:g} s" if rest else ""]
    return " ".join(filter(None, parts)) or "0 s"


def bound(condition_bound: Bound, unit: Unit) -> str:
    """The bound in words: ``below 5 %``, ``at least 3 and at most 5``."""
    return " and ".join(
        f"{word} {amount(limit, unit)}"
        for name, word in _BOUNDS
        if (limit := getattr(condition_bound, name)) is not None
    )


def margin(far: Margin | None, unit: Unit) -> str:
    """How far to the line: ``2 more failures allowed``, ``cover 7 more lines``; nothing without a value."""
    if far is None:
        return ""
    amount = abs(far.amount)
    if unit in _SCALES and unit is not Unit.RATIO:
        scale, suffix = _SCALES[unit]
        words = _exact(amount * scale, 3) + suffix
        more = f"{words} more"
    elif far.side == "floor" and far.amount < 0 and far.noun.startswith(_COVERED):
        return f"cover {_exact(amount)} more {number(far.noun.removeprefix(_COVERED), amount).partition(' ')[2]}"
    else:
        words = number(far.noun, amount)
        more = f"{_exact(amount)} more {words.partition(' ')[2]}"
    if far.side == "ceiling":
        return f"{words} too many" if far.amount < 0 else f"{more} allowed" if amount else f"no more {far.noun} allowed"
    return f"{more} needed" if far.amount < 0 else f"{words} to spare" if amount else f"no {far.noun} to spare"


def base(verdict: Verdict) -> str:
    """What the changes were compared with: ``base 1a2b3c4d5e of 2026-11-20, 2 days old``; empty without any."""
    commit, told = verdict.subject.get("base"), verdict.subject.get("base_at", "")
    if not commit:
        return ""
    try:
        days = (verdict.at - (made := datetime.fromisoformat(told))).days
        made = made.astimezone(verdict.at.tzinfo)
    except (ValueError, TypeError, OverflowError):  # whoever judged said what the subject is
        return f"base {commit[:10]}"
    age = f"{number('days', days)} old" if days > 0 else "less than a day old" if days == 0 else "in the future"
    return f"base {commit[:10]} of {made.date()}, {age}"


def labels(of: Mapping[str, str]) -> str:
    """Labels as one word: ``suite=unit``."""
    return " ".join(f"{label}={value}" for label, value in sorted(of.items()))


def check(result: ConditionResult) -> str:
    """What a condition checks, as its name: ``tests.defect_rate [suite=unit]``."""
    of = labels(result.measurement.labels)
    return result.condition.metric.name + (f" [{of}]" if of else "")


def required(result: ConditionResult) -> str:
    """The bound of a result's condition in words."""
    return bound(result.condition.bound, result.condition.metric.unit)


def distance(result: ConditionResult) -> str:
    """How far a result is from the line, in words; nothing without a value."""
    return margin(result.margin, result.condition.metric.unit)


def told(result: ConditionResult) -> str:
    """A result's numbers in one line: ``5.6 % (7/125), at most 5 %; 1 failure too many``.

    Where none at all is allowed, the value is the distance.
    """
    if result.measurement.vacuous:
        return f"{value(result)} ({required(result)})"
    far = "" if result.condition.bound.at_most == 0 else distance(result)
    return f"{value(result)}, {required(result)}" + (f"; {far}" if far else "")


def place(finding: Finding) -> str:
    """Where a finding is, as far as the evidence tells: ``tests/test_a.py:12``."""
    return ":".join(str(part) for part in (finding.path, finding.line if finding.path else None) if part)


def placed(finding: Finding) -> str:
    """A finding in one line as compilers write it: ``tests/test_a.py:12: title: message``."""
    return ": ".join(part for part in (place(finding), finding.title, finding.message) if part)


def changed_code(section: ChangedCode) -> str:
    """How much of the changed code is covered, as a heading: ``Coverage of changed lines: 13 of 20 in 3 files``."""
    of = labels(section.labels)
    where = number("files", len(section.files))
    return f"{COVERAGE}{f' [{of}]' if of else ''}: {section.covered} of {section.total} in {where}"


def covered(file: ChangedFile) -> str:
    """How much of a file is covered, cut so that only all of it is 100 %: ``88.88 %``."""
    return _cut(Fraction(file.covered, file.total), Bound(), 100, upwards=False) + " %" if file.total else "nothing"


def lines(file: ChangedFile, most: int = 0) -> str:
    """The uncovered lines of a file as ranges, ``12-15, 20, 31-32``; cut to so many ranges where that is not 0."""
    ranges = [str(first) if first == last else f"{first}-{last}" for first, last in file.uncovered]
    cut = len(ranges) - most if most and len(ranges) > most else 0
    return ", ".join(ranges[: len(ranges) - cut]) + (f", … {number('more ranges', cut)}" if cut else "")


def findings(section: Findings) -> str:
    """How many findings there are, as a heading: ``Findings on changed lines: 3 of 41``."""
    if section.of_changes:
        return f"{FINDINGS} on changed lines: {len(section.rows)} of {section.total}"
    return f"{FINDINGS}: {section.total}, worst first"


def listed(measurement: Measurement, *, whole: bool) -> str:
    """The section, whole or brief, that has the findings of a measurement; empty where their result tells them."""
    if has_findings(measurement, whole=whole):
        return FINDINGS
    return COVERAGE if measurement.findings and has_changed_code(measurement) else ""


def waived(waiver: Waiver) -> str:
    """Who excused a failure, until when and why."""
    return f"waived by {waiver.id} until {waiver.expires}, approved by {waiver.approved_by}: {waiver.reason}"


def reasons(result: ConditionResult) -> Iterator[str]:
    """What a reader must know beyond the numbers: the note, the waiver, why the condition stands and who owns it."""
    if result.note and not result.measurement.vacuous:
        yield result.note
    if result.waiver:
        yield waived(result.waiver)
    why, owner = result.condition.why, result.condition.owner
    if why:
        yield f"why: {why}" + (f" (owner {owner})" if owner else "")
    elif owner:
        yield f"owner: {owner}"


def voids(verdict: Verdict) -> Iterator[str]:
    """What makes a verdict NO DATA though no result says so; without this it would look green row by row."""
    if not verdict.gates:
        yield "the policy has no gate"
    yield from (f"the gate {gate.name} has no condition" for gate in verdict.gates if not gate.conditions)
    if verdict.examined_nothing:
        yield "nothing was examined"


def examined(of: Mapping[str, int]) -> str:
    """What was looked at: ``2 files, 96 tests``."""
    return ", ".join(number(noun, amount) for noun, amount in of.items()) or "nothing"


def subject(of: Mapping[str, str]) -> str:
    """The subject in one line: name and reference first, the commit cut to its first ten digits."""
    name = " ".join(of[key] for key in ("name", "ref") if key in of)
    commit = of.get("commit", "")[:10]
    return f"{name} @ {commit}" if name and commit else name or (f"commit {commit}" if commit else "this folder")


def results(verdict: Verdict) -> list[tuple[str, ConditionResult]]:
    """Every result with its gate's name, worst first, otherwise in the policy's order."""
    rows = [(gate.name, result) for gate in verdict.gates for result in gate.conditions]
    return sorted(rows, key=lambda row: -row[1].outcome)


def tally(verdict: Verdict) -> dict[Outcome, int]:
    """How many results ended how, worst first; outcomes that did not occur are left out."""
    outcomes = [result.outcome for gate in verdict.gates for result in gate.conditions]
    return {outcome: outcomes.count(outcome) for outcome in sorted(Outcome, reverse=True) if outcome in outcomes}


def summary(verdict: Verdict) -> str:
    """The counts of results in one line: ``1 failed, 1 without data, 10 passed``."""
    return ", ".join(f"{count} {COUNTED[outcome]}" for outcome, count in tally(verdict).items())


def exceptions(verdict: Verdict) -> Iterator[str]:
    """A line for every waiver and quarantine record of the policy, for no exception may be out of sight."""
    today = verdict.at.date()
    for waiver, live in verdict.waivers:
        state = lifetime(waiver.created, waiver.expires, today, live=live)
        what = f"waiver {waiver.id} on {waiver.gate}/{waiver.metric}"
        yield f"{what} {state}, approved by {waiver.approved_by}: {waiver.reason}"
    for record, live in verdict.quarantine:
        state = lifetime(record.added, record.expires, today, live=live)
        yield f"quarantine of {record.test} {state}, owner {record.owner}, {record.issue}: {record.reason}"


def lifetime(since: date, until: date, today: date, *, live: bool) -> str:
    """Until when an exception counts, or that it does not count any more, or not yet."""
    if live:
        return f"until {until}"
    return f"EXPIRED {until}" if until < today else f"from {since}"


def amount(limit: Fraction, unit: Unit) -> str:
    """An amount with its unit: ``5 %``, ``90 s``, ``0.2 pp``."""
    scale, suffix = _SCALES.get(unit, (1, ""))
    return _exact(limit * scale, _MOST_DIGITS) + suffix


def _exact(amount: Fraction, digits: int = _DIGITS) -> str:
    """A number with no more digits than it needs."""
    return str(amount.numerator) if amount.denominator == 1 else f"{float(amount):.{digits}f}".rstrip("0").rstrip(".")


def _cut(amount: Fraction, line: Bound, scale: int, *, upwards: bool) -> str:
    holds = line.holds(amount)
    for digits in range(_DIGITS, _MOST_DIGITS):
        unit = scale * 10**digits
        shown = Fraction(ceil(amount * unit) if upwards else floor(amount * unit), unit)
        if line.holds(shown) is holds:
            break
    else:
        return str(amount * scale)
    sign, whole = ("-", -shown) if shown < 0 else ("", shown)
    text = str(round(whole * scale * 10**digits)).rjust(digits + 1, "0")
    return sign + f"{text[:-digits]}.{text[-digits:]}".rstrip("0").rstrip(".")
