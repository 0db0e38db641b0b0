"""Signed webhooks of 8 kB from eight connections at a time: how many a second are acknowledged, and how soon.

Beside the same endpoint that makes one bare insert, in the same round, on SQLite and on PostgreSQL with one and three
workers; and how soon while the workers have more than they can do. PostgreSQL is started for it.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from glob import glob
from itertools import count
from statistics import median, quantiles

from benchmarks.clock import environment
from benchmarks.table import Row
from qualitygate.values import dataclass

SECRET = "it's a secret to everybody"
CONNECTIONS, FILLER = 8, "x" * 8_000
SOON = 1.0
"""Seconds within which an acknowledgement must come, whatever the workers have to do."""
NUMBERS = count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one run came to: acknowledgements a second, the 99th percentile of their time in ms, and what was left."""

    rate: float
    late: float
    left: int = 0


def run(quick: bool = False) -> Iterator[Row]:
    seconds, rounds = (4, 2) if quick else (15, 5)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="qg-load-", dir="/tmp"))
        os.chmod(folder, 0o755)
        server = stack.enter_context(_postgresql(folder))
        stores = {"SQLite": (folder, 0)}
        if server:
            stores |= {"PostgreSQL, 1 worker": (server, 1), "PostgreSQL, 3 workers": (server, 3)}
        for name, (where, workers) in stores.items():
            pairs = [(_told("bare", where, 0, seconds), _told("ours", where, workers, seconds)) for _ in range(rounds)]
            ours = [told for _, told in pairs]
            rates = median(bare.rate for bare, _ in pairs), median(told.rate for told in ours)
            yield Row(
                what=f"{name}: bare insert / ours, acknowledged a second",
                goal=2.5,
                measured=median(bare.rate / told.rate for bare, told in pairs),
                note=f"{rates[0]:.0f} and {rates[1]:.0f} a second",
            )
            yield Row(
                what=f"{name}: ours / bare insert, 99th percentile",
                goal=4,
                measured=median(told.late / bare.late for bare, told in pairs),
                note=f"{median(told.late for told in ours):.0f} and {median(bare.late for bare, _ in pairs):.0f} ms",
            )
            yield Row(
                what=f"{name}: 99th percentile with a backlog",
                goal=SOON,
                unit="s",
                measured=max(told.late for told in ours) / 1000,
                note=f"{median(told.left for told in ours):.0f} deliveries waiting at the end",
            )


def _told(kind: str, where: str, workers: int, seconds: float) -> Told:
    """One run on a store of its own."""
    if where.startswith("postgresql"):
        import psycopg

        name = f"load{next(NUMBERS)}"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        database = where.replace("/postgres?", f"/{name}?")
    else:
        database = os.path.join(where, f"load{next(NUMBERS)}.sqlite")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    roles = [(port, 0 if workers else 4), *[(0, 4)] * (workers if kind == "ours" else 0)]
    with ExitStack() as stack:
        for role in roles:
            stack.enter_context(_process(kind, database, *role))
        _answers(port)
        rate, late = asyncio.run(_load(port, seconds))
        left = _left(database) if kind == "ours" else 0
    return Told(rate=rate, late=late, left=left)


@contextmanager
def _process(kind: str, database: str, port: int, threads: int) -> Iterator[None]:
    command = [sys.executable, "-m", "benchmarks.loaded", kind, database, str(port), str(threads)]
    process = subprocess.Popen(command, env=environment(), stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            time.sleep(2)  # for the workers, which start at the same time
            return


def _left(database: str) -> int:
    from qualitygate.storage.inbox import DONE, Inbox

    with Inbox(database) as inbox:
        return sum(number for state, number in inbox.counts().items() if state != DONE)


async def _load(port: int, seconds: float) -> tuple[float, float]:
    """Acknowledgements a second, and the 99th percentile of how long they took, in ms."""
    times: list[float] = []
    end = time.monotonic() + seconds
    begun = time.monotonic()
    await asyncio.gather(*(_connection(port, end, times) for _ in range(CONNECTIONS)))
    return len(times) / (time.monotonic() - begun), quantiles(times, n=100)[98] * 1000


async def _connection(port: int, end: float, times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.monotonic() < end:
        asked = _request(next(NUMBERS))
        begun = time.monotonic()
        writer.write(asked)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
        times.append(time.monotonic() - begun)
        if not head.startswith(b"HTTP/1.1 202"):
            raise RuntimeError(f"it was not acknowledged: {head.decode()}")
    writer.close()


def _request(number: int) -> bytes:
    payload = {
        "action": "opened",
        "number": number,
        "filler": FILLER,
        "installation": {"id": 7},
        "repository": {"full_name": f"acme/shop{number % 50}"},
        "workflow_run": {"head_sha": f"{number:040x}"},
    }
    body = json.dumps(payload).encode()
    headers = {
        "Host": "127.0.0.1",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "X-GitHub-Event": "workflow_run",
        "X-GitHub-Delivery": f"d-{number}",
        "X-Hub-Signature-256": f"sha256={hmac.new(SECRET.encode(), body, 'sha256').hexdigest()}",
    }
    told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /github/webhooks HTTP/1.1\r\n{told}\r\n".encode() + body


@contextmanager
def _postgresql(folder: str) -> Iterator[str]:
    """The address of a server in a folder of its own; empty where PostgreSQL is not installed."""
    found = sorted(glob("/usr/lib/postgresql/*/bin/initdb"), reverse=True)
    initdb = found[0] if found else shutil.which("initdb")
    if initdb is None:
        print("PostgreSQL is not here, so it is not measured", file=sys.stderr)
        yield ""
        return
    home = os.path.join(folder, "pg")
    os.mkdir(home)
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(home, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    data, control = os.path.join(home, "data"), [os.path.join(os.path.dirname(initdb), "pg_ctl"), "-w"]

    def do(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, stdout=subprocess.DEVNULL, cwd="/tmp")

    do(initdb, "-D", data, "-U", "qg", "-A", "trust", "--no-locale", "-E", "UTF8")
    do(*control, "-D", data, "-o", f"-k {home} -c listen_addresses=''", "-l", os.path.join(home, "log"), "start")
    try:
        yield f"postgresql://qg@/postgres?host={home}"
    finally:
        do(*control, "-D", data, "-m", "immediate", "stop")
