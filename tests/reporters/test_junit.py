from __future__ import annotations

from collections import Counter
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest

from qualitygate.extension import Style
from qualitygate.model.evidence import Source, TestOutcome, TestReport
from qualitygate.model.verdict import GateResult, Outcome, Verdict
from qualitygate.readers import junit as reader
from qualitygate.reporters.junit import REPORTER
from tests.reporters import samples

READ_AS = {
    Outcome.PASSED: TestOutcome.PASSED,
    Outcome.WARNED: TestOutcome.PASSED,
    Outcome.WAIVED: TestOutcome.PASSED,
    Outcome.NO_DATA: TestOutcome.ERRORED,
    Outcome.FAILED: TestOutcome.FAILED,
}


def read_back(verdict: Verdict) -> TestReport:
    data = REPORTER.render(verdict, Style()).encode()
    assert not reader.recognises(data)  # a verdict is no evidence, unless the reader is named
    return next(iter(reader.read(Source(name="verdict.xml", open=lambda: BytesIO(data)))))


def counts(report: TestReport) -> Counter[TestOutcome]:
    told = Counter(case.outcome for case in report.cases)
    told[TestOutcome.PASSED] += report.runs - len(report.cases)
    return +told


@pytest.mark.parametrize("sample", ["every_outcome", "all_passed", "hostile"])
def test_our_own_reader_counts_what_was_judged(sample):
    verdict = getattr(samples, sample)()
    report = read_back(verdict)
    judged = Counter(READ_AS[result.outcome] for gate in verdict.gates for result in gate.conditions)
    assert {**judged, TestOutcome.PASSED: 0} | dict(counts(report)) == dict(judged)
    assert report.contradictions == ()


def test_each_outcome_is_read_as_it_blocks():
    for outcome, read_as in READ_AS.items():
        one = GateResult(name="release", conditions=(samples.result(samples.FAILED, outcome),))
        assert counts(read_back(replace(samples.all_passed(), gates=(one,)))) == {read_as: 1}


def test_a_verdict_on_nothing_is_an_error_when_read_back():
    assert counts(read_back(samples.on_nothing()))[TestOutcome.ERRORED] == 2


def test_the_report_is_as_old_as_the_verdict():
    assert read_back(samples.every_outcome()).at == samples.NOW


def test_what_does_not_block_says_why_in_its_output():
    root = ET.fromstring(REPORTER.render(samples.every_outcome(), Style()))
    told = [output.text.split(":")[0] for output in root.iter("system-out")]
    assert told == ["PASS", "PASS", "PASS", "WARN", "WAIVED"]


def test_every_finding_is_in_the_failure():
    root = ET.fromstring(REPORTER.render(samples.every_outcome(), Style()))
    assert next(root.iter("failure")).text.count("AssertionError") == 43


def test_two_bounds_on_one_metric_are_two_names():
    tight = samples.result(samples.FAILED, Outcome.PASSED)
    loose = replace(tight, condition=replace(tight.condition, bound=samples.Bound(at_most=samples.Fraction(5))))
    verdict = replace(samples.all_passed(), gates=(GateResult(name="release", conditions=(tight, loose)),))
    root = ET.fromstring(REPORTER.render(verdict, Style()))
    assert [case.get("name") for case in root.iter("testcase")] == [
        "tests.failed: at most 0",
        "tests.failed: at most 5",
    ]


def test_hostile_text_makes_no_element_and_shows_as_it_is_written():
    root = ET.fromstring(REPORTER.render(samples.hostile(), Style()))
    assert {element.tag for element in root.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "system-out"}
    assert "<img src=x onerror=alert(1)> ::error::pwned" in next(root.iter("failure")).text
    assert r"heading\u0000\u000b\ufffe\ud800" in next(root.iter("failure")).text
