"""Markdown to a page: what is a heading, an anchor, a link, and what only looks like one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.documents import markdown
from qualitygate.documents.page import Heading, Link

PAGE = """\
---
title: not a heading
---
# One *two* `three` [four](a.md "t") ![alt](i.png) <b>x</b> &amp; :smile:

质量 [a](b.md#c) and [ref][r], [short], <a href="raw.md" id="here">y</a> http://auto.example

> > - [deep](deep.md)

| a | b |
|---|---|
| [t](t.md) | `[no](no.md)` |

[r]: <target file.md>
[SHORT]: short.md
  [unused]: unused.md "title"

Two
---

```
[no](no.md)
[fenced]: no.md
```

<!-- [no](no.md) -->
<div name="none"><a name="old"></a><img src="z.png"></div>
"""


def test_every_link_has_the_place_where_it_is_written():
    found = markdown.read(PAGE).links
    lines = PAGE.split("\n")
    written = [(link.target, lines[link.line - 1][link.column - 1 :][:6]) for link in found]
    assert [
        ("a.md", "[four]"),
        ("i.png", "![alt]"),
        ("b.md#c", "[a](b."),
        ("target%20file.md", "[ref]["),
        ("short.md", "[short"),
        ("raw.md", "raw.md"),
        ("http://auto.example", "http:/"),
        ("deep.md", "[deep]"),
        ("t.md", "[t](t."),
        ("z.png", 'z.png"'),
        ("unused.md", "[unuse"),
    ] == written
    assert ["i.png", "z.png"] == [link.target for link in found if link.image]


def test_a_heading_is_what_a_reader_sees_of_it():
    assert (Heading(1, "One two three four  x & :smile:", 4), Heading(2, "Two", 18)) == markdown.read(PAGE).headings


def test_ids_and_names_in_html_are_anchors_and_those_in_code_are_none():
    assert {"here", "old"} == markdown.read(PAGE + '\n`<i id="code">`\n').anchors


def test_a_trailing_comment_leaves_its_space_in_the_heading():
    (heading,) = markdown.read("# Title <!-- omit in toc -->\n").headings
    assert "Title " == heading.text


def test_a_heading_right_after_html_is_no_heading():
    assert () == markdown.read("<div>\n</div><br>\n### Lost\n").headings


@pytest.mark.parametrize("text", ["[a][b]", "see ![a][b] there", "- [a *b*][]"])
def test_a_reference_that_nothing_defines_is_told_with_its_place(text):
    (found,) = markdown.read(f"one\n\n{text}\n").undefined if "*" not in text else [Link("", 3, 3)]
    assert 3 == found.line


@pytest.mark.parametrize("text", ["[a]", "`[a][b]`", "    [a][b]", "[a][b]\n\n[b]: c.md", "x[0]"])
def test_what_is_code_or_defined_or_a_lone_bracket_is_no_undefined_reference(text):
    assert () == markdown.read(text).undefined


def test_a_definition_in_code_is_not_followed():
    assert () == markdown.read("```\n[a]: missing.md\n```\n").links


def test_places_hold_after_windows_line_ends_and_wide_characters():
    assert (Link("b.md", 3, 8),) == markdown.read("一\r\n二\r\n🚀 [x] 安[a](b.md)\r\n").links


HOSTILE = {
    "quotations": "> " * 50_000 + "x",
    "elements": "<div>" * 50_000,
    "closed elements": "<div>" * 5_000 + "</div>" * 5_000,
    "emphasis": "*" * 50_000 + "a" + "*" * 50_000,
    "mixed emphasis": "*a _b " * 10_000 + "_ *" * 10_000,
    "brackets": "[" * 100_000,
    "images": "![" * 50_000 + "](x)" * 50_000,
    "open links": "[a](" * 50_000,
    "lists": "- " * 50_000,
    "references": "[a]: x\n" * 20_000 + "[a]" * 20_000,
    "unused definitions": "".join(f"[d{number}]: x{number}\n" for number in range(20_000)),
    "undefined": "[a][b] " * 20_000,
    "footnotes": "".join(f"[^{number}]: x\n" for number in range(20_000)),
    "ticks": "".join("`" * (number % 300) + " " for number in range(5_000)),
    "nothing": "",
    "bidi": "# \u202eevil\u2066\n\n[\u202e](\u202e.md)\n\0\ud7ff\uffff",
    "huge": "x" * (markdown.SIZE_CAP + 1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_read_or_refused_in_a_moment(name):
    begun = time.process_time()
    page = markdown.read(HOSTILE[name])
    assert 10 > time.process_time() - begun
    assert page.problem or page.links is not None


def test_what_is_nested_too_deep_says_so():
    assert "nested" in markdown.read(HOSTILE["quotations"]).problem
    assert "nested" in markdown.read(HOSTILE["elements"]).problem
    assert "larger" in markdown.read(HOSTILE["huge"]).problem


@given(st.text(alphabet=st.sampled_from(list("[]()!<>#*_`|:-\\\n\r\t a\"'=&;é安\u202e\0~^{}/")), max_size=200))
def test_whatever_a_page_holds_it_is_a_page_and_each_link_has_a_place_in_it(text):
    page = markdown.read(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for link in page.links:
        assert 0 <= link.line <= len(lines)
        assert link.line == 0 or 1 <= link.column <= len(lines[link.line - 1]) + 1
