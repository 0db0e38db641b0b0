"""Plots as inline SVG, drawn by Vega-Lite: no script, no style attribute, nothing loaded, each with its numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from qualitygate.escaping import line
from qualitygate.values import dataclass

VEGA_LITE = "6.4"
"""The version of Vega-Lite that the specifications are written for; vl-convert brings several."""
GOOD, BAD, QUIET = "#2f7d4f", "#c8452f", "#8a94a0"
_FONT = "system-ui, sans-serif"
_ROLES = r' (?:role|aria-roledescription)="[^"]*"'
"""What Vega calls its marks, which is nothing to be read out: the title, the description and the table tell it."""
_AXIS = {
    "labelColor": "currentColor",
    "titleColor": "currentColor",
    "domainColor": QUIET,
    "tickColor": QUIET,
    "gridColor": QUIET,
    "gridOpacity": 0.35,
    "labelFont": _FONT,
    "titleFont": _FONT,
    "labelFontSize": 12,
    "titleFontSize": 12,
    "titleFontWeight": "normal",
}
_CONFIG = {
    "background": None,
    "view": {"stroke": None},
    "axis": _AXIS,
    "aria": False,
    "text": {"font": _FONT, "fontSize": 12},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """What is drawn: its name and what it shows in words, the heads and rows of its data table, and how it is drawn.

    ``key`` tells its ids from those of all others on a page.
    """

    key: str
    title: str
    description: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    specification: Mapping[str, Any]


def svg(plot: Plot) -> str:
    """The plot as an ``svg`` element with a title and a description, the same for the same plot."""
    import vl_convert  # noqa: PLC0415 - only pages with plots pay for it

    drawn = vl_convert.vegalite_to_svg(
        json.dumps({**plot.specification, "config": _CONFIG}), vl_version=VEGA_LITE, allowed_base_urls=[]
    )
    opening, _, inside = drawn.partition(">")
    view = re.search(r'viewBox="([0-9. ]+)"', opening)
    named = f'role="img" aria-labelledby="{plot.key}-title {plot.key}-desc"'
    told = (
        f'<title id="{plot.key}-title">{escape(line(plot.title))}</title>'
        f'<desc id="{plot.key}-desc">{escape(line(plot.description))}</desc>'
    )
    inside = re.sub(_ROLES, "", inside)
    box = view[1] if view else "0 0 640 240"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{box.split()[2]}" {named}>{told}{inside}'


def ordinal(field: str, names: Sequence[str]) -> dict[str, Any]:
    """An axis of names, in their order."""
    return {
        "field": field,
        "type": "ordinal",
        "scale": {"domain": list(names)},
        "axis": {"title": None, "labelAngle": -30 if len(names) > 6 else 0},
    }


def amount(field: str, most: int, title: str | None = None) -> dict[str, Any]:
    """An axis of whole numbers from 0."""
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [0, most], "nice": most != 100},
        "axis": {"title": title, "tickCount": min(most, 5), "format": "d"},
    }


def colour(field: str, other: str = BAD) -> dict[str, Any]:
    """Green for what is true, another colour for what is not."""
    return {
        "field": field,
        "type": "nominal",
        "scale": {"domain": [True, False], "range": [GOOD, other]},
        "legend": None,
    }
