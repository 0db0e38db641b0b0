"""Registers of documents: what is declared, what is found, what is refused."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.documents import frontmatter
from qualitygate.errors import CannotReadReport
from qualitygate.model.documents import DocumentRegister, Stage
from qualitygate.model.tree import Revision
from qualitygate.readers.documents import READER
from tests.samples import source, tree

SAMPLE = Path(__file__).parent / "data" / "documents" / "documents.yml"
PAGE = """\
---
last_reviewed_on: 2026-11-01
review_in: 6 months
---
# Specification

## 1. 范围

质量保证 and some words

## Requirements
"""


def read(text: str, files=(), name: str = "quality/documents.yml", **more) -> DocumentRegister:
    (found,) = READER.read(source(text, name, tree=lambda: tree(dict(files), **more)))
    return found


def one(fields: str, files=(), above: str = "", **more):
    return read(f"{above}documents:\n  - {{id: SRS, {fields}}}\n", files, **more).documents[0]


def test_the_sample_is_recognised_and_read_whole():
    text = SAMPLE.read_text(encoding="utf-8")
    assert READER.recognises(text.encode())
    register = read(text)
    assert ["SDP", "SRS", "STP", "SUM", "FAR"] == [document.id for document in register.documents]
    assert Stage(id="design", started=date(2026, 1, 5), ended=date(2026, 3, 31)) == register.stages[0]
    assert {"documents": 4, "there": 0, "tailored_out": 1} == register.counts


@pytest.mark.parametrize(
    "head", [b"", b"documents:\n", b"documents: [{id: 1, path: x}]", b"defects:\n  - id: 1\n", b"\xff\xfe"]
)
def test_what_is_no_register_of_documents_is_not_recognised(head):
    assert not READER.recognises(head)


def test_a_document_that_is_there_has_its_facts():
    found = one(
        "path: docs/*.md, owner: '@li', status: Approved, min_words: 10, headings: [范围 | Scope, requirements]",
        {"docs/a.md": PAGE, "CODEOWNERS": "docs/ @li\n"},
    )
    assert (("docs/a.md",), "approved", True, (), ()) == (
        found.paths,
        found.status,
        found.owned,
        found.stubs,
        found.gaps,
    )
    (review,) = found.reviews
    assert (date(2026, 11, 1), date(2027, 5, 1), "docs/a.md", 2) == (
        review.reviewed,
        review.due,
        review.path,
        review.line,
    )


def test_a_missing_document_has_no_file():
    assert () == one("path: docs/gone.md", {"docs/a.md": ""}).paths


STUB = (1, "is a stub: 4 words, needs 50: write more, or lower min_words")


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (
            "# A\n\nTODO\n",
            [
                (3, "holds TODO: write what is missing"),
                (1, "is a stub: 2 words, needs 50: write more, or lower min_words"),
            ],
        ),
        (
            "---\na: 1\n---\n# A\n\n待补充\n",
            [
                (6, "holds 待补充: write what is missing"),
                (1, "is a stub: 4 words, needs 50: write more, or lower min_words"),
            ],
        ),
        ("`TODO` and\n\n```\nTBD\n```\n" + "word " * 50, []),
        ("字" * 50, []),
        ("字" * 49, [(1, "is a stub: 49 words, needs 50: write more, or lower min_words")]),
        ("mastodons " * 50, []),
    ],
)
def test_a_stub_has_too_few_words_or_a_placeholder_outside_code(text, messages):
    assert messages == [(spot.line, spot.message) for spot in one("path: a.md", {"a.md": text}).stubs]


def test_a_long_file_of_a_glob_hides_no_stub_beside_it():
    files = {"docs/a.md": "word " * 300, "docs/b.md": "word " * 49, "docs/c.md": "word " * 50}
    found = one("path: docs/*.md, min_words: 300", files).stubs
    assert [("docs/b.md", "is a stub: 49 words, needs 50: write more, or lower min_words")] == [
        (spot.path, spot.message) for spot in found
    ]


def test_the_files_of_a_glob_have_the_words_together():
    files = {"docs/a.md": "word " * 60, "docs/b.md": "word " * 60}
    assert () == one("path: docs/*.md, min_words: 120", files).stubs
    found = one("path: docs/*.md, min_words: 121", files).stubs
    assert [("docs/a.md", "is a stub: 120 words, needs 121: write more, or lower min_words")] == [
        (spot.path, spot.message) for spot in found
    ]


def test_fewer_words_are_enough_for_each_file_where_the_register_asks_for_fewer():
    files = {"docs/a.md": "word " * 9, "docs/b.md": "word " * 10}
    assert ["docs/a.md"] == [spot.path for spot in one("path: docs/*.md, min_words: 10", files).stubs]


@pytest.mark.parametrize(("path", "lacks"), [("docs", 1), ("docs/", 1), ("docs/**", 0), ("docs/a.md", 0)])
def test_a_folder_is_no_document(path, lacks):
    found = one(f"path: {path}", {"docs/a.md": "word " * 60}).gaps
    assert lacks == len(found)
    assert all(
        "is a folder, which may hold anything: name the file, or write docs/**" in spot.message for spot in found
    )


def test_a_heading_is_known_without_its_number_and_case():
    page = "# 第一章 概述\n\n## 1.2 scope\n\n## 二、计划\n"
    assert () == one("path: a.md, headings: [概述, SCOPE, 计划]", {"a.md": page}).gaps
    (gap,) = one("path: a.md, headings: [风险 | Risks]", {"a.md": page}).gaps
    assert "the heading '风险 | Risks' is missing: write that section" == gap.message


def test_a_file_that_is_no_text_is_known_by_its_hash():
    content = b"%PDF-1.7"
    digest = hashlib.sha256(content).hexdigest()
    files = {"a.pdf": content}
    assert () == one(f"path: a.pdf, sha256: {digest}", files).gaps
    (none,) = one("path: a.pdf", files).gaps
    assert digest in none.message
    (other,) = one(f"path: a.pdf, sha256: {'0' * 64}", files).gaps
    assert "not the register's" in other.message
    (empty,) = one(f"path: a.pdf, sha256: {digest}", {"a.pdf": b""}).gaps
    assert "empty" in empty.message


def test_the_review_of_a_file_without_front_matter_is_told_by_the_register():
    (review,) = one("path: a.pdf, last_reviewed_on: 2026-11-01, review_in: 1y", {"a.pdf": b"x"}).reviews
    assert (date(2026, 11, 1), date(2027, 11, 1), "quality/documents.yml", 2) == (
        review.reviewed,
        review.due,
        review.path,
        review.line,
    )


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        ("", "has no last_reviewed_on"),
        ("---\nlast_reviewed_on: soon\n---\n", "last_reviewed_on is 'soon', no day such as 2026-11-20"),
        ("---\nlast_reviewed_on: 2026-11-01\n---\n", "has no review_in, the time for which a review holds"),
        ("---\nreviewed: 2026-11-01\nreview_in: a while\n---\n", "review_in is 'a while', no time such as 6 months"),
        ("---\na: [\n---\n", "line 3: the front matter is not valid YAML"),
    ],
)  # fmt: skip
def test_a_review_that_is_not_told_says_what_is_wrong(head, problem):
    (review,) = one("path: a.md", {"a.md": f"{head}# A\n"}).reviews
    assert review.problem.startswith(problem)


@pytest.mark.parametrize(
    "page",
    [
        "---\nlast_reviewed_on: 2026-11-01\nreview_in: 2 weeks\n---\n# A\n",
        "---\nms.date: 2026-11-01\nreview_in: P14D\n---\n",
        "<!--\nlast_reviewed_on: 2026-11-01\nreview_in: 14 days\n-->\n# A\n",
        "\ufeff---\r\nlast_reviewed_on: 2026-11-01\r\nreview_in: 2w\r\n---\r\n",
    ],
)
def test_front_matter_is_read_as_people_write_it(page):
    (review,) = one("path: a.md", {"a.md": page}).reviews
    assert (date(2026, 11, 1), date(2026, 11, 15)) == (review.reviewed, review.due)


def test_fields_are_the_front_matter_of_restructured_text():
    (review,) = one("path: a.rst", {"a.rst": ":last_reviewed_on: 2026-11-01\n:review_in: 1 month\n\nT\n=\n"}).reviews
    assert date(2026, 12, 1) == review.due


@pytest.mark.parametrize(
    ("begin", "span", "end"),
    [
        (date(2026, 1, 31), "1 month", date(2026, 2, 28)),
        (date(2026, 10, 31), "1m", date(2026, 11, 30)),
        (date(2026, 8, 31), "6 个月", date(2027, 2, 28)),
        (date(2026, 2, 1), "1年", date(2027, 2, 1)),
        (date(2026, 2, 1), "2 周", date(2026, 2, 15)),
        (date(2026, 2, 1), "30天", date(2026, 3, 3)),
        (date(2026, 11, 30), "1 month", date(2026, 12, 30)),
        (date(2024, 2, 29), "1 year", date(2025, 2, 28)),
        (date(2026, 12, 31), "P2M", date(2027, 2, 28)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last(begin, span, end):
    assert end == frontmatter.after(begin, span)


def at(day: int, content: str | None) -> Revision:
    return Revision(
        at=datetime(2026, 11, day, tzinfo=UTC), content=lambda: None if content is None else content.encode()
    )


@pytest.mark.parametrize(
    ("past", "changed"),
    [
        ([at(9, "---\nreviewed: 1\n---\nhello  world\n"), at(5, "hello world"), at(2, "hello")], date(2026, 11, 5)),
        ([at(9, "hello world"), at(5, None), at(2, "hello world")], date(2026, 11, 9)),
        ([at(9, "other")], date.max),
        ([], date.max),
    ],
)  # fmt: skip
def test_a_change_of_front_matter_or_white_space_is_no_change_of_content(past, changed):
    assert changed == one("path: a.md", {"a.md": "hello world\n"}, past=lambda _: past).changed


def test_without_a_history_it_is_said_and_not_guessed():
    found = one("path: a.md", {"a.md": "x"})
    assert (None, "when it was last changed cannot be told: there is no git history") == (
        found.changed,
        found.changed_note,
    )


def test_what_was_there_at_the_start_is_asked_of_the_history():
    then = {date(2026, 1, 5): frozenset({"a.md"})}
    more = {"above": "start: 2026-01-05\n", "past": lambda _: [], "then": then.get}
    assert one("path: a.md", {"a.md": "x"}, **more).at_start
    assert one("path: b.md", {"b.md": "x"}, **more).at_start is False
    late = read(
        "start: 2025-01-05\ndocuments: [{id: a, path: a.md}]\n", {"a.md": "x"}, past=lambda _: [], then=then.get
    )
    assert (None, "no commit is as old as 2025-01-05") == (late.documents[0].at_start, late.start_note)


def test_paths_begin_at_the_folder_of_the_policy():
    found = one("path: docs/a.md, min_words: 9", {"sub/docs/a.md": "x", "docs/a.md": "y"}, folder="sub")
    assert (("sub/docs/a.md",), "docs/a.md") == (found.paths, found.stubs[0].path)


REST = "documents: [{id: a, path: a.md}]\n"


def test_links_translations_the_change_log_and_the_api_are_counted():
    register = read(
        REST + "links: [{path: a.md}]\ntranslations: [{of: a.md, in: b.md}, {of: a.md, in: c.md}]\n"
        "changelog: CHANGELOG.md\napi: [src]\npages: [b.md, c.md]\n",
        {
            "a.md": "# A\n\n## B\n\n[x](b.md) [y](gone.md) [z](https://e.org)\n",
            "b.md": "# 一\n\n## 二\n",
            "c.md": "---\nreview_in: 1y\n---\n# 一\n",
            "CHANGELOG.md": "# C\n\n## [1.0.0] - 2026-01-01\n\n### Fixed\n",
            "src/m.py": '"""M."""\nimport os\ndef f():\n    pass\ndef _g():\n    pass\nclass C:\n    """C."""\n',
            "src/_own.py": "def h(): pass\n",
        },
    )  # fmt: skip
    told = {name: (tally.good, tally.total, len(tally.spots), tally.note) for name, tally in register.tallies}
    assert {
        "links": (1, 2, 1, ""),
        "translation_parity": (1, 2, 1, ""),
        "changelog": (0, 0, 0, ""),
        "api_documented": (2, 3, 1, ""),
    } == told
    assert [("c.md", "has no last_reviewed_on")] == [(page.path, page.problem) for page in register.pages]
    assert "src.m.f" == register.tally("api_documented").spots[0].title


def test_what_cannot_be_counted_says_why():
    register = read(REST + "links: [{path: docs}]\nchangelog: C.md\napi: [src]\n", {"src2/x.py": ""})
    assert [
        "there is no page at docs",
        "there is no file C.md, which line 3 of quality/documents.yml names",
        "there is no Python file below src",
    ] == [tally.note for _, tally in register.tallies]


def test_what_is_wrong_with_one_record_is_told_at_once():
    text = "stages: [{id: plan, started: 2026-01-01}]\ndocuments:\n  - {id: a, ownr: x, stage: plam}\n"
    with pytest.raises(CannotReadReport) as caught:
        list(READER.read(source(text, tree=lambda: tree({}))))
    told = str(caught.value)
    assert told.startswith("has 3 problems: ")
    assert "line 3, document 1: has the unknown column 'ownr'; did you mean owner?" in told
    assert "line 3: a is of the stage 'plam', which is none; did you mean plan?" in told
    assert "line 3: a has no path, and no reason under tailored_out" in told


def test_of_very_many_problems_some_are_told():
    text = "documents:\n" + "".join(f"  - {{id: a{number}, x: 1}}\n" for number in range(3_000))
    with pytest.raises(CannotReadReport, match="has at least 1000 problems"):
        list(READER.read(source(text, tree=lambda: tree({}))))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("documents:\n", "line 1: has no documents"),
        ("[1]", "line 1: is no mapping"),
        ("documents: {}\n", "has no documents"),
        ("documents: 7\n", "line 1: documents is no list of records"),
        ("documents: [7]\n", "line 1: is '7', not a record"),
        (REST + "stage: []\n", "line 2: has the unknown key 'stage'; did you mean stages?"),
        ("documents:\n  - {id: a, path: a, onwer: x}\n", "line 2, document 1: has the unknown column 'onwer'; did"),
        ("documents:\n  - {path: a}\n", "line 2, document 1: has no id"),
        ("documents:\n  - {id: a}\n", "line 2: a has no path, and no reason under tailored_out"),
        ("documents:\n  - {id: a, path: a}\n  - {id: a, path: b}\n", "the id 'a' is also in line 2"),
        ("documents: [{id: a, path: /etc/passwd}]\n", "path is '/etc/passwd', no path or glob"),
        ("documents: [{id: a, path: ../x}]\n", "path is '../x', no path or glob"),
        ("documents: [{id: a, path: a, status: aproved}]\n", "did you mean approved?"),
        ("documents: [{id: a, path: a, stage: x}]\n", "is of the stage 'x', which is none"),
        ("documents: [{id: a, path: a, sha256: 12}]\n", "sha256 is no SHA-256"),
        ("documents: [{id: a, path: a, headings: [[]]}]\n", "headings holds '[]', no text"),
        (REST + "stages: [{id: s, started: 2026-02-01, ended: 2026-01-01}]\n", "the stage s ends before it starts"),
        (REST + "start: soon\n", "line 2: start is 'soon', no date"),
        (REST + "links: [{path: ., profile: gitbub}]\n", "did you mean github?"),
        ("documents: [\n", "is not valid YAML"),
        ("", "is an empty file"),
    ],
)  # fmt: skip
def test_a_register_that_cannot_be_trusted_is_refused_with_its_line(text, message):
    with pytest.raises(CannotReadReport) as caught:
        read(text)
    assert message in str(caught.value)


def test_without_files_to_look_at_a_register_is_refused():
    with pytest.raises(CannotReadReport, match="no folder"):
        list(READER.read(source(REST)))


def test_where_the_packages_are_missing_a_register_is_refused(monkeypatch):
    import sys

    from qualitygate.documents import markdown

    markdown._renderer.cache_clear()
    monkeypatch.setitem(sys.modules, "comrak", None)
    with pytest.raises(CannotReadReport, match="pip install"):
        read(REST, {"a.md": "x"})
    markdown._renderer.cache_clear()


@given(cut=st.integers(0, 3000), junk=st.text(alphabet="[]{}:-,\n \t\"'#&*!|>%@`\0é", max_size=8), data=st.data())
def test_a_mutated_register_is_read_or_refused(cut, junk, data):
    text = SAMPLE.read_text(encoding="utf-8")
    end = data.draw(st.integers(cut, cut + 200))
    try:
        found = read(text[:cut] + junk + text[end:], {"docs/srs.md": PAGE})
    except CannotReadReport:
        return
    assert found.documents


@given(text=st.text(alphabet=st.sampled_from(list("-#:\n <>!`ab待TODO[]()\r\t\0\u202e")), max_size=120))
def test_whatever_a_document_holds_the_register_is_read(text):
    assert 1 == len(one("path: a.md, headings: [a]", {"a.md": text}).reviews)
