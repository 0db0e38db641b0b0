"""The memory of verdicts, on SQLite and PostgreSQL: what was told is there once, and repositories stand as told."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

import pytest

from qualitygate.errors import CannotUseStore
from qualitygate.model.verdict import Outcome
from qualitygate.storage.opening import open_engine
from qualitygate.storage.project import FIRST
from qualitygate.storage.verdicts import KEPT, PROPOSALS_KEPT, UNHEARD, Cursor, Input, Judgement, Result, VerdictStore

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
RESULT = Result(
    gate="release", id="tests.failed", outcome=Outcome.FAILED, value=Fraction(1, 3), labels={"suite": "Ünit \0"}
)


def judged(id: str = "1", hours: float = 0.0, **more: Any) -> Judgement:
    return Judgement(
        **{
            "repository": "Acme/Shop",
            "repository_id": 7,
            "default_branch": "main",
            "sha": "a" * 40,
            "ref": "main",
            "name": "qualitygate",
            "external_id": f"qualitygate:app:{id}",
            "at": NOW + timedelta(hours=hours),
            "outcome": Outcome.PASSED,
            "policy": "shop \0",
            "policy_digest": "sha256:0",
            "policy_at": "b" * 40,
            "results": (RESULT, replace(RESULT, value=None, outcome=Outcome.NO_DATA)),
            "of_default": more.get("ref", "main") == "main",
            "verdict": '{"Ü": "\\u0000"}\n',
            "inputs": (Input(path="r/a.xml", sha256="0" * 64, size=2**40, at=NOW), Input(path="b", sha256="1", size=0)),
            **more,
        }
    )


def proposed(number: int, id: str = "1", hours: float = 0.0, **more: Any) -> Judgement:
    """The judgement of a pull request."""
    return judged(id, hours, **{"pull_request": number, "lasting": False, "ref": f"feature-{number}", **more})


@pytest.fixture
def store(address: str) -> Iterator[VerdictStore]:
    with VerdictStore(address) as opened:
        yield opened


def change(address: str, statement: str) -> None:
    engine = open_engine(address)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def failing(store: VerdictStore) -> int:
    (project,) = store.projects()
    return project.failing


def test_what_is_kept_comes_back_the_same(store: VerdictStore) -> None:
    told = judged(check=2**40, url="https://github.com/x", pull_request=4, lasting=False)
    id = store.keep(told)
    assert replace(told, id=id, policy="shop ") == store.judgement(id)
    assert (replace(told, id=id, policy="shop ", verdict=None, inputs=()),) == store.history("acme/SHOP")
    assert [None, None, None] == [store.judgement(each) for each in (id + 1, -1, 2**70)]


def test_the_same_wish_judged_again_is_kept_once(store: VerdictStore) -> None:
    first = store.keep(judged(outcome=Outcome.NO_DATA))
    assert first == store.keep(judged(hours=1))
    assert first != store.keep(judged("2"))
    assert first != store.keep(judged(repository="acme/other", repository_id=8))
    (again, _) = store.history("acme/shop")
    assert (first, Outcome.PASSED, NOW + timedelta(hours=1)) == (again.id, again.outcome, again.at)


def test_a_moment_of_any_zone_is_in_order(store: VerdictStore) -> None:
    east = timezone(timedelta(hours=8))
    ids = [store.keep(judged(str(number), at=at)) for number, at in enumerate((NOW, NOW.astimezone(east)))]
    ids.append(store.keep(judged("9", at=(NOW - timedelta(microseconds=1)).astimezone(east))))
    assert [ids[1], ids[0], ids[2]] == [each.id for each in store.history("acme/shop")]


def test_history_goes_on_after_a_cursor_to_its_end(store: VerdictStore) -> None:
    ids = [store.keep(judged(str(number), hours=number // 2)) for number in range(7)]
    found: list[int] = []
    cursor = None
    while page := store.history("acme/shop", before=cursor, limit=2):
        found += [each.id for each in page]
        cursor = Cursor(at=page[-1].at, id=page[-1].id)
    assert ids[::-1] == found


def test_a_judgement_follows_the_one_before_it_in_its_stream(store: VerdictStore) -> None:
    told = [judged("1"), judged("2", 1, ref="release"), proposed(4, "3", 2), judged("4", 3), proposed(4, "5", 4)]
    ids = [store.keep(each) for each in told]
    before = [store.before(found) for id in ids if (found := store.judgement(id))]
    assert [None, None, None, ids[0], ids[2]] == [each and each.id for each in before]
    assert before[3] and before[3].verdict
    streams = [each.id for each in store.history("acme/shop", stream="main qualitygate")]
    assert [ids[3], ids[0]] == streams


def test_a_project_shows_the_last_verdict_of_its_default_branch(store: VerdictStore) -> None:
    assert None is store.project("acme/shop")
    store.keep(judged(ref="other"))
    (project,) = store.projects()
    assert (None, None, None) == (project.last, project.last_at, project.last_outcome)
    last = store.keep(judged("2", 2, outcome=Outcome.WAIVED))
    store.keep(judged("1", 1, outcome=Outcome.FAILED))
    store.keep(judged("3", 3, outcome=Outcome.FAILED, ref="tags/main"))
    found = store.project("ACME/shop")
    assert found
    assert (last, Outcome.WAIVED, NOW + timedelta(hours=2)) == (found.last, found.last_outcome, found.last_at)
    assert ("Acme/Shop", 7, "main", "main qualitygate") == (
        found.name,
        found.github_id,
        found.default_branch,
        found.last_stream,
    )
    assert NOW + timedelta(hours=3) == found.seen_at
    assert None is found.support


def test_open_pull_requests_that_are_held_up_are_counted_by_their_last_verdict(store: VerdictStore) -> None:
    store.keep(proposed(1, "1", outcome=Outcome.FAILED))
    store.keep(proposed(2, "2", outcome=Outcome.NO_DATA))
    store.keep(proposed(3, "3", outcome=Outcome.WARNED))
    assert 2 == failing(store)
    store.keep(proposed(1, "4", 1))
    store.keep(proposed(1, "1", 0.5, outcome=Outcome.FAILED))
    assert 1 == failing(store)
    store.settle(7, 2, closed=True)
    assert 0 == failing(store)
    store.keep(proposed(2, "5", 2, outcome=Outcome.FAILED))
    assert 0 == failing(store), "a run that ends after its pull request was closed"
    store.settle(7, 2, closed=False)
    assert 1 == failing(store)
    store.settle(77, 2, closed=True)
    assert 1 == failing(store)


def test_the_worst_project_comes_first_and_pages_go_on_after_one(store: VerdictStore) -> None:
    outcomes = {
        "a": Outcome.PASSED,
        "b": Outcome.FAILED,
        "c": Outcome.NO_DATA,
        "d": Outcome.WARNED,
        "e": Outcome.PASSED,
    }
    for number, (name, outcome) in enumerate(outcomes.items(), 1):
        store.keep(judged(name, repository=f"acme/{name}", repository_id=number, outcome=outcome))
    store.keep(proposed(1, "x", repository="acme/e", repository_id=5, outcome=Outcome.FAILED))
    names = [each.name for each in store.projects()]
    assert ["acme/b", "acme/c", "acme/d", "acme/e", "acme/a"] == names
    found: list[str] = []
    place = FIRST
    while page := store.projects(after=place, limit=2):
        found += [each.name for each in page]
        place = page[-1].place
    assert names == found
    assert ["acme/c", "acme/a"] == [each.name for each in store.projects(among=["ACME/a", "acme/c", "acme/none"])]


def test_a_renamed_repository_keeps_its_history_and_another_of_its_old_name_has_none(store: VerdictStore) -> None:
    store.keep(judged("1"))
    store.keep(judged("2", 1, repository="acme/store"))
    assert None is store.project("acme/shop")
    assert 2 == len(store.history("acme/store"))
    store.keep(judged("3", 2, repository="acme/shop", repository_id=8))
    assert [1, 2] == [len(store.history(name)) for name in ("acme/shop", "acme/store")]
    store.keep(judged("4", 3, repository="acme/store", repository_id=8))
    assert [0, 2] == [len(store.history(name)) for name in ("acme/shop", "acme/store")]
    aside = {each.name for each in store.projects()} - {"acme/store"}
    assert all(name.startswith("acme/store#") for name in aside) and 1 == len(aside)
    store.keep(judged("5", 4, repository="acme/shop", repository_id=7))
    assert [3, 2] == [len(store.history(name)) for name in ("acme/shop", "acme/store")]


def test_a_repository_whose_number_is_learnt_later_is_the_same(store: VerdictStore) -> None:
    store.keep(judged("1", repository_id=0))
    store.keep(judged("2", 1))
    store.keep(judged("3", 2, repository_id=0))
    (project,) = store.projects()
    assert (7, 3) == (project.github_id, len(store.history("acme/shop")))


def test_what_was_proposed_is_forgotten_after_a_year_and_what_was_accepted_after_ten(store: VerdictStore) -> None:
    year, ten = NOW - PROPOSALS_KEPT, NOW - KEPT
    second = timedelta(seconds=1)
    store.keep(proposed(1, "1", at=year - second))
    store.keep(proposed(2, "2", at=year + second))
    store.keep(judged("3", at=year - second))
    gone = store.keep(judged("4", at=ten - second, ref="old"))
    last = store.keep(judged("5", at=ten + second, ref="older"))
    assert 2 == store.forget(NOW)
    assert 0 == store.forget(NOW)
    assert [None, last] == [(found := store.judgement(id)) and found.id for id in (gone, last)]
    assert 3 == len(store.history("acme/shop"))


def test_a_pull_request_of_which_nothing_was_heard_for_long_holds_nobody_up(store: VerdictStore) -> None:
    for number, more in enumerate((-1, 1), 1):
        at = NOW - UNHEARD + timedelta(seconds=more)
        store.keep(proposed(number, str(number), at=at, outcome=Outcome.FAILED))
    assert 2 == failing(store)
    store.forget(NOW)
    assert 1 == failing(store)


def test_many_that_judge_the_same_repository_at_once_all_count(address: str) -> None:
    with VerdictStore(address) as store, ThreadPoolExecutor(6) as pool:
        told = [proposed(number, str(number), number, outcome=Outcome.FAILED) for number in range(1, 25)]
        ids = [each.result(60) for each in [pool.submit(store.keep, one) for one in [*told, *told]]]
        assert 24 == len(set(ids)) == failing(store)


def test_a_reader_does_not_wait_for_one_who_writes(address: str) -> None:
    with VerdictStore(address) as store:
        store.keep(judged())
        engine = open_engine(address)
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE projects SET failing = 99")
            assert 0 == failing(store)
        engine.dispose()
        assert 99 == failing(store)


@pytest.mark.parametrize(
    "column", ["results = '[[1]]'", "outcome = 'splendid'", "at = 'noon'", "inputs = '{'", "verdict = '00'"]
)
def test_a_row_that_is_no_judgement_is_our_error(store: VerdictStore, address: str, column: str) -> None:
    id = store.keep(judged())
    change(address, f"UPDATE judgements SET {column}")
    with pytest.raises(CannotUseStore, match="a judgement that is none"):
        store.judgement(id)
