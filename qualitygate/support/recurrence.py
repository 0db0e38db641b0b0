"""The dates on which something comes back each year, by a recurrence rule (RFC 5545, 3.3.10)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from itertools import takewhile

LAST_YEAR = 2100
_LENGTH_CAP = 200
_CYCLE = 7600
"""The Gregorian calendar repeats every 400 years, weekdays included: rules are followed so many years later, for
dateutil seeks a day that never comes (30 February) up to the last year that Python knows."""
LATEST_START = 9999 - _CYCLE
"""The last year in which a rule can begin."""

_NUMBER = r"[1-9][0-9]{0,3}"
_DAY = r"(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)"
_MONTH, _MONTH_DAY, _PLACE = r"(?:0?[1-9]|1[0-2])", r"[+-]?(?:0?[1-9]|[12][0-9]|3[01])", r"[+-]?[1-9][0-9]?"
_PARTS = {
    "FREQ": "YEARLY",
    "INTERVAL": _NUMBER,
    "COUNT": _NUMBER,
    "UNTIL": ".*",
    "BYMONTH": rf"{_MONTH}(?:,{_MONTH})*",
    "BYMONTHDAY": rf"{_MONTH_DAY}(?:,{_MONTH_DAY})*",
    "BYDAY": rf"{_DAY}(?:,{_DAY})*",
    "BYSETPOS": rf"{_PLACE}(?:,{_PLACE})*",
    "WKST": "[A-Z]{2}",
}


def parts(rule: str) -> dict[str, str]:
    """The parts of a rule by name. Raises ``ValueError`` with what is wrong, or not for holidays."""
    if len(rule) > _LENGTH_CAP:
        raise ValueError(f"is longer than {_LENGTH_CAP} characters")
    found: dict[str, str] = {}
    for part in rule.strip().removesuffix(";").upper().split(";"):
        name, _, said = part.partition("=")
        if name not in _PARTS:
            raise ValueError(f"has {name!r}; a holiday may have {', '.join(_PARTS)}")
        if name in found:
            raise ValueError(f"has {name} twice")
        found[name] = said
    if found.get("FREQ") != "YEARLY":
        raise ValueError("does not come back yearly (FREQ=YEARLY); what is closed each week belongs in hours")
    for name, said in found.items():
        if not re.fullmatch(_PARTS[name], said):
            raise ValueError(f"has {name}={said}, which is not read")
    return found


def dates(found: dict[str, str], first: date, until: date | None) -> Iterator[date]:
    """The dates of a rule from its first on, up to 2100 and ``until``, both included.

    Raises ``ValueError`` where ``first`` is not one of them: RFC 5545 leaves open what is meant then.
    """
    try:
        from dateutil.rrule import rrulestr  # noqa: PLC0415 - an extra, and few holidays recur by a rule
    except ImportError:
        raise ValueError("needs the package python-dateutil: pip install 'qualitygate-ci[support]'") from None
    start = datetime(first.year + _CYCLE, first.month, first.day)  # noqa: DTZ001 - a date; time of day plays no part
    written = ";".join(f"{name}={said}" for name, said in found.items() if name not in ("UNTIL", "WKST"))
    later = iter(rrulestr(written, dtstart=start))
    known = next(later, None)
    if known != start:
        raise ValueError("does not fall on the day that it starts with (DTSTART)")
    last = min(until or date.max, date(LAST_YEAR, 12, 31))
    yield from takewhile(lambda day: day <= last, (_back(moment) for moment in (start, *later)))


def _back(moment: datetime) -> date:
    return date(moment.year - _CYCLE, moment.month, moment.day)
