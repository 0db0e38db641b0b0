"""A diff, read by the counts of its hunks."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.diff import LINE, changed_lines, name

RECORD = b":100644 100644 1191247 0000000 M\ta.py\n\n"
HEAD = b"diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n"


def lines(diff: bytes) -> dict[str, int]:
    return changed_lines(BytesIO(diff))


def test_lines_of_context_change_nothing():
    assert {"a.py": 0b1000} == lines(RECORD + HEAD + b"@@ -1,3 +1,4 @@ def f():\n one\n \n+new\n\n")


def test_an_endless_line_is_one_line():
    assert {"a.py": 0b110} == lines(RECORD + HEAD + b"@@ -0,0 +1,2 @@\n+" + b"x" * 3 * LINE + b"\n+y\n")


def test_what_is_cut_off_ends_there():
    assert {"a.py": 0b10} == lines(RECORD + HEAD + b"@@ -0,0 +1,9 @@\n+x\n")


def test_a_record_that_is_none_is_passed_over():
    assert {} == lines(b":not a record\n")


def test_a_mark_of_a_missing_line_end_within_a_hunk_is_no_line():
    diff = b"@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+y\n\\ No newline at end of file\n"
    assert {"a.py": 0b10} == lines(RECORD + HEAD + diff)


def test_a_patch_without_a_record_is_of_no_file():
    assert {} == lines(HEAD + b"@@ -0,0 +1 @@\n+x\n")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (b"a b.py", "a b.py"),
        (b'"a\\tb\\n\\"\\\\.py"', 'a\tb\n"\\.py'),
        (b'"gr\\303\\266\\303\\237e"', "größe"),
        (b'"\\377"', "\ufffd"),
        (b'"', '"'),
    ],
)
def test_a_name_in_quotes_is_unquoted(told, expected):
    assert expected == name(told)


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_read_to_their_end(raw, headed):
    assert all(mask >= 0 for mask in lines((RECORD + HEAD if headed else b"") + raw).values())
