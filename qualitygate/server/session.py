"""A session: a secret that only the cookie has, and what is made of it.

The store has a digest of the secret, to find the session by, and the token of the person, sealed with a key made of it.
So a copy of the database lets nobody in and acts for nobody: docs/adr/0024-signing-in.md.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from hashlib import sha256
from secrets import token_bytes, token_urlsafe

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from qualitygate.storage.sessions import Kept, SessionStore
from qualitygate.values import dataclass

_NONCE = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who is signed in. ``token`` acts for them on GitHub; ``csrf`` is in every form of theirs."""

    id: str
    login: str
    token: str
    csrf: str


def begin(store: SessionStore, login: str, token: str, ends: datetime, before: str = "") -> str:
    """The secret of a new session, which takes the place of the one whose secret the browser had before."""
    secret = token_urlsafe(32)
    nonce = token_bytes(_NONCE)
    sealed = nonce + AESGCM(_made(secret, "token")).encrypt(nonce, token.encode(), login.encode())
    kept = Kept(id=identity(secret), login=login, sealed=urlsafe_b64encode(sealed).decode(), ends=ends)
    store.begin(kept, instead_of=identity(before))
    return secret


def find(store: SessionStore, secret: str, now: datetime) -> Session | None:
    """The session of a secret; ``None`` for one that is none, or has ended."""
    kept = store.find(identity(secret), now) if secret else None
    if kept is None:
        return None
    try:
        sealed = urlsafe_b64decode(kept.sealed)
        token = AESGCM(_made(secret, "token")).decrypt(sealed[:_NONCE], sealed[_NONCE:], kept.login.encode())
    except (InvalidTag, ValueError):  # somebody wrote to the database
        return None
    return Session(id=kept.id, login=kept.login, token=token.decode(), csrf=_made(secret, "form").hex())


def identity(secret: str) -> str:
    """What the store knows a session by."""
    return sha256(b"session " + secret.encode()).hexdigest()


def _made(secret: str, what: str) -> bytes:
    """32 bytes for one purpose. The secret is random, so no slow derivation is needed."""
    return hmac.digest(secret.encode(), what.encode(), "sha256")
