"""Everything at once: GitHub at its worst, processes killed, deliveries twice and in any order, a database restarted.

At the end none is lost, and nothing that people see is there twice. ``QUALITYGATE_FULL_KILLS=20 pytest -s
tests/server/test_faults.py`` does it with more of everything; otherwise a few pull requests are tried.
"""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Lock
from typing import Any
from uuid import uuid4

import pytest
import requests

from qualitygate.storage.inbox import DONE, Inbox
from tests.action.conftest import junit
from tests.github.double.github import GitHub
from tests.github.double.wire import Wire
from tests.server.conftest import eventually, send
from tests.server.shop import Shop, keys, packed
from tests.server.test_killed import Cluster
from tests.storage.conftest import Server, own_server

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are killed by a signal of POSIX")
FULL = int(os.environ.get("QUALITYGATE_FULL_KILLS") or 0)
PULLS, TICKETS, KILLS = (8 * FULL, 4 * FULL, FULL) if FULL else (3, 2, 2)
FAILED = 60
"""More annotations than go in one call."""
SHARE, LATE = 0.1, 1.5
"""How many of GitHub's answers are mishaps, and how many seconds one comes late."""
POLICY = """\
version: 1
evidence:
  unit: {files: reports/*.xml}
  tickets: {files: tickets.jsonl}
support:
  tickets: {label: support}
  team: [lin]
  targets: {normal: {first_response: 24h}}
  escalate: [{at: 100%, mention: [lin]}]
gates:
  pull-request: [{metric: tests.failed, at_most: 0}]
"""


class Storm:
    """The App's processes over a store: one that listens, and on PostgreSQL one more that works."""

    def __init__(self, shop: Shop, address: str, folder: Path) -> None:
        (folder / "key.pem").write_text(keys()[0])
        self.shop, self.address, self.folder = shop, address, folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.roles = [(self.port, 2), (0, 2)] if address.startswith("postgresql") else [(self.port, 3)]
        self.processes = [self._start(*role) for role in self.roles]
        self.killed = 0

    def _start(self, port: int, threads: int) -> subprocess.Popen[bytes]:
        now = (self.shop.github.now + timedelta(hours=25)).isoformat()
        told = [self.address, self.shop.github.url, str(self.shop.app.id), str(self.folder / "key.pem"), now]
        command = [sys.executable, "-m", "tests.server.stormy", *told, str(port), str(threads)]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": os.getcwd()}, stderr=log)

    def shoot(self) -> None:
        """Kill the next one and go on at once, for whoever is just answering it."""
        self.processes[self.killed % len(self.processes)].kill()
        self.killed += 1

    def mend(self) -> None:
        """Start again what was killed."""
        for index, process in enumerate(self.processes):
            if process.poll() is not None:
                self.processes[index] = self._start(*self.roles[index])

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()

    def until(self, true: Callable[[], Any], moves: Callable[[], Any] = lambda: None) -> None:
        """Waits, mends what was killed, and fails where nothing moves for ten minutes."""
        seen, end = moves(), time.monotonic() + 600
        while not true():
            self.mend()
            if (now := moves()) != seen:
                seen, end = now, time.monotonic() + 600
            if time.monotonic() > end:
                print((self.folder / "log").read_text()[-5_000:])  # noqa: T201
                raise AssertionError("it did not come true")
            time.sleep(0.02)


def delivered(storm: Storm, payloads: list[tuple[str, str, dict[str, Any]]], drawn: Random) -> Callable[[], bool]:
    """Delivers in any order, a third of them twice, as somebody redelivers what was not acknowledged."""
    order = [*payloads, *drawn.sample(payloads, len(payloads) // 3)]
    drawn.shuffle(order)
    lock, left = Lock(), [len(order)]

    def deliver(guid: str, event: str, payload: dict[str, Any]) -> None:
        while True:
            try:
                if send(storm.url, payload, event, guid).status_code == 202:
                    break
            except requests.RequestException:
                pass
            time.sleep(0.1)
        with lock:
            left[0] -= 1

    pool = ThreadPoolExecutor(3)
    for each in order:
        pool.submit(deliver, *each)
    pool.shutdown(wait=False)
    return lambda: left[0] == 0


@contextmanager
def at_calls(points: list[int], do: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Does something whenever GitHub has had so many calls."""
    record = Wire._record

    def recorded(wire: Wire, *arguments: Any) -> None:
        record(wire, *arguments)
        if points and len(wire.calls) >= points[0]:
            points.pop(0)
            do()

    with monkeypatch.context() as patched:
        patched.setattr(Wire, "_record", recorded)
        yield


@contextmanager
def small_disk(size: str) -> Iterator[Path]:
    """A disk of its own, in memory, that can really be full."""
    folder = Path("/tmp") / f"qg-disk-{uuid4().hex[:8]}"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "none", str(folder)], capture_output=True, check=False
    )
    try:
        if mounted.returncode:
            pytest.skip("no disk can be mounted here: that takes root")
        yield folder
    finally:
        if not mounted.returncode:
            subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()


def fill(folder: Path) -> Path:
    """A file that takes all room there is left."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (2**16, 2**10, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError as error:
                assert errno.ENOSPC == error.errno  # noqa: PT017
    return ballast


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Server | None]]:
    """An empty store, and the server it is on, which may be restarted."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield str(tmp_path / "q.sqlite"), None
        else:
            server = stack.enter_context(own_server())
            yield server.address, server


def test_in_the_worst_of_weathers_nothing_is_lost_and_nothing_is_shown_twice(
    github: GitHub, store: tuple[str, Server | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, server = store
    shop, drawn = Shop(github, POLICY), Random(7)
    payloads: list[tuple[str, str, dict[str, Any]]] = []
    for _ in range(PULLS):
        run = shop.run(shop.pull(), status="queued", conclusion=None)
        early = shop.payload(run, "requested")
        run.status, run.conclusion = "completed", "failure"
        shop.shop.artifact(run, "reports", packed({"unit.xml": junit(failed=FAILED)}))
        payloads += [(f"{run.id}-a", "workflow_run", early), (f"{run.id}-b", "workflow_run", shop.payload(run))]
    for _ in range(TICKETS):
        issue = shop.shop.issue(labels=["support"], login="eve")
        told = shop.about({"action": "opened", "issue": {"number": issue.number}})
        payloads.append((f"issue-{issue.number}", "issues", told))
    github.calls.clear()
    deadly = sorted(drawn.sample(range(10, PULLS * 9), KILLS))
    storm = Storm(shop, address, tmp_path)
    for path in ("check-runs", "issues/*/comments"):  # the worst of all: it is there, and nobody was told
        github.fail("POST", f"/repos/acme/shop/{path}", status=502, after=True)
        github.drop("POST", f"/repos/acme/shop/{path}", after=True)
    weather = github.storm(share=SHARE, seed=3, late_by=LATE)
    try:
        with at_calls(deadly, storm.shoot, monkeypatch):
            arrived = delivered(storm, payloads, drawn)
            if server is not None:
                storm.until(lambda: len(github.calls) > PULLS * 4)
                server.stop("fast")
                server.start()
            storm.until(arrived, lambda: len(github.calls))
            storm.until(lambda: not deadly, lambda: len(github.calls))
            with Inbox(address) as inbox:
                storm.until(lambda: {DONE: len(payloads)} == inbox.counts(), lambda: inbox.counts().get(DONE))
        weather.times = 0
    finally:
        storm.close()
    assert weather.struck, "there was a storm"
    print(f"{len(payloads)} deliveries, {storm.killed} kills, {dict(weather.struck)}")  # noqa: T201
    assert Counter(pull.sha for pull in shop.shop.pulls.values()) == Counter(c.sha for c in shop.shop.check_runs)
    for check in shop.shop.check_runs:
        assert ("completed", "failure") == (check.status, check.conclusion)
        assert list(range(1, FAILED + 1)) == sorted(each["start_line"] for each in check.annotations)
    assert {1} == {len(shop.comments(number)) for number in shop.shop.pulls}
    tickets = [each for each in shop.shop.issues.values() if each.number not in shop.shop.pulls]
    assert [["support", "sla:breached"]] * TICKETS == [each.labels for each in tickets]
    assert [1] * TICKETS == [len(shop.comments(each.number)) for each in tickets], "each is escalated once"


def test_while_the_disk_is_full_nothing_is_acknowledged_and_afterwards_all_is_done(tmp_path: Path) -> None:
    kept: list[str] = []
    with small_disk("16m") as disk:
        cluster = Cluster(str(disk / "q.sqlite"), tmp_path)
        try:
            eventually(lambda: answers(cluster.url), 60)

            def deliver(number: int) -> int:
                status = send(cluster.url, {"number": number, "filler": "x" * 20_000}, guid=f"d-{number}").status_code
                kept.extend([f"d-{number}"] if status == 202 else [])
                return status

            assert {202} == {deliver(number) for number in range(10)}
            ballast = fill(disk)
            statuses = [deliver(number) for number in range(10, 60)]
            assert 503 in statuses
            assert {202, 503} >= set(statuses)
            assert 503 == statuses[-1]
            assert 200 == requests.get(f"{cluster.url}/healthz", timeout=20).status_code
            ballast.unlink()
            assert {202} == {deliver(number) for number in range(10, 60) if f"d-{number}" not in kept}
            assert 60 == len(kept)
            eventually(lambda: set(kept) == set(cluster.counted("end")), 60)
            with Inbox(cluster.address) as inbox:
                eventually(lambda: {DONE: 60} == inbox.counts(), 60)
        finally:
            cluster.close()


@pytest.mark.skipif(not FULL, reason="QUALITYGATE_FULL_KILLS is not set: a server of its own on a full disk takes long")
def test_postgresql_on_a_full_disk_is_waited_for(tmp_path: Path) -> None:
    kept: set[str] = set()
    with small_disk("120m") as disk, own_server(disk / "data") as server:
        cluster = Cluster(server.address, tmp_path)
        try:
            eventually(lambda: answers(cluster.url), 60)

            def deliver(number: int) -> int:
                status = send(cluster.url, {"number": number, "filler": filler()}, guid=f"d-{number}").status_code
                kept.update([f"d-{number}"] if status == 202 else [])
                return status

            assert {202} == {deliver(number) for number in range(10)}
            ballast = fill(disk)
            eventually(lambda: 503 == deliver(len(kept)), 120)
            ballast.unlink()
            if not server.runs():
                server.start()
            number = len(kept)
            eventually(lambda: 202 == deliver(number), 120)
            eventually(lambda: kept == set(cluster.counted("end")), 120)
            with Inbox(cluster.address) as inbox:
                eventually(lambda: {DONE: len(kept)} == inbox.counts(), 120)
        finally:
            cluster.close()


def answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/readyz", timeout=20).status_code == 200
    except requests.RequestException:
        return False


def filler() -> str:
    """What no database makes smaller."""
    return os.urandom(400_000).hex()
