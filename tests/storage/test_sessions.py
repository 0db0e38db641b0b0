"""Sessions, and what pages look for, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event

from qualitygate.storage.deliveries import Place, listed
from qualitygate.storage.inbox import DEAD, Delivery, Inbox
from qualitygate.storage.sessions import Kept, SessionStore
from qualitygate.storage.tickets import TicketStore

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def kept(id: str, hours: int = 8) -> Kept:
    return Kept(id=id, login="lin", sealed="x", ends=NOW + timedelta(hours=hours))


def test_a_session_is_found_until_it_ends_and_takes_the_place_of_the_one_before(address: str) -> None:
    with SessionStore(address) as store:
        store.begin(kept("a"))
        assert kept("a") == store.find("a", NOW)
        store.begin(kept("b"), instead_of="a")
        assert store.find("a", NOW) is None
        assert store.find("b", NOW + timedelta(hours=8)) is None
        store.end("b")
        assert store.find("b", NOW) is None


def test_what_has_ended_is_dropped(address: str) -> None:
    with SessionStore(address) as store:
        store.begin(kept("a", hours=1))
        store.begin(kept("b", hours=2))
        assert 1 == store.forget(NOW + timedelta(hours=1))
        assert 0 == store.forget(NOW + timedelta(hours=1))
        assert store.find("b", NOW)


def test_a_delivery_that_was_put_aside_is_told_and_begun_anew(address: str) -> None:
    told: list[str] = []
    with Inbox(address, announce=lambda _connection, ids, _wait: told.extend(ids)) as inbox:
        inbox.receive(Delivery(id="d-1", event="issues", repository="acme/shop", repository_id=7, body="{}"))
        taken = inbox.take()
        assert taken and inbox.bury(taken, "GitHub refused it")
        (one,) = listed(inbox, 7, states=[DEAD], most=10)
        assert ("d-1", DEAD, 1, "GitHub refused it") == (one.id, one.state, one.attempts, one.error)
        assert () == listed(inbox, 8, most=10)
        assert () == listed(inbox, 7, before=one.place, most=10)
        assert not inbox.rearm(8, "d-1")
        assert inbox.rearm(7, "d-1")
        assert not inbox.rearm(7, "d-1")
        assert ["d-1", "d-1"] == told, "whoever works hears of it"
        assert inbox.take()


def test_what_pages_ask_for_is_found_by_an_index(tmp_path: Path) -> None:
    asked: list[str] = []
    address = str(tmp_path / "q.sqlite")

    def heard(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith("SELECT"):
            plan = connection.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            asked.extend(str(row[3]) for row in plan)

    with Inbox(address) as inbox, SessionStore(address) as sessions, TicketStore(address, "acme/shop") as tickets:
        for store in (inbox.engine, sessions.engine, tickets.engine):
            event.listen(store, "before_cursor_execute", heard)
        listed(inbox, "acme/shop", before=Place(at=1.0, id="a"), most=10)
        sessions.find("a", NOW)
        tickets.open_records()
    steps = [step for step in asked if not step.endswith("RIGHT PART OF ORDER BY")]  # of what came in the same instant
    assert ["inbox_repository", "sqlite_autoindex_sessions_1", "tickets_open"] == [each.split()[4] for each in steps]
    assert all(step.startswith("SEARCH") for step in steps), asked
