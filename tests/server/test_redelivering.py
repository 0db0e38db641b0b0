"""Webhooks that came while nobody was there: found, asked for again, and no more often than that helps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from qualitygate.errors import CannotUseGitHub
from qualitygate.server import redelivering
from qualitygate.server.clients import ITSELF
from qualitygate.server.handling import awaited, wanted
from qualitygate.server.redelivering import redeliver
from qualitygate.server.web import application
from qualitygate.storage.inbox import Inbox
from tests.action.conftest import junit
from tests.github.double.github import GitHub
from tests.github.double.hooks import Delivery
from tests.server.conftest import SECRET, eventually, listening
from tests.server.process import Process
from tests.server.shop import Shop

LIST, AGAIN = "/app/hook/deliveries", "/app/hook/deliveries/*/attempts"


class Port:
    """A shop whose server GitHub reaches at times, and what is kept there."""

    def __init__(self, github: GitHub, inbox: Inbox, url: str) -> None:
        self.shop = Shop(github, None)
        self.github, self.inbox, self.url = github, inbox, url

    def sends(self, number: int, event: str = "issues", action: str = "opened", **more: Any) -> Delivery:
        """GitHub sends a webhook, wherever that leads."""
        payload = {"action": action, "issue": {"number": number}, "repository": {"id": 1, "full_name": "acme/shop"}}
        payload |= {"installation": {"id": self.shop.installation}, **more}
        return self.github.deliver(self.shop.app, event, payload)

    def up(self) -> None:
        self.shop.app.hook = f"{self.url}/github/webhooks"

    def down(self) -> None:
        self.shop.app.hook = None

    def look(self, hours: float = 0.0) -> str:
        """One turn, so many hours after the double's clock."""
        self.github.calls.clear()
        client = self.shop.clients.of(ITSELF)
        return redeliver(client, self.inbox, awaited, self.github.now + timedelta(hours=hours))

    def asked(self) -> int:
        return len(self.github.calls_to("POST", AGAIN))

    def kept(self) -> set[str]:
        return self.inbox.known(each.guid for each in self.github.world.deliveries)


@pytest.fixture
def port(github: GitHub, address: str) -> Iterator[Port]:
    with Inbox(address) as inbox:
        web = application(secret=SECRET, receive=inbox.receive, wanted=wanted, ready=lambda: "")
        with listening(web) as url:
            made = Port(github, inbox, url)
            yield made
            made.shop.clients.close()


def test_what_came_while_nobody_was_there_comes_again_once(port: Port) -> None:
    missed = [port.sends(number) for number in range(3)]
    port.up()
    there = port.sends(3)
    assert "3 of 3 webhooks that did not come" == port.look()
    assert {*(each.guid for each in missed), there.guid} == port.kept()
    for _ in range(2):
        assert "" == port.look()
        assert 0 == port.asked()


def test_where_any_attempt_came_it_is_not_asked_for(port: Port) -> None:
    port.up()
    there = port.sends(1)
    port.down()
    port.github.world.deliveries.append(
        Delivery(
            id=port.github.world.new_id(),
            guid=there.guid,
            app=there.app,
            event=there.event,
            payload=there.payload,
            at=there.at,
            status=502,
            redelivery=True,
        )
    )
    assert "" == port.look()
    assert 0 == port.asked()


def test_what_nothing_would_be_done_about_is_not_asked_for(port: Port) -> None:
    port.sends(1, "star", "created")
    port.sends(2, "issues", "pinned")
    port.sends(3, "check_run", "rerequested", check_run={"external_id": "another App's"})
    port.sends(4, installation={})
    ours = port.sends(5, "check_run", "rerequested", check_run={"external_id": "qualitygate:app:1"})
    port.up()
    assert "1 of 1 webhooks that did not come" == port.look()
    assert {ours.guid} == port.kept()
    assert "" == port.look()
    assert not port.github.calls_to("GET", f"{LIST}/*"), "what was looked at once is not looked at again"


def test_one_that_fails_again_is_asked_for_again_more_and_more_seldom(port: Port) -> None:
    port.sends(1)
    asked = []
    for minute in range(0, 6 * 60, 10):
        port.look()
        if port.asked():
            asked.append(minute)
        port.github.wait(timedelta(minutes=10))
    assert [0, 10, 30, 70, 150, 310] == asked


def test_what_github_has_forgotten_is_not_asked_for(port: Port) -> None:
    port.sends(1)
    assert "1 of 1 webhooks that did not come" == port.look(71.9)
    assert "" == port.look(72.1)
    assert 0 == port.asked()


def test_the_list_is_read_by_its_cursor_back_to_where_nothing_is_missing(
    port: Port, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qualitygate.github.client.PAGE", 2)
    for number in range(7):
        port.sends(number)
    port.up()
    assert "7 of 7 webhooks that did not come" == port.look()
    assert ["failure"] * 4 == [each.query["status"] for each in port.github.calls_to("GET", LIST)]
    assert 7 == len(port.kept())
    port.look()
    assert 4 == len(port.github.calls_to("GET", LIST)), "now it is known that all came"
    port.look()
    assert 1 == len(port.github.calls_to("GET", LIST))


def test_a_turn_asks_for_so_many_at_most_and_the_oldest_first(port: Port, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redelivering, "MOST", 2)
    missed = [port.sends(number).guid for number in range(5)]
    port.up()
    for end in (2, 4, 5):
        port.look()
        assert {*missed[:end]} == port.kept()


def test_one_that_github_refuses_holds_up_no_other_and_a_limit_all(port: Port) -> None:
    missed = [port.sends(number) for number in range(3)]
    port.up()
    port.github.fail("POST", f"{LIST}/{missed[0].id}/attempts", status=422)
    port.github.limit_secondary("POST", f"{LIST}/{missed[2].id}/attempts", retry_after=60)
    with pytest.raises(CannotUseGitHub) as limited:
        port.look()
    assert "rate-limited" == limited.value.slug
    assert {missed[1].guid} == port.kept()
    assert "2 of 2 webhooks that did not come" == port.look()
    assert {each.guid for each in missed} == port.kept()


def test_an_ask_whose_answer_was_lost_is_not_repeated_at_once(port: Port) -> None:
    port.sends(1)
    port.github.fail("POST", AGAIN, status=502, after=True)
    port.up()
    with pytest.raises(CannotUseGitHub):
        port.look()
    assert 1 == port.asked()
    assert "" == port.look()


def test_a_server_that_was_down_makes_up_for_it(github: GitHub, tmp_path: Path) -> None:
    github.world.now = datetime.now(UTC)
    shop, database = Shop(github), str(tmp_path / "q.sqlite")
    server = Process(tmp_path, shop, database, "serve", "--port", "0")
    shop.app.hook = f"{server.url}/github/webhooks"
    server.kill()
    run = shop.run(shop.pull(), reports={"unit.xml": junit(failed=1)})
    assert 0 == shop.github.deliver(shop.app, "workflow_run", shop.payload(run)).status
    port = server.url.rpartition(":")[2]
    again = Process(tmp_path, shop, database, "serve", "--port", port)
    eventually(lambda: again.said("a verdict is told"), 60)
    assert "failure" == shop.check.conclusion
    assert 0 == again.stop()
    assert 1 == len(github.calls_to("POST", AGAIN))
