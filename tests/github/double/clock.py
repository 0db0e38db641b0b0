"""Instants as GitHub writes and reads them: UTC, whole seconds."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=1 << 16)
def stamp(at: datetime) -> str:
    """`2026-10-01T09:00:00Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp_or_none(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)


def instant(text: str) -> datetime:
    """An instant as a client sent it; the description has checked its form."""
    return datetime.fromisoformat(text).astimezone(UTC)
