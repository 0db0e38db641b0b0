"""Clients of GitHub, one for each installation of the App: its token is had once, and had anew before it ends."""

from __future__ import annotations

from threading import Lock

from qualitygate.github.client import Access, App, Client
from qualitygate.values import dataclass

ITSELF = 0
"""In place of an installation: the App itself, which is asked where it is installed and what it was told."""
PATIENCE = 10.0
"""Seconds that one call may wait for GitHub: for longer it is the delivery that sleeps, not its thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The App, and the API it speaks to. ``private_key`` is PEM text."""

    app_id: str
    private_key: str
    base_url: str


class Clients:
    """Clients that share the connections and the token of their installation, and count their calls apart."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._known: dict[int, Client] = {}
        self._lock = Lock()

    def of(self, installation: int) -> Client:
        """A client that acts as this installation, or as the App :data:`ITSELF`."""
        with self._lock:
            if installation not in self._known:
                app = App(id=self._identity.app_id, private_key=self._identity.private_key, installation=installation)
                access = Access(credentials=app, base_url=self._identity.base_url, patience=PATIENCE)
                self._known[installation] = Client(access)
            return self._known[installation].anew()

    def forget(self, installation: int) -> None:
        """Let go of a token that GitHub does not take any more."""
        with self._lock:
            self._known.pop(installation, None)

    def close(self) -> None:
        """Let go of the connections."""
        for client in self._known.values():
            client.close()
