"""The report of pytest-json-report."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.model.evidence import TestOutcome
from qualitygate.readers.pytest_json import READER
from tests.readers.reading import case_of, counts, report_of, sample


def session(*tests, exitcode=1, **more):
    report = {"created": 1_795_338_000.5, "exitcode": exitcode, "root": "/shop", "summary": {}, "tests": list(tests)}
    return report_of(READER, json.dumps({**report, **more}))


def test_every_outcome_of_pytest_has_its_own():
    report = report_of(READER, sample("pytest_json/demo.json"))
    assert {"passed": 11, "failed": 3, "errored": 3, "skipped": 3} == counts(report)
    assert () == report.contradictions
    failed = case_of(report, "test_fail")
    assert ("test_demo", "AssertionError: dicts differ <>&\"'", "test_demo.py", 10) == (
        failed.class_name,
        failed.message,
        failed.path,
        failed.line,
    )
    assert "not today & never" == case_of(report, "test_skip_mark").message


def test_a_file_that_could_not_be_collected_is_errored():
    report = report_of(READER, sample("pytest_json/collect-error.json"))
    assert {"errored": 1} == counts(report)
    (case,) = report.cases
    assert "ModuleNotFoundError: No module named 'does_not_exist_anywhere'" == case.message
    assert ("test_collect_error", "test_collect_error.py") == (case.class_name, case.path)


def test_a_test_that_passed_when_run_again_is_flaky():
    report = report_of(READER, sample("pytest_json/flaky-rerun.json"))
    assert {"passed": 2, "failed": 1} == counts(report)
    assert case_of(report, "test_flaky_passes_third").flaky


@pytest.mark.parametrize(
    ("outcome", "stages"),
    [
        (TestOutcome.ERRORED, {"setup": "failed"}),
        (TestOutcome.FAILED, {"setup": "passed", "call": "failed", "teardown": "passed"}),
        (TestOutcome.ERRORED, {"setup": "passed", "call": "failed", "teardown": "failed"}),
        (TestOutcome.SKIPPED, {"setup": "passed", "call": "skipped"}),
        (TestOutcome.SKIPPED, {}),
        (TestOutcome.ERRORED, {"setup": "passed", "call": ["odd"]}),
    ],
)
def test_the_stages_of_the_last_attempt_decide(outcome, stages):
    report = session(
        {"nodeid": "a.py::b", "outcome": "rerun", **{name: {"outcome": said} for name, said in stages.items()}}
    )
    assert outcome is report.cases[0].outcome


def test_an_outcome_of_tomorrow_is_no_pass():
    assert {"errored": 1} == counts(session({"nodeid": "a.py::b", "outcome": "vanished"}))


@pytest.mark.parametrize("code", [2, 3, 4])
def test_a_session_that_broke_is_errored_unless_a_test_tells_of_it(code):
    assert {"errored": 1} == counts(session(exitcode=code))
    assert {"failed": 1} == counts(session({"nodeid": "a.py::b", "outcome": "failed"}, exitcode=code))


@pytest.mark.parametrize(
    ("expected", "outcome", "exitcode"),
    [
        (("has exit code 0, but a test that failed",), "failed", 0),
        (("has exit code 1, but no test that failed",), "passed", 1),
        ((), "failed", 1),
        ((), "passed", 0),
    ],
)
def test_an_exit_code_that_denies_the_tests_is_told(expected, outcome, exitcode):
    assert expected == session({"nodeid": "a.py::b", "outcome": outcome}, exitcode=exitcode).contradictions


def test_a_summary_that_denies_its_tests_is_told_and_without_tests_is_a_claim():
    report = session(exitcode=0, summary={"total": 3, "passed": 3})
    assert not report.listed
    assert (
        "counts 3 tests in its summary but lists 0",
        "counts 3 passed tests in its summary but lists 0",
    ) == report.contradictions


def test_the_report_is_dated_by_its_creation_and_a_test_by_its_stages():
    test = {"nodeid": "a.py::b", "outcome": "passed", "setup": {"duration": 0.5}, "call": {"duration": 1.0}}
    report = session(test, exitcode=0)
    assert datetime(2026, 11, 22, 9, 0, 0, 500_000, tzinfo=UTC) == report.at
    assert [1.5] == list(report.seconds)


@pytest.mark.parametrize("content", ["[]", "{}", '{"exitcode": 0}'])
def test_another_document_is_refused(content):
    with pytest.raises(CannotReadReport, match="no report of pytest-json-report"):
        report_of(READER, content)


def test_it_is_recognised_by_what_it_writes_first():
    assert READER.recognises(sample("pytest_json/demo.json")[:200])
    assert not READER.recognises(b'{"created": 1, "root": ""}')
    assert not READER.recognises(b'[{"created": 1, "exitcode": 0, "root": ""}]')
