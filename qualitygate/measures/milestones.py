"""Milestones: how many of those that were due were achieved in time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import compress

from qualitygate.extension import Context, Measure
from qualitygate.model.due import midnight
from qualitygate.model.evidence import Evidence, Gap, about, by_labels
from qualitygate.model.measurement import Better, Combine, Counted, Finding, Measurement, Metric, Unit
from qualitygate.model.milestones import Milestone, MilestoneRegister
from qualitygate.model.registers import differing, in_two

ON_TIME = Metric(
    name="milestones.on_time",
    noun="timely milestones",
    formula="milestones achieved by the day they were due / milestones due by today",
    source="the milestones of the contract",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
    labels=("milestone",),
)
METRICS = (ON_TIME,)


def take(evidence: Sequence[Evidence], context: Context) -> Iterator[Measurement]:
    """One measurement for each milestone that is due, dated by the day it was due, so that ``within`` picks by that.

    Where a declared register is missing or unreadable, all of its label set is without a value.
    """
    relevant = about("milestones", MilestoneRegister, evidence)
    known = {each.id for item in relevant if isinstance(item, MilestoneRegister) for each in item.milestones}
    for labels, items in by_labels(relevant).items():
        yield from _label_set(dict(labels), items, known, context.today)


MEASURE = Measure(metrics=METRICS, take=take, dated=True)


def _label_set(
    labels: Mapping[str, str], items: Sequence[Evidence], known: Collection[str], today: date
) -> Iterator[Measurement]:
    told = [item for item in items if isinstance(item, MilestoneRegister)]
    registers = list(compress(told, differing((item.source.name, item.milestones) for item in told)))
    found = [(register, each) for register in registers for each in register.milestones]
    due = [(register, each) for register, each in found if each.due <= today]
    frame = Measurement(
        metric=ON_TIME,
        value=None,
        labels=labels,
        sources=tuple(sorted(register.source.name for register in registers)),
        examined={"registers": len(registers), **({"milestones": len(found)} if found else {})},
        note="; ".join(dict.fromkeys(str(item) for item in items if isinstance(item, Gap)))
        or in_two((register.source.name, [each.id for each in register.milestones]) for register in registers),
    )
    if frame.note or not due:
        yield replace(frame, note=frame.note or _nothing_due(frame, [each for _, each in found]))
        for milestone in sorted(known) if frame.note else ():
            yield replace(frame, labels={**labels, "milestone": milestone})
        return
    for register, each in due:
        in_time = each.achieved is not None and each.achieved <= min(each.due, today)
        yield replace(
            frame,
            labels={**labels, "milestone": each.id},
            value=Fraction(in_time),
            numerator=Fraction(in_time),
            denominator=Fraction(1),
            at=midnight(each.due, register.source.rules.zone),
            findings=() if in_time else (_finding(register, each, today),),
            counted=(Counted(title=each.id, path=register.source.name, line=each.line, counts=in_time),),
        )


def _nothing_due(frame: Measurement, milestones: Sequence[Milestone]) -> str:
    if not milestones:
        return f"no milestone is listed in {', '.join(frame.sources)}"
    first = min(milestones, key=lambda each: (each.due, each.id))
    return f"no milestone is due yet; the first is {first.id}, on {first.due}"


def _finding(register: MilestoneRegister, milestone: Milestone, today: date) -> Finding:
    due = f"due on {milestone.due}" + (f" ({milestone.due_as})" if milestone.due_as else "")
    if milestone.achieved is None:
        late = (today - milestone.due).days
        told = f"{due}, {_days(late)} ago, and not achieved: write achieved with the day on which it is"
    elif milestone.achieved > today:
        told = f"{due}, and achieved on {milestone.achieved}, which is still to come: write the day on which it is"
    else:
        late = (milestone.achieved - milestone.due).days
        told = f"{due}, achieved on {milestone.achieved}, {_days(late)} late: mend the day if it is wrong, or waive it"
    return Finding(
        title=f"{milestone.id} {milestone.title}".strip(), message=told, path=register.source.name, line=milestone.line
    )


def _days(count: int) -> str:
    return f"{count} {'day' if count == 1 else 'days'}"
