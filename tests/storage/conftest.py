"""Databases to try the store on: a file of SQLite, and a PostgreSQL server that is started for the session."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob
from pathlib import Path
from uuid import uuid4

import pytest

from qualitygate.storage.tables import METADATA

USER = "postgres"
ROOM = 2 * 1024**3
"""Bytes that are free where the session's server has its data in memory."""
LATER = tuple(name for name in METADATA.tables if name not in {"ticket_sources", "tickets", "ticket_writes"})
"""The tables that the first version did not have."""


def _program(name: str) -> str | None:
    return next(iter(sorted(glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), shutil.which(name))


class Server:
    """A server of PostgreSQL in a folder of its own, reached by a socket in it: nothing else is touched."""

    def __init__(self, folder: Path, data: Path | None = None) -> None:
        initdb, control = _program("initdb"), _program("pg_ctl")
        if initdb is None or control is None:
            raise FileNotFoundError("PostgreSQL is not installed: initdb and pg_ctl are needed")
        self.folder, self._as_user = folder, list[str]()
        data = data or folder / "data"
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:  # the server refuses to run as root
            for each in (folder, data):
                shutil.chown(each, USER)
            self._as_user = ["runuser", "-u", USER, "--"]
        self._control = [control, "-D", data, "-w"]
        _run(*self._as_user, initdb, "-D", data, "-U", "qg", "-A", "trust", "-N", "--no-locale", "-E", "UTF8")

    @property
    def address(self) -> str:
        return f"postgresql://qg@/postgres?host={self.folder}"

    def start(self, *options: str) -> None:
        told = " ".join([f"-k {self.folder} -c listen_addresses=''", *options])
        _run(*self._as_user, *self._control, "-o", told, "-l", self.folder / "log", "start")

    def runs(self) -> bool:
        asked = [*map(str, (*self._as_user, *self._control)), "status"]
        return subprocess.run(asked, capture_output=True, check=False, cwd="/tmp").returncode == 0

    def stop(self, mode: str = "immediate") -> None:
        _run(*self._as_user, *self._control, "-m", mode, "stop")


@contextmanager
def own_server(data: Path | None = None, *options: str) -> Iterator[Server]:
    """A server that a test may stop and start as it likes, with its data in a folder of its own."""
    folder = Path("/tmp") / f"qg-{uuid4().hex[:8]}"  # a socket's path may have 107 characters
    folder.mkdir(mode=0o755)
    try:
        try:
            made = Server(folder, data)
            made.start(*options)
        except (OSError, LookupError, subprocess.SubprocessError) as error:
            pytest.skip(f"PostgreSQL cannot be started here: {error}")
        try:
            yield made
        finally:
            if made.runs():
                made.stop()
    finally:
        for each in filter(None, (folder, data)):
            shutil.rmtree(each, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A server in memory where there is room: the files of many databases take longer to delete than to use."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    with own_server(memory / f"qg-{uuid4().hex[:8]}" if roomy else None, "-c fsync=off") as made:
        yield made.address


def _run(*command: object) -> None:
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL, timeout=60, cwd="/tmp")


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    if request.param == "sqlite":
        yield str(tmp_path / "deep" / "tickets.sqlite")
    else:
        server = request.getfixturevalue("postgresql")
        made = empty(server)
        yield made
        drop(server, made)


def drop(server: str, database: str) -> None:
    """Let go of a database, whoever still holds it."""
    import psycopg

    name = database.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def empty(server: str) -> str:
    """An empty database of a server."""
    import psycopg

    name = f"t{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.replace("/postgres?", f"/{name}?")
