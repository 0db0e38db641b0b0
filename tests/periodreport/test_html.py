"""The page of a period: nothing runs, nothing is loaded, and whatever strangers write stays text."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from qualitygate import periodreport
from qualitygate.language import CHINESE, ENGLISH, LANGUAGES
from tests.periodreport import samples
from tests.reporters import page
from tests.reporters.samples import HOSTILE

pytest.importorskip("vl_convert", reason="vl-convert is not installed: the extra report")
GOLDEN = Path(__file__).parent.parent / "golden" / "periodreport"
SAMPLES = ("whole", "so_far", "on_nothing", "hostile")
SVG = re.compile(r"(<svg [^>]*>)(<title.*?</desc>).*?</svg>", re.DOTALL)
OURS = re.compile(
    "html|head|meta|title|style|body|header|nav|main|section|article|footer|h1|h2|h3|h4|p|ul|li|a|b|dl|dt|dd|div|time"
    "|code|span|bdi|strong|table|caption|thead|tbody|tr|th|td|figure|figcaption|svg|desc|g|path|rect|line|text|defs"
    "|clipPath|clippath"
)


def told(sample: str, lang: str = ENGLISH) -> str:
    return periodreport.render("html", getattr(samples, sample)(), lang)


def shown(sample: str, lang: str = ENGLISH) -> page.Element:
    return page.parse(told(sample, lang))


@pytest.mark.parametrize(("sample", "lang"), [("whole", ENGLISH), ("whole", CHINESE), ("on_nothing", ENGLISH)])
def test_the_page_is_the_golden_file(sample, lang):
    now = SVG.sub(r"<svg>\2</svg>", told(sample, lang))  # how a plot is drawn is Vega's, and changes with it
    golden = GOLDEN / lang / f"{sample}.html"
    if os.environ.get("QUALITYGATE_UPDATE_GOLDEN"):
        golden.write_bytes(now.encode())
    assert golden.read_bytes().decode() == now


@pytest.mark.parametrize("sample", SAMPLES)
def test_only_our_own_elements_are_in_the_page_and_none_runs_loads_or_styles_anything(sample):
    whole = shown(sample)
    for element in whole.all():
        assert OURS.fullmatch(element.tag), element.tag
        banned = {"src", "style", "xlink:href", "srcset", "data"}
        assert not [name for name in element.attributes if name.startswith("on") or name in banned], element
    policy = next(each for each in whole.all("meta") if "http-equiv" in each.attributes).attributes["content"]
    (sheet,) = whole.all("style")
    digest = b64encode(sha256(sheet.text.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not re.search(r"url\(|@import|expression", sheet.text)


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_link_stays_in_the_page_and_finds_its_one_target(sample):
    whole = shown(sample)
    ids = [element.attributes["id"] for element in whole.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    links = [str(element.attributes["href"]) for element in whole.all("a")]
    assert links
    assert [] == [link for link in links if not link.startswith("#") or link[1:] not in ids]


def test_what_strangers_write_is_text_in_the_page():
    whole = shown("hostile")
    (first,) = [line for line in HOSTILE.splitlines() if "onerror" in line]
    assert first.partition(" ::error")[0] in whole.text
    assert not whole.all("img", "script")


@pytest.mark.parametrize("sample", SAMPLES)
def test_no_character_of_the_page_is_unseen(sample):
    for lang in LANGUAGES:
        assert told(sample, lang).replace("\n", "").isprintable()


@pytest.mark.parametrize(("lang", "roles"), [(ENGLISH, ["Prepared by", "Reviewed by"]), (CHINESE, ["编制", "审核"])])
def test_there_is_room_to_sign_before_anything_else(lang, roles):
    text = told("whole", lang)
    assert [text.index(role) for role in roles] == sorted(text.index(role) for role in roles)
    empty = r'(<td data-head="[^"]+"></td>){3}</tr>'
    found = [re.search(rf'<th scope="row">{role}</th>{empty}', text) for role in roles]
    assert all(each and each.end() < text.index("<nav") for each in found), "on a phone each cell names itself"


def test_every_commitment_has_its_row_its_article_and_its_standing_in_words():
    whole = shown("whole")
    table = whole.all("table")[1]
    rows = {body.all("th")[0].all("a")[0].text: body.text for body in table.all("tbody")}
    standings = {each.clause.id: each.standing.name.replace("_", " ") for each in samples.whole().commitments}
    assert [*standings] == [*rows]
    assert all(standings[id] in text for id, text in rows.items())
    assert len(standings) == len([each for each in whole.all("article") if "id" in each.attributes])
    assert "MET" not in rows["8.1"]


def test_every_finding_has_its_row_with_its_place():
    whole = shown("whole")
    found = [each for check in samples.whole().checks for each in check.result.measurement.findings]
    listed = [row for table in whole.all("table") for row in table.all("tr") if "late by 2.00 h" in row.text]
    assert ["quality/tickets.jsonl:61"] == [row.all("th")[0].text for row in listed]
    assert all(each.message in whole.text and each.title in whole.text for each in found)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_plot_has_a_title_a_description_and_its_numbers(lang):
    figures = shown("whole", lang).all("figure")
    dated = [check for check in samples.whole().checks if samples.whole().trend(check)]
    assert len(dated) - 1 == len(figures)  # nothing to plot where no period has a value
    for figure in figures:
        (svg,) = figure.all("svg")
        assert ["title", "desc"] == [child.tag for child in svg.children[:2]]
        named = [child.attributes["id"] for child in svg.children[:2]]
        assert named == (svg.attributes["aria-labelledby"] or "").split()
        assert 8 == len(figure.all("table")[0].all("tbody")[0].all("tr"))


def test_the_numbers_are_the_same_in_every_language():
    numbers = [
        sorted(number for table in shown("whole", lang).all("table")[1:] for number in re.findall(r"\d+", table.text))
        for lang in (ENGLISH, CHINESE)
    ]
    assert numbers[0] == numbers[1]


def test_the_page_says_its_language_and_tells_its_words_in_it():
    whole = shown("whole", CHINESE)
    assert "zh-CN" == whole.all("html")[0].attributes["lang"]
    assert "质量保证报告" in whole.text and "改进措施100%落实。" in whole.text
    words = [span.text for span in whole.all("span") if "word" in str(span.attributes.get("class", "")).split()]
    assert {"达标", "未达标", "无数据", "已豁免", "未检查", "未到期"} == set(words)
