"""Time stamps and durations as reports write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.stamp import moment, seconds, span

EAST = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20T09:30:00Z", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("2026-11-20 09:30:00Z", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("2026-11-20T 09:30:00Z", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("2026-11-20T09:30:00.1234567+00:00", datetime(2026, 11, 20, 9, 30, 0, 123_456, UTC)),
        ("20261120 09:30:00.500", datetime(2026, 11, 20, 9, 30, 0, 500_000, EAST)),
        ("2026-11-20T09:30:00", datetime(2026, 11, 20, 9, 30, tzinfo=EAST)),
        ("N/A", None),
        ("11/20/2026 09:30:00", None),
        ("", None),
        (None, None),
    ],
)
def test_a_moment_is_iso_8601_and_naive_ones_are_in_the_zone(text, expected):
    assert expected == moment(text, EAST)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.5", 1.5),
        ("0,123", 0.123),
        ("-1", 0.0),
        ("1e-3", 0.001),
        ("nan", None),
        ("1e10", None),
        ("", None),
        (None, None),
    ],
)
def test_seconds_are_a_sane_number_or_unknown(text, expected):
    assert expected == seconds(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00:00:01.5", 1.5),
        ("01:02:03", 3_723.0),
        ("1.00:00:00.0000001", 86_400.0000001),
        ("90", None),
        ("", None),
        (None, None),
    ],
)
def test_a_span_has_hours_minutes_seconds_and_may_have_days(text, expected):
    assert expected == span(text)


@given(st.text(max_size=40))
def test_no_text_is_an_error(text):
    moment(text, UTC)
    seconds(text)
    span(text)
