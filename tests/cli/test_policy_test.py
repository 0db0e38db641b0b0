"""``policy test``: cases that are met and missed, what they may say, and what nobody has seen to fail."""

from __future__ import annotations

import json

import jsonschema
import pytest

from qualitygate.config import schemas
from tests.cli.conftest import POLICY, Project

EDGE = """\
cases:
  - name: one in twenty is not below five percent
    now: 2026-11-22T09:00:00Z
    measurements:
      - {metric: tests.failed, value: 0}
      - {metric: tests.defect_rate, value: 1/20, labels: {suite: unit}}
      - {metric: tests.defect_rate, value: 1/21, labels: {suite: it}}
    expect:
      verdict: failed
      release: failed
      release.tests.failed: passed
      release.tests.defect_rate: failed
      "release.tests.defect_rate [suite=unit]": failed
      "release.tests.defect_rate [suite=it]": passed
"""


def run(project: Project, text: str, *arguments: str) -> int:
    project.write("qualitygate.test.yml", text)
    return project.run("policy", "test", *arguments)


def test_cases_that_are_met_pass_and_what_nobody_saw_fail_is_said(project: Project) -> None:
    assert 0 == run(project, EDGE), project.out + project.err
    assert project.out.splitlines() == [
        "PASS  one in twenty is not below five percent",
        "no case sees these fail: release.tests.failed",
        "1 case, 0 failed",
    ]


def test_a_case_fails_when_the_policy_is_loosened(project: Project) -> None:
    project.write("qualitygate.yml", POLICY.replace("below: 5%", "at_most: 5%"))

    assert 1 == run(project, EDGE)
    assert "FAIL  one in twenty is not below five percent\n" in project.out
    place = "        qualitygate.test.yml:2  release.tests.defect_rate [suite=unit]: expected failed, got passed\n"
    assert place in project.out
    assert "        passed  tests.defect_rate [suite=unit]  5 % (1/20), at most 5 %" in project.out
    assert project.out.endswith("1 case, 1 failed\n")


def test_a_measurement_without_a_value_is_no_data(project: Project) -> None:
    text = """\
cases:
  - name: nobody knows
    now: 2026-11-22T09:00:00Z
    measurements:
      - {metric: tests.failed}
      - {metric: tests.defect_rate, value: 3%, labels: {suite: unit}}
    expect: {verdict: no-data, release.tests.failed: no-data, release.tests.defect_rate: passed}
"""
    assert 0 == run(project, text), project.out


def test_evidence_is_read_and_what_is_not_named_is_not_there(project: Project) -> None:
    more = POLICY.replace("  unit: {files: unit.xml}", "  unit: {files: unit.xml}\n  it: {files: it.xml}")
    project.write("qualitygate.yml", more)
    project.report("it.xml", passed=40)
    project.report("fixtures/red.xml", passed=9, failed=1)
    text = """\
cases:
  - name: a red suite, and one that is missing
    now: 2026-11-22T09:00:00Z
    evidence: {unit: fixtures/red.xml}
    expect:
      verdict: failed
      "release.tests.defect_rate [suite=unit]": failed
      "release.tests.defect_rate [suite=it]": no-data
"""
    assert 0 == run(project, text), project.out
    project.write("quality/tests/one.yml", text.replace("fixtures/", "../../fixtures/"))
    assert 0 == project.run("policy", "test", "quality/tests/one.yml"), project.out


def test_a_result_that_there_is_not_is_no_outcome(project: Project) -> None:
    assert 1 == run(project, EDGE.replace("[suite=it]", "[suite=e2e]"))
    assert "release.tests.defect_rate [suite=e2e]: expected passed, there is no such result\n" in project.out


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("metric: tests.failed", "metric: tests.faild", "no condition of the policy is on 'tests.faild'; did you mean"),
        ("release.tests.failed", "relese.tests.failed", "there is no gate and no condition 'relese.tests.failed'"),
        ("release.tests.failed", "release.tests.faild", "there is no gate and no condition 'release.tests.faild'"),
        ("passed\n", "pass\n", "qualitygate.test.yml:11:29"),
        ("1/20", "1/0", "value: "),
        ("1/20", "few", "value: 'few' is not"),
        ("2026-11-22T09:00:00Z", "2026-11-22", "write it like 2026-11-22T09:00:00Z"),
        (
            "    measurements:",
            "    evidence: {unit: unit.xml}\n    measurements:",
            "measurements or evidence, one of them",
        ),
        ("    measurements:", "    evidence: {uint: unit.xml}\n    measurements:", "there is no evidence 'uint'"),
        ("    expect:", "    gates: [nightly]\n    expect:", "there is no gate 'nightly'"),
        ("    expect:", "    expects: {}\n    expect:", "expects"),
    ],
)
def test_what_is_wrong_in_a_case_is_said_with_its_place(project: Project, old: str, new: str, says: str) -> None:
    assert 2 == run(project, EDGE.replace(old, new))
    assert says in project.err
    assert "qualitygate.test.yml:" in project.err


def test_without_cases_nothing_is_tested_and_nothing_passes(project: Project) -> None:
    assert 2 == project.run("policy", "test")
    assert "there are no cases: neither qualitygate.test.yml nor quality/policy-tests.yml" in project.err
    assert 2 == run(project, "cases: []\n")


def test_the_json_is_what_its_schema_says(project: Project) -> None:
    assert 1 == run(project, EDGE.replace("verdict: failed", "verdict: passed"), "--format", "json")
    told = json.loads(project.out)
    jsonschema.validate(told, schemas.schema("policy-test"))
    assert {"cases": 1, "failed": 1} == told["counts"]
    assert [("verdict", "passed", "failed")] == [
        (each["what"], each["expected"], each["got"]) for each in told["cases"][0]["misses"]
    ]
    assert ["release.tests.failed"] == told["never_blocked"]
