"""Databases to try the store on: a file of SQLite, and a PostgreSQL server that is started for the session."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from glob import glob
from pathlib import Path
from uuid import uuid4

import pytest

from qualitygate.storage.tables import METADATA

USER = "postgres"
LATER = tuple(name for name in METADATA.tables if name not in {"ticket_sources", "tickets", "ticket_writes"})
"""The tables that the first version did not have."""


def _program(name: str) -> str | None:
    return next(iter(sorted(glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), shutil.which(name))


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server in a folder of its own, reached by a socket in it: nothing else on the machine is touched."""
    initdb, control = _program("initdb"), _program("pg_ctl")
    if initdb is None or control is None:
        pytest.skip("PostgreSQL is not installed: initdb and pg_ctl are needed")
    folder = Path("/tmp") / f"qg-{uuid4().hex[:8]}"  # a socket's path may have 107 characters
    folder.mkdir(mode=0o755)
    as_user = []
    if os.geteuid() == 0:  # the server refuses to run as root
        try:
            shutil.chown(folder, USER)
        except LookupError:
            pytest.skip(f"PostgreSQL does not run as root, and there is no user {USER}")
        as_user = ["runuser", "-u", USER, "--"]
    data = folder / "data"
    try:
        _run(*as_user, initdb, "-D", data, "-U", "qg", "-A", "trust", "-N", "--no-locale", "-E", "UTF8")
        _run(
            *as_user,
            control,
            "-D",
            data,
            "-w",
            "-o",
            f"-k {folder} -c listen_addresses=''",
            "-l",
            folder / "log",
            "start",
        )
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL cannot be started here: {error}")
    yield f"postgresql://qg@/postgres?host={folder}"
    _run(*as_user, control, "-D", data, "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


def _run(*command: object) -> None:
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL, timeout=60, cwd="/tmp")


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return str(tmp_path / "deep" / "tickets.sqlite")
    server: str = request.getfixturevalue("postgresql")
    import psycopg

    name = f"t{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.replace("/postgres?", f"/{name}?")
