"""What the tests share: samples, reports from text, and the installed command."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from qualitygate import Reader, Source
from qualitygate_mutation.report import MutationReport, State

SAMPLES = Path(__file__).parent / "samples"
ReportOf = Callable[..., MutationReport]
Counts = Callable[[MutationReport], dict[str, int]]


@pytest.fixture(scope="session")
def sample() -> Callable[[str], bytes]:
    return lambda name: (SAMPLES / name).read_bytes()


@pytest.fixture(scope="session")
def report_of() -> ReportOf:
    """The one report in some bytes or a text."""

    def report_of(reader: Reader, content: str | bytes, name: str = "report", **more: str) -> MutationReport:
        raw = content if isinstance(content, bytes) else content.encode()
        (report,) = reader.read(Source(name=name, open=lambda: BytesIO(raw), labels=more))
        assert isinstance(report, MutationReport)
        return report

    return report_of


@pytest.fixture(scope="session")
def counts() -> Counts:
    """How many mutants are in each state, the zeros left out."""
    return lambda report: {state.value: report.states[state] for state in State if report.states.get(state)}


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the installed command in a fresh folder with these files."""

    def run(*arguments: str, **files: str | bytes) -> subprocess.CompletedProcess[str]:
        for name, content in files.items():
            path = tmp_path / name.replace("__", "/").replace("_DOT_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        command = [sys.executable, "-m", "qualitygate", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run
