"""The days that are not worked though the week says so, and those that are: written dates, a country, a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, tzinfo
from functools import cache
from typing import Any

from qualitygate.support.complaints import Complaints, Path
from qualitygate.values import dataclass

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_EACH_YEAR = re.compile(r"[0-9]{2}-[0-9]{2}\Z")
_COUNTRY = re.compile(r"([A-Z]{2})(?:-([A-Z0-9]{1,3}))?\Z")
_LEAP = 2000
ICS = "ics"
"""The key of a row that is the text of an iCalendar file."""
FORMS = "a date (2026-10-01), a day of every year (12-25), a country (CN, DE-BY) or a file (file: holidays.ics)"

Known = tuple[AbstractSet[date], AbstractSet[date]]
"""The holidays of a year, and the days that are worked to make up for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holidays:
    """Which local dates are holidays: ``dates``, a month and day of ``every_year``, and those of ``countries``.

    ``worked`` are dates that are worked to make up for one, beside those that are known of the countries.
    """

    dates: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    every_year: frozenset[tuple[int, int]] = frozenset()
    countries: tuple[tuple[str, str | None], ...] = ()

    def in_year(self, year: int) -> Known:
        """The holidays and the make-up working days of a year; a written holiday is never worked."""
        off = {each for each in self.dates if each.year == year}
        off.update(_on(year, month, day) for month, day in self.every_year if _exists(year, month, day))
        written, worked = frozenset(off), {each for each in self.worked if each.year == year}
        for code, part in self.countries:
            closed, instead = of_country(code, part, year)
            off.update(closed)
            worked.update(instead)
        return off, worked - written


def parse(data: Any, path: Path, complaints: Complaints, zone: tzinfo) -> Holidays:
    """Holidays as they are written: one row or a list of them. What is none of the forms is complained about.

    A row that is a mapping has the text of an iCalendar file, ``{"ics": TEXT}``, whose moments count in ``zone``; it is
    ``None`` where the file could not be read, which has been complained about.
    """
    rows = [data] if isinstance(data, (str, Mapping)) else data
    if not isinstance(rows, Sequence):
        complaints.add(path, f"must be {FORMS}, or a list of them")
        rows = ()
    found: dict[Callable[[str], Any], list[Any]] = {date_of: [], _each_year: [], _country: []}
    worked: set[date] = set()
    for index, row in enumerate(rows):
        where = (*path, index) if rows is data else path
        if isinstance(row, Mapping):
            off, instead = _of_text(row, where, complaints, zone)
            found[date_of].extend(off)
            worked.update(instead)
            continue
        form = next((form for pattern, form in _FORMS.items() if isinstance(row, str) and pattern.match(row)), None)
        try:
            if form is None:
                raise ValueError(f"is not {FORMS}")  # noqa: TRY301 - told with the others
            found[form].append(form(row))
        except ValueError as error:
            complaints.add(where, f"{row!r} {error}")
    return Holidays(
        dates=frozenset(found[date_of]),
        worked=frozenset(worked),
        every_year=frozenset(found[_each_year]),
        countries=tuple(dict.fromkeys(found[_country])),
    )


def _of_text(row: Mapping[Any, Any], where: Path, complaints: Complaints, zone: tzinfo) -> Known:
    from qualitygate.support import ics  # noqa: PLC0415 - few calendars have a file

    text = row.get(ICS, "")
    if set(row) != {ICS} or not isinstance(text, str | None):
        complaints.add(where, f"must be {FORMS}; a calendar outside a policy has the text of a file, {{{ICS}: TEXT}}")
        text = None
    return (frozenset(), frozenset()) if text is None else ics.days(text, (*where, ICS), complaints, zone)


def date_of(text: Any) -> date:
    """A date as it is written, 2026-10-01. Raises ``ValueError``."""
    if not (isinstance(text, str) and _DATE.match(text)):
        raise ValueError("is not a date like 2026-10-01")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("is a date that no calendar has") from None


@cache
def of_country(code: str, part: str | None, year: int) -> Known:
    """The public holidays of a country, and its make-up working days, by the ``holidays`` package.

    For a year whose make-up days the government has not announced yet, the package knows the statutory holidays only.
    """
    import holidays  # noqa: PLC0415 - an extra, and slow to load

    found = holidays.country_holidays(code, subdiv=part, years=year, expand=False)
    worked = getattr(found, "weekend_workdays", ())
    return frozenset(found), frozenset(each for each in worked if each.year == year)


def _each_year(text: str) -> tuple[int, int]:
    month, day = int(text[:2]), int(text[3:])
    if not _exists(_LEAP, month, day):
        raise ValueError("is a day that no year has")
    return month, day


def _country(text: str) -> tuple[str, str | None]:
    code, _, part = text.partition("-")
    known = _supported()
    if code not in known:
        raise ValueError("is no country whose holidays the holidays package knows")
    if part and part not in known[code]:
        raise ValueError(f"is no part of {code} whose holidays the holidays package knows")
    return code, part or None


_FORMS: Mapping[re.Pattern[str], Callable[[str], Any]] = {_DATE: date_of, _EACH_YEAR: _each_year, _COUNTRY: _country}


def _supported() -> Mapping[str, Iterable[str]]:
    try:
        import holidays  # noqa: PLC0415 - an extra, and slow to load
    except ImportError:
        raise ValueError("needs the package holidays: pip install 'qualitygate-ci[support]'") from None
    return holidays.list_supported_countries(include_aliases=False)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        _on(year, month, day)
    except ValueError:
        return False
    return True


def _on(year: int, month: int, day: int) -> date:
    return date(year, month, day)
