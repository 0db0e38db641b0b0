"""A comment and a check run in a browser, as GitHub shows them.

``QUALITYGATE_UPDATE_PICTURES=1 pytest tests/action/test_pictures.py`` takes the pictures of ``docs/pictures`` anew, on
a machine that has a font for emoji. Look at them before they are committed: no test says whether they are good.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from qualitygate import publication
from qualitygate.model.verdict import Verdict
from qualitygate.publication import CommentMode, Publication
from tests.action import browser, pages
from tests.reporters import samples

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
RUN = "https://github.com/acme/crm/actions/runs/99"
MENTION = re.compile(r"(?<![\w`/])@[a-z0-9]", re.IGNORECASE)
REFERENCE = re.compile(r"(?:(?<!\w)#|\bGH-)\d", re.IGNORECASE)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> browser.Browser:
    return browser.find(tmp_path_factory.mktemp("chromium"))


def told(verdict: Verdict) -> Publication:
    return Publication(verdict=verdict, name="qualitygate: release", url=RUN)


def comment(verdict: Verdict, before: str | None = None) -> str:
    text = publication.comment(told(verdict), CommentMode.ON_PROBLEM).body(before)
    assert text is not None
    return text


FAILING = comment(samples.every_outcome())
RECOVERED = comment(samples.all_passed(), before=FAILING)
CHECK = publication.check_run(told(samples.every_outcome()))
SHOWN = {
    "comment-failing": pages.comment(FAILING),
    "comment-recovered": pages.comment(RECOVERED),
    "check-run": pages.check(CHECK),
}


def rows(table: int) -> str:
    return (
        f"[...document.querySelectorAll('table')[{table}].tBodies[0].rows]"
        ".map(row => [...row.cells].map(cell => cell.innerText))"
    )


def test_the_table_of_a_comment_has_a_row_for_each_result_that_did_not_pass(chromium):
    seen = chromium.ask(SHOWN["comment-failing"], rows(0))
    words = [row[0].replace("\u00a0", " ") for row in seen]
    assert ["❌ FAIL", "❌ NO DATA", "⚠️ WAIVED", "⚠️ WARN"] == words
    assert [
        "release/tests.blocking_failures",
        "43 blocking failures",
        "at most 0",
        "43 blocking failures too many",
    ] == (seen[0][1:])
    assert "14.29 %" not in str(seen)


def test_no_verdict_and_no_number_is_broken_over_lines(chromium):
    seen = chromium.ask(
        SHOWN["comment-failing"],
        "[...document.querySelectorAll('table')[0].tBodies[0].rows].map(row => [...row.cells].map(cell => {"
        " const range = document.createRange(); range.selectNodeContents(cell);"
        " const ends = [...range.getClientRects()].map(box => box.bottom);"
        " return Math.max(...ends) - Math.min(...ends) }))",
    )
    line = 21
    assert max(row[0] for row in seen) < line / 2
    assert max(row[1] for row in seen) >= line - 1  # the columns are narrow, and others are broken
    assert "below 5\u00a0%" == chromium.ask(SHOWN["comment-failing"], rows(0))[1][3]


def test_what_passed_is_folded_away_until_it_is_asked_for(chromium):
    seen = chromium.ask(
        SHOWN["comment-failing"],
        "[...document.querySelectorAll('details')].map(each => [each.open, each.querySelector('summary').innerText,"
        " each.querySelector('table').checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})])",
    )
    assert [[False, "3 passed", False]] == seen
    opened = SHOWN["comment-failing"].replace("<details>", "<details open>")
    assert 3 == len(chromium.ask(opened, rows(1)))


def test_a_comment_that_recovered_is_one_line(chromium):
    seen = chromium.ask(SHOWN["comment-recovered"], "document.querySelector('article').innerText.trim()")
    assert "✅ PASS: qualitygate: release — 3 passed (was failing until 3f2c1ab4d5)" == seen


def test_nothing_of_the_marker_is_seen(chromium):
    for page in (SHOWN["comment-failing"], SHOWN["comment-recovered"]):
        assert "outcome" not in chromium.ask(page, "document.body.innerText")


def test_a_check_run_has_title_table_and_annotations(chromium):
    seen = chromium.ask(
        SHOWN["check-run"],
        f"[document.querySelector('h1').innerText, {rows(0)}.length,"
        " document.querySelectorAll('.annotation').length, document.querySelector('header').innerText]",
    )
    assert [CHECK.title, 4, 3, "✕ qualitygate: release"] == seen


HOSTILE = samples.hostile()
EVIL_CHECK = publication.check_run(replace(told(HOSTILE), notes=(samples.HOSTILE,)))
EVIL = {
    "comment": pages.comment(comment(HOSTILE)),
    "comment-recovered": pages.comment(
        comment(replace(samples.all_passed(), policy=samples.HOSTILE), comment(HOSTILE))
    ),
    "check-run": pages.check(EVIL_CHECK),
    "check-run-text": pages.comment(EVIL_CHECK.text),
}


@pytest.mark.parametrize("name", EVIL)
def test_a_hostile_text_is_shown_and_is_nothing_else(chromium, name):
    allowed = f"a:not([href='{RUN}'])"
    tags, links, text = chromium.ask(
        EVIL[name],
        "[[...new Set([...document.querySelectorAll('main *')].map(each => each.localName))],"
        f' [...document.querySelectorAll("main {allowed}")].map(each => each.href),'
        " document.querySelector('.markdown').textContent]",
    )
    known = (
        "header strong span article section div code h1 h2 h3 p ul li a br table thead tbody tr th td details summary"
    )
    assert set(tags) <= set(known.split())
    assert [] == links
    assert not MENTION.search(text)
    assert not REFERENCE.search(text)
    if name != "comment-recovered":
        assert "<img src=x onerror=alert(1)>" in text
        assert "**bold** [link](https://evil.example)" in text


def test_a_commit_that_is_none_cannot_end_the_marker(chromium):
    commit = "--!><img src=x><b>"
    body = comment(replace(samples.every_outcome(), subject={"commit": commit}))
    seen = chromium.ask(pages.comment(body), "document.querySelectorAll('main article > :first-child')[0].localName")
    assert "h2" == seen


def test_the_page_would_show_what_is_not_escaped(chromium):
    """The tests above can fail."""
    page = pages.comment("**[x](https://evil.example)** <img src=x> @org #12\n\nhttps://evil.example")
    seen = chromium.ask(page, "[...document.querySelectorAll('main article *')].map(each => each.localName)")
    assert ["p", "strong", "a", "img", "p", "a"] == seen
    assert MENTION.search(page)
    assert REFERENCE.search(page)


@pytest.mark.parametrize("name", SHOWN)
def test_a_picture_is_there_and_small(chromium, name):
    path = PICTURES / f"{name}.png"
    if os.environ.get("QUALITYGATE_UPDATE_PICTURES"):
        path.parent.mkdir(exist_ok=True)
        chromium.picture(SHOWN[name], path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert path.stat().st_size < 150_000
