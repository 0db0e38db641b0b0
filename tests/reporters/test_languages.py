"""Reports in every language: golden files, the same numbers, the same harmlessness, and what is never translated."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from qualitygate import __version__, registry, wording
from qualitygate.cutting import cut
from qualitygate.extension import Style
from qualitygate.language import CHINESE, ENGLISH, speaking
from qualitygate.model.verdict import Outcome
from tests.reporters import page, samples

GOLDEN = Path(__file__).parent.parent / "golden" / CHINESE
TOLD = ("text", "markdown", "github", "html")
FIXED = ("json", "sarif", "junit", "badge")
SAMPLES = ("every_outcome", "all_passed", "on_nothing", "changed_code", "known_findings", "required_documents")
WORDS = {
    Outcome.PASSED: "通过",
    Outcome.WARNED: "警告",
    Outcome.WAIVED: "已豁免",
    Outcome.NO_DATA: "无数据",
    Outcome.FAILED: "未通过",
}


def told(name: str, sample: str, lang: str, **style: bool) -> str:
    return registry.render(name, getattr(samples, sample)(), Style(lang=lang, **style))


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("name", TOLD)
def test_the_chinese_report_is_the_golden_file(name, sample):
    """``QUALITYGATE_UPDATE_GOLDEN=1`` writes it anew."""
    now = told(name, sample, CHINESE).replace(f"qualitygate {__version__}", "qualitygate VERSION")
    golden = GOLDEN / name / f"{sample}{registry.reporter(name).suffix}"
    if os.environ.get("QUALITYGATE_UPDATE_GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(now, encoding="utf-8", newline="\n")
    assert golden.read_bytes().decode() == now


@pytest.mark.parametrize("sample", [*SAMPLES, "hostile"])
@pytest.mark.parametrize("name", FIXED)
def test_what_machines_read_is_the_same_in_every_language(name, sample):
    assert told(name, sample, ENGLISH) == told(name, sample, CHINESE)


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("sample", [*SAMPLES, "hostile"])
@pytest.mark.parametrize("name", TOLD)
def test_a_report_has_the_same_numbers_in_every_language(name, sample, verbose):
    numbers = [sorted(re.findall(r"\d+", told(name, sample, lang, verbose=verbose))) for lang in (ENGLISH, CHINESE)]
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize("name", TOLD)
def test_every_outcome_has_its_word(name):
    shown = told(name, "every_outcome", CHINESE)
    shown = page.parse(shown).all("body")[0].text if name == "html" else shown
    assert all(word in shown for word in WORDS.values())
    assert not re.search(r"\b(PASS|WARN|WAIVED|NO DATA|FAIL)\b", shown)


@pytest.mark.parametrize("sample", [*SAMPLES, "hostile"])
def test_ids_labels_and_paths_stay_as_they_are(sample):
    kept = r"[a-z]+\.[a-z_]+(?: \[[^\]]*\])?|tests/\w+\.py:\d+"
    english, chinese = (told("text", sample, lang, verbose=True) for lang in (ENGLISH, CHINESE))
    assert set(re.findall(kept, english)) == set(re.findall(kept, chinese))


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("sample", ["hostile", "changed_code"])
def test_hostile_names_are_as_harmless_in_chinese(sample, verbose):
    markdown_it = pytest.importorskip("markdown_it", reason="markdown-it-py renders the Markdown")
    parser = markdown_it.MarkdownIt("commonmark", {"html": True}).enable("table")
    for name in TOLD:
        shown = told(name, sample, CHINESE, verbose=verbose)
        assert not set(shown) & set("\x00\x0b\x1b\u202d\u2069\u200b\ufffe\ud800\r")
    tags = [
        [element.tag for element in page.parse(make(told(name, sample, lang, verbose=verbose))).all()]
        for name, make in (("markdown", parser.render), ("html", str))
        for lang in (ENGLISH, CHINESE)
    ]
    assert (tags[0], tags[2]) == (tags[1], tags[3])


@pytest.mark.parametrize("lang", [ENGLISH, CHINESE])
def test_the_page_says_its_language(lang):
    (html,) = page.parse(told("html", "every_outcome", lang)).all("html")
    assert lang == html.attributes["lang"]


def test_the_checks_begin_in_one_column():
    results = [line for line in told("text", "every_outcome", CHINESE, verbose=True).splitlines() if "release/" in line]
    columns = {
        wording.width(line.partition("release/")[0]) for line in results if line.startswith(tuple(WORDS.values()))
    }
    assert {8} == columns


@pytest.mark.parametrize(("text", "width"), [("FAIL", 4), ("未通过", 6), ("e\u0301", 1), ("Ａ", 2), ("ﾊ", 1), ("", 0)])
def test_the_width_of_a_text_is_what_a_terminal_needs(text, width):
    assert width == wording.width(text)


def test_what_is_bold_in_english_is_bold_in_chinese():
    """GFM does not close bold between a full-width sign and a letter."""
    markdown_it = pytest.importorskip("markdown_it", reason="markdown-it-py renders the Markdown")
    parser = markdown_it.MarkdownIt("commonmark", {"html": True}).enable("table")
    for sample in SAMPLES:
        bold = []
        for lang in (ENGLISH, CHINESE):
            with speaking(lang):
                shown = parser.render(told("markdown", sample, lang) + cut("a line\n" * 99, 400, "-"))
            bold.append((shown.count("<strong>"), shown.count("**")))
        assert bold[0] == bold[1]
