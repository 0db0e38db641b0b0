"""What all pages look like: a template in the language of the visit, inside the one layout."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Any

from starlette.responses import HTMLResponse, Response

from qualitygate import __version__, wording
from qualitygate.amounts import number
from qualitygate.github.people import Readable
from qualitygate.language import say, speaking
from qualitygate.pages import element, template
from qualitygate.plotting import Plot, svg
from qualitygate.server.pages import assets
from qualitygate.server.pages.visit import Visit

ROOM = "server/pages/templates"
LANGUAGES = {"en": "English", "zh-CN": "中文"}
"""Each in its own words: who looks for a language reads that one."""


def page(
    visit: Visit,
    name: str,
    *,
    status: int = 200,
    repository: Readable | None = None,
    tab: str = "",
    zone: tzinfo = UTC,
    **told: Any,
) -> Response:
    """The page. ``repository`` and ``tab`` say where in the dashboard it is, ``zone`` in which its times are told."""
    text = template(ROOM, f"{name}.html.j2").render(
        visit=visit,
        lang=visit.lang,
        languages=LANGUAGES,
        style=assets.address("style.css"),
        icon=assets.address("icon.svg"),
        repository=repository,
        tab=tab,
        version=__version__,
        wording=wording,
        number=number,
        moment=partial(moment, zone=zone),
        tabs=_tabs,
        svg=_svg,
        **told,
    )
    return HTMLResponse(text, status)


def trouble(visit: Visit, status: int, title: str, said: Sequence[str] = ()) -> Response:
    """The page of an error: what a person can do about it, and nothing of what went on inside."""
    with speaking(visit.lang):
        return page(visit, "trouble", status=status, title=say(title), said=[say(each) for each in said])


def moment(at: datetime, zone: tzinfo) -> str:
    """A moment for people, in a zone, whose name stands with it."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M} {zone}"


def _tabs(repository: Readable) -> list[tuple[str, str]]:
    """The pages of a repository, below its own path: those that somebody may see."""
    told = [("", say("Gates")), ("/board", say("Support")), ("/reports", say("Reports"))]
    return [*told, ("/deliveries", say("Deliveries"))] if repository.admin else told


def _svg(plot: Plot) -> Any:
    return element(svg(plot))  # its texts are escaped by who draws it
