from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote

import pytest

from qualitygate.escaping import markdown, tree_path
from qualitygate.extension import Style
from qualitygate.model.verdict import GateResult
from qualitygate.reporters.markdown import FINDINGS_SHOWN, REPORTER
from tests.reporters import page, samples

PLAIN, VERBOSE = Style(), Style(verbose=True)


def browser(text: str) -> page.Element:
    """The page GitHub would show, links found as GFM finds them and HTML let through."""
    markdown_it = pytest.importorskip("markdown_it", reason="markdown-it-py renders the Markdown")
    return page.parse(markdown_it.MarkdownIt("commonmark", {"html": True}).enable("table").render(text))


def test_the_heading_is_the_verdict_with_its_counts():
    first = REPORTER.render(samples.every_outcome(), PLAIN).splitlines()[0]
    assert first == r"## ❌ FAIL: acme\-release (1 failed, 1 without data, 1 waived, 1 warned, 3 passed)"


def test_the_table_has_what_did_not_pass_worst_first():
    shown = browser(REPORTER.render(samples.every_outcome(), PLAIN)).all("table")[0]
    words = [row.all("td")[0].text.split("\u00a0", 1)[1] for row in shown.all("tr")[1:]]
    assert words == ["FAIL", "NO\u00a0DATA", "WAIVED", "WARN"]


def test_what_passed_is_folded_away_whole():
    folded = browser(REPORTER.render(samples.every_outcome(), PLAIN)).all("details")[0]
    assert folded.all("summary")[0].text == "3 passed"
    assert len(folded.all("tr")) == 1 + 3


def test_a_cut_list_says_of_how_many_and_leaves_the_counts_alone():
    told = REPORTER.render(samples.every_outcome(), PLAIN)
    assert told.count("AssertionError") == FINDINGS_SHOWN + 7
    assert "- shown 10 of 43\n" in told
    assert "| 43 blocking failures |" in told


def test_verbose_shows_every_finding():
    told = REPORTER.render(samples.every_outcome(), VERBOSE)
    assert told.count("AssertionError") == 43 + 7
    assert "- shown" not in told


def test_exceptions_are_shown_even_where_all_passed():
    verdict = replace(samples.all_passed(), waivers=samples.every_outcome().waivers)
    told = REPORTER.render(verdict, PLAIN)
    assert r"W\-014 on release/tests.defect\_rate until 2026\-12\-01" in told
    assert r"W\-009 on release/tests.failed EXPIRED 2026\-11\-20" in told


def test_one_gate_needs_no_prefix():
    assert "| tests.new" in REPORTER.render(samples.all_passed(), PLAIN)
    assert "| pull\\-request/tests.new" in REPORTER.render(samples.every_outcome(), PLAIN)


def test_a_hostile_name_makes_no_element_of_its_own():
    found = {element.tag for element in browser(REPORTER.render(samples.hostile(), VERBOSE)).all()}
    ours = {"h2", "p", "strong", "ul", "li", "details", "summary", "table", "thead", "tbody", "tr", "th", "td"}
    assert found <= ours


def test_a_hostile_name_stays_in_its_cell():
    told = browser(REPORTER.render(samples.hostile(), VERBOSE))
    assert {len(row.children) for row in told.all("tr")} == {5}


def test_a_hostile_name_shows_as_it_is_written():
    verdict = samples.hostile()
    shown = browser(REPORTER.render(verdict, VERBOSE)).all("h2")[0].text.replace("\u200b", "")
    for attack in ("<img src=x onerror=alert(1)>", "@org/team #12 GH-12", "|cell| `code` **bold** [link]("):
        assert attack in shown


@pytest.mark.parametrize("text", ["@org/team", "someone@example.org", "#12", "org/repo#12", "GH-12"])
def test_a_mention_or_reference_is_parted_from_what_it_names(text):
    shown = browser(markdown(text)).text.strip()
    assert shown.replace("\u200b", "") == text
    assert re.search("[@#-]\u200b", shown)


@pytest.mark.parametrize("text", ["https://evil.example", "www.evil.example", "WWW.EVIL.EXAMPLE"])
def test_an_address_is_broken_where_gfm_would_link_it(text):
    escaped = markdown(text)
    assert not re.search(r"(?<!\\)://", escaped)
    assert not re.search(r"www\.", escaped, re.IGNORECASE)


def test_findings_of_a_result_that_passed_are_not_listed():
    verdict = replace(samples.all_passed(), gates=(GateResult(name="release", conditions=samples.passed()),))
    assert "test_migrates" not in REPORTER.render(verdict, VERBOSE)


def test_the_changed_files_that_lack_cover_are_a_table_with_their_lines():
    tables = browser(REPORTER.render(samples.changed_code(), PLAIN)).all("table")
    rows = [[cell.text for cell in row.children] for row in tables[1].all("tr")]
    assert rows[0] == ["File", "Could run", "Covered", "Share", "Uncovered lines"]
    assert rows[1] == ["src/pay.py", "9", "2", "22.22 %", "12-15, 20, 31-32"]
    assert len(rows) == 1 + 2


def test_only_findings_on_changed_lines_are_in_the_table_and_the_others_are_counted():
    told = REPORTER.render(samples.changed_code(), PLAIN)
    assert [len(row.children) for row in browser(told).all("table")[2].all("tr")] == [4] * 3
    assert r"**Findings on changed lines\: 2 of 14**" in told
    assert "\n12 on other lines\n" in told


def test_a_long_table_is_folded_away_after_its_beginning():
    told = browser(REPORTER.render(samples.known_findings(), PLAIN))
    assert len(told.all("table")[1].all("tr")) == 1 + FINDINGS_SHOWN
    folded = told.all("details")[0]
    assert folded.all("summary")[0].text == "2 more findings"
    assert len(folded.all("tr")) == 1 + 2


def test_a_very_long_table_is_cut_and_says_so_and_verbose_has_it_whole():
    failed = samples.known_findings().gates[0].conditions[0]
    many = tuple(replace(failed.measurement.findings[0], line=number) for number in range(1, 71))
    result = replace(failed, measurement=replace(failed.measurement, findings=many))
    verdict = replace(samples.known_findings(), gates=(GateResult(name="release", conditions=(result,)),))
    brief, whole = REPORTER.render(verdict, PLAIN), REPORTER.render(verdict, VERBOSE)
    assert (50, True) == (brief.count("| medium |"), "\nshown 50 of 70\n" in brief)
    assert (70, False) == (whole.count("| medium |"), "shown" in whole)


def test_hostile_names_of_files_and_findings_stay_in_their_cells():
    told = browser(REPORTER.render(samples.changed_code(), VERBOSE))
    for table in told.all("table"):
        assert len({len(row.children) for row in table.all("tr")}) == 1
    ours = {"h2", "p", "strong", "ul", "li", "details", "summary", "table", "thead", "tbody", "tr", "th", "td"}
    assert {element.tag for element in told.all()} <= ours


FILES = Style(verbose=True, files="https://git.example/acme/shop/blob/1a2b/")


@pytest.mark.parametrize("sample", ["every_outcome", "known_findings"])
def test_each_place_is_a_link_to_its_line_where_the_files_can_be_read(sample):
    verdict = getattr(samples, sample)()
    places = {
        f"{finding.path}:{finding.line}": f"{FILES.files}{finding.path}#L{finding.line}"
        for gate in verdict.gates
        for result in gate.conditions
        for finding in result.measurement.findings
        if finding.line and tree_path(finding.path or "") == finding.path == quote(finding.path)
    }
    links = {link.text: link.attributes["href"] for link in browser(REPORTER.render(verdict, FILES)).all("a")}
    assert places
    assert places == {place: links.get(place) for place in places}
    assert "](" not in REPORTER.render(verdict, PLAIN)


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("a b/(c).py", "a%20b/%28c%29.py#L1"),
        ("文档.MD", "%E6%96%87%E6%A1%A3.MD?plain=1#L1"),
        ("a](x) <b>|.py", "a%5D%28x%29%20%3Cb%3E%7C.py#L1"),
        ("/etc/passwd", None),
        ("../out.py", None),
        ("https://example.org/x", None),
    ],
)
def test_a_path_makes_no_other_address_than_that_of_its_file(path, address):
    verdict = samples.required_documents()
    (gate,) = verdict.gates
    first = gate.conditions[0]
    finding = replace(first.measurement.findings[0], path=path, line=1)
    result = replace(first, measurement=replace(first.measurement, findings=(finding,)))
    shown = browser(REPORTER.render(replace(verdict, gates=(replace(gate, conditions=(result,)),)), FILES))
    links = [link.attributes["href"] for link in shown.all("a")]
    assert ([FILES.files + address] if address else []) == links
