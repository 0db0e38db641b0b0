"""The inbox, on SQLite and on PostgreSQL: what was acknowledged is worked on until it is done, by one at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from qualitygate.storage import inbox as rooms
from qualitygate.storage.inbox import ATTEMPTS, DEAD, DONE, LEASE, RUNNING, WAITING, Armed, Delivery, Inbox, Receipt
from qualitygate.storage.opening import open_engine
from tests.storage.conftest import LATER


def delivery(id: str = "a", **more: Any) -> Delivery:
    return Delivery(**{"id": id, "event": "issues", "body": f'{{"id": "{id}"}}', **more})


@pytest.fixture
def inbox(address: str) -> Iterator[Inbox]:
    with Inbox(address) as opened:
        yield opened


def change(address: str, statement: str) -> None:
    engine: Engine = open_engine(address)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def passed(address: str, seconds: float) -> None:
    """As if it were so much later."""
    change(address, f"UPDATE inbox SET lease_until = lease_until - {seconds}, next_try_at = next_try_at - {seconds}")


def test_a_delivery_is_kept_taken_once_and_done(inbox: Inbox) -> None:
    whole = delivery(action="opened", installation=2**40, repository="acme/shop", about="acme/shop#1")
    assert Receipt.NEW is inbox.receive(whole)
    taken = inbox.take()
    assert taken is not None
    assert (whole, 1) == (taken.delivery, taken.attempt)
    assert inbox.take() is None
    assert inbox.settle(taken)
    assert {DONE: 1} == inbox.counts()
    assert inbox.wait("a") is None


def test_what_comes_again_by_its_id_or_its_bytes_is_no_new_work(inbox: Inbox) -> None:
    inbox.receive(delivery())
    assert Receipt.KNOWN is inbox.receive(delivery())
    assert Receipt.KNOWN is inbox.receive(delivery(body="another"))
    assert Receipt.KNOWN is inbox.receive(delivery("b", body=delivery().body)), "an old delivery under a new id"
    taken = inbox.take()
    assert taken and inbox.settle(taken)
    assert Receipt.KNOWN is inbox.receive(delivery())
    assert {DONE: 1} == inbox.counts()


def test_a_delivery_put_aside_is_begun_anew_when_it_comes_again(inbox: Inbox) -> None:
    inbox.receive(delivery())
    taken = inbox.take()
    assert taken and inbox.bury(taken, "no\0t now")
    assert {DEAD: 1} == inbox.counts()
    assert inbox.take() is None
    assert Receipt.REARMED is inbox.receive(delivery())
    again = inbox.take()
    assert again and (1, taken.token + 1) == (again.attempt, again.token)


def test_the_token_of_a_lost_lease_changes_nothing(address: str, inbox: Inbox) -> None:
    inbox.receive(delivery())
    first = inbox.take()
    assert first and inbox.take() is None
    passed(address, LEASE + 1)
    second = inbox.take()
    assert second and second.token > first.token
    assert (first,) == inbox.renew([first])
    assert not any([inbox.settle(first), inbox.again(first, 0, "late"), inbox.bury(first, "late")])
    assert () == inbox.renew([second])
    assert {RUNNING: 1} == inbox.counts()
    assert inbox.settle(second)


def test_a_lease_that_is_renewed_is_not_taken(address: str, inbox: Inbox) -> None:
    inbox.receive(delivery())
    taken = inbox.take()
    assert taken
    for _ in range(3):
        passed(address, LEASE - 20)
        assert () == inbox.renew([taken])
        assert inbox.take() is None


def test_an_attempt_that_failed_is_counted_and_waits(address: str, inbox: Inbox) -> None:
    inbox.receive(delivery())
    taken = inbox.take()
    assert taken and inbox.again(taken, 600, "502")
    assert inbox.take() is None
    assert 0 < (inbox.wait("a") or 0) <= 600
    passed(address, 600)
    second = inbox.take()
    assert second and 2 == second.attempt
    assert inbox.again(second, 0, "wait a minute", counted=False)
    third = inbox.take()
    assert third and 2 == third.attempt


def test_a_delivery_that_kills_its_workers_is_put_aside(
    address: str, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "ATTEMPTS", 3)
    assert ATTEMPTS > 3
    inbox.receive(delivery())
    for attempt in (1, 2, 3):
        taken = inbox.take()
        assert taken and attempt == taken.attempt
        passed(address, LEASE + 1)
    assert inbox.take() is None
    assert {DEAD: 1} == inbox.counts()


def test_of_two_about_the_same_one_is_worked_on_at_a_time(inbox: Inbox) -> None:
    for id, about in (("a", "acme/shop#1"), ("b", "acme/shop#1"), ("c", "acme/shop#2"), ("d", ""), ("e", "")):
        inbox.receive(delivery(id, about=about))
    taken = [inbox.take() for _ in range(5)]
    assert ["a", "c", "d", "e"] == [each.delivery.id for each in taken if each]
    assert taken[0] and inbox.take("b") is None
    inbox.settle(taken[0])
    assert (last := inbox.take("b")) and "b" == last.delivery.id


def test_many_takers_take_each_once_and_never_two_about_the_same(inbox: Inbox) -> None:
    for number in range(60):
        inbox.receive(delivery(str(number), about=f"{number % 7}"))
    at_work: list[str] = []
    seen: list[str] = []

    def work() -> None:
        while len(seen) < 60:
            if (taken := inbox.take()) is None:
                time.sleep(0.005)
                continue
            about = taken.delivery.about
            assert about not in at_work
            at_work.append(about)
            seen.append(taken.delivery.id)
            time.sleep(0.002)
            at_work.remove(about)
            assert inbox.settle(taken)

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(work) for _ in range(6)]:
            done.result(60)
    assert sorted(map(str, range(60))) == sorted(seen)
    assert {DONE: 60} == inbox.counts()


def test_the_same_delivery_received_by_many_at_once_is_kept_once(inbox: Inbox) -> None:
    with ThreadPoolExecutor(8) as pool:
        receipts = [each.result(30) for each in [pool.submit(inbox.receive, delivery()) for _ in range(16)]]
    assert 1 == receipts.count(Receipt.NEW)
    assert {WAITING: 1} == inbox.counts()


def test_what_nobody_takes_is_overdue(inbox: Inbox) -> None:
    inbox.receive(delivery())
    assert () == inbox.overdue(5)
    assert ("a",) == inbox.overdue(-1)
    taken = inbox.take()
    assert () == inbox.overdue(-1), "its lease has a minute to go"
    assert taken and inbox.settle(taken)
    assert () == inbox.overdue(-1_000)


def test_a_turn_is_one_processs_and_the_next_one_anybodys(address: str, inbox: Inbox) -> None:
    with Inbox(address) as other:
        turns = [each.turn("sweep", 1e6) for each in (inbox, other, inbox)]
        assert [True, False, False] == [turn is not None for turn in turns]
        assert other.turn("another", 1e6) is not None
        change(address, "UPDATE ticks SET tick = tick - 1")
        assert (other.turn("sweep", 1e6), None) == (turns[0], inbox.turn("sweep", 1e6))


def test_bodies_of_what_is_long_done_are_dropped_and_still_known(address: str, inbox: Inbox) -> None:
    for id in "abc":
        inbox.receive(delivery(id))
    for _ in "ab":
        taken = inbox.take()
        assert taken and inbox.settle(taken)
    assert inbox.turn("sweep", 1e6) is not None
    change(address, "INSERT INTO ticks VALUES ('sweep', 1)")
    assert 0 == inbox.forget()
    change(address, f"UPDATE inbox SET received_at = received_at - {rooms.KEPT + 1} WHERE id <> 'b'")
    assert 1 == inbox.forget(), "not b, which is young, nor c, which is not done"
    assert Receipt.KNOWN is inbox.receive(delivery("a"))
    assert Receipt.KNOWN is inbox.receive(delivery("x", body=delivery("a").body))
    assert inbox.turn("sweep", 1e6) is None


def test_the_engine_is_told_in_the_transaction_and_of_nothing_that_was_not_kept(address: str) -> None:
    heard: list[tuple[str, float]] = []

    def announce(_connection: object, ids: Sequence[str], wait: float) -> None:
        heard.extend((id, wait) for id in ids)
        if "bad" in ids:
            raise RuntimeError("no room")

    with Inbox(address, announce=announce) as inbox:
        inbox.receive(delivery())
        inbox.receive(delivery())
        with pytest.raises(RuntimeError, match="no room"):
            inbox.receive(delivery("bad"))
        assert {WAITING: 1} == inbox.counts()
        taken = inbox.take()
        assert taken and inbox.again(taken, 7, "later")
        assert not inbox.again(taken, 8, "later still")
    assert [("a", 0), ("bad", 0), ("a", 7)] == heard


def test_deliveries_kept_together_are_told_apart(inbox: Inbox) -> None:
    inbox.receive(delivery("known"))
    inbox.receive(delivery("aside"))
    for expected in ("known", "aside"):
        taken = inbox.take()
        assert taken
        assert expected == taken.delivery.id
        assert inbox.settle(taken) if expected == "known" else inbox.bury(taken, "no")
    together = [delivery(id) for id in ("b", "known", "a", "aside", "b")]
    together.append(delivery("c", body=delivery("a").body))
    receipts = [Receipt.NEW, Receipt.KNOWN, Receipt.NEW, Receipt.REARMED, Receipt.KNOWN, Receipt.KNOWN]
    assert receipts == inbox.receive_all(together)
    assert {WAITING: 3, DONE: 1} == inbox.counts()


def test_a_store_of_the_first_version_gets_the_inbox(address: str) -> None:
    with Inbox(address) as inbox:
        inbox.receive(delivery())
    for statement in (
        *(f"DROP TABLE {name}" for name in LATER),
        "DROP INDEX tickets_open",
        "ALTER TABLE ticket_sources DROP COLUMN repository_id",
        "INSERT INTO ticket_sources VALUES ('acme/shop', 'page 7', NULL)",
        "UPDATE alembic_version SET version_num = '0001'",
    ):
        change_raw(address, statement)
    with Inbox(address) as inbox:
        assert {} == inbox.counts()
        assert Receipt.NEW is inbox.receive(delivery())
        with inbox.begin() as connection:
            assert "page 7" == connection.exec_driver_sql("SELECT bookmark FROM ticket_sources").scalar()


def change_raw(address: str, statement: str) -> None:
    """Without opening it as a store, which would migrate it."""
    from sqlalchemy import create_engine

    made = create_engine(
        address.replace("postgresql://", "postgresql+psycopg://") if "://" in address else f"sqlite:///{address}"
    )
    with made.begin() as connection:
        connection.exec_driver_sql(statement)
    made.dispose()


@pytest.mark.parametrize("deed", [Inbox.counts, Inbox.take, Inbox.forget], ids=lambda deed: deed.__name__)
def test_what_goes_wrong_with_the_database_is_our_error(
    inbox: Inbox, deed: Callable[[Inbox], object], address: str
) -> None:
    from qualitygate.errors import CannotUseStore

    change(address, "DROP TABLE inbox")
    with pytest.raises(CannotUseStore, match="cannot be used"):
        deed(inbox)


def test_a_row_of_ours_is_armed_again_when_it_has_ended_and_only_for_another_turn(inbox: Inbox) -> None:
    own = {"id": "sweep:clocks:1", "event": "sweep"}
    assert Armed.NEW is inbox.arm(delivery(**own, body="1"))
    assert Armed.WAITS is inbox.arm(delivery(**own, body="2"))
    first = inbox.take(own=True)
    assert first and "1" == first.delivery.body
    assert Armed.BUSY is inbox.arm(delivery(**own, body="2"))
    assert inbox.settle(first)
    assert Armed.KNOWN is inbox.arm(delivery(**own, body="1"))
    assert Armed.NEW is inbox.arm(delivery(**own, body="2", repository="acme/shop"))
    second = inbox.take(own=True)
    assert second and ("2", "acme/shop", 1) == (second.delivery.body, second.delivery.repository, second.attempt)
    assert second.token > first.token
    assert inbox.bury(second, "no")
    assert Armed.NEW is inbox.arm(delivery(**own, body="3"))
    assert {WAITING: 1} == inbox.counts()


def test_webhooks_and_rows_of_ours_are_taken_apart(inbox: Inbox) -> None:
    inbox.arm(delivery("sweep:clocks:1", event="sweep"))
    assert inbox.take() is None
    inbox.receive(delivery("a"))
    taken = [inbox.take(), inbox.take(own=True)]
    assert ["a", "sweep:clocks:1"] == [each.delivery.id for each in taken if each]


def test_it_tells_which_of_many_are_here(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "_BATCH", 2)
    for id in "abc":
        inbox.receive(delivery(id))
    assert {"a", "c"} == inbox.known(["x", "a", "y", "c", "z"])
    assert set() == inbox.known([])


def test_how_far_something_has_come_is_kept_when_the_rest_is_forgotten(inbox: Inbox) -> None:
    assert 0 == inbox.mark("list")
    for number in (7, 7, 12_345_678_901):
        inbox.advance("list", number)
    inbox.advance("other", 3)
    inbox.forget()
    assert [12_345_678_901, 3] == [inbox.mark("list"), inbox.mark("other")]


def test_the_next_is_found_by_an_index_however_long_the_line_is(tmp_path: Path) -> None:
    with Inbox(str(tmp_path / "q.sqlite")) as inbox:
        asked: list[tuple[str, Any]] = []

        def noted(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            asked.extend([(statement, parameters)] if statement.startswith("SELECT") else [])

        inbox.receive(delivery("a"))
        event.listen(inbox.engine, "before_cursor_execute", noted)
        assert inbox.take()
        event.remove(inbox.engine, "before_cursor_execute", noted)
        assert len(asked) == 2
        with inbox.begin() as connection:
            for statement, parameters in asked:
                plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
                assert any("USING INDEX inbox_next (state=?" in step for step in plan), plan
            assert not [step for step in plan if "TEMP B-TREE" in step], "those that wait are read in their order"
