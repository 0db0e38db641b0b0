"""What time alone brings about: every repository of every installation is looked after, with no webhook at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from qualitygate.desk import pace
from qualitygate.errors import CannotUseGitHub
from qualitygate.github.client import Client
from qualitygate.server import handling, tending, webhook, working
from qualitygate.server.schedule import EVERY, sweeps
from qualitygate.server.spreading import CLOCKS, NIGHT, TEAMS, everywhere
from qualitygate.server.web import application
from qualitygate.server.working import Work
from qualitygate.storage.inbox import DONE, WAITING, Armed, Delivery, Inbox
from tests.github.double.github import GitHub
from tests.github.double.issues import Issue
from tests.github.double.repository import Repository
from tests.github.test_desk import POLICY
from tests.server.conftest import SECRET, listening, send
from tests.server.shop import Shop

QUIET = """\
version: 1
evidence:
  unit: {files: reports/*.xml}
gates:
  all: [{metric: tests.failed, at_most: 0}]
"""


class Town(Shop):
    """Repositories of an organisation, the App's inbox, and its work done at once when a sweep is over."""

    def __init__(self, github: GitHub, address: str) -> None:
        super().__init__(github, POLICY, address)
        self.now = github.now
        self.inbox = Inbox(address)
        self.work = Work(self.inbox, self.handle)
        self.turn = 0

    def arm(self, delivery: Delivery) -> Armed:
        return self.inbox.arm(delivery)

    def repository(self, name: str, policy: str | None = POLICY) -> Repository:
        made = self.github.repository(name)
        if policy is not None:
            made.commit(branch="main", files={"qualitygate.yml": policy.encode()})
        return made

    def sweep(self, action: str = CLOCKS, hours: float | None = None) -> str:
        """One turn of a sweep, so many hours after the double's clock, and all that it has to be done."""
        if hours is not None:
            self.now = self.github.now + timedelta(hours=hours)
        self.turn += 1
        self.github.calls.clear()
        found = everywhere(self.clients, self.inbox.arm, action, str(self.turn))
        self.finish()
        return found

    def finish(self) -> None:
        """Works on all that can be worked on now."""
        while self.work.one(own=True) or self.work.one():
            pass

    def told(self, event: str, payload: dict[str, Any], hours: float | None = None) -> None:
        """A webhook comes and is worked on, so many hours after the double's clock."""
        if hours is not None:
            self.now = self.github.now + timedelta(hours=hours)
        self.turn += 1
        self.github.calls.clear()
        body = json.dumps({"installation": {"id": self.installation}, **payload}).encode()
        made = webhook.delivery({"x-github-delivery": f"d-{self.turn}", "x-github-event": event}, body)
        assert handling.wanted(made)
        self.inbox.receive(made)
        self.finish()

    def writes(self) -> list[tuple[str, str]]:
        own = [call for call in self.github.calls if call.method != "GET" and "issues" in call.path]
        return [(call.method, call.path.removeprefix("/repos/")) for call in own]

    def states(self) -> dict[str, str]:
        with self.inbox.begin() as connection:
            return dict(connection.exec_driver_sql("SELECT repository, state FROM inbox").all())  # type: ignore[arg-type]

    def close(self) -> None:
        self.work.close()
        self.inbox.close()
        self.clients.close()


@pytest.fixture
def town(github: GitHub, address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setattr(pace, "APART", 0)
    made = Town(github, address)
    yield made
    made.close()


def ticket(repository: Repository) -> Issue:
    return repository.issue(labels=["support"], login="eve")


def test_a_ticket_gets_its_labels_with_no_event_at_all_and_is_escalated_once(town: Town) -> None:
    issue = ticket(town.shop)
    assert "1 of 1 repositories" == town.sweep(hours=1)
    assert [] == town.writes()
    town.sweep(hours=20)
    assert ["support", "sla:at-risk"] == issue.labels
    town.sweep(hours=25)
    assert ["support", "sla:breached"] == issue.labels
    assert ["wang"] == issue.assignees
    for hours in (25.1, 26, 50):
        town.sweep(hours=hours)
        assert [] == town.writes()
    assert 2 == len(town.comments(issue.number))


def test_every_repository_of_every_installation_is_swept(town: Town) -> None:
    issues = [ticket(town.repository(name)) for name in ("acme/site", "globex/till", "globex/desk", "initech/tps")]
    town.github.install(town.app, "globex")
    town.github.install(town.app, "initech", repositories=[])
    assert "4 of 4 repositories" == town.sweep(hours=25)
    assert [True, True, True, False] == ["sla:breached" in each.labels for each in issues]


def test_installations_and_repositories_come_by_pages(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qualitygate.github.client.PAGE", 2)
    for number in range(4):
        town.repository(f"acme/r{number}", None)
        town.repository(f"owner{number}/r", None)
        town.github.install(town.app, f"owner{number}")
    assert "9 of 9 repositories" == town.sweep()
    assert {DONE} == {*town.states().values()}


def test_one_that_fails_stops_no_other(town: Town) -> None:
    first, second = ticket(town.shop), ticket(town.repository("acme/site"))
    town.github.fail("POST", "/repos/acme/shop/issues/*/labels", status=502, times=9)
    town.sweep(hours=25)
    assert ["support"] == first.labels
    assert ["support", "sla:breached"] == second.labels
    assert {"acme/shop": WAITING, "acme/site": DONE} == town.states()


def test_an_installation_that_cannot_be_asked_stops_no_other(town: Town) -> None:
    issue = ticket(town.repository("globex/till"))
    other = town.github.install(town.app, "globex")
    town.github.fail("POST", f"/app/installations/{town.installation}/access_tokens", status=403)
    town.sweep(hours=25)
    assert "sla:breached" in issue.labels
    assert {"globex/till": DONE} == town.states()
    town.github.world.installations.remove(other)
    assert "1 of 1 repositories" == town.sweep(hours=25)


def test_a_repository_that_still_waits_is_left_as_it_is(town: Town) -> None:
    ticket(town.shop)
    town.github.limit_secondary("POST", "/repos/*/labels", retry_after=900)
    town.sweep(hours=25)
    (id,) = [f"sweep:clocks:{town.shop.id}"]
    assert 880 < (town.inbox.wait(id) or 0) <= 900, "the limit is slept out by the row"
    assert "0 of 1 repositories" == town.sweep(hours=25)
    assert [] == town.writes()


def test_a_turn_arms_a_repository_once_whoever_takes_it(town: Town) -> None:
    for expected in ("1 of 1 repositories", "0 of 1 repositories"):
        assert expected == everywhere(town.clients, town.inbox.arm, CLOCKS, "7")
        town.work.one(own=True)
    assert {DONE: 1} == town.inbox.counts(), "one row, whatever the turn"
    assert "1 of 1 repositories" == everywhere(town.clients, town.inbox.arm, CLOCKS, "8")
    assert {WAITING: 1} == town.inbox.counts()


def test_time_alone_costs_one_query_a_repository_and_a_push_has_the_policy_read_anew(town: Town) -> None:
    issue = ticket(town.shop)
    town.sweep(hours=1)
    town.sweep(hours=1.5)
    asked = ["GET /app/installations", "GET /installation/repositories", "POST /graphql"]
    assert asked == [f"{call.method} {call.path}" for call in town.github.calls]
    town.github.wait(timedelta(hours=1))
    town.policy(POLICY.replace("first_response: 24h", "first_response: 1h"))
    town.sweep(hours=0.6)
    assert ["support", "sla:breached"] == issue.labels


def test_a_sweep_that_finds_nothing_to_do_says_nothing(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    town.policy(QUIET)
    town.sweep()
    caplog.set_level("INFO")
    caplog.clear()
    town.sweep()
    assert [] == caplog.messages


@pytest.mark.parametrize("policy", [QUIET, "version: [\n", None])
def test_where_nothing_is_promised_github_is_not_asked_again_until_a_push(
    town: Town, policy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.shop.commit(branch="main", files={"qualitygate.yml": None if policy is None else policy.encode()})
    town.sweep()
    assert town.github.calls_to("GET", "/repos/acme/shop/contents/*")
    town.sweep(hours=0.5)
    assert not town.github.calls_to("*", "/repos/*")
    town.sweep(hours=1.6)
    assert town.github.calls_to("GET", "/repos/acme/shop/contents/*"), "a policy elsewhere may have changed"
    issue = ticket(town.shop)
    town.github.wait(timedelta(hours=1.7))
    town.policy(POLICY)
    town.sweep(hours=25)
    assert ["support", "sla:breached"] == issue.labels


def test_what_is_archived_or_suspended_is_left_alone(town: Town) -> None:
    ticket(town.shop)
    town.shop.archived = True
    assert "" == town.sweep(hours=25)
    assert not town.github.calls_to("*", "/repos/*")


def test_nobody_can_forge_a_sweep(town: Town) -> None:
    """A signature covers the body only: event and id are whatever somebody writes who has an old webhook."""
    body = {"action": CLOCKS, "repository": {"full_name": "acme/shop"}, "installation": {"id": town.installation}}
    web = application(secret=SECRET, receive=town.inbox.receive, wanted=handling.wanted, ready=lambda: "")
    with listening(web) as url:
        assert 400 == send(url, body, event="sweep").status_code
        assert 400 == send(url, {**body, "issue": {}}, guid=f"sweep:clocks:{town.shop.id}").status_code
    assert {} == town.inbox.counts()
    assert not handling.wanted(
        Delivery(id="a", event="sweep", action=CLOCKS, body="{}", installation=1, repository="x")
    )


def test_a_sweep_and_an_issue_of_the_same_repository_take_turns(town: Town) -> None:
    assert "1 of 1 repositories" == everywhere(town.clients, town.inbox.arm, CLOCKS, "1")
    payload = json.dumps(town.about({"action": "opened", "issue": {"number": 1}})).encode()
    headers = {"x-github-delivery": "d-1", "x-github-event": "issues"}
    town.inbox.receive(webhook.delivery(headers, payload))
    first = town.inbox.take()
    assert first and "d-1" == first.delivery.id
    assert town.inbox.take(own=True) is None
    town.inbox.settle(first)
    assert town.inbox.take(own=True)


def test_the_schedule_sweeps_each_turn_once(town: Town) -> None:
    (sweep,) = [
        each for name, each in sweeps(town.clients, lambda: town.now, lambda: town.inbox).items() if name == CLOCKS
    ]
    assert EVERY[CLOCKS] == sweep.period
    assert 120 <= sweep.period <= 300
    found = []
    for _ in range(3):
        found.append(sweep.do())
        town.work.one(own=True)
        town.now += timedelta(seconds=sweep.period)
        found.append(sweep.do())
        town.work.one(own=True)
    assert ["1 of 1 repositories", "1 of 1 repositories", *["0 of 1 repositories", "1 of 1 repositories"] * 2] == found


def test_a_label_that_was_taken_from_all_issues_at_once_comes_back(town: Town) -> None:
    """GitHub calls no issue changed when a label is deleted or renamed, so that only a reading of all finds it."""
    issue = ticket(town.shop)
    for event in ("label", "night"):
        town.sweep(hours=25)
        assert "sla:breached" in issue.labels
        town.github.wait(timedelta(hours=1))
        town.shop.issue(login="eve")
        town.sweep(hours=25)
        issue.labels.remove("sla:breached")
        town.sweep(hours=25)
        assert ["support"] == issue.labels
        if event == "label":
            town.told("label", town.about({"action": "deleted", "label": {"name": "sla:breached"}}))
        else:
            town.sweep(NIGHT)
        assert ["support", "sla:breached"] == issue.labels
    assert 1 == len(town.comments(issue.number))


def test_a_reading_of_all_that_was_cut_off_goes_on_where_it_was(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qualitygate.github.tickets.SIZE", 1)
    for _ in range(4):
        ticket(town.shop)
    town.sweep(hours=1)
    monkeypatch.setattr(working, "FIRST", 0.0)
    real, asked = Client.query, list[Any]()

    def query(self: Client, text: str, variables: dict[str, Any]) -> Any:
        asked.append(variables.get("after"))
        if len(asked) == 3:
            raise CannotUseGitHub("unreachable", "gone")
        return real(self, text, variables)

    monkeypatch.setattr(Client, "query", query)
    town.sweep(NIGHT)
    assert [None, asked[1], asked[2], asked[2], asked[4]] == asked
    assert 4 == len({*asked}), "no page is read twice but the one that failed"


def test_who_joins_a_team_is_known_at_once(town: Town) -> None:
    town.policy(POLICY.replace("[lin, wang]", "[acme/support]"))
    town.github.world.installations[0].permissions["members"] = "read"
    town.github.team("acme/support", "lin")
    town.sweep(hours=0.1)
    town.github.team("acme/support", "lin", "mei")
    town.sweep(hours=0.2)
    assert not town.github.calls_to("GET", "/orgs/*")
    asked = {"action": "added", "scope": "team", "member": {"login": "mei"}, "team": {"slug": "support"}}
    town.told("membership", {**asked, "organization": {"login": "acme"}}, hours=0.3)
    assert 1 == len(town.github.calls_to("GET", "/orgs/acme/teams/support/members"))
    town.told("organization", {"action": "member_removed", "organization": {"login": "acme"}}, hours=0.4)
    assert 1 == len(town.github.calls_to("GET", "/orgs/acme/teams/support/members"))


def test_who_joins_while_a_repository_is_swept_is_asked_for_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tending, "BUSY", 0.0)
    everywhere(town.clients, town.inbox.arm, TEAMS, "1")
    at_work = town.inbox.take(own=True)
    assert at_work
    body = json.dumps({"action": "added", "installation": {"id": town.installation}}).encode()
    town.inbox.receive(webhook.delivery({"x-github-delivery": "d-1", "x-github-event": "membership"}, body))
    assert town.work.one()
    assert {"running": 1, WAITING: 1} == town.inbox.counts(), "it is not forgotten"
    town.inbox.settle(at_work)
    assert town.work.one()
    assert "acme/shop" == (town.inbox.take(own=True) or at_work).delivery.repository
    assert {"running": 1, DONE: 1} == town.inbox.counts()


@pytest.mark.parametrize(("event", "action"), [("installation", "created"), ("installation_repositories", "added")])
def test_a_repository_that_the_app_is_installed_on_is_looked_after_at_once(town: Town, event: str, action: str) -> None:
    issue = ticket(town.repository("acme/site"))
    town.told(event, {"action": action}, hours=25)
    assert "sla:breached" in issue.labels


def test_a_label_and_an_issue_of_the_same_repository_take_turns() -> None:
    headers, body = {"x-github-delivery": "d-1", "x-github-event": "label"}, {"repository": {"full_name": "a/b"}}
    made = webhook.delivery(headers, json.dumps({**body, "label": {}}).encode())
    issue = webhook.delivery({**headers, "x-github-event": "issues"}, json.dumps({**body, "issue": {}}).encode())
    assert made.about == issue.about == "a/b#issues"
