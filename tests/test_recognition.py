"""What a file looks like."""

from __future__ import annotations

import codecs
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.recognition import decode, looks_like, root_element

LOOKS = {
    "an empty file": b"",
    "nothing but NUL bytes": b"\0\0\0",
    "nothing but white space": b" \n\t",
    "a gzip archive": b"\x1f\x8b\x08",
    "a zip archive": b"PK\x03\x04",
    "a PDF document": b"%PDF-1.7",
    "an SQLite database": b"SQLite format 3\0",
    "an HTML page": b"<!DOCTYPE html><html>",
    "a JSON document": b' {"a": 1}',
    "an empty JSON list, which many formats write where there is nothing": b"[]\n",
    "a verdict of qualitygate, not a report of findings": b'{"runs": [{"tool": {"driver": {"name": "qualitygate",',
    "broken XML": b"<<<",
    "a binary file": b"\x7fELF\x00\x01",
    "an XML document with the root element <coverage>": b"<?xml version='1.0'?><coverage/>",
    "plain text that begins 'ok 1 - works'": b"ok 1 - works\n",
}


@pytest.mark.parametrize(("expected", "head"), LOOKS.items())
def test_a_file_is_called_what_a_person_would_call_it(expected, head):
    assert expected == looks_like(head)


def test_a_page_without_a_document_type_is_a_page():
    assert "an HTML page" == looks_like(b"<!-- x --><HTML lang='en'>") == looks_like(b"<html>")


@pytest.mark.parametrize(
    "encoded",
    [
        "<größe/>".encode(),
        codecs.BOM_UTF8 + "<größe/>".encode(),
        "<größe/>".encode("utf-16"),
        codecs.BOM_UTF16_BE + "<größe/>".encode("utf-16-be"),
        "<größe/>".encode("utf-16-le"),
        "<größe/>".encode("utf-16-be"),
    ],
)
def test_the_first_bytes_are_decoded_by_mark_or_by_nuls(encoded):
    assert "<größe/>" == decode(encoded)
    assert ("größe", "/") == root_element(encoded)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"<a b='c'>", ("a", " b='c'")),
        (b"<p:a>", ("a", "")),
        (b"<!DOCTYPE a [<!ELEMENT a ANY>] ><!-- > --><?x y?>\n<a/>", ("a", "/")),
        (b"<!DOCTYPE a PUBLIC '-//x' 'y.dtd'><a>", ("a", "")),
        (b"text <a/>", None),
        (b"</a>", None),
        (b"<!-- open", None),
        (b"<a", None),
    ],
)
def test_the_root_is_the_first_element(head, expected):
    assert expected == root_element(head)


@pytest.mark.parametrize(
    "head",
    [
        b"<!DOCTYPE" + b"[]" * 30_000,
        b"<!DOCTYPE " + b"[" * 60_000,
        b"<!--" * 15_000,
        b"<?" * 30_000,
        b"<!-- -->" * 8_000,
    ],
)
def test_no_head_takes_long_to_look_at(head):
    started = time.perf_counter()
    root_element(head)
    assert time.perf_counter() - started < 2


@given(st.binary(max_size=60))
def test_any_bytes_look_like_something(head):
    assert looks_like(head)
