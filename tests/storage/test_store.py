"""Stores: who reads waits for nobody."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from qualitygate.storage.deliveries import listed
from qualitygate.storage.inbox import Delivery, Inbox
from qualitygate.storage.opening import owned
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
        inbox.receive(Delivery(id="d-1", event="issues", repository_id=7, body="{}"))
        writer.execute("BEGIN IMMEDIATE")  # for who must wait, until it is told that the database is locked
        assert ["d-1"] == [each.id for each in listed(inbox, 7, most=10)]
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


def test_to_open_a_file_again_takes_no_lock_off_it(tmp_path: Path) -> None:
    """POSIX drops a process's locks on a file where it closes any descriptor of it."""
    path = str(tmp_path / "q.sqlite")
    owned(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        owned(path)
        other = f"import sqlite3; sqlite3.connect({path!r}, timeout=0).execute('BEGIN IMMEDIATE')"
        said = subprocess.run([sys.executable, "-c", other], capture_output=True, text=True, check=False)
    assert "database is locked" in said.stderr
