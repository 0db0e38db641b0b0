"""Tickets: targets kept, how long customers waited, what is late and still open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import compress

from qualitygate.errors import BeyondCalendar
from qualitygate.extension import Context
from qualitygate.model.evidence import Evidence, Gap
from qualitygate.model.measurement import Better, Combine, Counted, Finding, Measurement, Metric, Unit
from qualitygate.model.registers import differing, in_two
from qualitygate.model.sampling import percentile
from qualitygate.model.tickets import Tickets
from qualitygate.support.asides import left_out, listed, reach, unpromised, unseen
from qualitygate.support.case import UNKNOWN, TicketCase, cases, untold
from qualitygate.support.compliance import Judged, Standing, unanswered
from qualitygate.support.promises import always
from qualitygate.support.targets import CLOCKS, Promise
from qualitygate.support.whole import Whole
from qualitygate.values import dataclass

COMPLIANCE = Metric(
    name="support.compliance",
    noun="kept targets",
    formula="met / (met + breached, open ones included)",
    source="Atlassian, SLA goals met",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
    labels=("clock", "priority", "channel", "month"),
    sampled=True,
)
MEDIAN = Metric(
    name="support.response_time_median",
    noun="seconds",
    formula="median of business seconds waited, those still waiting censored",
    source="Kaplan and Meier 1958",
    unit=Unit.SECONDS,
    combine=Combine.PERCENTILE,
    labels=("clock", "priority", "channel", "month"),
    percentile=Fraction(1, 2),
)
P90 = replace(
    MEDIAN,
    name="support.response_time_p90",
    formula="90th percentile of business seconds waited, those still waiting censored",
    percentile=Fraction(9, 10),
)
OPEN_BREACHES = Metric(
    name="support.open_breaches",
    noun="overdue clocks",
    formula="clocks of open tickets that are past due",
    source="Zendesk, SLA breached active",
    labels=("clock", "priority", "channel"),
)
BACKLOG = Metric(
    name="support.backlog",
    noun="open tickets",
    formula="tickets that are not closed",
    source="Zendesk, backlog",
    labels=("priority", "channel"),
)
METRICS = (COMPLIANCE, MEDIAN, P90, OPEN_BREACHES, BACKLOG)
UNPROMISED = "the policy promises no support: declare its targets under support:"
NO_TICKET = "no register has a ticket"
_MICRO = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The tickets of one label set as they stand now; ``note`` says why they tell nothing, where they do not."""

    labels: Mapping[str, str]
    registers: tuple[Tickets, ...]
    cases: tuple[TicketCase, ...]
    note: str

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of its registers."""
        return tuple(sorted(item.source.name for item in self.registers))


def desk_of(labels: Mapping[str, str], items: Sequence[Evidence], context: Context) -> Desk:
    """The tickets of a label set, whose registers are read once whatever is measured of them."""
    told = [item for item in items if isinstance(item, Tickets)]
    registers = tuple(compress(told, differing((item.source.name, item.tickets) for item in told)))
    promise, seen = context.support, []
    note = "; ".join(dict.fromkeys(str(item) for item in items if isinstance(item, Gap))) or in_two(
        (item.source.name, [each.id for each in item.tickets]) for item in registers
    )
    note = note or (untold(registers, promise) if promise else UNPROMISED)
    if not note and not any(register.tickets for register in registers):
        note = NO_TICKET
    try:
        seen = sorted(cases(registers, promise, context.now), key=_place) if promise and not note else []
    except BeyondCalendar as error:
        note = str(error)
    return Desk(labels=labels, registers=registers, cases=tuple(seen), note=note)


def measured(desk: Desk, context: Context) -> Iterator[Measurement]:
    """All that is measured of the tickets of a label set; without values where they tell nothing."""
    frame = Measurement(metric=COMPLIANCE, value=None, labels=desk.labels, sources=desk.sources)
    promise = context.support
    if promise is None or desk.note:
        yield from _without_values(replace(frame, note=desk.note), promise or Promise(terms={}))
        return
    whole = Whole(
        cases=desk.cases,
        reaches=tuple(map(reach, desk.registers)),
        zone=desk.registers[0].source.rules.zone,
        now=context.now,
    )
    frame = replace(frame, examined=_examined(desk.cases))
    yield from _compliance(frame, whole)
    yield from _response_times(frame, whole)
    yield from _open(frame, whole, promise)


def _examined(seen: Sequence[TicketCase]) -> dict[str, int]:
    pending = sum(
        any(run.standing is Standing.PENDING and not unanswered(run, each.clocks) for run in each.runs) for each in seen
    )
    return {
        "tickets": len(seen),
        "pending tickets": pending,
        "excluded tickets": sum(bool(each.left_out) for each in seen),
    }


def _compliance(frame: Measurement, whole: Whole) -> Iterator[Measurement]:
    groups: dict[tuple[str, str, str, str], list[tuple[TicketCase, Judged]]] = {}
    for each in whole.cases:
        for run in each.runs:
            if run.at is not None and run.standing is not Standing.PENDING:
                groups.setdefault((*_labels(each, run), whole.month(run.at)), []).append((each, run))
    notes = {
        clock: whole.beside(clock, sorted({key[3] for key in groups if key[0] == clock}))
        for clock in {key[0] for key in groups}
    }
    for (clock, priority, channel, month), found in sorted(groups.items()):
        met = sum(run.standing is Standing.MET for _, run in found)
        late = sorted((each for each in found if each[1].standing is Standing.BREACHED), key=_worst_first)
        labels = {"clock": clock, "priority": priority, "channel": channel, "month": month}
        told = replace(
            frame,
            value=Fraction(met, len(found)),
            numerator=Fraction(met),
            denominator=Fraction(len(found)),
            at=max(run.at for _, run in found if run.at),
            labels={**frame.labels, **labels},
            findings=tuple(_finding(each, run) for each, run in late),
            counted=tuple(_counted(each, counts=run.standing is Standing.MET) for each, run in found),
            note=notes[clock][month],
        )
        yield _unless_short(told, whole.missing(month))
    if not groups:
        parts = ("nothing was met or due yet", *listed(left_out(whole.cases)))
        yield from _by_clock(replace(frame, note="; ".join(parts)))


def _unless_short(found: Measurement, missing: str) -> Measurement:
    """A month's measurement; without a value where the registers were written before the month had ended."""
    if not missing:
        return found
    return replace(found, value=None, waits=(), counted=(), note=f"{missing}, before {found.labels['month']} was over")


def _by_clock(frame: Measurement) -> Iterator[Measurement]:
    return (replace(frame, labels={**frame.labels, "clock": clock}) for clock in CLOCKS)


def _response_times(frame: Measurement, whole: Whole) -> Iterator[Measurement]:
    groups: dict[tuple[str, str, str, str], list[Judged]] = {}
    for each in whole.cases:
        for run in each.runs:
            groups.setdefault((*_labels(each, run), whole.month(run.run.start)), []).append(run)
    for (clock, priority, channel, month), found in sorted(groups.items()):
        waits = tuple((Fraction(round(run.run.elapsed * _MICRO), _MICRO), not run.open) for run in found)
        labels = {"clock": clock, "priority": priority, "channel": channel, "month": month}
        for metric in (MEDIAN, P90):
            value = percentile(waits, metric.percentile or Fraction(1))
            told = replace(
                frame,
                metric=metric,
                value=value,
                at=max(run.run.start for run in found),
                labels={**frame.labels, **labels},
                note="" if value is not None else "so many still wait that it cannot be told",
                waits=waits,
            )
            yield _unless_short(told, whole.missing(month))
    for metric in (MEDIAN, P90) if not groups else ():
        yield from _by_clock(replace(frame, metric=metric, note="nobody waited"))


def _open(frame: Measurement, whole: Whole, promise: Promise) -> Iterator[Measurement]:
    """Open breaches and the backlog, a zero where there is nothing."""
    counting = [each for each in whole.cases if not each.left_out and not each.clocks.closed]
    reasons = {**left_out(each for each in whole.cases if not each.clocks.closed), **unpromised(counting)}
    known = unseen(whole.reaches, whole.now, whole.zone)
    frame = replace(frame, note="; ".join((*listed(reasons), *known)))
    late: dict[tuple[str, str, str], list[tuple[TicketCase, Judged]]] = {}
    waiting: dict[tuple[str, str], list[TicketCase]] = {}
    channels = {*promise.channels, *(each.channel for each in counting)}
    for priority in {*promise.terms, *(each.clocks.terms.name for each in counting)}:
        for channel in channels:
            waiting[priority, channel] = []
            late |= {(clock, priority, channel): [] for clock in CLOCKS}
    for each in counting:
        waiting[each.clocks.terms.name, each.channel].append(each)
        for run in each.runs:
            if run.open and run.standing is Standing.BREACHED:
                late[_labels(each, run)].append((each, run))
    for (clock, priority, channel), found in sorted(late.items()):
        labels = {"clock": clock, "priority": priority, "channel": channel}
        findings = tuple(_finding(each, run) for each, run in sorted(found, key=_worst_first))
        counted = tuple(_counted(each) for each, _ in found)
        yield _count(replace(frame, metric=OPEN_BREACHES, findings=findings, counted=counted), labels, len(found))
    for (priority, channel), tickets in sorted(waiting.items()):
        counted = tuple(map(_counted, tickets))
        yield _count(
            replace(frame, metric=BACKLOG, counted=counted), {"priority": priority, "channel": channel}, len(tickets)
        )


def _without_values(frame: Measurement, promise: Promise) -> Iterator[Measurement]:
    """Without a value under every label by which a condition could pick it."""
    values: Mapping[str, Sequence[str]] = {
        "clock": CLOCKS,
        "priority": tuple(promise.terms),
        "channel": (*promise.channels, UNKNOWN),
    }
    for metric in METRICS:
        parts: list[dict[str, str]] = [dict(frame.labels)]
        for label in metric.labels:
            parts = [{**part, label: value} for part in parts for value in values.get(label, ())] or parts
        yield from (replace(frame, metric=metric, labels=part) for part in parts)


def _counted(each: TicketCase, *, counts: bool = True) -> Counted:
    return Counted(title=each.ticket.id, path=each.register, line=each.ticket.line, counts=counts)


def _place(each: TicketCase) -> tuple[str, str]:
    return each.register, each.ticket.id


def _labels(each: TicketCase, run: Judged) -> tuple[str, str, str]:
    return run.run.clock, run.run.terms, each.channel


def _count(frame: Measurement, labels: Mapping[str, str], number: int) -> Measurement:
    return replace(frame, value=Fraction(number), labels={**frame.labels, **labels})


def _worst_first(one: tuple[TicketCase, Judged]) -> tuple[float, str]:
    return one[1].run.margin, one[0].ticket.id


def _finding(each: TicketCase, run: Judged) -> Finding:
    rules = each.clocks.terms.calendar.rules
    zone = rules.zone
    due = f"{run.run.due.astimezone(zone):%Y-%m-%d %H:%M}" if run.run.due else "earlier"
    hours = " of business time" if rules != always(zone).rules else ""
    late = f"{-run.run.margin / 3_600:.2f} h{hours}" if run.run.margin < 0 else "out of business hours"
    still = "" if not run.open else ", and closed without" if each.clocks.closed else ", and still open"
    return Finding(
        title=f"{each.ticket.id} {each.ticket.title}".strip(),
        message=f"{run.run.clock} due {due} ({zone}), late by {late}{still}",
        path=each.register,
        line=each.ticket.line,
    )
