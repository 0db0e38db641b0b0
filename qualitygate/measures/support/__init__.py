"""Support metrics: targets kept, how long customers waited, what is late and still open, which channels are live."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qualitygate.extension import Context, Measure
from qualitygate.measures.support import channels, tickets
from qualitygate.model.evidence import Evidence, about, by_labels
from qualitygate.model.measurement import Measurement
from qualitygate.model.tickets import Tickets


def take(evidence: Sequence[Evidence], context: Context) -> Iterator[Measurement]:
    """Every support metric for every label set that has registers of tickets, or should have; live channels once.

    Where a declared register is missing or unreadable, or the policy promises nothing, all of its label set is without
    a value. ``month`` parts what is measured by when it was due, response times by when the waiting began.
    """
    groups = by_labels(about("tickets", Tickets, evidence))
    desks = [tickets.desk_of(dict(labels), items, context) for labels, items in groups.items()]
    for desk in desks:
        yield from tickets.measured(desk, context)
    yield from channels.live(desks, channels.told(evidence), context)


MEASURE = Measure(metrics=(*tickets.METRICS, channels.LIVE), take=take, dated=True)
