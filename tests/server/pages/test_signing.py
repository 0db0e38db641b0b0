"""Signing in and out, and what strangers try."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from qualitygate.server.pages.visit import ours
from tests.server.pages.conftest import Dashboard, path_of


def test_who_is_not_signed_in_is_led_there_and_back(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor()
    asked = visitor.see("/repositories/acme/shop/board?lang=en")
    assert (200, "/sign-in") == (asked.status_code, path_of(asked))
    assert "next=%2Frepositories%2Facme%2Fshop%2Fboard" in asked.url
    arrived = visitor.sign_in("kim", "/repositories/acme/shop/board")
    assert (200, "/repositories/acme/shop/board") == (arrived.status_code, path_of(arrived))
    assert "kim" in arrived.text


def test_who_says_no_at_github_is_told_so(dashboard: Dashboard) -> None:
    answer = dashboard.visitor().sign_in("")
    assert 403 == answer.status_code
    assert "You were not signed in" in answer.text


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor("kim")
    (cookie,) = visitor.cookies
    assert "session" == cookie.name
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert "lax" == cookie.get_nonstandard_attr("SameSite")
    assert "/" == cookie.path


def test_behind_tls_cookies_are_bound_to_this_host_and_to_tls(dashboard: Dashboard) -> None:
    object.__setattr__(dashboard.house, "public_url", "https://quality.example")
    answer = dashboard.visitor().see("/sign-in/github", allow_redirects=False)
    (cookie,) = [value for name, value in answer.raw.headers.items() if name.lower() == "set-cookie"]
    assert cookie.startswith("__Host-sign-in=")
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(cookie.split("; "))
    assert "redirect_uri=https%3A%2F%2Fquality.example%2Fsign-in%2Fback" in answer.headers["location"]
    assert "max-age=31536000" == answer.headers["strict-transport-security"]


def test_a_session_is_new_at_each_sign_in_whatever_cookie_there_was(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor()
    visitor.cookies.set("session", "chosen-by-a-stranger", domain="127.0.0.1", path="/")
    visitor.sign_in("kim")
    first = visitor.cookies["session"]
    assert "chosen-by-a-stranger" != first
    visitor.sign_in("kim")
    assert first != visitor.cookies["session"]
    old = dashboard.visitor()
    old.cookies.set("session", first)
    assert "/sign-in" == path_of(old.see("/")), "the old one has ended"


def test_the_answer_of_github_counts_in_the_browser_that_asked_only(dashboard: Dashboard) -> None:
    stranger, victim = dashboard.visitor(), dashboard.visitor()
    dashboard.github.world.person = "eve"
    asked = stranger.see("/sign-in/github", allow_redirects=False)
    back = stranger.get(asked.headers["location"], allow_redirects=False).headers["location"]
    assert 400 == victim.get(back).status_code
    victim.see("/sign-in/github", allow_redirects=False)
    assert 400 == victim.get(back).status_code
    assert "session" not in victim.cookies
    assert 200 == stranger.get(back).status_code
    assert 400 == stranger.get(back).status_code, "once only"


def test_a_code_without_its_verifier_is_worth_nothing(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor()
    dashboard.github.world.person = "kim"
    asked = visitor.see("/sign-in/github", allow_redirects=False)
    back = visitor.get(asked.headers["location"], allow_redirects=False).headers["location"]
    state, _, rest = visitor.cookies["sign-in"].strip('"').partition(".")
    visitor.cookies.clear()
    visitor.cookies.set("sign-in", f"{state}.another{rest[7:]}")
    answer = visitor.get(back)
    assert 400 == answer.status_code
    assert "session" not in visitor.cookies


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/%2f/evil.example",
        "/\t/evil.example",
        "javascript:x",
        "//[",
        "http://[",
        "//[::1",
        "//[x]/",
        "//\u2100/",
    ],
)
def test_signing_in_leads_nowhere_but_here(dashboard: Dashboard, wanted: str) -> None:
    assert "/" == ours(wanted)
    arrived = dashboard.visitor().sign_in("kim", wanted)
    assert f"{dashboard.url}/" == arrived.url


@pytest.mark.parametrize("wanted", ["/", "/repositories/acme/shop/board?a=1&b=2", "/x%20y"])
def test_paths_of_ours_are_kept(wanted: str) -> None:
    assert wanted == ours(wanted)


def test_signing_out_ends_the_session_here_and_the_token_at_github(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor("kim")
    (token,) = [value for value in dashboard.github.world.tokens if value.startswith("ghu_")]
    secret = visitor.cookies["session"]
    answer = visitor.submit("/sign-out", csrf=visitor.csrf)
    assert (303, "/sign-in") == (answer.status_code, path_of(answer))
    assert token not in dashboard.github.world.tokens
    assert "session" not in visitor.cookies
    visitor.cookies.set("session", secret)
    assert "/sign-in" == path_of(visitor.see("/"))


def test_a_form_without_its_token_or_from_another_site_does_nothing(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor("kim")
    other = dashboard.visitor("lin").csrf
    assert 403 == visitor.submit("/sign-out").status_code
    assert 403 == visitor.submit("/sign-out", csrf=other).status_code
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        visitor.headers.update(headers)
        assert 403 == visitor.submit("/sign-out", csrf=visitor.csrf).status_code
        for name in headers:
            visitor.headers.pop(name)
    assert 404 == visitor.see("/sign-out").status_code
    assert "/" == path_of(visitor.see("/")), "still signed in"
    assert 303 == visitor.submit("/sign-out", csrf=visitor.csrf).status_code


def test_a_session_ends_with_its_token_and_after_eight_hours(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor("kim")
    dashboard.now += timedelta(hours=7, minutes=59)
    assert "/" == path_of(visitor.see("/"))
    dashboard.now += timedelta(minutes=1)
    assert "/sign-in" == path_of(visitor.see("/"))
    visitor.sign_in("kim")
    (token,) = [value for value, each in dashboard.github.world.tokens.items() if each.through][-1:]
    dashboard.github.expire(token)
    dashboard.now += timedelta(minutes=10)
    assert "/sign-in" == path_of(visitor.see("/")), "GitHub takes the token no more"
    assert "/sign-in" == path_of(visitor.see("/"))


def test_the_database_has_neither_the_secret_of_a_cookie_nor_a_token(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor("kim")
    (token,) = [value for value in dashboard.github.world.tokens if value.startswith("ghu_")]
    with sqlite3.connect(dashboard.database) as database:
        kept = "\n".join(database.iterdump())
    assert "kim" in kept
    assert visitor.cookies["session"] not in kept
    assert token not in kept
    assert token[-12:].encode().hex() not in kept.lower()


def test_a_sealed_token_is_of_one_person_only(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor("kim")
    with sqlite3.connect(dashboard.database) as database:
        database.execute("UPDATE sessions SET login = 'lin'")
    assert "/sign-in" == path_of(visitor.see("/"))
    with sqlite3.connect(dashboard.database) as database:
        database.execute("UPDATE sessions SET login = 'kim', sealed = 'x'")
    assert "/sign-in" == path_of(visitor.see("/"))


def test_signing_in_too_often_is_refused_for_a_while(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor()
    codes = [visitor.see("/sign-in/github", allow_redirects=False).status_code for _ in range(12)]
    assert [303] * 10 == codes[:10]
    assert 429 == codes[-1]
    assert int(visitor.see("/sign-in/github", allow_redirects=False).headers["retry-after"]) <= 4


def test_one_signs_in_as_often_as_it_is_said_though_that_takes_two_steps(dashboard: Dashboard) -> None:
    assert [200] * 10 == [dashboard.visitor().sign_in("kim").status_code for _ in range(10)]
