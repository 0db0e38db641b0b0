"""What all processes count together, and what each last read: for those who watch the server."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from qualitygate.storage.store import insert_into
from qualitygate.storage.tables import TALLIES

ATTEMPTS, VERDICTS, CALLS, REMAINING, SWEEPS = "attempts", "verdicts", "calls", "remaining", "sweeps"
_LABEL_MOST = 200


def count(connection: Connection, name: str, label: str, by: float = 1) -> None:
    """Add to a number that only grows, in the transaction of what is counted."""
    made = _made(connection, name, label, by)
    more = TALLIES.c.number + made.excluded.number
    connection.execute(made.on_conflict_do_update(index_elements=["name", "label"], set_={"number": more}))


def read(connection: Connection, name: str, label: str, number: Any) -> None:
    """Write down a number as it was last read."""
    made = _made(connection, name, label, number)
    connection.execute(
        made.on_conflict_do_update(index_elements=["name", "label"], set_={"number": made.excluded.number})
    )


def _made(connection: Connection, name: str, label: str, number: Any) -> Any:
    return insert_into(connection, TALLIES).values(name=name, label=label[:_LABEL_MOST], number=number)
