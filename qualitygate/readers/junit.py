"""JUnit XML, as every tool writes it, read as a stream in bounded memory.

There is no standard; what is read here is what the tools mean. Counts come from the cases, never from the attributes,
which each tool fills in its own way; where the attributes deny the cases, the report says so. Plain expat is driven
with one start-tag callback. Only inside a result (``<failure>``, ``<error>``, ``<skipped>`` …) are end-tag and text
callbacks set: the parent's end tag then tells whether the result belongs to a test or stands beside the tests.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from operator import itemgetter
from typing import Any
from xml.parsers import expat

from qualitygate.errors import CannotReadReport
from qualitygate.extension import Reader
from qualitygate.model.evidence import Source, TestCase, TestOutcome, TestReport
from qualitygate.model.tally import Tally
from qualitygate.recognition import is_own_verdict, root_element
from qualitygate.stamp import moment
from qualitygate.testcase import (
    BY_STATUS,
    FAILED_BY,
    MESSAGE_CAP,
    PASSES,
    RESULTS,
    TEXT_CAP,
    Attributes,
    Result,
    case_of,
    integer,
    seconds_of,
    told_outcome,
)
from qualitygate.xmlfeed import feed

TESTS_CAP = 10_000_000
CLAIMS_CAP = 10_000
"""Tests that may be taken from attributes alone: two numbers in a hostile file must not cost gigabytes."""
STATUS_CAP = 1_000
"""Words for how a test ended that nobody knows: a hostile file may have one for every test."""
FEW = 100
"""Times that are read one by one: to look for equal ones among them takes longer."""
SUITES = frozenset({"testsuite", "testsuites"})
LINTERS: Mapping[tuple[str, str], str] = {
    ("package", "org.eslint"): "ESLint",
    ("package", "org.ruff"): "Ruff",
    ("package", "stylelint.rules"): "stylelint",
    ("name", "bandit"): "Bandit",
    ("name", "mypy"): "mypy",
}
"""How the suites of linters are known. A project may be called like one, but its runner counts failures."""
SILENT = frozenset({"system-out", "system-err"})
_PASSED = TestOutcome.PASSED  # by name: looking a member up on its class is Python code in 3.11, ten times slower


class _Parse:
    """One pass over one report: the state between expat's callbacks.

    ``cases`` are the attributes of the tests of this block, ``results`` what they contain, by index. ``pending`` are
    the results whose parent is not known yet; ``depth`` counts the elements open below that parent.
    """

    def __init__(self, source: Source) -> None:
        self.rules = source.rules
        self.tally = Tally(source)
        self.cases: list[dict[str, str]] = []
        self.results: dict[int, list[Result]] = {}
        self.claims = _Claims(source.rules.zone)
        self.suite: str | None = None
        self.linter = ""
        self.suite_from: dict[int, str] = {}
        self.unknown: set[str] = set()
        self.failing = 0
        self.blamed = False
        self.pending: list[Result] = []
        self.depth = 0

    def attach(self, parser: expat.XMLParserType) -> None:
        """Begin in the fast state: start tags only."""
        self.parser = parser
        append, other = self.cases.append, self.other_start

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "testcase":
                append(attributes)
            elif tag not in SILENT:
                other(tag, attributes)

        self.start = start
        self.parser.StartElementHandler = start
        self.parser.EndElementHandler = None
        self.parser.CharacterDataHandler = None

    def other_start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2] if ":" in tag else tag
        if local in SUITES:
            self.suite_start(attributes)
        elif self.suite is None and not self.cases and local != "testcase":
            raise CannotReadReport(
                "unrecognised", f"is an XML document with the root element <{local[:60]}>, not a JUnit report"
            )
        elif local in RESULTS:
            self.pending = [Result(local, attributes)]
            self.depth = 1
            self.parser.StartElementHandler = self.careful_start
            self.parser.EndElementHandler = self.careful_end
            self.parser.CharacterDataHandler = self.text
        elif local == "properties":
            self.skip(tag)
        elif local == "testcase":
            self.cases.append(attributes)

    def suite_start(self, attributes: Attributes) -> None:
        self.claims.add(attributes)
        self.linter = self.linter or _linter(attributes)
        self.suite = self.suite_from[len(self.cases)] = attributes.get("name", "")

    def skip(self, opened: str) -> None:
        """Hear nothing but end tags until this element ends: fifty properties are fifty dicts that nobody needs."""
        parser, start = self.parser, self.start

        def end(tag: str) -> None:
            if tag == opened:
                parser.StartElementHandler = start
                parser.EndElementHandler = None

        parser.StartElementHandler = None
        parser.EndElementHandler = end

    def careful_start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if self.depth == 0 and (local == "testcase" or local in SUITES):
            self.settle("testsuite")
            self.start(tag, attributes)
            return
        if self.depth == 0 and local in RESULTS:
            self.pending.append(Result(local, attributes))
            self.parser.CharacterDataHandler = self.text
        self.depth += 1

    def careful_end(self, tag: str) -> None:
        if self.depth:
            self.depth -= 1
            if not self.depth:
                self.parser.CharacterDataHandler = None
        else:
            self.settle(tag.rpartition(":")[2])

    def text(self, text: str) -> None:
        """Gather up to the cap. Full or not, it stays set: taken off from within, pyexpat would call it for ever."""
        result = self.pending[-1]
        if result.size < TEXT_CAP:
            result.text.append(text[: TEXT_CAP - result.size])
            result.size += len(text)

    def settle(self, parent: str) -> None:
        """Give the pending results to their parent, and go back to start tags only."""
        if parent == "testcase":
            self.results.setdefault(len(self.cases) - 1, []).extend(self.pending)
        elif parent not in SILENT:  # a suite's, or of an element that nobody knows: whatever that is, it failed
            self.suite_failed([result for result in self.pending if result.tag in FAILED_BY])
        self.pending = []
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = None
        self.parser.CharacterDataHandler = None

    def suite_failed(self, results: list[Result]) -> None:
        """An error beside the tests (a fixture, a crash, a bad plan) is an errored test of its own: never green."""
        for result in results:
            self.cases.append({"classname": self.suite or "", "name": f"<{result.tag}> outside the tests"})
            self.results[len(self.cases) - 1] = [result]

    def drain(self, keep: int) -> None:
        """Count the gathered tests but the last ``keep``, which may not be complete yet."""
        cases, results = self.cases, self.results
        count = len(cases) - keep
        if count <= 0:
            return
        block = cases[:count]
        del cases[:count]
        suites, self.suite_from = self.suite_from, {}
        for start, name in suites.items():
            self.suite_from[max(start - count, 0)] = name
        self.results = {index - count: results.pop(index) for index in range(count, count + keep) if index in results}
        self.count(block, results, suites)
        if len(self.tally) > TESTS_CAP:
            raise CannotReadReport("too-large", f"has more than {TESTS_CAP:,} tests")

    def count(
        self, block: list[dict[str, str]], results: Mapping[int, list[Result]], suites: Mapping[int, str]
    ) -> None:
        """Count whole tests, a column at a time in C: a Python loop over them costs more than expat does."""
        attributes = self.parser.intern  # every name there was: what is not in it, no test of the block has
        classes = _classes(block, suites)
        notable = {index: case_of(block[index], found, classes[index], self.rules) for index, found in results.items()}
        words = _told(block, attributes)
        if len(self.unknown) < STATUS_CAP:
            self.unknown.update(words - BY_STATUS.keys() - PASSES)
        if not words.isdisjoint(BY_STATUS):
            for index, case in enumerate(block):
                if index not in notable and told_outcome(case) is not None:
                    notable[index] = case_of(case, [], classes[index], self.rules)
        self.failing += sum(case.outcome > _PASSED for case in notable.values())
        self.blamed = self.blamed or any(result.tag in FAILED_BY for found in results.values() for result in found)
        self.tally.add_block(
            _column(block, "file", attributes, None),
            classes,
            _column(block, "name", attributes, ""),
            _all_seconds(_column(block, "time", attributes, None)),
            notable,
        )

    def finish(self) -> TestReport:
        """The report, once all is heard."""
        del self.start  # it holds what holds it; taken apart, a thousand shards need no garbage collector
        self.drain(0)
        if self.suite is None and not len(self.tally):
            raise CannotReadReport("unrecognised", "holds no test suite, so it is not a JUnit report")
        contradictions = self.claims.denied_by(tests=len(self.tally), failing=self.failing)
        hidden = self.claims.total[1] > 0 and not self.blamed and not self.failing
        if hidden and not contradictions:
            contradictions = [f"counts {self.claims.total[1]} failing tests in its attributes but lists none of them"]
        if not len(self.tally) and self.claims.largest:
            hidden = True
            self.believe(self.claims.largest)
            contradictions = ["counts tests in its attributes but lists none"]
        if self.unknown:
            contradictions.append(f"has tests of the status {_few(self.unknown)}, which nobody knows")
        return self.tally.report(
            at=self.claims.latest,
            first_at=self.claims.earliest,
            contradictions=contradictions,
            listed=not hidden,
            linter=self.linter,
        )

    def believe(self, claimed: Attributes) -> None:
        """Make nameless tests of the claims of a report that counts failures but lists no test: it is never green."""
        tests, failures, errors, skipped = (
            integer(claimed.get(name)) for name in ("tests", "failures", "errors", "skipped")
        )
        if not failures + errors or tests > CLAIMS_CAP:
            return
        kinds = ((TestOutcome.FAILED, failures), (TestOutcome.ERRORED, errors), (TestOutcome.SKIPPED, skipped))
        outcomes = [outcome for outcome, number in kinds for _ in range(min(number, tests))][:tests]
        outcomes += [TestOutcome.PASSED] * (tests - len(outcomes))
        for number, outcome in enumerate(outcomes, 1):
            self.tally.add(
                TestCase(
                    class_name="",
                    name=f"unlisted test {number}",
                    outcome=outcome,
                    message="counted in the attributes only",
                )
            )


class _Claims:
    """What the suites say of themselves, added up as each opens: a million tests may have a hundred thousand suites.

    ``suites`` counts those that claim anything, ``first`` and ``total`` are pairs of tests and failing tests,
    ``largest`` the attributes of the suite that counts most tests (empty where none counts any), ``earliest`` and
    ``latest`` the ends of the time stamps; one without a zone is in ``zone``.
    """

    __slots__ = ("earliest", "first", "largest", "latest", "most", "suites", "total", "zone")

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self.first: tuple[int, int] | None = None
        self.suites = 0
        self.total = (0, 0)
        self.most = 0
        self.largest: Attributes = {}
        self.earliest: datetime | None = None
        self.latest: datetime | None = None

    def add(self, suite: Attributes) -> None:
        if "timestamp" in suite:
            stamp = moment(suite["timestamp"], self.zone)
            if stamp and (self.latest is None or stamp > self.latest):
                self.latest = stamp
            if stamp and (self.earliest is None or stamp < self.earliest):
                self.earliest = stamp
        if "tests" not in suite:
            return
        self.suites += 1
        tests = integer(suite["tests"])
        failing = integer(suite.get("failures")) + integer(suite.get("errors"))
        self.total = (self.total[0] + tests, self.total[1] + failing)
        if self.first is None:
            self.first = self.total
        if tests > self.most:
            self.most, self.largest = tests, suite

    def denied_by(self, *, tests: int, failing: int) -> list[str]:
        """Where no reading of the attributes agrees with the cases.

        Attributes may be the root's, every suite's, or inclusive of nested suites: any reading that fits is accepted.
        """
        if self.first is None:
            return []
        return [
            f"counts {first or total} {noun} in its attributes but lists {listed}"
            for noun, first, total, listed in zip(
                ("tests", "failing tests"), self.first, self.total, (tests, failing), strict=True
            )
            if listed not in ((first, total, total - first) if self.suites > 1 else (first,))
        ]


def read(source: Source) -> Iterator[TestReport]:
    """Read one report.

    Raises :class:`~qualitygate.errors.CannotReadReport` for anything that is not one whole, well-formed JUnit report:
    a report cut off after its passes must not read as green.
    """
    parse = _Parse(source)
    for _ in feed(source, parse.attach):
        parse.drain(1)
    yield parse.finish()


def recognises(head: bytes) -> bool:
    """Whether the root element is one of JUnit's."""
    root = root_element(head)
    return root is not None and (root[0] in SUITES or root[0] == "testcase") and not is_own_verdict(root)


READER = Reader(kind="tests", recognises=recognises, read=read)


def _few(words: set[str]) -> str:
    """Some words, and how many more there are."""
    shown = ", ".join(repr(word[:MESSAGE_CAP]) for word in sorted(words)[:3])
    return f"{shown} and {len(words) - 3} more" if len(words) > 3 else shown


def _linter(suite: Attributes) -> str:
    """The linter that wrote a suite; empty for a suite of tests. Bandit counts no failures, and mypy has ``skips``."""
    if "package" in suite:
        return LINTERS.get(("package", suite["package"]), "")
    return LINTERS.get(("name", suite.get("name", "")), "") if "failures" not in suite or "skips" in suite else ""


def _column(block: Sequence[Attributes], name: str, attributes: Container[str], default: Any) -> list[Any]:
    """One attribute, of those there may be, of every test of a block: no Python loop where all have it or none."""
    if name not in attributes:
        return [default] * len(block)
    try:
        return list(map(itemgetter(name), block))
    except KeyError:
        return [case.get(name, default) for case in block]


def _classes(block: Sequence[Attributes], suites: Mapping[int, str]) -> list[str]:
    """The class of every test of a block; one without belongs to the suite that was opened last before it."""
    try:
        return list(map(itemgetter("classname"), block))
    except KeyError:
        ends = [*suites, len(block)]
        last = [""] * ends[0]
        for (start, name), end in zip(suites.items(), ends[1:], strict=True):
            last += [name] * (end - start)
        return [
            case["classname"] if "classname" in case else case.get("class") or suite
            for case, suite in zip(block, last, strict=False)
        ]


def _told(block: Sequence[Attributes], attributes: Container[str]) -> set[str]:
    """The words by which the tests of a block say in an attribute how they ended."""
    told = [name for name in ("result", "status") if name in attributes]
    return {word.lower() for name in told for word in set(_column(block, name, attributes, ""))}


def _all_seconds(times: Sequence[str | None]) -> Sequence[float | None]:
    """The times of a block as seconds, ``None`` where they say nothing usable.

    Most tests are short and most tools tell milliseconds, so that there are often few words for many times.
    """
    if len(times) < FEW:
        return _seconds(times)
    words = list(set(times))
    if len(words) * 2 > len(times):
        return _seconds(times)
    return list(map(dict(zip(words, _seconds(words), strict=True)).__getitem__, times))


def _seconds(times: Sequence[str | None]) -> Sequence[float | None]:
    """Every time as seconds. Where all are plain numbers that costs one C loop."""
    try:
        seconds = list(map(float, times))  # type: ignore[arg-type]  # None is caught below
    except (TypeError, ValueError):
        seconds = [-1.0]
    if seconds and min(seconds) >= 0 and sum(seconds) < 1e9:  # which no infinity passes, and no NaN
        return seconds
    return list(map(seconds_of, times))
