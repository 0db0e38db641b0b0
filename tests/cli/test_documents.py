"""``documents links``: exit codes, formats, profiles, the cache."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from qualitygate.config.schemas import schema
from tests.cli.conftest import POLICY

pytest.importorskip("comrak", reason="comrak is not installed: the extra documents")
LINKS = schema("documents-links")


def test_dead_links_are_told_with_their_place_and_end_in_exit_code_1(project):
    project.write("README.md", "# A\n\n[x](gone.md)\n")
    assert 1 == project.run("documents", "links")
    assert "README.md:3:1: gone.md: there is no file gone.md [missing]\n" in project.out
    assert "1 dead link; examined 1 page, 1 internal link, 0 external links" in project.out


def test_good_links_end_in_exit_code_0(project):
    project.write("README.md", "[x](docs/a.md#b)\n")
    project.write("docs/a.md", "# B\n")
    assert 0 == project.run("documents", "links")
    assert 0 == project.run("documents", "links", "docs")


def test_no_page_is_no_evidence(project):
    assert 3 == project.run("documents", "links")
    project.write("README.md", "")
    assert 3 == project.run("documents", "links", "nowhere")
    assert "no evidence: there is no page at nowhere\n" == project.err


def test_json_has_what_was_examined_and_every_finding(project):
    project.write("README.md", "[x](a.md)\n\n[y](README.md)\n")
    assert 1 == project.run("documents", "links", "--format", "json")
    found = json.loads(project.out)
    jsonschema.validate(found, LINKS)
    assert {"pages": 1, "internal_links": 2, "external_links": 0} == found["examined"]
    assert [
        {
            "path": "README.md",
            "line": 1,
            "column": 1,
            "target": "a.md",
            "kind": "missing",
            "problem": "there is no file a.md",
        }
    ] == found["findings"]


FAULTS = {
    "a.md": "[x]() [x](gone.md) [x](../../out.md) [x](A.md) [x](#gone) [x][gone] [x](b.md#L9) [x](b.md#B)\n",
    "docs/a.md": "[x](sub) [x](/docs/a.md) [x]({{y}})\n",
    "b.md": "# b\n",
    "docs/sub/c.txt": "",
}


def test_the_json_of_every_kind_of_fault_is_what_its_schema_says(project, monkeypatch):
    from qualitygate.documents import external

    monkeypatch.setattr(external, "fetcher", lambda *_, **__: lambda _url: 404)
    for path, text in FAULTS.items():
        project.write(path, text)
    (project.folder / "bad.md").write_bytes(b"\xff\n")
    project.write("e.md", "[x](https://example.org/gone)\n")
    profiles = ("--profile", "docs=mkdocs", "--profile", "gitlab")
    assert 1 == project.run("documents", "links", "--external", "--format", "json", *profiles)
    found = json.loads(project.out)
    jsonschema.validate(found, LINKS)
    kinds = LINKS["definitions"]["finding"]["properties"]["kind"]["enum"]
    assert sorted(kinds) == sorted({each["kind"] for each in found["findings"]})
    assert set(LINKS["properties"]["examined"]["properties"]) == set(found["examined"])


def test_annotations_cannot_be_broken_out_of(project):
    project.write("a,b.md", "[x](<::error::%0A.md>)\n")
    assert 1 == project.run("documents", "links", "-f", "github")
    lines = project.out.splitlines()
    assert 2 == len(lines)
    assert lines[0].startswith("::error title=Link,file=a%2Cb.md,line=1,col=1::")


def test_profiles_are_named_for_a_root(project):
    project.write("docs/a.md", "# B\n\n[x](#B)\n")
    assert 0 == project.run("documents", "links")
    assert 1 == project.run("documents", "links", "--profile", "docs=gitlab")
    assert 0 == project.run("documents", "links", "--profile", "other=gitlab")
    assert 2 == project.run("documents", "links", "--profile", "docs=gitlub")
    assert "did you mean 'gitlab'?" in project.err


def test_a_cache_is_written_and_gives_the_same_answer(project):
    project.write("README.md", "[x](a.md)\n")
    outs = []
    for _ in range(2):
        assert 1 == project.run("documents", "links", "--cache", "links.cache")
        outs.append(project.out)
    assert outs[0] == outs[1]
    assert (project.folder / "links.cache").is_file()


def test_where_the_packages_are_missing_it_says_how_to_install_them(project, monkeypatch):
    import sys

    from qualitygate.documents import markdown

    markdown._renderer.cache_clear()
    monkeypatch.setitem(sys.modules, "comrak", None)
    project.write("README.md", "x\n")
    assert 2 == project.run("documents", "links")
    assert "pip install 'qualitygate-ci[documents]'" in project.err
    markdown._renderer.cache_clear()


def test_external_addresses_are_asked_for_only_when_told_to(project, monkeypatch):
    from qualitygate.documents import external

    states = {"https://a.example/": 200, "https://b.example/": 404, "https://c.example/": 403}
    asked = []
    monkeypatch.setattr(external, "fetcher", lambda *_, **__: lambda url: asked.append(url) or states[url])
    project.write("README.md", "".join(f"[x]({url}#y)\n" for url in states) + "[m](mailto:a@b.c)\n")
    assert 0 == project.run("documents", "links")
    assert [] == asked
    assert 1 == project.run("documents", "links", "--external", "--cache", "c")
    assert "README.md:2:1: https://b.example/#y: answers 404 [external]" in project.out
    assert "unknown: https://c.example/#y answers 403" in project.err
    asked.clear()
    assert 1 == project.run("documents", "links", "--external", "--cache", "c")
    assert ["https://b.example/", "https://c.example/"] == sorted(asked)


REGISTER = """\
people: ["@li"]
documents:
  - {id: PLAN, path: plan.md, owner: "@li", status: approved, min_words: 2}
"""
PLAN = "---\nlast_reviewed_on: 2026-11-02\nreview_in: 6 months\n---\n# Plan\n\nShip it.\n"
NOW = ("--now", "2026-11-22T09:00:00Z")


def test_a_register_is_told_without_a_policy_and_exits_by_what_is_missing(project):
    project.write("quality/documents.yml", REGISTER)
    assert 1 == project.run("documents", "check", *NOW)
    assert "incomplete    PLAN  plan.md\n              quality/documents.yml:3: there is no file plan.md" in project.out
    project.write("plan.md", PLAN)
    assert 0 == project.run("documents", "check", *NOW)
    assert "complete      PLAN  plan.md\nRequired documents: 1 of 1 are complete" in project.out
    assert 1 == project.run("documents", "check", "--now", "2027-06-01T09:00:00Z")
    assert "its review expired on 2027-05-02" in project.out


FAULTY = """\
people: ["@li"]
stages: [{id: design, started: 2026-01-01, ended: 2026-06-30}]
documents:
  - {id: GONE, path: gone.md}
  - {id: A, path: a.md, headings: [Scope]}
  - {id: B, path: b.md, owner: "@who", status: approved}
  - {id: C, path: c.md, owner: "@li", status: approved, min_words: 1}
  - {id: D, path: d.md, owner: "@li", status: approved, min_words: 1}
  - {id: E, path: e.md, owner: "@li", status: approved, min_words: 1}
  - {id: H, path: h.md, owner: "@li", status: approved, min_words: 1}
  - {id: I, path: i.md, owner: "@li", status: approved, min_words: 1}
  - {id: J, path: j.md}
  - {id: F, path: f.pdf, owner: "@li", status: approved, last_reviewed_on: 2026-11-01, review_in: 1 year}
  - {id: G, path: g.pdf, owner: "@li", sha256: "SHA"}
  - {id: K, path: k, owner: "@li", status: approved, min_words: 1}
""".replace("SHA", "0" * 64)
REVIEWED = {
    "b.md": "---\nlast_reviewed_on: 2026-11-01\n---\n",
    "c.md": "---\nlast_reviewed_on: 2026-07-01\nreview_in: 1 month\n---\n",
    "d.md": "---\nlast_reviewed_on: 2026-05-01\nreview_in: 1 year\n---\n",
    "h.md": "---\nlast_reviewed_on: soon\n---\n",
    "i.md": "---\nlast_reviewed_on: 2026-11-01\nreview_in: soon\n---\n",
    "e.md": "---\nlast_reviewed_on: 2026-12-01\nreview_in: 1 year\n---\n",
}


def test_the_chinese_page_explains_every_finding_and_no_other(project):
    page = (Path(__file__).parents[2] / "docs/zh-CN/documents.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z…][^`]*)` \| [^|]+ \| [^|]+ \|$", page, re.MULTILINE)
    told = {row: re.compile(re.escape(row).replace("…", ".+")) for row in rows}
    for path, text in REVIEWED.items():
        project.write(path, f"{text}# Words\n")
    project.write("a.md", "# A\n\nTODO\n")
    project.write("j.md", "")
    for path in ("f.pdf", "g.pdf"):
        project.write(path, "%PDF")
    project.write("k/a.md", "# Words\n")
    project.write("quality/documents.yml", FAULTY)
    assert 1 == project.run("documents", "check", "--format", "json", *NOW)
    found = [text for each in json.loads(project.out)["documents"] for text in each["missing"]]
    assert [] == [text for text in found if not any(each.match(text) for each in told.values())]
    assert [] == [row for row, each in told.items() if not any(map(each.match, found))]
    assert sorted(found) == sorted(each["message"] for each in json.loads(project.out)["findings"])


def test_each_thing_that_is_missing_stands_below_its_document_with_its_own_place(project):
    for path, text in REVIEWED.items():
        project.write(path, f"{text}# Words\n")
    project.write("quality/documents.yml", FAULTY)
    assert 1 == project.run("documents", "check", *NOW)
    assert "  c.md\n              c.md:2: its review expired on 2026-08-01" in project.out
    assert "  i.md\n              i.md:3: review_in is 'soon'" in project.out
    assert "\n              quality/documents.yml:6: its owner @who is neither" in project.out


def test_the_language_is_that_of_the_option_else_of_the_policy_and_json_has_none(project):
    project.write("quality/documents.yml", REGISTER)
    assert 1 == project.run("documents", "check", "--lang", "zh-CN", *NOW)
    assert project.out.startswith(
        "不完整        PLAN  plan.md\n              quality/documents.yml:3: there is no file plan.md"
    )
    assert "必需文档：1 份中有 0 份完整" in project.out
    english = project.run("documents", "check", "-f", "json", *NOW), project.out
    project.write("qualitygate.yml", f"{POLICY}lang: zh-CN\n")
    assert 1 == project.run("documents", "check", *NOW)
    assert project.out.startswith("不完整        PLAN")
    assert english == (project.run("documents", "check", "-f", "json", *NOW), project.out)
    assert 2 == project.run("documents", "check", "--lang", "zh", *NOW)
    assert "did you mean 'zh-CN'?" in project.err


def test_days_are_those_of_the_policys_time_zone(project):
    project.write("quality/documents.yml", REGISTER)
    project.write("plan.md", PLAN.replace("6 months", "20 days"))
    late = ("--now", "2026-11-22T17:00:00Z")
    assert 0 == project.run("documents", "check", *late)
    project.write("qualitygate.yml", f"{POLICY}timezone: Asia/Shanghai\n")
    assert 1 == project.run("documents", "check", *late)
    assert "its review expired on 2026-11-22" in project.out
    project.write("qualitygate.yml", "version: 1\ntimezone: Asia/Shanhai\n")
    assert 2 == project.run("documents", "check", *late)
    assert "there is no time zone 'Asia/Shanhai'" in project.err


def test_paths_begin_at_the_folder_of_the_policy(project, monkeypatch):
    project.write("shop/qualitygate.yml", POLICY)
    project.write("shop/quality/documents.yml", REGISTER)
    project.write("shop/plan.md", PLAN)
    assert 0 == project.run("documents", "check", "--config", "shop/qualitygate.yml", *NOW)
    assert 0 == project.run("documents", "check", "shop/quality/documents.yml", "--base-dir", "shop", *NOW)
    assert 1 == project.run("documents", "check", "shop/quality/documents.yml", *NOW)
    (project.folder / "qualitygate.yml").unlink()
    assert 0 == project.run("documents", "check", "--base-dir", "shop", *NOW)
    monkeypatch.chdir(project.folder / "shop" / "quality")
    assert 0 == project.run("documents", "check", "documents.yml", "--config", "../qualitygate.yml", *NOW)


def test_the_name_of_a_register_is_no_glob(project):
    project.write("[q].yml", REGISTER)
    project.write("plan.md", PLAN)
    assert 0 == project.run("documents", "check", "[q].yml", *NOW)


def test_a_register_that_is_missing_unreadable_or_requires_nothing_is_no_evidence(project):
    assert 3 == project.run("documents", "check", *NOW)
    assert "no evidence: " in project.err
    project.write("other.yml", "documents: [{id: PLAN}]\n")
    assert 3 == project.run("documents", "check", "other.yml", *NOW)
    assert "PLAN has no path" in project.err
    project.write("other.yml", "documents:\n  - {id: PLAN, tailored_out: in the offer}\n")
    assert 3 == project.run("documents", "check", "other.yml", *NOW)
    assert "not required  PLAN\n              in the offer\n" in project.out


def test_the_json_of_a_register_is_what_its_schema_says(project):
    project.write("quality/documents.yml", REGISTER)
    assert 1 == project.run("documents", "check", "--format", "json", *NOW)
    found = json.loads(project.out)
    jsonschema.validate(found, schema("documents"))
    (missing,) = found["findings"]
    assert ("PLAN", "quality/documents.yml", 3) == (missing["document"], missing["path"], missing["line"])
    assert (0, 1, ["PLAN"]) == (found["complete"], found["required"], [each["id"] for each in found["documents"]])
