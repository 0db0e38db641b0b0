"""Who sees what, and what every answer says of itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qualitygate.server.access import BELIEVED
from qualitygate.server.pace import Pace
from qualitygate.server.pages import guard
from tests.server.pages.conftest import Dashboard, path_of

PAGES = ("", "/board", "/deliveries", "/runs/1", "/runs/1/policy", "/runs/1/verdict?format=json")


def test_a_repository_is_shown_to_who_may_read_it_and_to_nobody_else(dashboard: Dashboard) -> None:
    assert "acme/shop" in dashboard.visitor("kim").see("/").text
    stranger = dashboard.visitor("eve")
    assert "acme/shop" not in stranger.see("/").text
    assert 200 == dashboard.visitor("kim").see("/repositories/acme/shop/board").status_code


@pytest.mark.parametrize("page", PAGES)
def test_what_somebody_may_not_see_looks_like_what_is_not_there(dashboard: Dashboard, page: str) -> None:
    stranger = dashboard.visitor("eve")
    unseen, unknown = (stranger.see(f"/repositories/{name}{page}") for name in ("acme/shop", "acme/none"))
    assert (404, 404) == (unseen.status_code, unknown.status_code)
    assert unseen.text.replace("acme/shop", "acme/none") == unknown.text
    assert unseen.headers.keys() == unknown.headers.keys()


def test_a_public_repository_is_for_those_who_have_a_role_there(dashboard: Dashboard) -> None:
    dashboard.shop.private = False
    assert 404 == dashboard.visitor("eve").see("/repositories/acme/shop/board").status_code


def test_one_where_the_app_is_not_installed_is_not_there(dashboard: Dashboard) -> None:
    other = dashboard.github.repository("kim/own", private=True)
    assert 404 == dashboard.visitor("kim").see(f"/repositories/{other.full_name}/board").status_code


def test_a_right_that_was_taken_away_ends_here_within_minutes(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor("kim")
    assert 200 == visitor.see("/repositories/acme/shop/board").status_code
    del dashboard.shop.roles["kim"]
    dashboard.now += BELIEVED + timedelta(seconds=1)
    assert 404 == visitor.see("/repositories/acme/shop/board").status_code


def test_github_is_asked_once_for_many_pages(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor("kim")
    dashboard.github.calls.clear()
    for _ in range(3):
        visitor.see("/repositories/acme/shop/board")
    assert 0 == len(dashboard.github.calls_to("GET", "/user/installations"))


def test_while_github_cannot_be_asked_nobody_sees_anything(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor("kim")
    dashboard.now += BELIEVED + timedelta(seconds=1)
    dashboard.github.fail("GET", "/user/installations", status=403)
    answer = visitor.see("/repositories/acme/shop/board")
    assert 503 == answer.status_code
    assert "acme/shop" not in answer.text.replace("/repositories/acme/shop/board", "")


@pytest.mark.parametrize("path", ["/", "/sign-in", "/no-such-page", "/repositories/acme/shop/board", "/static/x.css"])
def test_every_answer_forbids_what_it_does_not_need(dashboard: Dashboard, path: str) -> None:
    for visitor in (dashboard.visitor(), dashboard.visitor("kim")):
        headers = visitor.see(path, allow_redirects=False).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'")
        assert "frame-ancestors 'none'" in policy
        assert ("nosniff", "DENY", "same-origin", "no-store") == tuple(
            headers[name] for name in ("x-content-type-options", "x-frame-options", "referrer-policy", "cache-control")
        )
        assert "server" not in headers or "uvicorn" == headers["server"]
        assert "strict-transport-security" not in headers, "it is not reached by TLS"


def test_the_stylesheet_may_be_kept_for_ever_for_its_name_is_its_content(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor()
    page = visitor.see("/sign-in").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = visitor.see(address)
    assert (200, "text/css; charset=utf-8") == (answer.status_code, answer.headers["content-type"])
    assert "immutable" in answer.headers["cache-control"]


def test_a_page_that_breaks_tells_nothing_of_how(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = dashboard.visitor("kim")

    def broken(*_: object) -> None:
        raise RuntimeError("the secret is sesame")

    monkeypatch.setattr(type(dashboard.house.access), "of", broken)
    answer = visitor.see("/")
    assert 500 == answer.status_code
    assert "This page broke" in answer.text
    assert "sesame" not in answer.text


def test_a_store_that_is_gone_is_said_without_its_address(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor("lin")
    with dashboard.inbox.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox RENAME TO outbox")
    answer = visitor.see("/repositories/acme/shop/deliveries")
    assert 503 == answer.status_code
    assert "sqlite" not in answer.text


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("en-GB,zh;q=0.5", "en"),
        ("fr, zh-TW;q=0.3", "zh-CN"),
        ("zh;q=0", "en"),
        ("zh;q=x", "en"),
        ("", "en"),
    ],
)
def test_the_language_is_the_one_the_browser_likes_best(dashboard: Dashboard, accepted: str, lang: str) -> None:
    answer = dashboard.visitor().see("/sign-in", headers={"Accept-Language": accepted})
    assert f'<html lang="{lang}">' in answer.text


def test_a_language_that_was_chosen_is_kept(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor()
    assert '<html lang="zh-CN">' in visitor.see("/sign-in?lang=zh-CN").text
    assert '<html lang="zh-CN">' in visitor.see("/sign-in", headers={"Accept-Language": "en"}).text
    assert '<html lang="en">' in visitor.see("/sign-in?lang=en").text
    assert '<html lang="en">' in visitor.see("/sign-in?lang=tlh").text
    assert "en" == visitor.cookies["lang"]


def test_who_asks_too_often_waits_and_then_may_again() -> None:
    pace = Pace(2, 60)
    assert [0, 0, 1] == [pace.wait("a", 10.0) for _ in range(3)]
    assert 0 == pace.wait("b", 10.0)
    assert 0.5 == pace.wait("a", 10.5)
    assert 0 == pace.wait("a", 11.0)


def test_a_form_that_does_not_end_is_not_read(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor("kim")
    answer = visitor.submit("/sign-out", csrf=visitor.csrf, more="x" * guard.FORM_MOST)
    assert 403 == answer.status_code
    assert "/" == path_of(visitor.see("/"))


def test_a_form_of_more_fields_than_any_of_ours_is_none(dashboard: Dashboard) -> None:
    many = {f"field-{number}": "" for number in range(guard.FIELDS_MOST)}
    assert 403 == dashboard.visitor().submit("/sign-out", **many, csrf="").status_code
    visitor = dashboard.visitor("kim")
    assert 403 == visitor.submit("/sign-out", csrf=visitor.csrf, **many).status_code
    assert "/" == path_of(visitor.see("/"))
