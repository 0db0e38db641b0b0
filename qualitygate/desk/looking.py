"""Tickets as a policy sees them: those that carry its label, with their clocks at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from qualitygate.errors import BeyondCalendar, ConfigError, Problem
from qualitygate.model.tickets import CUSTOMER, Ticket
from qualitygate.pseudonyms import account
from qualitygate.support.case import TicketCase, case_of, opened
from qualitygate.support.targets import Promise
from qualitygate.support.timeline import acted, understood, unnamed
from qualitygate.tracker import TicketRecord
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A ticket as its tracker has it, and how it stands."""

    record: TicketRecord
    case: TicketCase


def tickets(records: Iterable[TicketRecord], promise: Promise) -> Iterator[TicketRecord]:
    """The records that are tickets: all, or where the policy names a label those that carry it, or ever did.

    One that lost its label counts nowhere, but must not vanish: else a late ticket would leave no trace.
    """
    return (each for each in records if carries(each, promise) or _carried(each, promise))


def carries(record: TicketRecord, promise: Promise) -> bool:
    """Whether a record has the label that makes it a ticket, which GitHub knows whatever its case."""
    return not promise.label or promise.label.casefold() in {label.casefold() for label in record.labels}


def _carried(record: TicketRecord, promise: Promise) -> bool:
    named = (each.value or "" for each in record.ticket.events if each.kind == "labelled")
    return promise.label.casefold() in {label.casefold() for label in named}


def hidden(ticket: Ticket, promise: Promise) -> Ticket:
    """A ticket whose ratings say who gave them by a code only, and whether that is a customer."""
    whole = acted(ticket, promise)
    events = (
        replace(told, user=account(told.user or "")) if told.kind == "rated" else each
        for each, told in zip(ticket.events, whole.events, strict=True)
    )
    return replace(ticket, events=tuple(events))


def strangers(records: Iterable[TicketRecord], promise: Promise) -> Iterator[tuple[str, str]]:
    """Tickets, and who asked there whether customers are satisfied, though neither a bot nor of the team."""
    for record in tickets(records, promise):
        for event in understood(record.ticket, promise).events:
            if event.kind == "asked" and event.actor == CUSTOMER:
                yield record.ticket.id, event.user or "nobody"


def look(records: Iterable[TicketRecord], promise: Promise, now: datetime) -> Iterator[Seen]:
    """The tickets that were opened by now, with their clocks.

    Raises :class:`~qualitygate.errors.ConfigError` where who spoke cannot be told, or the calendar ends.
    """
    for record in tickets(records, promise):
        if not opened(record.ticket, now):
            continue
        user = unnamed(record.ticket, promise)
        if user:
            message = f"#{record.ticket.id} names {user}, and who is in {', '.join(promise.teams)} is not known here"
            way_out = "run support sync, which asks GitHub, or list the members under support.team"
            raise ConfigError([Problem("support", message, help=way_out)])
        try:
            case = case_of(record.ticket, promise, now)
        except BeyondCalendar as error:
            raise ConfigError([Problem("support", str(error))]) from error
        yield Seen(record=record, case=case)
