"""Cold starts: how long a command takes before, and besides, the reading."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

from benchmarks.clock import cpu, environment, in_turn, ratio
from benchmarks.generate import cached, mixed
from benchmarks.table import Row

QUALITYGATE = os.path.join(os.path.dirname(sys.executable), "qualitygate")
_POLICY = """\
version: 1
evidence:
  unit: {files: "*.xml"}
gates:
  release:
    - {metric: tests.defect_rate, below: 50%}
    - {metric: tests.failed, at_most: 100000}
"""


def run(quick: bool = False) -> Iterator[Row]:
    folder = cached("check", _write_check)
    coverage = cached("coverage", _write_coverage)
    measured = in_turn(
        5 if quick else 21,
        {
            "pass": partial(cpu, [sys.executable, "-c", "pass"]),
            "check": partial(cpu, [QUALITYGATE, "check", "-c", os.path.join(folder, "qualitygate.yml")], folder=folder),
            "version": partial(cpu, [QUALITYGATE, "--version"]),
            "coverage": partial(cpu, [sys.executable, "-m", "coverage", "report"], folder=coverage),
        },
    )
    yield Row(what="check, 1,000 tests / python -c pass", goal=10, measured=ratio(measured, "check", "pass"))
    yield Row(
        what="check, 1,000 tests / coverage report, 1 file", goal=1, measured=ratio(measured, "check", "coverage")
    )
    yield Row(what="--version / python -c pass", goal=4, measured=ratio(measured, "version", "pass"))


def _write_check(folder: str) -> None:
    os.makedirs(folder, exist_ok=True)
    with open(mixed(1000), "rb") as source, open(os.path.join(folder, "unit.xml"), "wb") as target:
        target.write(source.read())
    with open(os.path.join(folder, "qualitygate.yml"), "w", encoding="utf-8") as file:
        file.write(_POLICY)


def _write_coverage(folder: str) -> None:
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "module.py"), "w", encoding="utf-8") as file:
        file.write("def double(number):\n    return number * 2\n\n\nprint(double(2))\n")
    with open(os.path.join(folder, ".coveragerc"), "w", encoding="utf-8") as file:
        file.write("[run]\nrelative_files = true\n")
    subprocess.run(
        [sys.executable, "-m", "coverage", "run", "module.py"],
        cwd=folder,
        env=environment(),
        check=True,
        capture_output=True,
    )
