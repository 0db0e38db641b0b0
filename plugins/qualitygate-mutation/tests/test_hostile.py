"""Samples with bytes changed, cut and repeated: a reader refuses them or reads them, and breaks on none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualitygate import CannotReadReport
from qualitygate_mutation import mutmut, pit, stryker

SAMPLES = {
    "mutations.xml": pit.READER,
    "stryker.json": stryker.READER,
    "mutmut-cicd-stats.json": mutmut.READER,
    "price.py.meta": mutmut.READER,
}
PIECES = [
    b"",
    b"\0",
    b"\xff\xfe",
    b"\n",
    b'"',
    b"{",
    b"}",
    b"[[",
    b"null",
    b"-1e999",
    b"NaN",
    b'"\\ud800"',
    b"<",
    b"&a;",
]
JSON = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.just("\ud800") | st.just([[]])
FREE = settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def content_of(name):
    return (Path(__file__).parent / "samples" / name).read_bytes()


def reads_or_refuses(report_of, name, content):
    SAMPLES[name].recognises(content[:65_536])
    try:
        report = report_of(SAMPLES[name], content)
    except CannotReadReport:
        return
    assert all(number >= 0 for number in report.states.values())
    for mutant in report.undetected:
        json.dumps([mutant.title, mutant.message, mutant.path], ensure_ascii=False).encode()


@FREE
@given(name=st.sampled_from(sorted(SAMPLES)), data=st.data())
def test_changed_bytes_never_break_a_reader(report_of, name, data):
    content = content_of(name)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = min(start + data.draw(st.sampled_from([0, 1, 2, 40])), len(content))
        piece = data.draw(st.sampled_from(PIECES) | st.binary(max_size=3) | st.just(content[start:end] * 3))
        content = content[:start] + piece + content[end:]
    reads_or_refuses(report_of, name, content)


def places(value, path=()):
    """The path to every value."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


@FREE
@given(name=st.sampled_from(sorted(set(SAMPLES) - {"mutations.xml"})), value=JSON, data=st.data())
def test_values_of_another_kind_never_break_a_reader(report_of, name, value, data):
    document = json.loads(content_of(name))
    *way, last = data.draw(st.sampled_from(list(places(document))[1:]))
    place = document
    for step in way:
        place = place[step]
    place[last] = value
    reads_or_refuses(report_of, name, json.dumps(document).encode())


@pytest.mark.parametrize("name", SAMPLES)
def test_a_cut_sample_is_refused(report_of, name):
    content = content_of(name).rstrip()
    for end in range(0, len(content), max(len(content) // 60, 1)):
        with pytest.raises(CannotReadReport):
            report_of(SAMPLES[name], content[:end])
