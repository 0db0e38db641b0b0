"""The business calendar: which moments count, how many lie between two, and when so many have passed.

Open time is kept as intervals in UTC, so that every answer is in real elapsed seconds, also where clocks are changed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, chain
from typing import Any, Self

from qualitygate.errors import BeyondCalendar
from qualitygate.support import rules
from qualitygate.support.days import Interval, Rules, in_order, intervals, open_in

FIRST_YEAR, LAST_YEAR = 1970, 2100
"""The years whose open time is ever made: beyond them the holidays package knows no holidays."""
OpenPeriod = tuple[datetime, datetime]
_MARGIN = timedelta(days=3)
"""How far from the rim of what was made an answer must be: a local date and an overnight span reach into it."""
_MICRO = 6
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400

_Table = tuple[float, float, Sequence[float], Sequence[float], Sequence[float], Sequence[float]]
"""From and to when it answers; starts and ends of intervals, and the open seconds before and after each.

The first interval is empty, so that there is always one that began earlier.
"""
_NOTHING: _Table = (0.0, 0.0, (), (), (), ())
_Sums = tuple[Sequence[float], Sequence[float]]
"""All edges, openings and closings in turn, and for each number of edges that lie before a moment what the open seconds
up to it are: after a closing so many, after an opening so many and the moment itself.

The first two edges are where the table begins to answer, the last is where it ends to.
"""
_Days = Mapping[int, tuple[Sequence[int], Sequence[tuple[float, int]]]]
"""The same by days of UTC since 1970, in which a moment is found at once: the edges within the day as its seconds, and
for each number of edges up to a second what the open seconds are, and whether that second is to be added.
"""


class BusinessCalendar:
    """Answers questions about business time; seconds are real ones, moments aware, answers in UTC.

    Intervals are half-open: open at 09:00:00, closed at 17:00:00. A naive moment raises ``ValueError``; where the
    answer lies outside the years 1970 to 2100, :class:`~qualitygate.errors.BeyondCalendar` is raised. What is known
    grows by the years it is asked about.
    """

    __slots__ = ("_days", "_intervals", "_sums", "_table", "_years", "rules")

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._years: range = range(0)
        self._intervals: list[Interval] = []
        self._table = _NOTHING
        self._sums: _Sums = ((), ())
        self._days: _Days = {}

    @classmethod
    def parse(cls, mapping: Mapping[str, Any]) -> Self:
        """A calendar as a policy writes it. Raises :class:`~qualitygate.errors.ConfigError` with all that is wrong."""
        return cls(rules.parse(mapping))

    def elapsed(self, start: datetime, end: datetime) -> float:
        """The open seconds from one moment to another, to the microsecond; 0 where the end is not after the start."""
        try:
            since, until = start - _EPOCH, end - _EPOCH
        except TypeError as error:
            raise _naive(start if start.tzinfo is None else end) from error
        days = self._days
        try:
            edges, sums = days[since.days]
            second = since.seconds
            before, running = sums[bisect_right(edges, second)]
            if running:
                before += second + since.microseconds / 1e6
            edges, sums = days[until.days]
            second = until.seconds
            found, running = sums[bisect_right(edges, second)]
            if running:
                found += second + until.microseconds / 1e6
        except KeyError:
            if end <= start:
                return 0.0
            self._covering(start, end)
            return self.elapsed(start, end)
        found -= before
        if found > 0:
            return round(found, _MICRO) if found % 1 else found
        return 0.0

    def add(self, start: datetime, seconds: float) -> datetime:
        """The moment by which so many open seconds have passed since ``start``; backwards where they are negative.

        The earliest such moment (backwards the latest): what ends exactly at closing time ends at closing time. No
        seconds after a closed moment is the next opening.
        """
        if not seconds:
            return self.next_open(start)
        begin = self._known(start)
        while True:
            edges, totals = self._sums
            low, high, starts, _, before, after = self._table
            one = bisect_right(edges, begin)
            goal = (totals[one] + begin if one & 1 else totals[one]) + seconds
            found = bisect_left(after, goal) if seconds > 0 else bisect_right(before, goal) - 1
            if 0 < found < len(starts):
                moment = starts[found] + (goal - before[found])
                if low <= moment < high:
                    return datetime.fromtimestamp(moment, UTC)
            self._further(-1 if seconds < 0 else 1)

    def is_open(self, at: datetime) -> bool:
        """Whether a moment counts."""
        moment = self._known(at)
        _, _, starts, ends, _, _ = self._table
        return moment < ends[bisect_right(starts, moment) - 1]

    def next_open(self, at: datetime) -> datetime:
        """The moment itself where it is open, else the next opening."""
        moment = self._known(at)
        return _utc(max(self._sought(_ending_after, moment, 1)[0], moment))

    def next_opening(self, at: datetime) -> datetime:
        """The start of the first period that begins after a moment."""
        return _utc(self._sought(_starting_after, self._known(at), 1)[0])

    def next_close(self, at: datetime) -> datetime:
        """The end of the period that a moment is in, or of the next one."""
        return _utc(self._sought(_ending_after, self._known(at), 1)[1])

    def previous_open(self, at: datetime) -> datetime:
        """The moment itself where it is open or closing, else the latest closing before it."""
        moment = self._known(at)
        return _utc(min(self._sought(_started_by, moment, -1)[1], moment))

    def periods(self, start: datetime, n: int, backward: bool = False) -> list[OpenPeriod]:
        """The first ``n`` open periods after a moment, or before it with the nearest first, cut at that moment.

        Periods of different days are told apart, though one may begin where the other ends.
        """
        moment, found = self._known(start), []
        for _ in range(n):
            begin, end = (
                self._sought(_started_before, moment, -1) if backward else self._sought(_ending_after, moment, 1)
            )
            begin, end = (begin, min(end, moment)) if backward else (max(begin, moment), end)
            moment = begin if backward else end
            found.append((_utc(begin), _utc(end)))
        return found

    def _known(self, at: datetime) -> float:
        """A moment as a number, once the table answers for it."""
        if at.tzinfo is None:
            raise _naive(at)
        moment = at.timestamp()
        if not self._table[0] <= moment < self._table[1]:
            self._covering(at, at)
        return moment

    def _sought(self, which: Callable[[_Table, float], int], moment: float, step: int) -> Interval:
        """The interval that is meant, wherever it is: more is made until it is there, and whole."""
        low, high, starts, ends, *_ = table = self._table
        while True:
            index = which(table, moment)
            if 0 < index < len(starts) and low <= starts[index] and ends[index] < high:
                return starts[index], ends[index]
            low, high, starts, ends, *_ = table = self._further(step)

    def _covering(self, start: datetime, end: datetime) -> _Table:
        if start.year < FIRST_YEAR or end.year > LAST_YEAR:
            raise _beyond()
        first, last = (start.astimezone(UTC) - _MARGIN).year, (end.astimezone(UTC) + _MARGIN).year
        years = self._years or range(first, last + 1)
        return self._grown(range(min(first, years[0]), max(last, years[-1]) + 1))

    def _further(self, step: int) -> _Table:
        """Twice the years, later ones or earlier ones, up to the rim."""
        first, last = self._years[0], self._years[-1]
        more = len(self._years)
        years = (
            range(first, min(last + more, LAST_YEAR) + 1)
            if step > 0
            else range(max(first - more, FIRST_YEAR), last + 1)
        )
        if years == self._years:
            raise _beyond()
        return self._grown(years)

    def _grown(self, years: range) -> _Table:
        if years[0] < FIRST_YEAR or years[-1] > LAST_YEAR:
            raise _beyond()
        made = chain.from_iterable(open_in(self.rules, year) for year in years if year not in self._years)
        breaks = [each for day, spans in self.rules.breaks.items() for each in intervals(day, spans, self.rules.zone)]
        self._intervals = in_order(chain(self._intervals, made), breaks)
        self._years = years
        self._table = _table(self._intervals, years)
        self._sums = _sums(self._table)
        self._days = _days(self._sums)
        return self._table


def _table(found: Sequence[Interval], years: range) -> _Table:
    rims = datetime(years[0], 1, 1, tzinfo=UTC) + _MARGIN, datetime(years[-1] + 1, 1, 1, tzinfo=UTC) - _MARGIN
    low, high = (rim.timestamp() for rim in rims)
    start = min(low, found[0][0]) if found else low
    starts = [start, *(begin for begin, _ in found)]
    ends = [start, *(end for _, end in found)]
    after = list(accumulate(end - begin for begin, end in zip(starts, ends, strict=True)))
    return low, high, starts, ends, [0.0, *after[:-1]], after


def _sums(table: _Table) -> _Sums:
    low, high, starts, ends, before, after = table
    first, last = bisect_right(ends, low), bisect_left(starts, high)
    edges = list(chain.from_iterable(zip(starts[first:last], ends[first:last], strict=True)))
    if first < last:
        edges[0], edges[-1] = max(edges[0], low), min(edges[-1], high)
    inside = (sum_before - start for start, sum_before in zip(starts[first:last], before[first:last], strict=True))
    totals = list(chain.from_iterable(zip(inside, after[first:last], strict=True)))
    known = before[first] if first < len(before) else after[-1]
    return [low, low, *edges, high], [known, known, known, *totals, known]


def _days(sums: _Sums) -> _Days:
    edges, totals = sums
    found: dict[int, tuple[Sequence[int], Sequence[tuple[float, int]]]] = {}
    one = bisect_right(edges, edges[0])
    for midnight in range(int(edges[0]), int(edges[-1]), _DAY):
        other = bisect_left(edges, midnight + _DAY, one)
        found[midnight // _DAY] = (
            tuple(int(edge) - midnight for edge in edges[one:other]),
            tuple((totals[at] + midnight, 1) if at & 1 else (totals[at], 0) for at in range(one, other + 1)),
        )
        one = bisect_right(edges, midnight + _DAY, other)
    return found


def _ending_after(table: _Table, moment: float) -> int:
    return bisect_right(table[3], moment)


def _starting_after(table: _Table, moment: float) -> int:
    return bisect_right(table[2], moment)


def _started_by(table: _Table, moment: float) -> int:
    return bisect_right(table[2], moment) - 1


def _started_before(table: _Table, moment: float) -> int:
    return bisect_left(table[2], moment) - 1


def _utc(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)


def _beyond() -> BeyondCalendar:
    return BeyondCalendar(f"the business calendar answers only for {FIRST_YEAR} to {LAST_YEAR}")


def _naive(at: datetime) -> ValueError:
    return ValueError(f"{at.isoformat()} names no time zone")
