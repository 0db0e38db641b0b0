"""Sweeps of several processes that share a database: each turn once, whoever takes it, and no webhook in their way."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from uuid import uuid4

import psycopg
import pytest

from qualitygate.storage.inbox import DONE, Delivery
from qualitygate.storage.queue import DELIVERIES, SWEPT, Queue, queue_of
from tests.github.double.github import GitHub
from tests.github.test_apps import keys
from tests.github.test_desk import POLICY
from tests.server.conftest import eventually
from tests.server.shop import Shop
from tests.server.test_engines import delivery, running

WORKERS, TURNS = 3, 4


@pytest.fixture
def database(postgresql: str) -> str:
    name = f"t{uuid4().hex[:12]}"
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgresql.replace("/postgres?", f"/{name}?")


@contextmanager
def workers(shop: Shop, database: str, folder: Path, ahead: timedelta) -> Iterator[Path]:
    """Three workers on one database, and the file in which they note what they swept."""
    (folder / "key.pem").write_text(keys()[0])
    effects, log = folder / "effects", folder / "log"
    effects.touch()
    rest = [str(shop.app.id), folder / "key.pem", effects, "1", str(ahead.total_seconds())]
    command = [sys.executable, "-m", "tests.server.sweepable", database, shop.github.url, *map(str, rest)]
    environ = {**os.environ, "PYTHONPATH": os.getcwd()}
    with log.open("wb") as stream:
        started = [subprocess.Popen(command, env=environ, stderr=stream) for _ in range(WORKERS)]
        try:
            yield effects
        finally:
            for each in started:
                each.kill()
                each.wait()


def test_three_workers_sweep_once_a_turn_and_escalate_once(github: GitHub, database: str, tmp_path: Path) -> None:
    shop = Shop(github, POLICY)
    names = ["acme/shop", "acme/site", "acme/till"]
    issues = []
    for name in names:
        repository = github.repository(name)
        repository.commit(branch="main", files={"qualitygate.yml": POLICY.encode()})
        issues.append(repository.issue(labels=["support"], login="eve"))
    begin = datetime.now(UTC)
    with workers(shop, database, tmp_path, github.now + timedelta(hours=25) - begin) as effects:

        def swept() -> list[tuple[str, ...]]:
            return [tuple(line.split()[1:]) for line in effects.read_text().splitlines()]

        eventually(lambda: len({turn for _, turn in swept()}) >= TURNS, 120)
        eventually(lambda: all("sla:breached" in each.labels for each in issues), 60)
        took = (datetime.now(UTC) - begin).total_seconds()
        found = swept()
        hands = {line.split()[0] for line in effects.read_text().splitlines()}
    assert {1} == set(Counter(found).values()), "a repository is swept once a turn"
    assert len(names) == len({id for id, _ in found})
    assert len(github.calls_to("GET", "/app/installations")) <= took + 2
    assert len(hands) > 1, "they share the work"
    for name, issue in zip(names, issues, strict=True):
        assert ["support", "sla:breached"] == issue.labels
        assert 1 == len(github.repository(name).comments(issue.number))
        assert ["wang"] == issue.assignees


def test_what_is_swept_does_not_wait_behind_a_backlog_of_webhooks(address: str) -> None:
    go, done = Event(), list[str]()

    def handle(each: Delivery) -> None:
        if each.event == "sweep":
            done.append(each.id)
        else:
            go.wait(60)

    with running(address, handle, threads=2) as engine:
        for number in range(30):
            engine.receive(delivery(str(number)))
        time.sleep(0.5)
        for number in range(3):
            engine.inbox.arm(delivery(f"sweep:clocks:{number}", event="sweep"))
        try:
            eventually(lambda: 3 == len(done) == engine.inbox.counts().get(DONE))
        finally:
            go.set()
        eventually(lambda: {DONE: 33} == engine.inbox.counts())


def test_webhooks_do_not_wait_behind_what_is_swept(address: str) -> None:
    go, done = Event(), list[str]()

    def handle(each: Delivery) -> None:
        if each.event == "sweep":
            go.wait(60)
        else:
            done.append(each.id)

    with running(address, handle, threads=2) as engine:
        for number in range(30):
            engine.inbox.arm(delivery(f"sweep:clocks:{number}", event="sweep"))
        time.sleep(0.5)
        for number in range(3):
            engine.receive(delivery(str(number)))
        try:
            eventually(lambda: 3 == len(done))
        finally:
            go.set()
        eventually(lambda: {DONE: 33} == engine.inbox.counts())


def test_a_row_of_ours_has_its_job_in_the_queue_of_its_own(database: str) -> None:
    queue = Queue(database)
    queue.inbox.arm(delivery("sweep:clocks:1", event="sweep"))
    queue.inbox.receive(delivery("d-1"))
    with queue.inbox.begin() as connection:
        found = connection.exec_driver_sql("SELECT queue_name, args ->> 'id' FROM procrastinate_jobs ORDER BY id").all()
    queue.inbox.close()
    assert [(SWEPT, "sweep:clocks:1"), (DELIVERIES, "d-1")] == found
    assert [SWEPT, DELIVERIES] == [queue_of("sweep:clocks:1"), queue_of("sweeping")]
