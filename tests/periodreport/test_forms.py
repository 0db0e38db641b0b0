"""The report of a period in all its forms: byte for byte, by its schema, and harmless whatever strangers write.

``QUALITYGATE_UPDATE_GOLDEN=1`` writes the golden files anew.
"""

from __future__ import annotations

import csv
import json
import os
import re
from io import StringIO
from pathlib import Path

import jsonschema
import pytest

from qualitygate import codec, periodreport
from qualitygate.config import schemas
from qualitygate.csvtext import MARK
from qualitygate.errors import ConfigError
from qualitygate.language import CHINESE, ENGLISH, LANGUAGES
from tests.periodreport import samples

GOLDEN = Path(__file__).parent.parent / "golden" / "periodreport"
SUFFIXES = {"markdown": "md", "json": "json", "csv": "csv"}
SAMPLES = ("whole", "so_far", "on_nothing", "hostile")


def told(form: str, sample: str, lang: str = ENGLISH) -> str:
    return periodreport.render(form, getattr(samples, sample)(), lang)


@pytest.mark.parametrize(
    ("form", "sample", "lang"),
    [
        *((form, sample, ENGLISH) for form in SUFFIXES for sample in ("whole", "on_nothing")),
        ("markdown", "whole", CHINESE),
    ],
)
def test_the_report_is_the_golden_file(form, sample, lang):
    golden = GOLDEN / lang / f"{sample}.{SUFFIXES[form]}"
    now = told(form, sample, lang)
    if os.environ.get("QUALITYGATE_UPDATE_GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_bytes(now.encode())
    assert golden.read_bytes().decode() == now


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_json_is_what_the_schemas_say(sample):
    data = json.loads(told("json", sample))
    for kind, part in (("period-report", data), ("verdict", data["verdict"])):
        errors = jsonschema.Draft7Validator(schemas.schema(kind)).iter_errors(part)
        assert [] == [error.message for error in errors]


def test_the_schema_knows_no_other_keys():
    data = json.loads(told("json", "whole"))
    validator = jsonschema.Draft7Validator(schemas.schema("period-report"))
    one = data["commitments"][0]
    check = one["checks"][0]
    for place in (data, data["period"], one, one["history"][0], check, check["trend"][0], data["inputs"][0]):
        place["odd"] = 1
        assert not validator.is_valid(data)
        del place["odd"]
    assert validator.is_valid(data)


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_json_is_never_translated(sample):
    assert told("json", sample, ENGLISH) == told("json", sample, CHINESE)


def test_the_verdict_can_be_read_back_from_the_json():
    verdict = json.loads(told("json", "whole"))["verdict"]
    assert json.loads(codec.dumps(samples.whole().verdict)) == verdict


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("form", ["markdown", "csv"])
def test_no_form_has_a_character_that_cannot_be_seen(form, sample):
    for lang in LANGUAGES:
        shown = told(form, sample, lang).removeprefix(MARK)
        assert shown.replace("\r\n", "").replace("\n", "").replace("\ufe0f", "").isprintable()


def test_markdown_holds_whatever_strangers_write():
    markdown_it = pytest.importorskip("markdown_it", reason="markdown-it-py renders the Markdown")
    for lang in LANGUAGES:
        shown = told("markdown", "hostile", lang)
        page = markdown_it.MarkdownIt("commonmark").enable("table").render(shown)
        tags = {"h1", "h2", "h3", "p", "strong", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"}
        assert tags >= set(re.findall(r"<(\w+)", page))
        assert "@org/team" not in shown and "](http" not in shown


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_spreadsheet_computes_nothing(sample):
    for row in csv.reader(StringIO(told("csv", sample).removeprefix(MARK))):
        assert not [cell for cell in row if cell.startswith(("=", "+", "@", "\t"))]
        assert not [cell for cell in row if cell.startswith("-") and not re.fullmatch(r"-\d+(\.\d+)?", cell)]


@pytest.mark.parametrize("sample", ["whole", "so_far", "on_nothing"])
@pytest.mark.parametrize("form", ["markdown", "csv"])
def test_a_report_has_the_same_numbers_in_every_language(form, sample):
    english, chinese = (sorted(re.findall(r"\d+", told(form, sample, lang))) for lang in (ENGLISH, CHINESE))
    clauses = "".join(text for each in samples.whole().commitments for text in each.clause.text.values())
    spoken = set(re.findall(r"\d+", clauses))
    assert [each for each in english if each not in spoken] == [each for each in chinese if each not in spoken]


def test_every_clause_is_told_in_the_language_of_the_report():
    for lang in LANGUAGES:
        shown = told("markdown", "whole", lang).replace("\\", "")
        assert all(each.clause.text[lang] in shown for each in samples.whole().commitments if lang in each.clause.text)
    assert "We are kind." in told("markdown", "whole", ENGLISH)


def test_every_finding_is_in_every_form_with_its_place():
    places = {
        f"{finding.path}:{finding.line}"
        for check in samples.whole().checks
        for finding in check.result.measurement.findings
        if finding.path
    }
    assert {"quality/trainings/2026-07-15.yml:9", "quality/retrospectives/2026-08.md:7"} < places
    shown = told("markdown", "whole").replace("\\", "")
    rows = list(csv.DictReader(StringIO(told("csv", "whole").removeprefix(MARK))))
    assert all(place in shown for place in places)
    assert places == {f"{row['file']}:{row['line']}" for row in rows if row["kind"] == "finding" and row["file"]} - {
        "reports/regression.xml:"
    }


BY_FILE = {"tests.executed", "tests.defect_rate", "documents.translation_parity"}
"""What is counted by tools: their files are named, and what is not as it should be."""


def test_each_number_that_is_counted_from_records_can_be_traced_to_their_lines():
    traced = set()
    report = json.loads(told("json", "example"))
    for check in [*(check for each in report["commitments"] for check in each["checks"]), *report["others"]]:
        for part in check["parts"]:
            if part["value"] is None or check["metric"] in BY_FILE:
                continue
            traced.add(check["metric"])
            counted = part["counted"]
            assert part["numerator"] or part["value"] == str(sum(each["counts"] for each in counted))
            assert part["denominator"] in (None, str(len(counted)))
            assert check["metric"] == "commitments.met" or all(each["path"] and each["line"] for each in counted)
    assert len(traced) > 12


def test_the_lines_of_what_is_counted_hold_the_records_that_are_named():
    report = json.loads(told("json", "example"))
    seen = 0
    for check in (check for each in report["commitments"] for check in each["checks"]):
        for each in (one for part in check["parts"] for one in part["counted"]):
            text = (samples.EXAMPLE / each["path"]).read_text(encoding="utf-8").splitlines()[each["line"] - 1]
            if each["path"].endswith((".jsonl", ".csv", "documents.yml", "milestones.yml", "responsibilities.yml")):
                seen += 1
                assert each["title"].split()[-1] in text
    assert seen > 100


def test_markdown_and_csv_tell_where_the_good_ones_are_too():
    markdown = told("markdown", "example")
    assert r"- In the numerator: quality/milestones.yml\:4\-9" in markdown
    assert r"- In the denominator alone: quality/tickets.jsonl\:57" in markdown
    rows = list(csv.DictReader(StringIO(told("csv", "example").removeprefix(MARK))))
    good = [row for row in rows if row["kind"] == "counted" and row["metric"] == "milestones.on_time"]
    assert [("tickets", "quality/milestones.yml", "4", "numerator")] == [
        (row["title"], row["file"], row["line"], row["message"]) for row in good[:1]
    ]


def test_what_nothing_checks_is_never_called_met():
    (row,) = re.findall(r"^\| 8\.1 We are kind\..*$", told("markdown", "whole"), re.MULTILINE)
    assert "UNCHECKED" in row and "MET" not in row
    assert "The policy names no clause" in told("markdown", "on_nothing")


def test_a_period_that_has_not_ended_says_so():
    assert "not over yet: as of 2026-11-22 17:00" in told("markdown", "so_far").replace("\\", "")
    assert "not over yet" not in told("markdown", "whole")
    assert json.loads(told("json", "so_far"))["period"]["so_far"] is True


def test_a_target_says_which_period_it_is_about():
    assert "at least 85 %, in 2026-Q3 | 95 % (19/20" in told("markdown", "whole").replace("\\", "")


def test_a_form_that_there_is_none_of_is_refused_with_a_way_out():
    with pytest.raises(ConfigError, match="there is no report in 'jsn'") as caught:
        periodreport.known("jsn")
    assert "did you mean 'json'?" == caught.value.problems[0].help
    with pytest.raises(ConfigError) as caught:
        periodreport.known("pdf")
    assert str(caught.value.problems[0].help).startswith("there are markdown")
