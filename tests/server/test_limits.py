"""Limits of GitHub: the row sleeps for as long as GitHub asks, its thread does not, and nothing is sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from time import monotonic

import pytest

from qualitygate.desk import pace
from qualitygate.errors import CannotUseGitHub
from qualitygate.server import working
from qualitygate.storage.inbox import DONE, WAITING
from tests.github.double.github import GitHub
from tests.server.conftest import eventually
from tests.server.test_engines import running
from tests.server.test_sweeping import Town, ticket

LABELS = "/repos/acme/shop/issues/*/labels"


@pytest.fixture
def town(github: GitHub, address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setattr(pace, "APART", 0)
    made = Town(github, address)
    yield made
    made.close()


def row(town: Town) -> tuple[str, int, float]:
    """The state of the row of `acme/shop`, its attempts, and in how many seconds it may be tried."""
    id = f"sweep:clocks:{town.shop.id}"
    with town.inbox.begin() as connection:
        found = connection.exec_driver_sql(f"SELECT state, attempts FROM inbox WHERE id = '{id}'").one()
    return found[0], found[1], town.inbox.wait(id) or 0.0


def slept(town: Town, seconds: int) -> None:
    """As if it were so much later."""
    with town.inbox.begin() as connection:
        connection.exec_driver_sql(f"UPDATE inbox SET next_try_at = next_try_at - {seconds}")


@pytest.mark.parametrize(
    ("status", "retry_after", "wait"), [(403, 120, 120), (429, 120, 120), (403, None, 60), (429, None, 60)]
)
def test_a_secondary_limit_puts_the_row_to_sleep_and_not_the_thread(
    town: Town, status: int, retry_after: int | None, wait: int
) -> None:
    first, second = ticket(town.shop), ticket(town.repository("acme/site"))
    town.github.limit_secondary("POST", LABELS, status=status, retry_after=retry_after)
    begin = monotonic()
    town.sweep(hours=25)
    took = monotonic() - begin
    assert took < wait / 2, "the thread went on"
    assert "sla:breached" in second.labels
    assert "sla:breached" not in first.labels
    state, attempts, left = row(town)
    assert (WAITING, 0) == (state, attempts), "it is no failed attempt"
    assert wait - took - 1 <= left <= wait
    assert 1 == len(town.github.calls_to("POST", LABELS))


def test_the_hour_used_up_is_slept_out_too(town: Town) -> None:
    ticket(town.shop)
    town.github.limit_points(reset_in=1800)
    town.sweep(hours=25)
    state, attempts, left = row(town)
    assert (WAITING, 0) == (state, attempts)
    assert 1700 < left <= 1801


def test_after_its_sleep_it_is_done(town: Town) -> None:
    issue = ticket(town.shop)
    town.github.limit_secondary("POST", LABELS, retry_after=120)
    town.sweep(hours=25)
    assert "sla:breached" not in issue.labels
    assert 100 < row(town)[2] <= 120
    slept(town, 180)  # and so much that PostgreSQL's rescue finds it
    with running(town.inbox.address if not town.inbox.shared else town.database, town.handle):
        eventually(lambda: "sla:breached" in issue.labels)
        eventually(lambda: {DONE: 1} == town.inbox.counts())
    assert 1 == len(town.comments(issue.number))


@pytest.mark.parametrize("after", [False, True], ids=["before its effect", "after its effect"])
@pytest.mark.parametrize("path", [LABELS, "/repos/acme/shop/issues/*/comments", "/repos/acme/shop/issues/*/assignees"])
def test_a_write_whose_answer_is_lost_is_looked_for_before_it_is_sent_again(
    town: Town, path: str, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "FIRST", 0.0)
    issue = ticket(town.shop)
    town.github.fail("POST", path, status=502, after=after)
    town.sweep(hours=25)
    assert ["support", "sla:breached"] == issue.labels
    assert (["wang"], 1) == (issue.assignees, len(town.comments(issue.number)))
    assert (1 if after else 2) == len(town.github.calls_to("POST", path)), "nothing sends it again by itself"


@pytest.mark.parametrize(("status", "asked"), [(502, 2), (403, 1)])
def test_a_token_is_asked_for_once_for_each_time_that_it_is_needed(town: Town, status: int, asked: int) -> None:
    """PyGithub asks for it by itself, with the retries that its own client was told: none."""
    tokens = "/app/installations/*/access_tokens"
    town.github.fail("POST", tokens, status=status)
    with suppress(CannotUseGitHub):
        town.clients.of(town.installation).ask("GET", "/repos/acme/shop")
    assert asked == len(town.github.calls_to("POST", tokens))
