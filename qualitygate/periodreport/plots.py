"""Plots of the report of a period: how each check stood in the periods before."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from qualitygate.commitments import Check, Standing
from qualitygate.language import marked, say
from qualitygate.model.measurement import Unit
from qualitygate.periodreport import words
from qualitygate.periodreport.report import PeriodReport
from qualitygate.plotting import BAD, GOOD, QUIET, Plot, ordinal

AMBER = "#a86f00"
_COLOURS = {
    Standing.MET: GOOD,
    Standing.WAIVED: AMBER,
    Standing.NO_DATA: QUIET,
    Standing.MISSED: BAD,
    Standing.UNCHECKED: QUIET,
    Standing.NOT_DUE: QUIET,
}
_SCALES: dict[Unit, int | Fraction] = {Unit.RATIO: 100, Unit.POINTS: 100, Unit.SECONDS: Fraction(1, 3600)}
_AXES = {Unit.RATIO: "%", Unit.POINTS: marked("percentage points"), Unit.SECONDS: marked("hours")}
_BOUNDS = ("below", "at_most", "at_least", "above")


def trend(check: Check, report: PeriodReport, key: str) -> Plot | None:
    """The value of a check at the end of each period against its bound; nothing where none has a value.

    A period without a value has no bar. The sign above a bar repeats its colour.
    """
    points = words.trend(check, report)
    if not points:
        return None
    metric, limits = check.result.condition.metric, check.result.condition.bound
    scale = _SCALES.get(metric.unit, 1)
    names = [point.title for point in points]
    bars = [
        {
            "period": point.title,
            "value": float(point.result.measurement.value * scale),
            "sign": words.SIGNS[point.standing],
            "standing": point.standing.name,
        }
        for point in points
        if point.result and point.result.measurement.value is not None and point.standing is not None
    ]
    lines = [{"limit": float(limit * scale)} for name in _BOUNDS if (limit := getattr(limits, name)) is not None]
    height = {
        "field": "value",
        "type": "quantitative",
        "scale": _scale(metric.unit, [*(bar["value"] for bar in bars), *(each["limit"] for each in lines)]),
        "axis": {"title": say(_AXES.get(metric.unit, metric.noun)), "tickCount": 4},
    }
    colour = {
        "field": "standing",
        "type": "nominal",
        "scale": {"domain": [each.name for each in _COLOURS], "range": list(_COLOURS.values())},
        "legend": None,
    }
    place = {"x": ordinal("period", names), "y": height}
    sign = {"type": "text", "dy": -7, "fontSize": 12, "fontWeight": "bold"}
    return Plot(
        key=key,
        title=say("{check} over time", check=words.measured(check)),
        description=say(
            "The value at the end of each period; the dashed line is the bound, {required}.",
            required=words.bound(check),
        ),
        heads=(say("Period"), say("Value"), say("Standing")),
        rows=tuple((point.title, words.point(point), words.word(point.standing)) for point in points),
        specification={
            "width": 480,
            "height": 150,
            "layer": [
                {
                    "data": {"values": bars},
                    "mark": {"type": "bar", "width": {"band": 0.6}},
                    "encoding": {**place, "color": colour},
                },
                {
                    "data": {"values": bars},
                    "mark": sign,
                    "encoding": {**place, "text": {"field": "sign"}, "color": {"value": "currentColor"}},
                },
                {
                    "data": {"values": lines},
                    "mark": {"type": "rule", "color": "currentColor", "strokeDash": [5, 3], "strokeWidth": 1.5},
                    "encoding": {"y": {**height, "field": "limit"}},
                },
            ],
        },
    )


def _scale(unit: Unit, values: list[Any]) -> dict[str, Any]:
    """From 0 to all of it for a share, to what there is for anything else, with room for the signs."""
    low = min(0, *values)
    high = 100 if unit is Unit.RATIO else max(0, *values)
    return {"domain": [low, (high + (high - low) * 0.12) or 1], "nice": False}
