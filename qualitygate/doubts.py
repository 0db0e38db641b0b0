"""What is odd about the evidence of a run, and changes no outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from qualitygate import registry
from qualitygate.config import Config
from qualitygate.errors import Problem
from qualitygate.model.evidence import Evidence, Report
from qualitygate.model.measurement import Measurement
from qualitygate.model.policy import Policy

INCONSISTENT = "reports.inconsistent"
"""The metric by which a gate stops at what is here only told."""


def unused(config: Config, evidence: Sequence[Evidence], measurements: Iterable[Measurement]) -> Iterator[Problem]:
    """Entries of which no measurement was taken: a file of another kind than was meant guards nothing."""
    used = {name for measurement in measurements for name in measurement.sources}
    for entry in config.evidence:
        reports = [item for item in evidence if isinstance(item, Report) and item.labels == entry.labels]
        if reports and used.isdisjoint(report.source.name for report in reports):
            kinds = sorted({registry.kind_of(report) or "what a snapshot keeps" for report in reports})
            message = f"no condition looks at the evidence {entry.name!r}, which holds {' and '.join(kinds)}"
            yield Problem("unused-evidence", message)


def denied(policy: Policy, evidence: Iterable[Evidence]) -> Iterator[Problem]:
    """Reports that contradict themselves where no condition asks for it: a pass over them deserves a second look."""
    found = [item for item in evidence if isinstance(item, Report) and item.contradictions]
    asked = {condition.metric.name for gate in policy.gates for condition in gate.conditions}
    if found and INCONSISTENT not in asked:
        first, more = found[0], len(found) - 1
        others = f"; {more} more {'report contradicts itself' if more == 1 else 'reports contradict themselves'}"
        yield Problem(
            "inconsistent-report",
            f"{first.source.name} {'; '.join(first.contradictions)}{others if more else ''}",
            help=f"find out what was lost; {{metric: {INCONSISTENT}, at_most: 0}} in a gate stops at it",
        )
