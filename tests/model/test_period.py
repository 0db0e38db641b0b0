"""Periods by their names, in the time zone of now."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from qualitygate.model.period import months_until, named, title, up_to

NOW = datetime(2026, 11, 22, 17, tzinfo=ZoneInfo("Asia/Shanghai"))


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
