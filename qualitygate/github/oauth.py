"""Signing in with GitHub: where a browser is sent, the token its code is exchanged for, and the end of that token.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

import requests

from qualitygate.errors import CannotUseGitHub
from qualitygate.github.client import PUBLIC, TIMEOUT
from qualitygate.values import dataclass

LIFE = timedelta(hours=8)
"""How long a token lasts at most, as GitHub gives them; one that GitHub says lasts for ever is let go then too."""
_JSON = {"Accept": "application/json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """The App as one that people sign in to: its client id and secret, and the API whose site they sign in at."""

    id: str
    secret: str
    api: str = PUBLIC

    @property
    def site(self) -> str:
        """Where people go, by where the API is: on github.com, with data residency, and on Enterprise Server."""
        bare = self.api.rstrip("/")
        if bare.endswith("/api/v3"):
            return bare.removesuffix("/api/v3")
        return re.sub(r"^https://api\.(github\.com|[\w-]+\.ghe\.com)$", r"https://\1", bare)


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A token that acts for a person, and how long it does."""

    token: str
    life: timedelta


def address(client: OAuthClient, back: str, state: str, verifier: str) -> str:
    """Where a browser is sent. It comes back to ``back`` with ``state``; only who knows ``verifier`` gets the token."""
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "client_id": client.id,
        "redirect_uri": back,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "allow_signup": "false",
    }
    return f"{client.site}/login/oauth/authorize?{urlencode(asked)}"


def exchange(client: OAuthClient, back: str, code: str, verifier: str) -> Granted:
    """The token for a code.

    Raises :class:`~qualitygate.errors.CannotUseGitHub`, whose message has neither the code nor a secret.
    """
    told = {
        "client_id": client.id,
        "client_secret": client.secret,
        "code": code,
        "redirect_uri": back,
        "code_verifier": verifier,
    }
    try:
        answer = requests.post(
            f"{client.site}/login/oauth/access_token", data=told, headers=_JSON, timeout=TIMEOUT, allow_redirects=False
        )
        body: Any = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise CannotUseGitHub("unreachable", "signing in: GitHub cannot be reached, or is out of order") from error
    token = body.get("access_token") if isinstance(body, dict) else None
    if answer.status_code != 200 or not isinstance(token, str) or not token:
        why = str(body.get("error", "no token")) if isinstance(body, dict) else "no token"
        raise CannotUseGitHub("refused", f"signing in: GitHub refused the code: {why[:100]}")
    lasts = body.get("expires_in")
    seconds = timedelta(seconds=lasts) if isinstance(lasts, int) and lasts > 0 else LIFE
    return Granted(token=token, life=min(seconds, LIFE))


def revoke(client: OAuthClient, token: str) -> None:
    """End a token now. Raises :class:`~qualitygate.errors.CannotUseGitHub`; one that has ended already is no error."""
    try:
        answer = requests.delete(
            f"{client.api.rstrip('/')}/applications/{quote(client.id, safe='')}/token",
            json={"access_token": token},
            auth=(client.id, client.secret),
            headers={"Accept": "application/vnd.github+json"},
            timeout=TIMEOUT,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        raise CannotUseGitHub("unreachable", "signing out: GitHub cannot be reached") from error
    if answer.status_code not in {204, 404, 422}:
        raise CannotUseGitHub("refused", f"signing out: GitHub refused to end the token ({answer.status_code})")
