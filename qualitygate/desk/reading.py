"""Tickets and teams read from their tracker into the store, each page kept before the next is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from qualitygate.extension import TicketRecord, TicketSource
from qualitygate.storage.tickets import TicketStore
from qualitygate.support.membership import seen
from qualitygate.support.timeline import remembered


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
    return done


def ask(source: TicketSource, store: TicketStore, teams: Iterable[str], now: datetime) -> dict[str, int]:
    """Read who is in these teams; how many are in each."""
    known, found = store.teams(), {}
    for team in teams:
        users = set(source.members(team))
        store.keep_team(team, seen(known.get(team), users, now))
        found[team] = len(users)
    return found


def _remembered(record: TicketRecord, earlier: TicketRecord | None) -> TicketRecord:
    """A record with the comments that its tracker has forgotten: who answered and deleted it has answered."""
    if earlier is None:
        return record
    events = remembered(earlier.ticket.events, record.ticket.events)
    return replace(record, ticket=replace(record.ticket, events=events))
