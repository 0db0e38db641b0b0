"""The two engines: whatever happens to an attempt, a delivery is worked on until it is done, by one at a time."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from qualitygate.errors import CannotUseGitHub, CannotUseStore, ConfigError
from qualitygate.server import engines, working
from qualitygate.server.engines import Embedded, Engine, Queued
from qualitygate.server.sweeping import Sweep
from qualitygate.server.working import ATTEMPTS, FIRST, LONGEST, Failed, Handle, failed
from qualitygate.storage.inbox import DEAD, DONE, RUNNING, Delivery, Inbox
from tests.server.conftest import eventually

QUICK = {"heartbeat": 0.3, "stalled": 1.0, "look": 0.2}


def delivery(id: str, **more: Any) -> Delivery:
    return Delivery(**{"id": id, "event": "issues", "body": f'{{"id": "{id}"}}', **more})


def unavailable(slug: str = "unreachable", wait: float | None = None) -> CannotUseGitHub:
    return CannotUseGitHub(slug, "no", wait=wait)


def started(address: str, handle: Handle, *, threads: int = 3, lease: float = 60.0, **sweeps: Sweep) -> Engine:
    if address.startswith("postgresql"):
        made: Engine = Queued(address, handle, sweeps, threads, lease=lease, **QUICK)
    else:
        made = Embedded(address, handle, sweeps, threads, lease=lease)
    made.start()
    return made


@contextmanager
def running(address: str, handle: Handle, **more: Any) -> Iterator[Engine]:
    engine = started(address, handle, **more)
    try:
        yield engine
    finally:
        engine.stop()


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "FIRST", 0.05)
    monkeypatch.setattr(engines, "POLL", 0.05)


@pytest.mark.parametrize(
    ("error", "attempt", "expected"),
    [
        (unavailable("rate-limited", 60.0), 3, Failed(wait=60.0, counted=False)),
        (unavailable("rate-limited"), ATTEMPTS, Failed(wait=60.0, counted=False)),
        (unavailable("permission"), 1, Failed(wait=None)),
        (unavailable("event"), 1, Failed(wait=None)),
        (unavailable(), ATTEMPTS, Failed(wait=None)),
        (ValueError("a bug"), ATTEMPTS, Failed(wait=None)),
    ],
)
def test_what_becomes_of_an_attempt(error: Exception, attempt: int, expected: Failed) -> None:
    assert expected == failed(error, "a", attempt)


def test_the_wait_doubles_up_to_an_hour_and_each_delivery_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "FIRST", FIRST)
    for attempt in range(1, ATTEMPTS):
        waits = [failed(unavailable(), id, attempt).wait or 0 for id in "abcdefgh"]
        middle = min(LONGEST, FIRST * 2 ** (attempt - 1))
        assert all(0.75 * middle <= wait <= 1.25 * middle for wait in waits)
        assert 8 == len(set(waits))
        assert waits == [failed(unavailable(), id, attempt).wait for id in "abcdefgh"]


def test_every_delivery_is_done_once(address: str) -> None:
    done: Counter[str] = Counter()
    with running(address, lambda each: done.update([each.id])) as engine:
        for number in range(50):
            engine.receive(delivery(str(number)))
            engine.receive(delivery(str(number)))
        eventually(lambda: {DONE: 50} == engine.inbox.counts())
    assert {str(number): 1 for number in range(50)} == done


def test_what_was_kept_before_the_engine_ran_is_done(address: str) -> None:
    kept = Queued(address, print, {}, 0) if address.startswith("postgresql") else Inbox(address)
    kept.receive(delivery("a"))
    kept.stop() if isinstance(kept, Queued) else kept.close()
    with running(address, lambda _: None) as engine:
        eventually(lambda: {DONE: 1} == engine.inbox.counts())


def test_an_attempt_that_fails_is_made_again_and_one_that_is_hopeless_is_not(address: str) -> None:
    seen: Counter[str] = Counter()

    def handle(each: Delivery) -> None:
        seen[each.id] += 1
        if each.id == "hopeless":
            raise unavailable("refused")
        if each.id == "limited" and seen[each.id] == 1:
            raise unavailable("rate-limited", 0.2)
        if seen[each.id] < 3 and each.id == "bug":
            raise ZeroDivisionError
        if seen[each.id] < 3 and each.id == "flaky":
            raise unavailable()

    with running(address, handle) as engine:
        for id in ("fine", "flaky", "bug", "limited", "hopeless"):
            engine.receive(delivery(id))
        eventually(lambda: {DONE: 4, DEAD: 1} == engine.inbox.counts())
        assert {"fine": 1, "flaky": 3, "bug": 3, "limited": 2, "hopeless": 1} == seen
        engine.receive(delivery("hopeless"))
        eventually(lambda: 2 == seen["hopeless"])


def test_of_two_about_the_same_one_is_worked_on_at_a_time(address: str) -> None:
    at_work: Counter[str] = Counter()
    clashes: list[str] = []
    lock = Lock()

    def handle(each: Delivery) -> None:
        with lock:
            at_work[each.about] += 1
            if at_work[each.about] > 1:
                clashes.append(each.id)
        time.sleep(0.02)
        with lock:
            at_work[each.about] -= 1

    with running(address, handle, threads=4) as engine:
        for number in range(12):
            engine.receive(delivery(str(number), about=str(number % 3)))
        eventually(lambda: {DONE: 12} == engine.inbox.counts(), 60)
    assert [] == clashes


def test_work_longer_than_a_lease_keeps_it(address: str) -> None:
    times: list[float] = []

    def handle(_: Delivery) -> None:
        times.append(time.monotonic())
        time.sleep(1.5)

    with running(address, handle, lease=0.5) as engine:
        engine.receive(delivery("a"))
        eventually(lambda: {DONE: 1} == engine.inbox.counts())
    assert 1 == len(times)


def test_stopping_ends_what_was_begun_and_begins_nothing_new(address: str) -> None:
    begun, go = Event(), Event()

    def handle(_: Delivery) -> None:
        begun.set()
        go.wait(20)

    engine = started(address, handle, threads=1)
    for id in "ab":
        engine.receive(delivery(id))
    assert begun.wait(20)
    go.set()
    engine.stop()
    with Inbox(address) as inbox:
        counts = inbox.counts()
    assert RUNNING not in counts
    assert counts[DONE] >= 1


def test_a_delivery_whose_worker_is_gone_is_done_by_another(address: str) -> None:
    """As one that was killed leaves it: on a lease that nobody renews, and with its job begun."""
    if address.startswith("postgresql"):
        gone = Queued(address, print, {}, 0, lease=0.5)
        gone.receive(delivery("a"))
        with gone.inbox.begin() as connection:
            connection.exec_driver_sql(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 h')"
            )
            connection.exec_driver_sql(
                "UPDATE procrastinate_jobs SET status = 'doing', "
                "worker_id = (SELECT max(id) FROM procrastinate_workers)"
            )
        assert gone.inbox.take()
        gone.stop()
    else:
        with Inbox(address, lease=0.5) as inbox:
            inbox.receive(delivery("a"))
            assert inbox.take()
    with running(address, lambda _: None) as engine:
        eventually(lambda: {DONE: 1} == engine.inbox.counts())


def test_a_file_of_sqlite_is_one_processs(tmp_path: Path) -> None:
    address = str(tmp_path / "q.sqlite")
    with running(address, lambda _: None):
        other = Embedded(address, print, {}, 1)
        with pytest.raises(CannotUseStore, match="another process works with"):
            other.start()
        other.stop()
    with running(address, lambda _: None) as engine:
        assert "" == engine.trouble()


def test_what_a_killed_process_had_begun_is_taken_up_at_once_by_the_next_on_the_file(tmp_path: Path) -> None:
    address = str(tmp_path / "q.sqlite")
    with Inbox(address) as inbox:
        inbox.receive(delivery("a"))
        assert inbox.take()
    with running(address, lambda _: None) as engine:
        eventually(lambda: {DONE: 1} == engine.inbox.counts(), 10)


def test_a_sweep_is_made_once_a_turn_by_all_processes_together(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "watch", hasty(engines.watch))
    monkeypatch.setattr(engines, "Alone", lambda _: SimpleNamespace(release=lambda: None))
    made: list[float] = []
    sweep = Sweep(period=1.0, do=lambda: made.append(time.time()))
    with running(address, print, count=sweep) as engine, running(address, print, count=sweep):
        begin = time.time()
        eventually(lambda: len(made) >= 3)
        took = time.time() - begin
        assert engine.trouble() == ""
    assert len(made) <= took + 2


def hasty(watch: Callable[..., None]) -> Callable[..., None]:
    return lambda *arguments, **more: watch(*arguments, **{**more, "look": 0.1})


def test_sweeps_do_not_wait_behind_a_backlog(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "watch", hasty(engines.watch))
    swept, go = Event(), Event()
    with running(address, lambda _: go.wait(30), threads=2, sweep=Sweep(period=1.0, do=swept.set)) as engine:
        for number in range(20):
            engine.receive(delivery(str(number)))
        assert swept.wait(20)
        assert DONE not in engine.inbox.counts()
        go.set()
        eventually(lambda: {DONE: 20} == engine.inbox.counts())


def test_a_sweep_that_breaks_stops_nothing(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "watch", hasty(engines.watch))
    made: list[int] = []

    def do() -> None:
        made.append(1)
        raise ZeroDivisionError if len(made) == 1 else CannotUseStore("gone")

    with running(address, print, sweep=Sweep(period=0.5, do=do)) as engine:
        eventually(lambda: len(made) >= 3)
        assert "" == engine.trouble()


def test_a_database_that_was_restarted_is_found_again(postgresql: str, tmp_path: Path) -> None:
    name = "restarted"
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        with running(postgresql.replace("/postgres?", f"/{name}?"), lambda _: time.sleep(0.02)) as engine:
            for round in range(3):
                for number in range(15):
                    engine.receive(delivery(f"{round}-{number}"))
                connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            eventually(lambda: {DONE: 45} == engine.inbox.counts(), 60)
            eventually(lambda: "" == engine.trouble())


def test_an_engine_that_does_not_run_says_so(address: str) -> None:
    engine = engines.engine(address, print, {}, 2)
    assert "ended" in engine.trouble()
    engine.start()
    assert "" == engine.trouble()
    engine.stop()


def test_on_sqlite_somebody_must_work_and_on_postgresql_others_may(address: str) -> None:
    if not address.startswith("postgresql"):
        with pytest.raises(ConfigError, match="--threads"):
            engines.engine(address, print, {}, 0)
        return
    engine = engines.engine(address, print, {}, 0)
    engine.start()
    assert "" == engine.trouble()
    engine.receive(delivery("a"))
    engine.stop()
    with running(address, lambda _: None) as other:
        eventually(lambda: {DONE: 1} == other.inbox.counts())
