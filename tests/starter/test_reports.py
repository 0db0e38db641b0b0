"""Reports that lie in a project: recognised by their content, and declared by the shortest globs that are true."""

from __future__ import annotations

import pytest

from qualitygate.sources import matches
from qualitygate.starter.reports import entries, lying

JUNIT = "<testsuite name='s'><testcase name='a' classname='b'/></testsuite>"
COBERTURA = "<?xml version='1.0'?><coverage line-rate='1'><packages/></coverage>"
LCOV = "TN:\nSF:a.py\nDA:1,1\nend_of_record\n"
SARIF = '{"version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "runs": []}'


@pytest.fixture
def declared(tmp_path):
    def make(files: dict[str, str]) -> dict[str, tuple[str, tuple[str, ...]]]:
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8")
        return {
            f"{entry.kind} {entry.name}": (entry.reader, entry.files)
            for entry in entries(lying(str(tmp_path)), str(tmp_path))
        }

    return make


def test_reports_are_known_by_what_is_in_them(declared):
    files = {
        "a.xml": JUNIT,
        "b.xml": COBERTURA,
        "c.json": SARIF,
        "pom.xml": "<project/>",
        "package.json": "{}",
        "notes.txt": JUNIT,
    }
    assert {
        "tests tests": ("junit", ("a.xml",)),
        "coverage coverage": ("cobertura", ("b.xml",)),
        "findings lint": ("sarif", ("c.json",)),
    } == declared(files)


@pytest.mark.parametrize(
    ("path", "suite"),
    [
        ("reports/unit.xml", "unit"),
        ("target/surefire-reports/a.xml", "unit"),
        ("target/failsafe-reports/a.xml", "integration"),
        ("reports/it.xml", "integration"),
        ("out/it/a.xml", "integration"),
        ("reports/e2e/a.xml", "integration"),
        ("unit/regression.xml", "regression"),
        ("reports/split.xml", "tests"),
    ],
)
def test_a_suite_is_named_by_the_path(declared, path, suite):
    assert [f"tests {suite}"] == list(declared({path: JUNIT}))


@pytest.mark.parametrize(
    ("paths", "globs"),
    [
        (["a/1.xml"], ("a/1.xml",)),
        (["a/1.xml", "a/2.xml"], ("a/*.xml",)),
        (["1.xml", "2.xml"], ("*.xml",)),
        (["a/t/1.xml", "b/t/2.xml"], ("**/t/*.xml",)),
        (["a/1.xml", "b/2.xml"], ("a/*.xml", "b/*.xml")),
        (["r/a/1.xml", "r/b/c/2.xml"], ("r/**/*.xml",)),
        (["a[1]/1.xml", "a[1]/2.xml"], ("a[[]1]/*.xml",)),
        (["1.xml", "a/2.xml"], ("1.xml", "a/2.xml")),
    ],
)
def test_globs_match_the_reports_and_no_other_file(declared, tmp_path, paths, globs):
    assert {"tests tests": ("junit", globs)} == declared(dict.fromkeys(paths, JUNIT))
    assert sorted(paths) == sorted({path for glob in globs for path in matches(glob, str(tmp_path))})


def test_a_file_of_another_kind_beside_them_is_not_caught(declared):
    files = {"r/TEST-1.xml": JUNIT, "r/TEST-2.xml": JUNIT, "r/c.xml": COBERTURA}
    assert ("junit", ("r/TEST-*.xml",)) == declared(files)["tests tests"]
    assert ("junit", ("r/TEST-1.xml", "r/TEST-2.xml")) == declared({"r/TEST-9.xml": COBERTURA})["tests tests"]


def test_of_two_formats_of_coverage_one_is_declared(declared):
    assert {"coverage coverage": ("cobertura", ("b.xml",))} == declared({"a.info": LCOV, "b.xml": COBERTURA})


@pytest.mark.parametrize("folder", ["tests", "node_modules/x", "a/fixtures", "src/test/resources", ".cache"])
def test_samples_and_other_peoples_files_are_no_reports(declared, folder):
    assert {} == declared({f"{folder}/a.xml": JUNIT})


def test_what_cannot_be_opened_is_no_report(declared, tmp_path):
    (tmp_path / "gone.xml").symlink_to("nowhere.xml")
    assert {} == declared({})
