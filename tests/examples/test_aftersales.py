"""The after-sales example: the real command says of each commitment what the table of its README says."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from qualitygate.cli import main

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "examples/aftersales"
README = (VENDOR / "README.md").read_text(encoding="utf-8")
COMMANDS = [shlex.split(line) for line in re.findall(r"^\$ (.+)$", README, re.MULTILINE)]
CHECK = next(command[1:] for command in COMMANDS if command[:2] == ["qualitygate", "check"])
TABLE = {
    clause: (numbers, verdict)
    for clause, numbers, verdict in re.findall(r"^\| (\d\.\d) \|[^|]+\| ([^|]+) \| ([^|]+) \|", README, re.MULTILINE)
}
VERDICTS = {"passed": "met", "failed": "missed", "no_data": "no data", "warned": "not due"}
ORDER = ["passed", "warned", "no_data", "failed"]
FROM_THE_SOURCES = ("integration/", "regression/", "unit/")
"""Where the reports say that the webshop's tests stand."""

Conditions = list[dict[str, Any]]


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def judge(arguments: list[str], folder: Path) -> tuple[int, Conditions]:
    """The exit code and the conditions of all gates."""
    path = folder / "verdict.json"
    code = main([*arguments, "--output", f"json={path}"])
    gates = json.loads(path.read_text(encoding="utf-8"))["gates"]
    return code, [condition for gate in gates for condition in gate["conditions"]]


def told(conditions: Conditions) -> Mapping[str, tuple[str, str]]:
    """The numbers and the verdict of each clause, as the README writes them."""
    by_clause: dict[str, Conditions] = {}
    for condition in (one for one in conditions if one["clause"]):
        by_clause.setdefault(condition["clause"], []).append(condition)
    return {
        clause: (", ".join(map(numbers, found)), VERDICTS[max((one["outcome"] for one in found), key=ORDER.index)])
        for clause, found in sorted(by_clause.items())
    }


def numbers(condition: Mapping[str, Any]) -> str:
    if condition["value"] is None:
        return "-"
    parts = (condition["numerator"], condition["denominator"])
    return str(condition["value"]) if None in parts else "/".join(parts)


def test_each_commitment_is_judged_as_the_readme_says(tmp_path: Path) -> None:
    code, conditions = judge(CHECK, tmp_path)
    assert (1, TABLE) == (code, told(conditions))
    assert {"met", "missed", "no data", "not due"} == {verdict for _, verdict in TABLE.values()}


def test_the_commitments_that_are_kept_are_those_that_the_readme_calls_met(tmp_path: Path) -> None:
    _, conditions = judge(CHECK, tmp_path)
    (kept,) = [one for one in conditions if one["metric"] == "commitments.met"]
    due = {clause: verdict for clause, (_, verdict) in TABLE.items() if verdict != "not due"}
    met = [clause for clause, verdict in due.items() if verdict == "met"]
    assert ("failed", f"{len(met)}/{len(due)}") == (kept["outcome"], numbers(kept))
    assert [finding["title"] for finding in kept["findings"]] == [clause for clause in due if clause not in met]
    assert f"{len(met)} of {len(due)} commitments" in README


def test_the_readme_has_every_clause_and_each_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    coverage = next(command[1:] for command in COMMANDS if command[:3] == ["qualitygate", "policy", "coverage"])
    assert main(coverage) == 0
    assert list(TABLE) == re.findall(r"^(\d\.\d)  ", capsys.readouterr().out, re.MULTILINE)


def test_every_finding_is_traced_to_a_line_that_is_there(tmp_path: Path) -> None:
    _, conditions = judge(CHECK, tmp_path)
    findings = [finding for condition in conditions for finding in condition["findings"]]
    assert len(findings) > 20
    for finding in findings:
        if finding["message"].endswith("without data"):
            continue
        assert finding["path"] and finding["line"], finding
        if not finding["path"].startswith(FROM_THE_SOURCES):
            lines = (VENDOR / finding["path"]).read_text(encoding="utf-8").splitlines()
            assert finding["line"] <= len(lines), finding


def test_every_clause_that_is_missed_names_what_was_missed(tmp_path: Path) -> None:
    _, conditions = judge(CHECK, tmp_path)
    assert [one["id"] for one in conditions if one["outcome"] == "failed" and not one["findings"]] == []


def test_in_a_repository_that_is_as_old_as_the_project_the_first_documents_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "teashop"
    subprocess.run([VENDOR / "history.sh", folder], check=True, capture_output=True)
    code, conditions = judge(["check", "--config", str(folder / "qualitygate.yml"), *CHECK[3:]], tmp_path)
    assert (1, {**TABLE, "3.2": ("0", "met")}) == (code, told(conditions))


def test_the_reports_are_those_of_the_webshop() -> None:
    for suite in ("unit", "integration", "regression"):
        original = ROOT / f"examples/webshop/releases/1.5.0/reports/{suite}.xml"
        assert original.read_bytes() == (VENDOR / f"reports/{suite}.xml").read_bytes()


def test_no_record_names_a_person() -> None:
    people = {path: path.read_text(encoding="utf-8") for path in (VENDOR / "quality").rglob("*") if path.is_file()}
    assert [path.name for path, text in people.items() if "@" in text or "name:" in text] == []
