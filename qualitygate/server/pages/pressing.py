"""The open tickets of all projects that somebody may see, those with the least time left first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import Route

from qualitygate import amounts
from qualitygate.escaping import line
from qualitygate.language import say
from qualitygate.server.pages import layout
from qualitygate.server.pages.board import CLOCKS, name, word
from qualitygate.server.pages.guard import Guard
from qualitygate.server.pages.visit import Visit, number
from qualitygate.storage.board import FIRST
from qualitygate.storage.verdicts import Posted, Spot
from qualitygate.support.run import State
from qualitygate.support.waiting import Waiting
from qualitygate.values import dataclass

MOST = 100
"""Tickets on a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A ticket in words, as it stands now where nothing has happened since it was looked at."""

    repository: str
    ticket: str
    title: str
    url: str
    state: str
    word: str
    why: str
    risk: datetime | None
    due: datetime | None
    priority: str
    looked: datetime


def routes(guard: Guard) -> Sequence[Route]:
    """The page."""
    return (Route("/tickets", guard.shown(_page)),)


def _page(visit: Visit) -> Response:
    seen, now = visit.seen(), visit.house.clock()
    found = visit.house.verdicts.board(after=_spot(visit.query("after", 700)), limit=MOST + 1, among=list(seen))
    named = {each.repository.casefold() for each in found}
    known = visit.house.verdicts.projects(among=named)
    own = {each.place.key for each in known if each.github_id in {0, seen[each.place.key].id}}
    return layout.page(
        visit,
        "pressing",
        rows=[_row(visit, each, now) for each in found[:MOST] if each.repository.casefold() in own],
        now=now,
        more=_told(found[MOST - 1].spot) if len(found) > MOST else "",
    )


def _row(visit: Visit, posted: Posted, now: datetime) -> Row:
    of, state = posted.waiting, posted.waiting.at(now)
    return Row(
        repository=posted.repository,
        ticket=of.ticket,
        title=line(of.title, 200),
        url=f"{visit.house.oauth.site}/{posted.repository}/issues/{quote(of.ticket, safe='')}",
        state=name(state),
        word=word(state),
        why=_why(of, state),
        risk=of.risk if state in {State.PENDING, State.AT_RISK} else None,
        due=of.due,
        priority=of.priority,
        looked=posted.looked,
    )


def _why(of: Waiting, state: State | None) -> str:
    """Why it stands so: what was promised of its most pressing clock, and what became of that."""
    if of.clock is None or of.target is None:
        return say("no clock runs")
    told = {"clock": say(CLOCKS.get(of.clock, of.clock)), "target": amounts.span(round(of.target))}
    if of.left is not None:
        return say("{clock} within {target}: it stands still, {left} left", left=amounts.span(round(of.left)), **told)
    if state is State.BREACHED:
        return say("{clock} within {target}: used up", **told)
    return say("{clock} within {target}", **told)


def _told(spot: Spot) -> str:
    return f"{spot.project}~{spot.place}~{spot.ticket}"


def _spot(text: str) -> Spot:
    project, _, rest = text.partition("~")
    place, _, ticket = rest.partition("~")
    return Spot(place=place, project=number(project), ticket=ticket) if text else FIRST
