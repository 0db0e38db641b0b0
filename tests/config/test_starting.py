"""A policy that does not say when its contract began is told which conditions that leaves open."""

from __future__ import annotations

from pathlib import Path

import pytest

from qualitygate.config.starting import startless
from qualitygate.pipeline import load_config

HEAD = """\
version: 1
timezone: Asia/Shanghai
{anchors}clauses: {{"4.1": {{text: Trained each quarter.{due}}}, "6.1": {{text: A retrospective each month.}}}}
evidence: {{trainings: {{files: t.yml}}, retrospectives: {{files: r.md}}}}
gates:
  programme:
    - {{id: held, metric: training.sessions, at_least: 1{within}{begins}, clause: "4.1"}}
"""
MONTHLY = '    - {id: monthly, metric: improvement.retrospectives, at_least: 100%, clause: "6.1", from: 2026-01-01}\n'


def warned(folder: Path, more: str = "", **told: str) -> list[tuple[str, int | None]]:
    path = folder / "qualitygate.yml"
    blank = {"anchors": "", "due": "", "begins": "", "within": ", within: quarter"}
    path.write_text(HEAD.format(**{**blank, **told}) + more, encoding="utf-8")
    config = load_config(str(path))
    return [(each.message.partition(":")[0], each.line) for each in startless(config)]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, [("held", 7)]),
        ({"begins": ", from: 2026-01-01"}, []),
        ({"due": ", due: 2026-01-01"}, []),
        ({"within": ""}, []),
        ({"anchors": "anchors: {contract_start: 2026-01-01}\n"}, []),
    ],
)
def test_what_counts_whole_periods_of_a_clause_needs_a_first_day(tmp_path, told, expected):
    assert expected == warned(tmp_path, **told)


@pytest.mark.parametrize(
    ("anchors", "expected"), [("", [("monthly", 8), ("held", 7)]), ("anchors: {contract_start: 2026-01-01}\n", [])]
)
def test_months_that_are_due_from_the_first_record_need_the_day_of_the_contract_whatever_from_says(
    tmp_path, anchors, expected
):
    assert expected == warned(tmp_path, MONTHLY, anchors=anchors)


def test_a_policy_for_others_to_extend_may_leave_the_day_open():
    shipped = Path(__file__).parents[2] / "policies" / "after-sales.yml"
    assert [] == list(startless(load_config(str(shipped))))
