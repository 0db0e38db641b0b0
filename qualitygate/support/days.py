"""Open intervals in UTC: the spans of each local date, without holidays and breaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta, tzinfo

from qualitygate.support.holidays import Holidays
from qualitygate.support.hours import DAY, Span, Week
from qualitygate.values import dataclass

Interval = tuple[float, float]
"""From one moment to another, in seconds since 1970; half-open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a calendar is made of: its zone, the hours of the week, and what dates change in them.

    A shift is all that is open on its date, whatever the week or a holiday says. A break is closed in any case. A day
    that is worked to make up for a holiday has its own hours, or where it has none those of the last day before it that
    has some. An overnight span belongs to the date it begins on.
    """

    zone: tzinfo
    week: Week
    holidays: Holidays
    breaks: Mapping[date, tuple[Span, ...]]
    shifts: Mapping[date, tuple[Span, ...]]


def open_in(rules: Rules, year: int) -> list[Interval]:
    """The open intervals of the dates of a year, in order of their dates; breaks are still in them."""
    off, worked = rules.holidays.in_year(year)
    found: list[Interval] = []
    day = date(year, 1, 1)
    for _ in range((date(year + 1, 1, 1) - day).days):
        weekday = day.weekday()
        if day in rules.shifts:
            spans = rules.shifts[day]
        elif day in worked:
            spans = _made_up(rules.week, weekday)
        else:
            spans = () if day in off else rules.week[weekday]
        found.extend(intervals(day, spans, rules.zone))
        day += timedelta(days=1)
    return found


def intervals(day: date, spans: Iterable[Span], zone: tzinfo) -> Iterator[Interval]:
    """The spans of a local date in UTC; one that a clock set forward swallows is not there."""
    for start, end in spans:
        begin, finish = resolve(day, start, zone), resolve(day, end, zone)
        if begin < finish:
            yield begin, finish


def resolve(day: date, minute: int, zone: tzinfo) -> float:
    """The moment of a wall clock's minute, in seconds since 1970.

    One that does not exist because clocks are set forward is as much later; one that exists twice is the first
    (PEP 495, ``fold=0``).
    """
    days, minute = divmod(minute, DAY)
    day += timedelta(days=days)
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone).timestamp()


def in_order(found: Iterable[Interval], breaks: Iterable[Interval]) -> list[Interval]:
    """Intervals sorted, none overlapping another, without the breaks. What only touches stays apart."""
    known: list[Interval] = []
    for begin, end in sorted(found):
        start = max(begin, known[-1][1]) if known else begin
        if start < end:
            known.append((start, end))
    for closed in breaks:
        known = list(_without(known, closed))
    return known


def _without(found: Iterable[Interval], closed: Interval) -> Iterator[Interval]:
    start, stop = closed
    for begin, end in found:
        if end <= start or begin >= stop:
            yield begin, end
            continue
        if begin < start:
            yield begin, start
        if stop < end:
            yield stop, end


def _made_up(week: Week, weekday: int) -> tuple[Span, ...]:
    return next((week[(weekday - back) % 7] for back in range(7) if week[(weekday - back) % 7]), ())
