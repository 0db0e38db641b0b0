"""The JSON API over a store, asked through a socket: as described, by the rights of who asks, and never broken."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import jsonschema
import pytest
import requests
from openapi_core import OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse
from openapi_spec_validator import validate
from starlette.applications import Starlette
from starlette.requests import Request

from qualitygate.errors import CannotUseGitHub, CannotUseStore
from qualitygate.github.people import Readable
from qualitygate.model.verdict import Outcome
from qualitygate.server.api.answers import routes
from qualitygate.server.api.described import BASE, DESCRIPTION
from qualitygate.server.api.door import Rights, TooOften
from qualitygate.storage.inbox import Delivery, Inbox
from qualitygate.storage.verdicts import Known, VerdictStore
from qualitygate.support.run import State
from tests.server.conftest import listening
from tests.storage.test_board import NONE, ticket
from tests.storage.test_verdicts import NOW, judged, proposed

LIN, EVE = "lin", "eve"


def rights(**of: int) -> Rights:
    """The right to repositories of these names, with ``_`` for the slash; all but acme/other are administered too."""
    names = {name.replace("_", "/"): number for name, number in of.items()}
    return Rights(
        readable={
            name.casefold(): Readable(id=number, name=name, branch="main", private=True, admin=name != "acme/other")
            for name, number in names.items()
        }
    )


RIGHTS = {
    LIN: rights(Acme_Shop=7, acme_other=8, acme_unjudged=10),
    EVE: rights(eve_toys=9),
    "newcomer": rights(acme_shop=99),
}


@cache
def description() -> OpenAPI:
    """What the API says of itself, proved to be a description: that takes a second."""
    return OpenAPI.from_dict(json.loads(json.dumps(DESCRIPTION)))


class Api:
    """The API of a store, asked by somebody, each answer held against the description."""

    def __init__(self, url: str, store: VerdictStore, inbox: Inbox) -> None:
        self.url, self.store, self.inbox = url, store, inbox
        self._described = description()

    def ask(self, path: str, who: str = LIN, **headers: str) -> requests.Response:
        named = {"X-Who": who, **{name.replace("_", "-"): value for name, value in headers.items()}}
        answer = requests.get(f"{self.url}{BASE}{path}", headers={k: v for k, v in named.items() if v}, timeout=20)
        assert answer.status_code < 500 or answer.status_code == 503, answer.text
        return answer

    def told(self, path: str, who: str = LIN) -> Any:
        answer = self.ask(path, who)
        assert 200 == answer.status_code, answer.text
        self.described(answer)
        return answer.json()

    def described(self, answer: requests.Response) -> None:
        asked = RequestsOpenAPIRequest(answer.request)
        self._described.validate_response(asked, RequestsOpenAPIResponse(answer))

    def status(self, path: str, who: str = LIN) -> int:
        answer = self.ask(path, who)
        assert {"error"} == set(answer.json())
        return answer.status_code


def test_deliveries_are_told_without_their_bodies_to_who_administers_the_repository(api: Api) -> None:
    for id in "abcde":
        body = f"secret {id}"
        api.inbox.receive(Delivery(id=id, event="issues", action="opened", repository_id=7, body=body))
    api.inbox.receive(Delivery(id="f", event="issues", repository="Acme/Shop", repository_id=17, body="another's"))
    taken = api.inbox.take("c")
    assert taken and api.inbox.bury(taken, "403 not now")
    found = walked(api, "/deliveries", repository="acme/shop")
    assert ["e", "d", "c", "b", "a"] == [each["id"] for each in found]
    assert ("dead", 1, "403 not now") == (found[2]["state"], found[2]["attempts"], found[2]["error"])
    assert "secret" not in json.dumps(found)
    assert [] == walked(api, "/deliveries", repository="acme/unjudged")
    refused = ["", "?repository=", "?repository=acme/other", "?repository=eve/toys", "?repository=%00"]
    assert [400, 400, 404, 404, 404] == [api.status(f"/deliveries{query}") for query in refused]
    assert 401 == api.status("/deliveries?repository=acme/shop", "")


def reader(request: Request) -> Rights | None:
    who = request.headers.get("x-who", "")
    if who.startswith("github"):
        raise CannotUseGitHub(who.partition(" ")[2], "it is not there")
    if who == "hasty":
        raise TooOften(3)
    if who == "broken":
        raise RuntimeError("a bug")
    return RIGHTS.get(who)


@pytest.fixture
def api(address: str) -> Iterator[Api]:
    with VerdictStore(address) as store, Inbox(address) as inbox:
        web = Starlette(routes=list(routes(store, inbox, reader, lambda: NOW)))
        with listening(web) as url:
            yield Api(url, store, inbox)


def filled(store: VerdictStore) -> list[int]:
    ids = [store.keep(judged(str(number), number)) for number in range(5)]
    ids.append(store.keep(proposed(4, "p", 9, outcome=Outcome.FAILED, check=77, url="https://github.com/x")))
    store.keep(judged("o", repository="acme/other", repository_id=8, outcome=Outcome.FAILED))
    store.keep(judged("e", repository="eve/toys", repository_id=9))
    store.look(Known(name="Acme/Shop", number=7), [ticket("1", -1), ticket("2", None), NONE], NOW)
    store.look(Known(name="eve/toys", number=9), [ticket("9")], NOW)
    return ids


def walked(api: Api, path: str, **more: str) -> list[Any]:
    """All items of a list, page by page."""
    found: list[Any] = []
    query = "?limit=2" + "".join(f"&{name}={value}" for name, value in more.items())
    after = ""
    while True:
        page = api.told(f"{path}{query}{after}")
        assert len(page["items"]) <= 2
        found += page["items"]
        if page["next"] is None:
            return found
        after = f"&cursor={page['next']}"


def test_the_description_is_openapi_and_open_to_everybody(api: Api) -> None:
    answer = requests.get(f"{api.url}{BASE}/openapi.json", timeout=20)
    assert DESCRIPTION == answer.json()
    validate(answer.json())


def test_repositories_come_worst_first_and_only_to_who_may_read_them(api: Api) -> None:
    filled(api.store)
    found = walked(api, "/projects")
    assert ["Acme/Shop", "acme/other"] == [each["repository"] for each in found], "a ticket is late"
    shop = found[0]
    assert {"tickets": 3, "at_risk": 0, "breached": 1} == {
        name: shop["support"][name] for name in ("tickets", "at_risk", "breached")
    }
    assert (1, "passed", None) == (shop["failing_pull_requests"], shop["last"]["outcome"], found[1]["support"])
    assert ["eve/toys"] == [each["repository"] for each in api.told("/projects", EVE)["items"]]
    assert shop == api.told("/projects/acme/SHOP")


def test_what_somebody_may_not_read_is_not_there(api: Api) -> None:
    ids = filled(api.store)
    shown = [f"/judgements/{ids[0]}", f"/judgements/{ids[0]}/verdict", "/projects/acme/shop"]
    shown += ["/projects/acme/shop/judgements", "/board?repository=acme/shop"]
    for path in shown:
        assert [200, 404, 401, 401] == [
            api.ask(path, LIN).status_code,
            api.status(path, EVE),
            api.status(path, ""),
            api.status(path, "mallory"),
        ]
        api.described(api.ask(path, EVE))
        api.described(api.ask(path, ""))
    absent = ["/projects/acme/unjudged", "/judgements/999999", "/judgements/x", "/judgements/-1", "/nothing"]
    absent += [f"/judgements/{'9' * 30}", "/projects/acme/%00", "/projects/a%20b/c", "/judgements/1/2/3"]
    assert [404] * len(absent) == [api.status(path) for path in absent]
    assert 401 == api.status("/nothing", "")


def test_judgements_come_newest_first_or_of_one_stream(api: Api) -> None:
    ids = filled(api.store)
    assert ids[::-1] == [each["id"] for each in walked(api, "/projects/acme/shop/judgements")]
    stream = api.told("/projects/acme/shop")["stream"]
    found = walked(api, "/projects/acme/shop/judgements", stream=stream)
    assert ids[4::-1] == [each["id"] for each in found]
    assert ["1/3", None] == [each["value"] for each in found[0]["results"]]
    assert [] == walked(api, "/projects/acme/shop/judgements", stream="none\0such")


def test_a_judgement_says_what_it_was_reached_from_and_what_it_follows(api: Api) -> None:
    ids = filled(api.store)
    found = api.told(f"/judgements/{ids[3]}")
    assert (ids[2], "b" * 40) == (found["previous"], found["policy"]["commit"])
    assert [("r/a.xml", 2**40), ("b", 0)] == [(each["path"], each["size"]) for each in found["inputs"]]
    assert None is api.told(f"/judgements/{ids[0]}")["previous"]
    assert {"name": "qualitygate", "id": 77} == api.told(f"/judgements/{ids[5]}")["check"]
    answer = requests.get(f"{api.url}{found['verdict']}", headers={"X-Who": LIN}, timeout=20)
    assert (judged().verdict, "application/json") == (answer.text, answer.headers["content-type"])


def test_the_board_tells_the_time_left_from_now(api: Api) -> None:
    filled(api.store)
    late, still, none = walked(api, "/board")
    assert (State.BREACHED.value, -3_600, "Acme/Shop") == (late["state"], late["seconds_left"], late["repository"])
    assert (State.PAUSED.value, None, 900) == (still["state"], still["seconds_left"], still["business_seconds_left"])
    assert (None, None) == (none["clock"], none["state"])
    assert 3 == len(api.told("/board?repository=acme/shop")["items"])
    assert [] == api.told("/board?repository=acme/unjudged")["items"]
    assert ["9"] == [each["ticket"] for each in api.told("/board", EVE)["items"]]


def packed(data: Any) -> str:
    return urlsafe_b64encode((data if isinstance(data, str) else json.dumps(data)).encode()).decode()


BAD = [
    "",
    "%",
    "é",
    "a",
    "AAAA",
    "%00",
    packed(""),
    packed("[" * 900),
    packed("1" * 5_000),
    packed([]),
    packed({}),
    packed([1]),
    packed([1, 2]),
    packed(["a", "b"]),
    packed([2**63, "a"]),
    packed([True, "a"]),
    packed([1, "\0"]),
    packed([1, "\ud800"]),
    packed(["noon", 1]),
    packed(["2026-11-02T09:00:00", 1]),
    packed(["9999-12-31T23:59:59-12:00", 1]),
    packed(["2026-11-02T09:00:00Z", 2**80]),
    packed(["0", 2**63, ""]),
    packed(["\0", 1, ""]),
    packed([1.5, "\0"]),
    packed("[NaN, 1]"),
    packed('[NaN, "a"]'),
    packed('[1e999, "a"]'),
]


@pytest.mark.parametrize("path", ["/projects", "/projects/acme/shop/judgements", "/board", "/deliveries"])
def test_a_bad_cursor_is_told_and_breaks_nothing(api: Api, path: str) -> None:
    filled(api.store)
    for each in BAD:
        of = "&repository=acme/shop" if path == "/deliveries" else ""
        answer = api.ask(f"{path}?cursor={each}{of}")
        assert 400 == answer.status_code, each
        api.described(answer)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("limit=0", "from 1 to 100"),
        ("limit=101", "from 1 to 100"),
        ("limit=-1", "from 1 to 100"),
        ("limit=%D9%A3", "from 1 to 100"),
        ("limit=", "from 1 to 100"),
        (f"limit={'9' * 5000}", "from 1 to 100"),
        ("limt=3", "did you mean 'limit'?"),
        ("limit=3&limit=4", "given twice"),
        ("colour=red", "there is no parameter 'colour'"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_told(api: Api, query: str, why: str) -> None:
    answer = api.ask(f"/projects?{query}")
    assert 400 == answer.status_code
    assert why in answer.json()["error"]


def test_what_has_not_changed_is_not_sent_again_and_nobody_else_keeps_it(api: Api) -> None:
    filled(api.store)
    first = api.ask("/projects/acme/shop")
    assert "private, no-cache" == first.headers["cache-control"]
    again = api.ask("/projects/acme/shop", If_None_Match=f'"x", W/{first.headers["etag"]}')
    assert (304, b"") == (again.status_code, again.content)
    api.store.keep(judged("new", 20, outcome=Outcome.FAILED))
    assert 200 == api.ask("/projects/acme/shop", If_None_Match=first.headers["etag"]).status_code


def test_names_that_no_text_can_hold_are_told_as_escapes(api: Api) -> None:
    strange = judged("s")
    strange = replace(strange, results=tuple(replace(each, id="\ud800 \0 </script>") for each in strange.results))
    id = api.store.keep(strange)
    answer = api.ask(f"/judgements/{id}")
    assert "\ud800 \0 </script>" == answer.json()["results"][0]["id"]
    assert "nosniff" == answer.headers["x-content-type-options"]


@pytest.mark.parametrize(
    ("who", "status"), [("github credentials", 401), ("github unreachable", 503), ("github rate-limited", 503)]
)
def test_without_github_nobody_sees_anything(api: Api, who: str, status: int) -> None:
    filled(api.store)
    assert status == api.status("/projects", who)
    api.described(api.ask("/projects", who))


def test_a_store_that_is_out_of_order_and_a_bug_are_told_without_details(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise CannotUseStore("the password is 123")

    monkeypatch.setattr(api.store, "projects", gone)
    answer = api.ask("/projects")
    assert (503, False) == (answer.status_code, "123" in answer.text)
    api.described(answer)
    broken = requests.get(f"{api.url}{BASE}/projects", headers={"X-Who": "broken"}, timeout=20)
    assert (500, False) == (broken.status_code, "a bug" in broken.text.replace("which is a bug", ""))


def test_who_may_read_a_repository_that_took_the_name_of_another_sees_nothing_of_that(api: Api) -> None:
    ids = filled(api.store)
    paths = ["/projects/acme/shop", "/projects/acme/shop/judgements", f"/judgements/{ids[0]}"]
    assert [404] * 3 == [api.status(path, "newcomer") for path in paths]
    for path in ("/projects", "/board", "/board?repository=acme/shop"):
        assert [] == api.told(path, "newcomer")["items"]


def test_who_asks_too_often_is_told_when_to_ask_again(api: Api) -> None:
    answer = api.ask("/projects", "hasty")
    assert (429, "3") == (answer.status_code, answer.headers["retry-after"])
    api.described(answer)


def test_nothing_can_be_written(api: Api) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = requests.request(method, f"{api.url}{BASE}/projects", headers={"X-Who": LIN}, timeout=20)
        assert 405 == answer.status_code


def test_the_description_has_every_route_and_its_schemas_are_sound() -> None:
    paths = {each.path.removeprefix(BASE) for each in routes(None, None, reader, lambda: NOW)}  # type: ignore[arg-type]
    assert {"/openapi.json", "/{path:path}", *DESCRIPTION["paths"]} == paths
    for schema in DESCRIPTION["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
