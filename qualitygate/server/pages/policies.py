"""The policy of a repository as it is now, read with the right of the person who looks, and kept for a minute."""

from __future__ import annotations

import os
from collections import OrderedDict
from datetime import datetime, timedelta
from tempfile import gettempdir
from threading import Lock

from qualitygate import pipeline
from qualitygate.config import Config, find_config
from qualitygate.errors import ConfigError
from qualitygate.github.client import Client
from qualitygate.github.people import Readable
from qualitygate.server import remote

KEPT = timedelta(minutes=1)
_MOST = 200


class Policies:
    """Policies by repository. Whoever asks must have been let in there."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[datetime, Config | ConfigError | None]] = OrderedDict()
        self._lock = Lock()

    def of(self, repository: Readable, client: Client, now: datetime) -> Config | None:
        """The policy of the default branch; ``None`` where there is none.

        Raises :class:`~qualitygate.errors.ConfigError` where it is wrong, and
        :class:`~qualitygate.errors.CannotUseGitHub`.
        """
        with self._lock:
            known = self._known.get(repository.name)
        if known is None or known[0] <= now - KEPT:
            known = (now, _read(repository, client))
            with self._lock:
                self._known[repository.name] = known
                self._known.move_to_end(repository.name)
                if len(self._known) > _MOST:
                    self._known.popitem(last=False)
        if isinstance(known[1], ConfigError):
            raise known[1]
        return known[1]


def _read(repository: Readable, client: Client) -> Config | ConfigError | None:
    root = os.path.join(os.path.realpath(gettempdir()), "qualitygate-reads-no-file")
    files = remote.at(client, repository.name, repository.branch, root)
    try:
        path = find_config(root, files)
    except ConfigError:
        return None
    try:
        return pipeline.load_config(path, base_dir=root, files=files)
    except ConfigError as error:
        return error
