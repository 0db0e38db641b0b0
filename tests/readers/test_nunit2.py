"""NUnit 2 results, of NUnit 2.2 to 2.6 and of the tools that imitate them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from qualitygate.model.evidence import TestReport
from qualitygate.readers import nunit2
from tests.samples import ERRORED, FAILED, PASSED, SKIPPED, source

SHOP = (Path(__file__).parent / "data" / "nunit2" / "shop.xml").read_bytes()


def read(content: str | bytes) -> TestReport:
    (report,) = nunit2.read(source(content, keep_names=True))
    return report


def results(*cases: str, attributes: str = "", suite: str = "") -> str:
    inside = f"<test-suite name='S' {suite}><results>{''.join(cases)}</results></test-suite>"
    return f"<test-results {attributes}>{inside}</test-results>"


def outcome(attributes: str, inside: str = ""):
    told = read(results(f"<test-case name='t' {attributes}>{inside}</test-case>"))
    return told.cases[0].outcome if told.cases else PASSED


def test_failures_errors_and_skips_are_kept_apart():
    told = read(SHOP)
    assert [
        ("Counts", FAILED),
        ("Empties", ERRORED),
        ("Pays", SKIPPED),
        ("Weighs(1.5)", SKIPPED),
        ("Wrong", ERRORED),
    ] == [(case.name, case.outcome) for case in told.cases]
    assert ((None, "Shop.CartTests", "Adds"),) == told.passed


def test_the_class_is_the_fixture_with_its_namespace():
    assert {"Shop.CartTests"} == {case.class_name for case in read(SHOP).cases}


def test_a_failure_has_its_message_and_its_place():
    failed = read(SHOP).cases[0]
    assert ("Expected: 2  But was: 3", "/src/shop/CartTests.cs", 42) == (failed.message, failed.path, failed.line)


def test_date_and_time_of_the_root_are_the_reports():
    assert datetime(2026, 11, 20, 9, 30, tzinfo=UTC) == read(SHOP).at


def test_the_figures_of_the_root_agree():
    assert () == read(SHOP).contradictions


@pytest.mark.parametrize(("word", "expected"), nunit2.OUTCOMES.items())
def test_every_result_of_the_format_has_its_meaning(word, expected):
    assert expected == outcome(f"result='{word.title()}'")


def test_an_unknown_result_is_an_error():
    assert ERRORED is outcome("result='Splendid' success='True'")


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("executed='True' success='True'", PASSED),
        ("executed='True'", PASSED),
        ("executed='True' success='False'", FAILED),
        ("executed='False'", SKIPPED),
    ],
)
def test_before_version_2_5_the_attributes_executed_and_success_tell(attributes, expected):
    assert expected == outcome(attributes)


@pytest.mark.parametrize("attributes", ["executed='True'", "result='Success'", "executed='False'"])
def test_a_failure_inside_is_never_green(attributes):
    assert FAILED is outcome(attributes, "<failure><message>no</message></failure>")


PASS = "<test-case name='S.t' result='Success'/>"
FAIL = "<test-case name='S.f' result='Failure'/>"


@pytest.mark.parametrize("word", ["Error", "Failure", "NotRunnable"])
def test_a_suite_that_failed_by_itself_is_an_error(word):
    told = read(results(PASS, suite=f"result='{word}'", attributes="total='1' failures='0'"))
    assert [("S <test-suite>", ERRORED)] == [(case.name, case.outcome) for case in told.cases]
    assert () == told.contradictions


def test_a_suite_that_failed_because_a_test_did_adds_no_error():
    assert 2 == read(results(PASS, FAIL, suite="result='Failure'")).runs


def test_a_suite_without_a_result_says_what_its_tests_say():
    assert () == read(results(PASS, suite="success='False'")).cases


def test_figures_that_deny_the_tests_are_told():
    told = read(results(PASS, attributes="total='4' failures='1'"))
    assert (
        "counts 4 tests in its attributes but lists 1",
        "counts 1 failing tests in its attributes but lists 0",
    ) == told.contradictions


def test_before_version_2_5_the_total_leaves_out_what_was_not_run():
    told = read(results(PASS, "<test-case name='S.n' executed='False'/>", attributes="total='1' not-run='1'"))
    assert () == told.contradictions


def test_it_is_recognised_by_its_root_and_its_total():
    assert nunit2.recognises(SHOP)
    assert not nunit2.recognises(b"<test-results/>")
    assert not nunit2.recognises(b"<test-run total='1'/>")
