"""What the parts of reading cost: the least reader that gives the answer, grown by one duty at a time, beside ours.

Every step does what the steps before it do and one thing more, with as little Python as it can be done: closures for
handlers, a block at a time in C for the rest. The last step answers the whole task of ``readers.py`` rightly on our own
files. It would be wrong on many a report that ours reads: it knows no prefixes, no outcome told by an attribute, no
file or line, no test without a class or time, no claims to check, and it refuses nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from functools import partial
from heapq import nlargest
from itertools import repeat
from operator import itemgetter
from time import process_time
from typing import Any
from xml.parsers.expat import ParserCreate

from benchmarks.clock import in_turn, ratio
from benchmarks.generate import Key, key_of, mixed
from benchmarks.readers import BLOCK, TASKS, wrong
from benchmarks.table import Row

TESTS = 10_000
"""So few that one reading often fits between two of the scheduler's looks, and the least of many is undisturbed."""
OUTCOMES = {"failure": "failed", "error": "errored", "skipped": "skipped"}
RESULTS = frozenset({*OUTCOMES, "flakyFailure", "flakyError", "rerunFailure", "rerunError"})
DUTIES = (
    "expat, nobody listening",
    "an empty callback",
    "the attributes of tests kept, properties not heard",
    "class, name and time as columns",
    "times as seconds: their sum, the longest",
    "identity: the hash of file, class, name and occurrence",
    "repeats: a set of all hashes",
    "results heard, with text, and told apart by parent",
    "records of all that is not a plain pass; the ten slowest",
    "suites: what they claim, added up",
)
COLUMNS = tuple(map(itemgetter, ("classname", "name", "time")))


class Grown:
    """One reading of one report with the first so many duties."""

    def __init__(self, duties: int) -> None:
        self.duties = duties
        self.cases: list[dict[str, str]] = []
        self.results: dict[int, list[tuple[str, dict[str, str], list[str]]]] = {}
        self.known: set[int] = set()
        self.claims = [0, 0]
        self.slowest: list[tuple[float, str]] = []
        self.key = Key()
        self.seconds = 0.0

    def attach(self, parser: Any) -> None:
        if self.duties == 2:
            parser.StartElementHandler = lambda *_: None
        if self.duties < 3:
            return
        hears, counts, claims = self.duties > 7, self.duties > 9, self.claims
        keep, cases, results = self.cases.append, self.cases, self.results
        depth, pending = 0, []

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            if tag == "testcase":
                keep(attributes)
            elif tag == "properties":
                parser.StartElementHandler, parser.EndElementHandler = None, unheard
            elif hears and tag in RESULTS:
                text: list[str] = []
                pending.append((tag, attributes, text))
                depth = 1
                parser.StartElementHandler, parser.EndElementHandler = inner, end
                parser.CharacterDataHandler = text.append
            elif counts and "tests" in attributes:
                claims[0] += int(attributes["tests"])
                claims[1] += int(attributes["failures"]) + int(attributes["errors"])

        def unheard(tag: str) -> None:
            if tag == "properties":
                parser.StartElementHandler, parser.EndElementHandler = start, None

        def inner(tag: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            if not depth and tag in RESULTS:
                pending.append((tag, attributes, []))
            depth += 1

        def end(tag: str) -> None:
            nonlocal depth
            if depth:
                depth -= 1
                return
            if tag == "testcase":
                results[len(cases) - 1] = pending[:]
            pending.clear()
            parser.StartElementHandler, parser.EndElementHandler = start, None
            parser.CharacterDataHandler = None

        parser.StartElementHandler = start

    def count(self, keep: int) -> None:
        """Count the tests of a block but the last, which may have a result to come."""
        cases, duties, key = self.cases[: len(self.cases) - keep], self.duties, self.key
        del self.cases[: len(cases)]
        key.tests += len(cases)
        if duties < 4 or not cases:
            return
        classes, names, times = (list(map(column, cases)) for column in COLUMNS)
        if duties < 5:
            return
        words = set(times)
        seconds = list(map(dict(zip(words, map(float, words), strict=True)).__getitem__, times))
        self.seconds += sum(seconds)
        longest = max(seconds)
        if duties < 6:
            return
        hashes = list(map(hash, zip(repeat(None), classes, names, repeat(0))))
        if duties < 7:
            return
        repeated = [] if self.known.isdisjoint(hashes) else self.known.intersection(hashes)
        before = len(self.known)
        self.known.update(hashes)
        if len(self.known) - before < len(hashes):
            first = dict.fromkeys(repeated, -1)
            key.repeated += sum(first.setdefault(one, index) != index for index, one in enumerate(hashes))
        if duties > 8:
            self.record(classes, names, seconds, longest)
        for index in [index for index in self.results if index < len(cases)]:
            del self.results[index]
        self.results.update({index - len(cases): self.results.pop(index) for index in list(self.results)})

    def record(self, classes: list[str], names: list[str], seconds: list[float], longest: float) -> None:
        key = self.key
        for index, found in self.results.items():
            if index < len(names):
                tag, attributes, text = found[0]
                outcome = OUTCOMES.get(tag)
                if outcome:
                    setattr(key, outcome, getattr(key, outcome) + 1)
                    if outcome != "skipped":
                        message = attributes.get("message") or "".join(text).partition("\n")[0]
                        key.failing.append((f"{classes[index]}::{names[index]}", message))
        if len(self.slowest) < 10 or longest > self.slowest[-1][0]:
            titles = [f"{one}::{other}" for one, other in zip(classes, names, strict=True)]
            self.slowest = nlargest(10, [*self.slowest, *zip(seconds, titles, strict=True)])

    def read(self, path: str) -> Key:
        parser: Any = ParserCreate()
        parser.buffer_text = True
        self.attach(parser)
        with open(path, "rb") as file:
            while block := file.read(BLOCK if self.duties < 3 else BLOCK // 4):
                parser.Parse(block, False)
                self.count(1)
        parser.Parse(b"", True)
        self.count(0)
        parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None
        self.key.milliseconds = round(self.seconds * 1000)
        self.key.slowest = [(round(seconds * 1000), title) for seconds, title in self.slowest]
        return self.key


def run(quick: bool = False) -> Iterator[Row]:
    path = mixed(TESTS)
    whole = Grown(len(DUTIES)).read(path)
    assert not wrong(whole, key_of(path)), wrong(whole, key_of(path))
    subjects: dict[str, Callable[[str], Any]] = {
        duty: partial(_grown, number) for number, duty in enumerate(DUTIES, 1)
    } | {name: TASKS[name]() for name in ("qualitygate", "iterparse")}
    measured = in_turn(30 if quick else 100, {name: partial(_used, read, path) for name, read in subjects.items()})
    least = {name: min(times) for name, times in measured.items()}
    for name, seconds in least.items():
        middle = ratio(measured, name, DUTIES[0])
        yield Row(what=name, measured=seconds / least[DUTIES[0]], note=f"{seconds / TESTS * 1e9:.0f} ns; {middle:.2f}")


def _grown(duties: int, path: str) -> None:
    Grown(duties).read(path)


def _used(read: Callable[[str], Any], path: str) -> float:
    gc.collect()
    before = process_time()
    read(path)
    return process_time() - before
