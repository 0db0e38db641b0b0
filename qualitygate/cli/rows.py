"""The clocks of a ticket as a line of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from qualitygate.support.case import TicketCase
from qualitygate.support.clock import Clock
from qualitygate.support.run import ClockRun


def row(case: TicketCase) -> str:
    """A ticket and its clocks on one line; moments are in UTC, durations in seconds."""
    told = {
        "id": case.ticket.id,
        "paused": case.clocks.paused,
        "closed": case.clocks.closed,
        "left_out": case.left_out,
        "clocks": {name: _clock(clock) for name, clock in case.clocks.clocks.items()},
    }
    return json.dumps(told)


def _clock(clock: Clock) -> dict[str, Any]:
    """A clock as it stands, with the run that tells its state, and all of its runs."""
    run = clock.current
    return {
        **(_run(run) if run else _NOBODY),
        "state": clock.state.value,
        "forecast": clock.forecast,
        "ever_breached": clock.ever_breached,
        "breaches": [
            {"due": _stamp(each.due), "terms": each.terms, "until": _stamp(each.until)} for each in clock.breaches
        ],
        "runs": [_run(each) for each in clock.runs],
    }


_NOBODY: Mapping[str, Any] = {
    "due": None,
    "elapsed_s": 0,
    "wall_s": 0,
    "margin_s": None,
    "target_s": None,
    "start": None,
    "done": None,
    "why": [],
}
"""Of a clock by which nobody has waited."""


def _run(run: ClockRun) -> dict[str, Any]:
    return {
        "state": run.state.value,
        "due": _stamp(run.due),
        "elapsed_s": _number(run.elapsed),
        "wall_s": _number(run.wall),
        "margin_s": _number(run.margin),
        "target_s": _number(run.target),
        "start": _stamp(run.start),
        "done": _stamp(run.done),
        "why": list(_why(run)),
    }


def _why(run: ClockRun) -> Iterator[dict[str, Any]]:
    for piece in run.pieces:
        yield {"from": _stamp(piece.start), "to": _stamp(piece.end), "counted_s": _number(piece.seconds)}


def _stamp(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def _number(seconds: float) -> float:
    return int(seconds) if seconds == int(seconds) else round(seconds, 6)
