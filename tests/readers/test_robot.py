"""Robot Framework's output.xml, written by Robot Framework itself from the suites that the samples show."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from qualitygate.model.evidence import TestReport
from qualitygate.readers import robot
from tests.samples import ERRORED, FAILED, PASSED, SKIPPED, source

DATA = Path(__file__).parent / "data" / "robot"
SHOP = (DATA / "shop.xml").read_bytes()
MERGED = (DATA / "merged.xml").read_bytes()
LEGACY = (DATA / "legacy.xml").read_bytes()


def read(content: str | bytes) -> TestReport:
    (report,) = robot.read(source(content, keep_names=True))
    return report


def suite(*tests: str, more: str = "") -> str:
    return f"<robot generator='Robot 3.0'><suite name='S'>{''.join(tests)}{more}</suite></robot>"


def a_test(status: str, text: str = "") -> str:
    return f"<test name='t'><status {status}>{text}</status></test>"


def teardown(status: str, kind: str = "TEARDOWN") -> str:
    return f"<kw type='{kind}'><kw><status status='PASS'/></kw><status status='{status}'>shut</status></kw>"


def test_each_test_is_read_with_the_long_name_of_its_suite():
    assert [
        ("Shop.Cart", "Counts Items", FAILED),
        ("Shop.Cart", "Pays Later", SKIPPED),
        ("Shop.Cart", "Flickers", FAILED),
        ("Shop.Till", "Opens", FAILED),
        ("Shop.Till", "Jams", SKIPPED),
    ] == [(case.class_name, case.name, case.outcome) for case in read(SHOP).cases]


@pytest.mark.parametrize("content", [SHOP, MERGED, LEGACY], ids=["shop", "merged", "legacy"])
def test_the_tests_agree_with_robots_own_statistics(content):
    assert () == read(content).contradictions


def test_statistics_that_deny_the_tests_are_told():
    told = read(SHOP.replace(b'<stat pass="1" fail="3" skip="2">', b'<stat pass="4" fail="0" skip="2">'))
    assert ("counts 0 failing tests in its attributes but lists 3",) == told.contradictions


def test_a_failure_has_its_message_and_where_the_test_stands():
    failed = read(SHOP).cases[0]
    assert ("1 != 2", "/home/ci/shop/cart.robot", 4) == (failed.message, failed.path, failed.line)


def test_a_report_is_as_old_as_the_start_of_its_suite():
    assert datetime(2026, 11, 22, 16, 15, 8, 451_056, UTC) == read(SHOP).at


def test_a_suite_without_a_start_leaves_the_reports_own_time():
    document = suite().replace("<robot", "<robot generated='20261120 09:30:00.500'")
    assert datetime(2026, 11, 20, 9, 30, 0, 500_000, UTC) == read(document).at


def test_seconds_are_the_elapsed_ones():
    assert [0.006582, 0.006077, 0.001545, 0.006029, 0.00714, 0.006069] == list(read(SHOP).seconds)


def test_before_version_7_seconds_are_the_end_less_the_start():
    times = "starttime='20201120 09:30:00.000' endtime='20201120 09:30:01.250'"
    assert [1.25] == list(read(suite(a_test(f"status='PASS' {times}"))).seconds)


@pytest.mark.parametrize("content", [MERGED, LEGACY], ids=["7", "6"])
def test_a_test_that_passed_when_it_ran_again_is_flaky(content):
    (flaky,) = (case for case in read(content).cases if case.flaky)
    assert ("Flickers", 1) == (flaky.name, flaky.failed_attempts)


def test_a_message_of_a_merged_test_is_plain_text():
    assert (
        read(MERGED)
        .cases[0]
        .message.endswith("New status: FAIL New message: 1 != 2 Old status: FAIL Old message: 1 != 2")
    )


@pytest.mark.parametrize("before", ["", "*HTML* ", "re-executed and results merged: "])
def test_a_message_that_only_talks_of_an_old_status_is_no_attempt(before):
    text = f'{before}old status: &lt;span class="fail"&gt;'
    assert 0 == read(suite(a_test("status='FAIL'", text))).cases[0].failed_attempts


@pytest.mark.parametrize(("word", "expected"), robot.OUTCOMES.items())
def test_every_status_of_the_format_has_its_meaning(word, expected):
    told = read(suite(a_test(f"status='{word}'")))
    assert expected == (told.cases[0].outcome if told.cases else PASSED)


@pytest.mark.parametrize(
    "document", [suite(a_test("status='NEW'")), suite("<test name='t'/>")], ids=["unknown", "none"]
)
def test_a_test_without_a_known_status_is_an_error(document):
    assert [ERRORED] == [case.outcome for case in read(document).cases]


def test_a_status_of_a_keyword_is_not_the_tests():
    keyword = "<kw><status status='FAIL'/></kw>"
    assert () == read(suite(f"<test name='t'>{keyword}<status status='PASS'/></test>")).cases


@pytest.mark.parametrize("kind", ["TEARDOWN", "teardown"], ids=["since 4", "before 4"])
def test_a_failed_tear_down_of_a_suite_fails_the_tests_that_passed_in_it(kind):
    inner = a_test("status='PASS'")
    told = read(suite(f"<suite name='T'>{inner}</suite>", more=teardown("FAIL", kind)))
    assert [(FAILED, "suite tear-down: shut")] == [(case.outcome, case.message) for case in told.cases]


def test_a_failed_tear_down_leaves_skipped_tests_skipped():
    assert [SKIPPED] == [case.outcome for case in read(suite(a_test("status='SKIP'"), more=teardown("FAIL"))).cases]


def test_a_tear_down_that_skips_skips_even_failed_tests():
    assert [SKIPPED] == [case.outcome for case in read(suite(a_test("status='FAIL'"), more=teardown("SKIP"))).cases]


@pytest.mark.parametrize("more", [teardown("PASS"), teardown("FAIL", "SETUP")], ids=["passed", "set-up"])
def test_another_keyword_of_a_suite_changes_no_test(more):
    assert () == read(suite(a_test("status='PASS'"), more=more)).cases


def test_it_is_recognised_by_its_generator():
    assert robot.recognises(SHOP)
    assert not robot.recognises(b"<robot name='arm'><link name='hand'/></robot>")
