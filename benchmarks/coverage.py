"""Reading coverage of 10,000 files in Cobertura XML and LCOV: CPU beside the peers, memory beside the result."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from statistics import median
from typing import Any

from benchmarks.clock import again, answer, ratio
from benchmarks.covered import repeated, report
from benchmarks.covering import TASKS
from benchmarks.table import Row

FILES = 10_000
REPEATED = 1_000
"""Files of the tracefile that has each record ten times."""
TIMES = 10
GOALS = {"cobertura": {"pycobertura": 1.0, "diff-cover": 1.0}, "lcov": {"diff-cover": 1.0}}
MEMORY = {"cobertura": 100.0, "lcov": 150.0}
OURS = "qualitygate"


def run(quick: bool = False) -> Iterator[Row]:
    for form in TASKS:
        yield from _one_format(form, 2 if quick else 5)
    yield _again()


def _one_format(form: str, rounds: int) -> Iterator[Row]:
    path = report(form, FILES)
    said: dict[str, dict[str, Any]] = {}

    def once(name: str) -> float:
        said[name] = _answer(form, name, path, FILES)
        return float(said[name]["cpu"])

    measured = again(rounds, {name: partial(once, name) for name in TASKS[form]})
    told = f"{form}, {FILES:,} files"
    for name in TASKS[form]:
        if name != OURS:
            yield Row(what=f"{told} / {name}", goal=GOALS[form].get(name), measured=ratio(measured, OURS, name))
    yield Row(what=f"peak memory, {told}", goal=MEMORY[form], measured=said[OURS]["peak"], unit="MB")
    for name in TASKS[form]:
        note = f"{median(measured[name]):.2f} s, {said[name]['peak']:.0f} MB"
        faults = "".join(f"; WRONG: {fault}" for fault in said[name]["wrong"])
        yield Row(what=f"{told}: {name}", measured=ratio(measured, name, OURS), note=note + faults)


def _again() -> Row:
    once = _answer("lcov", OURS, report("lcov", REPEATED), REPEATED)["peak"]
    often = _answer("lcov", OURS, repeated(REPEATED, TIMES), REPEATED)["peak"]
    what = f"peak memory, lcov, {REPEATED:,} files: each record {TIMES} times / once"
    return Row(what=what, goal=1.05, measured=often / once, note=f"{often:.0f} MB, {once:.0f} MB")


def _answer(form: str, name: str, path: str, files: int) -> Any:
    return answer("benchmarks.covering", form, name, path, str(files))
