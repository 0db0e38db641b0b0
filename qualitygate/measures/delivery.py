"""Delivery metrics: how many of the changes to production had to be repaired."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from fractions import Fraction
from itertools import compress

from qualitygate.extension import Context, Measure
from qualitygate.model.deployments import Deployment, DeploymentRegister
from qualitygate.model.evidence import Evidence, Gap, about, by_labels
from qualitygate.model.measurement import Combine, Finding, Measurement, Metric, Unit
from qualitygate.model.registers import differing, in_two

CHANGE_FAILURE_RATE = Metric(
    name="delivery.change_failure_rate",
    noun="failed changes",
    formula="changes that needed remediation / changes to production",
    source="DORA, change failure rate",
    unit=Unit.RATIO,
    combine=Combine.RATIO,
    high=Fraction(1),
    labels=("month",),
)
METRICS = (CHANGE_FAILURE_RATE,)

Located = tuple[DeploymentRegister, Deployment]
"""A change, and the register it is in."""


def take(evidence: Sequence[Evidence], _context: Context) -> Iterator[Measurement]:
    """One measurement for each month with changes of each label set, so that ``within`` picks whole periods.

    Where a declared register is missing or unreadable, all of its label set is without a value.
    """
    relevant = about("deployments", DeploymentRegister, evidence)
    months = {
        _month(each, item.source.rules.zone)
        for item in relevant
        if isinstance(item, DeploymentRegister)
        for each in item.deployments
    }
    for labels, items in by_labels(relevant).items():
        yield from _label_set(dict(labels), items, months)


MEASURE = Measure(metrics=METRICS, take=take)


def _month(deployment: Deployment, zone: tzinfo) -> str:
    return f"{deployment.at.astimezone(zone):%Y-%m}"


def _label_set(labels: Mapping[str, str], items: Sequence[Evidence], months: Collection[str]) -> Iterator[Measurement]:
    told = [item for item in items if isinstance(item, DeploymentRegister)]
    registers = list(compress(told, differing((item.source.name, item.deployments) for item in told)))
    found = [(register, each) for register in registers for each in register.deployments]
    frame = Measurement(
        metric=CHANGE_FAILURE_RATE,
        value=None,
        labels=labels,
        sources=tuple(sorted(register.source.name for register in registers)),
        examined={"registers": len(registers), **({"changes": len(found)} if found else {})},
        note="; ".join(dict.fromkeys(str(item) for item in items if isinstance(item, Gap)))
        or in_two((register.source.name, [each.id for each in register.deployments]) for register in registers),
    )
    if frame.note or not found:
        yield replace(frame, note=frame.note or f"no change is listed in {', '.join(frame.sources)}")
        for month in sorted(months) if frame.note else ():
            yield replace(frame, labels={**labels, "month": month})
        return
    by_month: dict[str, list[Located]] = {}
    for each in sorted(found, key=lambda each: (each[1].at, each[1].id)):
        by_month.setdefault(_month(each[1], each[0].source.rules.zone), []).append(each)
    for month, these in by_month.items():
        yield _rate(replace(frame, labels={**labels, "month": month}), these)


def _rate(frame: Measurement, found: Sequence[Located]) -> Measurement:
    failed = [each for each in found if each[1].failed]
    return replace(
        frame,
        value=Fraction(len(failed), len(found)),
        numerator=Fraction(len(failed)),
        denominator=Fraction(len(found)),
        at=max(each.at for _, each in found),
        findings=tuple(_finding(register, each) for register, each in failed),
    )


def _finding(register: DeploymentRegister, deployment: Deployment) -> Finding:
    repaired = f"remediated by {', '.join(deployment.remediated_by)}" if deployment.remediated_by else "failed"
    return Finding(
        title=f"{deployment.id} {deployment.title}".strip(),
        message=f"{repaired}, deployed on {deployment.at.date()}",
        path=register.source.name,
        line=deployment.line,
    )
