"""The public corpus of reports and the verdict cases, where they lie beside the repository."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from qualitygate.cli.read import _row

SHARED = Path(__file__).parents[2] / "shared"
REPORTS = SHARED / "data" / "reports" / "expected.jsonl"
CASES = SHARED / "data" / "verdicts" / "cases.yaml"
FORMATS = {"junit", "not-junit-xml"}
DISAGREED = {
    "EnricoMi__publish-unit-test-result-action/python/test/files/junit-xml/no-cases-but-tests.xml": (
        "counts a failure in its attributes and lists no test: red here, as in the corpus' own attrs-only.xml"
    ),
    "generated__prove/demo.xml": "its suite-level errors are errored tests here, as in its suite-level-error.xml",
}

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the corpus is not beside this checkout (../shared)")


def script(name: str):
    """One of the acceptance scripts as a module."""
    spec = importlib.util.spec_from_file_location(f"acceptance_{name}", SHARED / "acceptance" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows():
    found = map(json.loads, REPORTS.read_text().splitlines())
    scored = (row for row in found if row.get("expected") and row["format"] in FORMATS and not row.get("contested"))
    return [row for row in scored if (REPORTS.parent / row["file"]).exists()]


def test_every_report_of_the_corpus_reads_as_expected():
    differs = script("reports").differs
    wrong = {
        row["file"]: told
        for row in rows()
        if (told := differs(row["expected"], _row(str(REPORTS.parent / row["file"]), "junit")))
    }
    assert set(DISAGREED) == set(wrong), wrong


def test_the_corpus_is_worth_the_name():
    assert len(rows()) > 100


@pytest.mark.skipif(not CASES.exists(), reason="no verdict cases")
def test_every_verdict_case_has_its_verdict(monkeypatch, capsys):
    verdicts = script("verdicts")
    monkeypatch.setattr(verdicts, "COMMAND", [sys.executable, "-m", "qualitygate"])
    assert not verdicts.main(str(CASES)), capsys.readouterr().out
