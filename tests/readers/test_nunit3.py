"""NUnit 3 results."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from qualitygate.model.evidence import TestReport
from qualitygate.readers import nunit3
from tests.samples import ERRORED, FAILED, PASSED, SKIPPED, source

SHOP = (Path(__file__).parent / "data" / "nunit3" / "shop.xml").read_bytes()
PASS = "<test-case name='p' result='Passed'/>"
FAIL = "<test-case name='f' result='Failed'/>"


def read(content: str | bytes) -> TestReport:
    (report,) = nunit3.read(source(content, keep_names=True))
    return report


def run(*cases: str, suite: str = "result='Passed'", reason: str = "", attributes: str = "") -> str:
    inside = f"<test-suite name='S' {suite}>{reason}{''.join(cases)}</test-suite>"
    return f"<test-run result='Passed' {attributes}>{inside}</test-run>"


def outcome(attributes: str):
    told = read(run(f"<test-case name='t' {attributes}/>"))
    return told.cases[0].outcome if told.cases else PASSED


def test_failures_errors_and_skips_are_kept_apart():
    told = read(SHOP)
    assert [("Counts", FAILED), ("Empties", ERRORED), ("Pays", SKIPPED), ("Weighs(1.5)", SKIPPED)] == [
        (case.name, case.outcome) for case in told.cases
    ]
    assert ((None, "Shop.CartTests", "Adds"), (None, "Shop.CartTests", "Warns")) == told.passed


def test_the_class_is_the_classname_else_the_front_of_the_full_name():
    assert {"Shop.CartTests"} == {case.class_name for case in read(SHOP).cases}


def test_a_test_without_a_full_name_belongs_to_its_suite():
    assert "S" == read(run(FAIL)).cases[0].class_name


def test_a_failure_has_its_message_and_its_place():
    failed = read(SHOP).cases[0]
    assert ("Expected: 2  But was: 3", "/src/shop/CartTests.cs", 42) == (failed.message, failed.path, failed.line)


def test_a_skip_says_why():
    assert "no bank today" == read(SHOP).cases[2].message


def test_a_report_is_as_old_as_its_end():
    assert datetime(2026, 11, 20, 9, 30, 2, tzinfo=UTC) == read(SHOP).at


def test_a_time_stamp_with_a_space_after_the_t_is_read():
    assert datetime(2026, 11, 20, 9, 30, tzinfo=UTC) == read(run(attributes="start-time='2026-11-20T 09:30:00Z'")).at


def test_the_figures_of_the_run_agree():
    assert () == read(SHOP).contradictions


@pytest.mark.parametrize(("word", "expected"), nunit3.OUTCOMES.items())
def test_every_result_of_the_format_has_its_meaning(word, expected):
    assert expected == outcome(f"result='{word.title()}'")


@pytest.mark.parametrize("label", sorted(nunit3.ERRORS))
def test_a_failure_labelled_as_one_is_an_error(label):
    assert ERRORED is outcome(f"result='Failed' label='{label.title()}'")


@pytest.mark.parametrize("attributes", ["result='Splendid'", ""], ids=["unknown", "absent"])
def test_a_result_that_says_nothing_is_an_error(attributes):
    assert ERRORED is outcome(attributes)


@pytest.mark.parametrize(
    ("cases", "suite"),
    [
        ((), "result='Failed' label='Invalid' runstate='NotRunnable'"),
        ((PASS,), "result='Failed' label='Error' site='TearDown'"),
        ((PASS,), "result='Failed'"),
    ],
    ids=["cannot be loaded", "tear-down", "unexplained"],
)
def test_a_suite_that_failed_by_itself_is_an_error(cases, suite):
    told = read(run(*cases, suite=suite, reason="<reason><message>no such file</message></reason>"))
    assert [("S <test-suite>", ERRORED, "no such file")] == [
        (case.name, case.outcome, case.message) for case in told.cases
    ]


def test_a_failed_tear_down_is_told_beside_a_failed_test():
    told = read(run(FAIL, suite="result='Failed' site='TearDown'"))
    assert [FAILED, ERRORED] == [case.outcome for case in told.cases]


def test_a_suite_that_failed_because_a_test_did_adds_no_error():
    assert 2 == read(run(PASS, FAIL, suite="result='Failed' site='Child'")).runs


def test_a_run_that_failed_though_no_test_did_is_an_error():
    told = read("<test-run total='0' result='Failed'/>")
    assert [("<test-run>", ERRORED)] == [(case.name, case.outcome) for case in told.cases]


def test_figures_that_deny_the_tests_are_told():
    told = read(run(PASS, attributes="total='4' failed='1'"))
    assert (
        "counts 4 tests in its attributes but lists 1",
        "counts 1 failing tests in its attributes but lists 0",
    ) == told.contradictions


def test_figures_without_tests_are_no_evidence():
    assert not read(run(attributes="total='4'")).listed


def test_it_is_recognised_by_its_root_and_its_count():
    assert nunit3.recognises(SHOP)
    assert not nunit3.recognises(b"<test-run/>")
    assert not nunit3.recognises(b"<test-results total='1'/>")
