"""Cucumber JSON in the dialects of its writers."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.model.evidence import TestOutcome
from qualitygate.readers.cucumber import READER
from tests.readers.reading import case_of, counts, report_of, sample


def step(status=None, **more):
    return {"keyword": "Given ", "name": "a shop", **({"result": {"status": status, **more}} if status else {})}


def scenario(*steps, name="buys", **more):
    return {"keyword": "Scenario", "type": "scenario", "name": name, "line": 3, "steps": list(steps), **more}


def run(*elements, **more):
    feature = {"keyword": "Feature", "name": "Shop", "uri": "shop.feature", "elements": list(elements), **more}
    return report_of(READER, json.dumps([feature]))


def test_a_run_of_cucumber_js():
    report = report_of(READER, sample("cucumber/cucumber-js.json"))
    assert {"passed": 2, "failed": 3, "skipped": 2} == counts(report)
    failed = case_of(report, "fails")
    assert ("features/demo.feature", "AssertionError [ERR_ASSERTION]: no <&>", 2) == (
        failed.file,
        failed.message,
        failed.line,
    )
    assert "undefined: Given a step nobody wrote" == case_of(report, "undefined step").message


def test_a_run_of_behave_counts_in_seconds_and_tells_errors():
    report = report_of(READER, sample("cucumber/behave.json"))
    assert {"passed": 2, "failed": 2, "errored": 2, "skipped": 1} == counts(report)
    failed = case_of(report, "fails")
    assert ("features/demo.feature", "ASSERT FAILED: no <&>", 6) == (failed.path, failed.message, failed.line)
    assert 1e-3 > failed.seconds > 1e-5


@pytest.mark.parametrize(
    ("outcome", "steps"),
    [
        (TestOutcome.SKIPPED, ["passed", "skipped"]),
        (TestOutcome.SKIPPED, ["passed", "pending", "skipped"]),
        (TestOutcome.SKIPPED, ["undefined", "undefined"]),
        (TestOutcome.SKIPPED, ["passed", None]),
        (TestOutcome.SKIPPED, []),
        (TestOutcome.FAILED, ["passed", "failed", "skipped"]),
        (TestOutcome.FAILED, ["ambiguous"]),
        (TestOutcome.ERRORED, ["failed", "error"]),
        (TestOutcome.ERRORED, ["passed", "a status of tomorrow"]),
    ],
)
def test_the_worst_step_decides(outcome, steps):
    (case,) = run(scenario(*map(step, steps))).cases
    assert outcome is case.outcome


def test_a_scenario_whose_steps_all_passed_passed():
    assert {"passed": 1} == counts(run(scenario(step("passed"), step("passed"))))


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_failing_hook_fails_its_scenario(where):
    hook = {"result": {"status": "failed", "error_message": "no till\n./hooks.rb:25:in `Before'"}}
    for broken in (scenario(step("passed"), **{where: [hook]}), scenario({**step("passed"), where: [hook]})):
        (case,) = run(broken).cases
        assert (TestOutcome.FAILED, "no till", "./hooks.rb", 25) == (case.outcome, case.message, case.path, case.line)


def test_a_background_belongs_to_the_scenario_that_follows():
    background = {**scenario(step("failed", error_message="no stock")), "type": "background"}
    report = run(background, scenario(step("skipped")), scenario(step("passed"), name="looks"))
    assert {"passed": 1, "failed": 1} == counts(report)
    assert "no stock" == case_of(report, "buys").message


def test_a_failing_background_that_no_scenario_follows_is_told():
    assert {"failed": 1} == counts(run({**scenario(step("failed")), "type": "background"}))
    assert {} == counts(run({**scenario(step("passed")), "type": "background"}))


def test_a_feature_that_failed_on_its_own_is_errored():
    assert {"passed": 1, "errored": 1} == counts(run(scenario(step("passed")), status="hook_error"))
    assert {"failed": 1} == counts(run(scenario(step("failed")), status="failed"))


def test_what_a_scenario_says_of_itself_cannot_hide_its_steps():
    assert {"failed": 1} == counts(run(scenario(step("failed"), status="passed")))
    assert {"errored": 1} == counts(run(scenario(step("passed"), status="cleanup_error")))
    assert {"skipped": 1} == counts(run(scenario(step(), status="skipped")))


def test_rows_of_an_outline_are_told_apart_and_attempts_are_not():
    failed = step("failed")
    report = run(scenario(failed), scenario(failed, line=4), scenario(failed))
    assert [("buys", 0), ("buys [2]", 0), ("buys", 1)] == [(case.name, case.occurrence) for case in report.cases]


def test_durations_are_nanoseconds():
    assert [1.5] == list(run(scenario(step("passed", duration=1_000_000_000), step("passed", duration=5e8))).seconds)
    assert [] == list(run(scenario(step("passed"))).seconds)


def test_the_latest_start_of_a_scenario_dates_the_report():
    report = run(
        scenario(start_timestamp="2026-11-22T09:00:00Z"), scenario(start_timestamp="2026-11-21T09:00:00Z"), scenario()
    )
    assert datetime(2026, 11, 22, 9, tzinfo=UTC) == report.at


@pytest.mark.parametrize("content", ["{}", "[1]", '[{"name": "x"}]', '[{"keyword": "Feature"}, 1]'])
def test_anything_but_features_is_refused(content):
    with pytest.raises(CannotReadReport, match="no array of Cucumber features"):
        report_of(READER, content)


@pytest.mark.parametrize(
    ("expected", "head"),
    [
        (True, '[\n  {"keyword": "Funktionalität", "elements": ['),
        (True, '[{"uri": "a", "keyword": "Feature"'),
        (False, '{"keyword": "Feature", "uri": "a"}'),
        (False, '[{"description": "a", "fingerprint": "b"}]'),
        (False, '["keyword", "uri"]'),
        (False, ""),
    ],
)
def test_it_is_recognised_by_its_features_even_cut_off(expected, head):
    assert expected == READER.recognises(head.encode())
