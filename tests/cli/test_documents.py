"""``documents links``: exit codes, formats, profiles, the cache."""

from __future__ import annotations

import json

import jsonschema
import pytest

from qualitygate.config.schemas import schema

pytest.importorskip("comrak", reason="comrak is not installed: the extra documents")


def test_dead_links_are_told_with_their_place_and_end_in_exit_code_1(project):
    project.write("README.md", "# A\n\n[x](gone.md)\n")
    assert 1 == project.run("documents", "links")
    assert "README.md:3:1: gone.md: there is no file gone.md [missing]\n" in project.out
    assert "1 dead link; examined 1 pages, 1 internal links, 0 external links" in project.out


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
    assert "incomplete    PLAN  plan.md\n              there is no file plan.md" in project.out
    project.write("plan.md", PLAN)
    assert 0 == project.run("documents", "check", *NOW)
    assert "complete      PLAN  plan.md\nRequired documents: 1 of 1 are complete" in project.out
    assert 1 == project.run("documents", "check", "--now", "2027-06-01T09:00:00Z")
    assert "its review expired on 2027-05-02" in project.out


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
    assert (0, 1, ["PLAN"]) == (found["complete"], found["required"], [each["id"] for each in found["documents"]])
