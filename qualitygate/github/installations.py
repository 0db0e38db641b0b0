"""Where an App is installed, and on which repositories."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qualitygate.github.client import Client
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A repository that an App is installed on. ``pushed`` is when something was last pushed to it, as GitHub says."""

    id: int
    name: str
    branch: str
    pushed: str


def installations(client: Client) -> tuple[int, ...]:
    """The ids of the installations of the App that asks, without those that are suspended."""
    return tuple(int(each["id"]) for each in client.every("/app/installations") if not each["suspended_at"])


def repositories(client: Client) -> Iterator[Installed]:
    """The repositories of the installation that asks, without those that nothing can be written to."""
    for each in client.every("/installation/repositories", under="repositories"):
        if not each["archived"] and not each["disabled"]:
            yield _installed(each)


def _installed(data: Any) -> Installed:
    return Installed(
        id=int(data["id"]),
        name=str(data["full_name"]),
        branch=str(data["default_branch"]),
        pushed=str(data.get("pushed_at") or ""),
    )
