"""Who asks the API: somebody who is signed in on the pages, or a token of GitHub's; GitHub says what they may read."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from time import monotonic

from starlette.requests import Request

from qualitygate.server.access import Access, Seen
from qualitygate.server.api.door import Reader, Rights, TooOften
from qualitygate.server.api.reach import Reach
from qualitygate.server.pace import Pace
from qualitygate.server.session import Session

SignedIn = Callable[[Request], Seen | None]
"""What who is signed in on the pages may read; ``None`` where nobody is."""


def reader(tokens: Access, reach: Reach, signed_in: SignedIn = lambda _: None, pace: Pace | None = None) -> Reader:
    """Who asks, within a pace for each address.

    ``tokens`` asks GitHub which repositories a token sees, and ``reach`` what of them it may read. Who is signed in has
    a token of the App itself, and reads what that does.
    """
    slow = pace or Pace(200, 600)

    def read(request: Request) -> Rights | None:
        wait = slow.wait(request.client.host if request.client else "", monotonic())
        if wait:
            raise TooOften(int(wait) + 1)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if token.strip() and scheme.lower() == "bearer":
            asks = _of_token(token.strip())
            return Rights(readable=tokens.of(asks), reach=lambda some, kind: reach.of(asks, some, kind))
        seen = signed_in(request)
        return None if seen is None else Rights(readable=seen)

    return read


def _of_token(token: str) -> Session:
    """What a token may see is remembered by its digest, which is no session's id."""
    return Session(id=f"token {sha256(token.encode()).hexdigest()}", login="", token=token, csrf="")
