"""Stores: who reads waits for nobody."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from qualitygate.storage.deliveries import listed
from qualitygate.storage.inbox import Delivery, Inbox
from qualitygate.storage.sessions import SessionStore
from qualitygate.storage.tickets import TicketStore
from qualitygate.storage.verdicts import VerdictStore
from qualitygate.storage.watching import Watch

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def test_who_reads_a_file_of_sqlite_does_not_wait_for_who_writes_it(tmp_path: Path) -> None:
    path = str(tmp_path / "q.sqlite")
    with (
        Inbox(path) as inbox,
        SessionStore(path) as sessions,
        TicketStore(path, "acme/shop") as tickets,
        VerdictStore(path) as verdicts,
        Watch(path) as watch,
        closing(sqlite3.connect(path, isolation_level=None)) as writer,
    ):
        inbox.receive(Delivery(id="d-1", event="issues", repository="acme/shop", body="{}"))
        writer.execute("BEGIN IMMEDIATE")  # for who must wait, until it is told that the database is locked
        assert ["d-1"] == [each.id for each in listed(inbox, "acme/shop", most=10)]
        assert {"waiting": 1, "running": 0, "dead": 0} == watch.look().deliveries
        assert sessions.find("a", NOW) is None
        assert (None, (), ()) == (verdicts.project("acme/shop"), verdicts.projects(), verdicts.board())
        assert ("", None, (), {}, {}) == (
            tickets.bookmark(),
            tickets.whole_at(),
            tickets.records(),
            tickets.teams(),
            tickets.writes(),
        )
