"""The deliveries of a repository: what became of each webhook, and those that were put aside tried again.

What sweeps of our own put among them is listed apart.

Only for who administers the repository: an error may name what others need not know, and each attempt costs calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from qualitygate.github.people import Readable
from qualitygate.language import marked, say
from qualitygate.server import log
from qualitygate.server.pages import layout
from qualitygate.server.pages.guard import Guard
from qualitygate.server.pages.visit import NotFound, Visit
from qualitygate.server.spreading import CLOCKS, NIGHT, TEAMS
from qualitygate.storage.deliveries import Place, listed
from qualitygate.storage.inbox import DEAD, DONE, OWN, RUNNING, WAITING

MOST = 50
"""Deliveries on a page."""
STATES = {WAITING: marked("waiting"), RUNNING: marked("at work"), DONE: marked("done"), DEAD: marked("put aside")}
DEEDS = {
    CLOCKS: marked("clocks that time alone moves"),
    TEAMS: marked("who came to a team, or left"),
    NIGHT: marked("all tickets, read anew"),
}
"""What is looked after by sweeps, by their action."""
SWEEPS = "sweeps"
"""What ``of`` in the query names to see them."""
_PATH = "/repositories/{owner}/{name}/deliveries"


def routes(guard: Guard) -> Sequence[Route]:
    """The list, and the button in it."""
    return (Route(_PATH, guard.shown(_page)), Route(_PATH, guard.shown(_retry), methods=["POST"]))


def _page(visit: Visit) -> Response:
    repository, state = _administered(visit), visit.query("state")
    sweeps = visit.query("of") == SWEEPS
    chosen = (state,) if state in STATES else ()
    before = _place(visit.query("before"))
    found = listed(visit.house.inbox, repository.id, sweeps=sweeps, states=chosen, before=before, most=MOST + 1)
    return layout.page(
        visit,
        "deliveries",
        repository=repository,
        tab="/deliveries",
        zone=visit.zone(repository),
        deliveries=found[:MOST],
        more=_told(found[MOST - 1].place) if len(found) > MOST else "",
        state=chosen[0] if chosen else "",
        sweeps=sweeps,
        of=f"of={SWEEPS}&" if sweeps else "",
        deeds={name: say(word) for name, word in DEEDS.items()},
        states={name: say(word) for name, word in STATES.items()},
    )


def _retry(visit: Visit) -> Response:
    repository, id = _administered(visit), visit.field("id")
    armed = visit.house.inbox.rearm(repository.id, id)
    log.tell("a delivery is begun anew", repository=repository.name, of=id, by=visit.who.login, armed=armed)
    state = visit.field("state")
    shown = [("of", SWEEPS)] if id.startswith(f"{OWN}:") else []
    shown += [("state", state)] if state in STATES else []
    return RedirectResponse(f"/repositories/{repository.name}/deliveries?{urlencode(shown)}".removesuffix("?"), 303)


def _administered(visit: Visit) -> Readable:
    repository = visit.repository()
    if not repository.admin:
        raise NotFound
    return repository


def _told(place: Place) -> str:
    return f"{place.at!r}~{place.id}"


def _place(text: str) -> Place | None:
    at, _, id = text.partition("~")
    try:
        seconds = float(at) if text else 0.0
    except ValueError:
        raise NotFound from None
    if not isfinite(seconds):
        raise NotFound
    return Place(at=seconds, id=id) if text else None
