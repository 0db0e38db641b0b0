"""A folder with a policy and reports, and the command line called in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qualitygate.cli import main

POLICY = """\
version: 1
evidence:
  unit: {files: unit.xml}
gates:
  release:
    - {metric: tests.failed, at_most: 0}
    - {metric: tests.defect_rate, below: 5%, each: suite}
"""


class Project:
    """A project folder: ``write`` files into it, ``run`` the command in it."""

    def __init__(self, folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
        self.folder = folder
        self.capture = capfdbinary
        self.out = ""
        self.err = ""

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def report(self, name: str = "unit.xml", *, passed: int = 0, failed: int = 0, skipped: int = 0) -> Path:
        bodies = {
            "passed": (passed, ""),
            "failed": (failed, "<failure message='no'/>"),
            "skipped": (skipped, "<skipped/>"),
        }
        cases = "".join(
            f"<testcase classname='c' name='{kind}{number}' time='0.5'>{body}</testcase>"
            for kind, (count, body) in bodies.items()
            for number in range(count)
        )
        return self.write(name, f"<testsuite name='s'>{cases}</testsuite>")

    def run(self, *arguments: str) -> int:
        code = main(arguments)
        captured = self.capture.readouterr()
        self.out, self.err = captured.out.decode(), captured.err.decode()
        return code


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Project:
    """A folder with a policy, as the working directory, free of the machine's own settings."""
    for name in [
        name
        for name in os.environ
        if name.startswith(("GITHUB_", "CI_", "QUALITYGATE_")) or name in {"NO_COLOR", "FORCE_COLOR"}
    ]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    made = Project(tmp_path, capfdbinary)
    made.write("qualitygate.yml", POLICY)
    return made
