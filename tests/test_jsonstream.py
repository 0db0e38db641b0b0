"""Walking JSON: the same values as the standard library finds, however the blocks fall."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate import jsonstream
from qualitygate.errors import CannotReadReport
from qualitygate.jsonstream import Walk, walked
from tests.samples import source


class Drops(BytesIO):
    """A stream that gives no more bytes at once than asked for here."""

    def __init__(self, content: bytes, most: int) -> None:
        super().__init__(content)
        self.most = most

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self.most if size is None or size < 0 else min(size, self.most))


def rebuilt(walk: Walk):
    """The value that begins here, entered as far as it goes."""
    if walk.next() == "{":
        return {key: rebuilt(walk) for key in walk.members()}
    if walk.next() == "[":
        return [rebuilt(walk) for _ in walk.items()]
    return walk.value()


def walk(content: str | bytes, most: int = 3) -> Walk:
    raw = content if isinstance(content, bytes) else content.encode()
    return Walk(Drops(raw, most), "utf-8-sig")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=9,
)


@given(value=JSON, most=st.integers(1, 9), indent=st.none() | st.integers(0, 2), ascii_only=st.booleans())
def test_what_is_walked_is_what_the_standard_library_reads(value, most, indent, ascii_only):
    content = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()
    for read in (rebuilt, Walk.value):
        here = walk(content, most)
        assert value == read(here)
        here.end()


@given(value=JSON.filter(lambda value: isinstance(value, dict | list)), most=st.integers(1, 9), data=st.data())
def test_what_was_cut_off_is_refused(value, most, data):
    content = json.dumps(value)
    here = walk(content[: data.draw(st.integers(0, len(content) - 1))], most)
    with pytest.raises(CannotReadReport):
        rebuilt(here)


@pytest.mark.parametrize("content", ["", "[", '{"a"', '{"a":', '{"a": 1', "[1,", '["te', '["a" ', "[ \n"])
def test_what_was_cut_off_between_or_within_texts_is_truncated(content):
    with pytest.raises(CannotReadReport, match="cut off") as refused:
        rebuilt(walk(content))
    assert "truncated" == refused.value.slug


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[1,]", "Expecting value at line 1"),
        ("[1 2]", "Expecting ']' at line 1"),
        ('{"a" 1}', "Expecting ':' at line 1"),
        ('{"a": 1 "b"}', "Expecting '}' at line 1"),
        ("\n{1: 2}", "Expecting a name at line 2"),
        ("[\n\n tru]", "Expecting value at line 3"),
        ("[NaN]", "NaN is no JSON number"),
        ("[" + "9" * 5_000 + "]", "is not JSON"),
        ('["\x01"]' + " " * 40, "Invalid control character"),
        (b'["\xff"]', "cannot be decoded"),
        ("[] x", "Extra data at line 1"),
    ],
)
def test_what_is_no_json_is_malformed(content, told):
    here = walk(content, 1024)
    with pytest.raises(CannotReadReport, match=told) as refused:  # noqa: PT012 - it may stand behind the value
        rebuilt(here)
        here.end()
    assert "malformed" == refused.value.slug


def test_what_is_surely_wrong_is_not_read_on_for():
    here = walk('["\x01' + "a" * 1_000, 100)
    with pytest.raises(CannotReadReport, match="Invalid control"):
        here.value()
    assert 100 == here._stream.tell()


@pytest.mark.parametrize(
    ("slug", "content"),
    [
        ("empty", b""),
        ("empty", b" \n"),
        ("unrecognised", b"<html/>"),
        ("unrecognised", b"7"),
        ("too-large", b"[" * 200_000),
    ],
)
def test_a_source_that_holds_no_document_is_refused(slug, content):
    with pytest.raises(CannotReadReport) as refused, walked(source(content)) as here:
        here.value()
    assert slug == refused.value.slug


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_decides_the_encoding(encoding):
    with walked(source('{"ä": 1}'.encode(encoding))) as here:
        assert {"ä": 1} == here.value()


def test_a_value_longer_than_the_cap_is_refused(monkeypatch):
    monkeypatch.setattr(jsonstream, "VALUE_CAP", 10)
    with pytest.raises(CannotReadReport, match="longer") as refused:
        walk('["' + "a" * 20).value()
    assert "too-large" == refused.value.slug


def test_a_document_larger_than_the_cap_is_refused(monkeypatch):
    monkeypatch.setattr(jsonstream, "STREAM_CAP", 10)
    with pytest.raises(CannotReadReport, match="larger"):
        rebuilt(walk("[" + "1," * 20))


def test_lines_are_counted_across_blocks():
    with pytest.raises(CannotReadReport, match="line 4"):
        rebuilt(walk("[1,\n2,\n3,\nx ]" + " " * 40, 2))


def test_a_character_is_skipped_where_it_is():
    here = walk(" \0 1")
    assert (True, False, 1) == (here.skip("\0"), here.skip("\0"), here.value())
