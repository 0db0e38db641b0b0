"""What each test of a session came to, as pytest's own JUnit report would tell it.

The same words, names and times are found here as our JUnit reader finds in that report, so that a session and its
``--junitxml`` file are judged alike. pytest's own functions give the words where it has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from _pytest import junitxml

from qualitygate.model.evidence import Source, TestCase, TestReport
from qualitygate.model.tally import Tally
from qualitygate.testcase import TEXT_CAP, Result, case_of
from qualitygate.values import dataclass

Report = pytest.TestReport | pytest.CollectReport

INTERNAL = "pytest::internal"
"""The test that pytest's JUnit report errors when pytest itself breaks."""

_shortened: Any = getattr(junitxml, "shorten_message", str)  # older releases give the message whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The options of pytest's JUnit report that change what it says of a test."""

    prefix: str = ""
    places: bool = False
    timed: str = "total"

    @classmethod
    def of(cls, config: pytest.Config) -> Wording:
        """As the session is configured, whether it writes the report or not."""
        return cls(
            prefix=config.getoption("junitprefix", None) or "",
            places=config.getini("junit_family") != "xunit2",
            timed=config.getini("junit_duration_report"),
        )

    def names(self, nodeid: str) -> tuple[str, str]:
        """Class and name of a test."""
        parent, _, name = nodeid.rpartition("::")
        if not parent or "[" in nodeid:
            *classes, name = junitxml.mangle_test_address(nodeid)
            return ".".join([self.prefix, *classes] if self.prefix else classes), junitxml.bin_xml_escape(name)
        if not (name.isascii() and name.isprintable()):
            name = junitxml.bin_xml_escape(name)
        return _class_name(self.prefix, parent), name


@cache
def _class_name(prefix: str, parent: str) -> str:
    """The class of all tests of a file or class: asked for every test, so told once."""
    classes = junitxml.mangle_test_address(f"{parent}::test")[:-1]
    return ".".join([prefix, *classes] if prefix else classes)


class Case:
    """One record in the making: a test, or one attempt at it that was run again."""

    __slots__ = ("again", "attempts", "call_failed", "nodeid", "report", "results", "seconds", "told")

    def __init__(self, nodeid: str, report: Report) -> None:
        self.nodeid = nodeid
        self.report = report
        self.results: list[Result] = []
        self.seconds = 0.0
        self.told = self.call_failed = self.again = False
        self.attempts = 0

    def tell(self, report: Report) -> None:
        """Take a report of anything but a pass."""
        self.told = True
        self.results.append(result(report))
        self.again |= report.outcome not in ("failed", "skipped")
        self.call_failed |= report.outcome == "failed" and report.when == "call"

    @property
    def properties(self) -> Sequence[tuple[str, object]]:
        """What the test's marker and fixtures noted."""
        return getattr(self.report, "user_properties", ())


def gather(reports: Sequence[Report], timed: str = "total") -> list[Case]:
    """The records of a session, in the order their tests began.

    A failed call and an error in its teardown are two records. Reports of several workers may come interleaved.
    """
    cases: list[Case] = []
    open_cases: dict[object, Case] = {}
    always, shared = timed == "total", bool(reports) and hasattr(reports[-1], "node")
    for report in reports:
        key: object = (report.nodeid, getattr(report, "node", None)) if shared else report.nodeid
        when, passed = report.when, report.outcome == "passed"
        case = open_cases.get(key)
        if case is None or (not passed and case.call_failed and when == "teardown" and report.outcome == "failed"):
            case = open_cases[key] = Case(report.nodeid, report)
            cases.append(case)
        if not passed:
            case.tell(report)
        elif when == "call":
            case.told = True
        if always or when == timed:
            case.seconds += getattr(report, "duration", 0.0)
        if when == "teardown":
            del open_cases[key]
    return cases


def finished(cases: Iterable[Case]) -> list[Case]:
    """One record a test that ended, with the attempts before it. What was never told did not run.

    An attempt that was to be run again, and was not, is the test's last word.
    """
    final: list[Case] = []
    attempts: dict[str, list[Case]] = {}
    for case in cases:
        if case.again:
            attempts.setdefault(case.nodeid, []).append(case)
        elif case.told:
            final.append(case)
    for case in final if attempts else ():
        _add_attempts(case, attempts.pop(case.nodeid, ()))
    for left in attempts.values():
        final.append(left[-1])
        _add_attempts(left[-1], left[:-1])
    return final


def broken(excrepr: object) -> Case:
    """The errored test that stands for pytest breaking."""
    case = Case(INTERNAL, pytest.CollectReport(INTERNAL, "failed", str(excrepr), None))
    case.results.append(_result("error", "internal error", str(excrepr)))
    return case


def told(cases: Sequence[Case], source: Source, wording: Wording, at: datetime | None) -> TestReport:
    """The records as one report."""
    names = [wording.names(case.nodeid) for case in cases]
    files = [case.report.location[0] if case.report.location else None for case in cases] if wording.places else []
    notable = {
        index: _record(case, names[index], source, wording)
        for index, case in enumerate(cases)
        if case.results or case.attempts
    }
    tally = Tally(source)
    tally.add_block(
        files or [None] * len(cases),
        [class_name for class_name, _ in names],
        [name for _, name in names],
        [round(case.seconds, 3) for case in cases],
        notable,
    )
    return tally.report(at=at)


def _record(case: Case, names: tuple[str, str], source: Source, wording: Wording) -> TestCase:
    """The record of a test that is more than a plain pass; its own failures win over a skip among its subtests."""
    attributes = {"name": names[1], "time": f"{case.seconds:.3f}"}
    if wording.places and case.report.location:
        file, line, _ = case.report.location
        attributes |= {"file": file} if line is None else {"file": file, "line": str(line)}
    results = [] if case.attempts and not case.results else case.results
    record = case_of(attributes, results, names[0], replace(source.rules, expected_failures=False))
    return replace(record, failed_attempts=case.attempts)


def _add_attempts(case: Case, earlier: Sequence[Case]) -> None:
    case.attempts = len(earlier)
    case.seconds += sum(attempt.seconds for attempt in earlier)


def result(report: Report) -> Result:
    """What a report that is not a pass says, worded and sorted as in the JUnit report."""
    if report.outcome == "skipped":
        return _skipped(report)
    if report.when == "collect":
        return _result("error", "collection failure", str(report.longrepr))
    if hasattr(report, "wasxfail") and report.when == "call":
        return _result("skipped", "xfail-marked test passes unexpectedly", "")
    crash = getattr(report.longrepr, "reprcrash", None)
    message = str(report.longrepr) if crash is None else crash.message
    if report.when == "call":
        return _result("failure", _shortened(message), str(report.longrepr))
    phase = "teardown" if report.when == "teardown" else "setup"
    return _result("error", _shortened(f'failed on {phase} with "{message}"'), str(report.longrepr))


def _skipped(report: Report) -> Result:
    if report.when == "collect":
        return _result("skipped", "collection skipped", str(report.longrepr))
    if hasattr(report, "wasxfail"):
        return _result("skipped", report.wasxfail.removeprefix("reason: "), "", "pytest.xfail")
    if not isinstance(report.longrepr, tuple):
        return _result("skipped", str(report.longrepr), "", "pytest.skip")
    path, line, reason = report.longrepr
    reason = reason.removeprefix("Skipped: ")
    return _result("skipped", reason, f"{path}:{line}: {reason}", "pytest.skip")


def _result(tag: str, message: str, text: str, type: str = "") -> Result:
    """A result as our reader finds it in the file: escaped, with the line ends that XML leaves."""
    found = Result(tag, {"message": junitxml.bin_xml_escape(message), "type": type})
    found.text = [junitxml.bin_xml_escape(text).replace("\r\n", "\n").replace("\r", "\n")[:TEXT_CAP]]
    return found
