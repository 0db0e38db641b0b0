"""Support reports to render: a month with all there is to tell, one on nothing, one so far, a hostile one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from qualitygate.measures.support.tickets import COMPLIANCE
from qualitygate.model.period import named
from qualitygate.model.policy import Bound, Condition
from qualitygate.model.tickets import Ticket, TicketEvent, Tickets
from qualitygate.support.case import cases
from qualitygate.support.promises import always
from qualitygate.support.report import Basis, ServiceReport, report
from qualitygate.support.targets import Member, Promise, Terms
from tests.reporters.samples import HOSTILE
from tests.samples import source

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOUR = 3_600.0
NORMAL = Terms(targets={"first_response": 4 * HOUR, "resolution": 24 * HOUR}, calendar=always(), name="normal")
URGENT = Terms(targets={"first_response": HOUR}, calendar=always(), name="urgent")
PROMISE = Promise(terms={"normal": NORMAL, "urgent": URGENT}, team=(Member(user="lin"),))
OCTOBER = datetime(2026, 10, 5, 3, tzinfo=UTC)


def condition(id: str = "month.support.compliance", share: str = "0.9", **where: str) -> Condition:
    return Condition(id=id, metric=COMPLIANCE, bound=Bound(at_least=Fraction(share)), where=where)


def ticket(id: str, start: datetime = OCTOBER, answered: float | None = None, closed: float | None = None, **more):
    """A ticket that was answered and closed so many hours after its start."""
    reason = more.pop("reason", None)
    events = [TicketEvent(at=start, kind="opened", user=more.pop("by", "mei"))]
    if answered is not None:
        events.append(TicketEvent(at=start + timedelta(hours=answered), kind="comment", user="lin"))
    if closed is not None:
        events.append(TicketEvent(at=start + timedelta(hours=closed), kind="closed", user="lin", value=reason))
    return Ticket(id=id, events=(*events, *more.pop("events", ())), line=int(id) if id.isdecimal() else 1, **more)


TICKETS = (
    ticket("1", answered=1, closed=10, channel="email"),
    ticket("2", OCTOBER + timedelta(days=1, hours=2), 5, 10, channel="phone", title="Cannot pay"),
    ticket("3", OCTOBER + timedelta(days=2), 0.5, 2, priority="urgent", channel="chat"),
    ticket("4", OCTOBER + timedelta(days=3), channel="chat", title="Nobody answers"),
    ticket("5", OCTOBER + timedelta(days=3), closed=30, title="Closed without a word"),
    ticket("6", OCTOBER + timedelta(days=4), closed=1, reason="duplicate"),
    ticket("7", OCTOBER + timedelta(days=4), by="lin"),
    ticket("8", OCTOBER + timedelta(days=5), closed=1),
    ticket("9", datetime(2026, 8, 3, 1, tzinfo=UTC), 9, 12, channel="phone"),
    ticket("10", datetime(2026, 9, 3, 1, tzinfo=UTC), 1, 12, channel="phone"),
    ticket("11", datetime(2026, 10, 31, 15, 30, tzinfo=UTC), 2, 30),
    ticket("12", NOW - timedelta(hours=1), title="Has just come in"),
    ticket(
        "13",
        OCTOBER,
        2,
        4,
        priority="urgent",
        events=(TicketEvent(at=OCTOBER + timedelta(hours=3), kind="priority_changed", value="normal"),),
    ),
)


def made(
    *tickets: Ticket,
    period: str = "2026-10",
    now: datetime = NOW,
    conditions: tuple[Condition, ...] = (condition(clock="first_response"),),
    promise: Promise = PROMISE,
    name: str = "after-sales",
) -> ServiceReport:
    """The report of these tickets."""
    register = Tickets(source=source(name="tickets.jsonl"), tickets=tickets)
    basis = Basis(name=name, promise=promise, conditions=conditions, labels={})
    at = now.astimezone(ZONE)
    return report(list(cases([register], promise, now)), basis, named(period, at), at, ["tickets.jsonl"])


def whole() -> ServiceReport:
    """A month with all there is to tell."""
    return made(*TICKETS)


def so_far() -> ServiceReport:
    """A quarter that has not ended."""
    return made(*TICKETS, period="2026-Q4")


def on_nothing() -> ServiceReport:
    """A month in which there was nothing."""
    return made(period="2026-09")


def hostile() -> ServiceReport:
    """One in which every text of strangers is hostile."""
    odd = replace(NORMAL, name=HOSTILE)
    late = replace(ticket(HOSTILE, answered=90, title=HOSTILE), channel=HOSTILE, priority=HOSTILE)
    left = replace(ticket(f"2{HOSTILE}", by="lin"), channel=HOSTILE)
    found = made(
        late,
        left,
        promise=replace(PROMISE, terms={"normal": NORMAL, HOSTILE: odd}),
        conditions=(condition(id=HOSTILE, clock="first_response"),),
        name=HOSTILE,
    )
    return replace(found, sources=(HOSTILE,))
