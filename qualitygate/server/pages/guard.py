"""The one way to every page: how often, in which language, who, by which form; and what becomes of what goes wrong."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from time import monotonic
from urllib.parse import parse_qsl, quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from qualitygate.errors import CannotUseGitHub, CannotUseStore, QualityGateError
from qualitygate.language import LANGUAGES, marked, speaking
from qualitygate.server import log
from qualitygate.server.pace import Pace
from qualitygate.server.pages import layout, upload
from qualitygate.server.pages.headers import secured
from qualitygate.server.pages.house import House
from qualitygate.server.pages.visit import LANGUAGE, NotFound, Refused, Visit, language

Page = Callable[[Visit], Response]
Endpoint = Callable[[Request], Awaitable[Response]]
CSRF = "csrf"
"""The field of every form of ours that only our pages can fill in."""
FORM_MOST = 64 * 1024
"""Bytes of a form: ours are small."""
FIELDS_MOST = 100
_YEAR = 365 * 86_400
_SAME = {"", "none", "same-origin"}


class Guard:
    """Makes endpoints of pages. Every answer of theirs goes out by :func:`secured`."""

    def __init__(self, house: House, pages: Pace | None = None) -> None:
        self.house = house
        self._pages = pages or Pace(200, 600)

    def shown(self, page: Page) -> Endpoint:
        """A page for those who are signed in; others sign in first."""
        return self._endpoint(lambda visit: page(visit) if visit.session else _sign_in(visit), self._pages)

    def open(self, page: Page) -> Endpoint:
        """A page for everybody."""
        return self._endpoint(page, self._pages)

    def signing_in(self, page: Page) -> Endpoint:
        """A step of signing in, which may be tried less often, whatever other steps there are."""
        return self._endpoint(page, Pace(10, 20))

    def receiving(self, page: Page) -> Endpoint:
        """A page for a form with a file: read of nobody unknown, of no other site, and of nobody too often."""
        pace = Pace(3, 6)

        def received(visit: Visit) -> Response:
            if visit.session is None:
                return _sign_in(visit, visit.path)
            wait = pace.wait(visit.who.login, monotonic())
            if wait:
                return _later(visit, wait)
            _from_here(visit)
            with upload.received(visit.request) as sent:
                return _own(page)(replace(visit, form=sent.fields, file=sent.file))

        async def answer(request: Request) -> Response:
            response = await run_in_threadpool(self._answer, received, self._pages, request, {})
            return secured(response, tls=self.house.tls)

        return answer

    def _endpoint(self, page: Page, pace: Pace) -> Endpoint:
        async def answer(request: Request) -> Response:
            posted = request.method == "POST"
            form = await _form(request) if posted else {}
            response = await run_in_threadpool(self._answer, _own(page) if posted else page, pace, request, form)
            return secured(response, tls=self.house.tls)

        return answer

    def _answer(self, page: Page, pace: Pace, request: Request, form: Mapping[str, str]) -> Response:
        house = self.house
        visit = Visit(request=request, house=house, lang=language(request, house), session=None, form=form)
        try:
            wait = pace.wait(_address(request), monotonic())
            if wait:
                return _later(visit, wait)
            found = house.signed_in(request)
            visit = Visit(request=request, house=house, lang=visit.lang, session=found, form=form)
            with speaking(visit.lang):
                response = page(visit)
        except NotFound:
            response = nowhere(visit)
        except Refused:
            response = layout.trouble(visit, 403, _NOT_OURS, [_NOT_OURS_HELP])
        except upload.NotTaken as why:
            response = layout.trouble(visit, why.status, why.what, [why.way_out])
        except CannotUseGitHub as error:
            response = self._without_github(visit, error)
        except (CannotUseStore, QualityGateError) as error:
            log.warn("a page cannot be shown", path=request.url.path, why=error)
            response = layout.trouble(visit, 503, _NOT_NOW, [_STORE])
        except Exception as error:  # noqa: BLE001 - a person sees that it broke, and not how
            log.broke("a page broke", error, path=request.url.path)
            response = layout.trouble(visit, 500, _BROKE, [_BROKE_HELP])
        return self._chosen(visit, response)

    def _without_github(self, visit: Visit, error: CannotUseGitHub) -> Response:
        """A token that GitHub takes no more ends its session; while GitHub cannot be asked, nobody sees anything."""
        if error.slug == "credentials" and visit.session is not None:
            self.house.sessions.end(visit.session.id)
            self.house.access.forget(visit.session)
            return _sign_in(visit)
        log.warn("GitHub cannot be asked for a page", path=visit.request.url.path, why=error)
        return layout.trouble(visit, 503, _NOT_NOW, [_GITHUB])

    def _chosen(self, visit: Visit, response: Response) -> Response:
        """A language that was asked for is kept for the next pages."""
        chosen = visit.request.query_params.get(LANGUAGE)
        if chosen in LANGUAGES:
            name, tls = self.house.cookie(LANGUAGE), self.house.tls
            response.set_cookie(name, chosen, max_age=_YEAR, path="/", secure=tls, httponly=True, samesite="lax")
        return response


def nowhere(visit: Visit) -> Response:
    """The page for what is not there, the same for what somebody may not see."""
    return layout.trouble(visit, 404, _NOWHERE, [_NOWHERE_HELP])


def _sign_in(visit: Visit, back: str = "") -> Response:
    back = back or (visit.path if visit.request.method == "GET" else "/")
    return RedirectResponse(f"/sign-in?next={quote(back, safe='')}", 303)


def _later(visit: Visit, wait: float) -> Response:
    response = layout.trouble(visit, 429, _OFTEN, [_OFTEN_HELP])
    response.headers["Retry-After"] = str(int(wait) + 1)
    return response


def _address(request: Request) -> str:
    """Whom a request comes from: the client's address, which uvicorn takes from a proxy only where that is trusted."""
    return request.client.host if request.client else ""


def _own(page: Page) -> Page:
    """The page, for what a form of ours sent: one with the token that only our pages have."""

    def owned(visit: Visit) -> Response:
        _from_here(visit)
        _ours(visit)
        return page(visit)

    return owned


def _from_here(visit: Visit) -> None:
    """Refuse what another site sent."""
    headers = visit.request.headers
    if headers.get("sec-fetch-site", "") not in _SAME:
        raise Refused
    if headers.get("origin", visit.house.public_url) != visit.house.public_url:
        raise Refused


def _ours(visit: Visit) -> None:
    """Refuse what no form of ours sent."""
    wanted = visit.session.csrf if visit.session else ""
    if not wanted or not hmac.compare_digest(wanted.encode(), visit.form.get(CSRF, "").encode()):
        raise Refused


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form; of what is no form, or is too large or has too many, none."""
    body = bytearray()
    try:
        async for block in request.stream():
            body += block
            if len(body) > FORM_MOST:
                return {}
    except ClientDisconnect:
        return {}
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return {}
    try:
        return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=FIELDS_MOST))
    except ValueError:
        return {}


_NOWHERE = marked("There is no such page")
_NOWHERE_HELP = marked("It may be gone, or it is about a repository that you may not read on GitHub.")
_NOT_OURS = marked("This was not asked for on a page of ours")
_NOT_OURS_HELP = marked("Nothing was done. Go back, load the page again, and try once more.")
_NOT_NOW = marked("This cannot be shown now")
_GITHUB = marked("GitHub could not be asked what you may see. Try again in a minute.")
_STORE = marked("What is needed for it could not be read. Try again in a minute; the log of the server says more.")
_BROKE = marked("This page broke")
_BROKE_HELP = marked("It is a bug of qualitygate. The log of the server says more.")
_OFTEN = marked("That was too often")
_OFTEN_HELP = marked("Wait a little, then try again.")
