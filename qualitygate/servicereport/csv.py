"""The support report as CSV: one table, whose first column says what a line is of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qualitygate.codec import exact
from qualitygate.csvtext import written
from qualitygate.servicereport.json import seconds, stamp
from qualitygate.servicereport.words import OUTCOMES
from qualitygate.support.report import Row, ServiceReport
from qualitygate.support.tally import ComplianceTally

COLUMNS = (
    "kind",
    "period",
    "clock",
    "priority",
    "channel",
    "month",
    "received",
    "counted",
    "in_time",
    "late",
    "open_over_limit",
    "share",
    "goal",
    "outcome",
    "budget",
    "target_s",
    "median_s",
    "p90_s",
    "ticket",
    "title",
    "start",
    "due",
    "done",
    "late_by_s",
    "reason",
)


def render(report: ServiceReport) -> str:
    """Kinds of lines: ``total``, ``priority``, ``month``, ``channel``, ``late``, ``not counted``, ``pending``."""
    return written(COLUMNS, ({"period": report.title, **record} for record in _records(report)))


def _records(report: ServiceReport) -> Iterator[dict[str, Any]]:
    for row in report.rows:
        yield _row(row)
        if not row.priority:
            for month, tally in row.months:
                yield {"kind": "month", "clock": row.clock, "month": month, **_tally(tally)}
    for clock, channel, tally in report.channels:
        yield {"kind": "channel", "clock": clock, "channel": channel, **_tally(tally)}
    for each in report.late:
        yield {
            "kind": "late",
            "clock": each.clock,
            "priority": each.priority,
            "channel": each.channel,
            "target_s": seconds(each.target),
            "ticket": each.ticket,
            "title": each.title,
            "start": stamp(each.start),
            "due": stamp(each.due),
            "done": stamp(each.done),
            "late_by_s": seconds(each.by),
            "reason": "still open" if each.open else "",
        }
    for why, tickets in report.left_out.items():
        yield from ({"kind": "not counted", "ticket": ticket, "reason": why} for ticket in tickets)
    for why, tickets in report.unpromised.items():
        yield from ({"kind": "unpromised", "ticket": ticket, "reason": why} for ticket in tickets)
    yield from ({"kind": "pending", "ticket": ticket} for ticket in report.pending)


def _row(row: Row) -> dict[str, Any]:
    return {
        "kind": "priority" if row.priority else "total",
        "clock": row.clock,
        "priority": row.priority,
        **_tally(row.tally),
        "goal": exact(row.goal.share),
        "outcome": OUTCOMES[row.held],
        "budget": row.budget,
        "target_s": seconds(row.target),
        "median_s": seconds(row.median),
        "p90_s": seconds(row.p90),
    }


def _tally(tally: ComplianceTally) -> dict[str, Any]:
    return {
        "received": tally.received,
        "counted": tally.counted,
        "in_time": tally.met,
        "late": tally.late,
        "open_over_limit": tally.over,
        "share": exact(tally.share),
    }
