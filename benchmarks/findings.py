"""Reading SARIF of 200,000 results: ours, plain ``json.load`` of the same file, and a peer.

The task: how many results there are of each level, one that a result leaves to its rule among them. Of ``json.load``
nothing is asked. ``python -m benchmarks.findings NAME PATH`` does it once. Imports are not counted.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from statistics import median
from typing import Any

from benchmarks.clock import again, answer, peak, ratio, used
from benchmarks.logs import key, log
from benchmarks.table import Row

RESULTS = 200_000
OURS = "qualitygate"
Task = Callable[[str], Mapping[str, int] | None]


def json_load() -> Task:
    def read(path: str) -> None:
        with open(path, encoding="utf-8") as file:
            json.load(file)

    return read


def qualitygate() -> Task:
    from qualitygate.model.evidence import Source
    from qualitygate.model.findings import FindingsReport
    from qualitygate.readers.sarif import LEVELS, READER

    words = {severity: level for level, severity in LEVELS.items()}

    def read(path: str) -> Mapping[str, int]:
        (report,) = READER.read(Source(name=path, open=partial(open, path, "rb")))
        assert isinstance(report, FindingsReport)
        return Counter(words[issue.severity] for issue in report.issues)

    return read


def sarif_tools() -> Task:
    from sarif.loader import load_sarif_file

    def read(path: str) -> Mapping[str, int]:
        return Counter(record["Severity"] for record in load_sarif_file(path).get_records())

    return read


TASKS: dict[str, Callable[[], Task]] = {"json.load": json_load, OURS: qualitygate, "sarif-tools": sarif_tools}
CPU = {"json.load": 2.0, "sarif-tools": 1.0}
MEMORY = {"json.load": 0.5}


def run(quick: bool = False) -> Iterator[Row]:
    path = log(RESULTS)
    said: dict[str, dict[str, Any]] = {}

    def once(name: str) -> float:
        said[name] = answer("benchmarks.findings", name, path)
        return float(said[name]["cpu"])

    measured = again(2 if quick else 5, {name: partial(once, name) for name in TASKS})
    told = f"SARIF, {RESULTS:,} results"
    for name in TASKS:
        if name != OURS:
            share = said[OURS]["peak"] / said[name]["peak"]
            yield Row(what=f"{told} / {name}", goal=CPU[name], measured=ratio(measured, OURS, name))
            yield Row(what=f"peak memory, {told} / {name}", goal=MEMORY.get(name), measured=share)
    for name in TASKS:
        note = f"{median(measured[name]):.2f} s, {said[name]['peak']:.0f} MB"
        faults = "".join(f"; WRONG: {fault}" for fault in said[name]["wrong"])
        yield Row(what=f"{told}: {name}", measured=ratio(measured, name, "json.load"), note=note + faults)


def main(name: str, path: str) -> None:
    task, right = TASKS[name](), key(RESULTS)
    before = used()
    said = task(path)
    seconds, megabytes = used() - before, peak()
    faults = [f"{dict(said)}, not {right}"] if said and said != right else []
    print(json.dumps({"cpu": seconds, "peak": megabytes, "wrong": faults}))


if __name__ == "__main__":
    main(*sys.argv[1:])
