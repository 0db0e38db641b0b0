"""The support report in words: what every form says the same way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from qualitygate.amounts import bound, number, percentage, span
from qualitygate.model.measurement import Unit
from qualitygate.support.compliance import UNANSWERED
from qualitygate.support.goal import Goal
from qualitygate.support.report import Bucket, Late, Row, ServiceReport
from qualitygate.support.tally import ComplianceTally

TITLE = "Support response report"
CLOCKS = {"first_response": "First response", "next_response": "Next response", "resolution": "Resolution"}
ANSWERS = {"first_response": "answered", "next_response": "answered", "resolution": "closed"}
OUTCOMES = {True: "MET", False: "NOT MET", None: "NO DATA"}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
COLUMNS = ("Priority", "Received", "In time", "95 % interval", "Late", "Open over limit", "Median", "90th percentile")
LATE_COLUMNS = ("Ticket", "Title", "Target", "Priority", "Channel", "Late by", "Due", "Done")
COUNTING = (
    "A target counts in the period in which it was due or, if earlier, met. Received and waiting times are of those "
    "that began in the period. Times are business time. Budget: how many more of those judged could have been late."
)


def period(report: ServiceReport) -> str:
    """From when to when, in which zone, and whether it has ended."""
    last = (report.period.end - timedelta(days=1)).date()
    told = f"{report.period.start.date()} to {last} ({report.period.start.tzinfo})"
    return f"{told}, so far: as of {moment(report.now, report)}" if report.so_far else told


def moment(at: datetime | None, report: ServiceReport) -> str:
    """A moment in the report's zone, to the minute."""
    return f"{at.astimezone(report.period.start.tzinfo):%Y-%m-%d %H:%M}" if at else ""


def priority(row: Row) -> str:
    """The priority with its target: ``urgent 4 h``; ``all`` for the total."""
    return " ".join(filter(None, (row.priority or "all", span(row.target) if row.target else "")))


def goal(of: Goal) -> str:
    """The goal in words, with the condition that says so."""
    return f"{bound(of.bound, Unit.RATIO)} in time ({of.condition or 'default: no condition of the policy says'})"


def share(tally: ComplianceTally, of: Goal) -> str:
    """How many were in time: ``84/88 (95.45 %)``, cut downwards and never across the goal."""
    if tally.share is None:
        return "none judged"
    return f"{tally.met}/{tally.counted} ({percentage(tally.share, of.bound)})"


def interval(tally: ComplianceTally) -> str:
    """The 95 % interval of the share: ``88.9 to 98.2 %``."""
    return "{:.1f} to {:.1f} %".format(*(100 * each for each in tally.interval)) if tally.interval else "–"


def budget(row: Row) -> str:
    """How many more could have been late."""
    if row.budget is None:
        return "–"
    return f"{row.budget} more" if row.budget >= 0 else f"{-row.budget} too many"


def cells(row: Row) -> tuple[str, ...]:
    """A row under :data:`COLUMNS`, the budget and whether the goal is met after it."""
    counts = row.tally
    return (
        priority(row),
        str(counts.received),
        share(counts, row.goal),
        interval(counts),
        str(counts.late),
        str(counts.over),
        waited(row, "median"),
        waited(row, "p90"),
        budget(row),
        OUTCOMES[row.held],
    )


def waited(row: Row, which: str) -> str:
    """A percentile of waiting times to the second."""
    found = row.median if which == "median" else row.p90
    if found is None:
        return "not known" if row.tally.received else "–"
    return span(round(found))


def late(each: Late, report: ServiceReport) -> tuple[str, ...]:
    """A late target under :data:`LATE_COLUMNS`."""
    by = span(round(each.by)) if round(each.by) else "time out of hours" if not each.by else "less than 1 s"
    done = moment(each.done, report) or ("still open" if each.open else f"never {ANSWERS[each.clock]}")
    target = f"{CLOCKS[each.clock]} {span(each.target)}"
    return (each.ticket, each.title, target, each.priority, each.channel, by, moment(each.due, report), done)


def edge(bucket: Bucket) -> str:
    """The bound of a bucket: ``up to 30 min``."""
    return "longer" if bucket.most is None else f"up to {span(bucket.most)}"


def verdicts(report: ServiceReport) -> Iterator[str]:
    """A sentence for each clock: what was in time, what was promised, whether it was kept."""
    for row in report.totals:
        yield f"{CLOCKS[row.clock]}: {share(row.tally, row.goal)}, {goal(row.goal)}: {OUTCOMES[row.held]}"


def asides(report: ServiceReport) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What is in no number or needs a word, each with all of its tickets."""
    for why, tickets in report.left_out.items():
        yield f"{'No first response is owed' if why == UNANSWERED else 'Not counted'}, {why}", tickets
    for why, tickets in report.unpromised.items():
        yield f"Counted, but {why}", tickets
    if report.pending:
        yield "With a target that is not due yet", report.pending
    if report.late_before:
        yield "Met only by the terms of now, breached under earlier ones", report.late_before


def received(report: ServiceReport) -> str:
    """How many tickets the period brought, and from where it is known."""
    return f"{number('tickets', report.tickets)} received"
