"""Coverage from the file to the verdict."""

from __future__ import annotations

import json

import pytest

from .conftest import Project

POLICY = """\
version: 1
evidence:
  unit: {files: unit.xml}
  cover: {files: "cover/*"}
gates:
  release:
    - {metric: coverage.line, at_least: 60%}
    - {metric: tests.failed, at_most: 0}
"""
LCOV = "TN:\nSF:shop/a.js\nDA:1,1\nDA:2,0\nDA:3,4\nend_of_record\n"
OTHER = LCOV.replace("DA:2,0", "DA:2,1").replace("DA:3,4", "DA:3,0")


@pytest.fixture
def shop(project: Project) -> Project:
    """A project with a passing test and two of three lines covered."""
    project.write("qualitygate.yml", POLICY)
    project.report(passed=1)
    project.write("cover/lcov.info", LCOV)
    return project


def outcomes(project: Project) -> dict[str, str]:
    """The outcome of each condition of the last run."""
    return {each["metric"]: each["outcome"] for each in json.loads(project.out)["gates"][0]["conditions"]}


def test_enough_covered_lines_pass(shop: Project) -> None:
    assert shop.run("check") == 0
    assert "PASS    coverage.line  66.66 % (2/3), at least 60 %" in shop.out


def test_too_few_covered_lines_fail(shop: Project) -> None:
    shop.write("qualitygate.yml", POLICY.replace("60%", "67%"))
    assert shop.run("check") == 1
    assert "cover 1 more line\n        shop/a.js  1 of 3 lines not covered\n" in shop.out


def test_reports_of_one_entry_are_merged(shop: Project) -> None:
    shop.write("qualitygate.yml", POLICY.replace("60%", "100%"))
    shop.write("cover/other.info", OTHER)
    assert shop.run("check") == 0


def test_coverage_that_cannot_be_read_is_no_data(shop: Project) -> None:
    shop.write("cover/other.info", LCOV.replace("end_of_record", ""))
    assert shop.run("check") == 3


def test_a_gap_of_coverage_leaves_the_tests_alone(shop: Project) -> None:
    shop.write("cover/other.info", LCOV.replace("end_of_record", ""))
    shop.run("check", "--format", "json")
    assert outcomes(shop) == {"coverage.line": "no_data", "tests.failed": "passed"}


def test_a_stale_report_of_coverage_is_no_data(shop: Project) -> None:
    shop.write("qualitygate.yml", POLICY.replace('"cover/*"', '"cover/*", expect: {max_age: 24h}'))
    shop.write("cover/lcov.info", '<coverage line-rate="1" lines-valid="4" lines-covered="4" timestamp="1600000000"/>')
    assert shop.run("check") == 3
    assert "did the tests run?" in shop.out


def test_read_tells_coverage_with_none_where_nothing_tells(shop: Project) -> None:
    assert shop.run("read", "--format", "jsonl", "cover/lcov.info") == 0
    assert json.loads(shop.out) == {
        "path": "cover/lcov.info",
        "reader": "lcov",
        "lines_covered": 2,
        "lines_total": 3,
        "branches_covered": None,
        "branches_total": None,
        "functions_covered": None,
        "functions_total": None,
        "files": 1,
        "contradictions": [],
    }


def test_read_tells_coverage_in_words(shop: Project) -> None:
    shop.write("cover/lcov.info", LCOV.replace("end_of", "LF:9\nend_of"))
    assert shop.run("read", "cover/lcov.info") == 0
    assert shop.out == (
        "cover/lcov.info: lcov, 1 files: 2 of 3 lines covered\n    shop/a.js counts 9 lines in LF but lists 3\n"
    )


def test_read_says_where_there_is_no_data(shop: Project) -> None:
    shop.write("cover/rates.xml", '<coverage line-rate="0.85" branch-rate="0"/>')
    assert shop.run("read", "cover/rates.xml") == 0
    assert shop.out == "cover/rates.xml: cobertura, 0 files: no data covered\n"


def test_a_report_that_contradicts_itself_is_inconsistent(shop: Project) -> None:
    gate = "{metric: reports.inconsistent, at_most: 0, where: {suite: cover}}"
    shop.write("qualitygate.yml", POLICY + f"    - {gate}\n")
    shop.write("cover/lcov.info", LCOV.replace("end_of", "LF:9\nend_of"))
    assert shop.run("check") == 1
