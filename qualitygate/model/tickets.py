"""What a register of support tickets says: for each ticket, in order of time, what happened to it."""

from __future__ import annotations

from datetime import datetime

from qualitygate.model.evidence import Report
from qualitygate.values import dataclass

CUSTOMER, AGENT, BOT = "customer", "agent", "bot"
ACTORS = (CUSTOMER, AGENT, BOT)
KINDS = (
    "opened",
    "ready",
    "reopened",
    "resumed",
    "comment",
    "review",
    "labelled",
    "unlabelled",
    "priority_changed",
    "transferred",
    "comment_deleted",
    "converted",
    "asked",
    "rated",
    "paused",
    "closed",
)
"""What can happen to a ticket. A ``review`` is a comment; ``ready`` ends a draft; ``converted`` makes it no ticket.

The customer is ``asked`` whether they are satisfied, and has ``rated`` the support they got.
"""
UP, DOWN = "up", "down"
RATINGS = (UP, DOWN)
"""How a thumb points."""
REASONS = ("completed", "not_planned", "duplicate", "spam")
"""Why a ticket is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketEvent:
    """One thing that happened to a ticket.

    ``at`` is aware. ``id`` tells it from all others, where the source has one: the same id twice is one event.
    ``actor`` is a ``customer``, an ``agent`` or a ``bot``, ``None`` where only the ``user`` is known. ``paused`` is
    said of a ticket that is opened waiting. ``received_at`` is when the customer made contact, where that was before
    the ticket was opened. ``value`` is the label, the priority, the reason of a close, or the rating.
    """

    at: datetime
    kind: str
    id: str = ""
    actor: str | None = None
    user: str | None = None
    public: bool = True
    paused: bool = False
    received_at: datetime | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One ticket: its events in any order, the priority and channel it was opened with, and where its record begins.

    A ``probe`` is a contact that staff made to see whether a channel works; it shows that the channel is live and
    counts nowhere else.
    """

    id: str
    events: tuple[TicketEvent, ...]
    priority: str | None = None
    channel: str | None = None
    title: str = ""
    probe: bool = False
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tickets(Report):
    """One register of tickets, in the order of its records."""

    tickets: tuple[Ticket, ...]
