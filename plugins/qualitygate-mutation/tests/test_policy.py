"""A policy on mutants, judged by the installed command, and nothing imported but the public face."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest

import qualitygate_mutation

PACKAGE = Path(qualitygate_mutation.__file__).parent
POLICY = """\
version: 1
evidence: {{mutation: {{files: {files}, read: {reader}}}}}
gates:
  release:
    - {{metric: mutation.score, at_least: {score}}}
"""


def policy(files, reader, score="80%"):
    return POLICY.format(files=files, reader=reader, score=score)


def test_a_score_above_the_bound_passes(run, sample):
    report = sample("stryker.json")
    done = run("check", qualitygate_DOT_yml=policy("mutation.json", "stryker", "70%"), mutation_DOT_json=report)
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "PASS    mutation.score  70.5" in done.stdout


def test_a_score_of_eighty_percent_is_at_least_eighty_percent(run, sample):
    told = json.loads(sample("mutmut-cicd-stats.json"))
    stats = json.dumps({**told, "killed": 30, "timeout": 2, "survived": 7, "no_tests": 1, "total": 40})
    given = {"qualitygate_DOT_yml": policy("s.json", "mutmut"), "s_DOT_json": stats}
    assert 0 == run("check", **given).returncode
    done = run("check", **{**given, "s_DOT_json": stats.replace("30", "29").replace("40", "39")})
    assert 1 == done.returncode, done.stdout


def test_a_score_below_the_bound_fails_and_lists_the_survivors(run, sample):
    report = sample("stryker.json")
    done = run("check", qualitygate_DOT_yml=policy("mutation.json", "stryker"), mutation_DOT_json=report)
    assert 1 == done.returncode, done.stderr
    assert "FAIL    mutation.score" in done.stdout
    assert "src/price.js:9" in done.stdout
    assert "survived: StringLiteral" in done.stdout


def test_every_survivor_is_in_the_json(run, sample):
    given = {"qualitygate_DOT_yml": policy("mutations.xml", "pit"), "mutations_DOT_xml": sample("mutations.xml")}
    (result,) = json.loads(run("check", "--format", "json", **given).stdout)["gates"][0]["conditions"]
    assert [5, 13, 13, 30] == sorted(finding["line"] for finding in result["findings"])


@pytest.mark.parametrize("content", [None, "", "<mutations>", "<mutations/>"])
def test_a_missing_empty_or_cut_report_is_no_data(run, content):
    files = {} if content is None else {"mutations_DOT_xml": content}
    done = run("check", qualitygate_DOT_yml=policy("mutations.xml", "pit"), **files)
    assert 3 == done.returncode, done.stdout + done.stderr
    assert "NO DATA mutation.score" in done.stdout


def test_the_meta_files_of_a_whole_project_are_one_score(run, sample):
    files = {
        "mutants__fares__price_DOT_py_DOT_meta": sample("price.py.meta"),
        "mutants__fares__empty_DOT_py_DOT_meta": '{"exit_code_by_key": {}}',
    }
    done = run("check", qualitygate_DOT_yml=policy('"mutants/**/*.meta"', "mutmut", "50%"), **files)
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "examined 2 files, 34 mutants" in done.stdout


@pytest.mark.parametrize(
    ("name", "reader"),
    [
        ("mutations.xml", "pit"),
        ("stryker.json", "stryker"),
        ("mutmut-cicd-stats.json", "mutmut"),
        ("price.py.meta", "mutmut"),
    ],
)
def test_a_report_is_recognised_by_its_content(run, sample, name, reader):
    done = run("read", "--format", "json", "report", report=sample(name))
    assert [reader] == [row["reader"] for row in json.loads(done.stdout)]


def test_what_a_report_counts_is_told_without_a_policy(run, sample):
    done = run("read", "report", report=sample("stryker.json"))
    counts = "35 mutants, 22 killed, 2 timed out, 4 survived, 6 no coverage, 1 ignored"
    assert f"report: stryker, {counts}\n" == done.stdout


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.name)
def test_nothing_is_imported_but_the_public_face_and_the_standard_library(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or "."] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            package = name.partition(".")[0]
            assert name == "qualitygate" or package in {"qualitygate_mutation", *sys.stdlib_module_names}, name


def test_what_is_imported_is_public():
    import qualitygate

    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "qualitygate":
                assert {alias.name for alias in node.names} <= set(qualitygate.__all__)
