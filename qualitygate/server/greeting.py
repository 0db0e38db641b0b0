"""The first call of a server: whether GitHub knows the App by its key, and whether the App may do what it is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qualitygate.errors import CannotUseGitHub, ConfigError, Problem
from qualitygate.server import log
from qualitygate.server.clients import ITSELF, Clients, Identity
from qualitygate.server.registering import EVENTS, PERMISSIONS

NEEDED = frozenset({"actions", "checks", "contents", "workflow_run", "check_run"})
"""Permissions and events without which nothing is judged; the others are for what not everybody wants."""
_LEVELS = ("", "read", "write", "admin")


def greet(clients: Clients, identity: Identity) -> None:
    """Refuse now, rather than at the first webhook, an App that GitHub does not know by this key.

    What it lacks is logged. A GitHub that cannot be reached keeps nobody from starting: webhooks are kept meanwhile.
    Raises :class:`~qualitygate.errors.ConfigError`.
    """
    try:
        app = clients.of(ITSELF).ask("GET", "/app")
    except CannotUseGitHub as error:
        if error.slug not in {"credentials", "not-found"}:
            log.warn("GitHub cannot be asked now who the App is", why=error)
            return
        why = f"{identity.base_url} does not know the App {identity.app_id} by this private key: {error}"
        help_ = "take the id and a private key from the App's own page; for GitHub Enterprise Server set --api-url"
        raise ConfigError([Problem("usage", why, help=help_)]) from error
    log.tell("GitHub knows the App", id=app["id"], slug=app["slug"])
    found = list(lacking(app))
    if without := [told for name, told in found if name in NEEDED]:
        log.warn("the App lacks what it needs", lacking=", ".join(without), help="give it that on its settings page")
    if without := [told for name, told in found if name not in NEEDED]:
        log.tell("the App does without", lacking=", ".join(without))


def lacking(app: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The permissions and events that an App does not have: GitHub's name of each, and what to give it."""
    held = app["permissions"]
    for name, level in PERMISSIONS.items():
        if _LEVELS.index(held.get(name, "")) < _LEVELS.index(level):
            yield name, f"{name}: {level}"
    yield from ((name, f"event {name}") for name in EVENTS if name not in app["events"])
