"""Clients of installations: a real key, a token that is had once, and anew before or after it ends."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic

import pytest

from qualitygate.errors import CannotUseGitHub
from qualitygate.github.client import prove
from qualitygate.server.clients import Clients, Identity
from tests.action.conftest import junit
from tests.github.double import apps
from tests.github.double.github import GitHub
from tests.github.test_apps import keys
from tests.server.shop import Shop

TOKENS = "/app/installations/*/access_tokens"


@pytest.fixture
def shop(github: GitHub) -> Iterator[Shop]:
    made = Shop(github)
    yield made
    made.clients.close()


def test_one_token_serves_an_installation_and_each_client_counts_its_own_calls(shop: Shop) -> None:
    for _ in range(3):
        client = shop.clients.of(shop.installation)
        assert "shop" == client.ask("GET", "/repos/acme/shop")["name"]
        assert 1 == client.calls
    assert 1 == len(shop.github.calls_to("POST", TOKENS))


def test_another_installation_has_another_token_and_reaches_nothing_else(shop: Shop) -> None:
    shop.github.repository("globex/site")
    other = shop.github.install(shop.app, "globex").id
    client = shop.clients.of(other)
    assert "site" == client.ask("GET", "/repos/globex/site")["name"]
    with pytest.raises(CannotUseGitHub) as refused:
        client.ask("POST", "/repos/acme/shop/check-runs", body={"name": "x", "head_sha": shop.shop.head})
    assert refused.value.slug in {"permission", "not-found"}
    assert 1 == len(shop.github.calls_to("POST", TOKENS))


def test_a_token_is_had_anew_before_it_ends(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apps, "LIFE", timedelta(seconds=5))
    for _ in range(2):
        shop.clients.of(shop.installation).ask("GET", "/repos/acme/shop")
    assert 2 == len(shop.github.calls_to("POST", TOKENS))


def test_a_token_that_github_took_back_is_let_go_of(shop: Shop) -> None:
    run = shop.run(shop.pull(), reports={"unit.xml": junit()})
    shop.clients.of(shop.installation).ask("GET", "/repos/acme/shop")
    (token,) = [name for name in shop.github.world.tokens if name.startswith("ghs_installation")]
    shop.github.expire(token)
    delivery = shop.delivery(shop.payload(run))
    with pytest.raises(CannotUseGitHub) as refused:
        shop.handle(delivery)
    assert "credentials" == refused.value.slug
    shop.handle(delivery)
    assert "success" == shop.check.conclusion


def test_many_threads_share_a_client(shop: Shop) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(shop.clients.of(shop.installation).ask, "GET", "/repos/acme/shop") for _ in range(40)]
        assert {"shop"} == {each.result()["name"] for each in asked}
    assert len(shop.github.calls_to("POST", TOKENS)) <= 8


def test_a_limit_is_not_slept_out_in_the_thread(shop: Shop) -> None:
    shop.github.limit_secondary("GET", "/repos/acme/shop", retry_after=60)
    begin = monotonic()
    with pytest.raises(CannotUseGitHub) as refused:
        shop.clients.of(shop.installation).ask("GET", "/repos/acme/shop")
    assert ("rate-limited", 60.0) == (refused.value.slug, refused.value.wait)
    assert monotonic() - begin < 10


def test_a_key_that_is_none_is_refused_at_once(github: GitHub) -> None:
    prove("7", keys()[0])
    with pytest.raises(CannotUseGitHub, match="private key cannot be used") as refused:
        prove("7", keys()[0][:200])
    assert "credentials" == refused.value.slug
    assert keys()[0][60:120] not in str(refused.value)


def test_another_apps_key_is_said_to_be_wrong(shop: Shop) -> None:
    github = shop.github
    stranger = github.app("stranger", key=keys()[1])
    clients = Clients(Identity(app_id=str(stranger.id), private_key=keys()[0], base_url=github.url))
    with pytest.raises(CannotUseGitHub):
        clients.of(shop.installation).ask("GET", "/repos/acme/shop")
    clients.close()
