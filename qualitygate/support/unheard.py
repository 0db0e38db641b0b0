"""Comments that answer nobody, with the reason: what a reader of a late ticket asks about first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qualitygate.model.tickets import AGENT, BOT, CUSTOMER, TicketEvent

_SPOKEN = ("comment", "review")


def unheard(events: Iterable[TicketEvent]) -> Iterator[tuple[TicketEvent, str]]:
    """Each comment of a ticket that is neither an answer of the team nor a message of who opened it, and why.

    The events say who acted.
    """
    known = list(events)
    requester = next((event.user for event in known if event.kind == "opened"), None)
    for event in known:
        if event.kind in _SPOKEN and (why := _why(event, requester)):
            yield event, why


def _why(event: TicketEvent, requester: str | None) -> str:
    own = event.user is not None and event.user == requester
    if event.actor == BOT:
        return "of a program"
    if event.actor == AGENT:
        return "" if event.public and not own else "of who opened the ticket" if own else "not public"
    if event.actor == CUSTOMER and event.user is not None and not own:
        return "of somebody who is not in the team"
    return ""
