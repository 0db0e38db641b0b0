"""The first page: how the projects stand that somebody may see, the worst first."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response
from starlette.routing import Route

from qualitygate.github.people import Readable
from qualitygate.server.access import Seen
from qualitygate.server.pages import layout
from qualitygate.server.pages.guard import Guard
from qualitygate.server.pages.visit import Visit, number
from qualitygate.storage.project import FIRST, Place, Project

MOST = 100
"""Projects on a page."""


def routes(guard: Guard) -> Sequence[Route]:
    """The overview."""
    return (Route("/", guard.shown(_page)),)


def _page(visit: Visit) -> Response:
    seen = visit.seen()
    found = visit.house.verdicts.projects(after=_place(visit.query("after")), limit=MOST + 1, among=list(seen))
    shown = [each for each in found[:MOST] if _same(seen, each)]
    known = {each.place.key for each in shown}
    whole = not visit.query("after") and len(found) <= MOST
    return layout.page(
        visit,
        "overview",
        projects=[(seen[each.place.key], each) for each in shown],
        others=_others(seen, known) if whole else [],
        more=f"{found[MOST - 1].place.standing}~{found[MOST - 1].place.key}" if len(found) > MOST else "",
    )


def _same(seen: Seen, project: Project) -> bool:
    """Whether a project is the repository that the person may read, and not one that had its name before."""
    return project.github_id in {0, seen[project.place.key].id}


def _others(seen: Seen, known: set[str]) -> list[Readable]:
    return sorted((each for key, each in seen.items() if key not in known), key=lambda each: each.name.casefold())


def _place(text: str) -> Place:
    standing, _, key = text.partition("~")
    return Place(standing=number(standing), key=key) if text else FIRST
