"""coverage.py's JSON report."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.readers.coverage_json import READER

from .covering import lines, report_of, shares
from .reading import sample


def read(totals=None, meta=None, **file):
    told = {"meta": meta or {}, "files": {"a.py": file}, "totals": totals or {}}
    return report_of(READER, json.dumps(told))


def test_a_real_report_says_what_coverage_py_said():
    report = report_of(READER, sample("coverage_json/branch.json"))
    assert {"line": (10, 16), "branch": (6, 8), "function": (1, 2)} == shares(report)
    assert (5, ()) == (len(report.coverage.files), report.contradictions)


def test_executed_and_missing_lines_are_the_lines():
    assert {"a.py": {1: True, 3: False}} == lines(read(executed_lines=[1], missing_lines=[3], excluded_lines=[4]))


def test_executed_and_missing_branches_are_branches_of_the_line_they_leave():
    report = read(executed_branches=[[1, 2], [1, 3], [5, 6]], missing_branches=[[5, -1]])
    assert {1: (2, 2), 5: (1, 2)} == report.coverage.files["a.py"].branches


def test_a_function_ran_if_any_of_its_lines_did():
    functions = {"": {"executed_lines": [1]}, "f": {"executed_lines": [2]}, "g": {"executed_lines": []}}
    assert {"function": (1, 2)} == shares(read(functions=functions))


def test_a_summary_counts_where_branches_are_not_listed():
    assert {"branch": (3, 4)} == shares(read(summary={"covered_branches": 3, "num_branches": 4}))


def test_totals_that_deny_the_lines_are_a_contradiction():
    report = read(executed_lines=[1], totals={"covered_lines": 9, "num_statements": 10})
    assert ("claims 9 of 10 line coverage but lists 1 of 1",) == report.contradictions


def test_a_time_stamp_is_in_the_zone_of_the_policy():
    assert datetime(2026, 11, 22, 7, 22, tzinfo=UTC) == read(meta={"timestamp": "2026-11-22T07:22:00"}).at


@pytest.mark.parametrize(
    "broken",
    [
        {"executed_lines": ["1"]},
        {"executed_lines": [True]},
        {"missing_lines": {}},
        {"missing_lines": None},
        {"executed_branches": [[1]]},
        {"executed_branches": [3]},
        {"executed_branches": [[1, "x"]]},
        {"functions": {"f": {"executed_lines": 3}}},
        {"functions": {"f": {}}},
    ],
)
def test_what_is_no_list_of_lines_or_branches_is_refused(broken):
    with pytest.raises(CannotReadReport, match="a list of lines"):
        read(**broken)


@pytest.mark.parametrize("content", ["{}", "[]", '{"meta": {}}', '{"meta": {}, "files": []}'])
def test_json_of_something_else_is_refused(content):
    with pytest.raises(CannotReadReport, match="without the meta and files"):
        report_of(READER, content)


@pytest.mark.parametrize(
    "head", [b'{"meta": {"version": "6"}}', b'{"files": {}, "meta": {"branch_coverage": 1}}', b"[]"]
)
def test_json_of_something_else_is_not_recognised(head):
    assert not READER.recognises(head)
