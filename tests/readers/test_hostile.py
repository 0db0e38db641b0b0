"""What every reader keeps for any bytes: it gives evidence or refuses, and what was cut off is never whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate import registry
from qualitygate.errors import CannotReadReport
from tests.samples import source

DATA = Path(__file__).parent / "data"
SAMPLES = {
    f"{path.parent.name}/{path.name}": (path.parent.name, path.read_bytes()) for path in sorted(DATA.glob("*/*"))
}
XML = {name: given for name, given in SAMPLES.items() if given[1].lstrip(b"\xef\xbb\xbf").startswith(b"<")}


def readable(reader: str, content: bytes) -> bool:
    """Whether the reader takes it; anything but taking or refusing it is an error of the test."""
    try:
        list(registry.reader(reader).read(source(content)))
    except CannotReadReport:
        return False
    return True


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_recognised_by_its_own_reader_alone(name):
    reader, content = SAMPLES[name]
    assert [reader] == [
        other for other in registry.names(registry.READERS) if registry.reader(other).recognises(content[:65_536])
    ]


@pytest.mark.parametrize("name", SAMPLES)
@given(data=st.data())
def test_a_reader_reads_or_refuses_edited_bytes(name, data):
    reader, content = SAMPLES[name]
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 40)))
    readable(reader, content[:start] + data.draw(st.binary(max_size=8)) + content[end:])


@pytest.mark.parametrize("name", SAMPLES)
@given(data=st.data())
def test_a_reader_reads_or_refuses_moved_bytes(name, data):
    reader, content = SAMPLES[name]
    first, second, third = sorted(data.draw(st.integers(0, len(content))) for _ in range(3))
    readable(reader, content[:first] + content[second:third] + content[first:second] + content[third:])


@pytest.mark.parametrize("name", SAMPLES)
@given(data=st.data())
def test_words_in_the_place_of_others_are_read_or_refused(name, data):
    reader, content = SAMPLES[name]
    numbers = data.draw(st.sampled_from([b"-1", b"1e400", b"9" * 5_000, b"NaN", b"", b"\xc3\xa9", b"0001-01-01"]))
    digit = data.draw(st.sampled_from(b"0123456789"))
    readable(reader, content.replace(bytes([digit]), numbers))


@pytest.mark.parametrize("name", XML)
@given(data=st.data())
def test_xml_that_was_cut_off_is_refused(name, data):
    reader, content = XML[name]
    kept = data.draw(st.integers(0, len(content.rstrip()) - 1))
    assert not readable(reader, content[:kept])


@pytest.mark.parametrize("name", XML)
@pytest.mark.parametrize("content", [b"", b"\0\0", b"<html/>", b"{}", b"<", b"\xff\xfe<\0", b"<r>" * 20_000])
def test_what_is_no_such_report_is_refused(name, content):
    assert not readable(XML[name][0], content)
