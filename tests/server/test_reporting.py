"""Reports of periods that the App posts when they are over, each once, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from qualitygate.desk import pace
from qualitygate.server import working
from tests.github.double.github import GitHub
from tests.github.double.issues import Issue
from tests.github.test_desk import POLICY
from tests.server.test_sweeping import Town, ticket

MONTHLY = POLICY.replace("support:\n", "support:\n  report: month\n")
ZONED = MONTHLY.replace("version: 1\n", "version: 1\ntimezone: Asia/Shanghai\n")


@pytest.fixture
def town(github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setattr(pace, "APART", 0)
    made = Town(github, str(tmp_path / "q.sqlite"))
    made.policy(MONTHLY)
    yield made
    made.close()


def reports(town: Town) -> list[Issue]:
    return [each for each in town.shop.issues.values() if "support-report" in each.labels]


def on(town: Town, *moment: int) -> None:
    """A sweep at a moment of 2026 in UTC."""
    town.now = datetime(2026, *moment, tzinfo=UTC)
    town.sweep()


def titles(town: Town) -> list[str]:
    return [each.title.rpartition(", ")[2] for each in reports(town)]


def test_the_report_of_a_month_is_posted_once_when_it_is_over(town: Town) -> None:
    ticket(town.shop)
    on(town, 10, 31, 23, 59)
    assert ["2026-09"] == titles(town), "the last whole month, when the policy first asks"
    on(town, 11, 1, 0, 1)
    assert ["2026-09", "2026-10"] == titles(town)
    assert "| 1 | An issue | Resolution 120 h | normal |" in reports(town)[1].body
    bodies = [each.body for each in reports(town)]
    for day in (1, 2, 29):
        on(town, 11, day, 12)
        assert not town.github.calls_to("POST", "/repos/acme/shop/issues")
        assert not town.github.calls_to("GET", "/repos/acme/shop/issues"), "the store remembers"
    assert bodies == [each.body for each in reports(town)]


def test_a_month_ends_in_the_zone_of_the_policy(town: Town) -> None:
    town.policy(ZONED)
    on(town, 10, 31, 15, 59)
    assert ["2026-09"] == titles(town)
    on(town, 10, 31, 16, 0)
    assert ["2026-09", "2026-10"] == titles(town)


def test_months_that_ended_while_the_server_was_down_are_made_up_for(town: Town) -> None:
    on(town, 10, 5)
    on(town, 12, 24)
    assert ["2026-09", "2026-10", "2026-11"] == titles(town)


def test_a_report_whose_answer_was_lost_is_posted_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "FIRST", 0.0)
    town.github.fail("POST", "/repos/acme/shop/issues", status=502, after=True)
    on(town, 10, 5)
    assert ["2026-09"] == titles(town)
    assert 1 == len(town.github.calls_to("POST", "/repos/acme/shop/issues"))


def test_another_server_that_remembers_nothing_finds_it_by_its_marker(town: Town, tmp_path: Path) -> None:
    on(town, 11, 5)
    other = Town(town.github, str(tmp_path / "other.sqlite"))
    other.policy(MONTHLY)
    ticket(town.shop)
    on(other, 11, 6)
    other.close()
    assert ["2026-10"] == titles(town)
    assert not town.github.calls_to("POST", "/repos/acme/shop/issues")
    assert not town.github.calls_to("PATCH", "/repos/acme/shop/issues/*"), "what was told stays as it was told"


def test_no_report_is_posted_unless_the_policy_asks(town: Town) -> None:
    town.policy(POLICY)
    ticket(town.shop)
    on(town, 12, 24)
    assert [] == reports(town)


def test_where_every_issue_is_a_ticket_a_report_is_none(town: Town) -> None:
    town.policy(MONTHLY.replace("  tickets: {label: support}\n", ""))
    on(town, 10, 5)
    town.github.wait(timedelta(days=4))
    on(town, 10, 20)
    assert [["support-report"]] == [each.labels for each in reports(town)]
