"""Reports that the server makes from its own memory: support in a period, and what was judged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from qualitygate import servicereport
from qualitygate.config import Config
from qualitygate.csvtext import written
from qualitygate.desk.looking import look
from qualitygate.errors import ConfigError
from qualitygate.github.people import Readable
from qualitygate.github.tickets import source
from qualitygate.language import marked, say
from qualitygate.model.period import Period, last_whole, named, title, up_to
from qualitygate.server import log
from qualitygate.server.pages import layout
from qualitygate.server.pages.files import download
from qualitygate.server.pages.guard import Guard
from qualitygate.server.pages.visit import NotFound, Visit
from qualitygate.server.reporting import basis
from qualitygate.storage.tickets import TicketStore
from qualitygate.storage.verdicts import Cursor, Judgement
from qualitygate.support.membership import with_members
from qualitygate.support.report import ServiceReport
from qualitygate.support.report import report as made

FORMATS = {"html": "html", "markdown": "md", "csv": "csv", "json": "json", "text": "txt"}
MOST = 2_000
"""Judgements in a history: the newest."""
_LENGTHS = {"month": 12, "quarter": 4, "year": 2}
"""How many periods of each length are offered."""
_COLUMNS = ("id", "at", "outcome", "check", "ref", "pull_request", "commit", "policy", "policy_sha256", "url")
_UNREAD = marked("The tickets were not read in whole yet")
_UNREAD_HELP = marked("A report of some of them would be wrong. They are read in whole soon; try again then.")
_PATH = "/repositories/{owner}/{name}/reports"


def routes(guard: Guard) -> Sequence[Route]:
    """The page, and what it leads to."""
    return (
        Route(_PATH, guard.shown(_page)),
        Route(f"{_PATH}/support", guard.shown(_support)),
        Route(f"{_PATH}/history", guard.shown(_history)),
    )


def _page(visit: Visit) -> Response:
    repository = visit.repository()
    told: dict[str, Any] = {"periods": [], "problem": ""}
    try:
        config = _config(visit, repository)
        if config is not None and config.support is not None:
            told["periods"] = list(_periods(visit.house.clock().astimezone(config.policy.zone)))
    except ConfigError:
        told["problem"] = say("The policy of this repository is wrong, so that nothing can be told of its support.")
    return layout.page(visit, "reports", repository=repository, tab="/reports", formats=FORMATS, most=MOST, **told)


def _support(visit: Visit) -> Response:
    """The support report of a period, counted anew from the tickets that are remembered."""
    repository, now, form = visit.repository(), visit.house.clock(), visit.query("format")
    config = _config(visit, repository)
    if form not in FORMATS or config is None or config.support is None:
        raise NotFound
    period = _period(visit.query("period"), now.astimezone(config.policy.zone))
    with visit.house.access.client(visit.who) as client:
        name = source(client, repository.name, config.policy.zone).name
    with TicketStore(visit.house.database, name) as store:
        if store.whole_at() is None or store.owner() != repository.id:
            return layout.trouble(visit, 409, _UNREAD, [_UNREAD_HELP])
        promise = with_members(config.support, store.teams())
        cases = [each.case for each in look(store.records(), promise, now)]
        found: ServiceReport = made(cases, basis(config, promise), period, now, [name])
    log.tell("a report is made", repository=repository.name, period=title(period), by=visit.who.login)
    return download(servicereport.render(form, found), _named(repository, "support", title(period), FORMATS[form]))


def _history(visit: Visit) -> Response:
    """What was judged, newest first: a line each."""
    repository, form = visit.repository(), visit.query("format")
    if form not in {"csv", "json"}:
        raise NotFound
    rows = [_row(each) for each in (_judged(visit, repository) if visit.remembered(repository) else ())]
    if form == "json":
        told = json.dumps([dict(zip(_COLUMNS, row, strict=True)) for row in rows], indent=2, ensure_ascii=False) + "\n"
    else:
        told = written(_COLUMNS, (dict(zip(_COLUMNS, map(str, row), strict=True)) for row in rows))
    return download(told, _named(repository, "history", f"{visit.house.clock():%Y-%m-%d}", form))


def _judged(visit: Visit, repository: Readable) -> Iterator[Judgement]:
    before, number = None, 0
    while number < MOST:
        found = visit.house.verdicts.history(repository.name, before=before, limit=min(200, MOST - number))
        yield from found
        number += len(found)
        if not found:
            return
        before = Cursor(at=found[-1].at, id=found[-1].id)


def _row(of: Judgement) -> tuple[Any, ...]:
    place = (of.name, of.ref, of.pull_request or "", of.sha)
    return (of.id, of.at.isoformat(), of.outcome.name.lower(), *place, of.policy, of.policy_digest, of.url)


def _config(visit: Visit, repository: Readable) -> Config | None:
    with visit.house.access.client(visit.who) as client:
        return visit.house.policies.of(visit.who.id, repository, client, visit.house.clock())


def _periods(now: datetime) -> Iterator[str]:
    """The periods that can be chosen, the newest first; the month that is not over yet is one."""
    yield f"{now:%Y-%m}"
    for length, number in _LENGTHS.items():
        yield from (title(each) for each in reversed(up_to(last_whole(length, now), number)))


def _period(name: str, now: datetime) -> Period:
    try:
        period = named(name, now)
    except ValueError:
        raise NotFound from None
    if now < period.start:
        raise NotFound
    return period


def _named(repository: Readable, *parts: str) -> str:
    return f"{'-'.join([repository.name.replace('/', '-'), *parts[:-1]])}.{parts[-1]}"
