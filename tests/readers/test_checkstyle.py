"""Checkstyle XML."""

from __future__ import annotations

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.readers.checkstyle import READER

from .finding import evidence_of, issues, told
from .reading import sample


def report(inner: str) -> str:
    return f"<checkstyle version='10'><file name='a.java'>{inner}</file></checkstyle>"


def one(attributes: str):
    (issue,) = issues(READER, report(f"<error {attributes}/>"))
    return issue


def test_a_real_report_says_what_its_tool_said():
    found, gaps = evidence_of(READER, sample("checkstyle/eslint.xml"))
    assert (("checkstyle",), [], 5) == (found.tools, gaps, len(found.issues))
    assert ("eslint.rules.eqeqeq", "high", "/home/ci/shop/cart.js", 4) == told(found)[2]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("severity='error'", "high"),
        ("severity='Warning'", "medium"),
        ("severity='info'", "low"),
        ("severity='ignore'", "info"),
        ("severity='awful'", "medium"),
        ("severity=''", "high"),
        ("", "high"),
    ],
)
def test_the_severity_is_put_into_our_words(attributes, expected):
    assert expected == one(attributes).severity.word


def test_message_source_and_line_are_kept():
    issue = one("line='7' source='x.Y' message='a &lt; b'")
    assert ("x.Y", "a < b", "a.java", 7) == (issue.rule, issue.message, issue.path, issue.line)


@pytest.mark.parametrize("line", ["0", "-1", "x", ""])
def test_what_is_no_line_is_not_known(line):
    assert one(f"line='{line}'").line is None


def test_an_error_outside_a_file_has_no_path():
    (issue,) = issues(READER, "<checkstyle><error message='m'/></checkstyle>")
    assert ("m", None) == (issue.message, issue.path)


@pytest.mark.parametrize("content", ["<checkstyle/>", report("")])
def test_a_report_without_errors_is_a_tool_that_found_nothing(content):
    found, gaps = evidence_of(READER, content)
    assert (("checkstyle",), (), []) == (found.tools, found.issues, gaps)


def test_a_tool_that_broke_over_a_file_leaves_a_gap():
    found, (gap,) = evidence_of(
        READER, report("<error/><exception>\njava.lang.Error: no\n at x</exception><exception/>")
    )
    assert (1, "incomplete", "findings") == (len(found.issues), gap.slug, gap.kind)
    assert "the tool broke over a.java: java.lang.Error: no" == gap.found


def test_it_may_break_without_a_word():
    _, (gap,) = evidence_of(READER, "<checkstyle><exception/></checkstyle>")
    assert "the tool broke" == gap.found


def test_another_root_is_refused():
    with pytest.raises(CannotReadReport) as refused:
        evidence_of(READER, "<coverage/>")
    assert "unrecognised" == refused.value.slug


def test_it_is_recognised_by_its_root():
    assert READER.recognises(b"<?xml version='1.0'?>\n<checkstyle version='4.3'>")
    assert not READER.recognises(b"<pmd/>")
