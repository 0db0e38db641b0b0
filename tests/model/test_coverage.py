"""Coverage as bit masks: marking one report, merging many."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.errors import CannotReadReport
from qualitygate.model import marking
from qualitygate.model.coverage import Coverage, CoverageReport, FileCoverage, merge
from qualitygate.model.marking import Marking
from tests.samples import source

SHARES = st.tuples(st.integers(0, 4), st.integers(4, 8))
FILES = st.builds(
    lambda lines, ran, **more: FileCoverage(lines=lines | ran, covered=ran, **more),
    st.integers(0, 255),
    st.integers(0, 255),
    branches=st.dictionaries(st.integers(1, 3), SHARES, max_size=2),
    functions=st.dictionaries(st.sampled_from("fg"), st.booleans()),
    blocks=st.dictionaries(st.sampled_from("12"), st.tuples(st.integers(1, 3), st.booleans()), max_size=1),
    totals=st.dictionaries(st.sampled_from(["line", "branch"]), SHARES),
)
COVERAGES = st.builds(
    Coverage,
    files=st.dictionaries(st.sampled_from(["a.py", "b.py"]), FILES),
    totals=st.dictionaries(st.just("line"), SHARES),
)


def told(coverage: Coverage) -> CoverageReport:
    return CoverageReport(source=source(), coverage=coverage)


def file(**more) -> Coverage:
    return Coverage(files={"a.py": FileCoverage(**more)})


def marked() -> tuple[Marking, marking.FileMarking]:
    report = Marking(source())
    return report, report.file("a.py")


@given(st.lists(COVERAGES, max_size=4), st.randoms())
def test_the_order_of_reports_changes_nothing(coverages, random):
    shuffled = random.sample(coverages, len(coverages))
    assert merge(map(told, coverages)) == merge(map(told, shuffled))


@given(FILES)
def test_a_file_told_twice_counts_once(one):
    coverage = Coverage(files={"a.py": one})
    assert coverage == merge([told(coverage), told(coverage)])


@given(st.lists(COVERAGES, max_size=4), st.sampled_from(["line", "branch", "function"]))
def test_no_more_is_covered_than_there_is(coverages, kind):
    covered, total = merge(map(told, coverages)).share(kind)
    assert 0 <= covered <= total


def test_a_line_is_covered_if_any_report_covers_it():
    merged = merge([told(file(lines=0b1110, covered=0b0010)), told(file(lines=0b1110, covered=0b0100))])
    assert (2, 3) == merged.share("line")


def test_the_best_report_of_a_branch_counts():
    merged = merge([told(file(branches={1: (1, 2)})), told(file(branches={1: (2, 2), 5: (0, 2)}))])
    assert (2, 4) == merged.share("branch")


def test_a_function_ran_if_any_report_says_so():
    merged = merge([told(file(functions={"f": False, "g": False})), told(file(functions={"f": True}))])
    assert (1, 2) == merged.share("function")


def test_blocks_count_their_statements_in_the_place_of_lines():
    merged = merge([told(file(blocks={"1": (3, True), "2": (2, False)})), told(file(blocks={"2": (2, True)}))])
    assert (5, 5) == merged.share("line")


def test_numbers_without_files_are_added_up():
    merged = merge([told(Coverage(totals={"line": (1, 2)})), told(Coverage(totals={"line": (3, 5)}))])
    assert (4, 7) == merged.share("line")


def test_marked_lines_are_bits():
    report, a = marked()
    a.line(3, ran=True)
    a.line(70, ran=False)
    a.line(70, ran=False)
    found = report.report().coverage.files["a.py"]
    assert (1 << 3 | 1 << 70, 1 << 3) == (found.lines, found.covered)


def test_a_line_that_ran_once_ran():
    report, a = marked()
    a.line(3, ran=True)
    a.line(3, ran=False)
    assert (1, 1) == report.report().coverage.share("line")


@pytest.mark.parametrize("number", [0, -1])
def test_a_number_below_one_is_no_line(number):
    report, a = marked()
    a.line(number, ran=True)
    assert (0, 0) == report.report().coverage.share("line")


def test_a_number_no_file_reaches_is_refused():
    _, a = marked()
    a.line(1_000_000, ran=True)
    with pytest.raises(CannotReadReport, match="above 1,000,000"):
        a.line(1_000_001, ran=True)


def test_lines_take_no_more_memory_than_their_cap(monkeypatch):
    monkeypatch.setattr(marking, "MASKS_CAP", 1_000)
    report, a = marked()
    a.line(3_900, ran=True)
    with pytest.raises(CannotReadReport, match="more lines"):
        report.file("b.py").line(3_900, ran=True)


def test_branches_one_by_one_have_a_cap(monkeypatch):
    monkeypatch.setattr(marking, "ARMS_CAP", 2)
    _, a = marked()
    for name in ("x", "x", "y"):
        a.branch(1, name, taken=True)
    with pytest.raises(CannotReadReport, match="more than 2 branches"):
        a.branch(1, "z", taken=True)


def test_a_branch_taken_once_is_taken():
    report, a = marked()
    for taken in (False, True, False):
        a.branch(1, "x", taken=taken)
    a.branch(1, "y", taken=False)
    assert {1: (1, 2)} == report.report().coverage.files["a.py"].branches


def test_totals_of_a_kind_told_in_detail_are_left_out():
    report, a = marked()
    a.line(1, ran=True)
    a.total("line", (9, 10))
    a.total("branch", (1, 2))
    assert {"branch": (1, 2)} == report.report().coverage.files["a.py"].totals


def test_totals_count_where_no_file_tells():
    report, _ = marked()
    assert (3, 4) == report.report(totals={"line": (3, 4)}).coverage.share("line")


def test_a_claim_that_the_files_deny_is_a_contradiction():
    report, a = marked()
    a.line(1, ran=True)
    told = report.report(claimed={"line": (9, 10), "branch": (1, 2)})
    assert ("claims 9 of 10 line coverage but lists 1 of 1",) == told.contradictions


@pytest.mark.parametrize("path", ["src\\a.py", "./src/a.py", "src/a.py"])
def test_a_path_has_one_spelling(path):
    report = Marking(source())
    report.file(path)
    assert ["src/a.py"] == list(report.report().coverage.files)
