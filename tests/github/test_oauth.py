"""Signing in with GitHub, as a client of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qualitygate.errors import CannotUseGitHub
from qualitygate.github.oauth import OAuthClient, exchange, revoke
from tests.github.double.github import GitHub


@pytest.mark.parametrize(
    ("api", "site"),
    [
        ("https://api.github.com", "https://github.com"),
        ("https://api.octo.ghe.com/", "https://octo.ghe.com"),
        ("https://git.example/api/v3", "https://git.example"),
        ("https://git.example/api/v3/", "https://git.example"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("https://api.github.com.evil.example", "https://api.github.com.evil.example"),
    ],
)
def test_people_sign_in_where_the_api_belongs_to(api: str, site: str) -> None:
    assert site == OAuthClient(id="a", secret="b", api=api).site


def test_a_code_that_github_refuses_is_told_without_it(github: GitHub) -> None:
    client = OAuthClient(id="Iv1.1", secret="hidden", api=github.url)
    with pytest.raises(CannotUseGitHub) as told:
        exchange(client, "http://x/back", "the-code", "verifier")
    assert "refused" == told.value.slug
    assert "hidden" not in str(told.value)
    assert "the-code" not in str(told.value)


def test_a_site_that_cannot_be_reached_is_told_and_no_answer_is_followed(github: GitHub) -> None:
    nobody = OAuthClient(id="a", secret="b", api="http://127.0.0.1:1")
    for deed in (lambda: exchange(nobody, "x", "c", "v"), lambda: revoke(nobody, "t")):
        with pytest.raises(CannotUseGitHub) as told:
            deed()
        assert "unreachable" == told.value.slug
    github.fail("POST", "/login/oauth/access_token", status=502)
    with pytest.raises(CannotUseGitHub, match="no token"):
        exchange(OAuthClient(id="a", secret="b", api=github.url), "x", "c", "v")


def test_a_token_lasts_no_longer_than_eight_hours_here(github: GitHub) -> None:
    body = {"access_token": "ghu_x", "token_type": "bearer"}
    for lasts, hours in ((None, 8), (3_600, 1), (10**9, 8), ("x", 8)):
        fault = github.fail("POST", "/login/oauth/access_token", status=200)
        assert fault is None
        github.wire.faults[-1].body = body if lasts is None else {**body, "expires_in": lasts}
        granted = exchange(OAuthClient(id="a", secret="b", api=github.url), "x", "c", "v")
        assert (timedelta(hours=hours), "ghu_x") == (granted.life, granted.token)


def test_a_token_that_has_ended_is_ended(github: GitHub) -> None:
    from tests.github.test_apps import keys

    app = github.app("qualitygate", key=keys()[1])
    app.client_secret = "s"
    revoke(OAuthClient(id=f"Iv1.{app.id}", secret="s", api=github.url), "ghu_none")
    with pytest.raises(CannotUseGitHub, match="refused to end"):
        revoke(OAuthClient(id=f"Iv1.{app.id}", secret="other", api=github.url), "ghu_none")
