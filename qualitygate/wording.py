"""Numbers, bounds and margins in words: what every reporter says the same way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from fractions import Fraction
from math import ceil, floor

from qualitygate.language import marked, say
from qualitygate.model.measurement import Finding, Measurement, RegisterEntry, Unit
from qualitygate.model.policy import Bound, Waiver
from qualitygate.model.verdict import ConditionResult, Margin, Outcome, Verdict
from qualitygate.sections import ChangedCode, ChangedFile, Findings, Register, has_changed_code, has_findings

UNJUDGED = "unjudged"
"""The key of a subject that says why nothing was judged of it: the verdict then has no gate."""
_WORDS = {
    Outcome.PASSED: marked("PASS"),
    Outcome.WARNED: marked("WARN"),
    Outcome.WAIVED: marked("WAIVED"),
    Outcome.NO_DATA: marked("NO DATA"),
    Outcome.FAILED: marked("FAIL"),
}
_COUNTED = {
    Outcome.FAILED: marked("{count} failed"),
    Outcome.NO_DATA: marked("{count} without data"),
    Outcome.WAIVED: marked("{count} waived"),
    Outcome.WARNED: marked("{count} warned"),
    Outcome.PASSED: marked("{count} passed"),
}
NOUNS = (
    *("files", "lines", "functions", "branches", "branches of changed lines", "tests", "quarantined tests", "tools"),
    *(
        "registers",
        "documents",
        "records",
        "actions",
        "milestones",
        "channels",
        "contacts",
        "commitments",
        "pages",
        "links",
        "tickets",
        "pending tickets",
        "excluded tickets",
        "clocks",
        "defects",
        "changes",
        "changed files",
        "changed lines",
        "findings",
        "checks",
        "conditions",
        "clauses",
        "gates",
        "evidence sources",
    ),
    *("persons", "roles", "trainings", "exams", "waves", "answers", "questions"),
    *("open tickets", "dead links", "internal links", "external links", "template links"),
    *("waivers", "days", "months", "quarters", "years", "more files", "more findings", "more ranges", "differences"),
)
"""What is counted besides what metrics count; their nouns stand in the catalogue of metrics."""
_SCALES = {Unit.RATIO: (100, " %"), Unit.SECONDS: (1, " s"), Unit.POINTS: (100, marked(" pp"))}
_MINUTE = 60
_BEHIND = (" of ", " at ", " changed after ")
"""What parts a noun from words that tell which."""
_COVERED = "covered "
COVERAGE, FINDINGS = marked("Coverage of changed lines"), marked("Findings")
"""The sections that have what stands behind several results."""
_BOUNDS = (
    ("below", marked("below {limit}")),
    ("at_most", marked("at most {limit}")),
    ("at_least", marked("at least {limit}")),
    ("above", marked("above {limit}")),
)
_BEYOND = {"ceiling": marked("{amount} too many"), "floor": marked("{amount} to spare")}
_NO_MORE = {"ceiling": marked("no more {noun} allowed"), "floor": marked("no {noun} to spare")}
_MORE = {"ceiling": marked("{amount} more allowed"), "floor": marked("{amount} more needed")}
_MORE_OF = {"ceiling": marked("{amount} more {noun} allowed"), "floor": marked("{amount} more {noun} needed")}
_DIGITS = 2
_MOST_DIGITS = 12


def word(outcome: Outcome) -> str:
    """The word for an outcome: ``NO DATA``."""
    return say(_WORDS[outcome])


def number(noun: str, amount: int | Fraction) -> str:
    """``1 test``, ``2 tests``: the noun is given plural."""
    return f"{_exact(Fraction(amount))} {named(noun, amount)}"


def named(noun: str, amount: int | Fraction) -> str:
    """The noun as so many are called. Another language has its measure word before it and, so far, no plural."""
    told = say(noun)
    return _singular(noun) if told == noun and amount == 1 else told


def _singular(noun: str) -> str:
    """``branch of changed lines`` of ``branches of changed lines``: what stands behind the noun stays as it is."""
    at = min((found for each in _BEHIND if (found := noun.find(each)) > 0), default=len(noun))
    head = noun[:at]
    return head.removesuffix("es" if head.endswith(("ches", "shes")) else "s") + noun[at:]


def together(parts: Iterable[str]) -> str:
    """Parts of one sentence, in a row."""
    return say(", ").join(parts)


def value(result: ConditionResult) -> str:
    """The value as people read it, cut towards the failing side and never across the bound: ``5.06 % (50/990)``."""
    return quantity(result.measurement, result.condition.bound)


def quantity(measurement: Measurement, line: Bound = Bound()) -> str:  # noqa: B008 - a frozen value
    """A measurement as people read it; with a bound it is cut towards the failing side and never across it."""
    if measurement.vacuous:
        return measurement.note or say("nothing to measure")
    if measurement.value is None:
        return say("no data")
    if measurement.metric.unit is Unit.COUNT and measurement.value.denominator == 1:
        return number(measurement.metric.noun, measurement.value)
    unit, noun = measurement.metric.unit, say(measurement.metric.noun)
    scale, suffix = _SCALES.get(unit, (1, ""))
    upwards = line.at_most is not None or line.below is not None
    amount = _cut(measurement.value, line, scale, upwards=upwards)
    if unit is Unit.DENSITY:
        return say("{amount} {noun} per 1,000 lines", amount=amount, noun=noun) + share(measurement)
    return (_with_unit(amount, unit) if suffix else f"{amount} {noun}") + share(measurement)


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
    return say("; 95 % interval {low} to {high} %", low=f"{100 * low:.1f}", high=f"{100 * high:.1f}")


def percentage(of: Fraction, line: Bound = Bound()) -> str:  # noqa: B008 - a frozen value
    """A share in percent, cut downwards and never across the bound: ``89.99 %``."""
    return _cut(of, line, 100, upwards=False) + " %"


def span(seconds: float) -> str:
    """Seconds in hours, minutes and seconds: ``1 h 30 min``."""
    return _span(f"{seconds:.6f}".rstrip("0").rstrip("."))


def _span(shown: str) -> str:
    """The same of a number that is written already: no digit of it is lost."""
    whole, _, rest = shown.partition(".")
    minutes, seconds = divmod(int(whole), 60)
    hours, minutes = divmod(minutes, 60)
    last = f"{seconds}.{rest} s" if rest else f"{seconds} s" if seconds else ""
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", last]
    return " ".join(filter(None, parts)) or "0 s"


def bound(condition_bound: Bound, unit: Unit) -> str:
    """The bound in words: ``below 5 %``, ``at least 3 and at most 5``."""
    return say(" and ").join(
        say(words, limit=amount(limit, unit))
        for name, words in _BOUNDS
        if (limit := getattr(condition_bound, name)) is not None
    )


def margin(far: Margin | None, unit: Unit) -> str:
    """How far to the line: ``2 more failures allowed``, ``cover 7 more lines``; nothing without a value."""
    if far is None:
        return ""
    amount, noun = abs(far.amount), far.noun
    if unit in _SCALES and unit is not Unit.RATIO:
        told = _with_unit(_exact(amount * _SCALES[unit][0], 3), unit)
        return _distance(far, told) or say(_MORE[far.side], amount=told)
    if far.side == "floor" and far.amount < 0 and noun.startswith(_COVERED):
        return say("cover {amount} more {noun}", amount=_exact(amount), noun=named(noun.removeprefix(_COVERED), amount))
    return _distance(far, number(noun, amount)) or say(
        _MORE_OF[far.side], amount=_exact(amount), noun=named(noun, amount)
    )


def _distance(far: Margin, told: str) -> str:
    """Too many, at the line, or to spare; nothing where it is what may or must still be added."""
    if not far.amount:
        return say(_NO_MORE[far.side], noun=say(far.noun))
    if (far.side == "ceiling") is (far.amount < 0):
        return say(_BEYOND[far.side], amount=told)
    return ""


def base(verdict: Verdict) -> str:
    """What the changes were compared with: ``base 1a2b3c4d5e of 2026-11-20, 2 days old``; empty without any."""
    commit, told = verdict.subject.get("base"), verdict.subject.get("base_at", "")
    if not commit:
        return ""
    try:
        days = (verdict.at - (made := datetime.fromisoformat(told))).days
        made = made.astimezone(verdict.at.tzinfo)
    except (ValueError, TypeError, OverflowError):  # whoever judged said what the subject is
        return say("base {commit}", commit=commit[:10])
    age = old(days) if days >= 0 else say("in the future")
    return say("base {commit} of {date}, {age}", commit=commit[:10], date=made.date(), age=age)


def old(days: int) -> str:
    """How old something is: ``2 days old``."""
    return say("{days} old", days=number("days", days)) if days > 0 else say("less than a day old")


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
        return say("{value} ({required})", value=value(result), required=required(result))
    far = "" if result.condition.bound.at_most == 0 else distance(result)
    words = marked("{value}, {required}; {distance}") if far else marked("{value}, {required}")
    return say(words, value=value(result), required=required(result), distance=far)


def place(finding: Finding) -> str:
    """Where a finding is, as far as the evidence tells: ``tests/test_a.py:12``."""
    return ":".join(str(part) for part in (finding.path, finding.line if finding.path else None) if part)


def placed(finding: Finding) -> str:
    """A finding in one line as compilers write it: ``tests/test_a.py:12: title: message``."""
    return ": ".join(part for part in (place(finding), finding.title, finding.message) if part)


def changed_code(section: ChangedCode) -> str:
    """How much of the changed code is covered, as a heading: ``Coverage of changed lines: 13 of 20 in 3 files``."""
    of = labels(section.labels)
    heading = say(COVERAGE) + (f" [{of}]" if of else "")
    words = marked("{heading}: {covered} of {total} in {files}")
    files = number("files", len(section.files))
    return say(words, heading=heading, covered=section.covered, total=section.total, files=files)


def register(section: Register) -> str:
    """How much of a register is complete, as a heading: ``Required documents: 3 of 5 are complete``."""
    of = labels(section.labels)
    words = marked("Required documents{labels}: {complete} of {required} are complete")
    return say(words, labels=f" [{of}]" if of else "", complete=section.complete, required=section.required)


def completeness(entry: RegisterEntry) -> str:
    """How one document of a register stands, in a word or two."""
    if entry.left_out:
        return say("not required")
    return say("incomplete") if entry.missing else say("complete")


def covered(file: ChangedFile) -> str:
    """How much of a file is covered, cut so that only all of it is 100 %: ``88.88 %``."""
    if not file.total:
        return say("nothing")
    return _cut(Fraction(file.covered, file.total), Bound(), 100, upwards=False) + " %"


def lines(file: ChangedFile, most: int = 0) -> str:
    """The uncovered lines of a file as ranges, ``12-15, 20, 31-32``; cut to so many ranges where that is not 0."""
    ranges = [str(first) if first == last else f"{first}-{last}" for first, last in file.uncovered]
    cut = len(ranges) - most if most and len(ranges) > most else 0
    return ", ".join(ranges[: len(ranges) - cut]) + (f", … {number('more ranges', cut)}" if cut else "")


def findings(section: Findings) -> str:
    """How many findings there are, as a heading: ``Findings on changed lines: 3 of 41``."""
    if section.of_changes:
        words = marked("Findings on changed lines: {count} of {total}")
        return say(words, count=len(section.rows), total=section.total)
    return say("Findings: {total}, worst first", total=section.total)


def listed(measurement: Measurement, *, whole: bool) -> str:
    """The section, whole or brief, that has the findings of a measurement; empty where their result tells them."""
    if has_findings(measurement, whole=whole):
        return FINDINGS
    return COVERAGE if measurement.findings and has_changed_code(measurement) else ""


def waived(waiver: Waiver) -> str:
    """Who excused a failure, until when and why."""
    words = marked("waived by {id} until {date}, approved by {approver}: {reason}")
    return say(words, id=waiver.id, date=waiver.expires, approver=waiver.approved_by, reason=waiver.reason)


def reasons(result: ConditionResult) -> Iterator[str]:
    """What a reader must know beyond the numbers: the note, the waiver, why the condition stands and who owns it."""
    if result.note and not result.measurement.vacuous:
        yield result.note
    if result.waiver:
        yield waived(result.waiver)
    why, owner = result.condition.why, result.condition.owner
    if why:
        yield say(marked("why: {why} (owner {owner})") if owner else marked("why: {why}"), why=why, owner=owner)
    elif owner:
        yield say("owner: {owner}", owner=owner)


def voids(verdict: Verdict) -> Iterator[str]:
    """What makes a verdict NO DATA though no result says so; without this it would look green row by row."""
    why = verdict.subject.get(UNJUDGED, "")
    if why and not verdict.gates:
        yield say("the gate could not be judged")
        yield from filter(None, map(str.strip, why.splitlines()))
        return
    if not verdict.gates:
        yield say("the policy has no gate")
    yield from (
        say("the gate {gate} has no condition", gate=gate.name) for gate in verdict.gates if not gate.conditions
    )
    if verdict.examined_nothing:
        yield say("nothing was examined")


def examined(of: Mapping[str, int]) -> str:
    """What was looked at: ``2 files, 96 tests``."""
    return together(number(noun, amount) for noun, amount in of.items()) or say("nothing")


def subject(of: Mapping[str, str]) -> str:
    """The subject in one line: name and reference first, the commit cut to its first ten digits."""
    name = " ".join(of[key] for key in ("name", "ref") if key in of)
    commit = of.get("commit", "")[:10]
    if name and commit:
        return f"{name} @ {commit}"
    return name or (say("commit {commit}", commit=commit) if commit else say("this folder"))


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
    return together(counted(outcome, count) for outcome, count in tally(verdict).items())


def counted(outcome: Outcome, count: int) -> str:
    """How many results ended so: ``1 without data``."""
    return say(_COUNTED[outcome], count=count)


def exceptions(verdict: Verdict) -> Iterator[str]:
    """A line for every waiver and quarantine record of the policy, for no exception may be out of sight."""
    today = verdict.at.date()
    for waiver, live in verdict.waivers:
        yield say(
            "waiver {id} on {gate}/{metric} {state}, approved by {approver}: {reason}",
            id=waiver.id,
            gate=waiver.gate,
            metric=waiver.metric,
            state=lifetime(waiver.created, waiver.expires, today, live=live),
            approver=waiver.approved_by,
            reason=waiver.reason,
        )
    for record, live in verdict.quarantine:
        yield say(
            "quarantine of {test} {state}, owner {owner}, {issue}: {reason}",
            test=record.test,
            state=lifetime(record.added, record.expires, today, live=live),
            owner=record.owner,
            issue=record.issue,
            reason=record.reason,
        )


def lifetime(since: date, until: date, today: date, *, live: bool) -> str:
    """Until when an exception counts, or that it does not count any more, or not yet."""
    if live:
        return say("until {date}", date=until)
    if since <= today <= until:
        return say("approved by nobody who may")
    return say("EXPIRED {date}", date=until) if until < today else say("from {date}", date=since)


def width(text: str) -> int:
    """The columns a terminal needs for it: East Asian letters take two, https://www.unicode.org/reports/tr11/."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width  # noqa: PLC0415 - ASCII does without

    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text)


def amount(limit: Fraction, unit: Unit) -> str:
    """An amount with its unit: ``5 %``, ``1 min 30 s``, ``0.2 pp``."""
    return _with_unit(_exact(limit * _SCALES.get(unit, (1, ""))[0], _MOST_DIGITS), unit)


def _with_unit(shown: str, unit: Unit) -> str:
    """A number with what it counts; from a minute on seconds are told as people tell the time."""
    if unit is Unit.SECONDS and "/" not in shown and float(shown) >= _MINUTE:
        return _span(shown)
    return shown + say(_SCALES.get(unit, (1, ""))[1])


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
