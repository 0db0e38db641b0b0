"""Hostile text made harmless: what each escape promises, for any text."""

from __future__ import annotations

import re
import time
import unicodedata
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qualitygate import escaping

HOSTILE = st.text() | st.text(st.sampled_from("\\`*_{}[]()<>#+!|~&@:=-.w\r\n\t\x1b\u202e\u200b%,a1 /gh"))
VISIBLE = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
"""Of Unicode's format characters, those that show: signs above or before a number or a word."""


def invisible(text: str) -> list[str]:
    return [
        character
        for character in text
        if (unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t")
        or (
            unicodedata.category(character) == "Cf"
            and character not in VISIBLE | set(map(chr, range(0x13430, 0x13460)))
        )
        or character in "\u2028\u2029"
    ]


@given(HOSTILE | st.text(st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp"])))
@example("\x1b[31mred\x07\r\x9b\u202e\u2066\u200b\ufeff\xad")
def test_plain_text_holds_no_control_no_invisible_and_no_direction(text):
    assert [] == invisible(escaping.plain(text))


@given(HOSTILE)
def test_a_line_is_one_line(text):
    told = escaping.line(text)
    assert [] == invisible(told)
    assert told.splitlines() in ([told], [])
    assert told == told.strip()


@given(HOSTILE, st.integers(1, 20))
def test_a_line_is_no_longer_than_asked(text, most):
    assert len(escaping.line(text, most)) <= most


def test_a_line_folds_breaks_and_keeps_blanks():
    assert "a b  c d" == escaping.line(" a \n\n\t b  c\r\nd ")
    assert "abc…" == escaping.line("abcdef", 4)


@pytest.mark.parametrize("text", [" " * 300_000 + "x", "\n " * 150_000 + "x", "\t" * 300_000])
def test_a_line_is_made_in_no_time(text):
    started = time.perf_counter()
    escaping.line(text)
    assert time.perf_counter() - started < 3


@given(HOSTILE)
@example("**b** [x](http://e) <b> | @me #1 `c` www.x.y ![i](j) ~~s~~ GH-1")
def test_markdown_holds_no_bare_markup(text):
    told = escaping.markdown(text)
    bare = re.sub(r"\\[\\`*_{}\[\]()#+!~:=.$-]|&#\d+;", "", told)
    assert not set(bare) & set("\\`*_{}[]()<>#+!|~&@:=$-")
    assert "\n" not in told


@given(HOSTILE)
def test_markdown_shows_the_text(text):
    told = unescape(re.sub(r"\\(.)", r"\1", escaping.markdown(text))).replace("\u200b", "")
    assert escaping.line(text) == told


@pytest.mark.parametrize("text", ["@octocat", "#123", "gh-7", "GH-7"])
def test_markdown_parts_a_mention_from_what_it_names(text):
    assert "&#8203;" in escaping.markdown(text)


@given(HOSTILE)
def test_a_workflow_message_is_one_line_that_decodes_to_the_text(text):
    told = escaping.workflow_data(text)
    assert not set(told) & set("\r\n")
    assert escaping.plain(text) == told.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")


@given(HOSTILE)
def test_a_workflow_property_ends_no_property_and_no_command(text):
    assert not set(escaping.workflow_property(text)) & set("\r\n:,")


@given(HOSTILE)
@example("::error::x")
@example("  ::stop-commands::x")
@example("x ##[error]y")
def test_a_log_line_is_no_command(text):
    told = escaping.log_line(escaping.line(text))
    assert not told.lstrip().startswith("::")
    assert "##[" not in told


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/test_a.py", "tests/test_a.py"),
        ("tests\\test_a.py", "tests/test_a.py"),
        ("./a/../b.py", "b.py"),
        ("/etc/passwd", None),
        ("../x", None),
        ("a/../../x", None),
        ("~/x", None),
        ("C:\\x", None),
        ("http://x/y", None),
        ("", None),
        (".", None),
        ("a\x1bb", None),
    ],
)
def test_a_path_stays_in_the_tree(path, expected):
    assert expected == escaping.tree_path(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+49", "'+49"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("-1/3", "'-1/3"),
        ("-0.25", "-0.25"),
        ("-3", "-3"),
        ("a\n=b", "a =b"),
        ("\t=b", "'=b"),
    ],
)
def test_a_cell_is_never_computed_and_a_number_stays_one(text, expected):
    assert expected == escaping.cell(text)
