"""NUnit 2 results (``<test-results>``), which Pester, MbUnit and other tools write too.

The format is defined by NUnit's ``Results.xsd`` and described in https://nunit.org/docs/2.6.4/consoleCommandLine.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from qualitygate.cause import cause_in
from qualitygate.extension import Reader
from qualitygate.markup import Ancestors, Element, elements
from qualitygate.model.evidence import Source, TestCase, TestOutcome, TestReport
from qualitygate.model.tally import Tally
from qualitygate.recognition import root_element
from qualitygate.stamp import moment, seconds

SUITES = {"test-results": (), "test-suite": ("failure", "reason")}
OUTCOMES = {
    "success": TestOutcome.PASSED,
    "failure": TestOutcome.FAILED,
    "cancelled": TestOutcome.ERRORED,
    "error": TestOutcome.ERRORED,
    "notrunnable": TestOutcome.ERRORED,
    "ignored": TestOutcome.SKIPPED,
    "inconclusive": TestOutcome.SKIPPED,
    "skipped": TestOutcome.SKIPPED,
}
"""The attribute ``result`` (NUnit 2.5 and later) in lower case; a word that is not here is an error.

NUnit's console returns failures, errors and tests that are not runnable, so these are not mere skips.
"""
METHODS = frozenset({"GenericMethod", "ParameterizedTest", "Theory"})
"""Types of suites that are one test method with several arguments."""


def recognises(head: bytes) -> bool:
    """Whether the root is ``<test-results>`` and counts tests."""
    root = root_element(head)
    return root is not None and root[0] == "test-results" and "total=" in root[1]


def read(source: Source) -> Iterator[TestReport]:
    """Read one report; a suite that failed though nothing in it did is an errored test of its own."""
    tally = Tally(source)
    run = Element("test-results", {})
    explained: set[Element] = set()
    outside = 0
    for element, standing in elements(source, {"test-case"}, roots={"test-results"}, containers=SUITES):
        if not standing:
            run = element
        elif element.tag == "test-case" or (element not in explained and _outcome(element) > TestOutcome.PASSED):
            case = _case(element, standing)
            outside += element.tag == "test-suite"
            tally.add(case)
            if case.outcome > TestOutcome.PASSED:
                explained.update(standing)
    yield tally.checked(at=_at(run, source), tests=_tests(run), failing=_failing(run), outside=outside)


READER = Reader(kind="tests", recognises=recognises, read=read)


def _case(element: Element, standing: Ancestors) -> TestCase:
    suite = element.tag == "test-suite"
    class_name, name = _names(element, standing)
    outcome = TestOutcome.ERRORED if suite else _outcome(element)
    why = cause_in(element)
    return TestCase(
        class_name=class_name,
        name=f"{name} <test-suite>" if suite else name,
        outcome=outcome,
        seconds=None if suite else seconds(element.attributes.get("time")),
        message=why.message or (_told(element) if outcome > TestOutcome.PASSED else ""),
        path=why.path,
        line=why.line,
    )


def _outcome(element: Element) -> TestOutcome:
    """By ``result``; before NUnit 2.5 by ``executed``, a failure inside, and ``success``. A failure is never green.

    A suite of that age says by ``success`` only what its tests say.
    """
    attributes = element.attributes
    if "result" in attributes:
        outcome = OUTCOMES.get(attributes["result"].lower(), TestOutcome.ERRORED)
    elif attributes.get("executed", "").lower() == "false":
        outcome = TestOutcome.SKIPPED
    else:
        failed = element.tag == "test-case" and attributes.get("success", "").lower() == "false"
        outcome = TestOutcome.FAILED if failed else TestOutcome.PASSED
    return max(outcome, TestOutcome.FAILED) if element.child("failure") else outcome


def _names(element: Element, standing: Ancestors) -> tuple[str, str]:
    """Class and name: the name is the full one, in which the fixture around it stands."""
    name = element.attributes.get("name", "")
    fixture = next(
        (
            suite.attributes.get("name", "")
            for suite in reversed(standing)
            if suite.tag == "test-suite" and suite.attributes.get("type") not in METHODS
        ),
        "",
    )
    before, found, after = name.partition(f"{fixture}.")
    return (f"{before}{fixture}", after) if fixture and found and after else (fixture, name)


def _told(element: Element) -> str:
    return f"result {element.attributes.get('result', 'not given')[:100]}"


def _at(run: Element, source: Source) -> datetime | None:
    """When the run started: date and time are two attributes, without a zone."""
    stamp = f"{run.attributes.get('date', '')}T{run.attributes.get('time', '')}"
    return moment(stamp, source.rules.zone)


def _tests(run: Element) -> list[int]:
    """``total``, which before NUnit 2.5 leaves out what was not run."""
    total, not_run = run.number("total"), run.number("not-run") or 0
    return [] if total is None else [total, total + not_run]


def _failing(run: Element) -> list[int]:
    """``failures``, with errors (NUnit 2.5 and later) and what was not runnable, or without."""
    failures = run.number("failures")
    errors, invalid = run.number("errors") or 0, run.number("invalid") or 0
    return [] if failures is None else [failures + errors, failures + errors + invalid, failures]
