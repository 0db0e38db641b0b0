"""The mutation testing report schema."""

from __future__ import annotations

import json

import pytest

from qualitygate import CannotReadReport
from qualitygate_mutation.stryker import READER


def document(*mutants, path="a.js", **more):
    files = {path: {"language": "js", "source": "", "mutants": list(mutants)}}
    return json.dumps({"schemaVersion": "2.0", "thresholds": {"high": 80, "low": 60}, "files": files, **more})


def test_a_real_report_says_what_stryker_said(report_of, counts, sample):
    report = report_of(READER, sample("stryker.json"))
    assert {"killed": 22, "timed out": 2, "survived": 4, "no coverage": 6, "ignored": 1} == counts(report)
    assert 10 == len(report.undetected)


def test_a_survivor_is_told_with_its_place(report_of, sample):
    mutants = report_of(READER, sample("stryker.json")).undetected
    found = {mutant.message for mutant in mutants if (mutant.title, mutant.line) == ("EqualityOperator", 12)}
    assert {"replaced by age > 65", "replaced by age <= 15"} == found
    assert {"src/price.js"} == {mutant.path for mutant in mutants}


@pytest.mark.parametrize(
    ("path", "root"),
    [("/w/src/a.cs", "/w"), ("/w/src/a.cs", "/w/"), ("C:\\w\\src\\a.cs", "C:\\w"), ("src/a.cs", "/w"), ("src/a.cs", 7)],
)
def test_a_path_is_told_from_the_projects_root(report_of, path, root):
    report = report_of(READER, document({"status": "Survived"}, path=path, projectRoot=root))
    assert "src/a.cs" == report.undetected[0].path


@pytest.mark.parametrize("odd", [None, 5, [], {"start": 7}, {"start": {"line": True}}, {"start": {"line": -1}}])
def test_an_odd_place_is_no_place(report_of, odd):
    report = report_of(READER, document({"status": "Survived", "location": odd, "mutatorName": 3, "replacement": []}))
    assert ("a mutant", "", None) == (
        report.undetected[0].title,
        report.undetected[0].message,
        report.undetected[0].line,
    )


def test_text_that_utf8_cannot_hold_is_made_harmless(report_of):
    report = report_of(READER, document({"status": "Survived", "mutatorName": "\ud800"}, path="\ud800.js"))
    assert ("?", "?.js") == (report.undetected[0].title, report.undetected[0].path)


@pytest.mark.parametrize(
    ("slug", "content"),
    [
        ("empty", ""),
        ("truncated", document({"status": "Killed"})[:-1]),
        ("unrecognised", "<mutations/>"),
        ("unrecognised", "{}"),
        ("malformed", "[]"),
        ("malformed", document(schemaVersion="3")),
        ("malformed", document(schemaVersion=2)),
        ("malformed", document(files=[])),
        ("malformed", document(files={"a.js": []})),
        ("malformed", document(files={"a.js": {}})),
        ("malformed", document(7)),
        ("malformed", document({})),
        ("malformed", document({"status": "killed"})),
        ("malformed", document({"status": ["Killed"]})),
    ],
)
def test_what_cannot_be_trusted_is_refused(report_of, slug, content):
    with pytest.raises(CannotReadReport) as refused:
        report_of(READER, content)
    assert slug == refused.value.slug


def test_it_is_recognised_by_its_keys(sample):
    assert READER.recognises(sample("stryker.json")[:65_536])
    assert READER.recognises(b'\xef\xbb\xbf{"schemaVersion":"2","thresholds":{"high":80},"files":{"a.cs":{"source":"')
    assert not any(READER.recognises(head) for head in (b"", b"[]", b'{"files": {}}', b'{"schemaVersion": "2"}'))
