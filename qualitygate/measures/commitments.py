"""Commitment metrics: how many clauses of the contract are kept; the judge takes them, after all other conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qualitygate.commitments import MET
from qualitygate.extension import Context, Measure
from qualitygate.model.evidence import Evidence
from qualitygate.model.measurement import Measurement


def take(_evidence: Sequence[Evidence], _context: Context) -> Iterator[Measurement]:
    """Nothing: whether a clause is kept cannot be told from evidence, only from the results of what checks it."""
    return iter(())


MEASURE = Measure(metrics=(MET,), take=take)
