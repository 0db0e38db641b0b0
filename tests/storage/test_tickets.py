"""The store of tickets, on SQLite and on PostgreSQL: what is put in comes out, whoever else is at it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from qualitygate.errors import CannotUseStore
from qualitygate.exits import REMOTE, of_error
from qualitygate.model.tickets import Ticket, TicketEvent
from qualitygate.storage import opening
from qualitygate.storage.opening import open_engine
from qualitygate.storage.tables import HEAD, METADATA
from qualitygate.storage.tickets import TicketStore
from qualitygate.support.membership import Membership
from qualitygate.support.targets import Member
from qualitygate.tracker import TicketRecord
from tests.storage.conftest import LATER

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def record(id: str, *events: TicketEvent, **more) -> TicketRecord:
    opened = TicketEvent(at=NOW, kind="opened", user="eve", received_at=NOW - timedelta(hours=1))
    ticket = Ticket(id=id, events=(opened, *events), priority="urgent", title="Ünïcode \x00 \ud800 '; DROP TABLE")
    return TicketRecord(ticket=ticket, labels=("a", "b"), open=True, updated=NOW, problems=("received_at",), **more)


@contextmanager
def engine(address: str) -> Iterator[Engine]:
    opened = open_engine(address)
    yield opened
    opened.dispose()


def test_what_is_kept_comes_back_the_same(address: str) -> None:
    kept = [record(id) for id in ("10", "9", "100")]
    with TicketStore(address, "acme/shop") as store:
        assert ("", None, ()) == (store.bookmark(), store.whole_at(), store.records())
        store.keep(kept, "page 1", None)
        assert ("page 1", None) == (store.bookmark(), store.whole_at())
        store.keep(kept[:1], "page 2", NOW)
        store.keep([], "page 3", None)
    with TicketStore(address, "acme/shop") as store:
        assert ("page 3", NOW) == (store.bookmark(), store.whole_at())
        assert (kept[1], kept[0], kept[2]) == store.records()
        assert (kept[2],) == store.records(["100", "7"])
        store.relabel("9", ["c"])
        assert ("c",) == store.records(["9"])[0].labels
    with TicketStore(address, "acme/other") as other:
        assert ("", None, (), {}) == (other.bookmark(), other.whole_at(), other.records(), other.writes())


def test_a_write_is_begun_and_then_done(address: str) -> None:
    with TicketStore(address, "acme/shop") as store:
        store.begin("1", "labels", NOW)
        store.begin("2", "labels", NOW)
        store.finish("1", "labels", NOW)
        assert {("1", "labels"): True, ("2", "labels"): False} == store.writes()
        store.begin("1", "labels", NOW)
        assert {("1", "labels"): False, ("2", "labels"): False} == store.writes()


def test_the_members_of_a_team_come_back_the_same_each_source_its_own(address: str) -> None:
    members = (Member(user="zoe"), Member(user="kim", first=NOW, end=NOW + timedelta(days=1)))
    known = Membership(asked=NOW, members=members)
    with TicketStore(address, "acme/shop") as store:
        assert {} == store.teams()
        store.keep_team("acme/night", Membership(asked=NOW, members=()))
        store.keep_team("acme/support", Membership(asked=NOW, members=()))
        store.keep_team("acme/support", known)
    with TicketStore(address, "acme/shop") as store:
        assert {"acme/night": Membership(asked=NOW, members=()), "acme/support": known} == store.teams()
        with engine(address) as opened, opened.begin() as connection:
            connection.exec_driver_sql("UPDATE ticket_teams SET members = '[7]'")
        with pytest.raises(CannotUseStore, match="a team that is none"):
            store.teams()
    with TicketStore(address, "acme/other") as other:
        assert {} == other.teams()


def test_whoever_takes_a_name_begins_without_the_tickets_of_who_had_it(address: str) -> None:
    with TicketStore(address, "acme/shop") as store, TicketStore(address, "acme/other") as other:
        for each in (store, other):
            each.keep([record("1")], "page 1", None)
            each.begin("1", "label", NOW)
            each.keep_team("acme/desk", Membership(asked=NOW, members=()))
        assert store.owner() is None
        store.claim(7)
        assert (7, "page 1", (record("1"),)) == (store.owner(), store.bookmark(), store.records()), "nobody else's"
        store.claim(7)
        assert (record("1"),) == store.records()
        store.claim(8)
        assert (8, "", (), {}, {}) == (store.owner(), store.bookmark(), store.records(), store.writes(), store.teams())
        assert (None, "page 1", (record("1"),)) == (other.owner(), other.bookmark(), other.records())
        assert other.writes() and other.teams()


def test_a_repository_that_is_renamed_keeps_its_tickets(address: str) -> None:
    names = [
        f"github:https://{host}/acme/{name}"
        for host, name in (("a.example", "x"), ("a.example", "y"), ("b.example", "x"))
    ]
    with TicketStore(address, names[0]) as before, TicketStore(address, names[1]) as after:
        before.keep([record("1")], "page 1", NOW)
        before.begin("1", "label", NOW)
        before.keep_team("acme/desk", Membership(asked=NOW, members=()))
        before.claim(7)
        after.keep([record("2")], "page 9", None)
        after.claim(7)
        assert (7, "page 1", NOW, (record("1"),)) == (
            after.owner(),
            after.bookmark(),
            after.whole_at(),
            after.records(),
        )
        assert after.writes() and after.teams()
        assert (None, "", (), {}, {}) == (
            before.owner(),
            before.bookmark(),
            before.records(),
            before.writes(),
            before.teams(),
        )
    with TicketStore(address, names[2]) as elsewhere:
        elsewhere.claim(7)
        assert () == elsewhere.records(), "on another server numbers mean others"


def test_a_source_that_was_never_read_can_be_claimed(address: str) -> None:
    with TicketStore(address, "acme/shop") as store:
        store.claim(7)
        assert (7, "", None) == (store.owner(), store.bookmark(), store.whole_at())


def test_a_store_of_the_first_version_gets_what_it_lacks_and_loses_nothing(address: str) -> None:
    with TicketStore(address, "acme/shop") as store:
        store.keep([record("1")], "page 1", None)
    with engine(address) as opened, opened.begin() as connection:
        for later in LATER:
            connection.exec_driver_sql(f"DROP TABLE {later}")
        connection.exec_driver_sql("DROP INDEX tickets_open")
        connection.exec_driver_sql("ALTER TABLE ticket_sources DROP COLUMN repository_id")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    with TicketStore(address, "acme/shop") as store:
        assert ({}, (record("1"),), "page 1") == (store.teams(), store.records(), store.bookmark())


def test_the_migrations_make_the_tables_that_the_code_means(address: str) -> None:
    with engine(address) as opened, opened.connect() as connection:
        assert [] == compare_metadata(MigrationContext.configure(connection), METADATA)


def test_the_newest_migration_is_the_one_the_code_asks_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(opening.__file__).parent / "migrations"))
    assert HEAD == ScriptDirectory.from_config(config).get_current_head()


def test_four_processes_may_open_a_new_store_at_once(address: str) -> None:
    code = (
        "import sys; from qualitygate.storage.tickets import TicketStore; "
        "store = TicketStore(*sys.argv[1:]); store.keep([], 'x', None); store.close()"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, address, f"s{n}"]) for n in range(4)]
    assert [0] * 4 == [process.wait(60) for process in running]
    for n in range(4):
        with TicketStore(address, f"s{n}") as store:
            assert "x" == store.bookmark()


def test_a_store_of_a_newer_version_is_refused(address: str) -> None:
    with engine(address) as opened, opened.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'from the future'")
    with pytest.raises(CannotUseStore, match="newer qualitygate"):
        TicketStore(address, "acme/shop")


def test_a_ticket_that_somebody_spoiled_is_said_to_be_none(address: str) -> None:
    with TicketStore(address, "acme/shop") as store:
        store.keep([record("1")], "", None)
        with engine(address) as opened, opened.begin() as connection:
            connection.exec_driver_sql("UPDATE tickets SET ticket = '[]'")
        with pytest.raises(CannotUseStore, match="is none"):
            store.records()


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("mysql://me:secret@there/db", "cannot be mysql"),
        ("postgresql://me:secret@localhost:1/db", "cannot be used"),
        ("://me:secret@db", "no URL"),
        ("/proc/nowhere/x.sqlite", "folder"),
    ],
)
def test_what_cannot_be_opened_is_said_without_the_password(address: str, says: str) -> None:
    with pytest.raises(CannotUseStore, match=says) as caught:
        TicketStore(address, "acme/shop")
    assert "secret" not in str(caught.value)
    assert ("store", REMOTE) == (caught.value.slug, of_error(caught.value))


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("these are my notes, and not a database\n" * 100)
    with pytest.raises(CannotUseStore, match="not a database"):
        TicketStore(str(path), "acme/shop")
    assert path.read_text().startswith("these are my notes")
