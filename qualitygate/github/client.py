"""A client of GitHub: authenticated, counted, patient within limits, with errors that say the way out.

PyGithub authenticates, connects and reads; its own retries and pacing are switched off, because they send a ``POST``
again whose answer was lost, and so write a comment twice.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count, islice
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import stamina
from github import Auth, Github
from github.GithubException import GithubException
from requests import RequestException

from qualitygate.amounts import number
from qualitygate.errors import CannotUseGitHub
from qualitygate.values import dataclass

PUBLIC = "https://api.github.com"
TIMEOUT = 15
"""Seconds until a connection or an answer is given up."""
PATIENCE = 90.0
"""Seconds that one call may wait for GitHub, all attempts together."""
ATTEMPTS = 4
PAGE = 100
"""Items a page: the most GitHub gives."""
PAGES = 10
"""Pages read of one list: of a thousand comments the sticky one is hardly the last."""
GRAPHQL = "/graphql"
_RATE_LIMITS = (403, 429)
_TOO_LONG = ("timeout", "timedout", "something went wrong while executing your query")


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """A GitHub App and which of its installations is meant, or with 0 it itself. ``private_key`` is PEM text."""

    id: str
    private_key: str
    installation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who asks, and whom: a token or an App, and the API's address, which GitHub Enterprise Server has of its own.

    ``budget`` is how many calls may be made before the client refuses to go on, ``patience`` the seconds that one call
    may wait for GitHub, all attempts together.
    """

    credentials: str | App
    base_url: str = PUBLIC
    budget: int = 200
    patience: float = PATIENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """What GraphQL answered; ``lost`` are the messages of what is missing in ``data``, where the answer is partial."""

    data: Mapping[str, Any]
    lost: tuple[str, ...] = ()


class Client:
    """A client that counts its calls, and the points its queries cost. ``close`` it, or use it in a ``with``."""

    def __init__(self, access: Access, github: Github | None = None) -> None:
        self.access = access
        self.calls = 0
        self.points = 0
        self.remaining: int | None = None
        """Calls that GitHub's own limit leaves, as its last answer said."""
        self._github = github or Github(
            auth=_auth(access.credentials),
            base_url=access.base_url,
            timeout=TIMEOUT,
            user_agent="qualitygate",
            retry=None,
            seconds_between_requests=None,
            seconds_between_writes=None,
            lazy=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def anew(self) -> Client:
        """A client with the same connections and the same token, which counts its calls from nothing."""
        return Client(self.access, self._github)

    def close(self) -> None:
        """Let go of the connections."""
        self._github.close()

    def spent(self) -> str:
        """The calls that were made, and what GitHub's own limit leaves, in words."""
        left = "" if self.remaining is None else f", {self.remaining} left until GitHub's limit"
        points = f", {number('points of GraphQL', self.points)}" if self.points else ""
        return f"{self.calls} of {self.access.budget} API calls{points}{left}"

    def ask(
        self,
        verb: str,
        path: str,
        *,
        parameters: Mapping[str, Any] | None = None,
        body: Any = None,
        adds: bool | None = None,
    ) -> Any:
        """The JSON that GitHub answers, asked again while it is out of order or wants to be asked more slowly.

        What ``adds`` something each time it is asked for, as a ``POST`` does, is only repeated where GitHub said that
        it refused it. Raises :class:`~qualitygate.errors.CannotUseGitHub`.
        """
        adding = verb == "POST" if adds is None else adds
        for attempt in stamina.retry_context(on=self._again(adding), attempts=ATTEMPTS, timeout=self.access.patience):
            with attempt:
                return self._once(verb, path, parameters, body)[1]
        raise AssertionError  # pragma: no cover - the last attempt returns or raises

    def query(self, text: str, variables: Mapping[str, Any]) -> Graph:
        """What GraphQL answers to a query, which should ask for ``rateLimit { cost }`` so that its points are counted.

        A query only reads, so it is repeated where the connection was lost. One that took GitHub too long is not: ask
        for less. Raises :class:`~qualitygate.errors.CannotUseGitHub`, with the slug ``timeout`` for those.
        """
        for attempt in stamina.retry_context(
            on=self._again(adding=False), attempts=ATTEMPTS, timeout=self.access.patience
        ):
            with attempt:
                return self._graph(text, variables)
        raise AssertionError  # pragma: no cover - the last attempt returns or raises

    def create(self, path: str, body: Any, find: Callable[[], Any]) -> Any:
        """What a ``POST`` made. Where its answer was lost, ``find`` looks for it before it is asked for again."""
        for attempt in stamina.retry_context(on=_lost, attempts=ATTEMPTS, timeout=self.access.patience):
            with attempt:
                made = find() if attempt.num > 1 else None
                return made or self.ask("POST", path, body=body)
        raise AssertionError  # pragma: no cover - the last attempt returns or raises

    def add(self, path: str, body: Any, came: Callable[[], bool]) -> None:
        """A ``PATCH`` that adds. Where its answer was lost, ``came`` says whether its effect is there all the same."""
        for attempt in stamina.retry_context(on=_lost, attempts=ATTEMPTS, timeout=self.access.patience):
            with attempt:
                if attempt.num == 1 or not came():
                    self.ask("PATCH", path, body=body, adds=True)

    def pages(self, path: str, parameters: Mapping[str, Any] | None = None, *, under: str = "") -> Iterator[Any]:
        """The first thousand items of a list, asked for as they are looked at; ``under`` is the key of the list."""
        return islice(self.every(path, parameters, under=under), PAGES * PAGE)

    def every(self, path: str, parameters: Mapping[str, Any] | None = None, *, under: str = "") -> Iterator[Any]:
        """The items of a list to its end, page by page."""
        for page in count(1):
            answer = self.ask("GET", path, parameters={**(parameters or {}), "per_page": PAGE, "page": page})
            items = answer[under] if under else answer
            yield from items
            if len(items) < PAGE:
                return

    def linked(self, path: str, parameters: Mapping[str, Any]) -> Iterator[Any]:
        """The items of a list of which only the header ``Link`` leads to the next page, as they are looked at."""
        asked = {**parameters, "per_page": PAGE}
        while True:
            headers, items = self._got(path, asked)
            yield from items
            following = _next(headers)
            if not following:
                return
            asked |= following

    def redirect(self, path: str) -> str:
        """Where a ``GET`` leads to; it is for the caller to go there, without our token."""
        headers, _ = self._got(path, {})
        return str(headers["location"])

    def _got(self, path: str, parameters: Mapping[str, Any]) -> tuple[Mapping[str, Any], Any]:
        """The headers and the JSON that GitHub answers to a ``GET``."""
        for attempt in stamina.retry_context(
            on=self._again(adding=False), attempts=ATTEMPTS, timeout=self.access.patience
        ):
            with attempt:
                return self._once("GET", path, parameters, None)
        raise AssertionError  # pragma: no cover - the last attempt returns or raises

    def _again(self, adding: bool) -> Callable[[Exception], bool | float]:
        """Whether a failed call may simply be made again, or after how many seconds."""

        def decide(error: Exception) -> bool | float:
            if not isinstance(error, CannotUseGitHub):
                return False
            if error.slug == "rate-limited":
                return error.wait if error.wait is not None and error.wait <= self.access.patience else False
            return error.slug == "unreachable" and not adding

        return decide

    def _graph(self, text: str, variables: Mapping[str, Any]) -> Graph:
        left = self.remaining
        url = self._github.requester.graphql_url
        headers, answer = self._once("POST", url, None, {"query": text, "variables": dict(variables)}, told=GRAPHQL)
        self.remaining = left  # points are not calls
        data = answer.get("data") or {}
        self.points += int((data.get("rateLimit") or {}).get("cost") or 0)
        errors = [each for each in answer.get("errors") or () if isinstance(each, dict)]
        if errors and (failed := _graph_refused(data, errors, headers)):
            raise failed
        return Graph(data=data, lost=tuple(str(each.get("message")) for each in errors))

    def _once(
        self, verb: str, path: str, parameters: Mapping[str, Any] | None, body: Any, *, told: str = ""
    ) -> tuple[Mapping[str, Any], Any]:
        told = told or path
        if self.calls >= self.access.budget:
            raise CannotUseGitHub("budget", f"{verb} {told} would be call {self.calls + 1} of {self.access.budget}")
        self.calls += 1
        requester = self._github.requester
        try:
            return requester.requestJsonAndCheck(verb, path, parameters=dict(parameters or {}), input=body)
        except GithubException as error:
            raise _refused(verb, told, error) from error
        except (RequestException, OSError) as error:
            raise CannotUseGitHub("unreachable", f"{verb} {told}: GitHub cannot be reached: {error}") from error
        finally:
            self.remaining = requester.rate_limiting[0] if requester.rate_limiting[0] >= 0 else None


def prove(app_id: str, private_key: str) -> None:
    """Refuse what is no App's key now, rather than at the first webhook.

    Raises :class:`~qualitygate.errors.CannotUseGitHub` (``credentials``).
    """
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - only an App has a key
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    why = ""
    try:
        if not isinstance(load_pem_private_key(private_key.encode(), None), RSAPrivateKey):
            why = "it is no RSA key"
    except TypeError:
        why = "it is encrypted"
    except (ValueError, UnsupportedAlgorithm):
        why = "it is a public key or a certificate" if "PRIVATE KEY" not in private_key else "it is damaged"
    if why:
        told = f"the App's private key cannot be used: {why}; take the file .pem that GitHub gives on the App's page"
        raise CannotUseGitHub("credentials", told)
    _app(app_id, private_key).create_jwt()


def _auth(credentials: str | App) -> Auth.Auth:
    if isinstance(credentials, str):
        return Auth.Token(credentials)
    itself = _app(credentials.id, credentials.private_key)
    return itself.get_installation_auth(credentials.installation) if credentials.installation else itself


def _app(app_id: str, private_key: str) -> Auth.AppAuth:
    """An App that signs with a key that is read once: to read one takes ten times as long as to sign."""
    import jwt  # noqa: PLC0415 - only an App signs

    return Auth.AppAuth(app_id, sign_func=lambda payload: jwt.encode(payload, key=_key(private_key), algorithm="RS256"))


@lru_cache(maxsize=16)
def _key(private_key: str) -> Any:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - only an App has one

    return load_pem_private_key(private_key.encode(), None)


def _next(headers: Mapping[str, Any]) -> Mapping[str, str]:
    """What the next page is asked for with; nothing on the last one. Where it lies is known."""
    found = re.search(r'<([^>]*)>\s*;\s*rel="next"', str(headers.get("link", "")))
    return dict(parse_qsl(urlsplit(found[1]).query)) if found else {}


def _lost(error: Exception) -> bool:
    return isinstance(error, CannotUseGitHub) and error.slug == "unreachable"


def _refused(verb: str, path: str, error: GithubException) -> CannotUseGitHub:
    """GitHub's answer as an error that says what to do."""
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    asked, said = f"{verb} {path}", _said(error)
    if error.status in _RATE_LIMITS and (wait := _wait(said, headers)) is not None:
        return CannotUseGitHub("rate-limited", f"{asked}: GitHub wants to be asked again in {wait:.0f} s", wait=wait)
    if error.status >= 500 and path == GRAPHQL:
        return CannotUseGitHub("timeout", f"{asked}: GitHub took too long over the query, or is out of order")
    if error.status >= 500:
        return CannotUseGitHub("unreachable", f"{asked}: GitHub is out of order ({error.status})")
    if error.status == 401:
        why = "GitHub does not accept the token; it may be spent, or of another server"
        return CannotUseGitHub("credentials", f"{asked}: {why} ({said})")
    if error.status == 403:
        needed = headers.get("x-accepted-github-permissions")
        needs = f": it needs the permission {needed}" if needed else ""
        return CannotUseGitHub("permission", f"{asked}: the token may not do this{needs} ({said})")
    if error.status == 404:
        return CannotUseGitHub("not-found", f"{asked}: there is no such thing, or the token may not see it ({said})")
    return CannotUseGitHub("refused", f"{asked}: GitHub refused it ({error.status}): {said}")


def _graph_refused(
    data: Mapping[str, Any], errors: Sequence[Mapping[str, Any]], headers: Mapping[str, str]
) -> CannotUseGitHub | None:
    """What GraphQL refuses with a status of 200; ``None`` where the answer is only partial."""
    kinds = {str(each.get("type")) for each in errors}
    said = ", ".join(dict.fromkeys(str(each.get("message")) for each in errors[:3]))
    if "RATE_LIMITED" in kinds:
        wait = _wait("rate limit", headers)
        return CannotUseGitHub("rate-limited", f"{GRAPHQL}: the points are used up, for {wait:.0f} s", wait=wait)
    if "NOT_FOUND" in kinds:
        return CannotUseGitHub("not-found", f"{GRAPHQL}: there is no such thing, or the token may not see it ({said})")
    if kinds & {"FORBIDDEN", "INSUFFICIENT_SCOPES"}:
        return CannotUseGitHub("permission", f"{GRAPHQL}: the token may not do this ({said})")
    if any(value is not None for name, value in data.items() if name != "rateLimit"):
        return None
    if any(word in said.lower() for word in _TOO_LONG):
        return CannotUseGitHub("timeout", f"{GRAPHQL}: GitHub took too long over the query ({said})")
    return CannotUseGitHub("refused", f"{GRAPHQL}: GitHub refused it: {said}")


def _said(error: GithubException) -> str:
    """GitHub's own words, with the details it gives of what it could not process."""
    data = error.data if isinstance(error.data, dict) else {}
    said = str(data.get("message") or error.message or "no reason given")
    details = data.get("errors") or []
    told = [_detail(each) for each in (details if isinstance(details, list) else [details])]
    return f"{said}: {', '.join(told)}" if told else said


def _detail(each: Any) -> str:
    if not isinstance(each, dict):
        return str(each)
    return str(each.get("message") or f"{each.get('field')} {each.get('code')}")


def _wait(said: str, headers: Mapping[str, str]) -> float | None:
    """After how many seconds a limit ends; ``None`` where the answer is about something else.

    A secondary limit without a time is waited for a minute, as GitHub asks:
    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """
    if headers.get("retry-after", "").isdigit():
        return float(headers["retry-after"])
    if headers.get("x-ratelimit-remaining") == "0" and headers.get("x-ratelimit-reset", "").isdigit():
        return max(0.0, int(headers["x-ratelimit-reset"]) - time.time()) + 1
    return 60.0 if "rate limit" in said.lower() else None
