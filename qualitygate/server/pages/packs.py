"""Evidence packs that people send: checked as ``qualitygate evidence verify`` checks them, and thrown away."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response
from starlette.routing import Route

from qualitygate.escaping import line
from qualitygate.language import say
from qualitygate.model.verdict import Outcome
from qualitygate.server import log
from qualitygate.server.pages import layout
from qualitygate.server.pages.examined import Examined, examined
from qualitygate.server.pages.guard import Guard
from qualitygate.server.pages.visit import Visit

PATH = "/packs"
FILE = "pack"
"""The field of the form that has the file."""


def routes(guard: Guard) -> Sequence[Route]:
    """The page with the form, and what it sends."""
    return (Route(PATH, guard.shown(_page)), Route(PATH, guard.receiving(_checked), methods=["POST"]))


def _page(visit: Visit) -> Response:
    return _told(visit)


def _checked(visit: Visit) -> Response:
    if visit.file is None:
        return _told(visit, 400, refused=say("No file was chosen."))
    found = examined(visit.file)
    if isinstance(found, str):
        log.tell("a pack is refused", by=visit.who.login, why=found)
        return _told(visit, 422, refused=line(found))
    log.tell("a pack is checked", by=visit.who.login, differences=found.number)
    return _told(visit, found=found)


def _told(visit: Visit, status: int = 200, *, refused: str = "", found: Examined | None = None) -> Response:
    outcome = Outcome.__members__.get(found.outcome.upper()) if found else None
    return layout.page(visit, "packs", status=status, refused=refused, found=found, outcome_of=outcome)
