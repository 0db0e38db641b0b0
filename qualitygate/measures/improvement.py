"""Continuous improvement: a retrospective each month, and whether the actions that came of it were carried out."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import compress

from qualitygate.extension import Context, Measure
from qualitygate.model.due import midnight, months_after
from qualitygate.model.evidence import Evidence, Gap, about, by_labels
from qualitygate.model.measurement import Better, Combine, Counted, Finding, Measurement, Metric, Unit
from qualitygate.model.policy import same
from qualitygate.model.registers import differing, in_two
from qualitygate.model.retrospectives import Action, Retrospective

RETROSPECTIVES = Metric(
    name="improvement.retrospectives",
    noun="signed retrospectives",
    formula="months with a signed record of a retrospective / months due",
    source="a retrospective each month",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
    labels=("month",),
    since_start=True,
)
CLOSURE = Metric(
    name="improvement.closure",
    noun="closed actions",
    formula="actions done and verified / actions that were due, each by the day that was agreed on first",
    source="ISO 9001:2015, 10.2",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
    labels=("month",),
)
ON_TIME = replace(
    CLOSURE,
    name="improvement.on_time",
    noun="timely actions",
    formula="actions done by the day that was agreed on first, and verified / actions that were due",
)
OVERDUE = Metric(
    name="improvement.overdue",
    noun="overdue actions",
    formula="actions whose first agreed day has passed, not both done and verified, those not planned left out",
    source="ISO 9001:2015, 10.2",
)
METRICS = (RETROSPECTIVES, CLOSURE, ON_TIME, OVERDUE)

Located = tuple[Retrospective, Action]
"""An action, and the record it is in."""


def take(evidence: Sequence[Evidence], context: Context) -> Iterator[Measurement]:
    """A measurement for each month of each label set, so that ``within`` picks whole periods; one of what is overdue.

    Where a declared record is missing or unreadable, all of its label set is without a value.
    """
    relevant = about("retrospectives", Retrospective, evidence)
    months = {month for item in relevant if isinstance(item, Retrospective) for month in _months_of(item)}
    for labels, items in by_labels(relevant).items():
        told = [item for item in items if isinstance(item, Retrospective)]
        records = list(compress(told, differing((item.source.name, [_content(item)]) for item in told)))
        actions = sorted(
            ((record, each) for record in records for each in record.actions),
            key=lambda each: (each[1].promised, each[1].id),
        )
        frame = Measurement(
            metric=OVERDUE,
            value=None,
            labels=dict(labels),
            sources=tuple(sorted(record.source.name for record in records)),
            examined={"records": len(records), **({"actions": len(actions)} if actions else {})},
            note="; ".join(dict.fromkeys(str(item) for item in items if isinstance(item, Gap)))
            or in_two((record.source.name, [record.source.name]) for record in records)
            or _twice(actions),
        )
        if frame.note:
            yield from _without(frame, months)
        else:
            yield from _held(replace(frame, metric=RETROSPECTIVES), records, context.contract_start, context.today)
            for metric, good in ((CLOSURE, _closed_by), (ON_TIME, _in_time)):
                yield from _closed(replace(frame, metric=metric), actions, context.today, good)
            yield _overdue(frame, actions, context.today)


MEASURE = Measure(metrics=METRICS, take=take, dated=True)


def _content(record: Retrospective) -> tuple[object, ...]:
    return (record.held, record.month, record.project, record.lacks, record.actions)


def _months_of(record: Retrospective) -> Iterator[date]:
    if record.month:
        yield record.month
    yield from (each.promised.replace(day=1) for each in record.actions)


def _twice(actions: Sequence[Located]) -> str:
    """What is wrong where an action is in two records: the day that was agreed on first would be lost."""
    places: dict[str, str] = {}
    for record, action in actions:
        other = places.setdefault(action.id, record.source.name)
        if other != record.source.name:
            where = f"{min(other, record.source.name)} and in {max(other, record.source.name)}"
            return f"the action {action.id} is in {where}: leave it in the record in which it was agreed on"
    return ""


def _without(frame: Measurement, months: Collection[date]) -> Iterator[Measurement]:
    for metric in METRICS:
        yield replace(frame, metric=metric)
        for month in sorted(months) if metric.labels else ():
            yield replace(frame, metric=metric, labels=_in(frame, month))


def _in(frame: Measurement, month: date) -> dict[str, str]:
    return {**frame.labels, "month": f"{month:%Y-%m}"}


def _held(
    frame: Measurement, records: Sequence[Retrospective], begins: date | None, today: date
) -> Iterator[Measurement]:
    """Months are due from the first whole one of the contract, up to the last whole one.

    Where nobody says when the contract began, they are due from the first that a record looks back on.
    """
    by_month: dict[date, list[Retrospective]] = {}
    for record in records:
        if record.month:
            by_month.setdefault(record.month, []).append(record)
    month = min(by_month, default=None) if begins is None else _first_whole(begins)
    if month is None or month >= today.replace(day=1):
        since = f"the first record looks back on {month:%Y-%m}, which has not ended" if month else ""
        if begins:
            since = f"the contract is from {begins} on, and no whole month of it has ended"
        yield replace(frame, note=since or f"no record looks back on a month: {', '.join(frame.sources)}")
        return
    zone = records[0].source.rules.zone
    while month < today.replace(day=1):
        there = by_month.get(month, ())
        good = any(not _wrong(record, today) for record in there)
        yield replace(
            frame,
            labels=_in(frame, month),
            value=Fraction(good),
            numerator=Fraction(good),
            denominator=Fraction(1),
            at=midnight(month, zone),
            findings=() if good else tuple(_missed(month, there, records[0].source.name, today)),
            counted=(_record(month, there, today),),
        )
        month = months_after(month, 1)


def _first_whole(begins: date) -> date:
    """The first month all of whose days are of the contract."""
    return begins if begins.day == 1 else months_after(begins.replace(day=1), 1)


def _record(month: date, there: Sequence[Retrospective], today: date) -> Counted:
    """A month at its record: the one that counts, else the first."""
    best = next((record for record in there if not _wrong(record, today)), next(iter(there), None))
    path, line = (best.source.name, 1) if best else (None, None)
    return Counted(title=f"{month:%Y-%m}", path=path, line=line, counts=best is not None and not _wrong(best, today))


def _wrong(record: Retrospective, today: date) -> str:
    """Why a record does not count for its month, with the way out; nothing where it does."""
    assert record.month is not None
    last = months_after(record.month, 2) - timedelta(days=1)
    if record.held > today:
        return f"is of {record.held}, which is still to come: write the day on which it was held"
    if record.held > last:
        return f"was held on {record.held}, later than {last}, the end of the month after"
    return f"lacks {', '.join(record.lacks)}: add it to the front matter" if record.lacks else ""


def _missed(month: date, there: Sequence[Retrospective], other: str, today: date) -> Iterator[Finding]:
    title = f"{month:%Y-%m}"
    if not there:
        path = posixpath.join(posixpath.dirname(other), f"{title}.md")
        last = months_after(month, 2) - timedelta(days=1)
        late = f"it could be held until {last}, so that only a waiver helps now"
        way_out = f"hold the retrospective by {last} and write {path}" if today <= last else late
        yield Finding(title=title, message=f"no record looks back on this month: {way_out}", path=path)
    for record in there:
        yield Finding(title=title, message=_wrong(record, today), path=record.source.name, line=1)


def _closed(
    frame: Measurement, actions: Sequence[Located], today: date, good: Callable[[Action, date], bool]
) -> Iterator[Measurement]:
    due = [(record, each) for record, each in actions if each.promised < today]
    if not due:
        first = f"no action was due yet; the first is on {actions[0][1].promised}" if actions else ""
        yield replace(frame, note=first or f"no action is listed in {', '.join(frame.sources)}")
    by_month: dict[date, list[Located]] = {}
    for record, each in due:
        by_month.setdefault(each.promised.replace(day=1), []).append((record, each))
    for month, these in by_month.items():
        open_ = [(record, each) for record, each in these if not good(each, today)]
        yield replace(
            frame,
            labels=_in(frame, month),
            value=Fraction(len(these) - len(open_), len(these)),
            numerator=Fraction(len(these) - len(open_)),
            denominator=Fraction(len(these)),
            at=midnight(month, these[0][0].source.rules.zone),
            findings=tuple(_finding(record, each, today) for record, each in open_),
            counted=tuple(_action(record, each, counts=good(each, today)) for record, each in these),
        )


def _overdue(frame: Measurement, actions: Sequence[Located], today: date) -> Measurement:
    late = [
        (record, each)
        for record, each in actions
        if each.promised < today and not each.not_planned and not _closed_by(each, today)
    ]
    findings = tuple(_finding(record, each, today) for record, each in late)
    counted = tuple(_action(record, each, counts=True) for record, each in late)
    return replace(frame, value=Fraction(len(late)), findings=findings, counted=counted)


def _action(record: Retrospective, action: Action, *, counts: bool) -> Counted:
    return Counted(title=action.id, path=record.source.name, line=action.line, counts=counts)


def _closed_by(action: Action, today: date) -> bool:
    return bool(action.done and action.done <= today and action.verified_by and not _by_its_owner(action))


def _by_its_owner(action: Action) -> bool:
    """Whether the only one who has seen that an action was done is who did it."""
    return same(action.verified_by or "") == same(action.owner)


def _in_time(action: Action, today: date) -> bool:
    return _closed_by(action, today) and action.done is not None and action.done <= action.promised


def _finding(record: Retrospective, action: Action, today: date) -> Finding:
    late = (today - action.promised).days
    due = f"due on {action.promised}, {late} {'day' if late == 1 else 'days'} ago"
    if action.promised != action.due:
        due += f", postponed to {action.due}"
    return Finding(
        title=f"{action.id} {action.text}",
        message=f"{due}, {_state(action, today)} (owner {action.owner})",
        path=record.source.name,
        line=action.line,
    )


def _state(action: Action, today: date) -> str:
    if action.not_planned:
        return f"not planned: {action.not_planned}"
    if action.done is None:
        return "not done: do it and write done, or not_planned with the reason"
    if action.done > today:
        return f"done on {action.done}, which is still to come: write the day on which it was done"
    if action.verified_by and _by_its_owner(action):
        way_out = "have somebody else verify it and name them in verified_by"
        return f"done on {action.done}, verified by {action.verified_by}, who owns it: {way_out}"
    if action.verified_by:
        late = (action.done - action.promised).days
        return f"done on {action.done}, {late} {'day' if late == 1 else 'days'} late"
    return f"done on {action.done}, verified by nobody: have it verified and write verified_by"
