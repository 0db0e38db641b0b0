"""Signing in with GitHub, and out again."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from secrets import token_urlsafe

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from qualitygate.errors import CannotUseGitHub
from qualitygate.github import oauth, people
from qualitygate.github.client import Access, Client
from qualitygate.language import marked
from qualitygate.server import log, session
from qualitygate.server.clients import PATIENCE
from qualitygate.server.pages import layout
from qualitygate.server.pages.guard import Guard
from qualitygate.server.pages.house import BACK, SESSION
from qualitygate.server.pages.visit import Visit, ours

PENDING = "sign-in"
"""The cookie of somebody who is at GitHub's just now: what they must bring back, and where they wanted to go."""
_MINUTES = 600
_STALE = marked("This sign-in was not begun here, or too long ago")
_STALE_HELP = marked("Begin it anew.")
_DENIED = marked("You were not signed in")
_DENIED_HELP = marked("GitHub was told not to. Nothing was kept.")


def routes(guard: Guard) -> Sequence[Route]:
    """``/sign-in`` with its two steps, and ``/sign-out``."""
    return (
        Route("/sign-in", guard.open(_welcome)),
        Route("/sign-in/github", guard.signing_in(_leave)),
        Route(BACK, guard.signing_in(_return)),
        Route("/sign-out", guard.open(_sign_out), methods=["POST"]),
    )


def _welcome(visit: Visit) -> Response:
    wanted = ours(visit.query("next", 2_000) or "/")
    return RedirectResponse(wanted, 303) if visit.session else layout.page(visit, "sign-in", wanted=wanted)


def _leave(visit: Visit) -> Response:
    """To GitHub, with a state and a verifier that only this browser has."""
    state, verifier = token_urlsafe(24), token_urlsafe(48)
    house, wanted = visit.house, ours(visit.query("next", 2_000) or "/")
    response = RedirectResponse(oauth.address(house.oauth, house.back, state, verifier), 303)
    _set(visit, response, PENDING, f"{state}.{verifier}.{wanted}", _MINUTES)
    return response


def _return(visit: Visit) -> Response:
    """Back from GitHub: the code becomes a token, and that a session of its own, whatever cookie there was."""
    house, cookies = visit.house, visit.request.cookies
    state, _, rest = cookies.get(house.cookie(PENDING), "").partition(".")
    verifier, _, wanted = rest.partition(".")
    if not state or not hmac.compare_digest(state.encode(), visit.query("state").encode()):
        return layout.trouble(visit, 400, _STALE, [_STALE_HELP])
    if not visit.query("code"):
        return _without(visit, layout.trouble(visit, 403, _DENIED, [_DENIED_HELP]))
    try:
        granted = oauth.exchange(house.oauth, house.back, visit.query("code"), verifier)
    except CannotUseGitHub as error:
        if error.slug != "refused":
            raise
        log.warn("a sign-in is refused", why=error)
        return _without(visit, layout.trouble(visit, 400, _STALE, [_STALE_HELP]))
    access = Access(credentials=granted.token, base_url=house.oauth.api, patience=PATIENCE)
    with Client(access) as client:
        login = people.login(client)
    now = house.clock()
    house.sessions.forget(now)
    before = cookies.get(house.cookie(SESSION), "")
    secret = session.begin(house.sessions, login, granted.token, now + granted.life, before)
    log.tell("somebody signed in", login=login)
    response = _without(visit, RedirectResponse(ours(wanted), 303))
    _set(visit, response, SESSION, secret, int(granted.life.total_seconds()))
    return response


def _sign_out(visit: Visit) -> Response:
    """The session ends here, and the token at GitHub."""
    house, who = visit.house, visit.who
    house.sessions.end(who.id)
    house.access.forget(who)
    try:
        oauth.revoke(house.oauth, who.token)
    except CannotUseGitHub as error:
        log.warn("a token is left to end by itself", login=who.login, why=error)
    log.tell("somebody signed out", login=who.login)
    response = RedirectResponse("/sign-in", 303)
    _set(visit, response, SESSION, "", 0)
    return response


def _without(visit: Visit, response: Response) -> Response:
    _set(visit, response, PENDING, "", 0)
    return response


def _set(visit: Visit, response: Response, name: str, value: str, seconds: int) -> None:
    house = visit.house
    response.set_cookie(
        house.cookie(name), value, max_age=seconds, path="/", secure=house.tls, httponly=True, samesite="lax"
    )
