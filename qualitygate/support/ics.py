"""The days off that an iCalendar text names, and the days that are worked instead.

A day off is a whole local day. What the text may mean in two ways is refused with its line, for a wrong reading would
close the office unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from zoneinfo import ZoneInfo

from qualitygate.support import recurrence
from qualitygate.support.complaints import Complaints, Path
from qualitygate.support.contentlines import Property, VEvent, events

FIRST_YEAR, LAST_YEAR = 1970, recurrence.LAST_YEAR
_EARLIEST = 1583
"""The first whole year of the Gregorian calendar."""
RULES_CAP = 500
"""The most events with a recurrence rule: following one for all years takes about ten milliseconds."""
PROBLEMS_CAP = 20
LENGTH_CAP = 366
"""The most days of one event."""
OCCURRENCES_CAP = 20_000
"""The most times that all events of a text come, more than a holiday of every Sunday of all years."""

_MARK, _OFF, _WORKED = "X-APPLE-SPECIAL-DAY", "WORK-HOLIDAY", "ALTERNATE-WORKDAY"
_WHEN = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})(Z?))?\Z", re.ASCII)
_LENGTH = re.compile(r"\+?P([0-9]{1,3})([DW])\Z", re.ASCII)
_SHIFT = re.compile(r"补班|上班|补课|[（(]班[)）]|^班\b|班[｜|]")
"""How Chinese calendars name a day that is worked."""

Days = tuple[frozenset[date], frozenset[date]]
"""Days off, and days that are worked though the week says otherwise."""


def days(text: str, path: Path, complaints: Complaints, zone: tzinfo) -> Days:
    """The days of a text from 1970 to 2100; moments count as local time of the calendar's ``zone``.

    Where events are marked as in Apple's calendar of China, make-up working days are worked, and what has no mark is a
    festival on which people work. Else every event that is not cancelled is a day off. A complaint ends its path with
    the line.
    """
    found = [each for each in events(text, path, complaints) if not _cancelled(each)]
    marked = any(_mark(each) in (_OFF, _WORKED) for each in found)
    kinds: dict[str, set[date]] = {_OFF: set(), _WORKED: set()}
    ruled = [each for each in found if each.all("RRULE")]
    if len(ruled) > RULES_CAP:
        told = f"is one of more than {RULES_CAP} events with a recurrence rule"
        complaints.add((*path, ruled[RULES_CAP].line), told)
        found = []
    left, most = OCCURRENCES_CAP, len(complaints.found) + PROBLEMS_CAP
    for each in found:
        kind = _mark(each) if marked else _OFF
        if kind not in kinds or len(complaints.found) == most or left < 0:
            continue
        try:
            starts = _starts(each, zone, left, marked)
            kinds[kind].update(_spanned(starts, _length(each, zone)))
            left -= len(starts)
        except _TooMany as wrong:
            complaints.add((*path, wrong.line), str(wrong))
            left = -1
        except _Wrong as wrong:
            complaints.add((*path, wrong.line), str(wrong))
    return frozenset(kinds[_OFF]), frozenset(kinds[_WORKED])


class _Wrong(ValueError):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class _TooMany(_Wrong):
    """Nothing after it is read."""


def _cancelled(event: VEvent) -> bool:
    return any(each.value.strip().upper() == "CANCELLED" for each in event.all("STATUS"))


def _mark(event: VEvent) -> str:
    return next((each.value.strip().upper() for each in event.all(_MARK)), "")


def _refuse_shift(event: VEvent) -> None:
    for each in event.all("SUMMARY"):
        if _SHIFT.search(each.value):
            way_out = "take it out, and write it in shifts or use the country CN"
            raise _Wrong(each.line, f"{each.value[:40]!r} looks like a day that is worked: {way_out}")


def _starts(event: VEvent, zone: tzinfo, most: int, marked: bool) -> list[date]:
    """The days an event begins on, without those that are excepted."""
    if not marked:
        _refuse_shift(event)
    for name in ("RECURRENCE-ID", "EXRULE"):
        for each in event.all(name):
            way_out = "leave the day out of the series by EXDATE, and give it an event of its own"
            raise _Wrong(each.line, f"{name} is not read: {way_out}")
    excepted = {day for each in event.all("EXDATE") for day in _listed(each, zone)}
    further = {day for each in event.all("RDATE") for day in _listed(each, zone)}
    found = list(islice(_both(_series(event, zone), further), most + 1))
    if len(found) > most:
        raise _TooMany(event.line, f"comes so often that there are more than {OCCURRENCES_CAP} days off")
    return [day for day in found if day not in excepted]


def _both(series: Iterable[date], further: set[date]) -> Iterator[date]:
    for day in series:
        further.discard(day)
        yield day
    yield from sorted(further)


def _series(event: VEvent, zone: tzinfo) -> Iterator[date]:
    start, rule = _day(_needed(event, "DTSTART"), zone), _one(event, "RRULE")
    if rule is None:
        yield start
        return
    try:
        found = recurrence.parts(rule.value)
        until = _moment(Property(name="UNTIL", value=found["UNTIL"], line=rule.line)) if "UNTIL" in found else None
        last = _local(until, zone)[0] if until is not None else None
        yield from recurrence.dates(found, start, last)
    except _Wrong:
        raise
    except ValueError as error:
        raise _Wrong(rule.line, f"RRULE {rule.value[:80]} {error}") from error


def _length(event: VEvent, zone: tzinfo) -> int:
    """How many whole days each occurrence has."""
    start, end, lasting = (_one(event, name) for name in ("DTSTART", "DTEND", "DURATION"))
    assert start is not None
    if end is not None:
        length = (_day(end, zone) - _day(start, zone)).days
    elif lasting is not None:
        found = _LENGTH.match(lasting.value.strip().upper())
        if not found:
            raise _Wrong(lasting.line, f"DURATION {lasting.value[:40]!r} is not in whole days, like P1D")
        length = int(found[1]) * (7 if found[2] == "W" else 1)
    else:
        length = int(not isinstance(_moment(start), datetime))
    if not 0 < length <= LENGTH_CAP:
        told = f"lasts {length} days from {start.value[:40]}: an event is a day off from 1 day to {LENGTH_CAP}"
        raise _Wrong((end or lasting or start).line, told)
    return length


def _spanned(starts: Iterable[date], length: int) -> Iterator[date]:
    for start in starts:
        for number in range(length):
            day = start + timedelta(days=number)
            if FIRST_YEAR <= day.year <= LAST_YEAR:
                yield day


def _one(event: VEvent, name: str) -> Property | None:
    try:
        return event.one(name)
    except ValueError as error:
        raise _Wrong(event.line, f"is an event that {error}") from error


def _needed(event: VEvent, name: str) -> Property:
    found = _one(event, name)
    if found is None:
        raise _Wrong(event.line, f"is an event without {name}, so nobody knows which day it is")
    return found


def _listed(written: Property, zone: tzinfo) -> Iterator[date]:
    for each in written.value.split(","):
        one = Property(name=written.name, value=each, line=written.line, parameters=written.parameters)
        yield _day(one, zone)


def _day(written: Property, zone: tzinfo) -> date:
    """The local date that begins at a moment. What is later than its midnight is not a whole day."""
    day, whole = _local(_moment(written), zone)
    if not whole:
        way_out = "a day off is a whole one, and part of one is written in breaks"
        raise _Wrong(written.line, f"{written.name} {written.value[:40]} is not midnight in {zone}: {way_out}")
    return day


def _local(moment: date, zone: tzinfo) -> tuple[date, bool]:
    """The local date of a moment, and whether it is the one the day begins with."""
    if not isinstance(moment, datetime):
        return moment, True
    if moment.tzinfo is None:
        return moment.date(), moment.time() == time()
    day = moment.astimezone(zone).date()
    return day, datetime.combine(day, time(), zone).timestamp() == moment.timestamp()


def _moment(written: Property) -> date:
    """A date, or a moment: local where it has no zone."""
    try:
        found = _WHEN.match(written.value.strip().upper())
        if not found or written.parameters.get("VALUE", "").upper() not in ("", "DATE-TIME" if found[4] else "DATE"):
            raise ValueError("is neither a date like 20261001 nor a moment like 20261001T000000")  # noqa: TRY301
        numbers = [int(each) for each in found.groups()[:6] if each]
        if not _EARLIEST <= numbers[0] < recurrence.LATEST_START:
            raise ValueError(f"is not in the years {_EARLIEST} to {recurrence.LATEST_START - 1}")  # noqa: TRY301
        if not found[4]:
            return date(*numbers)
        return datetime(*numbers, tzinfo=UTC if found[7] else _zone(written))  # type: ignore[arg-type,misc]
    except ValueError as error:
        raise _Wrong(written.line, f"{written.name} {written.value[:40]!r}: {error}") from error


def _zone(written: Property) -> tzinfo | None:
    name = written.parameters.get("TZID")
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"names the time zone {name[:40]!r}, which is no IANA name like Asia/Shanghai") from None
