"""LCOV tracefiles."""

from __future__ import annotations

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.readers.lcov import READER

from .covering import lines, report_of, shares
from .reading import sample


def read(*told: str):
    return report_of(READER, "\n".join(["SF:a.c", *told, "end_of_record", ""]))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("coveragepy", {"line": (10, 16), "branch": (6, 8), "function": (1, 2)}),
        ("c8", {"line": (4, 7), "branch": (2, 3), "function": (1, 2)}),
        ("gcovr", {"line": (2, 4), "branch": (5, 6), "function": (2, 3)}),
    ],
)
def test_a_real_tracefile_says_what_its_tool_said(name, expected):
    report = report_of(READER, sample(f"lcov/{name}.info"))
    assert (expected, ()) == (shares(report), report.contradictions)


def test_lines_are_counted_where_no_sum_stands():
    assert {"a.c": {1: True, 2: False}} == lines(read("DA:1,1", "DA:2,0"))


def test_sums_that_deny_the_list_are_a_contradiction():
    report = read("DA:1,1", "DA:2,0", "LF:10", "LH:9")
    assert {"line": (1, 2)} == shares(report)
    assert ("a.c counts 10 lines in LF but lists 2", "a.c counts 9 lines in LH but lists 1") == report.contradictions


def test_sums_without_a_list_count():
    assert {"line": (9, 10), "branch": (1, 4), "function": (1, 1)} == shares(
        read("LF:10", "LH:9", "BRF:4", "BRH:1", "FNF:1", "FNH:1")
    )


def test_sums_of_nothing_are_no_data():
    assert {} == shares(read("FNF:0", "FNH:0", "BRF:0", "BRH:0"))


def test_line_0_is_no_line():
    report = read("FN:0,f", "DA:0,2", "DA:3,1", "LF:1", "LH:1")
    assert ({"a.c": {3: True}}, ()) == (lines(report), report.contradictions)


def test_a_dash_is_a_branch_that_was_not_taken():
    assert {"branch": (1, 3)} == shares(read("BRDA:1,0,0,-", "BRDA:1,0,1,1", "BRDA:1,e0,2,0"))


def test_a_branch_may_have_a_comma_in_its_name():
    assert {"branch": (1, 2)} == shares(read("BRDA:1,0,jump to f(a, 1),1", "BRDA:1,0,jump to f(a, 2),0"))


def test_a_line_without_hits_did_not_run_even_if_its_branch_did():
    assert {"a.c": {1: False}} == lines(read("DA:1,0", "BRDA:1,0,0,1"))


def test_a_file_in_two_records_counts_once():
    report = report_of(READER, "SF:a.c\nDA:1,0\nDA:2,1\nend_of_record\nSF:a.c\nDA:1,1\nDA:2,0\nend_of_record\n")
    assert {"a.c": {1: True, 2: True}} == lines(report)


@pytest.mark.parametrize("hits", ["1", "5000000000", "18446744073709551616", "1,0a1b2c=="])
def test_any_hits_cover_a_line(hits):
    assert {"a.c": {1: True}} == lines(read(f"DA:1,{hits}"))


@pytest.mark.parametrize(
    "told", [("FN:1,f", "FNDA:1,f"), ("FN:1,9,f", "FNDA:1,f"), ("FNL:0,1,9", "FNA:0,1,f"), ("FNDA:1,f", "FN:1,f")]
)
def test_a_function_ran_if_it_was_hit(told):
    assert {"function": (1, 1)} == shares(read(*told))


def test_a_function_without_hits_did_not_run():
    assert {"function": (0, 1)} == shares(read("FN:1,f(int, 2)"))


@pytest.mark.parametrize("broken", ["DA:x,1", "DA:1", "DA:1,", "DA:", "BRDA:1,0,0,maybe", "FNDA:f", "LF:many"])
def test_what_is_no_number_is_refused(broken):
    with pytest.raises(CannotReadReport, match="in the place of a"):
        read(broken)


def test_a_record_that_does_not_end_is_refused():
    with pytest.raises(CannotReadReport, match="cut off") as refused:
        report_of(READER, "SF:a.c\nDA:1,1\n")
    assert "truncated" == refused.value.slug


def test_text_without_a_file_is_refused():
    with pytest.raises(CannotReadReport, match="no source file"):
        report_of(READER, "TN:x\n")


@pytest.mark.parametrize("head", [b"TN:\nSF:a.c\n", b"SF:a.c\n", b"# a comment\nTN:x\nSF:a.c\n", b"TN:\r\nSF:a.c\r\n"])
def test_a_tracefile_is_recognised(head):
    assert READER.recognises(head)


@pytest.mark.parametrize("head", [b"", b"TN:\n", b"SFX\n", b"{}", b"text\nSF:a.c\n"])
def test_other_text_is_not_recognised(head):
    assert not READER.recognises(head)


def test_lines_of_a_record_that_does_not_end_before_the_next_file_count():
    report = report_of(READER, "SF:a.c\nDA:1,1\nSF:b.c\nDA:2,0\nend_of_record\n")
    assert {"a.c": {1: True}, "b.c": {2: False}} == lines(report)


@pytest.mark.parametrize("told", ["DA:7,2", " DA:7,2 ", "DA:+7,2", "DA:07,02", "DA:7,2,checksum", "DA:7,1e3"])
def test_a_line_is_the_same_however_it_is_written(told):
    assert {"a.c": {7: True, 9: False}} == lines(read(told, "DA:7,0", "DA:9,0"))


def test_the_highest_line_counts_and_the_next_is_refused():
    file = read("DA:999999,1", "DA:1000000,0").coverage.files["a.c"]
    assert (1 << 999_999 | 1 << 1_000_000, 1 << 999_999) == (file.lines, file.covered)
    with pytest.raises(CannotReadReport, match="above 1,000,000"):
        read("DA:1000001,0")
