"""Results in words: what a verdict and its conditions came to, the same in every report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from fractions import Fraction

from qualitygate.amounts import bound, margin, number, old, percentage, quantity, together
from qualitygate.language import marked, say
from qualitygate.model.measurement import Finding, Measurement, RegisterEntry
from qualitygate.model.policy import Waiver
from qualitygate.model.verdict import ConditionResult, Outcome, Verdict
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
COVERAGE, FINDINGS = marked("Coverage of changed lines"), marked("Findings")
"""The sections that have what stands behind several results."""


def word(outcome: Outcome) -> str:
    """The word for an outcome: ``NO DATA``."""
    return say(_WORDS[outcome])


def value(result: ConditionResult) -> str:
    """The value as people read it, cut towards the failing side and never across the bound: ``5.06 % (50/990)``."""
    return quantity(result.measurement, result.condition.bound)


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
    return percentage(Fraction(file.covered, file.total))


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


def exceptions(verdict: Verdict, doubts: Mapping[str, str] | None = None) -> Iterator[str]:
    """A line for every waiver and quarantine record of the policy, for no exception may be out of sight.

    ``doubts`` are those of the approval of waivers, by their id.
    """
    today = verdict.at.date()
    for waiver, live in verdict.waivers:
        told = say(
            "waiver {id} on {gate}/{metric} {state}, approved by {approver}: {reason}",
            id=waiver.id,
            gate=waiver.gate,
            metric=waiver.metric,
            state=lifetime(waiver.created, waiver.expires, today, live=live),
            approver=waiver.approved_by,
            reason=waiver.reason,
        )
        doubt = (doubts or {}).get(waiver.id)
        yield say("{one}; {other}", one=told, other=doubt) if doubt else told
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
