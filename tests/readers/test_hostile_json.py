"""Samples with bytes changed, cut and repeated: a reader refuses them or reads them, and breaks on none."""

from __future__ import annotations

import json
import time
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.errors import CannotReadReport
from qualitygate.readers import ctrf, cucumber, gotest, pytest_json, pytest_reportlog, tap
from tests.readers.reading import DATA, report_of, sample

READERS = {
    module.__name__.rpartition(".")[2]: module.READER
    for module in (ctrf, cucumber, gotest, pytest_json, pytest_reportlog, tap)
}
SAMPLES = [(name, path.relative_to(DATA).as_posix()) for name in READERS for path in sorted((DATA / name).iterdir())]
PIECES = [b"", b"\0", b"\xff\xfe", b"\n", b"    ", b'"', b"{", b"}", b"[[", b"null", b"-1e999", b"NaN", b'"\\ud800"']
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


def reads_or_refuses(name, content):
    READERS[name].recognises(content[:65_536])
    try:
        report = report_of(READERS[name], content)
    except CannotReadReport:
        return
    assert report.runs >= len(report.cases)
    assert report.at is None or report.at.astimezone(UTC)
    for case in report.cases:
        json.dumps([case.class_name, case.name, case.message, case.path], ensure_ascii=False).encode()


@given(chosen=st.sampled_from(SAMPLES), data=st.data())
def test_changed_bytes_never_break_a_reader(chosen, data):
    name, path = chosen
    content = sample(path)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = min(start + data.draw(st.sampled_from([0, 1, 2, 40])), len(content))
        piece = data.draw(st.sampled_from(PIECES) | st.binary(max_size=3) | st.just(content[start:end] * 3))
        content = content[:start] + piece + content[end:]
    reads_or_refuses(name, content)


def places(value, path=()):
    """The path to every value."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


@given(chosen=st.sampled_from([entry for entry in SAMPLES if entry[0] != "tap"]), value=JSON, data=st.data())
def test_values_of_another_kind_never_break_a_reader(chosen, value, data):
    name, path = chosen
    lines = sample(path).decode().splitlines() if name in ("gotest", "pytest_reportlog") else [sample(path).decode()]
    number = data.draw(st.sampled_from([index for index, line in enumerate(lines) if line.startswith(("{", "["))]))
    document = json.loads(lines[number])
    *way, last = data.draw(st.sampled_from(list(places(document))[1:]))
    place = document
    for step in way:
        place = place[step]
    place[last] = value
    lines[number] = json.dumps(document)
    reads_or_refuses(name, "\n".join(lines).encode())


@pytest.mark.parametrize(("name", "path"), SAMPLES)
def test_a_cut_sample_never_loses_a_failure_silently(name, path):
    """A report cut anywhere is refused, or still has something that failed or errored: it never turns green."""
    content = sample(path)
    for end in range(0, len(content.rstrip()) - 1, max(len(content) // 40, 1)):
        try:
            report = report_of(READERS[name], content[:end])
        except CannotReadReport:
            continue
        assert any(case.outcome > 1 for case in report.cases), end


HEADS = [
    b'{\n"' + b"\n" * 60_000,
    b'"results":{' * 5_000,
    b'{"results":{' * 5_000,
    b"[{" + b'"keyword":' * 6_000,
    b"1" * 60_000,
    b"ok 1 " + b" " * 60_000 + b"\tx",
    b"{" + b'"Package":"' * 5_000,
]


@pytest.mark.parametrize("head", HEADS, ids=range(len(HEADS)))
@pytest.mark.parametrize("name", READERS)
def test_recognition_takes_no_time(name, head):
    begin = time.perf_counter()
    READERS[name].recognises(head[:65_536])
    assert time.perf_counter() - begin < 1


@pytest.mark.parametrize("line", ["ok 1 a" + " " * 300_000 + "b", "ok 1 " + "# " * 150_000, "not ok " + "\\" * 300_000])
def test_a_long_line_of_tap_takes_no_time(line):
    begin = time.perf_counter()
    report_of(tap.READER, f"1..1\n{line}\n")
    assert time.perf_counter() - begin < 1
