"""The dashboard put together: its house, and the routes of all its rooms."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import Route

from qualitygate.server.access import Access
from qualitygate.server.installation import Clock
from qualitygate.server.pages import (
    assets,
    board,
    deliveries,
    guard,
    overview,
    packs,
    pressing,
    project,
    reports,
    run,
    signing,
)
from qualitygate.server.pages.house import House
from qualitygate.server.pages.policies import Policies
from qualitygate.server.settings import Dashboard
from qualitygate.storage.inbox import Inbox
from qualitygate.storage.sessions import SessionStore
from qualitygate.storage.verdicts import VerdictStore


def house(settings: Dashboard, inbox: Inbox, verdicts: VerdictStore, database: str, clock: Clock) -> House:
    """The house of a dashboard over a store."""
    return House(
        public_url=settings.public_url,
        oauth=settings.client,
        sessions=SessionStore(database),
        access=Access(settings.client.api, clock),
        policies=Policies(),
        inbox=inbox,
        verdicts=verdicts,
        database=database,
        clock=clock,
    )


def routes(house: House) -> Sequence[Route]:
    """All routes; the last takes every path, so it comes after all that others answer."""
    guarded = guard.Guard(house)
    return (
        *assets.routes(tls=house.tls),
        *signing.routes(guarded),
        *overview.routes(guarded),
        *pressing.routes(guarded),
        *project.routes(guarded),
        *run.routes(guarded),
        *board.routes(guarded),
        *reports.routes(guarded),
        *packs.routes(guarded),
        *deliveries.routes(guarded),
        Route("/{path:path}", guarded.open(guard.nowhere)),
    )
