"""The pytest plugin: what judging the session costs each test, in instructions, which noise does not touch.

The slope between 200 and 800 trivial tests under valgrind leaves the start out. CPU over 20,000 tests is told beside
it; there a tenth is noise, so it carries no goal.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

from benchmarks.clock import again, cpu, environment, ratio
from benchmarks.generate import cached
from benchmarks.table import Row

FEW, MANY, TIMED = 200, 800, 20_000
_POLICY = """\
version: 1
evidence:
  unit: {files: "*.xml"}
gates:
  commit:
    - {metric: tests.failed, at_most: 0}
"""
STYLES = {
    "bare": ["-p", "no:qualitygate"],
    "idle": [],
    "qualitygate": ["--qualitygate", "qualitygate.yml"],
    "junitxml": ["-p", "no:qualitygate", f"--junitxml={os.devnull}"],
}


def run(quick: bool = False) -> Iterator[Row]:
    if shutil.which("valgrind"):
        styles = ("bare", "qualitygate") if quick else tuple(STYLES)
        slopes = {style: _slope(style) for style in styles}
        for style in styles[1:]:
            yield Row(
                what=f"pytest, instructions a test: {style} / bare",
                goal=1.02 if style == "qualitygate" else None,
                measured=slopes[style] / slopes["bare"],
                note=f"{slopes[style] / 1e6:.2f} million",
            )
    folder = _tests(2_000 if quick else TIMED)
    measured = again(3, {style: partial(cpu, _pytest(style), folder=folder) for style in STYLES if style != "idle"})
    yield Row(what="pytest, CPU: qualitygate / bare", measured=ratio(measured, "qualitygate", "bare"))
    yield Row(what="pytest, CPU: qualitygate / --junitxml", measured=ratio(measured, "qualitygate", "junitxml"))


def _pytest(style: str) -> list[str]:
    plain = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:rerunfailures", "-p", "no:cov"]
    return [sys.executable, "-m", "pytest", *plain, *STYLES[style]]


def _slope(style: str) -> float:
    return (_instructions(style, MANY) - _instructions(style, FEW)) / (MANY - FEW)


def _instructions(style: str, tests: int) -> int:
    folder = _tests(tests)
    cpu(_pytest(style), folder=folder)  # so that every module is compiled
    run = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={os.devnull}", *_pytest(style)],
        cwd=folder, env=environment(PYTHONHASHSEED="0"), capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = re.search(r"Collected : (\d+)", run.stderr)
    assert found, run.stderr
    return int(found[1])


def _tests(number: int) -> str:
    def write(folder: str) -> None:
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "qualitygate.yml"), "w", encoding="utf-8") as file:
            file.write(_POLICY)
        with open(os.path.join(folder, "pytest.ini"), "w", encoding="utf-8") as file:
            file.write("[pytest]\n")
        for start in range(0, number, 100):
            with open(os.path.join(folder, f"test_{start:05}.py"), "w", encoding="utf-8") as file:
                file.writelines(f"def test_{index}():\n    assert True\n\n\n" for index in range(start, start + 100))

    return cached(f"pytest-{number}", write)
