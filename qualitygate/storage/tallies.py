"""What all processes count together, and what each last read: for those who watch the server."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection

from qualitygate.storage.store import insert_into
from qualitygate.storage.tables import TALLIES

ATTEMPTS, VERDICTS, CALLS, REMAINING = "attempts", "verdicts", "calls", "remaining"
SWEEPS, SWEPT = "sweeps", "swept"
"""When each sweep had its last turn, and when it last ended well."""
_LABEL_MOST = 200


def count(connection: Connection, name: str, label: str, by: float = 1) -> None:
    """Add to a number that only grows, in the transaction of what is counted."""
    _write(connection, name, label, by, more=True)


def read(connection: Connection, name: str, label: str, number: float) -> None:
    """Write down a number as it was last read."""
    _write(connection, name, label, number, more=False)


def _write(connection: Connection, name: str, label: str, number: float, *, more: bool) -> None:
    row = {"name": name, "label": label[:_LABEL_MOST], "number": number}
    connection.execute(_statement(connection.dialect.name, more), row)


@cache
def _statement(dialect: str, more: bool) -> Any:
    """Built once: every delivery is counted."""
    made = insert_into(dialect, TALLIES)
    number = TALLIES.c.number + made.excluded.number if more else made.excluded.number
    return made.on_conflict_do_update(index_elements=["name", "label"], set_={"number": number})
