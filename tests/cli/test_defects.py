"""Defects and deployments from the file to the verdict."""

from __future__ import annotations

import json

import pytest

from .conftest import Project

POLICY = """\
version: 1
evidence:
  bugs: {files: bugs.csv}
  live: {files: live.yml}
gates:
  after-release:
    - {metric: defects.escaped_rate, at_most: 5%}
    - {metric: defects.open, at_most: 0, where: {severity: critical}}
    - {metric: delivery.change_failure_rate, at_most: 15%, within: quarter}
"""
FOUND = "id,severity,found_in,state\n"
BEFORE = "".join(f"D-{number},low,testing,closed\n" for number in range(19))
LIVE = "deployments:\n- {id: v1, at: 2026-08-01, failed: no}\n"
NOW = ("--now", "2026-11-22T09:00:00Z")


@pytest.fixture
def shop(project: Project) -> Project:
    """A project with one of twenty defects found after release."""
    project.write("qualitygate.yml", POLICY)
    project.write("bugs.csv", FOUND + BEFORE + "D-99,low,production,open\n")
    project.write("live.yml", LIVE)
    return project


def outcomes(project: Project) -> dict[str, str]:
    """The outcome of each condition of the last run."""
    return {each["metric"]: each["outcome"] for each in json.loads(project.out)["gates"][0]["conditions"]}


def test_one_in_twenty_is_at_most_five_percent(shop: Project) -> None:
    assert shop.run("check", *NOW) == 0
    assert "PASS    defects.escaped_rate  5 % (1/20), at most 5 %; no more escaped defects allowed" in shop.out
    assert "examined 1 change, 20 defects, 2 registers" in shop.out


def test_one_in_twenty_is_not_below_five_percent(shop: Project) -> None:
    shop.write("qualitygate.yml", POLICY.replace("at_most: 5%", "below: 5%"))
    assert shop.run("check", *NOW) == 1
    assert "1 escaped defect too many\n        bugs.csv:21  D-99: low, found after release, open\n" in shop.out


def test_a_defect_found_nobody_knows_when_is_no_data(shop: Project) -> None:
    shop.write("bugs.csv", FOUND + BEFORE + "D-99,low,,open\n")
    assert shop.run("check", *NOW) == 3
    assert "not told whether found before or after release: D-99" in shop.out


def test_a_register_without_defects_keeps_its_counts_and_has_no_rate(shop: Project) -> None:
    shop.write("bugs.csv", FOUND)
    assert shop.run("check", *NOW, "--format", "json") == 3
    assert outcomes(shop) == {
        "defects.escaped_rate": "no_data",
        "defects.open": "passed",
        "delivery.change_failure_rate": "passed",
    }


def test_a_clean_register_alone_was_examined(shop: Project) -> None:
    policy = "version: 1\nevidence: {bugs: {files: bugs.csv}}\ngates: {g: [{metric: defects.open, at_most: 0}]}\n"
    shop.write("qualitygate.yml", policy)
    shop.write("bugs.csv", FOUND)
    assert shop.run("check", *NOW) == 0


def test_a_register_that_is_gone_is_no_data_for_its_metrics_alone(shop: Project) -> None:
    (shop.folder / "bugs.csv").unlink()
    shop.write("qualitygate.yml", POLICY.replace("bugs.csv", "bugs.csv, read: defects"))
    assert shop.run("check", *NOW, "--format", "json") == 3
    assert outcomes(shop) == {
        "defects.escaped_rate": "no_data",
        "defects.open": "no_data",
        "delivery.change_failure_rate": "passed",
    }


def test_a_register_with_a_typo_is_no_data_and_the_typo_is_told(shop: Project) -> None:
    shop.write("bugs.csv", FOUND + "D-1,low,prodution,open\n")
    assert shop.run("check", *NOW) == 3
    assert "line 2: found_in is 'prodution', which nobody knows; did you mean production?" in shop.out


def test_a_register_has_no_time_stamp_to_be_fresh_by(shop: Project) -> None:
    shop.write("qualitygate.yml", POLICY.replace("bugs.csv", "bugs.csv, expect: {max_age: 24h}"))
    assert shop.run("check", *NOW) == 3
    assert "carries no time stamp of its own" in shop.out


def test_a_label_that_the_metric_lacks_is_a_mistake(shop: Project) -> None:
    shop.write("qualitygate.yml", POLICY.replace("at_most: 5%", "at_most: 5%, where: {severity: high}"))
    assert shop.run("check", *NOW) == 2
    assert "defects.escaped_rate carries no label 'severity'" in shop.err


def test_read_tells_registers_as_data(shop: Project) -> None:
    assert shop.run("read", "--format", "json", "bugs.csv", "live.yml") == 0
    assert json.loads(shop.out) == [
        {
            "path": "bugs.csv",
            "reader": "defects",
            "defects": 20,
            "open": 1,
            "before_release": 19,
            "after_release": 1,
            "unknown": 0,
            "left_out": 0,
            "contradictions": [],
        },
        {"path": "live.yml", "reader": "deployments", "deployments": 1, "failed_changes": 0, "contradictions": []},
    ]


def test_read_tells_registers_in_words(shop: Project) -> None:
    shop.write("none.csv", FOUND)
    shop.write("both.csv", "id,found_in,resolution\nD-1,,\nD-2,prod,duplicate\n")
    shop.write("undone.yml", LIVE + "- {id: v2, at: 2026-08-02, failed: false, remediates: v1}\n")
    assert shop.run("read", "bugs.csv", "none.csv", "both.csv", "undone.yml") == 0
    assert shop.out == (
        "bugs.csv: defects, 20 defects: 1 open, 19 found before release, 1 found after release\n"
        "none.csv: defects, 0 defects\n"
        "both.csv: defects, 1 defect: 1 open, 1 without found_in, 1 duplicate or invalid left out\n"
        "undone.yml: deployments, 2 deployments: 1 failed\n"
        "    says that v1 did not fail, but v2 remediates it\n"
    )
