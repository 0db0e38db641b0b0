"""Days that are named by another day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.model.due import months_after, relative

ANCHORS = {"contract_start": date(2026, 1, 31), "project_end": date(2028, 2, 29), "go-live.1": date(2026, 12, 31)}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("contract_start + P0D", date(2026, 1, 31)),
        ("contract_start", date(2026, 1, 31)),
        ("contract_start + P1M", date(2026, 2, 28)),
        ("contract_start + P2M", date(2026, 3, 31)),
        ("contract_start+P3M", date(2026, 4, 30)),
        ("contract_start + P11M", date(2026, 12, 31)),
        ("contract_start + P12M", date(2027, 1, 31)),
        ("contract_start + P2Y1M", date(2028, 2, 29)),
        ("contract_start + P1M1D", date(2026, 3, 1)),
        ("contract_start + P2W", date(2026, 2, 14)),
        ("contract_start - P2M", date(2025, 11, 30)),
        ("project_end - P1Y", date(2027, 2, 28)),
        ("project_end - P4Y", date(2024, 2, 29)),
        ("go-live.1 + P2M", date(2027, 2, 28)),
        ("go-live.1-P31D", date(2026, 11, 30)),
    ],
)
def test_months_are_calendar_months_and_end_with_the_month(text, day):
    assert day == relative(text, ANCHORS)


@pytest.mark.parametrize("text", ["2026-10-31", "2026-10-31T17:00:00+08:00", "contract_start + 2M", "x + P", "a b"])
def test_what_is_no_anchor_and_duration_is_not_understood(text):
    assert relative(text, ANCHORS) is None


@pytest.mark.parametrize(
    ("text", "anchors", "said"),
    [
        (
            "contract_strat + P1M",
            ANCHORS,
            "names the anchor 'contract_strat', which is not under anchors; did you mean",
        ),
        ("x + P1M", ANCHORS, "there are contract_start, project_end, go-live.1"),
        ("x + P1M", {}, "there are none"),
        ("contract_start + P9000Y", ANCHORS, "a day beyond the calendar"),
        ("contract_start - P3000Y", ANCHORS, "a day beyond the calendar"),
        ("contract_start + P7900Y99999D", ANCHORS, "a day beyond the calendar"),
    ],
)
def test_an_anchor_that_is_not_there_and_a_day_beyond_the_calendar_are_refused(text, anchors, said):
    with pytest.raises(ValueError, match=said):
        relative(text, anchors)


@given(st.dates(date(1970, 1, 1), date(2900, 1, 1)), st.integers(-600, 600))
def test_a_month_later_is_that_many_months_away_and_no_day_later_in_it(day, months):
    later = months_after(day, months)
    assert months == (later.year - day.year) * 12 + later.month - day.month
    assert later.day <= day.day
    assert (
        later.day == day.day
        or months_after(later.replace(day=1), 1).replace(day=1).toordinal() == later.toordinal() + 1
    )
