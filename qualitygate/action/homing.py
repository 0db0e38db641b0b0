"""Paths from the root of the repository, as GitHub takes them, where a step works in a folder below it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

from qualitygate.model.measurement import FileShare, Finding
from qualitygate.model.verdict import ConditionResult, Verdict

Home = Callable[[str], str]
"""What a path of the evidence is from the root."""


def below(root: str, folder: str) -> Home:
    """Paths that name a file in the folder, and none from the root, get the folder in front."""
    relative = os.path.relpath(os.path.realpath(folder), os.path.realpath(root)).replace(os.sep, "/")
    if relative == "." or relative.startswith(".."):
        return str
    return lambda path: path if os.path.exists(os.path.join(root, path)) else _in(root, relative, path)


def moved(verdict: Verdict, home: Home) -> Verdict:
    """The same verdict, told with other paths."""
    gates = (
        replace(gate, conditions=tuple(_result(result, home) for result in gate.conditions)) for gate in verdict.gates
    )
    return replace(verdict, gates=tuple(gates))


def _in(root: str, relative: str, path: str) -> str:
    within = f"{relative}/{path}"
    return within if os.path.exists(os.path.join(root, within)) else path


def _result(result: ConditionResult, home: Home) -> ConditionResult:
    findings = tuple(_finding(finding, home) for finding in result.measurement.findings)
    files = tuple(_file(file, home) for file in result.measurement.files)
    return replace(result, measurement=replace(result.measurement, findings=findings, files=files))


def _finding(finding: Finding, home: Home) -> Finding:
    return replace(finding, path=home(finding.path)) if finding.path else finding


def _file(file: FileShare, home: Home) -> FileShare:
    return replace(file, path=home(file.path))
