"""Memory that does not grow with the text in a report."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.clock import answer
from benchmarks.hostile import long_text
from benchmarks.table import Row


def run(quick: bool = False) -> Iterator[Row]:
    peak = answer("benchmarks.readers", "qualitygate", long_text())["peak"]
    yield Row(what="peak memory, a failure text of 300 MB", goal=25, measured=peak, unit="MB")
