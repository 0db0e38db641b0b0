"""JaCoCo XML."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.readers.jacoco import READER

from .covering import lines, report_of, shares
from .reading import sample

LINES = '<line nr="1" mi="0" ci="3" mb="1" cb="1"/><line nr="2" mi="4" ci="0" mb="0" cb="0"/>'


def counter(kind: str, missed: int, covered: int) -> str:
    return f'<counter type="{kind}" missed="{missed}" covered="{covered}"/>'


def file(content: str = LINES, name: str = "A.java") -> str:
    return f'<sourcefile name="{name}">{content}</sourcefile>'


def read(content: str, after: str = ""):
    return report_of(READER, f'<report name="r"><package name="p/q">{content}</package>{after}</report>')


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("demo", {"line": (6, 11), "branch": (2, 4), "function": (7, 15)}),
        ("gcovr", {"line": (2, 4), "branch": (5, 6), "function": (2, 3)}),
    ],
)
def test_a_real_report_says_what_its_tool_said(name, expected):
    report = report_of(READER, sample(f"jacoco/{name}.xml"))
    assert (expected, ()) == (shares(report), report.contradictions)


def test_a_line_ran_if_any_of_its_instructions_did():
    assert {"p/q/A.java": {1: True, 2: False}} == lines(read(file()))


def test_missed_and_covered_branches_are_the_branches_of_a_line():
    assert {1: (1, 2)} == read(file()).coverage.files["p/q/A.java"].branches


def test_lines_without_instructions_are_counted_by_the_file():
    told = file('<line nr="1"/><line nr="2" mb="1" cb="1"/>' + counter("LINE", 1, 4))
    assert {"line": (4, 5), "branch": (1, 2)} == shares(read(told))


def test_a_report_without_source_files_is_counted_by_its_root():
    assert {"line": (4, 5)} == shares(read("", counter("LINE", 1, 4) + counter("BRANCH", 0, 0)))


def test_a_root_that_denies_its_lines_is_a_contradiction():
    report = read(file(), counter("LINE", 1, 9))
    assert {"line": (1, 2), "branch": (1, 2)} == shares(report)
    assert ("claims 9 of 10 line coverage but lists 1 of 2",) == report.contradictions


def test_modules_with_the_same_file_are_two_files():
    package = f'<package name="p">{file()}</package>'
    groups = "".join(f'<group name="{name}">{package}</group>' for name in ("one", "two"))
    report = report_of(READER, f'<report name="r">{groups}</report>')
    assert ["one/p/A.java", "two/p/A.java"] == list(report.coverage.files)


def test_overloaded_methods_are_two_functions():
    methods = "".join(
        f'<method name="f" desc="{desc}">{counter("METHOD", missed, 1 - missed)}</method>'
        for desc, missed in (("()V", 0), ("(I)V", 1))
    )
    told = read(f'<class name="p/q/A" sourcefilename="A.java">{methods}</class>')
    assert ({"function": (1, 2)}, ["p/q/A.java"]) == (shares(told), list(told.coverage.files))


def test_a_class_without_a_source_file_is_a_file_of_its_own():
    method = f'<method name="f">{counter("METHOD", 0, 1)}</method>'
    assert ["p/q/A"] == list(read(f'<class name="p/q/A">{method}</class>').coverage.files)


def test_the_last_dump_is_the_time_of_the_report():
    sessions = "".join(f'<sessioninfo id="s" start="1" dump="{dump}"/>' for dump in (1795332398444, 1795332395933))
    report = report_of(READER, f'<report name="r">{sessions}</report>')
    assert datetime(2026, 11, 22, 7, 26, 38, 444000, tzinfo=UTC) == report.at


@pytest.mark.parametrize("broken", ['<line nr="x" ci="1"/>', '<line nr="1" ci="x"/>', '<line nr="1" ci="1" cb="x"/>'])
def test_what_is_no_number_is_refused(broken):
    with pytest.raises(CannotReadReport, match="in the place of a"):
        read(file(broken))


def test_another_report_is_not_recognised():
    assert not READER.recognises(b'<report name="r"><body/></report>')
