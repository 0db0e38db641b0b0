"""Apps against the double: a real key, JWTs, installations, tokens that end, and webhooks that come again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from github import Auth, GithubIntegration
from werkzeug.wrappers import Request, Response

from tests.github.double.account import App
from tests.github.double.github import GitHub
from tests.github.double.hooks import signed
from tests.github.double.server import serving

Asked = Callable[..., requests.Response]


@cache
def keys() -> tuple[str, str]:
    """A private key and its public one, as PEM."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return private, public


@pytest.fixture
def app(github: GitHub) -> App:
    github.repository("acme/shop")
    made = github.app("qualitygate", key=keys()[1], secret="s3cret", checks="write", issues="write", metadata="read")
    github.install(made, "acme")
    return made


def token_of(app: App, *, key: str | None = None, ends: int = 300, starts: int = 0) -> str:
    now = datetime.now(UTC)
    claims = {"iss": str(app.id), "iat": now + timedelta(seconds=starts), "exp": now + timedelta(seconds=ends)}
    return jwt.encode(claims, key or keys()[0], algorithm="RS256")


@pytest.fixture
def as_app(github: GitHub, app: App) -> Asked:
    def ask(method: str, path: str, value: str | None = None, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {value or token_of(app)}"}
        return requests.request(method, github.url + path, headers=headers, timeout=5, **more)

    return ask


def test_pygithub_works_as_an_installation(github: GitHub, app: App) -> None:
    auth = Auth.AppAuth(app.id, keys()[0])
    with GithubIntegration(auth=auth, base_url=github.url) as integration:
        assert "qualitygate" == integration.get_app().slug
        installation = integration.get_repo_installation("acme", "shop")
        assert [installation.id] == [each.id for each in integration.get_installations()]
        client = integration.withLazy(lazy=True).get_github_for_installation(installation.id)
        shop = client.get_repo("acme/shop")
        made = shop.create_check_run("gate", github.repository("acme/shop").head, conclusion="success")

    assert "qualitygate" == made.app.slug
    assert 1 == len(github.calls_to("POST", "/app/installations/*/access_tokens"))


@pytest.mark.parametrize(
    "wrong", [{"ends": -10}, {"ends": 900}, {"starts": 120}, {"key": "other"}], ids=lambda wrong: next(iter(wrong))
)
def test_a_jwt_that_is_wrong_is_401(app: App, as_app: Asked, wrong: dict[str, Any]) -> None:
    if "key" in wrong:
        key = generate_private_key(public_exponent=65537, key_size=2048)
        wrong = {"key": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()}
    assert 401 == as_app("GET", "/app", token_of(app, **wrong)).status_code
    assert 401 == as_app("GET", "/app", "no.jwt.atall").status_code


def test_a_token_is_narrowed_to_what_is_asked_and_never_widened(github: GitHub, as_app: Asked) -> None:
    github.repository("acme/other")
    number = as_app("GET", "/repos/acme/shop/installation").json()["id"]
    path = f"/app/installations/{number}/access_tokens"
    narrow = {"permissions": {"checks": "read"}, "repositories": ["shop"]}
    made = as_app("POST", path, json=narrow).json()

    assert {"checks": "read"} == made["permissions"]
    seen = as_app("GET", "/installation/repositories", made["token"]).json()["repositories"]
    assert ["acme/shop"] == [each["full_name"] for each in seen]
    assert 422 == as_app("POST", path, json={"permissions": {"contents": "write"}}).status_code
    assert 422 == as_app("POST", path, json={"repositories": ["nowhere"]}).status_code


def test_an_ended_token_is_401_and_another_apps_installation_404(github: GitHub, app: App, as_app: Asked) -> None:
    number = as_app("GET", "/repos/acme/shop/installation").json()["id"]
    token = as_app("POST", f"/app/installations/{number}/access_tokens").json()["token"]
    assert 200 == as_app("GET", "/repos/acme/shop", token).status_code
    github.expire(token)
    assert 401 == as_app("GET", "/repos/acme/shop", token).status_code

    other = github.app("other", key=keys()[1])
    assert 404 == as_app("GET", f"/app/installations/{number}", token_of(other)).status_code


def test_a_repository_outside_the_installation_cannot_be_written(github: GitHub, as_app: Asked) -> None:
    beyond = github.repository("globex/site")
    number = as_app("GET", "/repos/acme/shop/installation").json()["id"]
    token = as_app("POST", f"/app/installations/{number}/access_tokens").json()["token"]
    body = {"name": "gate", "head_sha": beyond.head}
    assert 403 == as_app("POST", "/repos/globex/site/check-runs", token, json=body).status_code


@pytest.fixture
def inbox() -> Iterator[tuple[str, list[Request]]]:
    """An address for webhooks, and what came to it."""
    came: list[Request] = []

    def receive(environ: dict[str, Any], start: Any) -> Any:
        request = Request(environ)
        request.get_data()
        came.append(request)
        return Response(status=500 if len(came) == 1 else 202)(environ, start)

    with serving(receive) as url:
        yield url, came


def test_a_delivery_that_failed_is_listed_and_comes_again_with_its_id(
    github: GitHub, app: App, as_app: Asked, inbox: tuple[str, list[Request]]
) -> None:
    app.hook, came = inbox
    first = github.deliver(app, "ping", {"zen": "Keep it logically awesome.", "installation": {"id": 1}})
    (failed,) = as_app("GET", "/app/hook/deliveries?status=failure").json()
    assert (first.guid, 500, False) == (failed["guid"], failed["status_code"], failed["redelivery"])

    assert 202 == as_app("POST", f"/app/hook/deliveries/{failed['id']}/attempts").status_code
    assert {first.guid} == {each.headers["X-GitHub-Delivery"] for each in came}
    assert signed("s3cret", came[1].get_data()) == came[1].headers["X-Hub-Signature-256"]
    assert [(202, True), (500, False)] == [
        (each["status_code"], each["redelivery"]) for each in as_app("GET", "/app/hook/deliveries").json()
    ]
    assert (
        "ping" == as_app("GET", f"/app/hook/deliveries/{failed['id']}").json()["request"]["headers"]["X-GitHub-Event"]
    )


def test_deliveries_lead_on_by_a_cursor(github: GitHub, app: App, as_app: Asked) -> None:
    for _ in range(3):
        github.deliver(app, "ping", {})
    first = as_app("GET", "/app/hook/deliveries?per_page=2")
    rest = as_app("GET", first.links["next"]["url"].removeprefix(github.url))
    assert (2, 1) == (len(first.json()), len(rest.json()))
    assert "next" not in rest.links


def test_a_deployment_is_approved_once_by_who_may(github: GitHub, app: App) -> None:
    shop = github.repository("acme/shop")
    run = shop.run(environments=["production"])
    bearer = {"Authorization": f"Bearer {github.token(app='qualitygate', deployments='write')}"}
    path = f"{github.url}/repos/acme/shop/actions/runs/{run.id}/deployment_protection_rule"

    def say(**body: str) -> int:
        body = {"environment_name": "production", **body}
        return requests.post(path, json=body, headers=bearer, timeout=5).status_code

    assert 204 == say(comment="waiting for reports")
    assert 204 == say(state="rejected", comment="2 conditions failed")
    assert ("rejected", "2 conditions failed") == (run.reviews["production"].state, run.reviews["production"].comment)
    assert 422 == say(state="approved")
