"""Killed processes: whatever dies, and whenever, every delivery that was acknowledged is done, and shown once.

``QUALITYGATE_FULL_KILLS=20 pytest tests/server/test_killed.py`` does it with 2,000 deliveries and 20 kills, which takes
long; otherwise 120 deliveries and 3 kills are tried.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Lock
from typing import Any

import pytest
import requests

from qualitygate.storage.inbox import DONE, Inbox
from tests.action.conftest import junit
from tests.github.double.github import GitHub
from tests.github.double.wire import Wire
from tests.server.conftest import eventually, send
from tests.server.process import Process
from tests.server.shop import Shop, packed

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are killed by a signal of POSIX")
FULL = int(os.environ.get("QUALITYGATE_FULL_KILLS") or 0)
DELIVERIES, KILLS = (2_000, FULL) if FULL else (80, 2)
THREADS = 3


class Cluster:
    """A process that listens, and on PostgreSQL two more that work; each is started again when it was killed."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address, self.effects = address, folder / "effects"
        self.effects.touch()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        shared = address.startswith("postgresql")
        roles = [(self.port, 0), (0, THREADS), (0, THREADS)] if shared else [(self.port, THREADS)]
        self.processes = [self.start(*role) for role in roles]
        self.roles = roles

    def start(self, port: int, threads: int) -> subprocess.Popen[bytes]:
        arguments = [self.address, str(self.effects), str(port), str(threads)]
        environ = {**os.environ, "PYTHONPATH": os.getcwd()}
        with (self.effects.parent / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.server.killable", *arguments], env=environ, stderr=log
            )

    def kill(self, index: int) -> None:
        self.processes[index].kill()
        self.processes[index].wait()
        self.processes[index] = self.start(*self.roles[index])

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()

    def counted(self, what: str) -> Counter[str]:
        lines = (line.split() for line in self.effects.read_text().splitlines())
        return Counter(line[1] for line in lines if line[0] == what)


@pytest.fixture
def cluster(address: str, tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(address, tmp_path)
    yield made
    made.close()


def test_no_acknowledged_delivery_is_lost_when_web_and_workers_are_killed(cluster: Cluster) -> None:
    drawn = Random(11)
    order = [*range(DELIVERIES), *drawn.sample(range(DELIVERIES), DELIVERIES // 10)]
    drawn.shuffle(order)
    acknowledged: Counter[int] = Counter()
    lock = Lock()

    def deliver(number: int) -> None:
        """As somebody redelivers what was not acknowledged."""
        while True:
            try:
                answer = send(cluster.url, {"number": number}, guid=f"d-{number}")
            except requests.RequestException:
                time.sleep(0.1)
                continue
            if answer.status_code == 202:
                with lock:
                    acknowledged[number] += 1
                return
            time.sleep(0.1)

    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(deliver, number) for number in order]
        points = sorted(drawn.sample(range(len(order) // 20, len(order) - 5), KILLS))
        for turn, point in enumerate(points):
            eventually(lambda point=point: sum(acknowledged.values()) >= point, 300)  # type: ignore[misc]
            cluster.kill(turn % len(cluster.processes))
        for each in sent:
            each.result(300)
    assert set(range(DELIVERIES)) == set(acknowledged)

    with Inbox(cluster.address) as inbox:
        eventually(lambda: {DONE: DELIVERIES} == inbox.counts(), 300)
    begun, ended = cluster.counted("begin"), cluster.counted("end")
    assert {f"d-{number}" for number in range(DELIVERIES)} == set(ended), "each was done"
    twice = sum(number - 1 for number in ended.values())
    assert twice <= KILLS * THREADS, "only what was killed between its effect and its end may be done again"
    print(f"{DELIVERIES} deliveries, {KILLS} kills: 0 lost, {twice} finished twice, {begun.total()} begun")  # noqa: T201


PULLS, LONGEST = (40, 120) if FULL else (5, 25)
"""Pull requests, and calls after which a process dies at the latest: of many something must get done meanwhile."""
FAILED = 60
"""More annotations than go in one call."""


def test_a_process_killed_at_any_call_leaves_one_check_one_comment_and_each_annotation_once(
    github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, drawn = Shop(github), Random(5)
    payloads: list[tuple[str, dict[str, Any]]] = []
    for _ in range(PULLS):
        run = shop.run(shop.pull(), status="queued", conclusion=None)
        early = shop.payload(run, "requested")
        run.status, run.conclusion = "completed", "failure"
        shop.shop.artifact(run, "reports", packed({"unit.xml": junit(failed=FAILED)}))
        payloads += [(f"{run.id}-a", early), (f"{run.id}-b", shop.payload(run))]
    drawn.shuffle(payloads)
    github.calls.clear()
    database = str(tmp_path / "q.sqlite")

    def begun() -> Process:
        return Process(tmp_path, shop, database, "serve", "--port", "0", module="tests.server.hurried")

    living = [begun()]
    deadly = [drawn.randrange(3, LONGEST) for _ in range(KILLS)]
    record, asked, shot = Wire._record, Counter[Process](), list[Process]()

    def recorded(wire: Wire, *arguments: Any) -> None:
        """Each process dies at a call of its own, and once, whatever it or the next still asks meanwhile."""
        record(wire, *arguments)
        asked[living[-1]] += 1
        if deadly and living[-1] not in shot and asked[living[-1]] >= deadly[0]:
            deadly.pop(0)
            shot.append(living[-1])
            living[-1].shoot()

    monkeypatch.setattr(Wire, "_record", recorded)
    github.fail("PATCH", "/repos/*/check-runs/*", status=502, after=True, times=2)
    github.fail("POST", "/repos/*/check-runs", status=502, after=True, times=2)
    github.drop("GET", "*", times=2)

    def all_done() -> bool:
        if living[-1].dead:
            living[-1].kill()
            living.append(begun())
        for guid, payload in list(waiting):
            try:
                if send(living[-1].url, payload, "workflow_run", guid).status_code == 202:
                    waiting.remove((guid, payload))
            except requests.RequestException:
                return False
        with Inbox(database) as inbox:
            return {DONE} == set(inbox.counts())  # beside them are what sweeps put in

    waiting = list(payloads)
    eventually(all_done, 300 + 60 * KILLS)
    monkeypatch.setattr(Wire, "_record", record)
    assert 0 == living[-1].stop()
    assert [] == deadly, "every kill came"
    assert KILLS + 1 == len(living)
    checks = Counter(check.sha for check in shop.shop.check_runs)
    assert {1} == set(checks.values())
    assert PULLS == len(checks)
    for check in shop.shop.check_runs:
        assert ("completed", "failure") == (check.status, check.conclusion)
        assert list(range(1, FAILED + 1)) == sorted(each["start_line"] for each in check.annotations)
    assert {1} == {len(shop.comments(number)) for number in shop.shop.pulls}
