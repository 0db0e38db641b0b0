"""Loading a policy of 300 lines with positions and validation, beside PyYAML's C loader alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from time import process_time
from typing import Any

from benchmarks.clock import in_turn, ratio
from benchmarks.generate import cached
from benchmarks.table import Row


def run(quick: bool = False) -> Iterator[Row]:
    import yaml

    from qualitygate.pipeline import load_config

    path = cached("policy.yml", _write)

    def plainly() -> Any:
        with open(path, encoding="utf-8") as file:
            return yaml.load(file, yaml.CSafeLoader)

    measured = in_turn(
        9 if quick else 51, {"ours": partial(_timed, partial(load_config, path)), "yaml": partial(_timed, plainly)}
    )
    yield Row(
        what="300-line policy, loaded and validated / CSafeLoader", goal=2, measured=ratio(measured, "ours", "yaml")
    )


def _timed(work: Any) -> float:
    start = process_time()
    work()
    return process_time() - start


def _write(path: str) -> None:
    lines = ["version: 1", "name: a policy of three hundred lines", "evidence:"]
    for number in range(20):
        lines += [f"  suite-{number}:", f"    files: reports/{number}/**/*.xml", f"    labels: {{team: team-{number}}}"]
    lines.append("gates:")
    for gate in range(6):
        lines.append(f"  stage-{gate}:")
        for condition in range(7):
            lines += [
                "    - metric: tests.defect_rate",
                f"      below: {condition + 1}%",
                f"      where: {{suite: suite-{condition}}}",
                f"      why: promise {gate}.{condition} of the contract",
                "      owner: quality@example.org",
            ]
            if condition % 2:
                lines.append("      min_sample: 20")
    lines += [f"# line {number}" for number in range(len(lines) + 1, 301)]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines[:300]) + "\n")
