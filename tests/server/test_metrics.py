"""What Prometheus reads, on SQLite and on PostgreSQL: numbers that are right in any process, and no repository."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from qualitygate.errors import CannotUseGitHub, CannotUseStore
from qualitygate.model.verdict import Outcome
from qualitygate.server.metrics import Metrics
from qualitygate.server.sweeping import Sweep, sweep
from qualitygate.server.web import application
from qualitygate.storage.inbox import Inbox, Receipt
from qualitygate.storage.verdicts import VerdictStore
from qualitygate.storage.watching import Watch
from tests.server.conftest import SECRET, listening, send
from tests.storage.test_inbox import delivery
from tests.storage.test_verdicts import judged

Told = dict[tuple[str, str], float]


@pytest.fixture
def inbox(address: str) -> Iterator[Inbox]:
    with Inbox(address) as opened:
        yield opened


@pytest.fixture
def metrics(address: str) -> Iterator[Metrics]:
    made = Metrics(address)
    yield made
    made.close()


def scraped(metrics: Metrics) -> tuple[str, Told]:
    """What is answered, as text and as Prometheus's own parser reads it: by name and label."""
    with listening(Starlette(routes=[metrics.route()])) as url:
        answer = requests.get(f"{url}/metrics", timeout=20)
    assert (200, "text/plain") == (answer.status_code, answer.headers["content-type"].partition(";")[0])
    told = {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    return answer.text, told


def test_deliveries_are_told_by_state_and_attempts_by_their_end(inbox: Inbox, metrics: Metrics) -> None:
    for id in "abcdef":
        inbox.receive(delivery(id, repository="acme/secret", about=f"acme/secret@{id}"))
    taken = [inbox.take() for _ in range(4)]
    assert taken[0] and taken[1] and taken[2]
    inbox.settle(taken[0])
    assert inbox.again(taken[1], 0, "502 for acme/secret")
    inbox.bury(taken[2], "403 for acme/secret")
    assert not inbox.settle(taken[0]), "the end of a lease that was lost counts no more"
    text, told = scraped(metrics)
    states = {state: told["qualitygate_deliveries", state] for state in ("waiting", "running", "dead")}
    assert {"waiting": 3, "running": 1, "dead": 1} == states
    ends = {end: told["qualitygate_delivery_attempts_total", end] for end in ("done", "waiting", "dead")}
    assert {"done": 1, "waiting": 1, "dead": 1} == ends
    assert "secret" not in text


def test_the_lag_is_that_of_what_could_be_worked_on(inbox: Inbox, metrics: Metrics) -> None:
    assert 0 == scraped(metrics)[1]["qualitygate_delivery_lag_seconds", ""]
    inbox.receive(delivery("a"))
    taken = inbox.take()
    assert taken and inbox.again(taken, 500, "later")
    assert 0 == scraped(metrics)[1]["qualitygate_delivery_lag_seconds", ""], "it waits because it shall"
    with inbox.begin() as connection:
        connection.exec_driver_sql("UPDATE inbox SET next_try_at = next_try_at - 800")
    assert 299 < scraped(metrics)[1]["qualitygate_delivery_lag_seconds", ""] < 400


def test_verdicts_are_counted_once_by_outcome_whatever_is_forgotten(address: str, metrics: Metrics) -> None:
    with VerdictStore(address) as store:
        store.keep(judged("1", outcome=Outcome.FAILED))
        store.keep(judged("1", outcome=Outcome.PASSED))
        store.keep(judged("2"))
        store.keep(judged("3"))
    text, told = scraped(metrics)
    assert {"failed": 1, "passed": 2} == {
        outcome: told["qualitygate_verdicts_total", outcome] for outcome in ("failed", "passed")
    }
    assert "hop" not in text


def test_calls_of_github_by_all_processes_add_up_and_what_is_left_is_the_last(address: str, metrics: Metrics) -> None:
    for calls, remaining in ((3, 4_990), (4, 4_800), (1, None)):
        with Watch(address) as one:
            one.asked(17, calls, remaining)
    with Watch(address) as other:
        other.asked(18, 5, 100)
    _, told = scraped(metrics)
    assert [8, 5] == [told["qualitygate_github_calls_total", each] for each in ("17", "18")]
    assert [4_800, 100] == [told["qualitygate_github_calls_remaining", each] for each in ("17", "18")]


def test_a_sweep_tells_when_it_had_its_last_turn(inbox: Inbox, metrics: Metrics) -> None:
    assert inbox.turn("forget", 1e6) is not None
    _, first = scraped(metrics)
    assert inbox.turn("forget", 1e6) is None
    key = ("qualitygate_sweep_last_turn_timestamp_seconds", "forget")
    assert first[key] == scraped(metrics)[1][key] > 1.7e9


def test_a_sweep_that_fails_has_turns_and_no_success(inbox: Inbox, metrics: Metrics) -> None:
    def refused() -> None:
        raise CannotUseGitHub("credentials", "the key is spent")

    key = "qualitygate_sweep_last_success_timestamp_seconds"
    sweeps = {"good": Sweep(period=1e6, do=lambda: ""), "bad": Sweep(period=1e6, do=refused)}
    for name in sweeps:
        sweep(inbox, sweeps, name)
    _, told = scraped(metrics)
    assert told[key, "good"] > 1.7e9
    assert (key, "bad") not in told


def test_what_waits_for_another_attempt_is_counted(inbox: Inbox, metrics: Metrics) -> None:
    inbox.receive(delivery("a"))
    assert 0 == scraped(metrics)[1]["qualitygate_deliveries_failing", ""]
    taken = inbox.take()
    assert taken and inbox.again(taken, 500, "GitHub does not know this App")
    assert 1 == scraped(metrics)[1]["qualitygate_deliveries_failing", ""]


def test_the_time_of_acknowledgements_is_told_in_buckets(metrics: Metrics) -> None:
    for seconds in (0.003, 0.03, 0.03, 3):
        metrics.acknowledged(seconds)
    _, told = scraped(metrics)
    assert [1, 3, 4, 4] == [
        told["qualitygate_acknowledgement_seconds_bucket", bound] for bound in ("0.005", "0.05", "10.0", "+Inf")
    ]
    assert pytest.approx(3.063) == told["qualitygate_acknowledgement_seconds_sum", ""]


def test_without_the_store_there_are_no_numbers(metrics: Metrics, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_self: Watch) -> None:
        raise CannotUseStore("the password is 123")

    monkeypatch.setattr(Watch, "look", gone)
    with listening(Starlette(routes=[metrics.route()])) as url:
        answer = requests.get(f"{url}/metrics", timeout=20)
    assert (503, False) == (answer.status_code, "123" in answer.text)


def test_a_webhook_is_timed_whatever_becomes_of_it() -> None:
    timed: list[float] = []
    web = application(
        secret=SECRET, receive=lambda _: Receipt.NEW, wanted=lambda _: True, ready=lambda: "", acknowledged=timed.append
    )
    with listening(web) as url:
        answers = [send(url, {}).status_code, send(url, {}, secret="wrong").status_code, send(url, b"{").status_code]
    assert [202, 401, 400] == answers
    assert 3 == len(timed) == sum(0 < each < 20 for each in timed)
