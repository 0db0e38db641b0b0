"""Calendar arithmetic beside businesstimedelta, where both define the answer: no overnight span, no changed clocks."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
import pytz
from businesstimedelta import BusinessTimeDelta, HolidayRule, LunchTimeRule, Rules, WorkDayRule
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate import BusinessCalendar

HOLIDAYS = ["2026-01-01", "2026-07-07", "2026-07-22", "2027-01-01"]
"""It cannot look beyond its first and last holiday, so there is one on either side of what is asked."""
SHANGHAI = pytz.timezone("Asia/Shanghai")
OURS = BusinessCalendar.parse(
    {"tz": "Asia/Shanghai", "hours": {"mon-fri": ["09:00-12:00", "13:30-18:00"]}, "holidays": HOLIDAYS}
)
THEIRS = Rules(
    [
        WorkDayRule(start_time=time(9), end_time=time(18), working_days=[0, 1, 2, 3, 4], tz=SHANGHAI),
        LunchTimeRule(start_time=time(12), end_time=time(13, 30), working_days=[0, 1, 2, 3, 4], tz=SHANGHAI),
        HolidayRule(dict.fromkeys(datetime.fromisoformat(day).date() for day in HOLIDAYS), tz=SHANGHAI),
    ]
)
START = SHANGHAI.localize(datetime(2026, 7, 1))  # noqa: DTZ001 - pytz gives it its zone
moments = st.integers(0, 40 * 86_400).map(lambda seconds: START + timedelta(seconds=seconds))


@settings(max_examples=60, deadline=None)
@given(moments, moments)
def test_as_much_time_elapses(one, other):
    first, last = sorted((one, other))
    found = THEIRS.difference(first, last)
    assert found.hours * 3600 + found.seconds == OURS.elapsed(first, last)


@settings(max_examples=60, deadline=None)
@given(moments, st.integers(1, 80 * 3600))
def test_as_much_time_added_ends_at_the_same_moment(start, seconds):
    theirs = start + BusinessTimeDelta(THEIRS, hours=seconds // 3600, seconds=seconds % 3600)
    ours = OURS.add(start, seconds)
    assert 0 == OURS.elapsed(ours, theirs) and ours <= theirs, "they may say the next opening for a closing time"
    assert seconds == OURS.elapsed(start, theirs)


def test_they_differ_where_clocks_change():
    berlin = pytz.timezone("Europe/Berlin")
    ours = BusinessCalendar.parse({"tz": "Europe/Berlin", "hours": {"mon-sun": ["00:00-24:00"]}})
    start, end = (berlin.localize(datetime(2026, 3, day)) for day in (29, 30))  # noqa: DTZ001 - pytz gives it
    assert 23 * 3600 == ours.elapsed(start, end) == pytest.approx((end - start).total_seconds())
