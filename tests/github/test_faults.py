"""Faults of the double: what a client sees, and whether the effect is there."""

from __future__ import annotations

from time import monotonic

import pytest
import requests
from github import GithubException, RateLimitExceededException

from tests.github.double.github import GitHub
from tests.github.test_double import ALL, pygithub


def comment(github: GitHub, text: str = "x") -> None:
    client = pygithub(github, github.token(**ALL))
    client.get_repo("acme/shop").get_issue(1).create_comment(text)


@pytest.fixture(autouse=True)
def _issue(github: GitHub) -> None:
    github.repository("acme/shop").issue(number=1)


@pytest.mark.parametrize(("after", "left"), [(False, 0), (True, 1)])
def test_a_request_fails_before_its_effect_or_after_it(github: GitHub, after: bool, left: int) -> None:
    github.fail("POST", "/repos/*/comments", status=502, after=after)
    with pytest.raises(GithubException, match="502"):
        comment(github)
    assert left == len(github.repository("acme/shop").comments(1))
    comment(github)
    assert [502, 201] == [call.status for call in github.calls_to("POST", "/repos/*/comments")]


def test_a_read_that_fails_twice_is_asked_a_third_time(github: GitHub) -> None:
    github.fail("GET", "/repos/*/issues/1", status=502, times=2)
    issue = pygithub(github, github.token(**ALL)).get_repo("acme/shop").get_issue(1)
    assert "An issue" == issue.title
    assert [502, 502, 200] == [call.status for call in github.calls]


@pytest.mark.parametrize(("after", "left"), [(False, 0), (True, 1)])
def test_a_connection_is_dropped_before_the_effect_or_after_it(github: GitHub, after: bool, left: int) -> None:
    github.drop("POST", "*", after=after)
    with pytest.raises(requests.ConnectionError):
        comment(github)
    assert left == len(github.repository("acme/shop").comments(1))
    assert [None] == [call.status for call in github.calls]


def test_a_secondary_limit_tells_how_long_to_wait(github: GitHub) -> None:
    github.limit_secondary("POST", "*", status=403, retry_after=60)
    with pytest.raises(RateLimitExceededException) as refused:
        comment(github)
    assert (403, "60") == (refused.value.status, refused.value.headers["retry-after"])


def test_a_429_without_a_hint_is_told_as_it_is(github: GitHub) -> None:
    github.limit_secondary("POST", "*", status=429, retry_after=None)
    with pytest.raises(GithubException) as refused:
        comment(github)
    assert 429 == refused.value.status
    assert "retry-after" not in refused.value.headers


def test_the_hour_used_up_tells_when_the_next_begins(github: GitHub) -> None:
    github.limit_primary("POST", "*", reset_in=100)
    with pytest.raises(RateLimitExceededException) as refused:
        comment(github)
    assert "0" == refused.value.headers["x-ratelimit-remaining"]


def test_an_answer_is_late(github: GitHub) -> None:
    github.delay("GET", "/repos/acme/shop", seconds=0.3)
    start = monotonic()
    with pytest.raises(requests.Timeout):
        requests.get(f"{github.url}/repos/acme/shop", timeout=0.1)
    assert 200 == requests.get(f"{github.url}/repos/acme/shop", timeout=5).status_code
    assert monotonic() - start < 5


def test_what_is_used_of_the_hour_is_counted_for_each_token_and_304_costs_nothing(github: GitHub) -> None:
    token = github.token(**ALL)
    bearer = {"Authorization": f"Bearer {token}"}
    first = requests.get(f"{github.url}/repos/acme/shop", headers=bearer, timeout=5)
    again = requests.get(
        f"{github.url}/repos/acme/shop", headers={**bearer, "If-None-Match": first.headers["etag"]}, timeout=5
    )
    assert (304, b"") == (again.status_code, again.content)
    assert "4999" == first.headers["x-ratelimit-remaining"] == again.headers["x-ratelimit-remaining"]
    assert 1 == pygithub(github, token).get_rate_limit().rate.used


def test_a_request_that_fails_before_its_effect_is_still_held_against_the_description(github: GitHub) -> None:
    github.fail("GET", "*", status=502)
    assert 502 == requests.get(f"{github.url}/repos/acme/shop/issues?sorted=1", timeout=5).status_code
    assert ["GET /repos/{owner}/{repo}/issues: the request: 'sorted' is no query parameter"] == github.take_problems()
