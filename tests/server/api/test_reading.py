"""Who may ask the API, on the double: people who are signed in, and tokens, each for what GitHub lets them read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from starlette.requests import Request

from qualitygate.github.people import given
from qualitygate.server.access import BELIEVED, Access
from qualitygate.server.api.answers import routes
from qualitygate.server.api.door import TooOften
from qualitygate.server.api.reading import reader
from qualitygate.server.pace import Pace
from qualitygate.server.web import application
from qualitygate.storage.inbox import Delivery
from tests.action.conftest import junit
from tests.server.conftest import SECRET, listening
from tests.server.pages.conftest import Dashboard, dashboard

__all__ = ["dashboard"]


@pytest.fixture
def url(dashboard: Dashboard) -> Iterator[str]:
    """The API beside a dashboard, over a repository with one verdict."""
    dashboard.policy("version: 1\nname: shop\nevidence: {unit: {files: reports/unit.xml}}\n" + GATES)
    dashboard.tell(dashboard.run(branch="main", reports={"unit.xml": junit()}))
    dashboard.inbox.receive(Delivery(id="1", event="issues", body="1", repository_id=dashboard.shop.id))
    tokens = Access(dashboard.github.url, dashboard.clock, given)
    api = routes(dashboard.verdicts, dashboard.inbox, reader(tokens, dashboard.house.seen), dashboard.clock)
    web = application(
        secret=SECRET, receive=dashboard.inbox.receive, wanted=lambda _: True, ready=lambda: "", pages=api
    )
    with listening(web) as found:
        yield found


GATES = "gates:\n  pull-request:\n    - {metric: tests.failed, at_most: 0}\n"


def asked(url: str, path: str, token: str = "", **more: str) -> requests.Response:
    headers = {**more, **({"Authorization": f"Bearer {token}"} if token else {})}
    return requests.get(f"{url}/api/v1{path}", headers=headers, timeout=20)


def test_a_token_reads_what_its_owner_may_read_and_administers(dashboard: Dashboard, url: str) -> None:
    found = {}
    for login in ("lin", "kim", "eve"):
        token = dashboard.github.token(login=login)
        shown = [each["repository"] for each in asked(url, "/projects", token).json()["items"]]
        paths = ("/projects/acme/shop", "/deliveries?repository=acme/shop")
        found[login] = (shown, *(asked(url, path, token).status_code for path in paths))
    assert {"lin": (["acme/shop"], 200, 200), "kim": (["acme/shop"], 200, 404), "eve": ([], 404, 404)} == found


def test_nobody_and_tokens_that_are_none_are_told_so(dashboard: Dashboard, url: str) -> None:
    token = dashboard.github.token(login="kim")
    told = [
        asked(url, "/projects"),
        asked(url, "/projects", "made-up"),
        asked(url, "/projects", Authorization="Basic a"),
    ]
    app = dashboard.github.token(app="other", metadata="read")
    told += [asked(url, "/projects", Authorization="Bearer "), asked(url, "/projects", app)]
    assert [401] * 5 == [each.status_code for each in told]
    assert "Bearer" == told[1].headers["www-authenticate"]
    assert 200 == asked(url, "/projects", token).status_code


def test_who_loses_a_right_on_github_sees_nothing_soon(dashboard: Dashboard, url: str) -> None:
    token = dashboard.github.token(login="kim")
    assert 200 == asked(url, "/projects/acme/shop", token).status_code
    del dashboard.shop.roles["kim"]
    assert 200 == asked(url, "/projects/acme/shop", token).status_code
    dashboard.now += BELIEVED
    assert 404 == asked(url, "/projects/acme/shop", token).status_code


def test_who_is_signed_in_on_the_pages_reads_with_the_same_cookie(dashboard: Dashboard, url: str) -> None:
    kim = dashboard.visitor("kim")
    answer = kim.get(f"{url}/api/v1/projects", timeout=20)
    assert ["acme/shop"] == [each["repository"] for each in answer.json()["items"]]
    kim.cookies.clear()
    assert 401 == kim.get(f"{url}/api/v1/projects", timeout=20).status_code


def test_without_a_dashboard_there_are_tokens_only(dashboard: Dashboard) -> None:
    read = reader(Access(dashboard.github.url, dashboard.clock, given))
    scope = {"type": "http", "headers": [], "client": ("10.0.0.1", 1)}
    assert None is read(Request(scope))
    token = dashboard.github.token(login="kim")
    rights = read(Request({**scope, "headers": [(b"authorization", f"bearer {token}".encode())]}))
    assert rights and rights.may("ACME/shop", dashboard.shop.id)


def test_an_address_may_not_ask_without_end(dashboard: Dashboard) -> None:
    read = reader(Access(dashboard.github.url, dashboard.clock, given), pace=Pace(2, 60))
    scope = {"type": "http", "headers": [], "client": ("10.0.0.1", 1)}
    assert [None, None] == [read(Request(scope)) for _ in "ab"]
    with pytest.raises(TooOften, match=r"[12]"):
        read(Request(scope))
    assert None is read(Request({**scope, "client": ("10.0.0.2", 1)}))
