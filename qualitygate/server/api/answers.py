"""The routes of the API. What a repository is told of is only told to who may read it on GitHub."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from math import isfinite

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from qualitygate.github.people import Kind
from qualitygate.server.api import told
from qualitygate.server.api.asked import NotThere, Wrong, cursor, limit, only, page, written
from qualitygate.server.api.described import BASE, DESCRIPTION
from qualitygate.server.api.door import Answer, Reader, Rights, endpoint
from qualitygate.server.api.door import told as answer
from qualitygate.storage import deliveries
from qualitygate.storage.board import FIRST as UPPERMOST
from qualitygate.storage.inbox import Inbox
from qualitygate.storage.judgement import harmless
from qualitygate.storage.project import FIRST
from qualitygate.storage.verdicts import Cursor, Judgement, Place, Posted, Project, Spot, VerdictStore
from qualitygate.strict import instant

_NAME = re.compile(r"[\w.-]{1,100}/[\w.-]{1,100}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,18}")
_Clock = Callable[[], datetime]


def routes(store: VerdictStore, inbox: Inbox, reader: Reader, clock: _Clock) -> Sequence[Route]:
    """All routes of the API; ``reader`` says who asks and what they may read."""
    found = _Answers(store, inbox, clock)
    answers: dict[str, Answer] = {
        "/projects": found.projects,
        "/projects/{owner}/{name}": found.project,
        "/projects/{owner}/{name}/judgements": found.judgements,
        "/judgements/{id}": found.judgement,
        "/judgements/{id}/verdict": found.verdict,
        "/board": found.board,
        "/deliveries": found.deliveries,
    }
    return (
        Route(f"{BASE}/openapi.json", _description),
        *(Route(f"{BASE}{path}", endpoint(reader, each)) for path, each in answers.items()),
        Route(f"{BASE}/{{path:path}}", endpoint(reader, _nothing)),
    )


class _Answers:
    """What each route answers from the stores, as of a clock's now."""

    def __init__(self, store: VerdictStore, inbox: Inbox, clock: _Clock) -> None:
        self._store, self._inbox, self._clock = store, inbox, clock

    def projects(self, request: Request, rights: Rights) -> Response:
        only(request, "limit", "cursor")
        most, after = limit(request), cursor(request, _place, int, str) or FIRST
        found = self._store.projects(after=after, limit=most + 1, among=rights.readable)
        read, tickets = rights.among(map(_known, found), Kind.CONTENTS), _supported(rights, found)
        return answer(
            page(
                found,
                most,
                lambda each: told.project(each, tickets=_known(each) in tickets),
                _after_project,
                lambda each: _known(each) in read,
            )
        )

    def project(self, request: Request, rights: Rights) -> Response:
        only(request)
        own = self._readable(request, rights)
        return answer(told.project(own, tickets=_known(own) in _supported(rights, [own])))

    def judgements(self, request: Request, rights: Rights) -> Response:
        only(request, "limit", "cursor", "stream")
        own, most = self._readable(request, rights), limit(request)
        stream, before = request.query_params.get("stream"), cursor(request, _cursor, str, int)
        stream = None if stream is None else harmless(stream)
        found = self._store.history(own.name, stream=stream, before=before, limit=most + 1)
        return answer(page(found, most, told.judgement, _after_judgement))

    def judgement(self, request: Request, rights: Rights) -> Response:
        only(request)
        found = self._judged(request, rights)
        return answer(told.whole(found, self._store.before(found)))

    def verdict(self, request: Request, rights: Rights) -> Response:
        """What a verdict found may have titles of tickets in it."""
        only(request)
        return Response(self._judged(request, rights, Kind.ISSUES).verdict, media_type="application/json")

    def board(self, request: Request, rights: Rights) -> Response:
        only(request, "limit", "cursor", "repository")
        most, after = limit(request), cursor(request, _spot, str, int, str) or UPPERMOST
        name = request.query_params.get("repository")
        if name is not None and not rights.may(name, 0, Kind.ISSUES):
            raise NotThere
        among = rights.readable if name is None else [name]
        now = self._clock()
        found = self._store.board(after=after, limit=most + 1, among=among)
        read = rights.among(((each.repository, each.repository_id) for each in found), Kind.ISSUES)
        return answer(
            page(
                found,
                most,
                lambda each: told.posted(each, now),
                _after_ticket,
                lambda each: (each.repository, each.repository_id) in read,
            )
        )

    def deliveries(self, request: Request, rights: Rights) -> Response:
        """What became of webhooks, for who administers the repository: an error may name what others need not know."""
        only(request, "limit", "cursor", "repository")
        most, before = limit(request), cursor(request, _delivered, float, str)
        name = request.query_params.get("repository")
        if not name:
            raise Wrong("repository must be given: whose deliveries, as OWNER/NAME")
        own = rights.of(name)
        if own is None or not own.admin or not rights.may(own.name, own.id, Kind.HOOKS):
            raise NotThere
        found = deliveries.listed(self._inbox, own.id, before=before, most=most + 1)
        return answer(page(found, most, told.delivery, _after_delivery))

    def _readable(self, request: Request, rights: Rights) -> Project:
        """The project that the path names. Nothing is looked up for who may not read it."""
        name = "{owner}/{name}".format_map(request.path_params)
        found = self._store.project(name) if _NAME.fullmatch(name) and rights.of(name) else None
        if found is None or not rights.may(found.name, found.github_id, Kind.CONTENTS):
            raise NotThere
        return found

    def _judged(self, request: Request, rights: Rights, *kinds: Kind) -> Judgement:
        """The judgement that the path names. ``kinds`` are what is needed besides a right to the code."""
        text = request.path_params["id"]
        found = self._store.judgement(int(text)) if _NUMBER.fullmatch(text) else None
        if found is None or not rights.may(found.repository, found.repository_id, Kind.CONTENTS, *kinds):
            raise NotThere
        return found


def _known(of: Project) -> tuple[str, int]:
    return of.name, of.github_id


def _supported(rights: Rights, of: Sequence[Project]) -> Collection[tuple[str, int]]:
    """The projects of whose tickets may be told."""
    return rights.among((_known(each) for each in of if each.support), Kind.ISSUES)


async def _description(_request: Request) -> Response:
    return answer(DESCRIPTION)


def _nothing(_request: Request, _rights: Rights) -> Response:
    raise NotThere


def _place(standing: int, key: str) -> Place:
    return Place(standing=_within(standing), key=_plain(key))


def _cursor(at: str, id: int) -> Cursor:
    return Cursor(at=instant(at).astimezone(UTC), id=_within(id))


def _spot(place: str, project: int, ticket: str) -> Spot:
    return Spot(place=_plain(place), project=_within(project), ticket=_plain(ticket))


def _delivered(at: float, id: str) -> deliveries.Place:
    if not isfinite(at):
        raise ValueError(f"{at} is no moment")
    return deliveries.Place(at=at, id=_plain(id))


def _within(number: int) -> int:
    """A number that databases hold."""
    if abs(number) >= 2**63:
        raise ValueError(f"{number} is too large")
    return number


def _plain(text: str) -> str:
    if text != harmless(text):
        raise ValueError("it holds what no text of the store does")
    return text


def _after_project(of: Project) -> str:
    return written(of.place.standing, of.place.key)


def _after_judgement(of: Judgement) -> str:
    return written(of.at.isoformat(), of.id)


def _after_ticket(of: Posted) -> str:
    return written(of.spot.place, of.spot.project, of.spot.ticket)


def _after_delivery(of: deliveries.Told) -> str:
    return written(float(of.place.at), of.place.id)
