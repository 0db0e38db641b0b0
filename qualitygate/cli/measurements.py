"""Measurements as text or JSON, for ``measure``: numbers without a judgement."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from qualitygate import amounts, wording
from qualitygate.codec import exact
from qualitygate.escaping import line
from qualitygate.model.measurement import Measurement


def as_text(measurements: Sequence[Measurement]) -> str:
    """A line a measurement: metric, labels, value, and why where there is none."""
    return "".join(f"{_line(measurement)}\n" for measurement in measurements)


def as_json(measurements: Sequence[Measurement]) -> str:
    """The measurements as JSON, values exact."""
    rows = [_row(measurement) for measurement in measurements]
    return json.dumps({"schema_version": 1, "measurements": rows}, indent=2, ensure_ascii=False) + "\n"


def _line(measurement: Measurement) -> str:
    labels = wording.labels(measurement.labels)
    name = measurement.metric.name + (f" [{line(labels)}]" if labels else "")
    return f"{name:<44}  {line(amounts.quantity(measurement))}" + (
        f"  {line(measurement.note)}" if measurement.note and not measurement.vacuous else ""
    )


def _row(measurement: Measurement) -> dict[str, Any]:
    return {
        "metric": measurement.metric.name,
        "labels": dict(sorted(measurement.labels.items())),
        "unit": measurement.metric.unit.value,
        "value": exact(measurement.value),
        "numerator": exact(measurement.numerator),
        "denominator": exact(measurement.denominator),
        "examined": dict(sorted(measurement.examined.items())),
        "sources": list(measurement.sources),
        "note": measurement.note,
    }
