"""What a tracker of tickets hands over: its tickets as it has them now, page by page, and who is in its teams.

GitHub is the one there is. Tickets of others come as a register, which their export can write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from qualitygate.model.tickets import Ticket, TicketEvent
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRecord:
    """A ticket as its tracker has it now: besides its events the labels it carries, and whether it is open.

    ``updated`` is when the tracker says that anything changed. ``problems`` names the fields of its form that make no
    sense. Nothing here depends on a policy: that is applied whenever the record is looked at.
    """

    ticket: Ticket
    labels: tuple[str, ...]
    open: bool
    updated: datetime
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPage:
    """Some tickets, and the bookmark from which a later call goes on after them.

    ``total`` is how many tickets this walk will bring, as far as known. ``last``: there are no more for now.
    """

    records: tuple[TicketRecord, ...]
    bookmark: str
    total: int
    last: bool


def _no_ratings(_questions: Sequence[str]) -> Mapping[str, Sequence[TicketEvent]]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSource:
    """Hands over tickets of a tracker, those that changed longest ago first.

    ``name`` tells it from all others. ``pages`` gives what changed since a bookmark, all where it is empty; a ticket
    may come again that did not change. ``members`` gives the users who are in a team now, named as the policy names it.
    ``ratings`` gives the events ``rated`` below each of these questions, which are ids of events ``asked``; a question
    that is gone is left out. All raise :class:`~qualitygate.errors.CannotUseGitHub` or an error of their own.
    """

    name: str
    pages: Callable[[str], Iterator[TicketPage]]
    members: Callable[[str], Iterable[str]]
    ratings: Callable[[Sequence[str]], Mapping[str, Sequence[TicketEvent]]] = _no_ratings
