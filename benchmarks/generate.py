"""The reports that the benchmarks read, an answer key beside each: the same bytes on every machine.

They lie in a cache folder outside the checkout, named by a digest of the files that write them, so that they are
written once and never stale. Reports of coverage are in ``covered.py``, of findings in ``logs.py``.
"""

from __future__ import annotations

import json
import os
import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from heapq import nlargest
from xml.sax.saxutils import escape, quoteattr

WRITERS = ("generate.py", "covered.py", "logs.py")
TESTS_A_SUITE = 50
FAILED, ERRORED, SKIPPED, TWICE, FLAKY = 0.008, 0.002, 0.03, 0.003, 0.004
HOST = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="benchmark">\n'
END = "</testsuites>\n"
_WORDS = ("adds", "rejects", "keeps order", "größer als null", "naïve café", "日本語の名前", "a < b", '"quoted"', "R&D")


@dataclass(slots=True, kw_only=True)
class Case:
    """One test as it will be written."""

    class_name: str
    name: str
    milliseconds: int
    outcome: str = "passed"
    message: str = ""
    flaky: bool = False

    @property
    def seconds(self) -> str:
        return f"{self.milliseconds // 1000}.{self.milliseconds % 1000:03}"


@dataclass(slots=True)
class Key:
    """What a right reader answers: the answer key of one report."""

    tests: int = 0
    failed: int = 0
    errored: int = 0
    skipped: int = 0
    repeated: int = 0
    milliseconds: int = 0
    failing: list[tuple[str, str]] = field(default_factory=list)
    slowest: list[tuple[int, str]] = field(default_factory=list)

    def add(self, case: Case) -> None:
        title = f"{case.class_name}::{case.name}"
        self.tests += 1
        self.milliseconds += case.milliseconds
        if case.outcome != "passed":
            setattr(self, case.outcome, getattr(self, case.outcome) + 1)
        if case.outcome in ("failed", "errored"):
            self.failing.append((title, case.message))
        if len(self.slowest) < 10 or case.milliseconds > self.slowest[-1][0]:
            self.slowest = nlargest(10, [*self.slowest, (case.milliseconds, title)])


def cache() -> str:
    """The folder that everything generated lies in."""
    version = sha256(b"".join(map(_bytes, WRITERS))).hexdigest()[:12]
    folder = os.path.join(
        os.environ.get("QUALITYGATE_BENCHMARKS") or tempfile.gettempdir(), f"qualitygate-benchmarks-{version}"
    )
    os.makedirs(folder, exist_ok=True)
    return folder


def _bytes(name: str) -> bytes:
    with open(os.path.join(os.path.dirname(__file__), name), "rb") as file:
        return file.read()


def cached(name: str, write: Callable[[str], None]) -> str:
    """The path of a generated file or folder, made by ``write`` if it is not there yet; never a half-written one."""
    path = os.path.join(cache(), name)
    if not os.path.exists(path):
        write(path + ".part")
        os.rename(path + ".part", path)
    return path


def key_of(path: str) -> Key:
    """The answer key beside a report."""
    with open(path + ".key.json", encoding="utf-8") as file:
        stored = json.load(file)
    stored["failing"] = sorted((title, message) for title, message in stored["failing"])
    stored["slowest"] = [(milliseconds, title) for milliseconds, title in stored["slowest"]]
    return Key(**stored)


def mixed(tests: int) -> str:
    """One report of so many cases, a third of the suites of each kind."""
    return _one_file(f"mixed-{tests}.xml", _suites(tests, list(KINDS)))


def one_kind(kind: str, tests: int) -> str:
    """One report of so many cases, all of one kind: a name in ``KINDS``."""
    return _one_file(f"{kind}-{tests}.xml", _suites(tests, [kind]))


def shards(tests: int) -> str:
    """A folder with the suites of :func:`mixed`, one a file."""

    def write(folder: str) -> None:
        os.makedirs(folder, exist_ok=True)
        for number, (_, text) in enumerate(_suites(tests, list(KINDS))):
            with open(os.path.join(folder, f"{number:05}.xml"), "w", encoding="utf-8") as file:
                file.write(HOST + text + END)

    return cached(f"shards-{tests}", write)


def _one_file(name: str, suites: Iterator[tuple[list[Case], str]]) -> str:
    def write(path: str) -> None:
        key = Key()
        with open(path, "w", encoding="utf-8") as file:
            file.write(HOST)
            for cases, text in suites:
                file.write(text)
                names = set()
                for case in cases:
                    key.add(case)
                    names.add((case.class_name, case.name))
                key.repeated += len(cases) - len(names)
            file.write(END)
        with open(os.path.join(cache(), name + ".key.json"), "w", encoding="utf-8") as file:
            json.dump({field: getattr(key, field) for field in Key.__slots__}, file)

    return cached(name, write)


def _suites(tests: int, kinds: list[str]) -> Iterator[tuple[list[Case], str]]:
    chance = random.Random(20_261_122)
    for number in range(-(-tests // TESTS_A_SUITE)):
        kind = kinds[number % len(kinds)]
        cases = _cases(chance, kind, number, min(TESTS_A_SUITE, tests - number * TESTS_A_SUITE))
        yield cases, KINDS[kind](number, cases)


def _cases(chance: random.Random, kind: str, suite: int, count: int) -> list[Case]:
    """The tests of one suite; one listed twice stands beside itself, so that shards repeat nothing of each other."""
    cases: list[Case] = []
    while len(cases) < count:
        number = len(cases)
        case = Case(
            class_name=_CLASSES[kind].format(suite=suite, module=suite % 97, part=number // 13),
            name=_NAMES[kind].format(number=number, word=chance.choice(_WORDS)),
            milliseconds=_duration(chance),
        )
        _decide(chance, case, suite)
        cases.append(case)
        if len(cases) < count and chance.random() < TWICE:
            cases.append(Case(class_name=case.class_name, name=case.name, milliseconds=_duration(chance)))
    return cases


def _duration(chance: random.Random) -> int:
    """Most are short and a few very long, as in every test-suite; the ten longest do not tie."""
    return min(int(chance.paretovariate(1.1)), 999_999)


def _decide(chance: random.Random, case: Case, suite: int) -> None:
    drawn = chance.random()
    if drawn < FAILED:
        case.outcome, case.message = "failed", f'assert {suite} == {suite + 1}\n where {suite} < len([…]) & "more"'
    elif drawn < FAILED + ERRORED:
        case.outcome, case.message = "errored", f"connection to <db-{suite}> refused"
    elif drawn < FAILED + ERRORED + SKIPPED:
        case.outcome, case.message = "skipped", "needs a network"
    else:
        case.flaky = drawn > 1 - FLAKY


def _attribute(text: str) -> str:
    return quoteattr(text, {"\n": "&#10;"})


def _result(case: Case, kind: str, text: str) -> str:
    """What stands inside a test that did not plainly pass."""
    if case.outcome == "skipped":
        return f"<skipped message={_attribute(case.message)}/>"
    tag = {"failed": "failure", "errored": "error"}[case.outcome]
    return f"<{tag} message={_attribute(case.message)} type={_attribute(kind)}>{text}</{tag}>"


def _case(case: Case, inside: str, indent: str = "") -> str:
    start = (
        f'{indent}<testcase classname={_attribute(case.class_name)} name={_attribute(case.name)} time="{case.seconds}"'
    )
    return f"{start}>{inside}</testcase>\n" if inside else f"{start} />\n"


def _counts(cases: list[Case]) -> str:
    outcomes = [case.outcome for case in cases]
    return (
        f'tests="{len(cases)}" failures="{outcomes.count("failed")}" errors="{outcomes.count("errored")}" '
        f'skipped="{outcomes.count("skipped")}" time="{sum(case.milliseconds for case in cases) / 1000:.3f}"'
    )


def _pytest_like(number: int, cases: list[Case]) -> str:
    trace = escape(
        "    def test_total(order):\n>       assert order.total == expected\nE       assert 3 < 4 & more\n" * 6
        + f"\ntests/unit/test_orders_{number}.py:{number % 400 + 1}: AssertionError"
    )
    rows = "".join(
        _case(case, "" if case.outcome == "passed" else _result(case, "AssertionError", trace)) for case in cases
    )
    when = 'timestamp="2026-11-22T09:00:00.123456+00:00" hostname="ci"'
    return f'<testsuite name="pytest" {_counts(cases)} {when}>{rows}</testsuite>\n'


def _surefire_like(number: int, cases: list[Case]) -> str:
    properties = "".join(
        f'    <property name="java.vm.specification.{index}" value="/opt/hostedtoolcache/jdk/{index}/lib"/>\n'
        for index in range(54)
    )
    frames = "\n".join(f"\tat com.acme.orders.Order{number}.total(Order.java:{line})" for line in range(10, 40))
    trace = f"<![CDATA[java.lang.AssertionError: expected:<3> but was:<4>\n{frames}]]>"
    output = (
        f'    <system-out><![CDATA[12:00:01.000 [main] INFO order {number} saved\n<testcase name="not a test" time="9">'
        "\n<failure>neither is this</failure>\n"
        + "12:00:01.000 [main] DEBUG flushed 12 rows\n" * 23
        + "]]></system-out>\n"
    )
    rows = []
    for index, case in enumerate(cases):
        inside = "" if case.outcome == "passed" else _result(case, "java.lang.AssertionError", trace)
        if case.flaky:
            inside = f'<flakyFailure message="timed out" type="Timeout"><stackTrace>{trace}</stackTrace></flakyFailure>'
        rows.append(_case(case, "\n" + inside + "\n" + output if index % 4 == 0 else inside, "  "))
    inside = f"  <properties>\n{properties}  </properties>\n{''.join(rows)}"
    return f'<testsuite name="com.acme.Orders{number}Test" {_counts(cases)}>\n{inside}</testsuite>\n'


def _nested(number: int, cases: list[Case]) -> str:
    """Suites in suites, four deep, with a bare ``>`` in names, as the JavaScript and PHP runners write them."""
    text = ""
    for part in range(0, len(cases), 13):
        leaf = cases[part : part + 13]
        rows = "".join(
            _case(
                case,
                ""
                if case.outcome == "passed"
                else _result(case, "Error", escape("Error: no\n    at cart.ts:3:9\n" * 8)),
                "        ",
            ).replace("&gt;", ">")
            for case in leaf
        )
        text += f'      <testsuite name="cart > totals > {part}" {_counts(leaf)}>\n{rows}      </testsuite>\n'
    return (
        f'<testsuite name="package-{number}">\n  <testsuite name="src/cart-{number}.test.ts">\n'
        '    <testsuite name="cart > totals">\n'
        f"{text}    </testsuite>\n  </testsuite>\n</testsuite>\n"
    )


_CLASSES = {
    "pytest": "tests.unit.module_{module}.test_orders_{suite}.TestOrders",
    "surefire": "com.acme.orders.module{module}.Orders{suite}Test",
    "nested": "src/module-{module}/cart-{suite}.test.ts > cart > part {part}",
}
_NAMES = {
    "pytest": "test_total_{number}[{word}-EUR]",
    "surefire": "shouldTotal{number}(String, {word})",
    "nested": "cart > totals > {word} > case {number}",
}
KINDS: dict[str, Callable[[int, list[Case]], str]] = {
    "pytest": _pytest_like,
    "surefire": _surefire_like,
    "nested": _nested,
}
