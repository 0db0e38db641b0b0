"""How many targets were kept: each run of a clock judged once, counted by when it was due, nothing left out unseen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum

from qualitygate.model.tickets import AGENT, Ticket, TicketEvent
from qualitygate.support.clock import Clocks
from qualitygate.support.run import ClockRun, State
from qualitygate.support.targets import FIRST_RESPONSE
from qualitygate.values import dataclass

PROBE, BY_STAFF, CONVERTED, UNANSWERED = "probe", "opened by staff", "converted", "closed unanswered"
NO_TICKET = "label taken off"
REASONS = {"not_planned": "not planned", "duplicate": "duplicate", "spam": "spam"}
"""Why the last close of a ticket leaves it out."""


class Standing(Enum):
    """What a run of a clock counts as."""

    MET = "met"
    BREACHED = "breached"
    PENDING = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One run of a clock of a ticket, and what it counts as.

    ``at`` decides the month: when it was due or, if earlier, met; ``None`` while pending. ``late_before``: it is met by
    the terms of now, but was breached under earlier ones.
    """

    ticket: Ticket
    run: ClockRun
    standing: Standing
    at: datetime | None
    open: bool
    late_before: bool = False


def excluded(ticket: Ticket, events: Sequence[TicketEvent], label: str) -> str:
    """Why a ticket counts nowhere, by what happened up to now; nothing where it counts.

    ``label`` is the one that makes it a ticket, empty where none does. Whoever takes it off takes the ticket out of the
    numbers, late or not; so it is named.
    """
    opened = next((event for event in events if event.kind == "opened"), None)
    if ticket.probe:
        return PROBE
    if opened is not None and opened.actor == AGENT:
        return BY_STAFF
    if any(event.kind == "converted" for event in events):
        return CONVERTED
    if label and _last_labelling(events, label) == "unlabelled":
        return NO_TICKET
    last = next((event for event in reversed(events) if event.kind in ("closed", "reopened")), None)
    return REASONS.get(last.value or "", "") if last is not None and last.kind == "closed" else ""


def _last_labelling(events: Sequence[TicketEvent], label: str) -> str | None:
    """What happened to a label last; GitHub knows it whatever its case."""
    labelling = (each for each in reversed(events) if each.kind in ("labelled", "unlabelled"))
    return next((each.kind for each in labelling if (each.value or "").casefold() == label.casefold()), None)


def judged(ticket: Ticket, clocks: Clocks) -> Iterable[Judged]:
    """Every run of a ticket's clocks, what is still open among them; a next response that is only forecast is none."""
    for clock in clocks.clocks.values():
        for run in clock.runs:
            standing = _STANDINGS.get(run.state, Standing.PENDING)
            yield Judged(
                ticket=ticket,
                run=run,
                standing=standing,
                at=run.counted_at,
                open=run.done is None,
                late_before=standing is Standing.MET and bool(clock.breaches),
            )


def unanswered(one: Judged, clocks: Clocks) -> bool:
    """Whether a first response is owed to nobody any more: the ticket was closed in time, without one."""
    return clocks.closed and one.open and one.run.clock == FIRST_RESPONSE and one.standing is Standing.PENDING


_STANDINGS = {State.MET: Standing.MET, State.BREACHED: Standing.BREACHED}
