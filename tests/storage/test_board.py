"""The board of tickets, on SQLite and on PostgreSQL: the least time left first, and one row says how support stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from qualitygate.storage.board import FIRST
from qualitygate.storage.verdicts import Known, VerdictStore
from qualitygate.support.run import State
from qualitygate.support.waiting import Waiting
from tests.storage.test_verdicts import NOW, judged

SHOP = Known(name="Acme/Shop", number=7, default_branch="main")
OTHER = Known(name="acme/other", number=8)


def ticket(id: str, hours: float | None = 1.0, **more: Any) -> Waiting:
    """A ticket whose clock is due in so many hours, or stands still."""
    due = None if hours is None else NOW + timedelta(hours=hours)
    state = State.PAUSED if due is None else State.BREACHED if due < NOW else State.PENDING
    return Waiting(
        **{
            "ticket": id,
            "title": "Ünit",
            "priority": "urgent",
            "channel": "chat",
            "opened": NOW - timedelta(hours=3),
            "clock": "first_response",
            "state": state,
            "due": due,
            "risk": due and due - timedelta(minutes=30) if state is State.PENDING else None,
            "left": 900.0 if due is None else None,
            "target": 14_400.0,
            **more,
        }
    )


NONE = ticket("none", None, clock=None, state=None, left=None, target=None)


@pytest.fixture
def store(address: str) -> Iterator[VerdictStore]:
    with VerdictStore(address) as opened:
        yield opened


def test_the_least_time_left_comes_first_then_what_stands_still_then_what_has_no_clock(store: VerdictStore) -> None:
    tickets = [NONE, ticket("2", 2), ticket("still", None), ticket("late", -1), ticket("less", None, left=80.0)]
    store.look(SHOP, tickets, NOW)
    store.look(OTHER, [ticket("1", 1), ticket("later", -2)], NOW + timedelta(hours=1))
    names = ["later", "late", "1", "2", "less", "still", "none"]
    assert names == [each.waiting.ticket for each in store.board()]
    own = store.board(among=["acme/SHOP"])
    assert ["late", "2", "less", "still", "none"] == [each.waiting.ticket for each in own]
    assert {(NOW, "Acme/Shop")} == {(each.looked, each.repository) for each in own}
    assert {each.ticket: each for each in tickets} == {each.waiting.ticket: each.waiting for each in own}
    found: list[str] = []
    spot = FIRST
    while page := store.board(after=spot, limit=2):
        found += [each.waiting.ticket for each in page]
        spot = page[-1].spot
    assert names == found
    assert () == store.board(among=["acme/none"])


def test_what_was_closed_is_off_the_board_and_only_what_changed_is_written(store: VerdictStore) -> None:
    store.look(SHOP, [ticket(str(number), number) for number in range(1, 9)], NOW)
    written: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *told: written.append(told[2]))
    store.look(SHOP, [ticket(str(number), number) for number in range(2, 8)] + [ticket("8", -8)], NOW)
    assert ["8", *"234567"] == [each.waiting.ticket for each in store.board()]
    assert [2, 1] == [sum(of in each for each in written) for of in ("DELETE FROM board", "INSERT INTO board")]


def test_a_project_says_how_its_support_stands_and_comes_first_where_it_is_late(store: VerdictStore) -> None:
    store.keep(judged(repository_id=7))
    store.keep(judged(repository="acme/other", repository_id=8))
    risky = ticket("3", 0.1, state=State.AT_RISK)
    store.look(OTHER, [ticket("1", -1), ticket("2"), risky], NOW)
    other, shop = store.projects()
    assert other.support
    assert (3, 1, 1, NOW) == (other.support.tickets, other.support.at_risk, other.support.breached, other.support.at)
    assert (None, "Acme/Shop") == (shop.support, shop.name)
    store.look(SHOP, [replace(risky)], NOW)
    store.look(OTHER, [], NOW + timedelta(hours=2))
    assert ["Acme/Shop", "acme/other"] == [each.name for each in store.projects()]
    assert NOW + timedelta(hours=2) == store.projects()[1].seen_at


def test_a_repository_that_promises_nothing_any_more_has_no_board(store: VerdictStore) -> None:
    store.look(SHOP, [ticket("1", -1)], NOW)
    for name in ("acme/shop", "acme/shop", "acme/none"):
        store.overlook(name)
    (project,) = store.projects()
    assert (None, 0, ()) == (project.support, project.place.standing, store.board())


def test_the_board_of_a_name_that_became_another_repositorys_is_gone(store: VerdictStore) -> None:
    store.look(Known(name="acme/shop"), [ticket("1", -1)], NOW)
    store.keep(judged(repository="acme/store"))
    store.keep(judged("2"))
    assert () == store.board()
    assert (2, 0) == (len(store.history("acme/shop")), store.projects()[0].place.standing)
