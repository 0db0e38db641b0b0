"""Cobertura XML."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.readers.cobertura import READER

from .covering import lines, report_of, shares
from .reading import sample


def xml(*classes: str, root: str = "", sources: str = "") -> str:
    """A report of these classes, each a file name and its content."""
    packages = f"<packages><package><classes>{''.join(classes)}</classes></package></packages>"
    return f"<coverage {root}>{sources}{packages}</coverage>"


def class_of(content: str, name: str = "A", filename: str = "a.py") -> str:
    return f'<class name="{name}" filename="{filename}">{content}</class>'


def line(number: object, hits: object, more: str = "") -> str:
    return f'<line number="{number}" hits="{hits}" {more}/>'


def read(*content: str, **more: str):
    return report_of(READER, xml(class_of("".join(content)), **more))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("coveragepy", {"line": (10, 16), "branch": (6, 8)}),
        ("c8", {"line": (4, 7), "branch": (2, 3), "function": (1, 2)}),
        ("gcovr", {"line": (2, 4), "branch": (5, 6), "function": (2, 3)}),
    ],
)
def test_a_real_report_says_what_its_tool_said(name, expected):
    report = report_of(READER, sample(f"cobertura/{name}.xml"))
    assert (expected, ()) == (shares(report), report.contradictions)


def test_a_line_of_a_method_and_its_class_counts_once():
    method = f"<methods><method name='m'><lines>{line(1, 1)}{line(2, 0)}</lines></method></methods>"
    assert {"a.py": {1: True, 2: False, 3: True}} == lines(read(method, line(1, 1), line(2, 0), line(3, 1)))


def test_a_line_of_two_classes_in_one_file_counts_once():
    report = report_of(READER, xml(class_of(line(1, 0), "A"), class_of(line(1, 2) + line(5, 0), "B")))
    assert {"a.py": {1: True, 5: False}} == lines(report)


def test_no_valid_branches_are_no_data():
    assert {"line": (1, 1)} == shares(read(line(1, 1), root='branch-rate="0" branches-valid="0" branches-covered="0"'))


def test_a_branch_line_without_its_share_is_no_data():
    assert {"line": (1, 1)} == shares(read(line(1, 1, 'branch="true"')))


def test_rates_without_lines_are_no_data():
    assert {} == shares(report_of(READER, '<coverage line-rate="0.85" branch-rate="NaN"/>'))


def test_counts_of_a_root_without_lines_count():
    assert {"line": (3, 4)} == shares(report_of(READER, '<coverage lines-covered="3" lines-valid="4"/>'))


def test_a_root_that_denies_its_lines_is_a_contradiction():
    report = read(line(1, 1), line(2, 0), root='lines-covered="99" lines-valid="100"')
    assert {"line": (1, 2)} == shares(report)
    assert ("claims 99 of 100 line coverage but lists 1 of 2",) == report.contradictions


@pytest.mark.parametrize(("covered", "valid"), [(2, 3), (3, 4), (4, 6)])
def test_a_root_that_counts_repeated_lines_again_denies_nothing(covered, valid):
    method = (
        f"<methods><method><lines>{line(1, 1)}{line(2, 0)}</lines></method></methods><lines>{line(1, 1)}{line(2, 0)}"
    )
    classes = (class_of(f"{method}</lines>", "A"), class_of(f"<lines>{line(1, 1)}{line(3, 1)}</lines>", "B"))
    report = report_of(READER, xml(*classes, root=f'lines-covered="{covered}" lines-valid="{valid}"'))
    assert ({"line": (2, 3)}, ()) == ({"line": shares(report)["line"]}, report.contradictions)


@pytest.mark.parametrize("hits", ["1", "4294967296", "9" * 500, "1e3", "1.5"])
def test_any_hits_cover_a_line(hits):
    assert {"a.py": {1: True}} == lines(read(line(1, hits)))


@pytest.mark.parametrize("hits", ["0", "-1", "0.0"])
def test_no_hits_cover_no_line(hits):
    assert {"a.py": {1: False}} == lines(read(line(1, hits)))


@pytest.mark.parametrize("broken", [line("x", 1), line(1, "many"), line("", 1), line(1, ""), line("1_0", 1)])
def test_a_line_without_number_or_hits_is_refused(broken):
    with pytest.raises(CannotReadReport, match="in the place of a"):
        read(broken)


@pytest.mark.parametrize(
    ("folders", "filename", "path"),
    [
        (["/src"], "a.py", "/src/a.py"),
        (["/src/"], "a.py", "/src/a.py"),
        ([" C:\\src\\ "], "p\\a.cs", "C:/src/p/a.cs"),
        (["/src"], "/b/a.py", "/b/a.py"),
        (["/src"], "C:\\b\\a.cs", "C:/b/a.cs"),
        (["."], "a.py", "a.py"),
        ([""], "a.py", "a.py"),
        (["/src", "/lib"], "a.py", "a.py"),
        ([], "a.py", "a.py"),
    ],
)
def test_a_file_is_below_the_one_source_folder(folders, filename, path):
    sources = f"<sources>{''.join(f'<source>{folder}</source>' for folder in folders)}</sources>"
    report = report_of(READER, xml(class_of(line(1, 1), filename=filename), sources=sources))
    assert [path] == list(report.coverage.files)


def test_a_method_without_lines_is_not_counted():
    assert {"line": (1, 1)} == shares(read("<methods><method name='m'/></methods>", line(1, 1)))


@pytest.mark.parametrize("stamp", ["1795332168", "1795332168000"])
def test_seconds_and_milliseconds_are_both_time_stamps(stamp):
    assert datetime(2026, 11, 22, 7, 22, 48, tzinfo=UTC) == read(root=f'timestamp="{stamp}"').at


@pytest.mark.parametrize("stamp", ["", "0", "soon", "9" * 30])
def test_another_time_stamp_is_not_known(stamp):
    assert read(root=f'timestamp="{stamp}"').at is None


@pytest.mark.parametrize(
    "head",
    [
        b'<coverage clover="3"><project/></coverage>',
        b'<coverage version="1"><file path="a"><lineToCover/></file></coverage>',
        b'<report line-rate="1"/>',
    ],
)
def test_other_reports_of_coverage_are_not_recognised(head):
    assert not READER.recognises(head)


def test_a_root_without_attributes_is_known_by_its_packages():
    assert READER.recognises(b"<coverage ><packages><package/></packages></coverage>")
