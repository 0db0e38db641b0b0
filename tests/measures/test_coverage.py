"""Coverage metrics: what they count, and where they have no value."""

from __future__ import annotations

from fractions import Fraction

import pytest

from qualitygate.extension import Context
from qualitygate.measures import coverage as measures
from qualitygate.model.coverage import Coverage, CoverageReport, FileCoverage
from qualitygate.model.evidence import Gap
from tests.samples import NOW, report, source

NOTHING = FileCoverage(lines=0b1110, covered=0)
HALF = FileCoverage(lines=0b1110, covered=0b10, branches={1: (1, 2)}, functions={"f": True, "g": False})


def told(name: str = "coverage.xml", at=None, labels=None, **files: FileCoverage) -> CoverageReport:
    named = {f"{path}.py": file for path, file in files.items()}
    return CoverageReport(source=source(name=name, labels=labels or {}), coverage=Coverage(files=named), at=at)


def take(*evidence):
    taken = list(measures.take(evidence, Context(now=NOW, today=NOW.date())))
    return {measurement.metric.name: measurement for measurement in taken}


def gap(**more) -> Gap:
    return Gap(**{"slug": "missing", "source": "cov", "expected": "1 file", "found": "no file", **more})


def test_each_kind_is_a_ratio_of_its_own():
    values = {name: measurement.value for name, measurement in take(told(a=HALF)).items()}
    assert {
        "coverage.line": Fraction(1, 3),
        "coverage.branch": Fraction(1, 2),
        "coverage.function": Fraction(1, 2),
    } == values


def test_numerator_and_denominator_are_told():
    line = take(told(a=HALF, b=NOTHING))["coverage.line"]
    assert (1, 6) == (line.numerator, line.denominator)


def test_no_branch_is_no_data_and_not_zero_percent():
    branch = take(told(a=NOTHING))["coverage.branch"]
    assert branch.value is None
    assert "no branch is told by coverage.xml: no data, which is not 0 %" == branch.note


def test_no_covered_line_of_some_is_zero():
    assert 0 == take(told(a=NOTHING))["coverage.line"].value


def test_reports_of_the_same_labels_are_merged():
    other = FileCoverage(lines=0b1110, covered=0b1100)
    line = take(told("1.xml", a=HALF), told("2.xml", a=other))["coverage.line"]
    assert (1, ("1.xml", "2.xml"), {"files": 2, "lines": 3}) == (line.value, line.sources, line.examined)


def test_each_label_set_is_measured_on_its_own():
    evidence = [told(labels={"evidence": name}, a=file) for name, file in (("x", HALF), ("y", NOTHING))]
    taken = measures.take(evidence, Context(now=NOW, today=NOW.date()))
    values = {
        measurement.labels["evidence"]: measurement.value for measurement in taken if "line" in measurement.metric.name
    }
    assert {"x": Fraction(1, 3), "y": 0} == values


@pytest.mark.parametrize("kind", ["coverage", None])
def test_a_gap_leaves_its_label_set_without_a_value(kind):
    line = take(told(a=HALF), gap(kind=kind))["coverage.line"]
    assert (None, "cov: no file; expected 1 file") == (line.value, line.note)


def test_a_gap_of_tests_changes_nothing():
    assert Fraction(1, 3) == take(told(a=HALF), gap(kind="tests"))["coverage.line"].value


def test_evidence_of_tests_has_no_coverage():
    assert {} == take(report())


def test_the_newest_report_gives_the_time():
    assert NOW == take(told("1.xml", at=NOW, a=HALF), told("2.xml", a=HALF))["coverage.line"].at


def test_the_files_with_most_uncovered_lines_come_first():
    found = take(told(a=HALF, b=NOTHING, c=FileCoverage(lines=2, covered=2)))["coverage.line"].findings
    assert [("b.py", "3 of 3 lines not covered"), ("a.py", "2 of 3 lines not covered")] == [
        (each.path, each.title) for each in found
    ]
