"""CTRF: what is read, and what its rules refuse."""

from __future__ import annotations

import json
import os
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate.errors import CannotReadReport
from qualitygate.model.evidence import TestOutcome
from qualitygate.readers.ctrf import READER, REPORT
from tests.readers.reading import case_of, counts, report_of, sample

SHOP = json.loads(sample("ctrf/shop.json"))
SCHEMA = os.environ.get("CTRF_SCHEMA", "")
"""The published schema: ``npm pack ctrf`` and point here to ``package/dist/ctrf-schema-0.0.json``."""


def changed(path, value=None):
    """The sample with one value replaced, or taken out."""
    report = deepcopy(SHOP)
    *way, last = path
    place = report
    for step in way:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return report


def test_every_status_has_its_outcome():
    report = report_of(READER, sample("ctrf/shop.json"))
    assert {"passed": 2, "failed": 1, "errored": 1, "skipped": 2} == counts(report)
    assert () == report.contradictions


def test_a_failure_tells_its_message_place_and_suite():
    failed = case_of(report_of(READER, sample("ctrf/shop.json")), "removes")
    assert ("cart", "expected 1 item", "cart.spec.ts", 7, 0.03) == (
        failed.class_name,
        failed.message,
        failed.path,
        failed.line,
        failed.seconds,
    )


def test_other_is_errored_and_tells_the_tools_own_status():
    other = case_of(report_of(READER, sample("ctrf/shop.json")), "hangs")
    assert (TestOutcome.ERRORED, "timedOut") == (other.outcome, other.message)


@pytest.mark.parametrize(
    ("attempts", "told"),
    [
        (1, {"flaky": True}),
        (3, {"retries": 3}),
        (2, {"retryAttempts": [{"attempt": 1, "status": "failed"}, {"attempt": 2, "status": "other"}]}),
        (0, {"retries": 1, "retryAttempts": [{"attempt": 1, "status": "skipped"}]}),
        (0, {}),
    ],
)
def test_failed_attempts_come_from_the_history_else_from_the_count(attempts, told):
    report = changed(("results", "tests"), [{"name": "a", "status": "passed", "duration": 1, **told}])
    found = report_of(READER, json.dumps(report))
    assert attempts == sum(case.failed_attempts for case in found.cases)


def test_the_reports_own_time_stamp_wins_over_the_stop_of_the_run():
    assert datetime(2026, 11, 22, 9, tzinfo=UTC) == report_of(READER, json.dumps(SHOP)).at
    assert datetime(2026, 11, 22, 9, 0, 2, tzinfo=UTC) == report_of(READER, json.dumps(changed(("timestamp",)))).at


def test_a_summary_that_denies_its_tests_is_told():
    report = report_of(READER, json.dumps(changed(("results", "summary", "failed"), 4)))
    assert ("counts 4 failed tests in its summary but lists 1",) == report.contradictions


def test_a_summary_without_tests_is_a_claim():
    assert not report_of(READER, json.dumps(changed(("results", "tests"), []))).listed


@pytest.mark.parametrize(
    ("wrong", "report"),
    [
        ("the report.specVersion is missing", changed(("specVersion",))),
        ("the report.specVersion is not a version", changed(("specVersion",), "1.0")),
        ("the report.colour is not a CTRF property", changed(("colour",), "red")),
        ("the report.results.summary.tests is not a whole number", changed(("results", "summary", "tests"), "6")),
        ("the report.results.summary.tests is not a whole number", changed(("results", "summary", "tests"), True)),
        (r"the report.results.tests\[0\].name is not a text that", changed(("results", "tests", 0, "name"), "")),
        (r"the report.results.tests\[1\].status is not one of", changed(("results", "tests", 1, "status"), "broken")),
        (r"the report.results.tests\[1\].suite is not a list", changed(("results", "tests", 1, "suite"), "cart")),
        (r"tests\[0\].labels.a is not", changed(("results", "tests", 0, "labels"), {"a": []})),
        ("the report.results is not an object", changed(("results",), [1])),
    ],
)
def test_a_broken_rule_is_refused_and_named(wrong, report):
    with pytest.raises(CannotReadReport, match=wrong) as refused:
        report_of(READER, json.dumps(report))
    assert "malformed" == refused.value.slug


def test_a_whole_number_may_be_written_with_a_point():
    assert "" == REPORT(changed(("results", "tests", 0, "duration"), 12.0))


def test_it_is_recognised_by_its_name_or_its_shape_even_cut_off():
    assert READER.recognises(sample("ctrf/shop.json")[:60])
    assert READER.recognises(json.dumps(changed(("reportFormat",)))[:400].encode())
    assert not READER.recognises(b'{"results": {"tool": 1}}')
    assert not READER.recognises(b'<a>"reportFormat": "CTRF"</a>')


VALUES = st.sampled_from(
    ["", "x", "1.0.0", 0, 1, -1, 1.0, 1.5, True, [], ["x"], [1], {}, {"a": 1}, {"name": "x"}, [{}]]
)
NESTED = st.sampled_from(
    [
        [{"name": "x", "status": "passed"}],
        [{"name": "x", "contentType": "y", "path": "z"}],
        {"passRate": {"current": 1}, "executedInRuns": 2},
        {"averageRunDuration": {"change": "x"}},
        {"a": "x", "b": [1, True], "c": 2.5},
        {"reportId": "x", "buildNumber": 1},
        {"reportName": "x", "healthy": True, "buildNumber": 1},
    ]
)


def places(value, path=()):
    """The path to every value."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


KEYS = [
    "extra",
    "id",
    "testId",
    "executionId",
    "labels",
    "tags",
    "steps",
    "parameters",
    "stdout",
    "attachments",
    "insights",
    "threadId",
    "browser",
    "ai",
    "type",
    "attemptId",
    "start",
    "stop",
    "line",
    "retries",
    "flaky",
    "duration",
    "version",
    "suites",
    "environment",
    "baseline",
    "runId",
    "generatedBy",
    "colour",
    "reportId",
    "snippet",
    "trace",
]


@pytest.mark.skipif(not SCHEMA, reason="needs the published schema, see CTRF_SCHEMA")
@settings(max_examples=2000)
@given(
    path=st.sampled_from(list(places(SHOP))[1:]),
    value=st.none() | VALUES | NESTED,
    new=st.none() | st.sampled_from(KEYS),
)
def test_our_rules_and_the_published_schema_agree(path, value, new):
    from jsonschema import Draft7Validator

    named = new is not None and isinstance(path[-1], str) and value is not None
    report = changed((*path[:-1], new) if named else path, value)
    valid = Draft7Validator(json.loads(Path(SCHEMA).read_text(encoding="utf-8"))).is_valid(report)
    assert valid == (REPORT(report) == "")
