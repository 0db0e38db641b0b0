"""A store: a database opened for one purpose, with its transactions, those that write and those that only read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite

from qualitygate.storage.opening import open_engine, told

_INSERTS: Mapping[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Store:
    """A database at a path or an URL. ``close`` it, or use it in a ``with``. Threads may share it.

    Each kind of it says what is remembered. Every method is one transaction, and raises
    :class:`~qualitygate.errors.CannotUseStore`.
    """

    def __init__(self, address: str) -> None:
        self.engine = open_engine(address)
        self.address = self.engine.url.render_as_string(hide_password=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that may write; on SQLite one at a time does."""
        with told(self.address), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with reading(self.engine) as connection:
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads: it waits for none that writes, and none waits for it."""
    address = engine.url.render_as_string(hide_password=True)
    with told(address), engine.execution_options(reads=True).begin() as connection:
        yield connection


def insert_into(dialect: str, table: Table) -> Any:
    """An insert that can say what is done where the row is there already: each database has its own."""
    return _INSERTS[dialect](table)
