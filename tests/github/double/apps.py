"""Apps: known by a JWT they sign themselves, installed on repositories, given tokens that end within the hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import jwt

from tests.github.double.account import CREATED, Account, App, account_shape, app_shape
from tests.github.double.clock import stamp
from tests.github.double.exchange import Answer, Refused, Request
from tests.github.double.operation import does
from tests.github.double.paging import page_of, paged
from tests.github.double.repositories import repository_shape
from tests.github.double.token import LEVELS, Token

if TYPE_CHECKING:
    from tests.github.double.repository import Repository
    from tests.github.double.world import World

LONGEST = timedelta(minutes=10)
LEEWAY = timedelta(minutes=1)
LIFE = timedelta(hours=1)
UNREADABLE = "A JSON web token could not be decoded"


@dataclass(slots=True, kw_only=True)
class Installation:
    """An App on an account: on these repositories, or with None on all of them."""

    id: int
    app: App
    account: Account
    permissions: dict[str, str]
    repositories: set[str] | None = None

    def covers(self, repository: str) -> bool:
        if self.repositories is not None:
            return repository in self.repositories
        return repository.split("/", maxsplit=1)[0] == self.account.login


def app_of(world: World, value: str, now: datetime) -> App:
    """The App that signed a JWT, if it is right in every way GitHub asks; `now` is the real clock's."""
    try:
        claimed = jwt.decode(value, options={"verify_signature": False})
        app = next(app for app in world.apps.values() if str(claimed.get("iss")) in {str(app.id), f"Iv1.{app.id}"})
        claims = jwt.decode(value, app.key, algorithms=["RS256"], options={"verify_iat": False, "verify_exp": False})
        issued, ends = (datetime.fromtimestamp(claims[name], UTC) for name in ("iat", "exp"))
    except (jwt.PyJWTError, StopIteration, KeyError) as why:
        raise Refused(401, UNREADABLE) from why
    if issued > now + LEEWAY:
        raise Refused(
            401, "'Issued at' claim ('iat') must be an Integer representing the time the assertion was issued"
        )
    if ends <= now:
        raise Refused(401, "'Expiration time' claim ('exp') must be a numeric value representing the future time")
    if ends > now + LONGEST + LEEWAY:
        raise Refused(401, "'Expiration time' claim ('exp') is too far in the future")
    return app


@does("GET /app")
def get_app(world: World, request: Request) -> Answer:
    return Answer(body=app_shape(_app(request), request.api))


@does("GET /app/installations")
def list_installations(world: World, request: Request) -> Answer:
    own = [each for each in world.installations if each.app is _app(request)]
    return paged(request, own, lambda each: installation_shape(each, request.api))


@does("GET /app/installations/{installation_id}")
def get_installation(world: World, request: Request) -> Answer:
    return Answer(body=installation_shape(_found(world, request), request.api))


@does("GET /repos/{owner}/{repo}/installation")
def get_installation_of_repository(world: World, request: Request) -> Answer:
    name = f"{request.arguments['owner']}/{request.arguments['repo']}"
    for each in world.installations:
        if each.app is _app(request) and each.covers(name) and name in world.repositories:
            return Answer(body=installation_shape(each, request.api))
    raise Refused(404, "Not Found")


@does("POST /app/installations/{installation_id}/access_tokens")
def create_token(world: World, request: Request) -> Answer:
    installation, body = _found(world, request), request.body or {}
    permissions = body.get("permissions") or installation.permissions
    for name, level in permissions.items():
        if LEVELS[level] > LEVELS.get(installation.permissions.get(name, ""), 0):
            raise Refused(422, "The permissions requested are not granted to this installation.")
    names = _narrowed(world, installation, body)
    made = Token(
        value=f"ghs_installation{world.new_id():024d}",
        login=f"{installation.app.slug}[bot]",
        app=installation.app.slug,
        permissions=permissions,
        repositories=names,
        expires=datetime.now(UTC) + LIFE,
        installation=installation.id,
    )
    world.tokens[made.value] = made
    shape: dict[str, Any] = {
        "token": made.value,
        "expires_at": stamp(datetime.now(UTC) + LIFE),
        "permissions": permissions,
        "repository_selection": "selected" if "repositories" in body or "repository_ids" in body else "all",
    }
    return Answer(status=201, body=shape)


@does("GET /installation/repositories")
def list_repositories(world: World, request: Request) -> Answer:
    token = request.token
    if token is None or token.installation is None:
        raise Refused(403, "Resource not accessible by integration")
    seen = [each for name, each in world.repositories.items() if token.reaches(name)]
    page, headers = page_of(request, seen)
    shapes = [repository_shape(each, request.api) for each in page]
    return Answer(body={"total_count": len(seen), "repositories": shapes}, headers=headers)


def installation_shape(installation: Installation, api: str) -> dict[str, Any]:
    """`installation`."""
    url = f"{api}/app/installations/{installation.id}"
    return {
        "id": installation.id,
        "account": account_shape(installation.account, api),
        "repository_selection": "all" if installation.repositories is None else "selected",
        "access_tokens_url": f"{url}/access_tokens",
        "repositories_url": f"{api}/installation/repositories",
        "html_url": f"{api.removesuffix('/api/v3')}/settings/installations/{installation.id}",
        "app_id": installation.app.id,
        "app_slug": installation.app.slug,
        "target_id": installation.account.id,
        "target_type": installation.account.kind,
        "permissions": installation.permissions,
        "events": installation.app.events,
        "created_at": CREATED,
        "updated_at": CREATED,
        "single_file_name": None,
        "suspended_by": None,
        "suspended_at": None,
    }


def _app(request: Request) -> App:
    assert request.app is not None
    return request.app


def _found(world: World, request: Request) -> Installation:
    wanted = request.number("installation_id")
    for each in world.installations:
        if each.id == wanted and each.app is _app(request):
            return each
    raise Refused(404, "Not Found")


def _narrowed(world: World, installation: Installation, body: dict[str, Any]) -> frozenset[str]:
    """The repositories a token is for: those asked for, all of which the installation must cover."""
    covered: dict[str, Repository] = {
        name: each for name, each in world.repositories.items() if installation.covers(name)
    }
    if "repositories" in body:
        wanted = {f"{installation.account.login}/{name}" for name in body["repositories"]}
    elif "repository_ids" in body:
        names = {each.id: name for name, each in covered.items()}
        wanted = {names.get(number, str(number)) for number in body["repository_ids"]}
    else:
        return frozenset(covered)
    if not wanted <= {*covered}:
        raise Refused(
            422, "There is at least one repository that does not exist or is not accessible to the parent installation."
        )
    return frozenset(wanted)
