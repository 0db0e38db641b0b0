"""Reports from the server's own memory, and the tickets of all projects."""

from __future__ import annotations

import csv
import json
from base64 import b64encode
from datetime import timedelta
from hashlib import sha256
from io import StringIO

import pytest

from qualitygate.server.pages import pressing
from qualitygate.storage.verdicts import Known, VerdictStore
from qualitygate.support.run import State
from qualitygate.support.waiting import Waiting
from tests.server.pages.conftest import Dashboard
from tests.server.pages.test_board import NOTHING, tickets
from tests.server.pages.test_gates import POLICY as GATES
from tests.server.pages.test_gates import pushed, words

SUPPORT = "support:\n  tickets: {label: support}\n  team: [lin]\n  targets: {normal: {first_response: 24h}}\n"
PATH = "/repositories/acme/shop/reports"


def test_support_in_a_period_is_counted_from_the_tickets_that_were_read(dashboard: Dashboard) -> None:
    tickets(dashboard)
    kim = dashboard.visitor("kim")
    assert "<option>2026-10</option>" in kim.see(PATH).text
    answer = kim.see(f"{PATH}/support?period=2026-09&format=json")
    told = json.loads(answer.text)
    assert "2026-09" in json.dumps(told)
    assert 'attachment; filename="acme-shop-support-2026-09.json"' == answer.headers["content-disposition"]
    digest = b64encode(sha256(answer.content).digest()).decode()
    assert f"sha-256=:{digest}:" == answer.headers["repr-digest"]


@pytest.mark.parametrize("form", ["html", "markdown", "csv", "text"])
def test_it_comes_in_every_form(dashboard: Dashboard, form: str) -> None:
    tickets(dashboard)
    answer = dashboard.visitor("kim").see(f"{PATH}/support?period=2026-10&format={form}")
    assert 200 == answer.status_code
    assert "older" in answer.text or "first" in answer.text


def test_of_tickets_that_were_not_read_in_whole_there_is_no_report(dashboard: Dashboard) -> None:
    answer = dashboard.visitor("kim").see(f"{PATH}/support?period=2026-10&format=json")
    assert 409 == answer.status_code
    assert "not read in whole" in answer.text


@pytest.mark.parametrize(
    "query", ["period=2026-10&format=exe", "period=soon&format=json", "period=2099&format=json", ""]
)
def test_what_makes_no_sense_is_not_there(dashboard: Dashboard, query: str) -> None:
    assert 404 == dashboard.visitor("kim").see(f"{PATH}/support?{query}").status_code


def test_a_policy_that_promises_nothing_or_is_wrong_has_no_report_of_support(dashboard: Dashboard) -> None:
    dashboard.policy(NOTHING)
    kim = dashboard.visitor("kim")
    assert "promises no support" in kim.see(PATH).text
    assert 404 == kim.see(f"{PATH}/support?period=2026-10&format=json").status_code
    dashboard.policy("version: [")
    dashboard.now += timedelta(minutes=2)
    assert "policy of this repository is wrong" in kim.see(PATH).text


def test_what_was_judged_is_a_table_to_take_along(dashboard: Dashboard) -> None:
    dashboard.policy(GATES)
    first, second = pushed(dashboard, 0), pushed(dashboard, 1, 1)
    kim = dashboard.visitor("kim")
    table = kim.see(f"{PATH}/history?format=csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(table)))
    assert [(str(second), "failed"), (str(first), "passed")] == [(each["id"], each["outcome"]) for each in rows]
    told = json.loads(kim.see(f"{PATH}/history?format=json").text)
    assert [second, first] == [each["id"] for each in told]
    assert 404 == kim.see(f"{PATH}/history?format=exe").status_code
    dashboard.shop.id = 77_777
    dashboard.now += timedelta(minutes=10)
    assert [] == json.loads(kim.see(f"{PATH}/history?format=json").text)


def test_the_tickets_of_all_projects_come_by_when_they_are_due(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets(dashboard)
    with VerdictStore(dashboard.database) as store:
        assert 5 == len(store.board()), "one was closed without an event that says so"
    kim = dashboard.visitor("kim")
    seen = words(kim.see("/tickets").text)
    places = [seen.index(f"{title} normal first response") for title in ("older", "late", "pressed", "fresh")]
    assert sorted(places) == places
    assert "late 2026-10-01 03:00 UTC #1 older normal first response within 24 h: used up acme/shop" in seen
    assert "#3 pressed normal first response within 24 h at risk since 2026-10-01 07:00 UTC acme/shop" in seen
    assert "#4 fresh normal first response within 24 h at risk from 2026-10-02 02:00 UTC acme/shop" in seen
    assert "No ticket is open" in words(dashboard.visitor("eve").see("/tickets").text)
    assert 'href="/tickets"' in kim.see("/").text
    monkeypatch.setattr(pressing, "MOST", 4)
    first = kim.see("/tickets").text.partition("<main")[2]
    (more,) = [part.partition('"')[0] for part in first.split('href="?after=')[1:]]
    assert "#5 done" in words(kim.see(f"/tickets?after={more}").text)
    assert 404 == kim.see("/tickets?after=x").status_code


def test_a_ticket_without_a_running_clock_says_why_it_waits(dashboard: Dashboard) -> None:
    dashboard.policy(GATES + SUPPORT)
    pushed(dashboard, 0)
    own = {"title": "", "priority": "normal", "channel": "", "opened": dashboard.now}
    still = Waiting(ticket="1", clock="resolution", state=State.PAUSED, left=7_200.0, target=36_000.0, **own)
    dashboard.verdicts.look(Known(name="acme/shop"), [still, Waiting(ticket="2", **own)], dashboard.now)
    seen = words(dashboard.visitor("kim").see("/tickets").text)
    assert "paused not known #1 normal resolution within 10 h: it stands still, 2 h left acme/shop" in seen
    assert "no clock not known #2 normal no clock runs acme/shop" in seen


def test_the_tickets_of_what_had_the_name_before_are_not_shown(dashboard: Dashboard) -> None:
    tickets(dashboard)
    dashboard.policy(GATES + SUPPORT)
    pushed(dashboard, 0)
    kim = dashboard.visitor("kim")
    assert "older" in words(kim.see("/tickets").text)
    assert "older" in words(kim.see("/repositories/acme/shop/board").text)
    assert 200 == kim.see(f"{PATH}/support?period=2026-10&format=json").status_code
    dashboard.shop.id = 77_777
    for looked in range(2):
        dashboard.now += timedelta(minutes=10)
        for page in ("/tickets", "/repositories/acme/shop/board"):
            assert (looked, True) == (looked, "No ticket is open" in words(kim.see(page).text))
        assert 409 == kim.see(f"{PATH}/support?period=2026-10&format=json").status_code
        pushed(dashboard, looked + 1)  # so that the name is known to be another's
    dashboard.shop.issues.clear()
    dashboard.changed(dashboard.shop.issue(labels=["support"], login="eve", title="newer"))
    dashboard.now += timedelta(minutes=10)
    seen = words(kim.see("/repositories/acme/shop/board").text)
    assert ("newer" in seen, "older" in seen) == (True, False)


@pytest.mark.parametrize(
    "path",
    [
        f"/?after={2**70}~x",
        "/?after=%00~%00",
        "/?after=0~%00",
        f"/repositories/acme/shop?before=0001-01-01T00:00:00%2B14:00~{2**70}",
        "/repositories/acme/shop?before=0001-01-01T00:00:00%2B14:00~1",
        "/repositories/acme/shop?before=2026-01-01T00:00:00~1",
        "/tickets?after=7~%00~%ED%A0%80",
        f"/tickets?after={2**64}~a~b",
        "/repositories/acme/shop/deliveries?before=nan~x",
        "/repositories/acme/shop/deliveries?before=1e999~x",
        "/repositories/acme/shop/deliveries?state=%00&before=1~%00",
    ],
)
def test_a_place_that_nobody_was_given_breaks_nothing(dashboard: Dashboard, path: str) -> None:
    assert dashboard.visitor("lin").see(path).status_code in {200, 404}
