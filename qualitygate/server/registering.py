"""One registration of the App: what it asks GitHub for, and that nobody but the operator can carry it through."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from secrets import token_urlsafe
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from qualitygate.github.manifest import Registered, asking
from qualitygate.language import say
from qualitygate.server.handling import DEEDS
from qualitygate.server.pages.house import BACK
from qualitygate.values import dataclass

PERMISSIONS: Mapping[str, str] = {
    "actions": "read",
    "checks": "write",
    "contents": "read",
    "deployments": "write",
    "issues": "write",
    "members": "read",
    "metadata": "read",
    "pull_requests": "write",
}
"""What the App may do where it is installed."""
WAIVERS: Mapping[str, str] = {"contents": "write"}
"""What it must be allowed besides, to propose waivers."""
_UNASKED = frozenset({"installation", "installation_repositories", "github_app_authorization", "ping"})
"""Events that every App is told of; GitHub refuses a manifest that names one."""
EVENTS = tuple(sorted({kind.partition(".")[0] for kind in DEEDS} - _UNASKED))
"""What it asks to be told of."""
_NAME_MOST = 34
_ORGANISATION = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the operator wrote: the App's name, whose it will be, and where GitHub and browsers reach this server.

    ``waivers``: it may propose those that people ask for in comments, for which it has to write a branch.
    """

    name: str
    organisation: str
    address: str
    waivers: bool = False

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with it, in the language spoken."""
        found = []
        if not 0 < len(self.name) <= _NAME_MOST:
            found.append(say("A name has 1 to 34 characters."))
        if self.organisation and not _ORGANISATION.fullmatch(self.organisation):
            found.append(say("That is no name of an organisation."))
        if not reachable(self.address):
            found.append(say("The address must be like https://quality.example.org."))
        return tuple(found)


def reachable(address: str) -> bool:
    """Whether GitHub could send webhooks there: by TLS, or within this machine."""
    try:
        parts = urlsplit(address)
        host, odd = parts.hostname or "", parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
        parts.port  # noqa: B018 - raises where it is none
    except ValueError:
        return False
    return bool(host) and not odd and (parts.scheme == "https" or (parts.scheme == "http" and within(host)))


def within(host: str) -> bool:
    """Whether a name is of this very machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def manifest(wish: Wish, here: str) -> dict[str, Any]:
    """What GitHub is asked for. ``here`` is where the operator's browser finds this server."""
    address = wish.address.rstrip("/")
    return {
        "name": wish.name,
        "url": address,
        "description": "Judges workflow runs by the repository's own quality policy.",
        "hook_attributes": {"url": f"{address}/github/webhooks", "active": True},
        "redirect_url": f"{here.rstrip('/')}/setup/callback",
        "callback_urls": [f"{address}{BACK}"],
        "public": False,
        "default_permissions": {**PERMISSIONS, **(WAIVERS if wish.waivers else {})},
        "default_events": list(EVENTS),
    }


class Registering:
    """One registration, by whoever has the token that the terminal shows; once, whatever is asked at the same time.

    ``exchange`` gets the App for a code, ``keep`` puts it where it is found again; both may raise
    :class:`~qualitygate.errors.QualityGateError`.
    """

    def __init__(self, api: str, exchange: Callable[[str], Registered], keep: Callable[[Registered], None]) -> None:
        self.token = token_urlsafe(32)
        self.registered: Registered | None = None
        self._api, self._exchange, self._keep = api, exchange, keep
        self._state = ""
        self._lock = Lock()

    def permits(self, token: str) -> bool:
        """Whether somebody may register the App now."""
        return self.registered is None and hmac.compare_digest(self.token.encode(), token.encode())

    def begin(self, wish: Wish) -> str:
        """Where the browser sends the manifest; what was begun before ends with it."""
        with self._lock:
            self._state = token_urlsafe(32)
            return asking(self._api, wish.organisation, self._state)

    def complete(self, state: str, code: str) -> Registered | None:
        """The App, kept; ``None`` where nobody began this, or it was completed or tried before."""
        with self._lock:
            if not self._state or not hmac.compare_digest(self._state.encode(), state.encode()):
                return None
            self._state = ""
            app = self._exchange(code)
            self._keep(app)
            self.registered = app
            return app
