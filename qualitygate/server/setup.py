"""The pages by which an operator registers the App: what it is called, off to GitHub, and back with its secrets."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from qualitygate.errors import QualityGateError
from qualitygate.github.manifest import site
from qualitygate.language import CHINESE, ENGLISH, speaking
from qualitygate.pages import template
from qualitygate.server import log
from qualitygate.server.registering import Registering, Wish, manifest, within

_MOST = 10_000
"""Bytes of a form."""
_HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'none'",  # the page itself says the rest
    "Cache-Control": "no-store",
    "Referrer-Policy": "strict-origin",  # the address of the first page has the token
    "X-Content-Type-Options": "nosniff",
}


def application(registering: Registering, *, api: str, folder: str, done: Callable[[], None]) -> Starlette:
    """The pages. ``done`` is told when the App is kept and the last page is on its way."""

    async def ask(request: Request) -> Response:
        if not registering.permits(request.query_params.get("token", "")):
            return _page(request, 403, step="refused")
        address = "" if _here(request) else f"https://{request.url.netloc}"
        wish = Wish(name="qualitygate", organisation="", address=address)
        return _page(request, 200, step="ask", wish=wish, token=registering.token, problems=False)

    async def confirm(request: Request) -> Response:
        form = await _form(request)
        if not registering.permits(form.get("token", "")):
            return _page(request, 403, step="refused")
        name, organisation, address = (form.get(each, "").strip() for each in ("name", "organisation", "address"))
        wish = Wish(name=name, organisation=organisation, address=address, waivers="waivers" in form)
        if wish.problems:
            return _page(request, 422, step="ask", wish=wish, token=registering.token, problems=True)
        asked = manifest(wish, _here(request) or wish.address)
        to = registering.begin(wish)
        return _page(request, 200, step="confirm", to=to, wish=wish, manifest=asked, site=site(api))

    async def callback(request: Request) -> Response:
        told = request.query_params
        try:
            app = await run_in_threadpool(registering.complete, told.get("state", ""), told.get("code", ""))
        except QualityGateError as error:
            log.warn("the App cannot be registered", why=error)
            return _page(request, 502, step="failed", why=str(error), token=registering.token)
        if app is None:
            return _page(request, 403, step="refused")
        log.tell("the App is registered", app=app.id, name=app.name, folder=folder)
        done()
        return _page(request, 200, step="done", app=app, folder=folder)

    return Starlette(
        routes=[Route("/setup", ask), Route("/setup", confirm, methods=["POST"]), Route("/setup/callback", callback)]
    )


def _page(request: Request, status: int, *, step: str, **values: object) -> Response:
    lang = CHINESE if request.headers.get("accept-language", "").lower().startswith("zh") else ENGLISH
    with speaking(lang):
        page = template("server", "setup.html.j2").render(step=step, lang=lang, **values)
    return HTMLResponse(page, status, _HEADERS)


def _here(request: Request) -> str:
    """Where a browser on this machine found us; empty where it came through a proxy."""
    url = request.url
    return f"{url.scheme}://{url.netloc}" if within(url.hostname or "") else ""


async def _form(request: Request) -> dict[str, str]:
    body = bytearray()
    async for block in request.stream():
        body += block
        if len(body) > _MOST:
            return {}
    return dict(parse_qsl(body.decode(errors="replace")))
