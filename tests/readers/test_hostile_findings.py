"""Findings with bytes changed, values of another kind, and cut: a reader refuses or reads them, and breaks on none."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.errors import CannotReadReport
from qualitygate.model.findings import FindingsReport
from qualitygate.readers import checkstyle, codequality, sarif
from tests.readers.reading import DATA, sample
from tests.samples import source

READERS = {module.__name__.rpartition(".")[2]: module.READER for module in (checkstyle, codequality, sarif)}
SAMPLES = [(name, path.relative_to(DATA).as_posix()) for name in READERS for path in sorted((DATA / name).iterdir())]
IN_JSON = [each for each in SAMPLES if each[0] != "checkstyle"]
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
    b"<x>",
    b"&#x0;",
]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=4)
    | st.just("\ud800")
    | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


def reads_or_refuses(name, content):
    READERS[name].recognises(content[:65_536])
    try:
        found = list(READERS[name].read(source(content)))
    except CannotReadReport:
        return
    for report in found:
        if isinstance(report, FindingsReport):
            assert {issue.tool for issue in report.issues} <= set(report.tools)
            assert len(report.issues) == len({issue.fingerprint for issue in report.issues})
            texts = [(issue.rule, issue.message, issue.path) for issue in report.issues]
            json.dumps(texts, ensure_ascii=False).encode()


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


@given(chosen=st.sampled_from(IN_JSON), value=JSON, data=st.data())
def test_values_of_another_kind_never_break_a_reader(chosen, value, data):
    name, path = chosen
    document = json.loads(sample(path))
    *way, last = data.draw(st.sampled_from(list(places(document))[1:]))
    place = document
    for step in way:
        place = place[step]
    place[last] = value
    reads_or_refuses(name, json.dumps(document).encode())


@pytest.mark.parametrize(("name", "path"), SAMPLES)
def test_a_cut_sample_is_refused(name, path):
    content = sample(path).rstrip()
    for end in range(0, len(content), max(len(content) // 60, 1)):
        with pytest.raises(CannotReadReport):
            list(READERS[name].read(source(content[:end])))


HEADS = [
    b"{" + b" " * 65_000,
    b'{"a":' + b" " * 65_000,
    b'{"a":"' + b"\\a" * 30_000,
    b'{"a":"b",' * 7_000,
    b'{"$schema":"' * 5_000,
    b'{"runs":[' * 7_000,
    b'{"driver":{' * 5_000,
    b"[{" + b'"location":' * 6_000,
    b"[" + b" " * 65_000,
    b'{"type":' * 8_000,
]


@pytest.mark.parametrize("head", HEADS, ids=range(len(HEADS)))
@pytest.mark.parametrize("name", READERS)
def test_recognition_takes_no_time(name, head):
    begin = time.perf_counter()
    READERS[name].recognises(head[:65_536])
    assert time.perf_counter() - begin < 1


def many(results: list[dict], **tool) -> bytes:
    return json.dumps({"runs": [{"tool": {"driver": {"name": "t"}, **tool}, "results": results}]}).encode()


@pytest.mark.parametrize(
    "content",
    [
        many([{"ruleId": f"r{n}" + "/x" * 400} for n in range(3_000)], extensions=[{}] * 3_000),
        many(
            [{"ruleId": f"r{n}"} for n in range(5_000)], extensions=[{"rules": [{"id": f"s{n}"}]} for n in range(5_000)]
        ),
        many([{"message": {"text": "{0}" * 330, "arguments": ["a" * 1_000]}} for _ in range(300)]),
        many([{"partialFingerprints": {str(n): "a" for n in range(5_000)}}]),
    ],
    ids=["deep names", "many extensions", "many arguments", "many fingerprints"],
)
def test_a_log_made_to_be_slow_is_not(content):
    begin = time.process_time()
    reads_or_refuses("sarif", content)
    assert time.process_time() - begin < 3
