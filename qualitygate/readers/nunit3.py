"""NUnit 3 and 4 results (``<test-run>``).

https://docs.nunit.org/articles/nunit/technical-notes/usage/Test-Result-XML-Format.html
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

SUITES = {"test-run": (), "test-suite": ("failure", "reason")}
OUTCOMES = {
    "passed": TestOutcome.PASSED,
    "warning": TestOutcome.PASSED,
    "failed": TestOutcome.FAILED,
    "inconclusive": TestOutcome.SKIPPED,
    "skipped": TestOutcome.SKIPPED,
}
"""The attribute ``result`` in lower case; a word that is not here is an error. A warning does not fail a run."""
ERRORS = frozenset({"cancelled", "error", "invalid", "notrunnable"})
"""Labels of a failure that is an error: an unexpected exception, a test that was cancelled or could not be run."""


def recognises(head: bytes) -> bool:
    """Whether the root is ``<test-run>`` and counts tests."""
    root = root_element(head)
    return root is not None and root[0] == "test-run" and ("testcasecount=" in root[1] or "total=" in root[1])


def read(source: Source) -> Iterator[TestReport]:
    """Read one report; a suite that failed by itself (a one-time tear-down, an assembly) is an errored test."""
    tally = Tally(source)
    run = Element("test-run", {})
    explained: set[Element] = set()
    outside = 0
    for element, standing in elements(source, {"test-case"}, roots={"test-run"}, containers=SUITES):
        if not standing:
            run = element
        if element.tag == "test-case" or _failed_by_itself(element, explained):
            case = _case(element, standing)
            outside += element.tag != "test-case"
            tally.add(case)
            if case.outcome > TestOutcome.PASSED:
                explained.update(standing)
    tests = [number for name in ("total", "testcasecount") if (number := run.number(name)) is not None]
    failed = run.number("failed")
    yield tally.checked(at=_at(run, source), tests=tests, failing=[] if failed is None else [failed], outside=outside)


READER = Reader(kind="tests", recognises=recognises, read=read)


def _failed_by_itself(suite: Element, explained: set[Element]) -> bool:
    """Whether a suite or run failed for another reason than its tests; a failed set-up fails every test of its own."""
    if _outcome(suite) <= TestOutcome.PASSED or "result" not in suite.attributes:
        return False
    return suite not in explained or suite.attributes.get("site") == "TearDown"


def _case(element: Element, standing: Ancestors) -> TestCase:
    suite = element.tag != "test-case"
    outcome = TestOutcome.ERRORED if suite else _outcome(element)
    attributes = element.attributes
    name = attributes.get("name", "")
    why = cause_in(element)
    return TestCase(
        class_name=attributes.get("classname") or _class(attributes.get("fullname", ""), name, standing),
        name=f"{name} <{element.tag}>".lstrip() if suite else name,
        outcome=outcome,
        seconds=None if suite else seconds(attributes.get("duration")),
        message=why.message or (_told(element) if outcome > TestOutcome.PASSED else ""),
        path=why.path,
        line=why.line,
    )


def _outcome(element: Element) -> TestOutcome:
    word = element.attributes.get("result", "").partition("(")[0].lower()
    outcome = OUTCOMES.get(word, TestOutcome.ERRORED)
    errored = outcome is TestOutcome.FAILED and element.attributes.get("label", "").lower() in ERRORS
    return TestOutcome.ERRORED if errored else outcome


def _class(full_name: str, name: str, standing: Ancestors) -> str:
    """What stands before the name in the full name, else the suite around it."""
    if name and full_name.endswith(f".{name}"):
        return full_name[: -len(name) - 1]
    return standing[-1].attributes.get("name", "") if standing else ""


def _told(element: Element) -> str:
    told = (element.attributes.get(name, "") for name in ("result", "label", "site"))
    return f"result {' '.join(filter(None, told))[:100] or 'not given'}"


def _at(run: Element, source: Source) -> datetime | None:
    """When the run ended, else when it started; in UTC."""
    told = (run.attributes.get(name) for name in ("end-time", "start-time"))
    return next(filter(None, (moment(text, source.rules.zone) for text in told)), None)
