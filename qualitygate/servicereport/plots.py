"""Plots of the support report as inline SVG, drawn by Vega-Lite: no script, no style attribute, nothing loaded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from qualitygate.escaping import line
from qualitygate.servicereport import words
from qualitygate.support.report import Row, ServiceReport
from qualitygate.values import dataclass

VEGA_LITE = "6.4"
"""The version of Vega-Lite that the specifications are written for; vl-convert brings several."""
GOOD, BAD, QUIET = "#2f7d4f", "#c8452f", "#8a94a0"
_FONT = "system-ui, sans-serif"
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
Records = Sequence[Mapping[str, Any]]


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
    box = view[1] if view else "0 0 640 240"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{box.split()[2]}" {named}>{told}{inside}'


def months(total: Row) -> Plot:
    """The share in time of each month against the goal; a month in which nothing was judged has no bar."""
    records = [
        {"month": month, "share": float(tally.share * 100), "good": total.goal.bound.holds(tally.share)}
        for month, tally in total.months
        if tally.share is not None
    ]
    names = [month for month, _ in total.months]
    goal = {"data": {"values": [{"goal": float(total.goal.share * 100)}]}, "encoding": {"y": _y("goal", 100)}}
    bars = {
        "data": {"values": records},
        "mark": {"type": "bar", "width": {"band": 0.7}},
        "encoding": {"x": _ordinal("month", names), "y": _y("share", 100, "in time, %"), "color": _colour("good")},
    }
    rule = {**goal, "mark": {"type": "rule", "color": "currentColor", "strokeDash": [5, 3], "strokeWidth": 1.5}}
    return Plot(
        key=f"months-{total.clock}",
        title=f"{words.CLOCKS[total.clock]}: in time by month",
        description=f"The share in time of the last 12 months; the dashed line is the goal, {words.goal(total.goal)}.",
        heads=("Month", "In time", "Late", "Open over limit"),
        rows=tuple(
            (month, words.share(tally, total.goal), str(tally.late), str(tally.over)) for month, tally in total.months
        ),
        specification={"width": 560, "height": 160, "layer": [bars, rule]},
    )


def waits(report: ServiceReport, clock: str) -> Plot:
    """How many took how long, and how many still wait."""
    done, buckets = words.ANSWERS[clock], report.waits[clock]
    names = [words.edge(each) for each in buckets]
    records = [
        {"edge": name, "count": count, "good": which == done}
        for name, each in zip(names, buckets, strict=True)
        for which, count in ((done, each.answered), ("still waiting", each.waiting))
    ]
    most = max((each.answered + each.waiting for each in buckets), default=1)
    return Plot(
        key=f"waits-{clock}",
        title=f"{words.CLOCKS[clock]}: how long it took",
        description=f"Business time of those that began in the period; green: {done}, grey: still waiting.",
        heads=("Took", done.capitalize(), "Still waiting"),
        rows=tuple((words.edge(each), str(each.answered), str(each.waiting)) for each in buckets),
        specification={
            "width": 560,
            "height": 160,
            "data": {"values": records},
            "mark": {"type": "bar", "width": {"band": 0.7}},
            "encoding": {
                "x": _ordinal("edge", names),
                "y": _y("count", most, "tickets"),
                "color": _colour("good", QUIET),
                "order": {"field": "good", "sort": "descending"},
            },
        },
    )


def channels(report: ServiceReport, total: Row) -> Plot:
    """How many were in time and how many were not, by channel."""
    found = [(line(channel, 24), tally) for clock, channel, tally in report.channels if clock == total.clock]
    records = [
        {"channel": f"{place}", "count": count, "good": good}
        for place, (_, tally) in enumerate(found)
        for good, count in ((True, tally.met), (False, tally.breached))
    ]
    most = max((tally.counted for _, tally in found), default=1) or 1
    axis = {"title": None, "labelExpr": f"{json.dumps([name for name, _ in found])}[toNumber(datum.value)]"}
    return Plot(
        key=f"channels-{total.clock}",
        title=f"{words.CLOCKS[total.clock]}: in time by channel",
        description="How many were judged, by channel; green: in time, red: not.",
        heads=("Channel", "Received", "In time", "Late", "Open over limit"),
        rows=tuple(
            (channel, str(tally.received), words.share(tally, total.goal), str(tally.late), str(tally.over))
            for clock, channel, tally in report.channels
            if clock == total.clock
        ),
        specification={
            "width": 500,
            "height": {"step": 30},
            "data": {"values": records},
            "mark": {"type": "bar", "height": {"band": 0.7}},
            "encoding": {
                "y": {"field": "channel", "type": "ordinal", "sort": [str(n) for n in range(len(found))], "axis": axis},
                "x": {**_y("count", most, "judged")},
                "color": _colour("good"),
                "order": {"field": "good", "sort": "descending"},
            },
        },
    )


def hours(report: ServiceReport) -> Plot:
    """When tickets came in: the darker, the more."""
    most = max(max(day) for day in report.hours) or 1
    records = [
        {"day": name, "hour": hour, "count": count}
        for name, day in zip(words.WEEKDAYS, report.hours, strict=True)
        for hour, count in enumerate(day)
    ]
    place = {
        "x": {
            "field": "hour",
            "type": "ordinal",
            "axis": {"title": f"hour ({report.period.start.tzinfo})", "labelAngle": 0, "ticks": False, "domain": False},
        },
        "y": {
            "field": "day",
            "type": "ordinal",
            "sort": list(words.WEEKDAYS),
            "axis": {"title": None, "ticks": False, "domain": False},
        },
    }
    squares = {
        "mark": {"type": "rect", "color": GOOD, "stroke": QUIET, "strokeOpacity": 0.4},
        "encoding": {
            **place,
            "fillOpacity": {
                "field": "count",
                "type": "quantitative",
                "scale": {"domain": [0, most], "range": [0, 0.6]},
                "legend": None,
            },
        },
    }
    numbers = {
        "transform": [{"filter": "datum.count > 0"}],
        "mark": {"type": "text", "fontSize": 10},
        "encoding": {**place, "text": {"field": "count", "type": "quantitative"}, "color": {"value": "currentColor"}},
    }
    return Plot(
        key="hours",
        title="Received by hour and weekday",
        description="How many tickets came in at which hour of which weekday; the stronger the colour, the more.",
        heads=("Weekday", *(str(hour) for hour in range(24))),
        rows=tuple(
            (name, *(str(count) for count in day)) for name, day in zip(words.WEEKDAYS, report.hours, strict=True)
        ),
        specification={
            "width": {"step": 24},
            "height": {"step": 20},
            "data": {"values": records},
            "layer": [squares, numbers],
        },
    )


def of_clock(report: ServiceReport, total: Row) -> Iterator[Plot]:
    """The plots of one clock that have something to show."""
    if any(tally.counted for _, tally in total.months):
        yield months(total)
    if report.waits[total.clock]:
        yield waits(report, total.clock)
    if any(clock == total.clock for clock, _, _ in report.channels):
        yield channels(report, total)


def _ordinal(field: str, names: Sequence[str]) -> dict[str, Any]:
    return {
        "field": field,
        "type": "ordinal",
        "scale": {"domain": list(names)},
        "axis": {"title": None, "labelAngle": -30 if len(names) > 6 else 0},
    }


def _y(field: str, most: int, title: str | None = None) -> dict[str, Any]:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [0, most], "nice": most != 100},
        "axis": {"title": title, "tickCount": min(most, 5), "format": "d"},
    }


def _colour(field: str, other: str = BAD) -> dict[str, Any]:
    return {
        "field": field,
        "type": "nominal",
        "scale": {"domain": [True, False], "range": [GOOD, other]},
        "legend": None,
    }
