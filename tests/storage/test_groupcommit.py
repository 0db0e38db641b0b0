"""Group commit: who comes while others are being kept shares the next transaction, and hears its own answer."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from qualitygate.errors import CannotUseStore
from qualitygate.storage.groupcommit import GroupCommit
from qualitygate.storage.inbox import WAITING, Delivery, Inbox, Receipt
from tests.server.conftest import eventually


def delivery(id: str) -> Delivery:
    return Delivery(id=id, event="issues", body=f'{{"id": "{id}"}}')


class Slow:
    """A store that keeps its first transaction open until it is let go, and that does not take what is called bad."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.begun, self.go_on = Event(), Event()

    def keep(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        ids = [each.id for each in deliveries]
        self.groups.append(sorted(ids))
        self.begun.set()
        assert self.go_on.wait(30)
        if "broken" in ids:
            raise ValueError("broken")
        if "bad" in ids:
            raise CannotUseStore("the store is full")
        return [Receipt.KNOWN if id == "known" else Receipt.NEW for id in ids]


def together(slow: Slow, *ids: str) -> dict[str, Receipt | Exception]:
    """What each comes to, of which all but the first come while that is being kept."""
    group = GroupCommit(slow.keep)
    with ThreadPoolExecutor(len(ids)) as pool:
        first = pool.submit(group.receive, delivery(ids[0]))
        assert slow.begun.wait(30)
        asked = {ids[0]: first, **{id: pool.submit(group.receive, delivery(id)) for id in ids[1:]}}
        eventually(lambda: len(ids) - 1 == len(group._waiting))
        slow.go_on.set()
        return {id: each.exception(30) or each.result() for id, each in asked.items()}  # type: ignore[misc]


def test_all_that_came_meanwhile_share_one_transaction() -> None:
    slow = Slow()
    answers = together(slow, "a", "b", "known", "c")
    assert [["a"], ["b", "c", "known"]] == slow.groups
    assert {"a": Receipt.NEW, "b": Receipt.NEW, "known": Receipt.KNOWN, "c": Receipt.NEW} == answers


@pytest.mark.parametrize(("name", "error"), [("bad", CannotUseStore), ("broken", ValueError)])
def test_what_the_store_does_not_take_fails_alone(name: str, error: type[Exception]) -> None:
    answers = together(Slow(), "a", "b", name, "c")
    assert isinstance(answers.pop(name), error)
    assert {"a": Receipt.NEW, "b": Receipt.NEW, "c": Receipt.NEW} == answers


def test_after_an_error_it_goes_on() -> None:
    slow = Slow()
    slow.go_on.set()
    group = GroupCommit(slow.keep)
    with pytest.raises(CannotUseStore, match="full"):
        group.receive(delivery("bad"))
    assert Receipt.NEW is group.receive(delivery("a"))


def test_many_threads_keep_each_delivery_once(address: str) -> None:
    ids = [f"d-{number}" for number in range(60)] * 2
    with Inbox(address) as inbox, ThreadPoolExecutor(16) as pool:
        receipts = list(pool.map(GroupCommit(inbox.receive_all).receive, map(delivery, ids)))
        assert {WAITING: 60} == inbox.counts()
    assert 60 == receipts.count(Receipt.NEW)
    assert 60 == receipts.count(Receipt.KNOWN)
