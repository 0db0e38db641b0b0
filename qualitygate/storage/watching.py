"""How the work goes, from the store: right in whatever process is asked, with no repository named."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from qualitygate.storage import tallies
from qualitygate.storage.inbox import DEAD, RUNNING, WAITING, clock_of
from qualitygate.storage.store import Store
from qualitygate.storage.tables import INBOX, TALLIES
from qualitygate.values import dataclass

OPEN = (WAITING, RUNNING, DEAD)
"""The states of deliveries that are not done; those that are would have to be counted one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """How the work goes. ``lag`` is for how many seconds what could be worked on has waited, at most.

    ``failing`` is how many deliveries wait for another attempt. ``tallies`` has numbers by what is counted and its
    label: attempts by their end, verdicts by outcome, calls of GitHub and what its limit leaves by installation, and
    when each sweep had its last turn and when it last ended well, in seconds since 1970.
    """

    deliveries: Mapping[str, int]
    lag: float
    failing: int
    tallies: Mapping[str, Mapping[str, float]]


class Watch(Store):
    """Looks at a store for those who watch the server."""

    def look(self) -> Watched:
        """How the work goes now."""
        since = select(func.min(INBOX.c.next_try_at)).where(INBOX.c.state == WAITING)
        found: dict[str, dict[str, float]] = {}
        with self._reading() as connection:
            deliveries = {state: self._number(connection, state) for state in OPEN}
            again = select(func.count()).where(INBOX.c.state == WAITING, INBOX.c.attempts > 0)
            failing = int(connection.execute(again).scalar_one())
            lag = connection.execute(select(clock_of(connection) - since.scalar_subquery())).scalar()
            for row in connection.execute(select(TALLIES)):
                found.setdefault(row.name, {})[row.label] = row.number
        return Watched(deliveries=deliveries, lag=max(0.0, float(lag or 0)), failing=failing, tallies=found)

    def asked(self, installation: int, calls: int, remaining: int | None) -> None:
        """Write down that GitHub was asked, and what its limit leaves."""
        with self._writing() as connection:
            tallies.count(connection, tallies.CALLS, str(installation), calls)
            if remaining is not None:
                tallies.read(connection, tallies.REMAINING, str(installation), remaining)

    @staticmethod
    def _number(connection: Connection, state: str) -> int:
        return int(connection.execute(select(func.count()).where(INBOX.c.state == state)).scalar_one())
