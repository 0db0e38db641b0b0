"""TRX, the results of Visual Studio's test runners (``dotnet test --logger trx``, MSTest), by test or data row.

The format is defined by Visual Studio's ``vstst.xsd``; what an outcome means stands in
https://github.com/microsoft/vstest/blob/main/src/Microsoft.TestPlatform.Extensions.TrxLogger/ObjectModel/TestOutcome.cs
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import accumulate

from qualitygate.cause import Cause, cause
from qualitygate.errors import CannotReadReport
from qualitygate.extension import Reader
from qualitygate.markup import Element, elements
from qualitygate.model.evidence import Source, TestCase, TestOutcome, TestReport
from qualitygate.model.tally import Tally
from qualitygate.recognition import root_element
from qualitygate.stamp import moment, span

NAMESPACE = "http://microsoft.com/schemas/VisualStudio/TeamTest/"
RUN = {"TestRun": ("Times", "ResultSummary")}
RESULTS = frozenset(
    {
        "GenericTestResult",
        "LoadTestResult",
        "ManualTestResult",
        "TestResult",
        "TestResultAggregation",
        "UnitTestResult",
        "WebTestResult",
    }
)
OUTCOMES = {
    "Passed": TestOutcome.PASSED,
    "PassedButRunAborted": TestOutcome.PASSED,
    "Warning": TestOutcome.PASSED,
    "Failed": TestOutcome.FAILED,
    "Timeout": TestOutcome.FAILED,
    "Aborted": TestOutcome.ERRORED,
    "Disconnected": TestOutcome.ERRORED,
    "Error": TestOutcome.ERRORED,
    "InProgress": TestOutcome.ERRORED,
    "NotRunnable": TestOutcome.ERRORED,
    "Completed": TestOutcome.SKIPPED,
    "Inconclusive": TestOutcome.SKIPPED,
    "NotExecuted": TestOutcome.SKIPPED,
    "Pending": TestOutcome.SKIPPED,
}
"""MSTest itself fails what was aborted, timed out or not runnable (its ``UnitTestOutcomeHelper``).

An outcome that is absent is ``Error``, the first of the enumeration, which writers leave out; so is an unknown one.
"""
BROKEN_RUNS = frozenset({"Aborted", "Disconnected", "Error", "Failed", "Timeout"})
FAILING_COUNTERS = ("failed", "error", "timeout", "aborted", "disconnected", "notRunnable", "inProgress")


def recognises(head: bytes) -> bool:
    """Whether the root is ``<TestRun>`` in the TeamTest namespace: CppUnit and AUnit use the name without it."""
    root = root_element(head)
    return root is not None and root[0] == "TestRun" and NAMESPACE in root[1]


def read(source: Source) -> Iterator[TestReport]:
    """Read one report; a run that failed though no test did is an errored test of its own."""
    classes = _classes(source)
    tally = Tally(source)
    run = Element("TestRun", {})
    nested = False
    for element, standing in elements(source, RESULTS, roots={"TestRun"}, containers=RUN):
        if not standing:
            run = _of_visual_studio(element)
        elif standing[-1].tag == "Results":
            nested = nested or element.child("InnerResults") is not None
            for case in _cases(element, classes):
                tally.add(case)
    summary = run.child("ResultSummary") or Element("ResultSummary", {})
    tests, failing = ([], []) if nested else _claims(summary)
    broken = summary.attributes.get("outcome") in BROKEN_RUNS and not tally.failing
    if broken:
        tally.add(_run_error(summary))
    yield tally.checked(at=_at(run, source), tests=tests, failing=failing, outside=int(broken))


READER = Reader(kind="tests", recognises=recognises, read=read)


def _of_visual_studio(root: Element) -> Element:
    if not any(value.startswith(NAMESPACE) for value in root.attributes.values()):
        raise CannotReadReport("unrecognised", "is a <TestRun> of another tool, not of Visual Studio")
    return root


def _at(run: Element, source: Source) -> datetime | None:
    """When the run ended, else when it started."""
    times = run.child("Times")
    told = (times.attributes.get(name) for name in ("finish", "start")) if times else ()
    return next(filter(None, (moment(text, source.rules.zone) for text in told)), None)


def _classes(source: Source) -> Mapping[str, str]:
    """The class of every test by its id; the definitions stand after the results, thus a pass of their own."""
    classes = {}
    for test, _ in elements(source, {"UnitTest"}, roots={"TestRun"}):
        method = test.child("TestMethod")
        name = method.attributes.get("className", "") if method else ""
        classes[test.attributes.get("id", "")] = name.partition(",")[0]
    return classes


def _cases(result: Element, classes: Mapping[str, str]) -> Iterator[TestCase]:
    """The tests of one result: its data rows or inner tests, and itself where they do not explain how it ended."""
    rows = [inner for inner in result.every(*RESULTS) if not inner.child("InnerResults")]
    cases = [_case(row, classes) for row in rows]
    yield from cases
    whole = _case(result, classes)
    if not cases or (whole.outcome > TestOutcome.PASSED and all(case.outcome <= TestOutcome.PASSED for case in cases)):
        yield whole


def _case(result: Element, classes: Mapping[str, str]) -> TestCase:
    told = result.attributes.get("outcome", "Error")
    outcome = OUTCOMES.get(told, TestOutcome.ERRORED)
    class_name = classes.get(result.attributes.get("testId", ""), "")
    why = _cause(result) if outcome is not TestOutcome.PASSED else Cause()
    return TestCase(
        class_name=class_name,
        name=result.attributes.get("testName", "").removeprefix(f"{class_name}."),
        outcome=outcome,
        seconds=span(result.attributes.get("duration")),
        message=why.message or (f"outcome {told[:100]}" if outcome > TestOutcome.PASSED else ""),
        path=why.path,
        line=why.line,
    )


def _cause(result: Element) -> Cause:
    error = ("Output", "ErrorInfo")
    return cause(result.said(*error, "Message") or result.said("Output", "StdOut"), result.said(*error, "StackTrace"))


def _claims(summary: Element) -> tuple[list[int], list[int]]:
    """The counters: all tests, and the failing ones. Runners differ in which counter takes what did not just fail."""
    counters = summary.child("Counters")
    total = counters.number("total") if counters else None
    if counters is None or total is None:
        return [], []
    return [total], list(accumulate(counters.number(name) or 0 for name in FAILING_COUNTERS))


def _run_error(summary: Element) -> TestCase:
    outcome = summary.attributes["outcome"]
    told = (info.said("Text") for info in summary.every("RunInfo") if info.attributes.get("outcome") in BROKEN_RUNS)
    return TestCase(
        class_name="",
        name="<RunInfo> outside the tests",
        outcome=TestOutcome.ERRORED,
        message=cause(next(told, "") or f"the run ended as {outcome}").message,
    )
