"""A project that extends a shipped policy, with JUnit reports made to measure, judged by the command line."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from qualitygate.cli import main

NOW = "2026-11-23T09:00:00Z"
ORDER = ["passed", "warned", "waived", "no_data", "failed"]
_BODIES = {
    "passed": "",
    "failed": "<failure message='no'/>",
    "errored": "<error message='broke'/>",
    "skipped": "<skipped/>",
    "flaky": "<flakyFailure message='at first'/>",
}

Reports = Mapping[str, str | None]
"""The text of each suite's report; ``None`` where the file is not there."""


def report(*, tests: int | None = None, **counts: int) -> str:
    """A JUnit report with so many tests of each outcome; ``tests`` is what its attribute says instead of the truth."""
    cases = [
        f"<testcase classname='c' name='t{number}'>{body}</testcase>"
        for number, body in enumerate(_BODIES[outcome] for outcome, count in counts.items() for _ in range(count))
    ]
    failures, errors = counts.get("failed", 0), counts.get("errored", 0)
    claimed = len(cases) if tests is None else tests
    return f"<testsuite name='s' tests='{claimed}' failures='{failures}' errors='{errors}'>{''.join(cases)}</testsuite>"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a run said: its exit code, and the worst outcome of each condition by id."""

    code: int
    outcomes: Mapping[str, str]
    errors: str


class Project:
    """A folder with a policy of its own that extends a shipped one."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capture = capture

    def policy(self, builtin: str, suites: Mapping[str, str], *conditions: Mapping[str, Any]) -> Path:
        """Write the policy, as JSON, which is YAML; the gate ``own`` is there because each file has a gate."""
        own = {"own": [{"metric": "tests.total", "at_least": 1}]}
        data = {
            "version": 1,
            "extends": [f"builtin:{builtin}"],
            "evidence": {name: {"files": files} for name, files in suites.items()},
            "gates": own | ({builtin: list(conditions)} if conditions else {}),
        }
        path = self.folder / "qualitygate.yml"
        path.write_text(json.dumps(data), encoding="utf-8")
        return path

    def judge(self, policy: str | os.PathLike[str], gate: str, reports: Reports, *options: str) -> Judged:
        """Write the reports and judge them."""
        for name, text in reports.items():
            path = self.folder / f"{name}.xml"
            path.unlink(missing_ok=True)
            if text is not None:
                path.write_text(text, encoding="utf-8")
        verdict = self.folder / "verdict.json"
        verdict.unlink(missing_ok=True)
        code = main(
            [
                *("check", "--config", str(policy), "--base-dir", str(self.folder), "--gate", gate),
                *("--now", NOW, "--output", f"json={verdict}", *options),
            ]
        )
        outcomes: dict[str, str] = {}
        gates = json.loads(verdict.read_text(encoding="utf-8"))["gates"] if verdict.exists() else []
        for condition in (condition for one in gates for condition in one["conditions"]):
            worst = max(condition["outcome"], outcomes.get(condition["id"], "passed"), key=ORDER.index)
            outcomes[condition["id"]] = worst
        return Judged(code=code, outcomes=outcomes, errors=self.capture.readouterr().err)


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    return Project(tmp_path, capsys)
