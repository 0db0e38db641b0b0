"""A day as the schema lets it be written, which the calendar may still not have."""

from __future__ import annotations

from datetime import date

from qualitygate.errors import Problem
from qualitygate.yamltext import Document, Path


def day(document: Document, path: Path, written: str | None, problems: list[Problem]) -> date | None:
    """The day of a text like ``2026-12-01``; one that no calendar has is added to ``problems``."""
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        problems.append(document.problem("wrong-form", f"the calendar has no day {written!r}", path))
        return None
