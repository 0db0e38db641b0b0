"""Who may ask the API, on the double: people who are signed in, and tokens, each for what GitHub lets them read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import requests
from starlette.requests import Request

from qualitygate.github.people import Kind, given
from qualitygate.server import access
from qualitygate.server.access import BELIEVED, Access
from qualitygate.server.api.answers import routes
from qualitygate.server.api.door import TooOften
from qualitygate.server.api.reach import Reach
from qualitygate.server.api.reading import reader
from qualitygate.server.pace import Pace
from qualitygate.server.web import application
from qualitygate.storage.inbox import Delivery
from qualitygate.storage.verdicts import Known
from tests.action.conftest import junit
from tests.github.double.repositories import SWITCHES
from tests.server.conftest import SECRET, listening
from tests.server.pages.conftest import Dashboard, dashboard
from tests.storage.test_board import ticket
from tests.storage.test_verdicts import judged

__all__ = ["dashboard"]


@pytest.fixture
def url(dashboard: Dashboard) -> Iterator[str]:
    """The API beside a dashboard, over a repository with one verdict."""
    dashboard.policy("version: 1\nname: shop\nevidence: {unit: {files: reports/unit.xml}}\n" + GATES)
    dashboard.tell(dashboard.run(branch="main", reports={"unit.xml": junit()}))
    dashboard.inbox.receive(Delivery(id="1", event="issues", body="1", repository_id=dashboard.shop.id))
    tokens = Access(dashboard.github.url, dashboard.clock, given)
    reach = Reach(tokens, dashboard.clock)
    api = routes(dashboard.verdicts, dashboard.inbox, reader(tokens, reach, dashboard.house.seen), dashboard.clock)
    web = application(
        secret=SECRET, receive=dashboard.inbox.receive, wanted=lambda _: True, ready=lambda: "", pages=api
    )
    with listening(web) as found:
        yield found


ALL = {"contents": "read", "issues": "read", "repository_hooks": "read"}
"""What a classic token of the scope `repo` may read, and a fine-grained one that was given as much."""
GATES = "gates:\n  pull-request:\n    - {metric: tests.failed, at_most: 0}\n"


def asked(url: str, path: str, token: str = "", **more: str) -> requests.Response:
    headers = {**more, **({"Authorization": f"Bearer {token}"} if token else {})}
    return requests.get(f"{url}/api/v1{path}", headers=headers, timeout=20)


def test_a_token_reads_what_its_owner_may_read_and_administers(dashboard: Dashboard, url: str) -> None:
    found = {}
    for login in ("lin", "kim", "eve"):
        token = dashboard.github.token(login=login, **ALL)
        shown = [each["repository"] for each in asked(url, "/projects", token).json()["items"]]
        paths = ("/projects/acme/shop", "/deliveries?repository=acme/shop")
        found[login] = (shown, *(asked(url, path, token).status_code for path in paths))
    assert {"lin": (["acme/shop"], 200, 200), "kim": (["acme/shop"], 200, 404), "eve": ([], 404, 404)} == found


def told(dashboard: Dashboard, url: str, login: str = "lin", **permissions: str) -> set[str]:
    """What a token with these permissions is told, path by path."""
    token, own = dashboard.github.token(login=login, metadata="read", **permissions), "acme/shop"
    ((last, *_),) = [dashboard.verdicts.history(own)]
    projects, board = (asked(url, path, token).json()["items"] for path in ("/projects", "/board"))
    paths = {
        "project": f"/projects/{own}",
        "judgements": f"/projects/{own}/judgements",
        "judgement": f"/judgements/{last.id}",
        "verdict": f"/judgements/{last.id}/verdict",
        "its tickets": f"/board?repository={own}",
        "deliveries": f"/deliveries?repository={own}",
    }
    answers = {name for name, path in paths.items() if asked(url, path, token).status_code == 200}
    listed = {"projects"} if projects else set()
    counted = {"counts of tickets"} if projects and projects[0]["support"] else set()
    return answers | listed | counted | {each["title"] for each in board}


OF_CODE = {"projects", "project", "judgements", "judgement"}
OF_TICKETS = {"its tickets", "It is late"}


@pytest.mark.parametrize(
    ("permissions", "seen"),
    [
        ([], set()),
        (["checks", "actions", "pull_requests"], set()),
        (["contents"], OF_CODE),
        (["issues"], OF_TICKETS),
        (["contents", "issues"], OF_CODE | OF_TICKETS | {"verdict", "counts of tickets"}),
        (["repository_hooks"], {"deliveries"}),
    ],
)
def test_a_token_reads_no_more_here_than_github_lets_it_read_there(
    dashboard: Dashboard, url: str, permissions: list[str], seen: set[str]
) -> None:
    known = Known(name="acme/shop", number=dashboard.shop.id)
    dashboard.verdicts.look(known, [replace(ticket("1"), title="It is late")], dashboard.now)
    assert seen == told(dashboard, url, **dict.fromkeys(permissions, "read"))
    dashboard.shop.private = False
    dashboard.now += BELIEVED
    everybodys = OF_CODE | OF_TICKETS | {"verdict", "counts of tickets"}
    assert everybodys | (seen & {"deliveries"}) == told(dashboard, url, **dict.fromkeys(permissions, "read"))


def test_where_there_are_no_issues_the_code_is_enough_for_a_verdict(
    dashboard: Dashboard, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SWITCHES, "has_issues", False)
    assert OF_CODE | {"verdict", "its tickets"} == told(dashboard, url, contents="read")


def test_what_a_token_reaches_is_asked_once_and_believed_for_minutes(dashboard: Dashboard, url: str) -> None:
    token = dashboard.github.token(login="kim", **ALL)
    paths = ("/projects", "/projects/acme/shop", "/projects/acme/shop/judgements")
    assert [200] * 3 == [asked(url, path, token).status_code for path in paths]
    own = [call for call in dashboard.github.calls if call.token == token]
    assert ["/user/repos", "/repos/acme/shop/commits"] == [call.path for call in own]
    held = dashboard.github.world.tokens
    held[token] = replace(held[token], permissions={"issues": "read"})
    assert 200 == asked(url, paths[1], token).status_code
    dashboard.now += BELIEVED
    assert 404 == asked(url, paths[1], token).status_code


@pytest.mark.parametrize("status", [500, 429])
def test_while_github_does_not_tell_what_a_token_reaches_nothing_is_told(
    dashboard: Dashboard, url: str, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(access, "PATIENCE", 0.1)
    dashboard.github.fail("GET", "/repos/*/commits", status=status, times=9, message="API rate limit exceeded")
    token = dashboard.github.token(login="kim", **ALL)
    assert 503 == asked(url, "/projects/acme/shop", token).status_code


def test_many_repositories_are_asked_about_side_by_side(dashboard: Dashboard, url: str) -> None:
    names = [f"acme/app-{number}" for number in range(20)]
    for name in names:
        made = dashboard.github.repository(name, private=True)
        made.roles["kim"] = "read"
        dashboard.verdicts.keep(judged(name, repository=name, repository_id=made.id))
    token = dashboard.github.token(login="kim", repositories=names[::2], **ALL)
    shown = asked(url, "/projects?limit=100", token).json()["items"]
    assert sorted(names[::2]) == sorted(each["repository"] for each in shown)


def test_nobody_and_tokens_that_are_none_are_told_so(dashboard: Dashboard, url: str) -> None:
    token = dashboard.github.token(login="kim", **ALL)
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
    token = dashboard.github.token(login="kim", **ALL)
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
    tokens = Access(dashboard.github.url, dashboard.clock, given)
    read = reader(tokens, Reach(tokens, dashboard.clock))
    scope = {"type": "http", "headers": [], "client": ("10.0.0.1", 1)}
    assert None is read(Request(scope))
    token = dashboard.github.token(login="kim", **ALL)
    rights = read(Request({**scope, "headers": [(b"authorization", f"bearer {token}".encode())]}))
    assert rights and rights.may("ACME/shop", dashboard.shop.id, Kind.CONTENTS, Kind.ISSUES)


def test_an_address_may_not_ask_without_end(dashboard: Dashboard) -> None:
    tokens = Access(dashboard.github.url, dashboard.clock, given)
    read = reader(tokens, Reach(tokens, dashboard.clock), pace=Pace(2, 60))
    scope = {"type": "http", "headers": [], "client": ("10.0.0.1", 1)}
    assert [None, None] == [read(Request(scope)) for _ in "ab"]
    with pytest.raises(TooOften, match=r"[12]"):
        read(Request(scope))
    assert None is read(Request({**scope, "client": ("10.0.0.2", 1)}))
