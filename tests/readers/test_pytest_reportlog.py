"""The log of pytest-reportlog."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.model.evidence import TestOutcome
from qualitygate.readers.pytest_reportlog import READER
from tests.readers.reading import case_of, counts, report_of, sample


def stage(when, outcome="passed", node="test_shop.py::test_a", **more):
    told = {"$report_type": "TestReport", "nodeid": node, "when": when, "outcome": outcome, "duration": 0.25}
    return {**told, "longrepr": None, **more}


def session(*reports, exitstatus=1):
    end = [] if exitstatus is None else [{"$report_type": "SessionFinish", "exitstatus": exitstatus}]
    return report_of(READER, "\n".join(json.dumps(report) for report in [*reports, *end]))


def test_a_real_session():
    report = report_of(READER, sample("pytest_reportlog/shop.jsonl"))
    assert {"passed": 3, "failed": 1, "errored": 3, "skipped": 2} == counts(report)
    failed = case_of(report, "test_price")
    assert ("test_shop", "AssertionError: wrong price", "test_shop.py", 11) == (
        failed.class_name,
        failed.message,
        failed.path,
        failed.line,
    )
    assert 2 == case_of(report, "test_flaky").failed_attempts
    assert "not in winter" == case_of(report, "test_ice").message
    assert "test_broken.py" == case_of(report, "<collection>").path
    assert 2026 == report.at.year


def test_stages_of_several_workers_may_be_mixed():
    mine, yours = (
        [stage(when, node=f"test_shop.py::{name}") for when in ("setup", "call", "teardown")] for name in "ab"
    )
    mixed = [report for pair in zip(mine, yours, strict=True) for report in pair]
    report = session(*mixed, exitstatus=0)
    assert {"passed": 2} == counts(report)
    assert [0.75, 0.75] == list(report.seconds)


@pytest.mark.parametrize(
    ("outcome", "stages"),
    [
        (TestOutcome.ERRORED, [stage("setup", "failed"), stage("teardown")]),
        (TestOutcome.FAILED, [stage("setup"), stage("call", "failed"), stage("teardown")]),
        (TestOutcome.ERRORED, [stage("setup"), stage("call", "failed"), stage("teardown", "failed")]),
        (TestOutcome.ERRORED, [stage("setup"), stage("???", "failed", longrepr="worker 'gw0' crashed")]),
        (TestOutcome.SKIPPED, [stage("setup"), stage("call", "skipped", wasxfail="known"), stage("teardown")]),
        (TestOutcome.FAILED, [stage("setup"), {**stage("call", "failed"), "$report_type": "SubTestReport"}]),
        (TestOutcome.ERRORED, [stage("setup"), stage("call")]),
    ],
)
def test_the_worst_stage_decides(outcome, stages):
    (case,) = session(*stages).cases
    assert outcome is case.outcome


def test_a_test_without_teardown_did_not_finish():
    (case,) = session(stage("setup"), stage("call")).cases
    assert "began and did not finish" == case.message


def test_attempts_that_ran_again_are_counted_and_the_last_decides():
    again = [stage("setup"), stage("call", "rerun"), stage("teardown")]
    passed = session(*again, stage("setup"), stage("call"), stage("teardown"), exitstatus=0)
    assert (TestOutcome.PASSED, 1) == (passed.cases[0].outcome, passed.cases[0].failed_attempts)
    last = [stage("setup"), stage("call", "failed"), stage("teardown")]
    failed = session(stage("setup", "rerun"), *again, *last)
    assert (TestOutcome.FAILED, 2) == (failed.cases[0].outcome, failed.cases[0].failed_attempts)
    assert {"errored": 1} == counts(session(*again))


def test_the_same_test_once_more_is_another_record():
    once = [stage("setup"), stage("call"), stage("teardown")]
    assert {"passed": 2} == counts(session(*once, *once, exitstatus=0))


def test_a_session_without_its_end_was_cut_off():
    report = session(stage("setup"), stage("call"), stage("teardown"), exitstatus=None)
    assert {"passed": 1, "errored": 1} == counts(report)
    assert "has no end in the report: cut off?" == case_of(report, "<session>").message


def test_a_session_without_its_end_was_cut_off_whatever_failed_before():
    assert {"errored": 2} == counts(session(stage("setup", "failed"), stage("teardown"), exitstatus=None))


def test_an_attempt_whose_call_and_teardown_failed_is_one_attempt():
    again = [stage("setup"), stage("call", "rerun"), stage("teardown", "rerun")]
    report = session(*again, stage("setup"), stage("call"), stage("teardown"), exitstatus=0)
    assert 1 == report.cases[0].failed_attempts


def test_a_second_setup_without_a_rerun_forgets_no_failure():
    report = session(stage("setup", "failed"), stage("setup"), stage("call"), stage("teardown"))
    assert {"errored": 1} == counts(report)


def test_a_session_that_broke_is_errored_unless_a_test_tells_of_it():
    assert "exit code 3" == case_of(session(exitstatus=3), "<session>").message
    assert {"errored": 1} == counts(session(stage("setup", "failed"), stage("teardown"), exitstatus=2))


@pytest.mark.parametrize(
    ("expected", "outcome", "exitstatus"),
    [
        (("has exit code 0, but a test that failed",), "failed", 0),
        (("has exit code 1, but no test that failed",), "passed", 1),
        ((), "failed", 1),
        ((), "passed", 0),
    ],
)
def test_an_exit_code_that_denies_the_tests_is_told(expected, outcome, exitstatus):
    report = session(stage("setup"), stage("call", outcome), stage("teardown"), exitstatus=exitstatus)
    assert expected == report.contradictions


def test_the_last_stop_dates_the_log():
    report = session(stage("setup", stop=1_795_338_000), stage("call"), stage("teardown", stop=1_795_337_000))
    assert datetime(2026, 11, 22, 9, tzinfo=UTC) == report.at


@pytest.mark.parametrize(
    ("expected", "longrepr"),
    [
        (("why", None, None), "\nwhy\nelse"),
        (("why", "/a.py", 3), {"reprcrash": {"path": "/a.py", "lineno": 3, "message": "why\nelse"}}),
        (("why", "a.py", 4), ["a.py", 4, "why"]),
        (("", None, None), 7),
    ],
)
def test_a_failure_tells_why_and_where(expected, longrepr):
    (case,) = session(stage("setup", "failed", longrepr=longrepr), stage("teardown")).cases
    assert expected == (case.message, case.path, case.line)


def test_other_lines_are_refused():
    with pytest.raises(CannotReadReport, match="no log of pytest-reportlog"):
        report_of(READER, '{"a": 1}\ntext')


def test_it_is_recognised_by_the_type_of_its_reports():
    assert READER.recognises(sample("pytest_reportlog/shop.jsonl")[:70])
    assert not READER.recognises(b'{"report_type": "TestReport"}')
    assert not READER.recognises(b'text {"$report_type": "TestReport"}')
