"""Which tools the files of a project show, and the reports that each would write."""

from __future__ import annotations

import pytest

from qualitygate import registry
from qualitygate.starter.project import Entry
from qualitygate.starter.tools import TOOLS, likely, marks, tools


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("pyproject.toml", "dev = ['pytest>=8']", [("tests", "junit", "reports/unit.xml")]),
        ("pyproject.toml", "dev = ['ruff']", []),
        (
            "requirements-dev.txt",
            "pytest\npytest-cov\n",
            [("tests", "junit", "reports/unit.xml"), ("coverage", "cobertura", "coverage.xml")],
        ),
        ("package.json", '{"devDependencies": {"vitest": "4"}}', [("tests", "junit", "reports/unit.xml")]),
        ("web/package.json", '{"devDependencies": {"jest": "30"}}', [("tests", "junit", "web/reports/unit.xml")]),
        (
            "package.json",
            '{"devDependencies": {"mocha": "11", "nyc": "17"}}',
            [("tests", "junit", "reports/unit.xml"), ("coverage", "lcov", "coverage/lcov.info")],
        ),
        (
            "shop/pom.xml",
            "<artifactId>maven-failsafe-plugin</artifactId>",
            [
                ("tests", "junit", "**/target/surefire-reports/TEST-*.xml"),
                ("tests", "junit", "**/target/failsafe-reports/TEST-*.xml"),
            ],
        ),
        (
            "build.gradle.kts",
            "plugins { jacoco }",
            [
                ("tests", "junit", "**/build/test-results/test/*.xml"),
                ("coverage", "jacoco", "**/build/reports/jacoco/test/*.xml"),
            ],
        ),
        ("go.mod", "module shop", [("tests", "gotest", "reports/unit.json")]),
        ("Cargo.toml", "[package]", [("tests", "junit", "target/nextest/ci/junit.xml")]),
        ("Shop.sln", "", [("tests", "trx", "**/TestResults/*.trx")]),
        ("composer.json", '{"require-dev": {"phpunit/phpunit": "12"}}', [("tests", "junit", "reports/unit.xml")]),
        ("README.md", "pytest", []),
    ],
)
def test_a_file_shows_its_tool_and_what_that_would_write(file, text, expected):
    assert expected == [(each.kind, each.reader, each.files[0]) for each in likely({file: text})]


def test_the_nearest_file_that_shows_a_tool_counts_once():
    said = {"package.json": "{}", "a/package.json": '"jest"', "b/package.json": '"jest"'}
    assert [("a/package.json", "Jest")] == [(each.by, each.tool) for each in likely(said)]


def test_only_files_near_the_root_are_looked_at_the_nearest_first():
    files = frozenset({"a/b/c/go.mod", "a/b/go.mod", "go.mod", "go.sum", "x.csproj"})
    assert ["go.mod", "x.csproj", "a/b/go.mod"] == marks(files)


def test_a_tool_is_named_once_with_what_shows_it():
    entry = Entry(name="a", kind="tests", reader="junit", files=("a",), tool="Maven", by="pom.xml")
    bare = Entry(name="a", kind="tests", reader="junit", files=("a",))
    assert ["Maven (pom.xml)"] == tools([entry, bare, entry])


def test_each_report_of_each_tool_has_a_reader_of_its_kind():
    for tool in TOOLS:
        for report in tool.reports:
            assert report.kind == registry.reader(report.reader).kind
