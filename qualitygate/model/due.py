"""Days that a plan names by another day: ``contract_start + P2M``, in exact calendar months."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo

from qualitygate.nearest import near

_SPAN = r"P(?=[0-9])(?:([0-9]{1,4})Y)?(?:([0-9]{1,4})M)?(?:([0-9]{1,4})W)?(?:([0-9]{1,5})D)?"
_RELATIVE = re.compile(rf"([A-Za-z_][A-Za-z0-9_.-]{{0,199}}?)(?:\s*([+-])\s*{_SPAN})?")


def relative(text: str, anchors: Mapping[str, date]) -> date | None:
    """The day that a text names by an anchor and a duration of ISO 8601; ``None`` where it is no such text.

    Years and months are taken first, to the same day of the month or, where that month is shorter, to its last day:
    ``P1M`` after 31 January is 28 or 29 February. Weeks and days follow. Raises ``ValueError`` for an anchor that there
    is none of, and for a day beyond the calendar.
    """
    match = _RELATIVE.fullmatch(text.strip())
    if match is None:
        return None
    name, sign, *amounts = match.groups()
    if name not in anchors:
        close = near(name, anchors)
        way_out = f"did you mean {close[0]}?" if close else f"there are {', '.join(anchors) or 'none'}"
        raise ValueError(f"names the anchor {name!r}, which is not under anchors; {way_out}")
    years, months, weeks, days = (int(f"{sign or ''}{amount or 0}") for amount in amounts)
    try:
        return months_after(anchors[name], 12 * years + months) + timedelta(weeks=weeks, days=days)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"is {text[:60]!r}, a day beyond the calendar") from error


def anchor(text: str) -> str:
    """The name of the anchor that a text names a day by; empty where it names none."""
    match = _RELATIVE.fullmatch(text.strip())
    return match[1] if match else ""


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or of an earlier one; the last of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def midnight(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day in a zone."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)
