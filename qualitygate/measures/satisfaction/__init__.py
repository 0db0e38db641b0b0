"""Satisfaction metrics: what customers answered in surveys and under tickets, each scale by itself, and when asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qualitygate.extension import Context, Measure
from qualitygate.measures.satisfaction import thumbs, waves
from qualitygate.model.evidence import Evidence
from qualitygate.model.measurement import Measurement


def take(evidence: Sequence[Evidence], context: Context) -> Iterator[Measurement]:
    """What registers of surveys say, and what the ratings in registers of tickets do; neither waits for the other."""
    yield from waves.take(evidence, context)
    yield from thumbs.take(evidence, context)


MEASURE = Measure(metrics=(*waves.METRICS, thumbs.THUMBS), take=take, dated=True)
