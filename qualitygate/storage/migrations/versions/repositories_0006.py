"""Deliveries and tickets known by the number of their repository: a name may become another's."""

from __future__ import annotations

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
_BATCH = 500


def upgrade() -> None:
    """Add the columns. Whose a delivery is stands in its body; where that was dropped, nobody knows it any more."""
    op.add_column("inbox", sa.Column("repository_id", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("ticket_sources", sa.Column("repository_id", sa.BigInteger))
    connection = op.get_bind()
    told = sa.text("UPDATE inbox SET repository_id = :number WHERE id = :id")
    for rows in _bodies(connection):
        found = [{"id": id, "number": number} for id, body in rows if (number := _number(body))]
        if found:
            connection.execute(told, found)
    op.drop_index("inbox_repository", "inbox")
    op.create_index("inbox_repository", "inbox", ["repository_id", "received_at"])


def _bodies(connection: sa.Connection) -> Iterator[list[tuple[str, str]]]:
    """The bodies that are still kept, a part at a time."""
    query = sa.text("SELECT id, body FROM inbox WHERE body <> '' AND id > :last ORDER BY id LIMIT :most")
    last = ""
    while rows := [(row.id, row.body) for row in connection.execute(query, {"last": last, "most": _BATCH})]:
        yield rows
        last = rows[-1][0]


def _number(body: str) -> int:
    try:
        number = json.loads(body)["repository"]["id"]
    except (ValueError, TypeError, LookupError, RecursionError):
        return 0
    return number if type(number) is int and 0 < number < 2**63 else 0
