"""The support board of a repository: open tickets with the time that is left, the worst first, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import Route

from qualitygate import amounts
from qualitygate.desk.looking import look
from qualitygate.errors import ConfigError
from qualitygate.escaping import line
from qualitygate.github.people import Readable
from qualitygate.github.tickets import source
from qualitygate.language import marked, say
from qualitygate.server.pages import layout
from qualitygate.server.pages.guard import Guard
from qualitygate.server.pages.house import House
from qualitygate.server.pages.visit import Visit
from qualitygate.storage.tickets import TicketStore
from qualitygate.support.board import OpenTicket, Running, board
from qualitygate.support.membership import with_members
from qualitygate.support.promises import always, hours_of, terms_for
from qualitygate.support.run import State
from qualitygate.support.targets import FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION, Promise, Terms
from qualitygate.tracker import TicketSource
from qualitygate.values import dataclass

MOST = 200
"""Tickets on the page, the worst; of the others only how many they are."""
HOURS = {
    frozenset({True}): marked("Only business hours count."),
    frozenset({False}): marked("Every hour counts, day and night: no target has a calendar."),
    frozenset({True, False}): marked("Where a target has a calendar only business hours count, as each clock says."),
    frozenset[bool](): "",
}
"""What is said of the hours that count, by whether targets have calendars."""
STATES = {
    State.BREACHED: marked("late"),
    State.AT_RISK: marked("at risk"),
    State.PENDING: marked("in time"),
    State.PAUSED: marked("paused"),
}
_NONE = marked("no clock")
CLOCKS = {
    FIRST_RESPONSE: marked("first response"),
    NEXT_RESPONSE: marked("next response"),
    RESOLUTION: marked("resolution"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An open ticket in words; ``state`` is the name of what its most pressing clock says."""

    ticket: str
    title: str
    url: str
    state: str
    word: str
    left: str
    due: datetime | None
    priority: str
    channel: str
    why: tuple[str, ...]


def routes(guard: Guard) -> Sequence[Route]:
    """The board."""
    return (Route("/repositories/{owner}/{name}/board", guard.shown(_page)),)


def _page(visit: Visit) -> Response:
    house, repository = visit.house, visit.repository()
    now = house.clock()
    told: dict[str, Any] = {"trouble": "", "problems": [], "board": None, "now": now}
    try:
        with house.access.client(visit.who) as client:
            config = house.policies.of(visit.who.id, repository, client, now)
            if config is not None and config.support is not None:
                told |= _told(
                    house, repository, config.support, source(client, repository.name, now.tzinfo or UTC), now
                )
                told |= {"zone": config.policy.zone, "hours": _hours(config.support)}
    except ConfigError as error:
        told["trouble"] = say("The policy of this repository cannot tell how its tickets stand.")
        told["problems"] = [line(str(each)) for each in error.problems]
    return layout.page(visit, "board", repository=repository, tab="/board", **told)


def _told(
    house: House, repository: Readable, promise: Promise, issues: TicketSource, now: datetime
) -> Mapping[str, Any]:
    """What the page tells of the tickets that are remembered."""
    with TicketStore(house.database, issues.name) as store:
        if store.owner() != repository.id:  # they are of one that had its name
            return {"board": [], "asked": None}
        known = with_members(promise, store.teams())
        entries = board(each.case for each in look(store.open_records(), known, now))
        asked = store.whole_at()
    rows = [_row(each, promise, repository, house) for each in entries[:MOST]]
    return {"board": rows, "asked": asked, "totals": list(_totals(entries)), "left": len(entries) - MOST}


def _hours(promise: Promise) -> str:
    return say(HOURS[frozenset(map(_closes, promise.terms.values()))])


def _closes(terms: Terms) -> bool:
    """Whether there are hours that do not count."""
    return hours_of(terms) != always().rules


def _totals(entries: Sequence[OpenTicket]) -> Iterator[tuple[str, str, int]]:
    """How many tickets are in each state: its name, its word, and the number."""
    found = [each.clocks[0].state if each.clocks else None for each in entries]
    for state in (*STATES, None):
        if state in found:
            yield name(state), word(state), found.count(state)


def _row(entry: OpenTicket, promise: Promise, repository: Readable, house: House) -> Row:
    first = entry.clocks[0] if entry.clocks else None
    closes = _closes(terms_for(promise, entry.priority))
    return Row(
        ticket=entry.ticket,
        title=line(entry.title, 200),
        url=f"{house.oauth.site}/{repository.name}/issues/{quote(entry.ticket, safe='')}",
        state=name(first.state if first else None),
        word=word(first.state if first else None),
        left=_left(first) if first else "",
        due=first.due if first else None,
        priority=entry.priority,
        channel=entry.channel,
        why=tuple(_why(each, closes=closes) for each in entry.clocks),
    )


def _why(clock: Running, *, closes: bool) -> str:
    told = {
        "clock": say(CLOCKS.get(clock.clock, clock.clock)),
        "left": _left(clock),
        "target": amounts.span(round(clock.target)),
    }
    if closes:
        return say("{clock}: {left}, of {target} in business hours", **told)
    return say("{clock}: {left}, of {target}", **told)


def _left(clock: Running) -> str:
    if clock.state is State.BREACHED:
        late = say("late by {time}", time=amounts.span(round(-clock.left)))
        return late if clock.left < 0 else say("late, by time out of hours")
    return say("{time} left", time=amounts.span(round(clock.left)))


def name(state: State | None) -> str:
    """What a state is called in the stylesheet."""
    return state.name if state else "NONE"


def word(state: State | None) -> str:
    """A state in words."""
    return say(STATES[state]) if state else say(_NONE)
