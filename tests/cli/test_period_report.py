"""``report``: from a policy and its records to what is printed and written, and what is refused."""

from __future__ import annotations

import csv
import json
import re
import sys
from io import StringIO
from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.periodreport import samples

from .conftest import Project

NOW = ("--now", "2026-11-22T09:00:00Z")


@pytest.fixture
def vendor(project: Project) -> Project:
    write_files(project.folder, samples.files())
    return project


def test_the_last_whole_quarter_is_reported_and_whatever_it_says_is_no_error(vendor: Project) -> None:
    assert 0 == vendor.run("report", *NOW), vendor.err
    assert "2026-07-01 to 2026-09-30 (Asia/Shanghai)" in vendor.out.replace("\\", "")
    assert "3 of 7 commitments that were due are met" in vendor.out
    assert 0 == vendor.run("report", *NOW, "--period", "2026-08")
    assert "2026-08-01 to 2026-08-31" in vendor.out.replace("\\", "")


def test_the_language_is_the_options_or_the_policys(vendor: Project) -> None:
    assert 0 == vendor.run("report", *NOW, "--lang", "zh-CN")
    assert "客户满意率不低于85%。" in vendor.out and "未达标" in vendor.out
    vendor.write("qualitygate.yml", samples.POLICY.replace("lang: en", "lang: zh-CN"))
    assert 0 == vendor.run("report", *NOW)
    assert "客户满意率不低于85%。" in vendor.out


def test_all_forms_come_from_one_run(vendor: Project) -> None:
    outputs = ("-o", "json=out/q3.json", "-o", "csv=out/q3.csv", "-o", "markdown=out/q3.md")
    assert 0 == vendor.run("report", *NOW, "--format", "json", *outputs), vendor.err
    assert (vendor.folder / "out/q3.json").read_text(encoding="utf-8") == vendor.out
    assert (vendor.folder / "out/q3.csv").read_text(encoding="utf-8").startswith("\ufeffkind,period,clause")
    assert "2026" in (vendor.folder / "out/q3.md").read_text(encoding="utf-8")


def test_the_verdict_in_it_is_that_of_check(vendor: Project) -> None:
    assert 0 == vendor.run("report", *NOW, "--format", "json", "--subject", "name=shop")
    reported = json.loads(vendor.out)["verdict"]
    vendor.run("check", "--now", "2026-10-01T00:00:00+08:00", "--format", "json", "--subject", "name=shop")
    assert json.loads(vendor.out) == reported


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--period", "2026-Q5"), "--period: '2026-Q5' is no period"),
        (("--period", "2027"), "--period: 2027 has not begun; it begins on 2027-01-01"),
        (("--format", "pdf"), "Invalid value for '--format'"),
        (("-o", "sarif=x"), "there is no report in 'sarif'"),
        (("-o", "q3.json"), "--output q3.json is not of the form FORMAT=PATH"),
        (("-o", "json=quality/milestones.yml"), "is evidence of milestones"),
        (("-o", "json=qualitygate.yml"), "is read by this run"),
        (("--lang", "zh"), "there are no reports in 'zh'"),
    ],
)
def test_what_cannot_be_done_is_said(vendor: Project, arguments, words) -> None:
    assert 2 == vendor.run("report", *NOW, *arguments)
    assert words in vendor.err and "Traceback" not in vendor.err


def test_a_policy_that_cannot_be_read_is_refused(vendor: Project) -> None:
    vendor.write("qualitygate.yml", "version: 1\n")
    assert 2 == vendor.run("report", *NOW)


def test_a_page_without_its_library_says_how_to_get_it(vendor: Project, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    assert 2 == vendor.run("report", *NOW, "-o", "html=q3.html")
    assert "qualitygate-ci[report]" in vendor.err
    assert not (vendor.folder / "q3.html").exists() and "" == vendor.out


def test_the_chapter_that_ships_stands_as_its_example_says(project: Project) -> None:
    pytest.importorskip("vl_convert", reason="vl-convert is not installed: the extra report")
    example = Path(__file__).parents[2] / "examples" / "aftersales"
    page = project.folder / "q4.html"
    told = ("--config", str(example / "qualitygate.yml"), "--now", "2027-01-15T09:00:00+08:00", "--lang", "zh-CN")
    assert 0 == project.run("report", *told, "--period", "2026-Q4", "-f", "csv", "-o", f"html={page}"), project.err
    found = [row for row in csv.DictReader(StringIO(project.out.removeprefix("\ufeff"))) if row["kind"] == "commitment"]
    readme = (example / "README.md").read_text(encoding="utf-8")
    expected = dict(re.findall(r"^\| (\d\.\d) \|[^|]*\|[^|]*\| ([^|]*) \|", readme, re.MULTILINE))
    # the page tells what check says, by December alone; in October and November too few were answered in time
    assert {**expected, "1.1": "missed"} == {row["clause"]: row["standing"].replace("_", " ") for row in found}
    shown = page.read_text(encoding="utf-8")
    assert all(row["text"] in shown for row in found) and len(shown) < 1_000_000
