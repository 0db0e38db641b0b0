"""Tickets looked after by the App, from end to end against the double."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from qualitygate.desk import pace
from qualitygate.errors import CannotUseGitHub
from qualitygate.server import handling
from qualitygate.storage.inbox import Delivery
from qualitygate.storage.verdicts import VerdictStore
from qualitygate.support.run import State
from tests.action.conftest import POLICY as JUDGES
from tests.github.double.github import GitHub
from tests.github.double.issues import Issue
from tests.github.test_desk import POLICY
from tests.server.shop import Shop


class Desk(Shop):
    """A repository whose policy promises support, and what the App does about its issues."""

    def changed(self, issue: Issue, event: str = "issues", action: str = "opened", hours: float = 0.0) -> Delivery:
        """The webhook of an issue, handled so many hours after the double's clock."""
        self.now = self.github.now + timedelta(hours=hours)
        payload = self.about({"action": action, "issue": {"number": issue.number}})
        delivery = self.delivery(payload, event)
        self.github.calls.clear()
        self.handle(delivery)
        return delivery

    def writes(self) -> list[tuple[str, str]]:
        own = [call for call in self.github.calls if call.method != "GET" and "issues/" in call.path]
        return [(call.method, call.path.removeprefix("/repos/acme/shop/")) for call in own]


@pytest.fixture
def desk(github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(pace, "APART", 0)
    return Desk(github, POLICY, str(tmp_path / "q.sqlite"))


def test_labels_follow_the_clocks_as_soon_as_something_happens(desk: Desk) -> None:
    issue = desk.shop.issue(labels=["support"], login="eve")
    desk.changed(issue)
    assert [] == desk.writes()
    desk.changed(issue, action="edited", hours=20)
    assert ["support", "sla:at-risk"] == issue.labels
    assert 1 == len(desk.comments(issue.number))
    desk.changed(issue, action="labeled", hours=20.1)
    assert [] == desk.writes(), "what we write makes us write nothing"
    desk.github.wait(timedelta(hours=21))
    desk.shop.comment(issue.number, "We are on it", login="lin")
    issue.updated = desk.github.now
    desk.changed(issue, "issue_comment", "created")
    assert ["support"] == issue.labels


def test_the_same_webhook_again_does_nothing_again(desk: Desk) -> None:
    issue = desk.shop.issue(labels=["support"], login="eve")
    delivery = desk.changed(issue, hours=25)
    assert ["support", "sla:breached"] == issue.labels
    number = len(desk.comments(issue.number))
    desk.github.calls.clear()
    desk.handle(delivery)
    assert [] == desk.writes()
    assert number == len(desk.comments(issue.number))


def test_a_write_whose_answer_was_lost_is_done_once(desk: Desk) -> None:
    issue = desk.shop.issue(labels=["support"], login="eve")
    for path in ("comments", "labels"):
        desk.github.fail("POST", f"/repos/*/issues/*/{path}", status=502, after=True)
    desk.changed(issue, hours=25)
    desk.changed(issue, action="edited", hours=25)
    assert ["support", "sla:breached"] == issue.labels
    assert 1 == len(desk.comments(issue.number))


def test_where_github_is_gone_it_is_done_the_next_time(desk: Desk) -> None:
    issue = desk.shop.issue(labels=["support"], login="eve")
    desk.github.fail("POST", "/graphql", status=401)
    with pytest.raises(CannotUseGitHub):
        desk.changed(issue, hours=25)
    desk.changed(issue, action="edited", hours=25)
    assert ["support", "sla:breached"] == issue.labels


@pytest.mark.parametrize("policy", ["version: 1\ngates: {}\n", "version: [\n", None])
def test_a_repository_that_promises_nothing_is_left_alone(github: GitHub, tmp_path: Path, policy: str | None) -> None:
    desk = Desk(github, policy, str(tmp_path / "q.sqlite"))
    desk.changed(desk.shop.issue(labels=["support"], login="eve"), hours=25)
    assert [] == desk.writes()
    assert not desk.github.calls_to("POST", "/graphql")


def test_a_comment_on_a_pull_request_is_no_ticket(desk: Desk) -> None:
    pull = desk.shop.pull()
    payload = desk.about({"action": "created", "issue": {"number": pull.number, "pull_request": {}}})
    desk.github.calls.clear()
    desk.handle(desk.delivery(payload, "issue_comment"))
    assert [] == desk.github.calls


@pytest.mark.parametrize(
    ("event", "action", "more", "yes"),
    [
        ("issues", "opened", {}, True),
        ("issue_comment", "created", {}, True),
        ("issues", "pinned", {}, False),
        ("star", "created", {}, False),
        ("workflow_run", "completed", {}, True),
        ("workflow_run", "completed", {"installation": 0}, False),
        ("check_run", "rerequested", {"body": '{"external_id": "qualitygate:app:x"}'}, True),
        ("check_run", "rerequested", {}, False),
        ("check_run", "completed", {"body": '{"external_id": "qualitygate:app:x"}'}, False),
    ],
)
def test_only_what_something_is_done_about_is_kept(event: str, action: str, more: dict[str, Any], yes: bool) -> None:
    whole = {"id": "a", "body": "{}", "installation": 7, "repository": "acme/shop", **more}
    assert yes is handling.wanted(Delivery(event=event, action=action, **whole))


def test_the_board_shows_what_was_looked_at_and_nothing_where_support_is_promised_no_more(desk: Desk) -> None:
    issue = desk.shop.issue(labels=["support"], login="eve", title="It burns")
    desk.changed(issue, hours=1)
    with VerdictStore(desk.database) as memory:
        (posted,) = memory.board(among=["acme/shop"])
        assert ("acme/shop", desk.now) == (posted.repository, posted.looked)
        waits = posted.waiting
        assert (str(issue.number), "It burns", State.PENDING) == (waits.ticket, waits.title, waits.state)
        assert State.BREACHED is waits.at(desk.now + timedelta(days=9))
        desk.changed(issue, action="edited", hours=25)
        project = memory.project("acme/shop")
        assert project and project.support and (1, 1) == (project.support.tickets, project.support.breached)
        desk.policy(JUDGES)
        desk.changed(issue, action="edited", hours=26)
        assert () == memory.board()
