"""Signing in through an App: where a person is asked, the code they come back with, and the token it is given for.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
"""

from __future__ import annotations

import hmac
from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from werkzeug.wrappers import Request as Arrived
from werkzeug.wrappers import Response

from tests.github.double.account import App
from tests.github.double.apps import installation_shape
from tests.github.double.exchange import Answer, Refused, Request
from tests.github.double.operation import does
from tests.github.double.paging import page_of
from tests.github.double.repositories import repository_shape
from tests.github.double.token import Token

if TYPE_CHECKING:
    from tests.github.double.repository import Repository
    from tests.github.double.world import World

LIFE = timedelta(hours=8)
ROLES = ("read", "triage", "write", "maintain", "admin")
WORDS = ("pull", "triage", "push", "maintain", "admin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What a person comes back with: good once, for this App, this address and whoever knows the verifier."""

    app: str
    login: str
    address: str
    challenge: str


def on_site(world: World, arrived: Arrived) -> Response | None:
    """The answer of the site, not of the API; none to what it does not know."""
    pages = {("GET", "/login/oauth/authorize"): _authorize, ("POST", "/login/oauth/access_token"): _exchange}
    page = pages.get((arrived.method, arrived.path))
    return page(world, arrived) if page else None


def _authorize(world: World, arrived: Arrived) -> Response:
    """The person the double takes the browser for, ``world.person``, says yes at once; nobody is one who says no."""
    asked = arrived.args
    app = _app(world, asked.get("client_id", ""))
    if app is None:
        return Response("Not Found", 404)
    if asked.get("redirect_uri", "") not in app.callbacks:
        return Response("The redirect_uri is not associated with this application.", 400)
    if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
        return Response("the double wants PKCE", 400)
    told = {"state": asked.get("state", "")}
    if world.person:
        value = f"code{world.new_id():016d}"
        world.codes[value] = Code(
            app=app.slug, login=world.person, address=asked["redirect_uri"], challenge=asked["code_challenge"]
        )
        told["code"] = value
    else:
        told |= {"error": "access_denied", "error_description": "The user has denied your application access."}
    return Response("", 302, {"Location": f"{asked['redirect_uri']}?{urlencode(told)}"})


def _exchange(world: World, arrived: Arrived) -> Response:
    """A token for a code. What is wrong is told with a status of 200, as GitHub does."""
    form = dict(parse_qsl(arrived.get_data(as_text=True)))
    app, code = _app(world, form.get("client_id", "")), world.codes.pop(form.get("code", ""), None)
    if app is None or not hmac.compare_digest(form.get("client_secret", ""), app.client_secret):
        return _json({"error": "incorrect_client_credentials"})
    verified = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
    if code is None or code.app != app.slug or code.challenge != verified:
        return _json({"error": "bad_verification_code", "error_description": "The code is incorrect or expired."})
    if form.get("redirect_uri") != code.address:
        return _json({"error": "redirect_uri_mismatch"})
    names = [each.full_name for each in world.repositories.values() if role(each, code.login)]
    made = Token(
        value=f"ghu_{world.new_id():036d}",
        login=code.login,
        app=None,
        permissions=app.permissions,
        repositories=frozenset(names),
        expires=datetime.now(UTC) + LIFE,
        through=app.slug,
    )
    world.tokens[made.value] = made
    return _json(
        {
            "access_token": made.value,
            "expires_in": int(LIFE.total_seconds()),
            "refresh_token": f"ghr_{world.new_id():036d}",
            "refresh_token_expires_in": 15_897_600,
            "scope": "",
            "token_type": "bearer",
        }
    )


@does("GET /user/installations")
def list_installations(world: World, request: Request) -> Answer:
    """The App's installations on accounts of which the person can see a repository."""
    token = _person(request)
    own = [
        each
        for each in world.installations
        if each.app.slug == token.through and any(map(each.covers, _seen(world, token.login)))
    ]
    page, headers = page_of(request, own)
    shapes = [installation_shape(each, request.api) for each in page]
    return Answer(body={"total_count": len(own), "installations": shapes}, headers=headers)


@does("GET /user/installations/{installation_id}/repositories")
def list_repositories(world: World, request: Request) -> Answer:
    """The installation's repositories that the person was given a role in, and which."""
    token, number = _person(request), request.number("installation_id")
    seen = _seen(world, token.login)
    found = next((each for each in world.installations if each.id == number and each.app.slug == token.through), None)
    if found is None or not any(map(found.covers, seen)):
        raise Refused(404, "Not Found")
    own = [each for name, each in seen.items() if found.covers(name)]
    page, headers = page_of(request, own)
    shapes = [{**repository_shape(each, request.api), "permissions": rights(role(each, token.login))} for each in page]
    return Answer(body={"total_count": len(own), "repositories": shapes}, headers=headers)


@does("GET /user/repos")
def list_given(world: World, request: Request) -> Answer:
    """The repositories that the owner of any token was given a role in, as far as the token reaches."""
    token = request.token
    if token is None or token.app is not None:
        raise Refused(403, "Resource not accessible by integration")
    seen = [each for name, each in _seen(world, token.login).items() if token.reaches(name)]
    page, headers = page_of(request, seen)
    shapes = [{**repository_shape(each, request.api), "permissions": rights(role(each, token.login))} for each in page]
    return Answer(body=shapes, headers=headers)


@does("DELETE /applications/{client_id}/token")
def delete_token(world: World, request: Request) -> Answer:
    """Ends a token, for whoever knows the App's client id and secret."""
    app = _app(world, request.arguments["client_id"])
    given = b64decode(request.headers.get("authorization", "").partition(" ")[2] or b"").decode()
    if app is None or given != f"{request.arguments['client_id']}:{app.client_secret}":
        raise Refused(401, "Bad credentials")
    if world.tokens.pop(request.body["access_token"], None) is None:
        raise Refused(404, "Not Found")
    return Answer(status=204)


def role(repository: Repository, login: str) -> str:
    """What somebody was given in a repository; empty is nothing, though all may read one that is public."""
    return "admin" if login == repository.owner.login else repository.roles.get(login, "")


def rights(role: str) -> dict[str, bool]:
    """The ``permissions`` of a repository, by the role."""
    return {word: at <= ROLES.index(role) for at, word in enumerate(WORDS)}


def _seen(world: World, login: str) -> dict[str, Repository]:
    return {name: each for name, each in world.repositories.items() if role(each, login)}


def _person(request: Request) -> Token:
    if request.token is None or request.token.through is None:
        raise Refused(403, "You must authenticate with an access token authorized to a GitHub App")
    return request.token


def _app(world: World, client_id: str) -> App | None:
    return next((each for each in world.apps.values() if client_id == f"Iv1.{each.id}"), None)


def _json(body: dict[str, Any]) -> Response:
    from tests.github.double.description import as_json

    return Response(as_json(body), 200, content_type="application/json; charset=utf-8")
