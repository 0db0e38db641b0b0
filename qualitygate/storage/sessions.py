"""Who is signed in: one row a session, which whoever reads the database cannot use."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, insert, select

from qualitygate.storage.store import Store
from qualitygate.storage.tables import SESSIONS
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A session as it is kept. ``id`` is made from the secret of the cookie, which ``sealed`` can be opened with."""

    id: str
    login: str
    sealed: str
    ends: datetime


class SessionStore(Store):
    """The sessions in a database."""

    def begin(self, session: Kept, instead_of: str = "") -> None:
        """Keep a session, and end the one that the same browser had."""
        row = {"id": session.id, "login": session.login, "sealed": session.sealed, "ends_at": session.ends.timestamp()}
        with self._writing() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.id == instead_of))
            connection.execute(insert(SESSIONS).values(**row))

    def find(self, id: str, now: datetime) -> Kept | None:
        """The session, unless it has ended."""
        query = select(SESSIONS).where(SESSIONS.c.id == id, SESSIONS.c.ends_at > now.timestamp())
        with self._reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return Kept(id=row.id, login=row.login, sealed=row.sealed, ends=datetime.fromtimestamp(row.ends_at, UTC))

    def end(self, id: str) -> None:
        """End a session now."""
        with self._writing() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.id == id))

    def forget(self, now: datetime) -> int:
        """Drop the sessions that have ended; how many there were."""
        with self._writing() as connection:
            return int(connection.execute(delete(SESSIONS).where(SESSIONS.c.ends_at <= now.timestamp())).rowcount)
