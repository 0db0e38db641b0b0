"""Tickets and teams read from their tracker into the store, each page kept before the next is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from qualitygate.desk.looking import tickets
from qualitygate.model.tickets import TicketEvent
from qualitygate.storage.tickets import TicketStore
from qualitygate.support.csat import question
from qualitygate.support.membership import seen
from qualitygate.support.targets import Promise
from qualitygate.support.timeline import remembered, understood
from qualitygate.tracker import TicketRecord, TicketSource

BATCH = 100
"""Questions whose answers are kept before the next are asked for."""
GRACE = timedelta(days=7)
"""How long after a question has closed it is still looked at."""


_ALL = ("", "read")
"""The key in the store under which it is noted that all tickets are being read anew."""


def _ignore(_done: int, _of: int) -> None:
    """Nobody wants to know how far it is."""


def read(source: TicketSource, store: TicketStore, now: datetime, on_page: Callable[[int, int], None] = _ignore) -> int:
    """Read what changed since the store's bookmark; how many tickets that were.

    A run that is cut off leaves whole pages behind, and the next goes on after them. ``on_page`` hears how many
    tickets are read, and of how many.
    """
    done = 0
    for page in source.pages(store.bookmark()):
        known = {each.ticket.id: each for each in store.records(each.ticket.id for each in page.records)}
        records = [_remembered(each, known.get(each.ticket.id)) for each in page.records]
        store.keep(records, page.bookmark, now if page.last else None)
        done += len(records)
        on_page(done, max(done, page.total))
    store.finish(*_ALL, now)
    return done


def anew(store: TicketStore, now: datetime) -> None:
    """Have the next reading read all tickets, also those of which the tracker does not say that they changed.

    Where one that was to read all was cut off, it goes on.
    """
    if store.writes().get(_ALL, True):
        store.restart()
        store.begin(*_ALL, now)


def ask(source: TicketSource, store: TicketStore, teams: Iterable[str], now: datetime) -> dict[str, int]:
    """Read who is in these teams; how many are in each."""
    known, found = store.teams(), {}
    for team in teams:
        users = set(source.members(team))
        store.keep_team(team, seen(known.get(team), users, now))
        found[team] = len(users)
    return found


def rate(source: TicketSource, store: TicketStore, promise: Promise, now: datetime) -> int:
    """Read what customers answered under closed tickets; how many questions are still open for answers.

    A question is looked at until a while after it closes, so that a run that was missed loses nothing. One that is gone
    keeps the answers that were seen.
    """
    asking = promise.csat
    if asking is None:
        return 0
    questions: dict[str, TicketRecord] = {}
    for record in tickets(store.records(), promise):
        asked = question(understood(record.ticket, promise).events)
        if asked and asked.at <= now <= asked.at + timedelta(seconds=asking.answer_within) + GRACE:
            questions[asked.id] = record
    for start in range(0, len(questions), BATCH):
        ids = list(questions)[start : start + BATCH]
        told = source.ratings(ids)
        store.retell(_rated(questions[id_], told[id_]) for id_ in ids if id_ in told)
    return len(questions)


def _rated(record: TicketRecord, ratings: Iterable[TicketEvent]) -> TicketRecord:
    others = (each for each in record.ticket.events if each.kind != "rated")
    return replace(record, ticket=replace(record.ticket, events=(*others, *ratings)))


def _remembered(record: TicketRecord, earlier: TicketRecord | None) -> TicketRecord:
    """A record with the comments that its tracker has forgotten: who answered and deleted it has answered."""
    if earlier is None:
        return record
    events = remembered(earlier.ticket.events, record.ticket.events)
    return replace(record, ticket=replace(record.ticket, events=events))
