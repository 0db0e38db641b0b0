"""GitLab Code Quality reports, and the streams of Code Climate engines."""

from __future__ import annotations

import json

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.readers.codequality import READER

from .finding import evidence_of, issues, told
from .reading import sample


def issue(**more) -> dict:
    return {"check_name": "r", "description": "d", "location": {"path": "a.rb", "lines": {"begin": 3}}, **more}


def one(**more):
    (found,) = issues(READER, json.dumps([issue(**more)]))
    return found


def test_a_real_report_says_what_its_tool_said():
    report, _ = evidence_of(READER, sample("codequality/ruff.json"))
    assert (("codequality",), 6) == (report.tools, len(report.issues))
    assert ("F401", "medium", "shop/cart.py", 1) == told(report)[0]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("blocker", "critical"), ("critical", "high"), ("major", "medium"), ("minor", "low"), ("info", "info"),
        ("MINOR", "low"), (None, "medium"), ("", "medium"), ("awful", "medium"), (3, "medium"),
    ],
)  # fmt: skip
def test_the_severity_is_put_into_our_words(word, expected):
    assert expected == one(severity=word).severity.word


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ({"lines": {"begin": 3, "end": 5}}, (3, 5)),
        ({"positions": {"begin": {"line": 3, "column": 1}, "end": {"line": 5}}}, (3, 5)),
        ({"positions": {"begin": 3}}, (3, None)),
        ({"lines": {"begin": {"line": 3}}}, (3, None)),
        ({"lines": {"begin": 0}}, (None, None)),
        ({"lines": "3"}, (None, None)),
        ({}, (None, None)),
    ],
)
def test_a_line_may_be_told_in_several_ways(location, expected):
    found = one(location={"path": "a.rb", **location})
    assert expected == (found.line, found.end_line)


def test_the_engine_is_the_tool():
    assert "rubocop" == one(engine_name="rubocop").tool


def test_the_fingerprint_stands_for_the_issue():
    assert one(fingerprint="x", description="e").fingerprint == one(fingerprint="x").fingerprint
    assert one(fingerprint="x").fingerprint != one(fingerprint="y").fingerprint != one().fingerprint


def test_an_empty_list_is_a_report_of_nothing_and_recognised_by_nobody():
    report, _ = evidence_of(READER, "[]")
    assert (("codequality",), ()) == (report.tools, report.issues)
    assert not READER.recognises(b"[]")


@pytest.mark.parametrize("between", ["\0", "\0\n", "\n", "\0\0 "])
def test_a_stream_of_issues_is_read(between):
    text = between.join(json.dumps(issue(type=kind)) for kind in ("issue", "Issue", "measurement"))
    assert 2 == len(issues(READER, text)) == len(issues(READER, text + between))


@pytest.mark.parametrize("content", ["[1]", "[{}]", '[{"location": {}}]', '{"a": 1}', '{"a": 1}\0x', "[{},]"])
def test_what_is_no_issue_is_refused(content):
    with pytest.raises(CannotReadReport) as refused:
        evidence_of(READER, content)
    assert "malformed" == refused.value.slug


@pytest.mark.parametrize("content", ["[", '[{"check_name": "r"}', '[{"check_na', '{"check_name": "r"'])
def test_what_was_cut_off_is_refused(content):
    with pytest.raises(CannotReadReport) as refused:
        evidence_of(READER, content)
    assert "truncated" == refused.value.slug


@pytest.mark.parametrize(
    "content",
    [json.dumps([issue()]), json.dumps([issue(fingerprint="x")], indent=4), json.dumps(issue(type="issue")) + "\0"],
)
def test_a_report_is_recognised(content):
    assert READER.recognises(content.encode())


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1]", b'[{"keyword": "Feature"}]', b'{"check_name": "r"}', json.dumps(issue()).encode()]
)
def test_other_documents_are_not_recognised(content):
    assert not READER.recognises(content)
