"""What reports tell of changed lines, and where they tell nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.model.changes import Changes
from qualitygate.model.coverage import Coverage, FileCoverage
from qualitygate.model.patch import Patch, patches

UNIT, WEB = (("suite", "unit"),), (("suite", "web"),)
LINES = FileCoverage(lines=0b11110, covered=0b00110, branches={2: (1, 2), 4: (0, 2)})


def changes(declared: bool = False, tracked: tuple[str, ...] = (), **lines: int) -> Changes:
    """Changed files by name, ``a_py`` for ``a.py``."""
    named = {name.replace("_", "."): mask for name, mask in lines.items()}
    at = datetime(2026, 11, 20, tzinfo=UTC)
    known = frozenset({*named, *tracked})
    return Changes(ref="main", base="b", base_at=at, lines=named, tracked=known, declared=declared)


def coverage(**files: FileCoverage) -> Coverage:
    return Coverage(files={name.replace("_", "."): file for name, file in files.items()})


def patch(changed: Changes, **files: FileCoverage) -> Patch:
    return patches({UNIT: coverage(**files)}, changed)[UNIT]


def test_only_changed_lines_that_could_run_count():
    found = patch(changes(a_py=0b110010, b_py=0b10), a_py=LINES, c_py=LINES)
    (file,) = found.files
    assert (("a.py", 0b10010, 0b10), (1, 2)) == ((file.path, file.coverable, file.covered), found.lines)
    assert (0b10000, ("b.py",), 2, "") == (file.uncovered, found.unmeasured, found.sources, found.unknown)


def test_only_branches_of_changed_lines_count():
    assert (0, 2) == patch(changes(a_py=0b10000), a_py=LINES).branches
    assert (1, 4) == patch(changes(a_py=0b10100), a_py=LINES).branches


def test_the_file_with_most_uncovered_lines_comes_first():
    worse = FileCoverage(lines=0b11110)
    found = patch(changes(a_py=0b11110, b_py=0b11110, c_py=0b110), a_py=LINES, b_py=worse, c_py=LINES)
    assert ["b.py", "a.py", "c.py"] == [file.path for file in found.files]


@pytest.mark.parametrize("lines", [{}, {"README_md": 2}, {"a_py": 0}])
def test_without_changed_lines_of_code_nothing_is_unknown(lines):
    found = patch(changes(**lines), a_py=LINES)
    assert ((), (0, 0), 0, "") == (found.unmeasured, found.lines, found.sources, found.unknown)


def test_a_change_that_no_report_knows_is_unknown_and_both_sides_are_told():
    names = {f"{letter}_py": 2 for letter in "pqrs"}
    found = patch(changes(**names), x_py=LINES)
    assert "changed p.py, q.py, r.py and 1 more; reported x.py" in found.unknown
    assert ("p.py", "q.py", "r.py", "s.py") == found.unmeasured


def test_a_report_without_files_knows_no_change():
    assert "reported no file" in patch(changes(a_py=2)).unknown


def test_a_known_language_is_code_though_no_report_has_it():
    assert patch(changes(a_go=2), a_py=LINES).unknown
    assert not patch(changes(a_sh=2, a_sql=2, Makefile=2), a_py=LINES).unknown


def test_an_extension_that_a_report_has_is_code():
    assert "changed b.sh" in patch(changes(b_sh=2), a_sh=LINES).unknown


def test_all_is_code_where_the_policy_declares_it():
    assert "changed a.sql" in patch(changes(a_sql=2, declared=True), a_py=LINES).unknown


def test_a_label_set_whose_files_did_not_change_has_nothing_to_tell():
    found = patches({UNIT: coverage(a_py=LINES), WEB: coverage(a_js=LINES)}, changes(a_py=2))
    assert ((1, 1), "") == (found[UNIT].lines, found[UNIT].unknown)
    assert ((0, 0), "", ()) == (found[WEB].lines, found[WEB].unknown, found[WEB].unmeasured)


def test_a_label_set_that_knows_none_of_its_own_kind_is_unknown():
    found = patches({UNIT: coverage(a_py=LINES), WEB: coverage(b_js=LINES)}, changes(a_py=2, c_js=2))
    assert not found[UNIT].unknown
    assert "changed c.js; reported b.js" in found[WEB].unknown
    assert ((), ("c.js",)) == (found[UNIT].unmeasured, found[WEB].unmeasured)


def test_a_file_that_another_label_set_knows_is_not_missed():
    found = patches({UNIT: coverage(a_py=LINES), WEB: coverage(b_py=LINES)}, changes(a_py=2))
    assert ("", ()) == (found[WEB].unknown, found[WEB].unmeasured)


def test_a_file_of_a_kind_that_no_report_has_is_missed_by_all():
    found = patches({UNIT: coverage(a_py=LINES), WEB: coverage(b_js=LINES)}, changes(a_py=2, c_go=2))
    assert (("c.go",), ("c.go",)) == (found[UNIT].unmeasured, found[WEB].unmeasured)


@pytest.mark.parametrize(
    "numbers", [{"totals": {"line": (1, 2)}}, {"functions": {"f": True}}, {"branches": {1: (1, 2)}}]
)
def test_numbers_without_lines_are_no_data(numbers):
    found = patch(changes(a_py=2, b_py=2), a_py=FileCoverage(**numbers), b_py=LINES)
    assert "no line is told of a.py, only numbers: no data, which is not 0 %" == found.unknown


def test_a_measured_file_without_lines_has_none_that_could_run():
    found = patch(changes(a_py=2), a_py=FileCoverage(), b_py=LINES)
    assert ((0, 0), "") == (found.lines, found.unknown)


def test_reports_that_tell_no_line_of_any_file_know_nothing_of_the_changed_ones():
    found = patch(changes(a_py=2), a_py=FileCoverage(), b_py=FileCoverage())
    assert "no line of any file is told, nor of a.py" == found.unknown


def test_a_measured_file_with_nothing_to_cover_does_not_speak_for_one_that_is_not_measured():
    found = patch(changes(a_py=0b100000, b_py=2), a_py=LINES)
    assert "no changed line of the measured files can be covered, and no report knows b.py" == found.unknown


def test_what_two_reports_call_by_two_names_is_merged():
    other = FileCoverage(lines=0b11110, covered=0b01000)
    found = patches(
        {UNIT: Coverage(files={"a.py": LINES, "/app/a.py": other})}, changes(a_py=0b11110, tracked=("x/y",))
    )
    assert (2, 4) == found[UNIT].lines  # a bare name does not claim a file that is named
    lines = {"s/a.py": 0b11110}
    deep = replace(changes(), lines=lines, tracked=frozenset(lines))
    found = patches({UNIT: Coverage(files={"s/a.py": LINES, "/app/s/a.py": other})}, deep)
    assert (3, 4) == found[UNIT].lines


def test_a_path_that_could_be_several_changed_files_is_told():
    both = {"x/a.py": 2, "y/a.py": 2}
    changed = replace(changes(), lines=both, tracked=frozenset(both))
    found = patches({UNIT: coverage(a_py=LINES)}, changed)[UNIT]
    assert (("a.py",), True) == (found.ambiguous, bool(found.unknown))


# Blocks of Go


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (0b10, (0, 0)),
        (0b1000, (1, 1)),
        (0b111000, (3, 3)),
        (0b1000000, (0, 0)),
        (0b1110000000, (0, 3)),
        (1 << 12, (0, 0)),
    ],
)
def test_a_line_that_a_block_spans_could_run_and_did_where_the_block_ran(changed, expected):
    blocks = {"3.22,5.2": (2, True), "7.1,9.2": (1, False), "12.10,12.12": (0, True)}
    assert expected == patch(changes(a_go=changed), a_go=FileCoverage(blocks=blocks)).lines


def test_a_line_that_two_blocks_share_ran_where_either_did():
    blocks = {"3.1,5.10": (1, True), "5.10,7.3": (1, False)}
    file = patch(changes(a_go=0b11111000), a_go=FileCoverage(blocks=blocks)).files[0]
    assert (0b11111000, 0b11000000) == (file.coverable, file.uncovered)


def test_a_block_without_end_takes_no_memory():
    blocks = {"1.1,999999999.1": (1, True), "5.1,2.1": (1, True)}
    assert (1, 1) == patch(changes(a_go=0b100), a_go=FileCoverage(blocks=blocks)).lines


@given(st.integers(0, 2**70), st.integers(0, 2**70), st.integers(0, 2**70))
def test_no_more_is_covered_than_could_be_and_no_more_than_changed(changed, lines, covered):
    found = patch(changes(a_py=changed << 1), a_py=FileCoverage(lines=lines, covered=lines & covered))
    for file in found.files:
        assert file.covered & file.coverable == file.covered
        assert file.coverable & (changed << 1) & lines == file.coverable
