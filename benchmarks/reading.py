"""Reading one large report and two thousand small ones: ours, bare expat, and the peers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from statistics import median
from typing import Any

from benchmarks.clock import again, answer, ratio
from benchmarks.generate import mixed, shards
from benchmarks.readers import TASKS
from benchmarks.table import Row

ROUNDS = {100_000: 7, 1_000_000: 3}
GOALS = {
    100_000: {"expat": 2.5, "junitparser": 0.4, "iterparse": 0.75},
    1_000_000: {"expat": 2.5, "junitparser": 0.4, "iterparse": 0.55},
}
MEMORY = {100_000: 45.0, 1_000_000: 140.0}
SHARDS = 100_000
OURS = "qualitygate"


def run(quick: bool = False) -> Iterator[Row]:
    for tests, rounds in ROUNDS.items():
        if not (quick and tests > 100_000):
            yield from _one_file(tests, 3 if quick else rounds)
    yield _shards(3 if quick else 9)


def _one_file(tests: int, rounds: int) -> Iterator[Row]:
    path = mixed(tests)
    said: dict[str, dict[str, Any]] = {}

    def once(name: str) -> float:
        said[name] = answer("benchmarks.readers", name, path)
        return float(said[name]["cpu"])

    measured = again(rounds, {name: partial(once, name) for name in TASKS})
    told = f"{tests:,} tests"
    for name in TASKS:
        if name != OURS:
            goal = GOALS[tests].get(name)
            yield Row(what=f"read {told} / {name}", goal=goal, measured=ratio(measured, OURS, name))
    yield Row(what=f"peak memory, {told}", goal=MEMORY[tests], measured=said[OURS]["peak"], unit="MB")
    for name in TASKS:
        yield Row(
            what=f"{told}: {name} / expat",
            measured=ratio(measured, name, "expat"),
            note=f"{median(measured[name]):.2f} s, {said[name]['peak']:.0f} MB"
            + "".join(f"; WRONG {fault}" for fault in said[name]["wrong"]),
        )


def _shards(rounds: int) -> Row:
    paths = {"shards": shards(SHARDS), "file": mixed(SHARDS)}
    measured = again(
        rounds,
        {
            name: partial(lambda path: answer("benchmarks.readers", OURS, path)["cpu"], path)
            for name, path in paths.items()
        },
    )
    return Row(what="2,000 shards of 50 tests / one file", goal=1.15, measured=ratio(measured, "shards", "file"))
