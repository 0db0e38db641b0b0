"""Stage reviews: how many of the stages that have ended were reviewed and signed before the next began."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import compress

from qualitygate.extension import Context, Measure
from qualitygate.model.documents import DocumentRegister, Stage
from qualitygate.model.due import midnight
from qualitygate.model.evidence import Evidence, Gap, about, by_labels
from qualitygate.model.measurement import Better, Combine, Counted, Finding, Measurement, Metric, Unit
from qualitygate.model.registers import differing, in_two
from qualitygate.model.reviews import PASSES, StageReview

SIGNED = Metric(
    name="reviews.signed",
    noun="signed reviews",
    formula="finished stages with a signed, approving review before the next stage starts / finished stages",
    source="ISO 9001:2015, 8.3.4",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
    labels=("stage",),
)
METRICS = (SIGNED,)


def take(evidence: Sequence[Evidence], context: Context) -> Iterator[Measurement]:
    """One measurement for each stage that has ended, dated by that day, so that ``within`` picks by it.

    Stages are those of the records and of all registers of documents. Where a declared record is missing or unreadable,
    all of its label set is without a value; where such a register is, all of them are.
    """
    relevant = about("reviews", StageReview, evidence)
    declared = {stage.id: stage for item in evidence if isinstance(item, DocumentRegister) for stage in item.stages}
    read = [item.source.name for item in evidence if isinstance(item, DocumentRegister) and item.stages]
    lost = [item for item in evidence if isinstance(item, Gap) and item.kind == "documents"]
    known = {*declared, *(item.stage for item in relevant if isinstance(item, StageReview))}
    for labels, items in by_labels(relevant).items():
        for found in _label_set(dict(labels), [*items, *lost], declared, known, context.today):
            yield replace(found, sources=tuple(sorted({*found.sources, *read})))


MEASURE = Measure(metrics=METRICS, take=take, dated=True)


def _label_set(
    labels: Mapping[str, str],
    items: Sequence[Evidence],
    declared: Mapping[str, Stage],
    known: Collection[str],
    today: date,
) -> Iterator[Measurement]:
    told = [item for item in items if isinstance(item, StageReview)]
    records = list(compress(told, differing((item.source.name, [_content(item)]) for item in told)))
    frame = Measurement(
        metric=SIGNED,
        value=None,
        labels=labels,
        sources=tuple(sorted(record.source.name for record in records)),
        examined={"records": len(records)},
        note="; ".join(dict.fromkeys(str(item) for item in items if isinstance(item, Gap)))
        or in_two((record.source.name, [record.stage]) for record in records),
    )
    if frame.note:
        yield frame
        for name in sorted(known):
            yield replace(frame, labels={**labels, "stage": name})
        return
    stages = _stages(records, declared)
    finished = [stage for stage in stages if stage.ended and stage.ended <= today]
    if not finished:
        yield replace(frame, note=f"no stage has ended: {', '.join(stage.id for stage in stages)}")
    by_stage = {record.stage: record for record in records}
    for stage in finished:
        record = by_stage.get(stage.id)
        following = min((each.started for each in stages if each.started > stage.started), default=None)
        finding = _finding(stage, record, following, today, frame.sources[0])
        yield replace(
            frame,
            labels={**labels, "stage": stage.id},
            value=Fraction(finding is None),
            numerator=Fraction(finding is None),
            denominator=Fraction(1),
            at=midnight(_end(stage), records[0].source.rules.zone),
            findings=(finding,) if finding else (),
            counted=(_counted(stage, record, finding),),
        )


def _content(record: StageReview) -> tuple[object, ...]:
    return (record.stage, record.started, record.ended, record.decision, record.participants, record.approvals)


def _stages(records: Sequence[StageReview], declared: Mapping[str, Stage]) -> list[Stage]:
    """All stages in their order; what a register of documents says of one goes before its record."""
    told = {record.stage: Stage(id=record.stage, started=record.started, ended=record.ended) for record in records}
    for id, stage in declared.items():
        ended = stage.ended or (told[id].ended if id in told else None)
        told[id] = replace(stage, ended=ended)
    return sorted(told.values(), key=lambda each: (each.started, each.id))


def _end(stage: Stage) -> date:
    assert stage.ended is not None
    return stage.ended


def _finding(
    stage: Stage, record: StageReview | None, following: date | None, today: date, other: str
) -> Finding | None:
    """What keeps a finished stage from being signed, with the way out; nothing where it is."""
    ended = f"ended on {stage.ended}"
    if record is None:
        path = posixpath.join(posixpath.dirname(other), f"{stage.id}.md")
        told = f"{ended}, and has no record: review the stage and write {path}"
        return Finding(title=stage.id, message=told, path=path)
    wrong, line = _wrong(stage, record, following, today)
    return Finding(title=stage.id, message=f"{ended}, {wrong}", path=record.source.name, line=line) if wrong else None


def _counted(stage: Stage, record: StageReview | None, finding: Finding | None) -> Counted:
    """A stage at the approval that signed it, else where it is told what is wrong."""
    if record is None or finding is not None:
        path, line = (finding.path, finding.line) if finding else (None, None)
        return Counted(title=stage.id, path=path, line=line, counts=False)
    first = min(record.approvals, key=lambda each: each.on)
    return Counted(title=stage.id, path=record.source.name, line=first.line or 1)


def _wrong(stage: Stage, record: StageReview, following: date | None, today: date) -> tuple[str, int]:
    if record.decision is None:
        return "and has no decision: review the stage and write decision", 1
    if record.decision not in PASSES:
        return "and its review failed: mend what failed and review it again", 1
    if not record.participants:
        return "and its review names no participants: write them", 1
    if not record.approvals:
        return "and its review is not signed: have it approved and write by and at under approvals", 1
    first = min(record.approvals, key=lambda each: (each.on < _end(stage), each.on))
    line = first.line or 1
    if first.on > today:
        return f"and is approved on {first.on}, which is still to come: write the day on which it was", line
    if first.on < _end(stage):
        return f"and was approved on {first.on}, before that: approve what has ended", line
    if following and first.on >= following:
        return f"and was approved on {first.on}, not before the next stage started on {following}", line
    return "", 0
