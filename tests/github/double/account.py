"""Accounts: people, bots, organisations and Apps, as GitHub shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CREATED = "2020-01-01T00:00:00Z"
PATHS = {
    "followers": "followers",
    "following": "following{/other_user}",
    "gists": "gists{/gist_id}",
    "starred": "starred{/owner}{/repo}",
    "subscriptions": "subscriptions",
    "organizations": "orgs",
    "repos": "repos",
    "events": "events{/privacy}",
    "received_events": "received_events",
}


@dataclass(slots=True, kw_only=True)
class Account:
    """Somebody with a login; `kind` is User, Bot or Organization."""

    id: int
    login: str
    kind: str = "User"


@dataclass(slots=True, kw_only=True)
class App:
    """A GitHub App: `key` is its public key as PEM, which its JWTs are checked by; `hook` is where webhooks go."""

    id: int
    slug: str
    owner: Account
    key: str = ""
    secret: str = ""
    hook: str | None = None
    permissions: dict[str, str] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)
    client_secret: str = ""
    home: str = ""
    callbacks: list[str] = field(default_factory=list)


def node(kind: str, number: int) -> str:
    """A node id: opaque to clients, telling to us."""
    return f"{kind}_{number}"


def account_shape(account: Account, api: str) -> dict[str, Any]:
    """`simple-user`."""
    url = f"{api}/users/{account.login}"
    return {
        "login": account.login,
        "id": account.id,
        "node_id": node("U", account.id),
        "avatar_url": f"https://avatars.example/u/{account.id}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{api.removesuffix('/api/v3')}/{account.login}",
        **{f"{name}_url": f"{url}/{path}" for name, path in PATHS.items()},
        "type": account.kind,
        "site_admin": False,
    }


def app_shape(app: App, api: str) -> dict[str, Any]:
    """`integration`."""
    return {
        "id": app.id,
        "slug": app.slug,
        "node_id": node("A", app.id),
        "client_id": f"Iv1.{app.id}",
        "owner": account_shape(app.owner, api),
        "name": app.slug,
        "description": "",
        "external_url": app.home or f"https://{app.slug}.example",
        "html_url": f"{api.removesuffix('/api/v3')}/apps/{app.slug}",
        "created_at": CREATED,
        "updated_at": CREATED,
        "permissions": app.permissions,
        "events": app.events,
    }
