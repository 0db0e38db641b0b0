"""Who may see what: GitHub is asked with the person's own token, and believed for a few minutes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from threading import Lock

from qualitygate.github.client import Access as Credentials
from qualitygate.github.client import Client
from qualitygate.github.people import Readable, repositories
from qualitygate.server.clients import PATIENCE
from qualitygate.server.session import Session

BELIEVED = timedelta(minutes=3)
"""How long an answer counts: whoever loses a right on GitHub sees nothing here after that."""
_MOST = 1_000
Seen = Mapping[str, Readable]


class Access:
    """What each session may see. Raises :class:`~qualitygate.errors.CannotUseGitHub` where GitHub cannot be asked.

    ``asked`` is how GitHub is asked for the repositories.
    """

    def __init__(
        self, api: str, clock: Callable[[], datetime], asked: Callable[[Client], Iterable[Readable]] = repositories
    ) -> None:
        self._api, self._clock, self._asked = api, clock, asked
        self._known: OrderedDict[str, tuple[datetime, Seen]] = OrderedDict()
        self._lock = Lock()

    def of(self, session: Session) -> Seen:
        """The repositories that somebody may read, by their names in lower case."""
        now = self._clock()
        with self._lock:
            known = self._known.get(session.id)
        if known is not None and known[0] > now - BELIEVED:
            return known[1]
        with self.client(session) as client:
            seen = {each.name.casefold(): each for each in self._asked(client)}
        with self._lock:
            self._known[session.id] = (now, seen)
            self._known.move_to_end(session.id)
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        return seen

    def client(self, session: Session) -> Client:
        """A client that asks as the person. ``close`` it."""
        return Client(Credentials(credentials=session.token, base_url=self._api, patience=PATIENCE))

    def forget(self, session: Session) -> None:
        """Believe nothing any more of what a session may see."""
        with self._lock:
            self._known.pop(session.id, None)
