"""What must be said beside the numbers: which tickets are in none of them, and how far registers reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo

from qualitygate.model.tickets import Tickets
from qualitygate.support.case import TicketCase
from qualitygate.support.compliance import UNANSWERED, unanswered
from qualitygate.support.targets import FIRST_RESPONSE
from qualitygate.values import dataclass

_NAMED = 5
"""How many tickets of one reason are named."""


def left_out(found: Iterable[TicketCase], clock: str = FIRST_RESPONSE) -> dict[str, tuple[str, ...]]:
    """The tickets that are in no number of a clock, by the reason.

    A ticket that was closed unanswered is missing among the first responses only.
    """
    reasons: dict[str, list[str]] = {}
    for case in found:
        if case.left_out:
            reasons.setdefault(case.left_out, []).append(case.ticket.id)
        elif clock == FIRST_RESPONSE and any(unanswered(run, case.clocks) for run in case.runs):
            reasons.setdefault(UNANSWERED, []).append(case.ticket.id)
    return {why: tuple(sorted(ids)) for why, ids in sorted(reasons.items())}


def unpromised(found: Iterable[TicketCase]) -> dict[str, tuple[str, ...]]:
    """The tickets that count and whose priority has no targets, so that they are judged by those of another."""
    reasons: dict[str, list[str]] = {}
    for case in found:
        if case.unpromised and not case.left_out:
            why = f"judged as {case.clocks.terms.name}, for the priority {case.unpromised} has no targets"
            reasons.setdefault(why, []).append(case.ticket.id)
    return {why: tuple(sorted(ids)) for why, ids in sorted(reasons.items())}


def listed(reasons: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Each reason with how many tickets it is true of, and the first of them: ``duplicate: 1 (19)``."""
    for why, ids in reasons.items():
        more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
        yield f"{why}: {len(ids)} ({', '.join(ids[:_NAMED])}{more})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Up to when a register tells what happened: when it was read from its tracker, else its newest event.

    ``told``: it says so itself.
    """

    name: str
    at: datetime | None
    told: bool

    def before(self, moment: datetime) -> bool:
        """Whether what happened up to a moment may not be in it."""
        return self.at is not None and self.at < moment

    def words(self, zone: tzinfo) -> str:
        """How far it reaches, to be said after its name."""
        assert self.at is not None
        at = f"{self.at.astimezone(zone):%Y-%m-%d %H:%M} ({zone})"
        words = "was read from its tracker on" if self.told else "does not say when it was written; it ends on"
        return f"{words} {at}"


def reach(register: Tickets) -> Reach:
    """How far a register reaches."""
    newest = max((event.at for ticket in register.tickets for event in ticket.events), default=None)
    return Reach(name=register.source.name, at=register.at or newest, told=register.at is not None)


def unseen(reaches: Iterable[Reach], until: datetime, zone: tzinfo) -> Iterator[str]:
    """Of each register that may not know all that happened until a moment, how far it reaches."""
    return (f"{each.name} {each.words(zone)}" for each in reaches if each.before(until))


def cut_short(reaches: Iterable[Reach], end: datetime) -> bool:
    """Whether any register says itself that it was written before something ended."""
    return any(each.told and each.before(end) for each in reaches)
