"""The support report as JSON, described by ``policies/support-report.schema.json``; exact numbers are text."""

from __future__ import annotations

import json
from datetime import datetime
from fractions import Fraction
from typing import Any

from qualitygate.codec import exact
from qualitygate.support.report import Bucket, Late, Row, ServiceReport
from qualitygate.support.tally import ComplianceTally

SCHEMA_VERSION = 1


def render(report: ServiceReport) -> str:
    """The report as JSON text; a lone surrogate, which UTF-8 cannot hold, stays an escape."""
    told = json.dumps(encode(report), indent=2, ensure_ascii=False) + "\n"
    return told.encode("utf-8", "backslashreplace").decode()


def encode(report: ServiceReport) -> dict[str, Any]:
    """The report as plain data."""
    return {
        "schema_version": SCHEMA_VERSION,
        "policy": report.name,
        "period": {
            "name": report.title,
            "start": report.period.start.isoformat(),
            "end": report.period.end.isoformat(),
            "timezone": str(report.period.start.tzinfo),
            "so_far": report.so_far,
        },
        "at": report.now.isoformat(),
        "sources": list(report.sources),
        "tickets_received": report.tickets,
        "rows": [_row(row) for row in report.rows],
        "channels": [
            {"clock": clock, "channel": channel, **_tally(tally)} for clock, channel, tally in report.channels
        ],
        "waits": {clock: [_bucket(each) for each in buckets] for clock, buckets in report.waits.items()},
        "hours": [list(day) for day in report.hours],
        "late": [_late(each) for each in report.late],
        "not_counted": {why: list(tickets) for why, tickets in report.left_out.items()},
        "unpromised": {why: list(tickets) for why, tickets in report.unpromised.items()},
        "pending": list(report.pending),
        "late_before": list(report.late_before),
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "clock": row.clock,
        "priority": row.priority or None,
        "target_s": seconds(row.target),
        **_tally(row.tally),
        "goal": {
            "at_least": exact(row.goal.bound.at_least),
            "above": exact(row.goal.bound.above),
            "condition": row.goal.condition or None,
        },
        "met_goal": row.held,
        "budget": row.budget,
        "median_s": seconds(row.median),
        "p90_s": seconds(row.p90),
        "months": [{"month": month, **_tally(tally)} for month, tally in row.months],
    }


def _tally(tally: ComplianceTally) -> dict[str, Any]:
    return {
        "received": tally.received,
        "counted": tally.counted,
        "in_time": tally.met,
        "late": tally.late,
        "open_over_limit": tally.over,
        "share": exact(tally.share),
        "interval_95": [round(each, 6) for each in tally.interval] if tally.interval else None,
    }


def _bucket(bucket: Bucket) -> dict[str, Any]:
    return {"most_s": bucket.most, "done": bucket.answered, "waiting": bucket.waiting}


def _late(each: Late) -> dict[str, Any]:
    return {
        "ticket": each.ticket,
        "title": each.title,
        "clock": each.clock,
        "priority": each.priority,
        "channel": each.channel,
        "target_s": seconds(each.target),
        "start": stamp(each.start),
        "due": stamp(each.due),
        "done": stamp(each.done),
        "late_by_s": seconds(each.by),
        "open": each.open,
        "register": each.register,
        "line": each.line,
    }


def stamp(moment: datetime | None) -> str | None:
    """A moment in ISO 8601, in its own zone."""
    return moment.isoformat() if moment else None


def seconds(amount: float | Fraction | None) -> float | None:
    """Business seconds, to the microsecond."""
    if amount is None:
        return None
    return int(amount) if amount == int(amount) else round(float(amount), 6)
