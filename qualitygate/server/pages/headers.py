"""The headers of every page: nothing is run, nothing is loaded but our own, nothing is framed, nothing is kept."""

from __future__ import annotations

from starlette.responses import Response

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""https://www.w3.org/TR/CSP3/"""
_ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with none at all a browser would hide from us where a form came from
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_YEAR = "max-age=31536000"


def secured(response: Response, *, tls: bool) -> Response:
    """The response with them; one that says how long it may be kept, or brings a policy of its own, keeps that."""
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    if tls:
        response.headers["Strict-Transport-Security"] = _YEAR
    return response
