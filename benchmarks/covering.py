"""Readers of coverage side by side, all with the same task: ours, its limits and its peers.

The task: of each file, how many lines are covered and how many could be.
``python -m benchmarks.covering FORMAT NAME PATH FILES`` does it once and prints CPU seconds, peak memory, and what is
wrong by the key. Imports are not counted.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.clock import peak, used
from benchmarks.covered import Shares, key, path_of
from benchmarks.readers import expat

Task = Callable[[str, int], Shares | None]


def bare_expat() -> Task:
    """The limit of Cobertura: expat from Python, fed blocks, nobody listening."""
    feed = expat()

    def read(path: str, files: int) -> None:
        feed(path)

    return read


def bare_lines() -> Task:
    """The limit of LCOV: a loop over the lines that does nothing."""

    def read(path: str, files: int) -> None:
        with open(path, encoding="utf-8") as file:
            for _ in file:
                pass

    return read


def qualitygate(name: str) -> Task:
    from importlib import import_module

    from qualitygate.model.coverage import merge
    from qualitygate.model.evidence import Source

    reader = import_module(f"qualitygate.readers.{name}").READER

    def read(path: str, files: int) -> Shares:
        found = merge(reader.read(Source(name=path, open=partial(open, path, "rb"))))
        return {name: file.share("line") for name, file in found.files.items()}

    return read


def pycobertura() -> Task:
    from pycobertura import Cobertura

    def read(path: str, files: int) -> Shares:
        report, found = Cobertura(path), {}
        for name in report.files():
            statuses = [status for _, status in report.line_statuses(name)]
            found[name] = (len(statuses) - statuses.count("miss"), len(statuses))
        return found

    return read


def diff_cover_xml() -> Task:
    """The reader of ``diff-cover``, with the parser that its command uses."""
    from xml.etree import ElementTree as ET

    from diff_cover.violationsreporters.violations_reporter import XmlCoverageReporter

    return _diff_cover(lambda path: XmlCoverageReporter([ET.parse(path)]))


def diff_cover_lcov() -> Task:
    from diff_cover.violationsreporters.violations_reporter import LcovCoverageReporter

    return _diff_cover(lambda path: LcovCoverageReporter([LcovCoverageReporter.parse(path)]))


def _diff_cover(create: Callable[[str], Any]) -> Task:
    """It answers for one file at a time, and takes the checkout it stands in for the root of all paths."""
    from diff_cover.git_path import GitPathTool

    def read(path: str, files: int) -> Shares:
        GitPathTool._cwd = GitPathTool._root = os.getcwd()  # noqa: SLF001
        report = create(path)
        found = {}
        for name in map(path_of, range(files)):
            total = len(report.measured_lines(name))
            found[name] = (total - len(report.violations(name)), total)
        return found

    return read


TASKS: dict[str, dict[str, Callable[[], Task]]] = {
    "cobertura": {
        "qualitygate": partial(qualitygate, "cobertura"),
        "expat": bare_expat,
        "pycobertura": pycobertura,
        "diff-cover": diff_cover_xml,
    },
    "lcov": {"qualitygate": partial(qualitygate, "lcov"), "lines": bare_lines, "diff-cover": diff_cover_lcov},
}


def wrong(said: Shares, right: Shares) -> list[str]:
    """What the key denies, in words."""
    differing = sum(said.get(name) != share for name, share in right.items()) + len(said.keys() - right.keys())
    return [f"{differing} of {len(right)} files differ"] if differing else []


def main(form: str, name: str, path: str, files: str) -> None:
    task = TASKS[form][name]()
    right, before = key(int(files)), used()
    said = task(path, int(files))
    print(json.dumps({"cpu": used() - before, "peak": peak(), "wrong": wrong(said, right) if said else []}))


if __name__ == "__main__":
    main(*sys.argv[1:])
