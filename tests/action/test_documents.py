"""Documents are judged alike by the action, the command line and a session of pytest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from qualitygate.cli import main
from tests.action.conftest import Workflow, junit
from tests.action.test_events import push

pytest.importorskip("comrak", reason="comrak is not installed: the extra documents")

POLICY = """\
version: 1
name: shop
evidence:
  unit: {files: reports/unit.xml}
  documents: {files: quality/documents.yml}
gates:
  documents:
    - {metric: documents.completeness, at_least: 100%}
    - {metric: documents.stubs, at_most: 0}
    - {metric: documents.unreviewed, at_most: 0}
    - {metric: documents.changed_after_review, at_most: 0}
    - {metric: documents.missing_at_start, at_most: 0}
    - {metric: documents.links, at_least: 100%}
    - {metric: documents.freshness, at_least: 100%}
    - {metric: documents.translation_parity, at_least: 100%}
    - {metric: documents.changelog, at_most: 0}
  tests:
    - {metric: tests.failed, at_most: 0}
"""
REGISTER = """\
start: 2020-01-01
people: ["@li"]
documents:
  - {id: PLAN, path: docs/plan.md, owner: "@li", status: approved, min_words: 3}
  - {id: MANUAL, path: docs/manual.md, owner: "@wu", status: draft}
  - {id: OFFER, tailored_out: part of the contract}
links: [{path: docs}]
translations: [{of: docs/plan.md, in: docs/manual.md}]
changelog: CHANGELOG.md
"""
REVIEWED = "---\nlast_reviewed_on: 2020-01-01\nreview_in: 90 years\n---\n"
OUTSIDE = ("GITHUB_", "CI_", "PYTEST_", "QUALITYGATE_", "INPUT_", "COV_", "COVERAGE_")


def gate(text: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in json.loads(text)["gates"] if each["name"] == "documents")
    return found


def test_the_same_documents_get_one_answer_from_every_face(workflow: Workflow, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(OUTSIDE)]:
        monkeypatch.delenv(name)
    folder = workflow.checkout.folder
    workflow.write("qualitygate.yml", POLICY)
    workflow.write("quality/documents.yml", REGISTER)
    workflow.write("docs/plan.md", f"{REVIEWED}# 计划\n\n三月交付，见[手册](manual.md#安装)。\n")
    workflow.write("docs/manual.md", "# Manual\n\n## Install\n\nTODO, see [the plan](plan.md#计划).\n")
    workflow.write("CHANGELOG.md", "# Changelog\n\n## [1.0.0] - 2020-02-30\n")
    workflow.write("reports/unit.xml", junit())
    workflow.write("test_shop.py", "def test_ok(): pass\n")

    assert 1 == workflow.step(push(workflow), "push"), workflow.log
    with open(workflow.outputs["json-path"], encoding="utf-8") as file:
        by_action = gate(file.read())

    told = folder / "cli.json"
    assert 1 == main(["check", "--config", str(folder / "qualitygate.yml"), "--output", f"json={told}"])
    assert by_action == gate(told.read_text(encoding="utf-8"))

    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "pytest.ini", "--qualitygate"]
    command += ["--qualitygate-suite", "unit"]
    workflow.write("pytest.ini", "[pytest]\n")
    subprocess.run([*command, "--qualitygate-output=json=plugin.json"], cwd=folder, check=False, timeout=120)
    assert by_action == gate((folder / "plugin.json").read_text(encoding="utf-8"))

    by_metric = {each["metric"]: each for each in by_action["conditions"]}
    assert ("1", "2") == tuple(by_metric["documents.completeness"][key] for key in ("numerator", "denominator"))
    entries = by_metric["documents.completeness"]["register"]
    assert ["PLAN", "MANUAL", "OFFER"] == [entry["id"] for entry in entries]
    assert ["documents.missing_at_start"] == [name for name, each in by_metric.items() if each["outcome"] == "no_data"]
