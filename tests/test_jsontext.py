"""Reading JSON that was made to hurt."""

# ruff: noqa: E501 - a table is read by the row

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qualitygate import jsontext
from qualitygate.errors import CannotReadReport
from tests.samples import source


@pytest.mark.parametrize(
    ("slug", "content"),
    [
        ("empty", b""),
        ("empty", b"\0\0"),
        ("empty", b" \r\n"),
        ("truncated", b'{"a": [1, 2'),
        ("truncated", b'{"a": "tex'),
        ("malformed", b'{"a": 1,}'),
        ("malformed", b'{"a": NaN}'),
        ("malformed", b'{"a": -Infinity}'),
        ("malformed", b'{"a": "\xff"}'),
        ("malformed", b"[" + b"9" * 5000 + b"]"),
        ("too-large", b"[" * 200_000),
        ("unrecognised", b"<html></html>"),
    ],
)
def test_a_document_that_is_no_json_is_refused_by_its_reason(slug, content):
    with pytest.raises(CannotReadReport) as refused:
        jsontext.document(source(content))
    assert slug == refused.value.slug


def test_a_document_larger_than_the_cap_is_refused(monkeypatch):
    monkeypatch.setattr(jsontext, "SIZE_CAP", 10)
    assert [1] == jsontext.document(source(b"[1]       "))
    with pytest.raises(CannotReadReport, match="larger"):
        jsontext.document(source(b"[1]        "))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_decides_the_encoding(encoding):
    assert {"ä": 1} == jsontext.document(source('{"ä": 1}'.encode(encoding)))
    assert ["ä", "b"] == list(jsontext.lines(source("ä\r\nb".encode(encoding))))


def test_of_equal_keys_the_last_one_counts():
    assert {"a": 2} == jsontext.document(source('{"a": 1, "a": 2}'))


def test_an_endless_line_is_refused(monkeypatch):
    monkeypatch.setattr(jsontext, "LINE_CAP", 3)
    assert ["ab", "cde"] == list(jsontext.lines(source("ab\ncde")))
    with pytest.raises(CannotReadReport, match="line"):
        list(jsontext.lines(source("abcd")))


@pytest.mark.parametrize("block", range(1, 9))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lines_are_the_same_however_the_blocks_fall(monkeypatch, block, encoding):
    monkeypatch.setattr(jsontext, "_BLOCK", block)
    content = "a\r\n\nlonger ä\r\n\u2028b\rc\r\r\nend\r"
    assert ["a", "", "longer ä", "\u2028b\rc", "end"] == list(jsontext.lines(source(content.encode(encoding))))


def test_an_endless_stream_is_refused(monkeypatch):
    monkeypatch.setattr(jsontext, "STREAM_CAP", 3)
    with pytest.raises(CannotReadReport, match="larger"):
        list(jsontext.lines(source("ab\ncd\n")))


@pytest.mark.parametrize("line", ["", "text", "[1]", "{", "{}", '{"a": NaN}'])
def test_a_line_that_holds_no_object_is_no_record(line):
    assert jsontext.record(line) is None


def test_a_line_that_holds_an_object_is_a_record():
    assert {"a": 1} == jsontext.record(' {"a": 1}')


def test_a_lone_surrogate_becomes_a_question_mark():
    assert "a?b" == jsontext.text("a\ud800b")


def test_a_text_is_cut_and_anything_else_is_none():
    assert ("x" * 1000, "", "") == (jsontext.text("x" * 1001), jsontext.text(1), jsontext.text(None))


@pytest.mark.parametrize(
    ("expected", "value"),
    [(1.5, 1.5), (2.0, 2), (None, True), (None, "1"), (None, float("inf")), (None, 10**400), (None, None)],
)
def test_only_a_finite_number_is_a_number(expected, value):
    assert expected == jsontext.number(value)


@pytest.mark.parametrize(("expected", "value"), [(1.5, 1500), (0.0, -3), (None, 1e15), (None, "1")])
def test_a_duration_is_never_negative_nor_endless(expected, value):
    assert expected == jsontext.seconds(value, per_second=1000)


@pytest.mark.parametrize(
    "value",
    ["2026-11-22T09:00:00Z", "2026-11-22T09:00:00", "2026-11-22T10:00:00.000000000+01:00", 1_795_338_000, 1.795338e9],
)
def test_a_time_stamp_is_iso_text_or_seconds(value):
    assert datetime(2026, 11, 22, 9, tzinfo=UTC) == jsontext.moment(value, UTC)


@pytest.mark.parametrize("value", ["", "today", "0001-01-01T00:00:00", 0, 1e17, -1e17, None, [], True])
def test_anything_else_is_no_time_stamp(value):
    assert jsontext.moment(value, UTC) is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("[]", []),
        (" [1,\n 2 ,3]", [(1, 1), (2, 2), (2, 3)]),
        ('{"a": [[], {}], "k":\n\n[{"b": 1},\n{}]}', [(3, {"b": 1}), (4, {})]),
        ('{"k": 1}', []),
        ('{"a": []}', []),
        ("{}", []),
        ("5", []),
    ],
)
def test_the_elements_of_a_list_are_found_with_their_lines(content, expected):
    assert expected == list(jsontext.elements(content, "k"))


@pytest.mark.parametrize("content", ['[1,\n{"a": {"b": 1, "b": 2}}]', '{"x": {"b": 1, "b": 2}}', '{"b": 1, "k": [], "b": 2}'])  # fmt: skip
def test_a_key_that_is_there_twice_is_refused(content):
    with pytest.raises(CannotReadReport, match="has the key 'b' twice in one object"):
        list(jsontext.elements(content, "k"))
