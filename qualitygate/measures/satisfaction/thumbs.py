"""Thumbs under closed tickets: how many customers were satisfied with the support they got."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from fractions import Fraction
from itertools import compress

from qualitygate.extension import Context
from qualitygate.model.evidence import Evidence, Gap, about, by_labels
from qualitygate.model.measurement import Better, Combine, Counted, Finding, Measurement, Metric, Unit
from qualitygate.model.registers import differing, in_two
from qualitygate.model.tickets import Ticket, Tickets
from qualitygate.support.case import untold
from qualitygate.support.compliance import excluded
from qualitygate.support.csat import Answers, Thumb, answers
from qualitygate.support.targets import Asking, Promise
from qualitygate.support.timeline import understood
from qualitygate.values import dataclass

THUMBS = Metric(
    name="satisfaction.thumbs",
    noun="satisfied ratings",
    formula="thumbs up / thumbs up or down, one answer for each customer of a ticket",
    source="common practice, satisfied or not",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
    labels=("month",),
    sampled=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTicket:
    """A ticket under which customers were asked, the register it is in, and what came of it."""

    register: Tickets
    ticket: Ticket
    answers: Answers


def take(evidence: Sequence[Evidence], context: Context) -> Iterator[Measurement]:
    """A measurement for each month in which somebody answered, by the day of the answer.

    Where a declared register is missing or unreadable, or the policy does not ask, its label set is without a value.
    """
    for labels, items in by_labels(about("tickets", Tickets, evidence)).items():
        yield from _label_set(dict(labels), items, context)


def _label_set(labels: Mapping[str, str], items: Sequence[Evidence], context: Context) -> Iterator[Measurement]:
    told = [item for item in items if isinstance(item, Tickets)]
    registers = list(compress(told, differing((item.source.name, item.tickets) for item in told)))
    frame = Measurement(
        metric=THUMBS, value=None, labels=labels, sources=tuple(sorted(item.source.name for item in registers))
    )
    promise = context.support
    note = (
        "; ".join(dict.fromkeys(str(item) for item in items if isinstance(item, Gap)))
        or in_two((item.source.name, [each.id for each in item.tickets]) for item in registers)
        or ("" if promise else "the policy promises no support: declare its targets under support:")
        or (untold(registers, promise) if promise else "")
    )
    if note or promise is None or promise.csat is None:
        yield replace(frame, note=note or "the policy asks no customer: declare csat under support:")
        return
    seen = list(_asked(registers, promise, promise.csat, context.now))
    frame = replace(frame, examined={"tickets": sum(len(item.tickets) for item in registers), "questions": len(seen)})
    if any(each.answers.thumbs for each in seen):
        yield from _months(frame, seen, registers[0].source.rules.zone)
    else:
        yield replace(frame, note="; ".join(filter(None, ["nobody has answered", _unclear(seen)])))


def _asked(registers: Sequence[Tickets], promise: Promise, asking: Asking, now: datetime) -> Iterator[AskedTicket]:
    """The tickets under which somebody was asked, but for those that count nowhere."""
    for register in registers:
        for raw in register.tickets:
            ticket = understood(raw, promise)
            events = [event for event in ticket.events if event.at <= now]
            found = answers(events, asking)
            if found and not excluded(ticket, events, promise.label):
                yield AskedTicket(register=register, ticket=ticket, answers=found)


def _months(frame: Measurement, seen: Sequence[AskedTicket], zone: tzinfo) -> Iterator[Measurement]:
    by_month: dict[str, list[tuple[AskedTicket, Thumb]]] = {}
    for each in seen:
        for thumb in each.answers.thumbs:
            by_month.setdefault(f"{thumb.at.astimezone(zone):%Y-%m}", []).append((each, thumb))
    for month, found in sorted(by_month.items()):
        up = sum(thumb.satisfied for _, thumb in found)
        asked = sum(f"{each.answers.asked_at.astimezone(zone):%Y-%m}" == month for each in seen)
        told = f"{month}: {_number('answer', len(found))}, {_number('question', asked)} asked"
        yield replace(
            frame,
            labels={**frame.labels, "month": month},
            value=Fraction(up, len(found)),
            numerator=Fraction(up),
            denominator=Fraction(len(found)),
            at=max(thumb.at for _, thumb in found),
            findings=tuple(_finding(each, thumb, zone) for each, thumb in found if not thumb.satisfied),
            counted=tuple(
                Counted(
                    title=each.ticket.id, path=each.register.source.name, line=each.ticket.line, counts=thumb.satisfied
                )
                for each, thumb in found
            ),
            note="; ".join(filter(None, [told, _unclear(seen)])),
        )


def _number(noun: str, count: int) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _unclear(seen: Sequence[AskedTicket]) -> str:
    both = sum(each.answers.both for each in seen)
    return f"{both} with both thumbs, which is no answer" if both else ""


def _finding(each: AskedTicket, thumb: Thumb, zone: tzinfo) -> Finding:
    return Finding(
        title=f"{each.ticket.id} {each.ticket.title}".strip(),
        message=f"answered with a thumb down on {thumb.at.astimezone(zone):%Y-%m-%d}",
        path=each.register.source.name,
        line=each.ticket.line,
    )
