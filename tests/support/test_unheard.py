"""Which comments answer nobody, and why."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qualitygate.model.tickets import AGENT, BOT, CUSTOMER, TicketEvent
from qualitygate.support.unheard import unheard

AT = datetime(2026, 11, 2, 15, tzinfo=UTC)
OPENED = TicketEvent(at=AT, kind="opened", user="mei", actor=CUSTOMER)


def comment(actor: str | None, user: str | None = "lin", *, public: bool = True, kind: str = "comment") -> TicketEvent:
    return TicketEvent(at=AT, kind=kind, user=user, actor=actor, public=public)


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (comment(AGENT), None),
        (comment(AGENT, None), None),
        (comment(AGENT, public=False), "not public"),
        (comment(AGENT, "mei"), "of who opened the ticket"),
        (comment(AGENT, "mei", public=False), "of who opened the ticket"),
        (comment(BOT, "triage[bot]"), "of a program"),
        (comment(BOT, None), "of a program"),
        (comment(CUSTOMER, "mei"), None),
        (comment(CUSTOMER, None), None),
        (comment(CUSTOMER, "wu"), "of somebody who is not in the team"),
        (comment(CUSTOMER, "wu", kind="review"), "of somebody who is not in the team"),
        (comment(CUSTOMER, "wu", kind="closed"), None),
        (comment(None, "wu"), None),
    ],
)
def test_a_comment_answers_nobody_for_a_reason(event: TicketEvent, why: str | None) -> None:
    assert ([why] if why else []) == [told for _, told in unheard([OPENED, event])]


def test_without_an_opening_nobody_opened_it() -> None:
    assert ["of somebody who is not in the team"] == [why for _, why in unheard([comment(CUSTOMER, "mei")])]
