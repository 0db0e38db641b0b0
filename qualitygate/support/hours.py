"""Opening hours as people write them: spans of a local day, for each day of the week or for one date."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from qualitygate.support.complaints import Complaints, Path

Span = tuple[int, int]
"""Minutes from the midnight a span's day begins with; an overnight span ends beyond 1440."""
Week = tuple[tuple[Span, ...], ...]
"""The spans of each day of the week, Monday first."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
_LAST_MINUTE = DAY - 1
_SPAN = re.compile(r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})\Z")


def week(data: Any, path: Path, complaints: Complaints) -> Week:
    """The hours of a week: a mapping from days (``mon``, ``mon-fri``) to lists of spans."""
    days: list[tuple[Span, ...] | None] = [None] * 7
    if not isinstance(data, Mapping):
        complaints.add(path, "must be a mapping from days to spans, like mon-fri: ['09:00-17:00']")
        data = {}
    for written, listed in data.items():
        found = spans(listed, (*path, written), complaints)
        for day in _days(str(written), (*path, written), complaints):
            if days[day] is not None:
                complaints.add((*path, written), f"{DAYS[day]} has hours already")
            days[day] = found
    whole = tuple(day or () for day in days)
    for index, spans_of_day in enumerate(whole):
        following = whole[(index + 1) % 7]
        if spans_of_day and following and spans_of_day[-1][1] > DAY + following[0][0]:
            complaints.add(path, f"the last span of {DAYS[index]} runs into the first of {DAYS[(index + 1) % 7]}")
    return whole


def spans(data: Any, path: Path, complaints: Complaints) -> tuple[Span, ...]:
    """The spans of one day, in order: a list of ``HH:MM-HH:MM``, one that ends earlier than it begins is overnight."""
    if not isinstance(data, Sequence) or isinstance(data, str):
        complaints.add(path, "must be a list of spans, like ['09:00-12:00', '13:30-18:00']")
        return ()
    parsed = [span(written, (*path, index), complaints) for index, written in enumerate(data)]
    found = sorted(each for each in parsed if each is not None)
    for one, other in pairwise(found):
        if other[0] < one[1]:
            complaints.add(path, f"the spans {_text(one)} and {_text(other)} overlap")
    return tuple(found)


def span(written: Any, path: Path, complaints: Complaints) -> Span | None:
    """One span in minutes of its day; ``None``, with a complaint, where it is none."""
    found = _SPAN.match(written) if isinstance(written, str) else None
    if not found:
        complaints.add(path, f"{written!r} is not a span like 09:00-17:00")
        return None
    start, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    if start >= DAY or end > DAY or int(found[2]) > 59 or int(found[4]) > 59:
        complaints.add(path, f"{written} names a time that no day has: 00:00 to 24:00")
        return None
    if end == _LAST_MINUTE:
        end = DAY
    if end == 0:
        complaints.add(path, f"{written} ends at 00:00, where the day begins: write 24:00 for its end")
        return None
    if start == end:
        complaints.add(path, f"{written} is empty: write 00:00-24:00 for a whole day")
        return None
    return (start, end if end > start else end + DAY)


def _days(written: str, path: Path, complaints: Complaints) -> list[int]:
    first, _, last = written.partition("-")
    if first not in DAYS or (last or first) not in DAYS:
        complaints.add(path, f"{written!r} is not a day like mon, or days like mon-fri")
        return []
    start, end = DAYS.index(first), DAYS.index(last or first)
    return [(start + step) % 7 for step in range((end - start) % 7 + 1)]


def _text(span: Span) -> str:
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (span[0], span[1] - DAY * (span[1] > DAY)))
