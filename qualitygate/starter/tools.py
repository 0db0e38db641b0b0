"""The tools that a project's files show, and the reports that each would write, by which command."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from posixpath import dirname, join

from qualitygate.starter.project import Entry
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolReport:
    """What a tool would write: where, and by which command; only where the tool's file says ``word``."""

    kind: str
    reader: str
    files: str
    how: str
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool that runs tests: the files that show it, by glob, if they say ``word``."""

    name: str
    shown_by: tuple[str, ...]
    reports: tuple[ToolReport, ...]
    word: str = ""


def _junit(how: str, files: str = "reports/unit.xml") -> ToolReport:
    return ToolReport(kind="tests", reader="junit", files=files, how=how)


_LCOV = "coverage/lcov.info"
TOOLS = (
    Tool(
        name="pytest",
        shown_by=("pytest.ini", "pyproject.toml", "setup.cfg", "tox.ini", "setup.py", "requirements*.txt"),
        word=r"\bpytest\b",
        reports=(
            _junit("pytest --junitxml=reports/unit.xml"),
            ToolReport(
                kind="coverage",
                reader="cobertura",
                files="coverage.xml",
                how="pytest --cov --cov-report=xml",
                word="pytest-cov|coverage",
            ),
        ),
    ),
    Tool(
        name="Vitest",
        shown_by=("package.json",),
        word='"vitest"',
        reports=(
            _junit("vitest run --reporter=junit --outputFile=reports/unit.xml"),
            ToolReport(
                kind="coverage",
                reader="lcov",
                files=_LCOV,
                how="vitest run --coverage --coverage.reporter=lcov",
                word='"@vitest/coverage',
            ),
        ),
    ),
    Tool(
        name="Jest",
        shown_by=("package.json",),
        word='"jest"',
        reports=(
            _junit("JEST_JUNIT_OUTPUT_FILE=reports/unit.xml jest --reporters=jest-junit"),
            ToolReport(kind="coverage", reader="lcov", files=_LCOV, how="jest --coverage", word="overage"),
        ),
    ),
    Tool(
        name="Mocha",
        shown_by=("package.json",),
        word='"mocha"',
        reports=(
            _junit("mocha --reporter mocha-junit-reporter --reporter-options mochaFile=reports/unit.xml"),
            ToolReport(
                kind="coverage", reader="lcov", files=_LCOV, how="nyc --reporter=lcov mocha", word='"(?:nyc|c8)"'
            ),
        ),
    ),
    Tool(
        name="Maven",
        shown_by=("pom.xml",),
        reports=(
            _junit("mvn verify", "**/target/surefire-reports/TEST-*.xml"),
            ToolReport(
                kind="tests",
                reader="junit",
                files="**/target/failsafe-reports/TEST-*.xml",
                how="mvn verify",
                word="maven-failsafe-plugin",
            ),
            ToolReport(
                kind="coverage",
                reader="jacoco",
                files="**/target/site/jacoco/jacoco.xml",
                how="mvn verify",
                word="jacoco-maven-plugin",
            ),
        ),
    ),
    Tool(
        name="Gradle",
        shown_by=("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"),
        reports=(
            _junit("gradle test", "**/build/test-results/test/*.xml"),
            ToolReport(
                kind="coverage",
                reader="jacoco",
                files="**/build/reports/jacoco/test/*.xml",
                how="gradle jacocoTestReport",
                word="jacoco",
            ),
        ),
    ),
    Tool(
        name="go test",
        shown_by=("go.mod",),
        reports=(
            ToolReport(
                kind="tests", reader="gotest", files="reports/unit.json", how="go test -json ./... >reports/unit.json"
            ),
        ),
    ),
    Tool(
        name="cargo",
        shown_by=("Cargo.toml",),
        reports=(_junit("cargo nextest run --profile ci", "target/nextest/ci/junit.xml"),),
    ),
    Tool(
        name=".NET",
        shown_by=("*.sln", "*.slnx", "*.csproj", "*.fsproj"),
        reports=(
            ToolReport(kind="tests", reader="trx", files="**/TestResults/*.trx", how="dotnet test --logger trx"),
            ToolReport(
                kind="coverage",
                reader="cobertura",
                files="**/TestResults/*/coverage.cobertura.xml",
                how='dotnet test --collect "XPlat Code Coverage"',
                word="coverlet.collector",
            ),
        ),
    ),
    Tool(
        name="PHPUnit",
        shown_by=("phpunit.xml", "phpunit.xml.dist", "composer.json"),
        word="phpunit",
        reports=(_junit("phpunit --log-junit reports/unit.xml"),),
    ),
)
"""Where each writes by default, or by the command that is told; from the manuals of the tools."""


def marks(files: frozenset[str]) -> list[str]:
    """The files that may show a tool, the nearest first, no deeper than two folders."""
    globs = {glob for tool in TOOLS for glob in tool.shown_by}
    near = (file for file in files if file.count("/") <= 2 and any(_is(file, glob) for glob in globs))
    return sorted(near, key=lambda file: (file.count("/"), file))


def likely(said: Mapping[str, str]) -> Iterator[Entry]:
    """What the tools would write that some files show, given what these say; by each tool from its nearest file."""
    for tool in TOOLS:
        shown = [file for file in said if any(_is(file, glob) for glob in tool.shown_by)]
        by = next((file for file in shown if re.search(tool.word, said[file])), None)
        if by is None:
            continue
        whole = "\n".join(said[file] for file in shown)
        for report in tool.reports:
            if re.search(report.word, whole):
                files = report.files if report.files.startswith("**/") else join(dirname(by), report.files)
                yield Entry(
                    name="integration" if "failsafe" in report.files else "unit",
                    kind=report.kind,
                    reader=report.reader,
                    files=(files,),
                    how=report.how,
                    tool=tool.name,
                    by=by,
                )


def _is(file: str, glob: str) -> bool:
    return fnmatchcase(file.rpartition("/")[2], glob)


def tools(entries: Iterable[Entry]) -> list[str]:
    """The tools of some entries, each with the file that shows it: ``pytest (pyproject.toml)``."""
    return list(dict.fromkeys(f"{entry.tool} ({entry.by})" for entry in entries if entry.tool))
