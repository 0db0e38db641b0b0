"""Tickets written as the register that ``check`` reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from qualitygate.desk.looking import hidden
from qualitygate.support.targets import Promise
from qualitygate.support.timeline import acted
from qualitygate.timelines import headed, written
from qualitygate.tracker import TicketRecord


def register(found: Sequence[TicketRecord], known: Promise, at: datetime, *, teams: bool) -> Iterator[str]:
    """The lines of a register of tickets, read ``at`` that moment, by a promise that knows who is in its teams.

    Where the policy names ``teams`` it says who acted, for who reads it does not ask who is in them.
    """
    yield headed(at, len(found)) + "\n"
    for each in found:
        told = acted(each.ticket, known) if teams else each.ticket
        yield written(hidden(told, known)) + "\n"
