"""Whether a customer is to be asked if they are satisfied, and what they answered: thumbs under a closed ticket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from qualitygate.model.tickets import CUSTOMER, UP, TicketEvent
from qualitygate.support.targets import Asking
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumb:
    """One customer's valid answer."""

    at: datetime
    satisfied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What came of the question under one ticket: valid answers, and how many customers gave both thumbs."""

    asked_at: datetime
    thumbs: tuple[Thumb, ...]
    both: int


def question(events: Sequence[TicketEvent]) -> TicketEvent | None:
    """The first question of a ticket whose actors are understood; one that a customer wrote is none."""
    return next((each for each in events if each.kind == "asked" and each.actor != CUSTOMER), None)


def due(events: Sequence[TicketEvent], asking: Asking, now: datetime) -> bool:
    """Whether to ask now: the ticket was closed of late, and nobody has asked yet."""
    last = next((each for each in reversed(events) if each.kind in ("closed", "reopened")), None)
    if last is None or last.kind != "closed" or question(events):
        return False
    return asking.since <= last.at and now <= _end(last, asking)


def answers(events: Sequence[TicketEvent], asking: Asking) -> Answers | None:
    """What customers answered, each once, in order; ``None`` where nobody was asked.

    Who shows both thumbs has not answered.
    """
    asked = question(events)
    if asked is None:
        return None
    end = _end(asked, asking)
    told: dict[str, list[TicketEvent]] = {}
    for each in events:
        if each.kind == "rated" and each.actor == CUSTOMER and asked.at <= each.at <= end:
            told.setdefault(each.user or "", []).append(each)
    clear = [rows for rows in told.values() if len({each.value for each in rows}) == 1]
    return Answers(asked_at=asked.at, thumbs=tuple(_thumbs(clear)), both=len(told) - len(clear))


def _thumbs(clear: Sequence[Sequence[TicketEvent]]) -> Iterator[Thumb]:
    for rows in clear:
        yield Thumb(at=rows[-1].at, satisfied=rows[-1].value == UP)


def _end(event: TicketEvent, asking: Asking) -> datetime:
    return event.at + timedelta(seconds=asking.answer_within)
