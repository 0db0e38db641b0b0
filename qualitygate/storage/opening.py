"""A database opened: the address understood, what SQLite must be told, and migrations run, also by several at once."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from qualitygate.errors import CannotUseStore, ConfigError, Problem
from qualitygate.storage.tables import HEAD

DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgresql+psycopg": "postgresql+psycopg"}
PATIENCE = 30
"""Seconds to wait for another process that writes."""
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={PATIENCE * 1000}", "foreign_keys=ON")
_LOCK = 7_204_511_963
"""The advisory lock of PostgreSQL under which one process migrates and others wait: any number that is ours."""


def open_engine(address: str) -> Engine:
    """The database at a path or an URL, with the tables it should have.

    Raises :class:`~qualitygate.errors.CannotUseStore`, and :class:`~qualitygate.errors.ConfigError` where its driver is
    not installed.
    """
    url = _url(address)
    try:
        engine = create_engine(url, pool_pre_ping=True)  # connections of before a restart of the server are gone
    except ModuleNotFoundError as error:
        help_ = "install it with its extra: qualitygate-ci[postgresql]"
        raise ConfigError([Problem("extra", f"the store needs {error.name}", help=help_)]) from error
    if url.get_backend_name() == "sqlite":
        _tell_sqlite(engine)
        if url.database and url.database != ":memory:":
            owned(url.database)
    try:
        with told(url.render_as_string(hide_password=True)):
            _migrate(engine)
    except CannotUseStore:
        engine.dispose()
        raise
    return engine


@contextmanager
def told(address: str) -> Iterator[None]:
    """What goes wrong with a database, as our error and without the statement."""
    try:
        yield
    except DBAPIError as error:
        said = (str(error.orig).strip().splitlines() or ["no reason given"])[0]
        raise CannotUseStore(f"the store {address} cannot be used: {said}") from error
    except SQLAlchemyError as error:
        raise CannotUseStore(f"the store {address} cannot be used: {error}") from error


def owned(path: str) -> None:
    """Make a file that only its owner reads and writes, where there is none; SQLite gives those beside it its rights.

    One that is there is never opened here: where a process closes a file, POSIX drops all locks that it has on that
    file, SQLite's too. Raises :class:`~qualitygate.errors.CannotUseStore` where it cannot be written: SQLite would not
    say why.
    """
    why = ""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        if os.path.isdir(path):
            why = os.strerror(errno.EISDIR)
        elif not os.access(path, os.R_OK | os.W_OK):
            why = os.strerror(errno.EACCES)
    except OSError as error:
        why = error.strerror or str(error)
    if why:
        told = (
            f"the store {path} cannot be opened: {why}; whoever runs this must own the file and may write in its folder"
        )
        raise CannotUseStore(told)


def _url(address: str) -> URL:
    if "://" not in address:
        path = os.path.abspath(os.path.expanduser(address))
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        except OSError as error:
            raise CannotUseStore(f"the folder of {address} cannot be made: {error.strerror or error}") from error
        return URL.create("sqlite", database=path)
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise CannotUseStore("the address of the store is no URL; write postgresql://USER@HOST/DATABASE") from error
    if url.drivername not in DRIVERS:
        known = "a path to a file of SQLite, sqlite:// and postgresql://"
        raise CannotUseStore(f"the store cannot be {url.drivername}://; there are {known}")
    return url.set(drivername=DRIVERS[url.drivername])


def _tell_sqlite(engine: Engine) -> None:
    """Durable, one writer at a time, and a transaction that begins when we say so.

    One with the option ``reads`` writes nothing, so that it waits for no writer and none waits for it.
    """

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        reads = connection.get_execution_options().get("reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _migrate(engine: Engine) -> None:
    """Bring the tables to what they should be. Whoever finds them so waits for nobody who writes."""
    with engine.execution_options(reads=True).begin() as connection:
        if _version(connection) == HEAD:
            return
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
        if _version(connection) == HEAD:
            return
        from alembic import command  # noqa: PLC0415 - it costs more than the rest of a command
        from alembic.config import Config  # noqa: PLC0415
        from alembic.util import CommandError  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", os.path.join(os.path.dirname(__file__), "migrations"))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise CannotUseStore(f"the store cannot be migrated: a newer qualitygate wrote it? ({error})") from error


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
