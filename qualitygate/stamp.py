"""Time stamps and durations as reports write them: never an error, at worst unknown."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from math import isfinite

DAY = 86_400
LONGEST = 1e9
"""Seconds from which a duration is no duration: thirty years."""
_SPAN = r"(?a:(?:(\d{1,5})\.)?(\d{1,2}):(\d{1,2}):(\d{1,2}(?:\.\d{1,9})?))"


def moment(text: str | None, zone: tzinfo) -> datetime | None:
    """An ISO 8601 time stamp; one without a zone is in ``zone``, and any other text is ``None``."""
    text = (text or "").strip()
    if "T " in text:
        text = re.sub(r"T\s+", "T", text, count=1)
    try:
        stamp = datetime.fromisoformat(text)
    except ValueError:
        return None
    return stamp if stamp.tzinfo else stamp.replace(tzinfo=zone)


def since_1970(text: str | None) -> datetime | None:
    """The moment so many seconds (10 digits) or milliseconds (13) after the start of 1970; other text is ``None``."""
    number = (text or "").strip()
    if not re.fullmatch(r"[0-9]{10}(?:[0-9]{3})?", number):
        return None
    return datetime.fromtimestamp(int(number) / (1_000 if len(number) == 13 else 1), UTC)


def seconds(text: str | None) -> float | None:
    """A duration in seconds, with a point or a comma; a negative one is 0, anything else ``None``."""
    try:
        number = float((text or "").replace(",", "."))
    except ValueError:
        return None
    return max(number, 0.0) if isfinite(number) and number < LONGEST else None


def span(text: str | None) -> float | None:
    """A .NET ``TimeSpan`` in seconds: ``00:00:01.5``, with days ``1.02:03:04``; anything else is ``None``.

    https://learn.microsoft.com/dotnet/standard/base-types/standard-timespan-format-strings
    """
    found = re.fullmatch(_SPAN, (text or "").strip())
    if not found:
        return None
    days, hours, minutes, rest = found.groups()
    return int(days or 0) * DAY + int(hours) * 3_600 + int(minutes) * 60 + float(rest)
