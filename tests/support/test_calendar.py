from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from qualitygate import BeyondCalendar, BusinessCalendar, ConfigError
from qualitygate.support.promises import always

OFFICE = {"tz": "Europe/Berlin", "hours": {"mon-fri": ["09:00-12:00", "13:00-17:00"]}}
ALWAYS = {"tz": "Europe/Berlin", "hours": {"mon-sun": ["00:00-24:00"]}}
CHINA = {"tz": "Asia/Shanghai", "hours": {"mon-fri": ["09:00-12:00", "13:30-18:00"]}, "holidays": "CN"}
BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_a_day_on_which_clocks_change_has_the_hours_it_has(day, hours):
    calendar = BusinessCalendar.parse(ALWAYS)
    start = berlin(day)
    assert hours * 3600 == calendar.elapsed(start, berlin(day) + timedelta(days=1))


def test_a_span_across_the_hour_that_is_skipped_is_shorter_and_across_the_one_that_is_repeated_longer():
    calendar = BusinessCalendar.parse({"tz": "Europe/Berlin", "hours": {"sun": ["01:00-04:00"]}})
    assert 2 * 3600 == calendar.elapsed(berlin("2026-03-29"), berlin("2026-03-30"))
    assert 4 * 3600 == calendar.elapsed(berlin("2026-10-25"), berlin("2026-10-26"))
    assert 3 * 3600 == calendar.elapsed(berlin("2026-06-07"), berlin("2026-06-08"))


def test_a_span_that_begins_in_the_skipped_hour_begins_as_much_later():
    calendar = BusinessCalendar.parse({"tz": "Europe/Berlin", "hours": {"sun": ["02:30-05:00"]}})
    assert berlin("2026-03-29T03:30") == calendar.next_open(berlin("2026-03-29"))


def test_a_span_that_would_end_before_it_begins_is_not_there_on_that_day():
    calendar = BusinessCalendar.parse({"tz": "Europe/Berlin", "hours": {"sun": ["02:30-03:00"]}})
    assert 0 == calendar.elapsed(berlin("2026-03-29"), berlin("2026-03-30"))


def test_spans_that_the_skipped_hour_pushes_into_each_other_count_once():
    calendar = BusinessCalendar.parse({"tz": "Europe/Berlin", "hours": {"sun": ["02:00-02:45", "03:00-04:00"]}})
    assert 3600 == calendar.elapsed(berlin("2026-03-29"), berlin("2026-03-30"))


def test_a_span_that_the_skipped_hour_pushes_into_another_counts_once():
    calendar = BusinessCalendar.parse({"tz": "Europe/Berlin", "hours": {"sun": ["02:00-02:45", "03:00-03:30"]}})
    assert 45 * 60 == calendar.elapsed(berlin("2026-03-29"), berlin("2026-03-30"))


def test_the_last_days_of_a_year_are_like_any_other():
    calendar = BusinessCalendar.parse(OFFICE)
    assert berlin("2026-12-31T12:00") == calendar.add(berlin("2026-12-28T09:00"), 3 * 7 * 3600 + 3 * 3600)
    assert berlin("2026-01-02T10:00") == calendar.add(berlin("2026-01-05T10:00"), -7 * 3600)


def test_what_ends_at_closing_time_is_due_at_closing_time():
    calendar = BusinessCalendar.parse(OFFICE)
    assert berlin("2026-10-05T17:00") == calendar.add(berlin("2026-10-05T15:00"), 2 * 3600)
    assert berlin("2026-10-05T12:00") == calendar.add(berlin("2026-10-05T11:00"), 3600)


def test_what_reaches_back_to_an_opening_ends_there():
    calendar = BusinessCalendar.parse(OFFICE)
    assert berlin("2026-10-05T13:00") == calendar.add(berlin("2026-10-05T15:00"), -2 * 3600)
    assert berlin("2026-10-02T16:00") == calendar.add(berlin("2026-10-05T10:00"), -2 * 3600)


def test_no_time_after_a_closed_moment_is_the_next_opening():
    calendar = BusinessCalendar.parse(OFFICE)
    assert berlin("2026-10-05T13:00") == calendar.add(berlin("2026-10-05T12:30"), 0)
    assert berlin("2026-10-05T11:30") == calendar.add(berlin("2026-10-05T11:30"), 0)


def test_an_overnight_shift_belongs_to_the_day_it_begins_on():
    calendar = BusinessCalendar.parse(
        {"tz": "Europe/Berlin", "hours": {"mon-fri": ["22:00-06:00"]}, "holidays": ["2026-10-06"]}
    )
    assert calendar.is_open(berlin("2026-10-06T03:00"))
    assert not calendar.is_open(berlin("2026-10-06T23:00"))
    assert not calendar.is_open(berlin("2026-10-07T03:00"))


def test_the_minute_before_midnight_ends_with_midnight():
    calendar = BusinessCalendar.parse({"hours": {"mon-sun": ["00:00-23:59"]}})
    start = datetime(2026, 10, 5, tzinfo=UTC)
    assert 86_400 == calendar.elapsed(start, start + timedelta(days=1))


def test_a_day_of_every_year_is_a_holiday_in_each_and_a_leap_day_only_where_there_is_one():
    calendar = BusinessCalendar.parse({**ALWAYS, "holidays": ["12-25", "02-29"]})
    for year in (2026, 2027, 2028):
        assert not calendar.is_open(berlin(f"{year}-12-25T12:00"))
        assert calendar.is_open(berlin(f"{year}-03-01T12:00"))
    assert not calendar.is_open(berlin("2028-02-29T12:00"))


def test_the_holidays_of_a_part_of_a_country_are_its_own():
    epiphany = berlin("2026-01-06T10:00")
    assert BusinessCalendar.parse({**OFFICE, "holidays": "DE"}).is_open(epiphany)
    assert not BusinessCalendar.parse({**OFFICE, "holidays": ["DE-BY"]}).is_open(epiphany)


def test_china_rests_in_golden_week_and_works_the_weekends_that_make_up_for_it():
    calendar = BusinessCalendar.parse(CHINA)
    assert not calendar.is_open(shanghai("2026-10-01T10:00"))
    assert not calendar.is_open(shanghai("2026-10-07T10:00"))
    assert calendar.is_open(shanghai("2026-10-08T10:00"))
    assert calendar.is_open(shanghai("2026-10-10T10:00")), "a Saturday that is worked"
    assert calendar.is_open(shanghai("2026-09-20T10:00")), "a Sunday that is worked"
    assert not calendar.is_open(shanghai("2026-10-17T10:00")), "an ordinary Saturday"
    assert 7.5 * 3600 == calendar.elapsed(shanghai("2026-10-10"), shanghai("2026-10-11"))


def test_a_written_holiday_is_not_worked_though_the_country_would():
    calendar = BusinessCalendar.parse({**CHINA, "holidays": ["CN", "2026-10-10"]})
    assert not calendar.is_open(shanghai("2026-10-10T10:00"))


def test_a_shift_opens_a_holiday_and_a_break_closes_a_shift():
    calendar = BusinessCalendar.parse(
        {
            **CHINA,
            "shifts": {"2026-10-01": ["10:00-16:00"]},
            "breaks": [{"date": "2026-10-01", "hours": "12:00-13:00"}, {"date": "2026-10-01", "hours": "15:00-17:00"}],
        }
    )
    assert 4 * 3600 == calendar.elapsed(shanghai("2026-10-01"), shanghai("2026-10-02"))
    assert not calendar.is_open(shanghai("2026-10-01T12:30"))


def test_a_shift_of_no_hours_closes_its_day():
    calendar = BusinessCalendar.parse({**OFFICE, "shifts": {"2026-10-05": []}})
    assert berlin("2026-10-06T09:00") == calendar.next_open(berlin("2026-10-05T08:00"))


def test_answers_across_years_are_those_of_a_calendar_that_knew_them_from_the_start():
    asked_late_first, asked_early_first = BusinessCalendar.parse(OFFICE), BusinessCalendar.parse(OFFICE)
    moments = [berlin("2031-07-01T10:00"), berlin("2024-01-01T10:00"), berlin("2026-12-31T16:00")]
    for calendar, order in ((asked_late_first, moments), (asked_early_first, sorted(moments))):
        for moment in order:
            calendar.is_open(moment)
    for one in moments:
        assert asked_late_first.add(one, 10**7) == asked_early_first.add(one, 10**7)
        assert asked_late_first.add(one, -(10**7)) == asked_early_first.add(one, -(10**7))
        assert asked_late_first.elapsed(moments[1], one) == asked_early_first.elapsed(moments[1], one)


def test_microseconds_are_kept():
    calendar = BusinessCalendar.parse(OFFICE)
    start = berlin("2026-10-05T10:00:00.000001")
    end = calendar.add(start, 7200.000003)
    assert berlin("2026-10-05T13:00:00.000004") == end
    assert 7200.000003 == calendar.elapsed(start, end)


@pytest.mark.parametrize("ask", ["is_open", "next_open", "next_opening", "next_close", "previous_open"])
def test_a_naive_moment_is_refused(ask):
    with pytest.raises(ValueError, match="names no time zone"):
        getattr(BusinessCalendar.parse(OFFICE), ask)(datetime(2026, 10, 5))  # noqa: DTZ001 - the mistake itself


def test_a_naive_moment_is_not_counted_from_or_to():
    calendar, naive, aware = BusinessCalendar.parse(OFFICE), datetime(2026, 10, 5), berlin("2026-10-05")  # noqa: DTZ001
    for wrong in (
        lambda: calendar.elapsed(naive, aware),
        lambda: calendar.elapsed(aware, naive),
        lambda: calendar.add(naive, 1),
        lambda: calendar.periods(naive, 1),
    ):
        with pytest.raises(ValueError, match="names no time zone"):
            wrong()


def test_a_question_beyond_the_known_years_is_refused_and_never_loops():
    calendar = BusinessCalendar.parse(OFFICE)
    for ask in (
        lambda: calendar.is_open(datetime(1900, 1, 1, tzinfo=UTC)),
        lambda: calendar.add(datetime(2026, 1, 1, tzinfo=UTC), 10**10),
        lambda: calendar.add(datetime(2026, 1, 1, tzinfo=UTC), -(10**10)),
        lambda: calendar.elapsed(datetime(2026, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)),
        lambda: calendar.is_open(datetime(1970, 1, 1, tzinfo=UTC)),
        lambda: calendar.elapsed(datetime(1, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
    ):
        with pytest.raises(BeyondCalendar, match="answers only for 1970 to 2100"):
            ask()


def test_a_calendar_without_hours_is_always_open():
    calendar = BusinessCalendar.parse({})
    start = datetime(2026, 10, 3, 12, tzinfo=UTC)
    assert start + timedelta(hours=5) == calendar.add(start, 5 * 3600)


WRONG = [
    ({"hours": {"mon": ["09:00-00:00"]}}, "hours.mon.0: 09:00-00:00 ends at 00:00, where the day begins"),
    ({"hours": {"mon": ["09:00-09:00"]}}, "hours.mon.0: 09:00-09:00 is empty"),
    ({"hours": {"mon": ["9-17"]}}, "hours.mon.0: '9-17' is not a span"),
    ({"hours": {"mon": ["09:00-25:00"]}}, "hours.mon.0: 09:00-25:00 names a time that no day has"),
    ({"hours": {"mon": ["24:00-25:00"]}}, "names a time that no day has"),
    ({"hours": {"mon": ["09:61-10:00"]}}, "names a time that no day has"),
    ({"hours": {"mon": ["09:00-12:00", "11:00-13:00"]}}, "the spans 09:00-12:00 and 11:00-13:00 overlap"),
    ({"hours": {"mon": ["22:00-06:00"], "tue": ["05:00-09:00"]}}, "the last span of mon runs into the first of tue"),
    ({"hours": {"mon": ["22:00-06:00", "23:00-24:00"]}}, "the spans 22:00-06:00 and 23:00-24:00 overlap"),
    ({"hours": {"mo": ["09:00-17:00"]}}, "'mo' is not a day like mon"),
    ({"hours": {"mon-fry": ["09:00-17:00"]}}, "'mon-fry' is not a day like mon"),
    ({"hours": {"mon-fri": ["09:00-17:00"], "wed": ["09:00-12:00"]}}, "hours.wed: wed has hours already"),
    ({"hours": {"mon": "09:00-17:00"}}, "hours.mon: must be a list of spans"),
    ({"hours": {"mon": [9]}}, "hours.mon.0: 9 is not a span"),
    ({"hours": []}, "hours: must be a mapping from days to spans"),
    ({"hours": {}}, "hours: no day of the week has any hours"),
    ({"hours": {"mon": []}}, "hours: no day of the week has any hours"),
    ({"tz": "Mars/Olympus"}, "tz: there is no time zone 'Mars/Olympus'"),
    ({"tz": 8}, "tz: there is no time zone 8"),
    ({"holidays": ["2026-02-30"]}, "holidays.0: '2026-02-30' is a date that no calendar has"),
    ({"holidays": ["02-30"]}, "holidays.0: '02-30' is a day that no year has"),
    ({"holidays": ["13-01"]}, "holidays.0: '13-01' is a day that no year has"),
    ({"holidays": "XX"}, "holidays: 'XX' is no country whose holidays the holidays package knows"),
    ({"holidays": "DE-XX"}, "holidays: 'DE-XX' is no part of DE"),
    ({"holidays": [2026]}, "holidays.0: 2026 is not a date (2026-10-01)"),
    ({"holidays": "Christmas"}, "holidays: 'Christmas' is not a date"),
    ({"holidays": 1}, "holidays: must be a date"),
    ({"breaks": {}}, "breaks: must be a list of breaks"),
    ({"breaks": ["12:00-13:00"]}, "breaks.0: must have a date and hours"),
    ({"breaks": [{"date": "2026", "hours": "12:00-13:00"}]}, "breaks.0.date: '2026' is not a date"),
    ({"breaks": [{"date": "2026-10-01", "hours": "noon"}]}, "breaks.0.hours: 'noon' is not a span"),
    ({"shifts": []}, "shifts: must be a mapping from dates to spans"),
    ({"shifts": {"today": ["09:00-10:00"]}}, "shifts.today: 'today' is not a date"),
    ({"hour": {}}, "hour: is not known; did you mean hours?"),
    ({"colour": "red"}, "colour: is not known; there are tz, hours, holidays, breaks, shifts"),
]


@pytest.mark.parametrize(("written", "told"), WRONG)
def test_a_calendar_that_makes_no_sense_is_refused_with_the_reason(written, told):
    with pytest.raises(ConfigError) as refused:
        BusinessCalendar.parse(written)
    assert told in str(refused.value)


def test_what_is_no_mapping_is_no_calendar():
    with pytest.raises(ConfigError, match="must be a mapping with tz and hours"):
        BusinessCalendar.parse(["mon-fri"])


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(ConfigError) as refused:
        BusinessCalendar.parse({"tz": "Nowhere", "hours": {"mon": ["9-5"], "tue": ["09:00-08"]}, "holidays": "ZZ"})
    assert 5 == len(refused.value.problems), "the week has no hours then, either"


def test_without_the_package_a_country_is_refused_with_the_way_out(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "holidays", None)
    with pytest.raises(ConfigError, match=r"pip install 'qualitygate-ci\[support\]'"):
        BusinessCalendar.parse({"holidays": "CN"})


def test_an_opening_years_away_is_found() -> None:
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    closed = [(monday + timedelta(weeks=week)).date().isoformat() for week in range(-60, 300)]
    far = BusinessCalendar.parse({"tz": "UTC", "hours": {"mon": ["09:00-10:00"]}, "holidays": closed})
    assert not far.is_open(monday)
    assert monday + timedelta(weeks=300, hours=9) == far.next_open(monday)
    assert 0 == far.elapsed(monday, monday + timedelta(weeks=20))


def test_a_span_within_the_night_of_another_day_counts_once() -> None:
    shifted = {"2026-11-24": ["01:00-02:00"]}
    nights = BusinessCalendar.parse({"tz": "UTC", "hours": {"mon": ["22:00-06:00"]}, "shifts": shifted})
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    assert 8 * 3600 == nights.elapsed(monday, monday + timedelta(days=2))


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Havana", "Africa/Cairo", "America/Sao_Paulo"])
def test_without_a_calendar_every_second_counts_whatever_the_zone_and_when_its_clocks_change(zone):
    calendar = always(ZoneInfo(zone))
    assert zone == str(calendar.rules.zone)
    start = datetime(2017, 1, 1, tzinfo=UTC)
    for day in range(0, 730, 3):
        begin, end = start + timedelta(days=day), start + timedelta(days=day + 3, hours=1)
        assert (end - begin).total_seconds() == calendar.elapsed(begin, end)
        assert end == calendar.add(begin, (end - begin).total_seconds())
