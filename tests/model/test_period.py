"""Periods by their names, in the time zone of now."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from qualitygate.model.period import last_whole, months_until, named, title, up_to

CHINA = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 17, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("name", "start", "end", "called"),
    [
        ("2026-10", (2026, 10), (2026, 11), "2026-10"),
        ("2026-12", (2026, 12), (2027, 1), "2026-12"),
        ("2026-Q3", (2026, 7), (2026, 10), "2026-Q3"),
        ("2026-Q4", (2026, 10), (2027, 1), "2026-Q4"),
        ("2026", (2026, 1), (2027, 1), "2026"),
        ("month", (2026, 10), (2026, 11), "2026-10"),
        ("quarter", (2026, 7), (2026, 10), "2026-Q3"),
        ("year", (2025, 1), (2026, 1), "2025"),
    ],
)
def test_a_period_has_its_first_days_and_its_name(name, start, end, called):
    found = named(name, NOW)
    assert (start, end) == tuple((each.year, each.month) for each in (found.start, found.end))
    assert (1, 0, NOW.tzinfo) == (found.start.day, found.start.hour, found.start.tzinfo)
    assert called == title(found)


@pytest.mark.parametrize(
    "name", ["2026-13", "2026-00", "2026-Q5", "26-10", "2026-1", "", "1969", "2101", "２０２６", "2026\n"]
)
def test_what_is_no_period_is_refused(name):
    with pytest.raises(ValueError, match="is no period: write it like 2026-10"):
        named(name, NOW)


def test_the_months_before_an_end_are_whole_and_adjoin():
    found = months_until(datetime(2026, 3, 1, tzinfo=UTC), 12)
    assert ["2025-03", "2026-02"] == [title(found[0]), title(found[-1])]
    assert [each.end for each in found[:-1]] == [each.start for each in found[1:]]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2026-01", ["2025-11", "2025-12", "2026-01"]),
        ("2026-Q1", ["2025-Q3", "2025-Q4", "2026-Q1"]),
        ("2026", ["2024", "2025", "2026"]),
    ],
)
def test_the_periods_up_to_one_are_as_long_and_adjoin(name, expected):
    found = up_to(named(name, NOW), 3)
    assert expected == [title(each) for each in found]
    assert [each.end for each in found[:-1]] == [each.start for each in found[1:]]
    assert named(name, NOW) == found[-1]


@pytest.mark.parametrize(
    ("now", "starts", "first", "end"),
    [
        ((2027, 11, 15), (2025, 11, 15), (2026, 11, 15), (2027, 11, 15)),
        ((2027, 11, 14), (2025, 11, 15), (2025, 11, 15), (2026, 11, 15)),
        ((2027, 1, 1), (2026, 1, 1), (2026, 1, 1), (2027, 1, 1)),
        ((2026, 12, 31), (2026, 1, 1), (2025, 1, 1), (2026, 1, 1)),
        ((2026, 6, 1), (2026, 11, 15), (2024, 11, 15), (2025, 11, 15)),
        ((2028, 2, 29), (2024, 2, 29), (2027, 2, 28), (2028, 2, 29)),
    ],
)
def test_a_year_of_a_contract_starts_on_its_day(now, starts, first, end):
    found = last_whole("year", datetime(*now, tzinfo=CHINA), date(*starts))
    assert (datetime(*first, tzinfo=CHINA), datetime(*end, tzinfo=CHINA)) == (found.start, found.end)


def test_the_midnight_at_the_end_of_a_contracts_year_is_that_of_its_zone():
    before = datetime(2027, 11, 14, 15, 59, 59, tzinfo=UTC).astimezone(CHINA)
    after = datetime(2027, 11, 14, 16, tzinfo=UTC).astimezone(CHINA)
    assert [2025, 2026] == [last_whole("year", now, date(2025, 11, 15)).start.year for now in (before, after)]


def test_months_and_quarters_are_those_of_the_calendar_whenever_a_year_starts():
    now = datetime(2026, 11, 22, tzinfo=CHINA)
    assert last_whole("quarter", now) == last_whole("quarter", now, date(2025, 11, 15))


def test_a_contracts_year_is_told_by_its_first_and_last_day():
    now = datetime(2027, 11, 15, tzinfo=CHINA)
    assert "2026-11-15 to 2027-11-14" == title(last_whole("year", now, date(2025, 11, 15)))
    assert "2026" == title(last_whole("year", now, date(2025, 1, 1)))
