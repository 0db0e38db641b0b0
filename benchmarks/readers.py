"""Readers of JUnit XML side by side, all with the same task: ours, its limit and its peers.

The task: counts, the summed time, every failing test with its message, the ten slowest, and how many
(classname, name) are there twice. ``python -m benchmarks.readers NAME PATH`` does it once and prints CPU seconds, peak
memory, and which answers are wrong by the key beside the report. Imports are not counted: ``start.py`` does that.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from heapq import nlargest
from typing import Any

from benchmarks.clock import peak, used
from benchmarks.generate import Key, key_of

BLOCK = 262_144
_TAGS = {"failure": "failed", "error": "errored", "skipped": "skipped"}
_WORST = ("errored", "failed", "skipped", "passed")
Task = Callable[[str], Key | None]


class _Gathered:
    """The answer of a peer that gives its user one test after the other; the list of all is the user's to keep."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, str, str]] = []
        self.outcomes: Counter[str] = Counter()
        self.failing: list[tuple[str, str]] = []

    def add(self, class_name: str, name: str, seconds: float, results: Iterable[tuple[str, str]]) -> None:
        self.rows.append((seconds, class_name, name))
        outcome, message = "passed", ""
        for tag, said in results:
            if tag in _TAGS and _WORST.index(_TAGS[tag]) < _WORST.index(outcome):
                outcome, message = _TAGS[tag], said
        self.outcomes[outcome] += 1
        if outcome in ("failed", "errored"):
            self.failing.append((f"{class_name}::{name}", message))

    def key(self) -> Key:
        return Key(
            tests=len(self.rows),
            failed=self.outcomes["failed"],
            errored=self.outcomes["errored"],
            skipped=self.outcomes["skipped"],
            repeated=len(self.rows) - len({(class_name, name) for _, class_name, name in self.rows}),
            milliseconds=round(sum(seconds for seconds, _, _ in self.rows) * 1000),
            failing=self.failing,
            slowest=[
                (round(seconds * 1000), f"{class_name}::{name}")
                for seconds, class_name, name in nlargest(10, self.rows)
            ],
        )


def expat() -> Task:
    """The limit: expat from Python, fed blocks, nobody listening."""
    from xml.parsers.expat import ParserCreate

    return partial(_feed, ParserCreate)


def empty_callback() -> Task:
    """What any reader on expat pays before it does anything: one start callback that does nothing."""
    from xml.parsers.expat import ParserCreate

    def create() -> Any:
        parser = ParserCreate()
        parser.StartElementHandler = lambda *_: None
        return parser

    return partial(_feed, create)


def _feed(create: Callable[[], Any], path: str) -> None:
    parser = create()
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            parser.Parse(block, False)
    parser.Parse(b"", True)


def least() -> Task:
    """The least a reader in Python does for the answer: it keeps the tests and counts them, but hears no results.

    One callback that keeps the attributes, none within properties; a block at a time in C: the three columns, the sum,
    the longest, and a set of hashes that finds the repeats.
    """
    from operator import itemgetter
    from xml.parsers.expat import ParserCreate

    columns = [itemgetter(name) for name in ("classname", "name", "time")]

    def read(path: str) -> None:
        parser: Any = ParserCreate()
        cases: list[dict[str, str]] = []
        known: set[int] = set()

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "testcase":
                cases.append(attributes)
            elif tag == "properties":
                parser.StartElementHandler, parser.EndElementHandler = None, end

        def end(tag: str) -> None:
            if tag == "properties":
                parser.StartElementHandler, parser.EndElementHandler = start, None

        parser.StartElementHandler = start
        with open(path, "rb") as file:
            while block := file.read(BLOCK // 4):
                parser.Parse(block, False)
                classes, names, times = (list(map(column, cases)) for column in columns)
                cases.clear()
                seconds = list(map(float, times))
                max(seconds, default=0.0)
                sum(seconds)
                hashes = list(map(hash, zip(classes, names, strict=True)))
                known.isdisjoint(hashes)
                known.update(hashes)
        parser.Parse(b"", True)

    return read


def qualitygate() -> Task:
    from qualitygate.model.evidence import Source, TestOutcome
    from qualitygate.model.population import merge
    from qualitygate.readers.junit import READER

    def read(path: str) -> Key:
        paths = sorted(os.path.join(path, name) for name in os.listdir(path)) if os.path.isdir(path) else [path]
        reports: Any = [
            report for one in paths for report in READER.read(Source(name=one, open=partial(open, one, "rb")))
        ]
        tests = merge(reports)
        failed, errored = tests.ended(TestOutcome.FAILED), tests.ended(TestOutcome.ERRORED)
        return Key(
            tests=tests.runs,
            failed=len(failed),
            errored=len(errored),
            skipped=len(tests.ended(TestOutcome.SKIPPED)),
            repeated=sum(case.occurrence > 0 for report in reports for case in report.cases),
            milliseconds=round(sum(tests.seconds) * 1000),
            failing=[(case.title, case.message) for case in (*failed, *errored)],
            slowest=[(round(seconds * 1000), title) for seconds, title in tests.slowest],
        )

    return read


def iterparse() -> Task:
    from xml.etree.ElementTree import iterparse as events

    def read(path: str) -> Key:
        found = _Gathered()
        for _, element in events(path):
            if element.tag == "testcase":
                found.add(
                    element.get("classname", ""),
                    element.get("name", ""),
                    float(element.get("time", 0)),
                    [(child.tag, child.get("message", "")) for child in element],
                )
                element.clear()
            elif element.tag == "testsuite":
                element.clear()
        return found.key()

    return read


def lxml_target() -> Task:
    """Lxml calling back a target object: the fastest peer whose answers are right."""
    from lxml import etree

    class Target:
        def __init__(self) -> None:
            self.found = _Gathered()
            self.case: Any = None
            self.results: list[tuple[str, str]] = []

        def start(self, tag: str, attributes: Any) -> None:
            if tag == "testcase":
                self.case, self.results = dict(attributes), []
            elif self.case is not None and tag in _TAGS:
                self.results.append((tag, attributes.get("message", "")))

        def end(self, tag: str) -> None:
            if tag == "testcase":
                case = self.case
                self.found.add(case["classname"], case["name"], float(case["time"]), self.results)
                self.case = None

        def close(self) -> Key:
            return self.found.key()

    def read(path: str) -> Key:
        parser: Any = etree.XMLParser(target=Target(), huge_tree=True)
        with open(path, "rb") as file:
            while block := file.read(BLOCK):
                parser.feed(block)
        key: Key = parser.close()
        return key

    return read


def junitparser() -> Task:
    """junitparser, which takes lxml by itself where that is installed."""
    from junitparser import JUnitXml
    from junitparser.junitparser import etree

    assert "lxml" in etree.__name__, "junitparser is to be measured with lxml"

    def read(path: str) -> Key:
        found = _Gathered()
        for suite in JUnitXml.fromfile(path):
            for case in suite:
                results = [(result._tag, result.message or "") for result in case.result]  # noqa: SLF001
                found.add(case.classname, case.name, case.time, results)
        return found.key()

    return read


def test_results_parser() -> Task:
    """The Rust parser behind a large coverage service, asked for the answer from Python."""
    from test_results_parser import Outcome, parse_junit_xml

    tags = {int(Outcome.Failure): "failure", int(Outcome.Error): "error", int(Outcome.Skip): "skipped"}

    def read(path: str) -> Key:
        found = _Gathered()
        with open(path, "rb") as file:
            info = parse_junit_xml(file.read())
        for run in info.testruns:
            results = [(tags[int(run.outcome)], run.failure_message or "")] if int(run.outcome) in tags else []
            found.add(run.classname, run.name, run.duration or 0.0, results)
        return found.key()

    return read


TASKS: dict[str, Callable[[], Task]] = {
    "expat": expat,
    "empty callback": empty_callback,
    "least": least,
    "qualitygate": qualitygate,
    "iterparse": iterparse,
    "lxml target": lxml_target,
    "junitparser": junitparser,
    "test-results-parser": test_results_parser,
}


def wrong(said: Key, key: Key) -> list[str]:
    """Which parts of an answer the key denies, in words."""
    said.failing.sort()
    found = []
    for name in Key.__slots__:
        ours, right = getattr(said, name), getattr(key, name)
        if isinstance(right, list):
            differing = sum(one != other for one, other in zip(ours, right, strict=False)) + abs(len(ours) - len(right))
            if differing:
                found.append(f"{name}: {differing} of {len(right)} differ")
        elif ours != right:
            found.append(f"{name} {ours}, not {right}")
    return found


def main(name: str, path: str) -> None:
    task = TASKS[name]()
    before = used()
    said = task(path)
    seconds, megabytes = used() - before, peak()
    faults = wrong(said, key_of(path)) if said and os.path.isfile(path + ".key.json") else []
    print(json.dumps({"cpu": seconds, "peak": megabytes, "wrong": faults}))


if __name__ == "__main__":
    main(*sys.argv[1:])
