"""TRX: what Visual Studio's runners mean by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.model.evidence import TestReport
from qualitygate.readers import trx
from tests.samples import ERRORED, FAILED, PASSED, SKIPPED, source

SHOP = (Path(__file__).parent / "data" / "trx" / "shop.trx").read_bytes()
NAMESPACE = 'xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"'


def read(content: str | bytes, **rules) -> TestReport:
    (report,) = trx.read(source(content, keep_names=True, **rules))
    return report


def run(results: str = "", *, outcome: str = "Completed", more: str = "", counters: str = "") -> str:
    return (
        f"<TestRun {NAMESPACE}><Results>{results}</Results>"
        f'<ResultSummary outcome="{outcome}">{counters}{more}</ResultSummary></TestRun>'
    )


def result(outcome: str, inside: str = "") -> str:
    return f'<UnitTestResult testName="t" outcome="{outcome}">{inside}</UnitTestResult>'


def only(document: str):
    (case,) = read(document).cases
    return case


def test_each_result_is_a_test_and_each_data_row_too():
    told = read(SHOP)
    assert [
        ("Shop.CartTests", "Counts", FAILED),
        ("Shop.TillTests", "Pays", SKIPPED),
        ("Shop.ScaleTests", "Weighs (Data Row 1)", FAILED),
    ] == [(case.class_name, case.name, case.outcome) for case in told.cases]
    assert ((None, "Shop.CartTests", "Adds"), (None, "Shop.ScaleTests", "Weighs (Data Row 0)")) == told.passed
    assert () == told.contradictions


def test_a_failure_has_its_message_and_its_innermost_place():
    failed = read(SHOP).cases[0]
    assert "Assert.Equal() Failure: expected 2, was 3" == failed.message
    assert ("C:\\src\\shop\\CartTests.cs", 42) == (failed.path, failed.line)


def test_a_skip_says_why():
    assert "no bank today" == read(SHOP).cases[1].message


def test_a_report_is_as_old_as_its_finish():
    assert datetime(2026, 11, 20, 9, 30, 2, 500_000, timezone(timedelta(hours=1))) == read(SHOP).at


def test_durations_are_spans_of_time():
    assert [1.5, 0.0205, 0.0] == list(read(SHOP).seconds)


@pytest.mark.parametrize(("outcome", "expected"), trx.OUTCOMES.items())
def test_every_outcome_of_the_format_has_its_meaning(outcome, expected):
    told = read(run(result(outcome)))
    assert expected == (told.cases[0].outcome if told.cases else PASSED)


def test_an_aborted_test_is_an_error_and_no_skip():
    assert ERRORED is only(run(result("Aborted"))).outcome


@pytest.mark.parametrize("outcome", ['outcome="Splendid"', ""], ids=["unknown", "absent"])
def test_an_outcome_that_says_nothing_is_an_error(outcome):
    assert ERRORED is only(run(f'<UnitTestResult testName="t" {outcome}/>')).outcome


def test_a_data_driven_test_that_failed_by_itself_is_red_though_its_rows_passed():
    rows = f"<InnerResults>{result('Passed')}</InnerResults>"
    told = read(run(result("Failed", rows)))
    assert (2, [FAILED]) == (told.runs, [case.outcome for case in told.cases if case.outcome > PASSED])


def test_a_run_that_broke_is_an_error_though_its_tests_passed():
    said = '<RunInfos><RunInfo outcome="Error"><Text>host process crashed</Text></RunInfo></RunInfos>'
    told = read(run(result("Passed"), outcome="Failed", more=said, counters='<Counters total="1" failed="0"/>'))
    assert [(ERRORED, "host process crashed")] == [(case.outcome, case.message) for case in told.cases]
    assert () == told.contradictions


def test_a_run_that_failed_because_a_test_did_adds_no_error():
    assert 1 == read(run(result("Failed"), outcome="Failed")).runs


def test_counters_that_deny_the_results_are_told():
    told = read(run(result("Passed"), counters='<Counters total="7" failed="2"/>'))
    assert (
        "counts 7 tests in its attributes but lists 1",
        "counts 2 failing tests in its attributes but lists 0",
    ) == told.contradictions


def test_counters_without_results_are_no_evidence():
    assert not read(run(counters='<Counters total="7"/>')).listed


def test_a_run_of_no_tests_has_none():
    told = read(run(counters='<Counters total="0"/>'))
    assert (0, True, ()) == (told.runs, told.listed, told.contradictions)


@pytest.mark.parametrize("other", ["<TestRun/>", "<TestRun><FailedTests/></TestRun>", '<TestRun name="TeamTest"/>'])
def test_a_test_run_of_another_tool_is_not_trx(other):
    assert not trx.recognises(other.encode())
    with pytest.raises(CannotReadReport, match="another tool"):
        read(other)


def test_a_byte_order_mark_and_the_older_namespace_are_recognised():
    assert trx.recognises(b"\xef\xbb\xbf" + SHOP.replace(b"/2010", b"/2006"))


def test_a_time_without_a_zone_is_in_the_policys():
    document = f'<TestRun {NAMESPACE}><Times start="2026-11-20T09:00:00"/></TestRun>'
    zone = timezone(timedelta(hours=8))
    assert datetime(2026, 11, 20, 1, tzinfo=UTC) == read(document, zone=zone).at
