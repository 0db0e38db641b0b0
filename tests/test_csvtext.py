"""CSV read strictly: one delimiter, rows as long as the header, lines kept."""

# ruff: noqa: E501 - a table is read by the row

from __future__ import annotations

import codecs

import pytest

from qualitygate.csvtext import MARK, header, rows, written
from qualitygate.errors import CannotReadReport


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,2", (",", ["a", "b"])),
        ("A; B c ;d-e\n", (";", ["a", "b_c", "d_e"])),
        ('a\t"b"\r\n', ("\t", ["a", "b"])),
        ("\n\na,b", (",", ["a", "b"])),
        ("a", (",", ["a"])),
    ],
)
def test_the_header_tells_the_delimiter(text, expected):
    assert expected == header(text, ("a", "b"))


@pytest.mark.parametrize("text", ["", "x,y", '"a,b'])
def test_a_first_line_without_a_known_column_is_refused(text):
    with pytest.raises(CannotReadReport) as refused:
        header(text, ("a", "b"))
    assert "unrecognised" == refused.value.slug


def test_a_header_with_two_readings_is_refused():
    with pytest.raises(CannotReadReport, match="comma and semicolon part equally well"):
        header("a,c;b", ("a", "b"))


def test_rows_have_the_line_they_begin_in():
    text = 'a,b\r\n1,"x\r\ny"\r\n,\r\n 2 ,3\r\n'
    assert [(2, ["1", "x\r\ny"]), (5, ["2", "3"])] == list(rows(text, ","))


@pytest.mark.parametrize(("text", "slug"), [('a\n"x', "truncated"), ('a\n"x"y', "malformed"), ("a\n" + "x" * 200_000, "malformed")])  # fmt: skip
def test_what_is_no_csv_is_refused(text, slug):
    with pytest.raises(CannotReadReport) as refused:
        list(rows(text, ","))
    assert slug == refused.value.slug


def test_a_table_that_is_written_tells_a_spreadsheet_that_it_is_utf_8():
    table = written(("条款", "n"), [{"条款": "售后人员", "n": 3}, {"条款": "=1+1", "n": None}]).encode()
    assert table.startswith(codecs.BOM_UTF8)
    assert "条款,n\r\n售后人员,3\r\n'=1+1,\r\n" == table.decode("utf-8-sig")


def test_what_is_written_is_read_by_our_own_readers():
    table = written(("id", "score"), [{"id": "r-01", "score": 4}])
    delimiter, names = header(table.removeprefix(MARK), ("id", "score"))
    assert (["id", "score"], [(2, ["r-01", "4"])]) == (names, list(rows(table, delimiter)))
