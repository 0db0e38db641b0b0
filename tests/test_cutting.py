"""Our own Markdown, cut so that nothing is swallowed and what was cut is said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from qualitygate.cutting import cut

LINES = st.lists(st.sampled_from(["", "| a | b |", "word", "四个字", "<details>", "</details>", "- x"]))


def test_a_text_that_fits_is_as_it_was():
    assert "a\nb\n" == cut("a\nb\n", 4, "")


def test_what_was_cut_is_said_with_where_to_read_it():
    told = cut("line\n" * 100, 200, "The whole is [here](https://x).")
    assert told.startswith("line\nline\n")
    assert "**Cut here:** " in told
    assert told.endswith("of 100 lines did not fit. The whole is [here](https://x).\n")
    shown = told.splitlines().count("line")
    assert f"{100 - shown} of 100 lines" in told


def test_what_is_folded_is_closed_before_the_note():
    told = cut("a\n<details>\n<summary>more</summary>\n\n" + "x\n" * 500 + "</details>\n", 400, "")
    assert told.index("</details>") < told.index("Cut here")
    assert 1 == told.count("</details>")


@given(lines=LINES, most=st.integers(min_value=150, max_value=400), rest=st.sampled_from(["", "here"]))
def test_it_never_takes_more_bytes_than_there_are(lines, most, rest):
    told = cut("\n".join(lines * 9), most, rest)
    assert len(told.encode()) <= most
    MarkdownIt().parse(told)
