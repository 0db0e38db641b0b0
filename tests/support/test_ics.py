"""An iCalendar text to days off: what it plainly says is taken, the rest is refused with its line."""

# ruff: noqa: E501 - a table is read by the row

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate import BusinessCalendar, ConfigError
from qualitygate.support import contentlines, ics
from qualitygate.support.complaints import Complaints

SAMPLE = Path(__file__).with_name("holidays.ics").read_text()
BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")


def calendar(*events: str) -> str:
    return "".join(
        f"{line}\n"
        for line in ("BEGIN:VCALENDAR", *(f"BEGIN:VEVENT\n{each}\nEND:VEVENT" for each in events), "END:VCALENDAR")
    )


def read(text: str, zone=UTC):
    """Days off, days worked, and complaints as lines and messages."""
    complaints = Complaints()
    off, worked = ics.days(text, ("ics",), complaints, zone)
    return off, worked, [(path[-1], message) for path, message in complaints.found]


def off(*lines: str, zone=UTC) -> list[str]:
    found, worked, wrong = read(calendar("\n".join(lines)), zone)
    assert ([], frozenset()) == (wrong, worked)
    return [each.isoformat() for each in sorted(found)]


def wrong(*lines: str, zone=UTC) -> tuple[int, str]:
    found, _, (problem,) = read(calendar("\n".join(lines)), zone)
    assert frozenset() == found
    return problem


def test_another_reader_of_icalendar_finds_the_same_days():
    known = recurring_ical_events.of(icalendar.Calendar.from_ical(SAMPLE)).between((1970, 1, 1), (2101, 1, 1))
    days = set()
    for each in known:
        if each.get("STATUS") != "CANCELLED":
            first, end = (
                moment.date() if isinstance(moment, datetime) else moment for moment in (each.start, each.end)
            )
            days |= {date.fromordinal(day) for day in range(first.toordinal(), end.toordinal())}
    assert {day for day in days if day.year <= 2100} == read(SAMPLE, BERLIN)[0]


def test_the_sample_closes_these_days_of_a_year():
    found = sorted(day.isoformat() for day in read(SAMPLE, BERLIN)[0] if day.year == 2026)
    assert ["2026-03-03", "2026-05-01", "2026-11-26", "2026-12-25", "2026-12-26"] == found


def test_an_office_is_closed_on_the_days_of_a_text():
    office = BusinessCalendar.parse(
        {"tz": "Europe/Berlin", "hours": {"mon-fri": ["09:00-17:00"]}, "holidays": [{"ics": SAMPLE}, "12-28"]}
    )
    assert datetime(2026, 12, 29, 8, tzinfo=UTC) == office.next_open(datetime(2026, 12, 24, 17, tzinfo=UTC))


DAYS = {
    "a date": (["DTSTART;VALUE=DATE:20261001"], ["2026-10-01"]),
    "a date that does not say it is one": (["DTSTART:20261001"], ["2026-10-01"]),
    "the end is not included": (["DTSTART;VALUE=DATE:20261001", "DTEND;VALUE=DATE:20261003"], ["2026-10-01", "2026-10-02"]),
    "a duration in days": (["DTSTART;VALUE=DATE:20261001", "DURATION:P2D"], ["2026-10-01", "2026-10-02"]),
    "a duration in weeks": (["DTSTART;VALUE=DATE:20261001", "DURATION:P1W"], [f"2026-10-0{day}" for day in range(1, 8)]),
    "local times": (["DTSTART:20261001T000000", "DTEND:20261002T000000"], ["2026-10-01"]),
    "times of another zone that are midnight here": (["DTSTART:20260930T160000Z", "DTEND:20261001T160000Z"], ["2026-10-01"]),
    "a folded line": (["DTSTART;VALUE=D", " ATE:2026", "\t1001"], ["2026-10-01"]),
    "small letters": (["dtstart;value=date:20261001"], ["2026-10-01"]),
    "an alarm's own properties are not the event's": (["DTSTART:20261001", "BEGIN:VALARM", "DURATION:PT15M", "END:VALARM"], ["2026-10-01"]),
    "so many times": (["DTSTART:20261001", "RRULE:FREQ=YEARLY;COUNT=2"], ["2026-10-01", "2027-10-01"]),
    "every third year until a day": (["DTSTART:20261001", "RRULE:FREQ=YEARLY;INTERVAL=3;UNTIL=20291001"], ["2026-10-01", "2029-10-01"]),
    "until a moment": (["DTSTART:20261001", "RRULE:FREQ=YEARLY;UNTIL=20270930T155959Z"], ["2026-10-01"]),
    "leap days": (["DTSTART:20960229", "RRULE:FREQ=YEARLY"], ["2096-02-29"]),
    "the last Monday of May": (["DTSTART:20980526", "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO"], ["2098-05-26", "2099-05-25", "2100-05-31"]),
    "the Monday after a Sunday": (["DTSTART:20980106", "RRULE:FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1,2,3,4,5,6,7;BYDAY=MO;BYSETPOS=1"], ["2098-01-06", "2099-01-05", "2100-01-04"]),
    "without excepted days": (["DTSTART:20981001", "RRULE:FREQ=YEARLY", "EXDATE:20991001,21001001"], ["2098-10-01"]),
    "with further days": (["DTSTART:20261001", "RDATE:20261003,20261001", "RDATE:20261005"], ["2026-10-01", "2026-10-03", "2026-10-05"]),
    "cancelled": (["DTSTART:20261001", "STATUS:CANCELLED"], []),
    "an event that began long ago": (["DTSTART:16010101", "RRULE:FREQ=YEARLY;UNTIL=19710101"], ["1970-01-01", "1971-01-01"]),
    "beyond the years of calendars": (["DTSTART:21010101", "RRULE:FREQ=YEARLY"], []),
    "a night of the year's end": (["DTSTART:21001231", "DTEND:21010102"], ["2100-12-31"]),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "days"), DAYS.values(), ids=DAYS.keys())
def test_an_event_is_days_off(lines, days):
    assert days == off(*lines, zone=SHANGHAI)


def test_the_first_moment_of_a_day_counts_where_clocks_skip_midnight():
    zone = ZoneInfo("America/Sao_Paulo")
    assert ["2015-10-18"] == off("DTSTART:20151018T030000Z", "DTEND:20151019T020000Z", zone=zone)


DATE = "DTSTART;VALUE=DATE:20261001"
WRONG = {
    "no start": (["SUMMARY:x"], 2, "is an event without DTSTART"),
    "two starts": ([DATE, DATE], 2, "has DTSTART more than once"),
    "two ends": ([DATE, "DTEND:20261002", "DTEND:20261003"], 2, "has DTEND more than once"),
    "no such day": (["DTSTART:20260230"], 3, "day is out of range"),
    "no day at all": (["SUMMARY:x", "DTSTART:tomorrow"], 4, "DTSTART 'tomorrow': is neither a date like 20261001"),
    "other digits": (["DTSTART:２０２６１００１"], 3, "is neither a date"),
    "a date that says it is a moment": (["DTSTART;VALUE=DATE-TIME:20261001"], 3, "is neither a date"),
    "a moment that says it is a date": (["DTSTART;VALUE=DATE:20261001T000000"], 3, "is neither a date"),
    "an hour that is none": (["DTSTART:20261001T240000"], 3, "hour must be in 0..23"),
    "a year before the calendar": (["DTSTART:00010101"], 3, "is not in the years 1583 to 2398"),
    "a year beyond it": (["DTSTART:99991231"], 3, "is not in the years 1583 to 2398"),
    "a part of a day": (["DTSTART:20261001T090000", "DTEND:20261001T170000"], 3, "DTSTART 20261001T090000 is not midnight in UTC: a day off is a whole one, and part of one is written in breaks"),
    "an end within a day": (["DTSTART:20261001T000000", "DTEND:20261001T235900"], 4, "DTEND 20261001T235900 is not midnight"),
    "a moment without an end": (["DTSTART:20261001T000000"], 3, "lasts 0 days"),
    "an end before its start": ([DATE, "DTEND:20260930"], 4, "lasts -1 days from 20261001"),
    "an end at its start": ([DATE, "DTEND:20261001"], 4, "lasts 0 days"),
    "more than a year": ([DATE, "DTEND:20281001"], 4, "is a day off from 1 day to 366"),
    "hours": ([DATE, "DURATION:PT24H"], 4, "DURATION 'PT24H' is not in whole days, like P1D"),
    "a zone that is none": (["DTSTART;TZID=China Standard Time:20261001T000000"], 3, "'China Standard Time', which is no IANA name"),
    "a zone outside": (["DTSTART;TZID=../../etc/passwd:20261001T000000"], 3, "which is no IANA name"),
    "one of a series": ([DATE, "RECURRENCE-ID:20261001"], 4, "RECURRENCE-ID is not read: leave the day out of the series by EXDATE"),
    "a rule of exceptions": ([DATE, "EXRULE:FREQ=YEARLY"], 4, "EXRULE is not read"),
    "a rule twice": ([DATE, "RRULE:FREQ=YEARLY", "RRULE:FREQ=YEARLY"], 2, "has RRULE more than once"),
    "each day": ([DATE, "RRULE:FREQ=DAILY"], 4, "FREQ=DAILY does not come back yearly (FREQ=YEARLY); what is closed each week belongs in hours"),
    "each second": ([DATE, "RRULE:FREQ=SECONDLY"], 4, "does not come back yearly"),
    "a rule without frequency": ([DATE, "RRULE:COUNT=3"], 4, "does not come back yearly"),
    "an empty rule": ([DATE, "RRULE:"], 4, "has ''; a holiday may have FREQ"),
    "a part of a rule that is not for days": ([DATE, "RRULE:FREQ=YEARLY;BYHOUR=3"], 4, "has 'BYHOUR'"),
    "a part twice": ([DATE, "RRULE:FREQ=YEARLY;COUNT=1;COUNT=2"], 4, "has COUNT twice"),
    "an interval of nothing": ([DATE, "RRULE:FREQ=YEARLY;INTERVAL=0"], 4, "has INTERVAL=0, which is not read"),
    "a month that is none": ([DATE, "RRULE:FREQ=YEARLY;BYMONTH=13"], 4, "has BYMONTH=13, which is not read"),
    "a weekday that is none": ([DATE, "RRULE:FREQ=YEARLY;BYDAY=0TH"], 4, "RRULE FREQ=YEARLY;BYDAY=0TH"),
    "a day that never comes": ([DATE, "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"], 4, "does not fall on the day that it starts with"),
    "a start that is not of the rule": ([DATE, "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1MO"], 4, "does not fall on the day that it starts with (DTSTART)"),
    "a rule of many parts": ([DATE, "RRULE:FREQ=YEARLY;BYMONTHDAY=" + "1," * 200], 4, "is longer than 200 characters"),
    "an end of a rule that is none": ([DATE, "RRULE:FREQ=YEARLY;UNTIL=never"], 4, "UNTIL 'NEVER': is neither"),
    "an exception that is none": ([DATE, "EXDATE:20261001,"], 4, "EXDATE '': is neither"),
    "a further period": ([DATE, "RDATE;VALUE=PERIOD:20261001T000000Z/P1D"], 4, "RDATE '20261001T000000Z/P1D': is neither"),
    "a day that is worked": (["DTSTART:20261010", "SUMMARY:国庆节 补班"], 4, "looks like a day that is worked: take it out, and write it in shifts or use the country CN"),
    "a day that is worked, in brackets": (["DTSTART:20261010", "SUMMARY:国庆节（班）"], 4, "looks like a day that is worked"),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "line", "words"), WRONG.values(), ids=WRONG.keys())
def test_what_is_not_plainly_a_day_off_is_refused_with_its_line(lines, line, words):
    found = wrong(*lines)
    assert line == found[0]
    assert words in found[1]


EVENT = f"BEGIN:VEVENT\n{DATE}\nEND:VEVENT\n"
BROKEN = {
    "nothing": ("", 1, "without any event"),
    "a calendar of nothing": ("BEGIN:VCALENDAR\nEND:VCALENDAR\n", 1, "without any event (VEVENT), so it closes no day"),
    "HTML": ("<!DOCTYPE html>\n", 1, "is no content line of iCalendar"),
    "an event alone": (EVENT, 1, "it begins with 'VEVENT', not VCALENDAR"),
    "a property before the calendar": ("VERSION:2.0\n", 1, "there is VERSION before BEGIN:VCALENDAR"),
    "what is cut off": (calendar(DATE)[:-17], 4, "ends 'VEVE'"),
    "what is cut off at a line": ("BEGIN:VCALENDAR\n" + EVENT, 4, "VCALENDAR is not ended: it is cut off"),
    "ends that cross": ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n", 3, "is not what was begun last"),
    "an end too many": ("END:VCALENDAR\n", 1, "is not what was begun last"),
    "a line without a colon": (calendar(DATE, "DTSTART 20261001"), 6, "is no content line of iCalendar"),
    "an open quotation": (calendar('DTSTART;TZID="Europe/Berlin:20261001T000000'), 3, "is no content line"),
    "a depth without end": ("BEGIN:VCALENDAR\n" * 11, 11, "nests components more than 10 deep"),
    "a text without end": ("BEGIN:VCALENDAR\n" + "X" * contentlines.SIZE_CAP, 1, "more than 2 million characters"),
    "events without end": ("BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\nEND:VEVENT\n" * 10_001, 20_002, "event 10001, and no more are read"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_text_is_refused_with_its_line(text, line, words):
    found, _, (problem,) = read(text)
    assert frozenset() == found
    assert line == problem[0]
    assert words in problem[1]


def test_every_wrong_event_is_told():
    assert [3, 6, 9] == [line for line, _ in read(calendar("DTSTART:x", "DTSTART:y", "DTSTART:z"))[2]]


def test_after_twenty_problems_no_more_are_sought():
    assert ics.PROBLEMS_CAP == len(read(calendar(*["DTSTART:x"] * 100))[2])


def test_rules_without_end_are_refused(monkeypatch):
    monkeypatch.setattr(ics, "RULES_CAP", 2)
    ((line, message),) = read(calendar(*[f"{DATE}\nRRULE:FREQ=YEARLY;COUNT=1"] * 4))[2]
    assert (10, "is one of more than 2 events with a recurrence rule") == (line, message)


def test_days_without_end_are_refused():
    each_day = ",".join(str(day) for day in range(1, 32))
    text = calendar("DTSTART:19700101\nRRULE:FREQ=YEARLY;BYMONTHDAY=" + each_day)
    ((line, message),) = read(text)[2]
    assert (2, "comes so often that there are more than 20000 days off") == (line, message)


APPLE = calendar(
    "DTSTART;VALUE=DATE:20261001\nDTEND;VALUE=DATE:20261008\nSUMMARY:国庆节（休）\nX-APPLE-SPECIAL-DAY:WORK-HOLIDAY",
    "DTSTART;VALUE=DATE:20261010\nSUMMARY:国庆节（班）\nX-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY",
    "DTSTART;VALUE=DATE:20261018\nSUMMARY:重阳节",
)


def test_marked_days_are_worked_or_off_and_festivals_are_neither():
    found, worked, problems = read(APPLE)
    assert (7, {date(2026, 10, 10)}, []) == (len(found), worked, problems)


def test_a_day_that_is_worked_has_the_hours_of_the_week():
    office = BusinessCalendar.parse(
        {"tz": "Asia/Shanghai", "hours": {"mon-fri": ["09:00-18:00"]}, "holidays": {"ics": APPLE}}
    )
    assert office.is_open(datetime(2026, 10, 10, 10, tzinfo=SHANGHAI))
    assert not office.is_open(datetime(2026, 10, 1, 10, tzinfo=SHANGHAI))
    assert not office.is_open(datetime(2027, 10, 10, 10, tzinfo=SHANGHAI))


@pytest.mark.parametrize("row", [{}, {"ics": 3}, {"file": "a.ics"}, {"ics": SAMPLE, "x": 1}], ids=str)
def test_a_row_of_another_form_is_refused(row):
    with pytest.raises(ConfigError, match="a calendar outside a policy has the text of a file"):
        BusinessCalendar.parse({"holidays": [row]})


def test_the_package_that_follows_rules_may_be_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "dateutil.rrule", None)
    line, message = wrong(DATE, "RRULE:FREQ=YEARLY")
    assert 4 == line
    assert "pip install 'qualitygate-ci[support]'" in message


PIECES = [
    "\n",
    "\r\n ",
    "BEGIN:VEVENT\n",
    "END:VEVENT\n",
    "RRULE:FREQ=YEARLY\n",
    ";BYDAY=5MO",
    ";BYSETPOS=-1",
    ";INTERVAL=9999",
    "29990101",
    "T000000Z",
    "\0",
    "\ufeff",
    ";TZID=",
    "Z",
    "-",
    "0",
    "9",
    "99999999",
]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_changed_text_is_read_or_refused_and_nothing_else(data):
    text = SAMPLE
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.integers(0, 30))
        text = text[:at] + data.draw(st.sampled_from(PIECES) | st.text(max_size=8)) + text[at + gone :]
    with suppress(ConfigError):
        BusinessCalendar.parse({"tz": "Europe/Berlin", "holidays": {"ics": text}})


RULES = st.builds(
    lambda month, day, weekday, place, step, count: f"FREQ=YEARLY;INTERVAL={step};COUNT={count}" + (f";BYMONTH={month}" if month else "") + (f";BYMONTHDAY={day}" if day else "") + (f";BYDAY={weekday}" if weekday else "") + (f";BYSETPOS={place}" if place else ""),
    st.integers(0, 13), st.integers(-32, 32), st.sampled_from(["", "MO", "1TU", "-1FR", "5SU", "-59SA", "+0MO"]), st.sampled_from([0, 1, -1, 99]), st.integers(0, 9), st.integers(0, 30),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(rule=RULES, first=st.dates(date(1970, 1, 1), date(2099, 12, 31)))
def test_a_rule_is_followed_as_another_reader_does_or_refused(rule, first):
    text = calendar(f"DTSTART;VALUE=DATE:{first:%Y%m%d}\nRRULE:{rule}")
    found, _, problems = read(text)
    if not problems:
        known = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between((1970, 1, 1), (2101, 1, 1))
        assert {each.start for each in known} == found
