"""Every flow from a webhook that GitHub's own library signs and sends, by the web and the inbox, to what is seen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from qualitygate.desk import pace
from qualitygate.server.handling import DEEDS, wanted
from qualitygate.server.web import application
from qualitygate.storage.inbox import DONE, Delivery, Inbox
from qualitygate.storage.verdicts import VerdictStore
from tests.action.conftest import junit
from tests.github.double.github import GitHub
from tests.github.test_desk import POLICY as SUPPORT
from tests.server.conftest import SECRET, listening
from tests.server.octokit import Octokit, octokit
from tests.server.shop import PERMISSIONS, Shop
from tests.server.test_attending import Desk
from tests.server.test_deploying import GATED, Dock
from tests.server.test_sweeping import Town, ticket
from tests.server.test_waiving import ASK, Bench

Flow = Callable[[GitHub, "Posted", Path], None]


class Post:
    """What stands between a shop and its handler: the wire, the web and the inbox, over real sockets."""

    def __init__(self, sender: Octokit, inbox: Inbox, url: str, shop: Shop) -> None:
        self.sender, self.inbox, self.url, self.handle = sender, inbox, url, shop.handle
        self.seen: set[str] = set()

    def __call__(self, delivery: Delivery) -> None:
        answer = self.sender.send(self.url, SECRET, delivery.event, delivery.id, delivery.body)
        assert (202, "new") == answer
        taken = self.inbox.take(delivery.id)
        assert taken is not None
        for name in ("id", "event", "action", "installation", "repository", "body"):
            assert getattr(delivery, name) == getattr(taken.delivery, name)
        self.handle(taken.delivery)
        assert self.inbox.settle(taken)
        self.seen.add(f"{delivery.event}.{delivery.action}")


class Posted:
    """Has all that a shop is told come by the wire."""

    def __init__(self, sender: Octokit, inbox: Inbox, url: str) -> None:
        self.sender, self._inbox, self._url = sender, inbox, url

    def __call__(self, shop: Shop) -> Post:
        made = Post(self.sender, self._inbox, self._url, shop)
        shop.handle = made
        return made


@pytest.fixture
def posted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Posted]:
    monkeypatch.setattr(pace, "APART", 0)
    with octokit(tmp_path) as sender, Inbox(str(tmp_path / "inbox.sqlite")) as inbox:
        web = application(secret=SECRET, receive=inbox.receive, wanted=wanted, ready=lambda: "")
        with listening(web) as url:
            yield Posted(sender, inbox, url)
        assert {DONE} >= set(inbox.counts())


def _run(github: GitHub, posted: Posted, folder: Path) -> None:
    shop = Shop(github, database=str(folder / "q.sqlite"))
    post = posted(shop)
    run = shop.run(shop.pull(), reports={"unit.xml": junit(failed=1)}, status="queued", conclusion=None)
    shop.tell(run, "requested")
    assert "in_progress" == shop.check.status
    run.status = "in_progress"
    shop.tell(run, "in_progress")
    run.status, run.conclusion = "completed", "failure"
    shop.tell(run)
    assert "failure" == shop.check.conclusion
    assert 1 == len(shop.comments(next(iter(shop.shop.pulls))))
    assert {"workflow_run.requested", "workflow_run.in_progress", "workflow_run.completed"} == post.seen


def _check(github: GitHub, posted: Posted, folder: Path) -> None:
    shop = Shop(github, database=str(folder / "q.sqlite"))
    posted(shop)
    shop.tell(shop.run(shop.pull(), reports={"unit.xml": junit()}))
    shop.handle(shop.delivery(shop.rerequest(shop.check), "check_run"))
    assert ["success"] * 2 == [each.conclusion for each in shop.shop.check_runs]


def _deployment(github: GitHub, posted: Posted, folder: Path) -> None:
    dock = Dock(github, GATED, str(folder / "q.sqlite"))
    github.world.installations[0].permissions.update(PERMISSIONS, deployments="write")
    posted(dock)
    dock.run(branch="main", reports={"unit.xml": junit()}, workflow=".github/workflows/ci.yml")
    run = dock.waiting(workflow=".github/workflows/deploy.yml")
    dock.handle(dock.asked(run))
    assert "approved" == dock.said(run).state


def _issue(github: GitHub, posted: Posted, folder: Path) -> None:
    desk = Desk(github, SUPPORT, str(folder / "q.sqlite"))
    posted(desk)
    issue = desk.shop.issue(labels=["support"], login="eve")
    desk.changed(issue, hours=25)
    assert ["support", "sla:breached"] == issue.labels
    assert 1 == len(desk.comments(issue.number))


def _comment(github: GitHub, posted: Posted, folder: Path) -> None:
    bench = Bench(github)
    posted(bench)
    bench.say(ASK)
    assert bench.proposal.head.startswith("qualitygate/waive-")
    assert 1 == len(bench.replies())


def _pull_request(github: GitHub, posted: Posted, folder: Path) -> None:
    shop = Shop(github, database=str(folder / "q.sqlite"))
    posted(shop)
    pull = shop.pull()
    shop.tell(shop.run(pull, reports={"unit.xml": junit(failed=1)}))
    for action, state, failing in (("closed", "closed", 0), ("reopened", "open", 1)):
        shop.shop.issues[pull.number].state = state
        whole = shop.about({"action": action, "pull_request": {"number": pull.number}})
        shop.handle(shop.delivery(whole, "pull_request"))
        with VerdictStore(shop.database) as store:
            project = store.project("acme/shop")
        assert project and failing == project.failing


def _of_all(event: str, action: str, **more: Any) -> Flow:
    """What concerns a whole installation, or a label: the tickets are looked after, a day too late."""

    def flow(github: GitHub, posted: Posted, folder: Path) -> None:
        town = Town(github, str(folder / "town.sqlite"))
        issue = ticket(town.shop)
        town.now = github.now + timedelta(hours=25)
        payload = {"action": action, "installation": {"id": town.installation}, **more}
        if event == "label":
            payload = town.about(payload)
        web = application(secret=SECRET, receive=town.inbox.receive, wanted=wanted, ready=lambda: "")
        with listening(web) as url:
            assert (202, "new") == posted.sender.send(url, SECRET, event, "d-1", json.dumps(payload))
        town.finish()
        town.close()
        assert ["support", "sla:breached"] == issue.labels

    return flow


FLOWS: Mapping[str, Flow] = {
    "workflow_run": _run,
    "check_run": _check,
    "deployment_protection_rule": _deployment,
    "issues": _issue,
    "issue_comment": _comment,
    "pull_request": _pull_request,
    "label": _of_all("label", "deleted", label={"name": "x"}),
    "membership": _of_all("membership", "added", scope="team"),
    "team": _of_all("team", "edited"),
    "organization": _of_all("organization", "member_removed"),
    "installation": _of_all("installation", "created"),
    "installation_repositories": _of_all("installation_repositories", "added"),
}


@pytest.mark.parametrize("event", FLOWS)
def test_what_github_signs_and_sends_is_kept_and_done(
    github: GitHub, posted: Posted, tmp_path: Path, event: str
) -> None:
    FLOWS[event](github, posted, tmp_path)


def test_every_event_that_something_is_done_about_has_its_flow() -> None:
    assert {kind.partition(".")[0] for kind in DEEDS} <= set(FLOWS)


def test_what_it_signs_with_another_secret_is_refused(posted: Posted, github: GitHub) -> None:
    shop = Shop(github)
    post = posted(shop)
    run = shop.payload(shop.run(shop.pull()))
    sent = shop.delivery(run)
    assert 401 == post.sender.send(post.url, "another secret", sent.event, sent.id, sent.body)[0]
    assert {} == post.inbox.counts()
    shop.handle(sent)
