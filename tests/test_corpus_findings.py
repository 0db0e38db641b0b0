"""The public corpus of findings, where it lies beside the repository."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qualitygate.cli.read import _row

SHARED = Path(__file__).parents[2] / "shared"
REPORTS = SHARED / "data" / "reports" / "expected.jsonl"
FORMATS = {"sarif": "sarif", "gitlab-codequality": "codequality"}

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the corpus is not beside this checkout (../shared)")


def rows() -> list[dict]:
    found = map(json.loads, REPORTS.read_text().splitlines()) if REPORTS.exists() else ()
    return [row for row in found if row["format"] in FORMATS and row.get("expected") and not row.get("contested")]


def read(row: dict) -> dict:
    told = _row(str(REPORTS.parent / row["file"]), None)
    assert FORMATS[row["format"]] == told.get("reader"), told
    return told


def test_the_corpus_is_worth_the_name():
    assert len(rows()) > 25


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["file"])
def test_a_report_has_the_results_that_count(row):
    """``results`` of a row has the suppressed ones too where it names ``results_not_suppressed`` beside it."""
    expected, told = row["expected"], read(row)
    counted = expected.get("results_not_suppressed", expected.get("results", expected.get("issues")))
    if counted is None:
        assert told["results"] >= expected["results_min"]
    else:
        assert counted == told["results"]
        assert expected.get("results", counted) == told["results"] + told["suppressed"]


@pytest.mark.parametrize(
    "row", [row for row in rows() if "by_security_severity" in row["expected"]], ids=lambda row: row["file"]
)
def test_a_report_has_the_severities_of_its_rules(row):
    """Without a ``security-severity`` the level counts here, and the corpus says ``unknown`` or ``none``."""
    expected, told = row["expected"]["by_security_severity"], read(row)
    levels = sum(expected.get(word, 0) for word in ("unknown", "none"))
    more = {word: told[word] - expected.get(word, 0) for word in ("critical", "high", "medium", "low", "info")}
    assert min(more.values()) == 0
    assert levels == sum(more.values())
