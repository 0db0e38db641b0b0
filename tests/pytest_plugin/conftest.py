"""A project of its own for each test: files written, pytest run in a process of its own, verdicts read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from qualitygate import cli

NOW = "2026-11-22T09:00:00+00:00"
OUTSIDE = ("GITHUB_", "CI_", "PYTEST_", "QUALITYGATE_", "COV_", "COVERAGE_")
BOUNDS = {
    "tests.defect_rate": "below: 5%",
    "tests.flaky_rate": "at_most: 0%",
    "tests.duration": "at_most: 0s",
    "tests.duration_p95": "at_most: 0s",
    "tests.duration_max": "at_most: 0s",
}
ONE_SUITE = "  unit: {files: reports/unit.xml}"
TWO_SUITES = ONE_SUITE + "\n  integration: {files: reports/integration.xml}"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One judged run: its exit status, its terminal and its verdict, the conditions by metric and suite."""

    status: int
    terminal: str
    text: str

    @property
    def verdict(self) -> dict[str, Any]:
        """The verdict as data."""
        decoded: dict[str, Any] = json.loads(self.text)
        return decoded

    @property
    def outcome(self) -> str:
        """The verdict in a word."""
        return str(self.verdict["outcome"])

    def condition(self, metric: str, suite: str | None = None) -> dict[str, Any]:
        """The result of the condition on a metric."""
        return next(
            found
            for gate in self.verdict["gates"]
            for found in gate["conditions"]
            if found["metric"] == metric and suite in (None, found["labels"].get("suite"))
        )

    def value(self, metric: str, suite: str | None = None) -> str | None:
        """What was measured, exactly."""
        value: str | None = self.condition(metric, suite)["value"]
        return value

    def tests(self, metric: str) -> list[str]:
        """The tests that a metric counts."""
        return [finding["title"] for finding in self.condition(metric)["findings"]]


class Project:
    """A folder with tests and a policy; its gate has one condition for each metric asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("pytest.ini", "[pytest]\n")
        self.policy("tests.defect_rate")

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def policy(self, *metrics: str, evidence: str = ONE_SUITE, each: str = "") -> None:
        """A policy that any count of these metrics breaks."""
        extra = f", each: {each}" if each else ""
        gate = [f"    - {{metric: {name}, {BOUNDS.get(name, 'at_most: 0')}{extra}}}" for name in metrics]
        self.write("qualitygate.yml", "\n".join(["version: 1", "evidence:", evidence, "gates:", "  all:", *gate, ""]))

    def pytest(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One pytest run in which any warning is an error; without Hypothesis, whose loading is most of a small run."""
        without = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest")
        return subprocess.run(
            [sys.executable, "-W", "error", "-m", "pytest", *without, *arguments],
            cwd=self.folder,
            env={key: value for key, value in os.environ.items() if not key.startswith(OUTSIDE)},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def judge(self, *arguments: str) -> Judged:
        """One judged pytest run."""
        run = self.pytest(
            "--qualitygate", f"--qualitygate-now={NOW}", "--qualitygate-output=json=plugin.json", *arguments
        )
        assert (self.folder / "plugin.json").exists(), run.stdout + run.stderr
        text = (self.folder / "plugin.json").read_text(encoding="utf-8")
        return Judged(status=run.returncode, terminal=run.stdout, text=text)

    def by_command_line(self, *more: str) -> str:
        """The verdict of the command line on the same policy."""
        told = self.folder / "cli.json"
        arguments: Sequence[str] = ("--config", str(self.folder / "qualitygate.yml"), "--now", NOW, *more)
        cli.main(["check", *arguments, "--output", f"json={told}"])
        return told.read_text(encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in [name for name in os.environ if name.startswith(OUTSIDE)]:
        monkeypatch.delenv(name)
    return Project(tmp_path)


@pytest.fixture
def two_suites(project: Project) -> Project:
    """A project with the entries unit and integration, each judged, and a test in a folder named for each."""
    project.policy("tests.total", "tests.failed", evidence=TWO_SUITES, each="suite")
    project.write("tests/unit/test_unit.py", "def test_unit(): pass\n")
    project.write("tests/integration/test_integration.py", "def test_integration(): pass\n")
    return project
