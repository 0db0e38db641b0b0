"""Who asks the API: somebody who is signed in on the pages, or a token of GitHub's; GitHub says what they may read."""

from __future__ import annotations

from hashlib import sha256
from time import monotonic

from starlette.requests import Request

from qualitygate.server.api.door import Reader, Rights, TooOften
from qualitygate.server.pages import session
from qualitygate.server.pages.access import Access
from qualitygate.server.pages.guard import SESSION
from qualitygate.server.pages.house import House
from qualitygate.server.pages.pace import Pace
from qualitygate.server.pages.session import Session


def reader(tokens: Access, house: House | None, pace: Pace | None = None) -> Reader:
    """Who asks, within a pace for each address. ``tokens`` asks GitHub about tokens; sessions are those of a house."""
    slow = pace or Pace(200, 600)

    def read(request: Request) -> Rights | None:
        wait = slow.wait(request.client.host if request.client else "", monotonic())
        if wait:
            raise TooOften(int(wait) + 1)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if token.strip() and scheme.lower() == "bearer":
            return Rights(readable=tokens.of(_of_token(token.strip())))
        if house is None:
            return None
        found = session.find(house.sessions, request.cookies.get(house.cookie(SESSION), ""), house.clock())
        return None if found is None else Rights(readable=house.access.of(found))

    return read


def _of_token(token: str) -> Session:
    """What a token may see is remembered by its digest, which is no session's id."""
    return Session(id=f"token {sha256(token.encode()).hexdigest()}", login="", token=token, csrf="")
