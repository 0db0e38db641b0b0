"""coverage.py's data file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from coverage import CoverageData
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.errors import CannotReadReport
from qualitygate.readers import coverage_sqlite
from qualitygate.readers.coverage_sqlite import READER

from .covering import lines, report_of, shares
from .reading import sample

SHOP = "def add(n):\n    if n:\n        return 1\n    return 2\n"


def data_of(folder: Path, *, source: str | None = SHOP, **told) -> tuple[str, bytes]:
    """The path of a measured file, and the data file of a run that executed what is told."""
    path = folder / "shop.py"
    if source is not None:
        path.write_text(source)
    data = CoverageData(basename=str(folder / "data"))
    for name, ran in told.items():
        getattr(data, f"add_{name}")({str(path): ran})
    data.touch_file(str(path))
    data.write()
    data.close(force=True)
    return str(path), (folder / "data").read_bytes()


def test_lines_that_could_run_come_from_the_sources(tmp_path):
    path, content = data_of(tmp_path, lines=[1, 2, 3])
    assert {path: {1: True, 2: True, 3: True, 4: False}} == lines(report_of(READER, content))


def test_lines_without_branches_are_no_data_of_branches(tmp_path):
    _, content = data_of(tmp_path, lines=[1, 2, 3])
    assert {"line": (3, 4)} == shares(report_of(READER, content))


def test_branches_are_those_of_the_sources(tmp_path):
    path, content = data_of(tmp_path, arcs=[(-1, 1), (1, -1), (-1, 2), (2, 3), (3, -1)])
    assert {2: (1, 2)} == report_of(READER, content).coverage.files[path].branches


def test_the_data_file_is_not_changed(tmp_path):
    _, content = data_of(tmp_path, lines=[1])
    report_of(READER, content)
    assert content == (tmp_path / "data").read_bytes()


def test_sources_that_are_not_there_are_named_with_the_way_out():
    with pytest.raises(CannotReadReport, match=r"pkg/__init__.py is not there: write .* coverage xml or coverage json"):
        report_of(READER, sample("coverage_sqlite/branch.coverage"))


def test_a_source_that_is_no_file_is_not_opened(tmp_path):
    _, content = data_of(tmp_path, source=None, lines=[1])
    (tmp_path / "shop.py").mkdir()
    with pytest.raises(CannotReadReport, match="is not there"):
        report_of(READER, content)


def test_a_source_that_is_no_python_is_refused(tmp_path):
    _, content = data_of(tmp_path, source="this is no Python", lines=[1])
    with pytest.raises(CannotReadReport, match=r"cannot be read by coverage\.py"):
        report_of(READER, content)


def test_a_data_file_has_a_size_cap(monkeypatch, tmp_path):
    monkeypatch.setattr(coverage_sqlite, "SIZE_CAP", 1024**2)
    with pytest.raises(CannotReadReport, match="larger than 1 MB"):
        report_of(READER, sample("coverage_sqlite/branch.coverage").ljust(1024**2 + 1))


def test_without_coverage_py_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "coverage", None)
    with pytest.raises(CannotReadReport, match=r"install qualitygate-ci\[coverage\]"):
        report_of(READER, sample("coverage_sqlite/branch.coverage"))


@given(data=st.data())
def test_edited_bytes_are_read_or_refused(data, tmp_path_factory):
    _, content = data_of(tmp_path_factory.mktemp("data"), lines=[1, 2, 3])
    start = data.draw(st.integers(0, len(content)))
    edited = content[:start] + data.draw(st.binary(min_size=1, max_size=200))
    try:
        report_of(READER, edited + content[len(edited) :])
    except CannotReadReport:
        return


def test_another_database_is_not_recognised():
    assert not READER.recognises(b"SQLite format 3\0" + bytes(4_000))
