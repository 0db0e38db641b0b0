"""The one way to every answer of the API: who asks, what they may read, and what becomes of what goes wrong."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from qualitygate.errors import CannotUseGitHub, CannotUseStore
from qualitygate.github.people import Kind, Readable
from qualitygate.server import log
from qualitygate.server.api.asked import NotThere, Wrong
from qualitygate.values import dataclass

Endpoint = Callable[[Request], Awaitable[Response]]
_GONE = "there is no such thing, or none that you may read with this token or session"


def _all(repositories: Sequence[Readable], _kind: Kind) -> Collection[int]:
    return {each.id for each in repositories}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """The repositories that somebody may read, by their names in lower case.

    ``reach`` says in which of some they may read what is of a kind, by their ids: in all, unless a token has less.
    """

    readable: Mapping[str, Readable]
    reach: Callable[[Sequence[Readable], Kind], Collection[int]] = _all

    def of(self, repository: str) -> Readable | None:
        """A repository of this name that they may read."""
        return self.readable.get(repository.casefold())

    def among(self, remembered: Iterable[tuple[str, int]], kind: Kind) -> Collection[tuple[str, int]]:
        """What they may read of that kind, of what is remembered under names and GitHub's numbers, 0 for not known.

        Another repository may have taken the name since.
        """
        found = {(name, number): self.of(name) for name, number in remembered}
        own = {key: each for key, each in found.items() if each is not None and key[1] in {0, each.id}}
        reached = self.reach(list({each.id: each for each in own.values()}.values()), kind) if own else ()
        return {key for key, each in own.items() if each.id in reached}

    def may(self, repository: str, number: int, *kinds: Kind) -> bool:
        """Whether they may read what is remembered under a name and GitHub's number, of all of these kinds."""
        return all(self.among([(repository, number)], kind) for kind in kinds)


class TooOften(Exception):
    """Somebody asks too often; the message says in how many seconds they may ask again."""


Reader = Callable[[Request], Rights | None]
"""Who asks, ``None`` where nobody is known. May raise ``TooOften`` and ``CannotUseGitHub``."""
Answer = Callable[[Request, Rights], Response]


def endpoint(reader: Reader, answer: Answer) -> Endpoint:
    """What answers a request of somebody who is known, and nobody else's."""

    async def ask(request: Request) -> Response:
        return _kept(request, await run_in_threadpool(_answered, request, reader, answer))

    return ask


def _answered(request: Request, reader: Reader, answer: Answer) -> Response:
    try:
        rights = reader(request)
        if rights is None:
            headers = {"WWW-Authenticate": "Bearer"}
            return _error(401, "say who you are: sign in, or send a token of GitHub's", headers)
        return answer(request, rights)
    except TooOften as wait:
        return _error(429, "that was too often; wait a little", {"Retry-After": str(wait)})
    except NotThere:
        return _error(404, _GONE)
    except Wrong as why:
        return _error(400, str(why))
    except CannotUseGitHub as error:
        log.warn("GitHub cannot be asked for the API", path=request.url.path, why=error)
        if error.slug in {"credentials", "permission"}:
            return _error(401, "GitHub does not take this token", {"WWW-Authenticate": "Bearer"})
        return _error(503, "GitHub could not be asked what you may read; try again in a minute")
    except CannotUseStore as error:
        log.warn("the API cannot answer", path=request.url.path, why=error)
        return _error(503, "what is needed cannot be read now; try again in a minute")
    except Exception as error:  # noqa: BLE001 - who asks sees that it broke, and not how
        log.broke("the API broke", error, path=request.url.path)
        return _error(500, "it broke, which is a bug of qualitygate; the log of the server says more")


def told(data: Any) -> Response:
    """An answer. What UTF-8 cannot hold, which names in reports may, stays an escape."""
    return Response(json.dumps(data), media_type="application/json")


def _error(status: int, why: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": why}, status, headers)


def _kept(request: Request, response: Response) -> Response:
    """Only who asked may keep an answer, and asks each time whether it still holds."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if response.status_code != 200:
        return response
    tag = f'"{sha256(bytes(response.body)).hexdigest()[:32]}"'
    response.headers["ETag"] = tag
    asked = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    if tag in asked:
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": response.headers["Cache-Control"]})
    return response
