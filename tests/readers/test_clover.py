"""Clover XML."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.readers.clover import READER

from .covering import lines, report_of, shares
from .reading import sample


def cond(true: int, false: int, number: int = 1, more: str = 'count="1"') -> str:
    return f'<line num="{number}" type="cond" {more} truecount="{true}" falsecount="{false}"/>'


def line(number: object, count: object, kind: str = "stmt", more: str = "") -> str:
    return f'<line num="{number}" type="{kind}" count="{count}" {more}/>'


def metrics(**told: int) -> str:
    attributes = " ".join(f"{name}='{number}'" for name, number in told.items())
    return f"<metrics {attributes}/>"


def read(content: str, names: str = 'path="/src/a.js"'):
    return report_of(READER, f"<coverage><project><file {names}>{content}</file></project></coverage>")


@pytest.mark.parametrize(
    ("name", "expected"), [("c8", {"line": (4, 7), "branch": (2, 3), "function": (1, 2)}), ("gcovr", {"line": (2, 4)})]
)
def test_a_real_report_says_what_its_tool_said(name, expected):
    assert expected == shares(report_of(READER, sample(f"clover/{name}.xml")))


def test_files_of_the_test_project_do_not_count():
    assert ["m.cpp"] == list(report_of(READER, sample("clover/gcovr.xml")).coverage.files)


def test_lines_are_believed_over_metrics():
    assert {"line": (1, 2)} == shares(read(metrics(statements=5, coveredstatements=4) + line(1, 3) + line(2, 0)))


def test_metrics_count_where_no_line_is_listed():
    assert {"line": (4, 5)} == shares(read(metrics(statements=5, coveredstatements=4, methods=0, coveredmethods=0)))


def test_metrics_of_a_project_without_files_count():
    told = metrics(statements=5, coveredstatements=4)
    assert {"line": (4, 5)} == shares(report_of(READER, f"<coverage><project>{told}</project></coverage>"))


def test_a_condition_of_clover_has_two_branches():
    told = metrics(conditionals=4, coveredconditionals=3) + cond(9, 2) + cond(0, 1, 2)
    assert {1: (2, 2), 2: (1, 2)} == read(told).coverage.files["/src/a.js"].branches


def test_a_condition_of_istanbul_has_as_many_branches_as_it_says():
    told = metrics(conditionals=4, coveredconditionals=3) + cond(3, 0) + cond(0, 1, 2)
    assert {1: (3, 3), 2: (0, 1)} == read(told).coverage.files["/src/a.js"].branches


def test_two_conditions_on_a_line_are_added_up():
    assert {1: (3, 4)} == read(cond(1, 1) + cond(0, 5)).coverage.files["/src/a.js"].branches


@pytest.mark.parametrize(("true", "false", "ran"), [(0, 0, False), (0, 1, True), (1, 0, True)])
def test_a_condition_without_a_count_ran_if_it_was_true_or_false(true, false, ran):
    assert {"/src/a.js": {1: ran}} == lines(read(cond(true, false, more="")))


def test_methods_are_functions_and_not_lines():
    told = line(1, 2, "method", 'name="f"') + line(3, 0, "method", 'signature="g()"') + line(4, 1)
    assert {"line": (1, 1), "function": (1, 2)} == shares(read(told))


@pytest.mark.parametrize(
    ("names", "path"),
    [
        ('name="a.js" path="/src/a.js"', "/src/a.js"),
        ('name="/src/a.php"', "/src/a.php"),
        ('name="A.java"', "org/shop/A.java"),
        ('name="org\\shop\\A.java"', "org/shop/A.java"),
    ],
)
def test_a_file_is_named_by_its_path_or_below_its_package(names, path):
    file = f"<package name='org.shop'><file {names}/></package>"
    report = report_of(READER, f"<coverage><project>{file}</project></coverage>")
    assert [path] == list(report.coverage.files)


def test_the_report_is_from_when_it_was_generated():
    report = report_of(READER, '<coverage generated="1795332355"><project/></coverage>')
    assert datetime(2026, 11, 22, 7, 25, 55, tzinfo=UTC) == report.at


@pytest.mark.parametrize("broken", [line("x", 1), line(1, "x"), '<line num="1" type="stmt"/>', line("", 1)])
def test_what_is_no_number_is_refused(broken):
    with pytest.raises(CannotReadReport, match="in the place of a"):
        read(broken)


def test_coverage_without_a_project_is_not_recognised():
    assert not READER.recognises(b'<coverage generated="1"><packages/></coverage>')
