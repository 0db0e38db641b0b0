from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise

import pytest

from qualitygate.extension import Style
from qualitygate.reporters.html import REPORTER
from tests.reporters import page, samples

SAMPLES = (
    "every_outcome",
    "all_passed",
    "on_nothing",
    "hostile",
    "changed_code",
    "known_findings",
    "required_documents",
)
OURS = re.compile(
    "html|head|meta|title|style|body|header|nav|main|section|footer|h1|h2|h3|p|ul|li|a|dl|dt|dd|time|code|span|bdi"
    "|table|caption|thead|tbody|tr|th|td"
)


def shown(sample: str) -> page.Element:
    return page.parse(REPORTER.render(getattr(samples, sample)(), Style()))


@pytest.mark.parametrize("sample", SAMPLES)
def test_only_our_own_elements_and_attributes_are_in_the_page(sample):
    for element in shown(sample).all():
        assert OURS.fullmatch(element.tag)
        assert not [name for name in element.attributes if name.startswith("on") or name in {"src", "style"}]


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_link_stays_in_the_page_and_finds_its_target(sample):
    whole = shown(sample)
    targets = [element.attributes.get("id") for element in whole.all()]
    links = [element.attributes["href"] for element in whole.all("a")]
    assert links
    for link in links:
        assert targets.count(link.removeprefix("#")) == 1


def test_the_content_security_policy_lets_only_our_style_through():
    whole = shown("every_outcome")
    policy = next(meta for meta in whole.all("meta") if "http-equiv" in meta.attributes).attributes["content"]
    style = b64encode(sha256(whole.all("style")[0].text.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'"


def test_the_style_loads_nothing():
    assert not re.search(r"url\(|@import|expression", shown("every_outcome").all("style")[0].text)


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_table_has_a_caption_and_scoped_headings(sample):
    for table in shown(sample).all("table"):
        assert table.children[0].tag == "caption"
        assert {heading.attributes.get("scope") for heading in table.all("thead")[0].all("th")} == {"col"}
        for row in table.all("tbody")[0].all("tr"):
            assert [heading.attributes.get("scope") for heading in row.all("th")] == ["row"]
            assert len(row.children) == len(table.all("thead")[0].all("th"))


def test_headings_start_at_one_and_skip_no_level():
    levels = [int(element.tag[1]) for element in shown("every_outcome").all("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_page_names_its_language_and_its_verdict():
    whole = shown("every_outcome")
    assert whole.all("html")[0].attributes["lang"] == "en"
    assert whole.all("title")[0].text == "FAIL: acme-release, acme/crm v2.4.0 @ 3f2c1ab4d5"
    assert whole.all("h1")[0].text == "Quality gate: FAIL"


def test_every_result_and_every_finding_is_listed():
    told = shown("every_outcome").text
    assert told.count("AssertionError: assert") == 43 + 7
    assert "43 findings of release/tests.blocking_failures" in told
    assert "shop.test_db::test_migrates" in told
    gates = shown("every_outcome").all("section")[0].all("tbody")
    assert [len(gate.all("tr")) for gate in gates] == [3, 4]


def test_the_gates_come_first_worst_first():
    release = shown("every_outcome").all("section")[0].all("tbody")[1]
    assert [row.all("td")[0].text for row in release.all("tr")] == ["FAIL", "NO DATA", "WAIVED", "WARN"]


def test_exceptions_are_listed_whether_they_count_or_not():
    waivers, quarantine = (section.text for section in shown("every_outcome").all("section")[2:4])
    assert "until 2026-12-01" in waivers
    assert "EXPIRED 2026-11-20" in waivers
    assert "from 2026-12-01" in quarantine
    assert "None." in shown("all_passed").all("section")[2].text


def test_every_changed_file_is_in_the_table_with_its_uncovered_lines():
    changed = shown("changed_code").all("section")[1]
    rows = [[cell.text for cell in row.children] for row in changed.all("tbody")[0].all("tr")]
    assert rows[0] == ["src/pay.py", "9", "2", "22.22 %", "12-15, 20, 31-32"]
    assert rows[-1] == ["src/cart.py", "7", "7", "100 %", "none"]
    assert changed.all("caption")[0].text == "Coverage of changed lines: 13 of 23 in 3 files"


def test_every_document_of_a_register_is_in_its_table_also_those_that_lack_nothing():
    (table,) = shown("required_documents").all("section")[1].all("table")
    rows = [[cell.text for cell in row.children] for row in table.all("tbody")[0].all("tr")]
    assert "Required documents: 1 of 3 are complete" == table.all("caption")[0].text
    assert ["incomplete", "incomplete", "complete", "not required"] == [row[0] for row in rows]
    assert ["test", "@zhao.qi", "draft", "not told"] == rows[0][2:6]
    assert "holds TODO: write what is missing" in rows[0][6]
    assert "SRS软件需求规格说明 / Software requirements specificationdocs/srs.md" == rows[2][1]
    assert ["design", "@li.wei", "approved", "2026-11-02until 2027-05-02", "none"] == rows[2][2:]
    assert ["FAR", "none", "none", "not told", "not told", "part of the offer"] == rows[3][1:]


def test_every_finding_is_listed_once_with_what_counts_it():
    whole = shown("changed_code")
    on_changed, others = whole.all("section")[2].all("table")
    assert [cell.text for cell in on_changed.all("tbody")[0].children[0].children] == [
        *("critical", "src/pay.py:12", "S608what S608 says", "findings.new findings.total")
    ]
    assert len(others.all("tbody")[0].children) == 12
    assert [code.text for code in whole.all("code")].count("src/old.py:1") == 1


def test_without_changed_code_and_findings_there_is_no_section_for_them():
    assert [section.attributes["id"] for section in shown("every_outcome").all("section")] == [
        *("gates", "behind", "waivers", "quarantine", "method")
    ]


def test_the_method_gives_each_formula_and_its_source():
    method = shown("every_outcome").all("section")[4]
    rows = [[cell.text for cell in row.children] for row in method.all("tbody")[0].all("tr")]
    rate = next(row for row in rows if row[0] == "tests.defect_rate")
    assert rate[1:] == ["(failed + errored) / (passed + failed + errored)", "who defined it"]
    assert samples.DIGEST in shown("every_outcome").all("footer")[0].text


def test_a_verdict_on_nothing_says_why_at_the_top():
    assert "nothing was examined" in shown("on_nothing").all("header")[0].text


def test_hostile_text_shows_as_it_is_written():
    told = shown("hostile").all("bdi")[0].text
    assert "<img src=x onerror=alert(1)> ::error::pwned" in told
    assert "</style></script>" in told
    assert r"heading\u0000\u000b\ufffe\ud800" in told


@pytest.mark.parametrize("sample", ["hostile", "changed_code", "required_documents"])
def test_no_text_from_outside_stands_outside_an_isolated_element(sample):
    for element in shown(sample).all("td", "th", "dd", "dt", "h2", "h3", "p", "caption"):
        isolated = sum(bdi.text.count("<img") for bdi in element.all("bdi"))
        assert element.text.count("<img") == isolated


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_every_text_colour_has_the_contrast_of_wcag_aa(scheme):
    blocks = re.findall(r":root \{(.*?)\}", shown("all_passed").all("style")[0].text, re.DOTALL)
    colors = dict(re.findall(r"--([\w-]+): (#\w+)", blocks[["light", "dark", "print"].index(scheme)]))
    pairs = [("text", "page"), ("quiet", "page"), ("text", "soft")]
    for tone in ("good", "warn", "bad"):
        pairs += [(tone, f"{tone}-soft"), ("text", f"{tone}-soft"), ("quiet", f"{tone}-soft")]
    for front, back in pairs:
        assert _contrast(colors[front], colors[back]) >= 4.5, f"{front} on {back}"


def _contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    digits = color[1:] if len(color) == 7 else "".join(digit * 2 for digit in color[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
