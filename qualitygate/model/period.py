"""Calendar periods: which month, quarter or year is the last whole one before now."""

from __future__ import annotations

from datetime import datetime

from qualitygate.values import dataclass

MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From ``start`` up to, not including, ``end``; both aware."""

    start: datetime
    end: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


def last_whole(name: str, now: datetime) -> Period:
    """The last ``month``, ``quarter`` or ``year`` that ended at or before ``now``, in ``now``'s own time zone.

    ``now`` is aware; its zone is the one whose midnights part the periods.
    """
    months = MONTHS[name]
    end = now.year * 12 + (now.month - 1) // months * months
    return Period(start=_first_day(end - months, now), end=_first_day(end, now))


def _first_day(month: int, like: datetime) -> datetime:
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=like.tzinfo)
