"""What the pages are made with: the stores, GitHub, the clock, and where the world finds them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request

from qualitygate.github.oauth import OAuthClient
from qualitygate.server import session
from qualitygate.server.access import Access, Seen
from qualitygate.server.pages.policies import Policies
from qualitygate.server.session import Session
from qualitygate.storage.inbox import Inbox
from qualitygate.storage.sessions import SessionStore
from qualitygate.storage.verdicts import VerdictStore
from qualitygate.values import dataclass

BACK = "/sign-in/back"
"""Where GitHub sends a browser back to: the callback URL of the App, below the public URL."""
SESSION = "session"
"""The cookie of who is signed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """``public_url`` is where people reach this server, without a slash at its end."""

    public_url: str
    oauth: OAuthClient
    sessions: SessionStore
    access: Access
    policies: Policies
    inbox: Inbox
    verdicts: VerdictStore
    database: str
    clock: Callable[[], datetime]

    @property
    def tls(self) -> bool:
        """Whether people reach it by TLS, and so cookies may be sent by nothing else."""
        return self.public_url.startswith("https://")

    @property
    def back(self) -> str:
        """The callback URL."""
        return self.public_url + BACK

    def cookie(self, name: str) -> str:
        """The name of a cookie: with TLS one that no other host and no plain connection can set."""
        return f"__Host-{name}" if self.tls else name

    def signed_in(self, request: Request) -> Session | None:
        """Who is signed in, by the cookie of a request."""
        return session.find(self.sessions, request.cookies.get(self.cookie(SESSION), ""), self.clock())

    def seen(self, request: Request) -> Seen | None:
        """What who is signed in may read; ``None`` where nobody is."""
        found = self.signed_in(request)
        return None if found is None else self.access.of(found)
