"""The rules of a business calendar as a policy writes them, with every problem and its path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from qualitygate.nearest import near
from qualitygate.support import holidays, hours
from qualitygate.support.complaints import Complaints, Path
from qualitygate.support.days import Rules
from qualitygate.support.hours import Span

KEYS = ("tz", "hours", "holidays", "breaks", "shifts")
_ALWAYS = {"mon-sun": ["00:00-24:00"]}


def parse(data: Mapping[str, Any]) -> Rules:
    """The rules. Raises :class:`~qualitygate.errors.ConfigError` with all that is wrong."""
    complaints = Complaints()
    found = read(data, (), complaints)
    complaints.refuse()
    return found


def always(zone: tzinfo) -> Rules:
    """The rules by which it is always open."""
    return read({}, (), Complaints(), zone)


def read(data: Any, path: Path, complaints: Complaints, zone: tzinfo = UTC) -> Rules:
    """The rules, and complaints about what is wrong in them; ``zone`` is the one where ``tz`` is left out.

    Without ``hours`` every day is open all day.
    """
    if not isinstance(data, Mapping):
        complaints.add(path, "must be a mapping with tz and hours")
        data = {}
    for key in data:
        if key not in KEYS:
            close = near(str(key), KEYS)
            complaints.add((*path, key), f"is not known; {f'did you mean {close[0]}?' if close else _known()}")
    week = hours.week(data.get("hours", _ALWAYS), (*path, "hours"), complaints)
    zone = zone_of(data["tz"], (*path, "tz"), complaints) if "tz" in data else zone
    found = Rules(
        zone=zone,
        week=week,
        holidays=holidays.parse(data.get("holidays", []), (*path, "holidays"), complaints, zone),
        breaks=_breaks(data.get("breaks", []), (*path, "breaks"), complaints),
        shifts=_shifts(data.get("shifts", {}), (*path, "shifts"), complaints),
    )
    if not any(week) and not any(each == path for each, _ in complaints.found[-1:]):
        complaints.add((*path, "hours"), "no day of the week has any hours, so no target could ever be due")
    return found


def zone_of(name: Any, path: Path, complaints: Complaints) -> tzinfo:
    """The time zone of an IANA name."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError):
        complaints.add(path, f"there is no time zone {name!r}: write an IANA name, like Asia/Shanghai")
        return UTC


def _breaks(data: Any, path: Path, complaints: Complaints) -> dict[date, tuple[Span, ...]]:
    found: dict[date, tuple[Span, ...]] = {}
    if not isinstance(data, Sequence) or isinstance(data, str):
        complaints.add(path, "must be a list of breaks, like {date: 2026-12-24, hours: 12:00-18:00}")
        return found
    for index, row in enumerate(data):
        where = (*path, index)
        if not isinstance(row, Mapping) or set(row) != {"date", "hours"}:
            complaints.add(where, "must have a date and hours, like {date: 2026-12-24, hours: 12:00-18:00}")
            continue
        day = _date(row["date"], (*where, "date"), complaints)
        span = hours.span(row["hours"], (*where, "hours"), complaints)
        if day and span:
            found[day] = (*found.get(day, ()), span)
    return found


def _shifts(data: Any, path: Path, complaints: Complaints) -> dict[date, tuple[Span, ...]]:
    if not isinstance(data, Mapping):
        complaints.add(path, "must be a mapping from dates to spans, like 2026-12-24: ['09:00-12:00']")
        return {}
    found = {
        _date(written, (*path, written), complaints): hours.spans(listed, (*path, written), complaints)
        for written, listed in data.items()
    }
    return {day: spans for day, spans in found.items() if day}


def _date(written: Any, path: Path, complaints: Complaints) -> date | None:
    try:
        return holidays.date_of(written)
    except ValueError as error:
        complaints.add(path, f"{written!r} {error}")
        return None


def _known() -> str:
    return f"there are {', '.join(KEYS)}"
