"""The support board."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.server.pages.conftest import Dashboard

GATES = "gates:\n  all: [{metric: tests.failed, at_most: 0}]\n"
NOTHING = f"version: 1\nevidence:\n  unit: {{files: unit/*.xml}}\n{GATES}"
PATH = "/repositories/acme/shop/board"


def tickets(dashboard: Dashboard) -> None:
    """Two that are late by different times, one at risk, one in time, one closed."""
    for title, hours in (("older", 30), ("late", 25), ("pressed", 20), ("fresh", 1)):
        issue = dashboard.shop.issue(labels=["support"], login="eve", title=title)
        issue.created = issue.updated = dashboard.github.now - timedelta(hours=hours)
    done = dashboard.shop.issue(labels=["support"], login="eve", title="done")
    done.state = "closed"
    dashboard.changed(issue)


def test_the_most_pressing_ticket_comes_first_and_says_why(dashboard: Dashboard) -> None:
    tickets(dashboard)
    text = dashboard.visitor("kim").see(PATH).text
    rows = re.findall(r'class="word (\w+)">[^<]*</span></td>.*?<th scope="row">.*?<bdi>(\w+)</bdi>', text, re.DOTALL)
    wanted = [("BREACHED", "older"), ("BREACHED", "late"), ("AT_RISK", "pressed"), ("PENDING", "fresh")]
    assert wanted == rows
    assert "first response: 4 h left, of 24 h" in text
    assert "late by 6 h" in text
    assert f'href="{dashboard.github.url}/acme/shop/issues/1"' in text


OFFICE = "  calendars: {office: {tz: UTC, hours: {mon-fri: ['09:00-17:00']}}}\n"
HOURS = {
    "normal: {first_response: 24h}": "Every hour counts, day and night",
    "normal: {first_response: 24h, calendar: office}": "Only business hours count.",
    "urgent: {first_response: 4h}, normal: {first_response: 24h, calendar: office}": "Where a target has a calendar",
}


@pytest.mark.parametrize("targets", HOURS)
def test_which_hours_count_is_said_as_the_policy_has_it(dashboard: Dashboard, targets: str) -> None:
    support = f"support:\n  tickets: {{label: support}}\n  team: [lin]\n{OFFICE}  targets: {{{targets}}}\n"
    dashboard.policy(f"{NOTHING}{support}")
    issue = dashboard.shop.issue(labels=["support", "priority:urgent"], login="eve", title="one")
    dashboard.shop.issue(labels=["support"], login="eve", title="two")
    dashboard.changed(issue)
    text = dashboard.visitor("kim").see(PATH).text
    assert [HOURS[targets]] == [told for told in HOURS.values() if told in text]
    closing = [part.partition("</p>")[0] for part in text.split("<p>first response: ")[1:]]
    assert ["urgent" in targets or "calendar" not in targets, "calendar" not in targets] == [
        "business hours" not in each for each in sorted(closing, key=lambda each: "of 4 h" not in each)
    ]


def test_a_repository_that_promises_nothing_says_so(dashboard: Dashboard) -> None:
    dashboard.policy(NOTHING)
    assert "promises no support" in dashboard.visitor("kim").see(PATH).text


def test_a_wrong_policy_says_what_is_wrong(dashboard: Dashboard) -> None:
    dashboard.policy("version: 1\nsuport: {}\n")
    text = dashboard.visitor("kim").see(PATH).text
    assert "cannot tell how its tickets stand" in text
    assert "suport" in text


def test_teams_that_nobody_asked_for_are_told_and_not_guessed(dashboard: Dashboard) -> None:
    tickets(dashboard)
    lin = "We look at it"
    dashboard.shop.comment(1, lin, login="lin")
    dashboard.changed(dashboard.shop.issues[1], "issue_comment", "created")
    dashboard.policy(
        "version: 1\nevidence:\n  unit: {files: unit/*.xml}\n"
        "support:\n  tickets: {label: support}\n  team: [acme/desk]\n"
        f"  targets: {{normal: {{first_response: 24h}}}}\n{GATES}"
    )
    assert "acme/desk" in dashboard.visitor("kim").see(PATH).text


def test_no_ticket_is_no_table(dashboard: Dashboard) -> None:
    text = dashboard.visitor("kim").see(PATH).text
    assert "No ticket is open" in text
    assert "<table" not in text


def test_beyond_the_most_only_their_number_is_told(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    from qualitygate.server.pages import board

    monkeypatch.setattr(board, "MOST", 1)
    tickets(dashboard)
    text = dashboard.visitor("kim").see(PATH).text
    assert 1 == text.count('<th scope="row">')
    assert "3 more are less pressing" in text


def test_the_policy_is_read_once_a_minute(dashboard: Dashboard) -> None:
    kim = dashboard.visitor("kim")
    kim.see(PATH)
    before = len(dashboard.github.calls)
    kim.see(PATH)
    assert before == len(dashboard.github.calls)
    dashboard.now += timedelta(minutes=1)
    kim.see(PATH)
    assert before < len(dashboard.github.calls)
