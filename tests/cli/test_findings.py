"""Findings from the file to the verdict."""

from __future__ import annotations

import json

import pytest

from .conftest import Project

POLICY = """\
version: 1
evidence:
  lint: {files: "lint/*"}
gates:
  release:
    - {metric: findings.total, at_most: 0, where: {severity: high}}
    - {metric: findings.total, at_most: 1, each: tool}
"""


def sarif(*levels: str, tool: str = "lint", **run: object) -> str:
    results = [
        {
            "ruleId": f"r{number}",
            "level": level,
            "message": {"text": "odd"},
            "locations": [
                {"physicalLocation": {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": number + 1}}}
            ],
        }
        for number, level in enumerate(levels)
    ]
    return json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": tool}}, "results": results, **run}]})


@pytest.fixture
def shop(project: Project) -> Project:
    """A project with a policy about findings."""
    project.write("qualitygate.yml", POLICY)
    return project


def test_a_clean_report_passes(shop: Project) -> None:
    shop.write("lint/a.sarif", sarif())
    assert shop.run("check") == 0
    assert "examined 1 file, 1 tool\n" in shop.out


def test_a_grave_finding_fails_with_its_place(shop: Project) -> None:
    shop.write("lint/a.sarif", sarif("note", "error"))
    assert shop.run("check") == 1
    assert "findings.total [severity=high]  1 finding, at most 0\n        see Findings below\n" in shop.out
    assert "\n        high  a.py:2  r1: odd\n" in shop.out
    assert "findings.total [tool=lint]  2 findings, at most 1; 1 finding too many" in shop.out


def test_a_tool_that_did_not_finish_is_no_data(shop: Project) -> None:
    shop.write("lint/a.sarif", sarif(invocations=[{"executionSuccessful": False}]))
    assert shop.run("check") == 3
    assert "lint says that its run did not succeed" in shop.out


def test_no_report_is_no_data(shop: Project) -> None:
    assert shop.run("check") == 3


def test_a_report_cut_off_beside_a_whole_one_is_no_data(shop: Project) -> None:
    shop.write("lint/a.sarif", sarif())
    shop.write("lint/b.sarif", sarif(tool="scan")[:-9])
    assert shop.run("check") == 3


def test_a_verdict_of_ours_is_no_evidence(shop: Project) -> None:
    shop.write("lint/a.sarif", sarif())
    assert shop.run("check", "--output", "sarif=gate.sarif") == 0
    shop.write("lint/a.sarif", (shop.folder / "gate.sarif").read_text())
    assert shop.run("check") == 3
    assert "is a verdict of qualitygate, not a report of findings" in shop.out


def test_an_empty_list_is_evidence_where_its_reader_is_named(shop: Project) -> None:
    shop.write("lint/a.json", "[]")
    assert shop.run("check") == 3
    assert "is an empty JSON list" in shop.out
    shop.write("qualitygate.yml", POLICY.replace('"lint/*"', '"lint/*", read: codequality'))
    assert shop.run("check") == 0


def test_a_density_is_no_data_where_no_code_is_declared(shop: Project) -> None:
    shop.write("lint/a.sarif", sarif("error"))
    shop.write("qualitygate.yml", POLICY.partition("    -")[0] + "    - {metric: findings.density, below: 2.5}\n")
    assert shop.run("check") == 3
    assert "declare which files are code" in shop.out


def test_read_tells_findings_by_severity(shop: Project) -> None:
    run = {"invocations": [{"executionSuccessful": False}]}
    shop.write("lint/a.sarif", sarif("error", "note", "note", **run))
    assert shop.run("read", "lint/a.sarif") == 0
    assert shop.out.startswith(
        "lint/a.sarif: sarif, 3 findings of lint: 1 high, 2 low\n    lint says that its run did not"
    )
    assert shop.run("read", "--format", "jsonl", "lint/a.sarif") == 0
    row = json.loads(shop.out)
    assert {"path": "lint/a.sarif", "reader": "sarif", "results": 3, "high": 1, "low": 2, "medium": 0} == {
        key: row[key] for key in ("path", "reader", "results", "high", "low", "medium")
    }
    assert (0, ["lint"], 1) == (row["suppressed"], row["tools"], len(row["gaps"]))
