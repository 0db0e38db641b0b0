"""The inbox as people look at it: what became of the deliveries of a repository."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select

from qualitygate.storage.inbox import Inbox
from qualitygate.storage.tables import INBOX
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A delivery: what it was about, when it came, how it stands, how often it was begun, and why it failed."""

    id: str
    event: str
    action: str
    received: datetime
    state: str
    attempts: int
    next_try: datetime
    error: str


def listed(
    inbox: Inbox, repository: str, *, states: Sequence[str] = (), before: float | None = None, most: int
) -> tuple[Told, ...]:
    """The deliveries of a repository in these states, or in any, the newest first.

    ``before`` is when the last one of an earlier page came, in seconds since 1970.
    """
    own = select(INBOX).where(INBOX.c.repository == repository)
    if states:
        own = own.where(INBOX.c.state.in_(states))
    if before is not None:
        own = own.where(INBOX.c.received_at < before)
    with inbox.begin() as connection:
        rows = connection.execute(own.order_by(INBOX.c.received_at.desc()).limit(most)).all()
    return tuple(
        Told(
            id=row.id,
            event=row.event,
            action=row.action,
            received=datetime.fromtimestamp(row.received_at, UTC),
            state=row.state,
            attempts=row.attempts,
            next_try=datetime.fromtimestamp(row.next_try_at, UTC),
            error=row.error,
        )
        for row in rows
    )

