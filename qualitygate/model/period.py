"""Calendar periods: the last whole month, quarter or year, one by its name, those before it, and its parts."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from qualitygate.model.due import midnight, months_after
from qualitygate.values import dataclass

_NAMED = r"([0-9]{4})(?:-([0-9]{2})|-Q([1-4]))?"
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From ``start`` up to, not including, ``end``; both aware."""

    start: datetime
    end: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


def last_whole(name: str, now: datetime, year_starts: date | None = None) -> Period:
    """The last ``month``, ``quarter`` or ``year`` that ended at or before ``now``, in ``now``'s own time zone.

    ``now`` is aware; its zone is the one whose midnights part the periods. A year starts on 1 January, or on the days
    of the year that ``year_starts`` does: a contract's.
    """
    if name == "year" and year_starts is not None:
        years = now.year - year_starts.year
        years -= months_after(year_starts, 12 * years) > now.date()
        first, last = (midnight(months_after(year_starts, 12 * each), now.tzinfo or UTC) for each in (years - 1, years))
        return Period(start=first, end=last)
    months = MONTHS[name]
    end = now.year * 12 + (now.month - 1) // months * months
    return Period(start=_first_day(end - months, now), end=_first_day(end, now))


def named(name: str, now: datetime) -> Period:
    """The period of a name: ``2026-10``, ``2026-Q3``, ``2026``, or ``month``, ``quarter``, ``year`` for the last whole.

    Its midnights are those of ``now``'s own time zone. Raises ``ValueError`` for what is none.
    """
    if name in MONTHS:
        return last_whole(name, now)
    found = re.fullmatch(_NAMED, name, re.ASCII)
    year, month, quarter = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    if found is None or not 1970 <= year <= 2100 or (found[2] and not 1 <= month <= 12):
        raise ValueError(f"{name!r} is no period: write it like 2026-10, 2026-Q3 or 2026, or month, quarter or year")
    start = year * 12 + (month - 1 if month else 3 * (quarter - 1) if quarter else 0)
    length = MONTHS["month" if month else "quarter" if quarter else "year"]
    return Period(start=_first_day(start, now), end=_first_day(start + length, now))


def title(period: Period) -> str:
    """The name of a period: ``2026-10``, ``2026-Q3`` or ``2026``; a year of a contract by its first and last day."""
    start, end = period.start, period.end
    if start.month == end.month and (start.month, start.day) != (1, 1):
        return f"{start.date()} to {(end - timedelta(days=1)).date()}"
    months = (end.year - start.year) * 12 + end.month - start.month
    quarter = f"{start.year}-Q{(start.month + 2) // 3}"
    return {1: f"{start.year}-{start.month:02}", 3: quarter}.get(months, f"{start.year}")


def months_until(end: datetime, count: int) -> list[Period]:
    """So many whole months, the oldest first, the last of them ends at ``end``, which is a first day."""
    last = end.year * 12 + end.month - 1
    return [Period(start=_first_day(month, end), end=_first_day(month + 1, end)) for month in range(last - count, last)]


def length(period: Period) -> int:
    """The whole months of a period."""
    return _month(period.end) - _month(period.start)


def up_to(period: Period, count: int) -> list[Period]:
    """So many periods as long as this one, the oldest first; this is the last of them."""
    months = length(period)
    start = _first_day(_month(period.start) - (count - 1) * months, period.start)
    return parts(Period(start=start, end=period.end), months)


def parts(period: Period, months: int) -> list[Period]:
    """The periods of so many months that it has, the oldest first; of two years it has eight of three months."""
    starts = range(_month(period.start), _month(period.end), months)
    return [
        Period(start=_first_day(month, period.start), end=_first_day(month + months, period.start)) for month in starts
    ]


def _month(day: datetime) -> int:
    return day.year * 12 + day.month - 1


def _first_day(month: int, like: datetime) -> datetime:
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=like.tzinfo)
