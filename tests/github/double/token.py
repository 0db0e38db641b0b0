"""A token: who acts with it, on which repositories, with which permissions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

LEVELS = {"read": 1, "write": 2, "admin": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """`app` is the slug of the App it belongs to, None for a person's; `repositories` None is every one.

    `through` is the slug of the App that a person signed in to.
    """

    value: str
    login: str
    app: str | None
    permissions: Mapping[str, str] = field(default_factory=dict)
    repositories: frozenset[str] | None = None
    expires: datetime | None = None
    installation: int | None = None
    through: str | None = None

    def reaches(self, repository: str) -> bool:
        return self.repositories is None or repository in self.repositories

    def allows(self, permission: str, level: str) -> bool:
        held = self.permissions.get(permission)
        return held is not None and LEVELS[held] >= LEVELS[level]


def needs(text: str) -> tuple[tuple[str, str], ...]:
    """`"issues=write; pull_requests=write"` as pairs, any of which will do; `"-"` and `"jwt"` are none."""
    if "=" not in text:
        return ()
    pairs = (either.strip().split("=") for either in text.split(";"))
    return tuple((permission, level) for permission, level in pairs)
