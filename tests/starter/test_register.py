"""A preset fitted to a project: it can be read as it is written, and nothing of it is lost."""

from __future__ import annotations

from datetime import date

import pytest

from qualitygate.documents.register import declared
from qualitygate.starter.project import Project
from qualitygate.starter.register import PRESETS, fitting, register
from tests.samples import source

TODAY = date(2026, 11, 22)
COUNTS = {"builtin": 9, "gbt8567": 25, "oss": 6}


def told(preset: str, *files: str, start: date | None = None):
    text = register(preset, Project(name="shop", files=frozenset(files)), start, TODAY)
    return declared(source(text, "documents.yml"))


def paths(preset: str, *files: str) -> dict[str, str]:
    return {values["id"]: values["path"] for _, values in told(preset, *files).documents}


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_keeps_all_its_documents(preset):
    assert COUNTS[preset] == len(told(preset).documents)
    assert COUNTS[preset] == len(told(preset, "README.md", "docs/a.md", "CHANGES.md", "mkdocs.yml").documents)


def test_stages_are_counted_from_the_start_in_whole_months():
    begun = told("gbt8567", start=date(2026, 1, 31))
    assert date(2026, 1, 31) == begun.start
    assert ["2026-01-31", "2026-02-28", "2026-03-31", "2026-06-30", "2026-09-30"] == [
        str(stage.started) for stage in begun.stages
    ]


def test_without_a_start_the_project_starts_today_where_there_are_stages():
    assert TODAY == told("builtin").start == told("builtin").stages[0].started
    assert told("oss").start is None
    assert date(2025, 5, 1) == told("oss", start=date(2025, 5, 1)).start


def test_tailoring_is_shown_where_the_preset_has_it():
    assert "tailored_out: " in register("gbt8567", Project(name="shop", files=frozenset()), None, TODAY)


@pytest.mark.parametrize(
    ("preset", "document", "files", "path"),
    [
        ("oss", "readme", [], "README.md"),
        ("oss", "readme", ["readme.md"], "readme.md"),
        ("oss", "readme", ["README.rst"], "README.rst"),
        ("oss", "license", [], "LICENSE*"),
        ("oss", "license", ["COPYING"], "COPYING"),
        ("oss", "changelog", ["HISTORY.md"], "HISTORY.md"),
        ("oss", "changelog", ["a/CHANGELOG.md"], "CHANGELOG.md"),
        ("oss", "docs", [], "docs/**/*.md"),
        ("oss", "docs", ["doc/a.md", "doc/b.rst"], "doc/**/*.md"),
        ("oss", "docs", ["docs/a.rst"], "docs/**/*.rst"),
        ("gbt8567", "SRS", [], "docs/srs.md"),
        ("gbt8567", "SRS", ["documentation/a.md"], "documentation/srs.md"),
        ("gbt8567", "SRS", ["docs/req/SRS.docx"], "docs/req/SRS.docx"),
        ("gbt8567", "SRS", ["docs/a/srs.md", "docs/b/srs.md"], "docs/srs.md"),
        ("gbt8567", "SRS", ["docs/srs.md", "docs/b/srs.md"], "docs/srs.md"),
        ("gbt8567", "SRS", ["src/srs.py"], "docs/srs.md"),
        ("gbt8567", "SRS", ["docs/srs.py", "src/srs.md"], "docs/srs.md"),
        ("builtin", "requirements", ["requirements.txt", "docs/requirements.txt"], "docs/requirements.md"),
        ("builtin", "plan", ["docs/项目 #1/plan.md"], "docs/项目 #1/plan.md"),
    ],
)
def test_a_path_is_that_of_the_file_that_the_project_has(preset, document, files, path):
    assert path == paths(preset, *files)[document]


@pytest.mark.parametrize(
    ("preset", "files", "links"),
    [
        ("oss", [], [(".", None)]),
        ("oss", [".gitlab-ci.yml"], [(".", "gitlab")]),
        ("oss", ["mkdocs.yml", "docs/a.md"], [(".", None), ("docs", "mkdocs")]),
        ("gbt8567", [], [("docs", None)]),
        ("gbt8567", ["doc/conf.py", "doc/a.md"], [("doc", "sphinx")]),
        ("gbt8567", [".gitlab-ci.yml"], [("docs", "gitlab")]),
    ],
)
def test_links_are_followed_as_the_site_shows_the_pages(preset, files, links):
    assert links == [(each["path"], each["profile"]) for each in told(preset, *files).links]


def test_translations_and_change_log_are_those_that_lie_there():
    begun = told("oss", "README.md", "README.zh-CN.md", "README_ja.md", "README.more.md", "Changes.md")
    assert ["README.zh-CN.md", "README_ja.md"] == [values["in"] for _, values in begun.translations]
    assert begun.changelog == "Changes.md"
    assert told("oss").changelog is None
    assert told("oss", "README.zh-CN.md").translations == ()


@pytest.mark.parametrize(("files", "preset"), [([], "builtin"), (["LICENSE"], "oss"), (["copying"], "oss")])
def test_open_source_is_known_by_its_licence(files, preset):
    assert preset == fitting(Project(name="shop", files=frozenset(files)))
