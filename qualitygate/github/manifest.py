"""An App registered from a manifest: where people confirm it, and what GitHub gives for their code.

https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from qualitygate.errors import CannotUseGitHub
from qualitygate.github.client import TIMEOUT
from qualitygate.strict import exactly
from qualitygate.values import dataclass

_CODE = re.compile(r"[A-Za-z0-9_-]{1,200}")
_ENTERPRISE = "/api/v3"
_CLOUD = "api."
"""What the API's host begins with where it is another than the site's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """An App just registered, with all that GitHub says only once. ``private_key`` is PEM text.

    ``url`` is its page on GitHub, ``address`` where it said that its server is.
    """

    id: str
    name: str
    url: str
    address: str
    private_key: str
    webhook_secret: str
    client_id: str
    client_secret: str


def site(api: str) -> str:
    """Where people see what the API tells of: ``https://github.com`` for ``https://api.github.com``."""
    parts = urlsplit(api)
    host, path = parts.netloc, parts.path.rstrip("/")
    if path.endswith(_ENTERPRISE):
        return f"{parts.scheme}://{host}{path.removesuffix(_ENTERPRISE)}"
    return f"{parts.scheme}://{host.removeprefix(_CLOUD)}{path}"


def asking(api: str, organisation: str, state: str) -> str:
    """Where a browser sends the manifest; without an organisation the App is the person's own."""
    owner = f"/organizations/{quote(organisation, safe='')}" if organisation else ""
    return f"{site(api)}{owner}/settings/apps/new?state={quote(state, safe='')}"


def exchanged(api: str, code: str) -> Registered:
    """What GitHub gives for a code, once. Raises :class:`~qualitygate.errors.CannotUseGitHub`."""
    if not _CODE.fullmatch(code):
        raise CannotUseGitHub("refused", "what came back from GitHub is no code")
    asked, headers = f"{api.rstrip('/')}/app-manifests/{code}/conversions", {"Accept": "application/vnd.github+json"}
    try:
        answer = requests.post(asked, headers=headers, timeout=TIMEOUT, allow_redirects=False)
        told = answer.json() if answer.status_code == 201 else None
    except (requests.RequestException, ValueError) as error:
        raise CannotUseGitHub(
            "unreachable", f"the code of the App cannot be exchanged: {type(error).__name__}"
        ) from error
    if told is None:
        slug = "not-found" if answer.status_code == 404 else "unreachable"
        raise CannotUseGitHub(slug, f"GitHub does not take the code of the App ({answer.status_code})")
    try:
        return _registered(told)
    except (KeyError, TypeError, ValueError) as error:
        raise CannotUseGitHub("refused", "what GitHub gives for the code of the App lacks something") from error


def _registered(told: Mapping[str, Any]) -> Registered:
    if urlsplit(exactly(told["html_url"], str)).scheme not in {"http", "https"}:
        raise ValueError("that is no page")
    return Registered(
        id=str(exactly(told["id"], int)),
        name=exactly(told["name"], str),
        url=exactly(told["html_url"], str),
        address=exactly(told["external_url"], str),
        private_key=exactly(told["pem"], str),
        webhook_secret=exactly(told["webhook_secret"], str),
        client_id=exactly(told["client_id"], str),
        client_secret=exactly(told["client_secret"], str),
    )
