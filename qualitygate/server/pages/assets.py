"""The stylesheet and the icon: named by their content, so that a browser may keep them for ever."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from qualitygate.server.pages.headers import secured

_KINDS = {"style.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}


@cache
def _read(name: str) -> bytes:
    return files("qualitygate").joinpath("server", "pages", "static", name).read_bytes()


@cache
def address(name: str) -> str:
    """Where a file is, as it is now."""
    stem, _, suffix = name.partition(".")
    return f"/static/{stem}-{sha256(_read(name)).hexdigest()[:16]}.{suffix}"


def routes(*, tls: bool) -> list[Route]:
    """A route for each file."""

    def served(name: str) -> Route:
        def answer(_request: Request) -> Response:
            headers = {"Cache-Control": "public, max-age=31536000, immutable"}
            return secured(Response(_read(name), media_type=_KINDS[name], headers=headers), tls=tls)

        return Route(address(name), answer)

    return [served(name) for name in _KINDS]
