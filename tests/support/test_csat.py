"""Whether a customer is to be asked, and what counts as an answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from qualitygate.model.tickets import TicketEvent
from qualitygate.support.csat import Answers, Thumb, answers, due, question
from qualitygate.support.targets import Asking

START = datetime(2026, 10, 5, 10, tzinfo=UTC)
DAY = 24.0
ASKING = Asking(since=START, text="Satisfied?", answer_within=10 * 86_400.0)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def event(hours: float, kind: str, **more) -> TicketEvent:
    return TicketEvent(at=at(hours), kind=kind, **more)


def asked(hours: float = 1, actor: str = "bot") -> TicketEvent:
    return event(hours, "asked", actor=actor, id="Q")


def rated(hours: float, value: str, user: str = "mei", actor: str = "customer") -> TicketEvent:
    return event(hours, "rated", value=value, user=user, actor=actor)


OPENED, CLOSED = event(-5, "opened", actor="customer"), event(0, "closed")


@pytest.mark.parametrize(
    ("events", "now", "wanted"),
    [
        ([OPENED], 1, False),
        ([OPENED, CLOSED], 1, True),
        ([OPENED, event(-0.1, "closed")], 1, False),
        ([OPENED, event(-0.1, "closed"), event(0, "reopened"), event(1, "closed")], 2, True),
        ([OPENED, CLOSED, event(1, "reopened")], 2, False),
        ([OPENED, CLOSED, event(1, "comment", actor="customer")], 2, True),
        ([OPENED, CLOSED, asked()], 2, False),
        ([OPENED, CLOSED, asked(actor="agent")], 2, False),
        ([OPENED, CLOSED, asked(actor="customer")], 2, True),
        ([OPENED, CLOSED, asked(), event(2, "reopened"), event(3, "closed")], 4, False),
        ([OPENED, CLOSED], 10 * DAY, True),
        ([OPENED, CLOSED], 10 * DAY + 0.01, False),
    ],
)
def test_who_is_asked(events, now, wanted):
    assert wanted is due(events, ASKING, at(now))


def test_a_question_is_the_first_that_no_customer_wrote():
    ours, later = asked(2), asked(3)
    assert ours is question([OPENED, asked(1, "customer"), ours, later])
    assert question([OPENED, asked(1, "customer")]) is None


@pytest.mark.parametrize(
    ("ratings", "thumbs", "both"),
    [
        ([], [], 0),
        ([rated(2, "up")], [(2, True)], 0),
        ([rated(2, "down"), rated(3, "up", "tom")], [(2, False), (3, True)], 0),
        ([rated(2, "up"), rated(3, "up")], [(3, True)], 0),
        ([rated(2, "up"), rated(3, "down")], [], 1),
        ([rated(2, "up", actor="agent"), rated(2, "up", "ci", actor="bot")], [], 0),
        ([rated(0.5, "up")], [], 0),
        ([rated(1, "up")], [(1, True)], 0),
        ([rated(1 + 10 * DAY, "up")], [(1 + 10 * DAY, True)], 0),
        ([rated(1 + 10 * DAY + 0.01, "up")], [], 0),
    ],
)
def test_what_counts_as_an_answer(ratings, thumbs, both):
    wanted = Answers(
        asked_at=at(1), thumbs=tuple(Thumb(at=at(when), satisfied=good) for when, good in thumbs), both=both
    )
    assert wanted == answers([OPENED, CLOSED, asked(), *ratings], ASKING)


def test_nobody_answers_what_nobody_asked():
    assert answers([OPENED, CLOSED, rated(2, "up")], ASKING) is None
    assert answers([OPENED, CLOSED, asked(actor="customer"), rated(2, "up")], ASKING) is None
