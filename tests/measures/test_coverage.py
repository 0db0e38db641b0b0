"""Coverage metrics: what they count, and where they have no value."""

from __future__ import annotations

from fractions import Fraction

import pytest

from qualitygate.extension import Context
from qualitygate.measures import coverage as measures
from qualitygate.model.changes import Changes
from qualitygate.model.coverage import KINDS, Coverage, CoverageReport, FileCoverage
from qualitygate.model.evidence import Gap
from qualitygate.model.measurement import FileShare, Finding
from tests.samples import NOW, report, source

NOTHING = FileCoverage(lines=0b1110, covered=0)
HALF = FileCoverage(lines=0b1110, covered=0b10, branches={1: (1, 2)}, functions={"f": True, "g": False})


def told(name: str = "coverage.xml", at=None, labels=None, **files: FileCoverage) -> CoverageReport:
    named = {f"{path}.py": file for path, file in files.items()}
    return CoverageReport(source=source(name=name, labels=labels or {}), coverage=Coverage(files=named), at=at)


def take(*evidence):
    taken = list(measures.take(evidence, Context(now=NOW, today=NOW.date())))
    return {measurement.metric.name: measurement for measurement in taken}


def changes(**lines: int) -> Changes:
    named = {f"{name}.py": mask for name, mask in lines.items()}
    return Changes(ref="main", base="b", base_at=NOW, lines=named, tracked=frozenset(named))


def of_changes(changed: Changes | None, *evidence, **more):
    context = Context(now=NOW, today=NOW.date(), changes=changed, **more)
    taken = {measurement.metric.name: measurement for measurement in measures.take(evidence, context)}
    return {name.removeprefix("coverage."): measurement for name, measurement in taken.items()}


def gap(**more) -> Gap:
    return Gap(**{"slug": "missing", "source": "cov", "expected": "1 file", "found": "no file", **more})


def test_each_kind_is_a_ratio_of_its_own():
    values = {f"coverage.{kind}": take(told(a=HALF))[f"coverage.{kind}"].value for kind in KINDS}
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
    values = {each.labels["evidence"]: each.value for each in taken if each.metric.name == "coverage.line"}
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


# What a branch changed

CHANGED = ("changed_line", "changed_branch", "uncovered_changed_lines", "unmeasured_changed_files")


def test_of_the_changed_lines_that_could_run_those_count_that_ran():
    found = of_changes(changes(a=0b111), told(a=HALF))
    line = found["changed_line"]
    assert (Fraction(1, 2), 1, 2) == (line.value, line.numerator, line.denominator)
    assert {"files": 1, "lines": 3, "changed files": 1, "changed lines": 2} == line.examined
    assert Fraction(1, 2) == found["changed_branch"].value
    assert (1, 0) == (found["uncovered_changed_lines"].value, found["unmeasured_changed_files"].value)


def test_uncovered_changed_lines_are_told_as_ranges_worst_file_first():
    holes = FileCoverage(lines=0b1011_0110, covered=0)
    found = of_changes(changes(a=0b1111_1110, b=0b100), told(a=holes, b=FileCoverage(lines=0b100)))
    expected = (
        Finding(title="lines 1-7 not covered", path="a.py", line=1, end_line=7, changed=True),
        Finding(title="line 2 not covered", path="b.py", line=2, changed=True),
    )
    assert expected == found["changed_line"].findings == found["uncovered_changed_lines"].findings


def test_the_parts_of_the_files_add_up_to_the_whole_worst_file_first():
    found = of_changes(changes(a=0b110, b=0b1110, c=1 << 9), told(a=HALF, b=NOTHING, c=HALF))
    expected = (FileShare(path="b.py", covered=0, total=3), FileShare(path="a.py", covered=1, total=2))
    assert expected == found["changed_line"].files == found["uncovered_changed_lines"].files
    assert (1, 5) == (found["changed_line"].numerator, found["changed_line"].denominator)


def test_the_files_of_all_code_are_not_told_one_by_one():
    found = of_changes(changes(a=0b110), told(a=HALF))
    assert [()] * 4 == [found[name].files for name in ("line", "branch", "changed_branch", "delta")]


def test_a_covered_line_and_an_unchanged_one_part_a_range():
    file = FileCoverage(lines=0b111110, covered=0b100)
    found = of_changes(changes(a=0b101110), told(a=file))["changed_line"]
    assert [(1, None), (3, None), (5, None)] == [(each.line, each.end_line) for each in found.findings]


def test_a_change_without_code_is_nothing_to_cover_and_holds():
    for changed in (changes(), changes(a=0), Changes(ref="m", base="b", base_at=NOW, lines={"README.md": 2})):
        found = of_changes(changed, told(a=HALF))
        for name in CHANGED[:2]:
            expected = (None, True, "nothing to cover: no changed line can be covered")
            assert expected == (found[name].value, found[name].vacuous, found[name].note)
        assert [0, 0] == [found[name].value for name in CHANGED[2:]]


def test_a_change_that_no_report_knows_is_no_data_but_its_files_are_counted():
    found = of_changes(changes(x=2), told(a=HALF))
    assert [None, None, None, 1] == [found[name].value for name in CHANGED]
    assert not found["changed_line"].vacuous
    assert "changed x.py; reported a.py" in found["changed_line"].note
    assert (Finding(title="no report of coverage has this file", path="x.py"),) == found[CHANGED[3]].findings


def test_changed_files_that_no_report_knows_are_told_beside_the_value():
    assert "in no report: x.py" == of_changes(changes(a=2, x=2), told(a=HALF))["changed_line"].note


def test_paths_that_could_be_several_files_are_told():
    both = {"p/a.py": 2, "q/a.py": 2, "b.py": 2}
    changed = Changes(ref="m", base="b", base_at=NOW, lines=both, tracked=frozenset(both))
    note = of_changes(changed, told(a=HALF, b=HALF))["changed_line"].note
    assert "could be several files, so they are none: a.py" in note


def test_reports_without_branches_say_nothing_of_changed_ones():
    assert "no branch is told by coverage.xml" in of_changes(changes(a=2), told(a=NOTHING))["changed_branch"].note
    found = of_changes(changes(a=0b100), told(a=HALF))["changed_branch"]
    assert (None, True) == (found.value, found.vacuous)


def test_branches_of_changed_lines_that_were_not_taken_are_told_by_file():
    found = of_changes(changes(a=2), told(a=HALF))["changed_branch"].findings
    assert [("a.py", "1 of 2 branches of changed lines not taken")] == [(each.path, each.title) for each in found]


def test_why_nothing_is_known_of_changes_is_told():
    found = of_changes(None, told(a=HALF), changes_note="git cannot be run: no")
    assert {(None, "git cannot be run: no")} == {(found[name].value, found[name].note) for name in CHANGED}


def test_a_gap_comes_before_all_that_is_told_of_changes():
    found = of_changes(changes(), told(a=HALF), gap())
    assert {(None, False)} == {(found[name].value, found[name].vacuous) for name in (*CHANGED, "delta")}


# Since the baseline


def delta(*evidence, baseline):
    return of_changes(None, *evidence, baseline=baseline)["delta"]


def test_the_difference_is_in_points_and_says_what_it_is_taken_from():
    found = delta(told(a=HALF, b=NOTHING), baseline=[told(a=HALF)])
    assert (Fraction(1, 6) - Fraction(1, 3), 1, 6, (1, 3)) == (
        found.value,
        found.numerator,
        found.denominator,
        found.before,
    )
    assert "5 of 6 lines not covered, before 2 of 3" == found.note


def test_files_with_more_uncovered_lines_than_before_are_told():
    found = delta(told(a=NOTHING, b=NOTHING, c=HALF), baseline=[told(a=HALF, c=NOTHING)])
    assert [("b.py", "3 lines not covered, not in the baseline"), ("a.py", "3 lines not covered, before 2")] == [
        (each.path, each.title) for each in found.findings
    ]


@pytest.mark.parametrize(
    ("evidence", "baseline", "note"),
    [
        ([told(a=HALF)], None, "no baseline was given"),
        ([told(a=HALF)], [], "the baseline has no coverage with these labels"),
        ([told(a=HALF)], [told(labels={"suite": "x"}, a=HALF)], "the baseline has no coverage with these labels"),
        ([told(a=HALF)], [report()], "the baseline has no coverage with these labels"),
        ([told(a=HALF)], [told()], "no line is told by the baseline"),
        ([told(a=HALF)], [told(a=HALF), gap()], "the baseline is not whole: cov: no file"),
        ([told()], [told(a=HALF)], "no line is told by coverage.xml"),
    ],
)
def test_without_both_sides_there_is_no_difference(evidence, baseline, note):
    found = delta(*evidence, baseline=baseline)
    assert found.value is None
    assert note in found.note
