"""The form that an issue was opened by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from qualitygate.support.form import CHANNEL, HEADINGS, RECEIVED, SEVERITY, Form, read

OPENED = datetime(2026, 10, 5, 10, tzinfo=UTC)
SHANGHAI = timezone(timedelta(hours=8))


def body(**answers: str) -> str:
    return "\r\n".join(f"### {HEADINGS.get(field, field)}\r\n\r\n{text}\r\n" for field, text in answers.items())


def test_the_fields_are_read_by_their_headings() -> None:
    text = body(severity="urgent", channel="phone", received_at="2026-10-05 09:00 +02:00", other="x")
    received = datetime(2026, 10, 5, 7, tzinfo=UTC)
    assert Form(severity="urgent", channel="phone", received_at=received) == read(text, OPENED, UTC)


@pytest.mark.parametrize("heading", ["Severity", "severity", "严重程度", "Severity / 严重程度"])
def test_a_heading_in_one_of_the_languages_is_enough(heading: str) -> None:
    assert "low" == read(f"### {heading}\n\nlow", OPENED, UTC).severity


def test_a_time_without_a_zone_is_one_of_the_policy() -> None:
    found = read(body(received_at="2026-10-05T17:30"), OPENED, SHANGHAI).received_at
    assert datetime(2026, 10, 5, 9, 30, tzinfo=UTC) == found


@pytest.mark.parametrize(
    "text", ["", "words", body(severity="_No response_", received_at="无"), "### Severity\n### Channel"]
)
def test_what_is_not_filled_in_says_nothing(text: str) -> None:
    assert Form() == read(text, OPENED, UTC)


@pytest.mark.parametrize("written", ["soon", "2026-10-05 10:00:01Z", "2025-01-01", "2026-02-30"])
def test_contact_at_no_time_after_the_issue_or_years_before_is_a_problem(written: str) -> None:
    assert Form(problems=(RECEIVED,)) == read(body(received_at=written), OPENED, UTC)


def test_the_customers_own_words_do_not_fill_in_fields() -> None:
    text = body(severity="low") + "### What happened?\n\nI saw\n\n" + body(severity="urgent", channel="x" * 1000)
    found = read(text, OPENED, UTC)
    assert ("low", 200) == (found.severity, len(found.channel or ""))
    assert {SEVERITY, CHANNEL, RECEIVED} == set(HEADINGS)
