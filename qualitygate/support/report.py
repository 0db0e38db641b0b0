"""The support report of a period: what was kept of what was promised, every late ticket, and what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from qualitygate.model.period import Period, months_until, title
from qualitygate.model.policy import Condition
from qualitygate.model.sampling import percentile
from qualitygate.support.asides import left_out, unpromised
from qualitygate.support.case import TicketCase
from qualitygate.support.compliance import Standing
from qualitygate.support.goal import Goal, goal
from qualitygate.support.tally import ComplianceTally, Ran, is_open, judged_in, tally
from qualitygate.support.targets import CLOCKS, Promise
from qualitygate.values import dataclass

MONTHS = 12
"""How many months, up to the end of the period, are shown beside it."""
EDGES = (900, 1_800, 3_600, 7_200, 14_400, 28_800, 57_600, 86_400, 172_800, 432_000)
"""The bounds of the distribution of response times in business seconds: a quarter of an hour to 120 hours."""
_MICRO = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One clock of one priority; of all priorities where ``priority`` is empty.

    ``target`` is in business seconds, ``None`` where priorities differ. ``median`` and ``p90`` are business seconds
    waited by those that began in the period, those that still wait censored; ``None`` where they cannot be told.
    ``months`` has the tally of each month, the oldest first.
    """

    clock: str
    priority: str
    target: float | None
    tally: ComplianceTally
    goal: Goal
    median: Fraction | None
    p90: Fraction | None
    months: tuple[tuple[str, ComplianceTally], ...]

    @property
    def held(self) -> bool | None:
        """Whether the goal is met; ``None`` where nothing is judged, which is never a yes."""
        share = self.tally.share
        return None if share is None else self.goal.bound.holds(share)

    @property
    def budget(self) -> int | None:
        """How many more of those judged could have been late; below zero is how many too many were."""
        return self.goal.allowed(self.tally.counted) - self.tally.breached if self.tally.counted else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """How many waited so long at most, in business seconds (``None``: longer than all others), and who still waits."""

    most: int | None
    answered: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """One target that was not kept. ``by`` are business seconds; 0 is late by time outside business hours alone."""

    ticket: str
    title: str
    clock: str
    priority: str
    channel: str
    target: float
    start: datetime
    due: datetime | None
    done: datetime | None
    by: float
    open: bool
    register: str
    line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceReport:
    """All that a report says; every renderer shows the same.

    ``rows`` are by clock, its total last. ``channels`` are tallies by clock and channel. ``waits`` is the distribution
    by clock. ``hours`` are tickets received by weekday (Monday first) and hour, in the zone of the period. ``late`` is
    every target that was not kept, the latest first. ``left_out`` are the tickets received in the period that are in no
    number, by reason, ``unpromised`` those judged by the targets of another priority, by what theirs is, ``pending``
    those with a target that is not due yet, ``late_before`` those whose target is met by the terms of now alone.
    """

    name: str
    period: Period
    now: datetime
    sources: tuple[str, ...]
    tickets: int
    rows: tuple[Row, ...]
    channels: tuple[tuple[str, str, ComplianceTally], ...]
    waits: Mapping[str, tuple[Bucket, ...]]
    hours: tuple[tuple[int, ...], ...]
    late: tuple[Late, ...]
    left_out: Mapping[str, tuple[str, ...]]
    unpromised: Mapping[str, tuple[str, ...]]
    pending: tuple[str, ...]
    late_before: tuple[str, ...]

    @property
    def title(self) -> str:
        """The name of the period."""
        return title(self.period)

    @property
    def so_far(self) -> bool:
        """Whether the period has not ended."""
        return self.now < self.period.end

    @property
    def totals(self) -> tuple[Row, ...]:
        """The row of each clock over all priorities."""
        return tuple(row for row in self.rows if not row.priority)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """By what tickets are reported: the policy's name, promise and conditions, and the labels of the registers."""

    name: str
    promise: Promise
    conditions: tuple[Condition, ...] = ()
    labels: Mapping[str, str]


def report(
    found: Sequence[TicketCase], basis: Basis, period: Period, now: datetime, sources: Iterable[str]
) -> ServiceReport:
    """Report a period as it stands at ``now``, from every ticket there is."""
    runs = [(case, run) for case in found for run in case.runs]
    received = [case for case in found if case.clocks.start in period]
    clocks = [clock for clock in CLOCKS if any(clock in each.targets for each in basis.promise.terms.values())]
    return ServiceReport(
        name=basis.name,
        period=period,
        now=now.astimezone(period.start.tzinfo),
        sources=tuple(sorted(sources)),
        tickets=sum(not case.left_out for case in received),
        rows=tuple(row for clock in clocks for row in _rows(clock, runs, basis, period)),
        channels=tuple(each for clock in clocks for each in _channels(clock, runs, period)),
        waits={clock: _waits([run for run in runs if run[1].run.clock == clock], period) for clock in clocks},
        hours=_hours([case for case in received if not case.left_out], period),
        late=tuple(sorted(_late(runs, period), key=lambda each: (-each.by, each.ticket, each.clock, each.start))),
        left_out=left_out(received),
        unpromised=unpromised(received),
        pending=tuple(sorted(case.ticket.id for case in received if _waits_in_time(case))),
        late_before=tuple(sorted({case.ticket.id for case, run in runs if run.late_before and judged_in(run, period)})),
    )


def _rows(clock: str, runs: Sequence[Ran], basis: Basis, period: Period) -> Iterator[Row]:
    """A row for each priority that is promised or was seen, and the total."""
    mine = [each for each in runs if each[1].run.clock == clock]
    targets = {name: each.targets[clock] for name, each in basis.promise.terms.items() if clock in each.targets}
    names = sorted({*targets, *(run.run.terms for _, run in mine)}, key=lambda name: (targets.get(name, 0.0), name))
    for name in names:
        goal_of = goal(basis.conditions, {**basis.labels, "clock": clock, "priority": name})
        own = [each for each in mine if each[1].run.terms == name]
        yield _row(clock, name, targets.get(name), own, goal_of, period)
    same = next(iter(targets.values())) if len(set(targets.values())) == 1 else None
    yield _row(clock, "", same, mine, goal(basis.conditions, {**basis.labels, "clock": clock}), period)


def _row(clock: str, priority: str, target: float | None, runs: Sequence[Ran], goal_of: Goal, period: Period) -> Row:
    waits = [
        (Fraction(round(run.run.elapsed * _MICRO), _MICRO), not run.open) for _, run in runs if run.run.start in period
    ]
    return Row(
        clock=clock,
        priority=priority,
        target=target,
        tally=tally(runs, period),
        goal=goal_of,
        median=percentile(waits, Fraction(1, 2)),
        p90=percentile(waits, Fraction(9, 10)),
        months=tuple((title(month), tally(runs, month)) for month in months_until(period.end, MONTHS)),
    )


def _channels(clock: str, runs: Sequence[Ran], period: Period) -> Iterator[tuple[str, str, ComplianceTally]]:
    mine = [each for each in runs if each[1].run.clock == clock]
    for channel in sorted({case.channel for case, _ in mine}):
        counts = tally([each for each in mine if each[0].channel == channel], period)
        if counts.received or counts.counted:
            yield clock, channel, counts


def _waits(runs: Iterable[Ran], period: Period) -> tuple[Bucket, ...]:
    """How many of those that began in the period waited how long; the empty ones at the end are left out."""
    counts = [[0, 0] for _ in (*EDGES, None)]
    for _, run in runs:
        if run.run.start in period:
            place = next((index for index, edge in enumerate(EDGES) if run.run.elapsed <= edge), len(EDGES))
            counts[place][run.open] += 1
    found = [
        Bucket(most=most, answered=answered, waiting=waiting)
        for most, (answered, waiting) in zip((*EDGES, None), counts, strict=True)
    ]
    while found and not found[-1].answered + found[-1].waiting:
        found.pop()
    return tuple(found)


def _hours(received: Iterable[TicketCase], period: Period) -> tuple[tuple[int, ...], ...]:
    week = [[0] * 24 for _ in range(7)]
    for case in received:
        local = case.clocks.start.astimezone(period.start.tzinfo)
        week[local.weekday()][local.hour] += 1
    return tuple(tuple(day) for day in week)


def _late(runs: Iterable[Ran], period: Period) -> Iterator[Late]:
    for case, each in runs:
        run = each.run
        if each.standing is Standing.BREACHED and judged_in(each, period):
            yield Late(
                ticket=case.ticket.id,
                title=case.ticket.title,
                clock=run.clock,
                priority=run.terms,
                channel=case.channel,
                target=run.target,
                start=run.start,
                due=run.due,
                done=run.done,
                by=max(-run.margin, 0.0),
                open=is_open(case, each),
                register=case.register,
                line=case.ticket.line,
            )


def _waits_in_time(case: TicketCase) -> bool:
    return any(run.standing is Standing.PENDING and is_open(case, run) for run in case.runs)
