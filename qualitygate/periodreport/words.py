"""The report of a period in words: what every form says the same way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from qualitygate.amounts import number, quantity, together
from qualitygate.commitments import MET, Check, Commitment, Standing, tally
from qualitygate.language import ENGLISH, marked, say
from qualitygate.model.measurement import Finding
from qualitygate.model.period import length
from qualitygate.model.period import title as named_period
from qualitygate.model.policy import Clause, Waiver
from qualitygate.model.verdict import ConditionResult
from qualitygate.periodreport.report import Input, PeriodReport, Point
from qualitygate.wording import check as checked
from qualitygate.wording import labels, lifetime, reasons, required, subject, value
from qualitygate.wording import place as wording_place

TITLE = marked("Quality assurance report")
STANDINGS = {
    Standing.MET: marked("MET"),
    Standing.WAIVED: marked("WAIVED"),
    Standing.NO_DATA: marked("NO DATA"),
    Standing.MISSED: marked("MISSED"),
    Standing.UNCHECKED: marked("UNCHECKED"),
    Standing.NOT_DUE: marked("NOT DUE"),
}
SIGNS: Mapping[Standing | None, str] = {
    Standing.MET: "✓",
    Standing.WAIVED: "≈",
    Standing.NO_DATA: "∅",
    Standing.MISSED: "✗",
    Standing.UNCHECKED: "?",
    Standing.NOT_DUE: "…",
    None: "–",
}
"""What stands for a word where there is little room; the word stands beside it or in a legend."""
MEANINGS = {
    Standing.MET: marked("Everything that checks it holds."),
    Standing.WAIVED: marked("It does not hold; a written, approved waiver that had not expired excuses it."),
    Standing.NO_DATA: marked("What it is measured from was missing, unreadable or empty. This is not kept."),
    Standing.MISSED: marked("It does not hold, even where a small sample excuses it."),
    Standing.UNCHECKED: marked("Nothing in the policy that can block checks it, so nobody can say that it is kept."),
    Standing.NOT_DUE: marked("It is told already, and must be kept from a later day."),
}
_COUNTED = {
    Standing.MET: marked("{count} met"),
    Standing.WAIVED: marked("{count} waived"),
    Standing.NO_DATA: marked("{count} without data"),
    Standing.MISSED: marked("{count} missed"),
    Standing.UNCHECKED: marked("{count} checked by nobody"),
    Standing.NOT_DUE: marked("{count} not due yet"),
}
COMMITMENTS = (
    marked("Clause"),
    marked("Measure"),
    marked("Target"),
    marked("Result"),
    marked("Standing"),
    marked("Owner"),
    marked("Evidence"),
)
SIGNATURES = (marked("Role"), marked("Name"), marked("Date"), marked("Signature"))
FINDINGS = (marked("Where"), marked("Finding"), marked("Message"))
WAIVERS = (
    marked("Waiver"),
    marked("Excuses"),
    marked("Counts"),
    marked("Requested by"),
    marked("Approved by"),
    marked("Reason"),
    marked("Written at"),
)
INPUTS = (marked("File"), marked("Evidence"), marked("Made"), marked("Bytes"), "SHA-256")
METRICS = (marked("Metric"), marked("Formula"), marked("Source"))
"""Heads of tables."""
SIGNERS = (marked("Prepared by"), marked("Reviewed by"))
"""Who signs the report; the space beside them is filled in by hand."""
_LENGTHS = {1: "months", 3: "quarters", 12: "years"}
_EACH = {"month": marked("{required}, each month"), "quarter": marked("{required}, each quarter")}
_FEW = 3
"""Files that are named one by one, even where they are all of their entry."""
UNKNOWN = "–"
"""Where nobody knows how something stood."""


def title(report: PeriodReport) -> str:
    """What the report is of: ``after-sales, 2026-Q3``."""
    return f"{report.verdict.policy}, {report.title}"


def period(report: PeriodReport) -> str:
    """From when to when, in which zone, and whether it has ended."""
    last = (report.period.end - timedelta(days=1)).date()
    told = marked("{first} to {last} ({zone})")
    if report.so_far:
        told = marked("{first} to {last} ({zone}), not over yet: as of {moment}")
    moment = f"{report.verdict.at:%Y-%m-%d %H:%M}"
    return say(told, first=report.period.start.date(), last=last, zone=report.zone, moment=moment)


def about(report: PeriodReport) -> str:
    """What was judged, by its name, reference and commit."""
    return subject(report.verdict.subject)


def word(standing: Standing | None) -> str:
    """The word for how something stands; a dash where nobody knows."""
    return UNKNOWN if standing is None else say(STANDINGS[standing])


def summary(report: PeriodReport) -> str:
    """How many of the commitments that were due are met, and how the others stand."""
    if not report.commitments:
        return say("The policy names no clause of a contract.")
    counts = tally(each for each in report.commitments if each.due)
    others = _counted({standing: count for standing, count in counts.items() if standing is not Standing.MET})
    met, due = _met(report)
    words = marked("{met} of {due} commitments that were due are met")
    words = marked("{met} of {due} commitments that were due are met ({others})") if others else words
    sentence = say(words, met=met, due=due, others=others)
    apart = _counted(tally(each for each in report.commitments if not each.due))
    return say("{one}; {other}", one=sentence, other=apart) if apart else sentence


def _met(report: PeriodReport) -> tuple[int, int]:
    """How many of the commitments that were due are met, and how many were due."""
    due = [each for each in report.commitments if each.due]
    return sum(each.standing is Standing.MET for each in due), len(due)


def _counted(counts: Mapping[Standing, int]) -> str:
    return together(say(_COUNTED[standing], count=count) for standing, count in counts.items())


def text(clause: Clause, lang: str) -> str:
    """The clause in its own words, in the report's language where it has them in that."""
    return clause.words(lang, ENGLISH)


def owners(commitment: Commitment) -> str:
    """Who answers for it."""
    return together(commitment.owners) or say("nobody named")


def measured(check: Check) -> str:
    """What is measured, by its name and labels."""
    return checked(check.result)


def result(check: Check, report: PeriodReport) -> str:
    """The value with its numerator and denominator; where there are several parts that of the worst, by its name."""
    return _of_part(value(check.result), check, report)


def bound(check: Check) -> str:
    """The bound of a check."""
    return required(check.result)


def target(check: Check, report: PeriodReport) -> str:
    """The bound, and what is counted where it is not all that has been: each part of the period, or a named one."""
    condition = check.result.condition
    if not condition.within:
        return required(check.result)
    if len(parts(check, report)) > 1:
        return say(_EACH[condition.within], required=required(check.result))
    return say("{required}, in {period}", required=required(check.result), period=_counted_in(check, report))


def outcome(check: Check, report: PeriodReport) -> str:
    """The same without the interval of a sample, for a table."""
    return _of_part(short(check.result), check, report)


def _of_part(told: str, check: Check, report: PeriodReport) -> str:
    several = len(parts(check, report)) > 1
    return say("{value} in {period}", value=told, period=_counted_in(check, report)) if several else told


def parts(check: Check, report: PeriodReport) -> tuple[Check, ...]:
    """A check in every part of the period that it counts; itself where it counts one."""
    return report.parts.get(check.key, (check,))


def _counted_in(check: Check, report: PeriodReport) -> str:
    return named_period(check.result.period or report.period)


def evidence(check: Check, report: PeriodReport) -> str:
    """What was read, and how many cases are listed for not being as they should."""
    found = [part.result.measurement for part in parts(check, report)]
    listed = sum(len(each.findings) for each in found)
    files = {source for each in found for source in each.sources}
    told = say("{count} listed", count=number("findings", listed)) if listed else ""
    return together(filter(None, [number("files", len(files)), told]))


def listed(part: Check, report: PeriodReport) -> str:
    """What is said above the cases of a part, each of which is listed."""
    count = number("findings", len(part.result.measurement.findings))
    if len(parts(part, report)) > 1:
        return say(
            "Not as it should be in {period}: {count}, none left out", period=_counted_in(part, report), count=count
        )
    return say("Not as it should be: {count}, none left out", count=count)


def sources(check: Check, report: PeriodReport) -> Iterator[str]:
    """What a number was taken from: the entries of which every file was read, with their number, else the files."""
    left = dict.fromkeys(check.result.measurement.sources)
    for entry in dict.fromkeys(each.entry for each in report.inputs):
        names = [each.name for each in report.inputs if each.entry == entry]
        if len(names) > _FEW and all(name in left for name in names):
            yield say("all {files} of {entry}", files=number("files", len(names)), entry=entry)
            left = {name: None for name in left if name not in names}
    yield from left


def where(finding: Finding, check: Check) -> str:
    """Where a case stands, by file and line as far as the evidence tells."""
    files = check.result.measurement.sources
    return wording_place(finding) or (files[0] if len(files) == 1 else "")


def notes(check: Check, report: PeriodReport) -> Iterator[str]:
    """What must be known beyond the numbers."""
    several = parts(check, report)
    if len(several) > 1:
        yield say(
            "the worst of {periods}: {standings}",
            periods=number(_LENGTHS[length(several[0].result.period or report.period)], len(several)),
            standings=_counted(Counter(sorted(part.standing for part in several))),
        )
    met, due = _met(report)
    if check.result.condition.metric == MET and check.result.measurement.numerator != met:
        yield say("as of the end alone; over the whole period it is {met} of {due}", met=met, due=due)
    begins = check.result.condition.enforced_from
    if begins and check.standing is Standing.NOT_DUE:
        yield say("enforced from {date}", date=begins)
    if check.result.period and check.result.period.end <= report.period.start and check.standing is Standing.NOT_DUE:
        yield say("none of what it counts in {period} is over yet", period=report.title)
    yield from reasons(check.result)
    waiver = check.result.waiver
    if waiver and waiver.id in report.doubts:
        yield say("waiver {id}: {doubt}", id=waiver.id, doubt=report.doubts[waiver.id].told)


def trend(check: Check, report: PeriodReport) -> tuple[Point, ...]:
    """How a check stood in each period; nothing where no period has a value."""
    points = report.trend(check)
    return points if any(each.result and each.result.measurement.value is not None for each in points) else ()


def point(of: Point) -> str:
    """The value of a check at the end of a period."""
    return short(of.result) if of.result else UNKNOWN


def short(of: ConditionResult) -> str:
    """The value with its numerator and denominator, without the interval of a sample."""
    found = of.measurement
    return quantity(replace(found, metric=replace(found.metric, sampled=False)), of.condition.bound)


def place(report: PeriodReport, *path: str) -> str:
    """Where a part of the policy is written; nothing where that is not known."""
    found = report.places.get(path)
    return str(found) if found else ""


def moment(at: datetime | None, report: PeriodReport) -> str:
    """A moment in the report's zone, to the minute."""
    return f"{at.astimezone(report.period.start.tzinfo):%Y-%m-%d %H:%M}" if at else ""


def digest(of: Input) -> str:
    """The SHA-256 of a file."""
    return of.sha256 or say("could not be opened")


def before(report: PeriodReport) -> str:
    """What the table of earlier periods is, and what it is not."""
    count = len(next(iter(report.history.values()), ()))
    return say(
        "How each commitment stood in the last {periods}, judged again by the policy of today on the records of "
        "today; what counts months stands as in the worst of its months. A dash: its evidence is of one moment only, "
        "or begins later, so nobody knows.",
        periods=number(_LENGTHS[length(report.period)], count),
    )


def method(report: PeriodReport) -> Iterator[str]:
    """How the report was made, in sentences."""
    yield say(
        "Everything is judged as of {moment}, the end of the period or, where it is not over, the moment of the "
        "report; what counts months or quarters at the end of each that has ended. Days, months, quarters and years "
        "begin at midnight in {zone}.",
        moment=report.verdict.at.isoformat(),
        zone=report.zone,
    )
    yield say(
        "Numbers are compared as exact fractions. Percentages are cut towards the failing side and never shown across "
        "the bound. A commitment stands as the worst of what checks it; commitments are counted, never weighted."
    )
    yield say(
        "Every case behind a number that is not as it should be is listed with its place, none is sampled. What is "
        "counted from records is told by file and line, good and bad; JSON and CSV name each case. Tests, coverage and "
        "links are in the files that are named, whose SHA-256 is told."
    )


def later(report: PeriodReport) -> str:
    """The evidence that was made after the moment that is told of; nothing where there is none."""
    if not report.later:
        return ""
    return say(
        "Made after the moment that this report tells of, and counted all the same: {names}",
        names=together(each.name for each in report.later),
    )


def excluded(report: PeriodReport) -> Iterator[tuple[str, str]]:
    """What is in no number, by the check that leaves it out: those without a value, and every note of a measure."""
    for check in report.checks:
        if check.result.note:
            yield f"{check.gate}/{measured(check)}", check.result.note


def waivers(report: PeriodReport) -> Iterator[tuple[str, ...]]:
    """Every waiver of the policy under :data:`WAIVERS`, whether it counts or not."""
    for waiver, live in report.verdict.waivers:
        yield (
            waiver.id,
            f"{waiver.gate}/{waiver.metric}" + (f" [{labels(waiver.where)}]" if waiver.where else ""),
            lifetime(waiver.created, waiver.expires, report.verdict.at.date(), live=live),
            waiver.requested_by,
            _approval(waiver, report),
            waiver.reason,
            place(report, "waivers", waiver.id),
        )


def _approval(waiver: Waiver, report: PeriodReport) -> str:
    """Who approved a waiver, as its record says, and what is doubted of that."""
    doubt = report.doubts.get(waiver.id)
    return say("{one}; {other}", one=waiver.approved_by, other=doubt.told) if doubt else waiver.approved_by


def inputs(report: PeriodReport) -> Iterator[tuple[str, ...]]:
    """Every file that was read, under :data:`INPUTS`."""
    for each in report.inputs:
        yield (each.name, each.entry, moment(each.made, report), str(each.size), digest(each))


def metrics(report: PeriodReport) -> Iterator[tuple[str, ...]]:
    """What was measured, under :data:`METRICS`."""
    return ((metric.name, say(metric.formula), metric.source) for metric in report.metrics)
