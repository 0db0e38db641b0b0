"""A look at a project: what lies there goes before what its tools would write, and each entry has its own name."""

from __future__ import annotations

import pytest

from qualitygate import checkout
from qualitygate.starter.survey import survey

JUNIT = "<testsuite name='s'><testcase name='a' classname='b'/></testsuite>"
TAP = "TAP version 13\n1..1\nok 1 - a\n"
PYTEST = "dev = ['pytest', 'pytest-cov']"


@pytest.fixture
def look(tmp_path):
    def at(files: dict[str, str]):
        for path, text in files.items():
            (tmp_path / "shop" / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "shop" / path).write_text(text, encoding="utf-8")
        return survey(str(tmp_path / "shop"), checkout.tree(str(tmp_path / "shop")))

    return at


def test_reports_that_lie_there_go_before_those_of_their_kind_that_would_be_written(look):
    found = look({"pyproject.toml": PYTEST, "out/unit.xml": JUNIT})
    assert [("unit", ("out/unit.xml",), ""), ("coverage", ("coverage.xml",), "pytest --cov --cov-report=xml")] == [
        (entry.name, entry.files, entry.how) for entry in found.entries
    ]


def test_entries_of_one_suite_in_two_formats_have_names_of_their_own(look):
    found = look({"unit/a.xml": JUNIT, "unit/a.tap": TAP, "unit/deep/b.tap": TAP})
    assert ["unit", "unit-junit"] == sorted(entry.name for entry in found.entries)


def test_entries_of_several_tools_have_names_of_their_own(look):
    found = look({"pyproject.toml": PYTEST, "web/package.json": '"jest"', "a.sln": "coverlet.collector"})
    assert ["unit", "coverage", "unit-jest", "unit-net", "coverage-net"] == [entry.name for entry in found.entries]


def test_a_project_knows_what_it_has(look):
    found = look(
        {"doc/a.md": "", "doc/x/b.rst": "", "doc/c.png": "", "Changelog.md": "", "node_modules/d/README.md": ""}
    )
    assert ("shop", "doc", "Changelog.md") == (found.name, found.docs, found.changelog)
    assert {"doc/a.md", "doc/x/b.rst"} == set(found.pages("doc"))
    assert not any(file.startswith("node_modules") for file in found.files)
    assert not found.tested
    assert "docs" == look({"docs/z.md": ""}).docs


def test_tests_of_an_unknown_name_may_be_unit_tests(look):
    found = look({"out/a.xml": JUNIT})
    assert found.tested
    assert [True, True, False] == [found.has(name) for name in ("tests", "unit", "integration")]
