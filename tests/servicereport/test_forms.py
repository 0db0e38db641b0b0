"""The support report in all its forms: byte for byte, by its schema, and harmless whatever strangers write.

``QUALITYGATE_UPDATE_GOLDEN=1`` writes the golden files anew.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from io import StringIO
from pathlib import Path

import jsonschema
import pytest

from qualitygate import servicereport
from qualitygate.config import schemas
from qualitygate.csvtext import MARK
from qualitygate.github.posts import TEXT_MOST
from qualitygate.plotting import svg
from qualitygate.servicereport import plots, text
from qualitygate.servicereport.issue import body, issue
from tests.reporters import page
from tests.servicereport import samples

GOLDEN = Path(__file__).parent.parent / "golden" / "servicereport"
SUFFIXES = {"text": "txt", "markdown": "md", "html": "html", "json": "json", "csv": "csv"}
SAMPLES = ("whole", "so_far", "on_nothing", "hostile")
SVG = re.compile(r"(<svg [^>]*>)(<title.*?</desc>).*?</svg>", re.DOTALL)
pytest.importorskip("vl_convert", reason="vl-convert is not installed: the extra report")


def told(form: str, sample: str) -> str:
    return servicereport.render(form, getattr(samples, sample)())


@pytest.mark.parametrize("sample", ["whole", "so_far", "on_nothing"])
@pytest.mark.parametrize("form", servicereport.FORMATS)
def test_the_report_is_the_golden_file(form, sample):
    shown = SVG.sub(r"<svg>\2</svg>", told(form, sample))  # how a plot is drawn is Vega's, and changes with it
    golden = GOLDEN / f"{sample}.{SUFFIXES[form]}"
    if os.environ.get("QUALITYGATE_UPDATE_GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_bytes(shown.encode())
    assert golden.read_bytes().decode() == shown


def test_hash_seed_locale_and_time_zone_change_nothing():
    code = (
        "from qualitygate import servicereport as s; from tests.servicereport import samples\n"
        "for form in s.FORMATS: print(ascii(s.render(form, samples.whole())))"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout
        for seed, zone in [("1", "UTC"), ("2", "Asia/Tokyo")]
    }
    assert 1 == len(printed)


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_json_is_what_the_schema_says(sample):
    validator = jsonschema.Draft7Validator(schemas.schema("support-report"))
    assert [] == [error.message for error in validator.iter_errors(json.loads(told("json", sample)))]


def test_the_schema_knows_no_other_keys():
    data = json.loads(told("json", "whole"))
    validator = jsonschema.Draft7Validator(schemas.schema("support-report"))
    for place in (data, data["period"], data["rows"][0], data["rows"][0]["goal"], data["late"][0], data["channels"][0]):
        place["odd"] = 1
        assert not validator.is_valid(data)
        del place["odd"]
    assert validator.is_valid(data)


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("form", ["text", "markdown", "csv", "html"])
def test_no_form_has_a_character_that_cannot_be_seen(form, sample):
    assert told(form, sample).removeprefix(MARK).replace("\r\n", "").replace("\n", "").isprintable()


def test_markdown_and_its_plots_hold_whatever_strangers_write():
    shown = told("markdown", "hostile")
    assert "<script" not in shown and "@everyone" not in shown
    for block in re.findall(r"```mermaid\n(.*?)\n```", shown, re.DOTALL):
        assert re.fullmatch(r'[\w .,:\[\]"()/>?\n-]+', block), block
    assert shown.count("\n```mermaid\n") == shown.count("\n```\n")


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_spreadsheet_computes_nothing(sample):
    for row in csv.reader(StringIO(told("csv", sample).removeprefix(MARK))):
        assert not [cell for cell in row if cell.startswith(("=", "+", "@", "\t"))]
        assert not [cell for cell in row if cell.startswith("-") and not cell.removeprefix("-").isdecimal()]


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_page_has_no_script_loads_nothing_and_styles_nothing_inline(sample):
    shown = page.parse(told("html", sample))
    for element in shown.all():
        assert element.tag not in {"script", "iframe", "object", "embed", "img", "link", "base", "image", "use"}
        banned = {"src", "style", "href", "xlink:href"}
        assert not [name for name in element.attributes if name.startswith("on") or name in banned], element
    policy = next(each for each in shown.all("meta") if "http-equiv" in each.attributes).attributes["content"]
    style = b64encode(sha256(shown.all("style")[0].text.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'"
    assert 1 == len(shown.all("style"))


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_plot_has_a_title_a_description_and_its_numbers(sample):
    shown = page.parse(told("html", sample))
    ids = [element.attributes["id"] for element in shown.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for figure in shown.all("figure"):
        (svg,) = figure.all("svg")
        assert ["title", "desc"] == [child.tag for child in svg.children[:2]]
        assert [child.attributes["id"] for child in svg.children[:2]] == (
            svg.attributes["aria-labelledby"] or ""
        ).split()
        assert figure.all("table")[0].all("td")
    for table in shown.all("table"):
        assert "caption" == table.children[0].tag
        assert {"col"} == {head.attributes.get("scope") for head in table.all("thead")[0].all("th")}
        for row in table.all("tbody")[0].all("tr"):
            assert ["row"] == [head.attributes.get("scope") for head in row.all("th")]
            assert len(row.children) == len(table.all("thead")[0].all("th"))


def test_the_same_plot_is_drawn_the_same_twice():
    plot = plots.hours(samples.whole())
    assert svg(plot) == svg(plot)


def test_every_late_ticket_is_in_every_form():
    late = [each.ticket for each in samples.whole().late]
    assert ["4", "4", "5", "5", "2"] == late
    assert 5 == told("csv", "whole").count("\r\nlate,")
    assert late == [row["ticket"] for row in json.loads(told("json", "whole"))["late"]]
    rows = page.parse(told("html", "whole")).all("table")[-1].all("tbody")[0].all("tr")
    assert late == [row.children[0].text for row in rows]
    assert late == re.findall(r"^\| (\d+) \|.*\| (?:still|never|2026)", told("markdown", "whole"), re.MULTILINE)
    assert "Late, every one of 5:" in told("text", "whole")


def test_a_period_that_has_not_ended_says_so_in_every_form():
    for form in ("text", "markdown", "html"):
        assert "so far: as of 2026-11-22 17:00" in told(form, "so_far").replace("\\", "")
        assert "so far" not in told(form, "whole")
    assert json.loads(told("json", "so_far"))["period"]["so_far"] is True


def test_nothing_judged_is_no_data_and_never_a_yes():
    for form in ("text", "html"):
        shown = told(form, "on_nothing")
        assert "NO DATA" in shown and "MET" not in shown
    assert {None} == {row["met_goal"] for row in json.loads(told("json", "on_nothing"))["rows"]}


def test_a_spark_is_highest_only_where_all_was_in_time():
    from qualitygate.support.tally import ComplianceTally

    shares = [
        ComplianceTally(),
        ComplianceTally(late=1),
        ComplianceTally(met=1, over=1),
        ComplianceTally(met=999, late=1),
        ComplianceTally(met=3),
    ]
    assert "·▁▄▇█" == text.spark(shares)


def test_the_issue_is_cut_before_a_plot_and_not_within_one():
    report = samples.whole()
    whole = body(report)
    for most in range(600, len(whole.encode()), 97):
        cut = body(report, most)
        assert len(cut.encode()) <= most + 120
        assert 0 == cut.count("\n```") % 2 and "Cut here" in cut


def test_the_issue_of_a_period_is_found_by_its_marker():
    whole, other, hostile = issue(samples.whole()), issue(samples.so_far()), issue(samples.hostile())
    text = whole.sticky.body(None)
    assert text is not None and text.startswith(whole.sticky.marker) and len(text.encode()) <= TEXT_MOST
    assert 3 == len({whole.sticky.marker, other.sticky.marker, hostile.sticky.marker})
    assert hostile.sticky.marker.count("--") == 1 and "Support response report: after-sales, 2026-10" == whole.title
