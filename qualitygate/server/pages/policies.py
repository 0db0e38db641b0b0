"""The policy that counts in a repository now, with its owner's, read with the right of who looks, kept for a minute."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from qualitygate.config import Config
from qualitygate.errors import ConfigError
from qualitygate.github.client import Client
from qualitygate.github.people import Readable
from qualitygate.server import policy
from qualitygate.server.remote import NOWHERE

KEPT = timedelta(minutes=1)
_MOST = 200


class Policies:
    """Policies by session and repository: what one may read of an owner's, another may not. Whoever asks was let in."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, int], tuple[datetime, Config | ConfigError | None]] = OrderedDict()
        self._lock = Lock()

    def of(self, session: str, repository: Readable, client: Client, now: datetime) -> Config | None:
        """The policy of the default branch on top of its owner's; ``None`` where none counts.

        ``client`` acts for whose session it is.
        Raises :class:`~qualitygate.errors.ConfigError` where it is wrong, and
        :class:`~qualitygate.errors.CannotUseGitHub`.
        """
        key = (session, repository.id)
        with self._lock:
            known = self._known.get(key)
        if known is None or known[0] <= now - KEPT:
            known = (now, _read(repository, client))
            with self._lock:
                self._known[key] = known
                self._known.move_to_end(key)
                if len(self._known) > _MOST:
                    self._known.popitem(last=False)
        if isinstance(known[1], ConfigError):
            raise known[1]
        return known[1]


def _read(repository: Readable, client: Client) -> Config | ConfigError | None:
    try:
        found = policy.found(client, repository.name, repository.branch, NOWHERE)
        return None if found is None else found.load()
    except ConfigError as error:
        return error
