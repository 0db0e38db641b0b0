"""Plots of the support report."""

from __future__ import annotations

import json
from collections.abc import Iterator

from qualitygate.escaping import line
from qualitygate.plotting import GOOD, QUIET, Plot, amount, colour, ordinal
from qualitygate.servicereport import words
from qualitygate.support.report import Row, ServiceReport


def months(total: Row) -> Plot:
    """The share in time of each month against the goal; a month in which nothing was judged has no bar."""
    records = [
        {"month": month, "share": float(tally.share * 100), "good": total.goal.bound.holds(tally.share)}
        for month, tally in total.months
        if tally.share is not None
    ]
    names = [month for month, _ in total.months]
    goal = {"data": {"values": [{"goal": float(total.goal.share * 100)}]}, "encoding": {"y": amount("goal", 100)}}
    bars = {
        "data": {"values": records},
        "mark": {"type": "bar", "width": {"band": 0.7}},
        "encoding": {"x": ordinal("month", names), "y": amount("share", 100, "in time, %"), "color": colour("good")},
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
                "x": ordinal("edge", names),
                "y": amount("count", most, "tickets"),
                "color": colour("good", QUIET),
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
                "x": {**amount("count", most, "judged")},
                "color": colour("good"),
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
