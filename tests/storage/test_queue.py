"""The queue: Procrastinate's tables come and are brought up to date, and a job is there if and only if its row is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from procrastinate.schema import SchemaManager

from qualitygate.storage.inbox import Delivery
from qualitygate.storage.queue import Queue


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """An empty database of PostgreSQL."""
    from uuid import uuid4

    import psycopg

    server: str = request.getfixturevalue("postgresql")
    name = f"t{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.replace("/postgres?", f"/{name}?")


def jobs(queue: Queue) -> int:
    with queue.inbox.begin() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM procrastinate_jobs").scalar_one())


def test_a_row_has_its_job_and_a_row_that_was_rolled_back_has_none(database: str) -> None:
    queue = Queue(database)
    queue.inbox.receive(Delivery(id="a", event="issues", body="{}"))
    assert 1 == jobs(queue)

    def break_off() -> None:
        with queue.inbox.begin() as connection:
            queue.inbox._tell(connection, "b")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert 1 == jobs(queue)
    queue.inbox.close()


def test_many_may_prepare_a_new_database_at_once(database: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        queues = list(pool.map(lambda _: Queue(database), range(4)))
    for queue in queues:
        assert 0 == jobs(queue)
        queue.inbox.close()


def test_a_migration_that_a_newer_procrastinate_brings_is_run_once(
    database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Queue(database).inbox.close()
    for known in Path(SchemaManager.get_migrations_path()).glob("*.sql"):
        (tmp_path / known.name).write_text("SELECT 1/0")
    (tmp_path / "99.00.00_01_pre_later.sql").write_text("CREATE TABLE later (x int); CREATE TABLE later_still (x int);")
    monkeypatch.setattr(SchemaManager, "get_migrations_path", staticmethod(lambda: str(tmp_path)))
    for _ in range(2):
        queue = Queue(database)
        with queue.inbox.begin() as connection:
            assert 0 == connection.exec_driver_sql("SELECT count(*) FROM later_still").scalar_one()
        queue.inbox.close()
