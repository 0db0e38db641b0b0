"""The inbox as people look at it: what became of the deliveries of a repository."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select, tuple_

from qualitygate.storage.inbox import OWN, Inbox
from qualitygate.storage.store import reading
from qualitygate.storage.tables import INBOX
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in the order of deliveries: ``at`` are seconds since 1970, as exact as the database has them."""

    at: float
    id: str


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
    place: Place


def listed(
    inbox: Inbox,
    repository: int,
    *,
    sweeps: bool = False,
    states: Sequence[str] = (),
    before: Place | None = None,
    most: int,
) -> tuple[Told, ...]:
    """The webhooks of the repository of this number in these states, or any, the newest first, from after a place on.

    With ``sweeps`` it is what sweeps of ours put in for it, which nobody delivered.
    """
    own = select(INBOX).where(INBOX.c.repository_id == repository)
    own = own.where(INBOX.c.event == OWN if sweeps else INBOX.c.event != OWN)
    if states:
        own = own.where(INBOX.c.state.in_(states))
    if before is not None:
        own = own.where(tuple_(INBOX.c.received_at, INBOX.c.id) < tuple_(before.at, before.id))
    with reading(inbox.engine) as connection:
        rows = connection.execute(own.order_by(INBOX.c.received_at.desc(), INBOX.c.id.desc()).limit(most)).all()
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
            place=Place(at=row.received_at, id=row.id),
        )
        for row in rows
    )
