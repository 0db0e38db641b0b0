"""``init``: what it writes can be judged at once, tells what is not there, and never lies over anything."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import jsonschema
import pytest

from qualitygate.config.schemas import schema, text
from qualitygate.starter.register import PRESETS
from qualitygate.yamltext import parse
from tests.cli.conftest import POLICY

pytest.importorskip("comrak", reason="comrak is not installed: the extra documents")
NOW = ("--now", "2026-11-22T09:00:00Z")
WRITTEN = ["quality/documents.yml", "quality/qualitygate.schema.json", "qualitygate.yml"]
PLAN = "people: [li]\ndocuments:\n  - {id: PLAN, path: plan.md, owner: li, status: approved, min_words: 2}\n"


@pytest.fixture
def bare(project):
    """A folder without a policy."""
    (project.folder / "qualitygate.yml").unlink()
    return project


def files(project) -> list[str]:
    return sorted(path.relative_to(project.folder).as_posix() for path in project.folder.rglob("*") if path.is_file())


def outcomes(project) -> dict[str, str]:
    """The outcome of each condition of the policy that lies there."""
    project.run("check", "-f", "json", *NOW)
    gates = json.loads(project.out)["gates"]
    return {f"{gate['name']}/{each['metric']}": each["outcome"] for gate in gates for each in gate["conditions"]}


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_what_is_written_is_valid_without_a_warning(bare, preset, lang):
    assert 0 == bare.run("init", "--documents", preset, "--lang", lang, *NOW)
    assert WRITTEN == files(bare)
    assert 0 == bare.run("policy", "validate")
    assert "0 warnings" in bare.out
    assert "" == bare.err
    written = (bare.folder / "qualitygate.yml").read_text(encoding="utf-8")
    first, _, rest = written.partition("\n")
    assert "# yaml-language-server: $schema=quality/qualitygate.schema.json" == first
    assert text("policy") == (bare.folder / "quality/qualitygate.schema.json").read_text(encoding="utf-8")
    jsonschema.validate(parse(rest, "").data, schema("policy"))
    assert ("lang: zh-CN\n" in written) is (lang == "zh-CN")


def test_nothing_that_does_not_exist_passes(bare):
    assert 0 == bare.run("init", *NOW)
    assert {
        "pull-request/documents.links": "no_data",
        "release/documents.completeness": "failed",
        "release/documents.links": "no_data",
        "release/documents.changed_after_review": "warned",
    } == outcomes(bare)


def test_reports_that_would_be_written_are_missed_until_they_are(bare):
    bare.write("pyproject.toml", "dev = ['pytest', 'coverage']")
    assert 0 == bare.run("init", *NOW)
    assert "Found: pytest (pyproject.toml)\n" in bare.out
    assert "Not found: integration tests, regression tests, pages of documents, a change log\n" in bare.out
    assert "  # not there yet; this writes it: pytest --junitxml=reports/unit.xml\n" in (
        bare.folder / "qualitygate.yml"
    ).read_text(encoding="utf-8")
    before = outcomes(bare)
    tests = ["pull-request/tests.failed", "pull-request/tests.errored", "release/tests.defect_rate"]
    assert {"no_data"} == {before[name] for name in tests}
    assert "warned" == before["release/coverage.line"]
    bare.report("reports/unit.xml", passed=3)
    assert {"passed"} == {outcomes(bare)[name] for name in tests}


def test_what_lies_there_is_found_and_judged(bare):
    bare.report("reports/it.xml", passed=3)
    bare.write("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n")
    bare.write("README.md", "# Shop\n\n[manual](doc/manual.md)\n")
    bare.write("README.zh-CN.md", "# 商店\n")
    bare.write("doc/manual.md", "# Manual\n")
    bare.write("lint.sarif", '{"version": "2.1.0", "$schema": "sarif-2.1.0.json", "runs": []}')
    assert 0 == bare.run("init", *NOW)
    first, second, *_ = bare.out.splitlines()
    assert first == ("Found: reports/it.xml (junit), lint.sarif (sarif), doc/ (1 page), CHANGELOG.md, README.zh-CN.md")
    assert second == "Not found: unit tests, regression tests, coverage"
    found = outcomes(bare)
    assert "passed" == found["release/tests.defect_rate"] == found["release/documents.links"]
    assert {"findings.total", "documents.changelog", "documents.translation_parity"} <= {
        name.partition("/")[2] for name in found
    }


def test_the_number_of_documents_is_told_with_those_that_are_there(bare):
    bare.write("docs/plan.md", "# Plan\n")
    assert 0 == bare.run("init", "--documents", "builtin", *NOW)
    assert "Wrote quality/documents.yml: preset builtin, 9 documents; required today: 3, there: 1\n" in bare.out
    assert "Wrote qualitygate.yml: 2 gates, 4 conditions, 1 evidence source\n" in bare.out
    assert bare.out.endswith("documents.yml\nThen: qualitygate check\n")


def test_stages_begin_on_the_day_that_is_told(bare):
    assert 0 == bare.run("init", "--documents", "gbt8567", "--start", "2026-01-05", *NOW)
    assert "25 documents; required today: 25, there: 0" in bare.out
    assert 2 == bare.run("init", "--start", "5.1.2026")
    assert "'5.1.2026' is no day; write it like 2026-11-22" in bare.err


def test_tailoring_stays_visible(bare):
    assert 0 == bare.run("init", "--documents", "gbt8567", *NOW)
    path = bare.folder / "quality/documents.yml"
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace("path: docs/far.md", "tailored_out: part of the offer", 1), encoding="utf-8")
    assert 1 == bare.run("check", *NOW)
    assert "0 % (0/4)" in bare.out
    assert "tailored out: FAR (part of the offer)" in bare.out


def test_nothing_is_overwritten_and_a_second_run_has_nothing_to_do(bare):
    assert 0 == bare.run("init", *NOW)
    for path in WRITTEN[:1]:
        bare.write(path, PLAN)
    before = {path: (bare.folder / path).read_bytes() for path in WRITTEN}
    assert 0 == bare.run("init", "--documents", "gbt8567", *NOW)
    assert "Left as it is: quality/documents.yml\nLeft as it is: qualitygate.yml\n" in bare.out
    assert before == {path: (bare.folder / path).read_bytes() for path in WRITTEN}


def test_a_register_that_lies_there_is_judged_by_the_new_policy(bare):
    bare.write("quality/documents.yml", PLAN)
    assert 0 == bare.run("init", *NOW)
    assert "Left as it is: quality/documents.yml\nWrote quality/qualitygate.schema.json" in bare.out
    assert "failed" == outcomes(bare)["release/documents.completeness"]


@pytest.mark.parametrize(
    ("policy", "way_out"),
    [
        (POLICY, "{files: quality/documents.yml, read: documents}; and to a gate: {metric: documents.completeness, "),
        (
            POLICY.replace("gates:", "  documents: {files: quality/documents.yml, read: documents}\ngates:"),
            "add to a gate: {metric: documents.completeness, at_least: 100%}",
        ),
    ],
)
def test_a_policy_that_lies_there_and_judges_no_documents_is_told_what_it_lacks(project, policy, way_out):
    project.write("qualitygate.yml", policy)
    assert 2 == project.run("init", *NOW)
    assert ["quality/documents.yml", "qualitygate.yml"] == files(project)
    assert policy == (project.folder / "qualitygate.yml").read_text(encoding="utf-8")
    assert "error[unjudged]: judges no register of documents" in project.err
    assert way_out in project.err


@pytest.mark.parametrize("entry", ["{files: docs/all.yml, read: documents}", "{files: 'docs/*.yml'}"])
def test_a_register_that_a_policy_declares_elsewhere_is_the_one(project, entry):
    policy = POLICY.replace("gates:", f"  papers: {entry}\ngates:")
    project.write("qualitygate.yml", f"{policy}    - {{metric: documents.completeness, at_least: 100%}}\n")
    if "*" in entry:
        project.write("docs/all.yml", PLAN)
    assert 0 == project.run("init", *NOW)
    assert ["docs/all.yml", "qualitygate.yml"] == files(project)
    assert 0 == project.run("init", *NOW)


def test_a_policy_that_is_wrong_stops_everything(project):
    project.write("qualitygate.yml", "version: 2\n")
    assert 2 == project.run("init", *NOW)
    assert ["qualitygate.yml"] == files(project)
    assert "qualitygate.yml:1:10" in project.err


def test_a_link_to_nowhere_is_not_written_through(bare):
    (bare.folder / "quality").mkdir()
    (bare.folder / "quality/documents.yml").symlink_to("../elsewhere.yml")
    assert 0 == bare.run("init", *NOW)
    assert "Left as it is: quality/documents.yml" in bare.out
    assert not (bare.folder / "elsewhere.yml").exists()


def test_a_folder_that_cannot_be_made_is_an_error_before_anything_is_written(bare):
    bare.write("quality", "")
    assert 2 == bare.run("init", *NOW)
    assert "error[output]: cannot be written: " in bare.err
    assert "quality/documents.yml" in bare.err
    assert ["quality"] == files(bare)


def test_the_packages_that_are_missing_are_told(bare, monkeypatch):
    from qualitygate.starter import telling

    monkeypatch.setattr(telling, "find_spec", lambda _name: None)
    assert 0 == bare.run("init", *NOW)
    assert "Missing: pip install 'qualitygate-ci[documents]'\nNext: " in bare.out


def test_the_folder_gives_the_name_whatever_it_is(bare, monkeypatch):
    odd = bare.folder / "true: 项目 #1"
    odd.mkdir()
    monkeypatch.chdir(odd)
    assert 0 == bare.run("init", *NOW)
    assert 0 == bare.run("policy", "validate")
    assert bare.out.startswith("true: 项目 #1 is valid")


def at_a_terminal(folder, answers: str, *arguments: str) -> str:
    """What the real command shows at a terminal where somebody gives some answers."""
    pty = pytest.importorskip("pty", reason="there are no terminals to open here")
    master, slave = pty.openpty()
    os.write(master, answers.encode())
    environ = {name: value for name, value in os.environ.items() if not name.startswith("QUALITYGATE_")}
    command = [sys.executable, "-m", "qualitygate", "init", *arguments]
    run = subprocess.Popen(command, cwd=folder, stdin=slave, stdout=slave, stderr=slave, env=environ)
    os.close(slave)
    shown = b""
    while True:
        try:
            part = os.read(master, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(master)
    assert 0 == run.wait(30)
    return shown.decode()


def test_at_a_terminal_what_is_open_is_asked(bare):
    shown = at_a_terminal(bare.folder, "zh-CN\ngbt8567\nyesterday\n2026-01-05\n", *NOW)
    assert "Language of reports (en, zh-CN) [en]: " in shown
    assert "(gbt8567, oss, builtin) [builtin]: " in shown
    assert "'yesterday' is no day; write it like 2026-11-22" in shown
    assert "模板 gbt8567，25 份文档；今天应有 25，已有 0" in shown
    assert "lang: zh-CN" in (bare.folder / "qualitygate.yml").read_text(encoding="utf-8")


def test_with_yes_or_with_all_options_nothing_is_asked(bare):
    told = ("--documents", "oss", "--start", "2026-01-05", "--lang", "en")
    assert " [" not in at_a_terminal(bare.folder, "", *told, *NOW)
    assert "start: 2026-01-05\n" in (bare.folder / "quality/documents.yml").read_text(encoding="utf-8")
    assert " [" not in at_a_terminal(bare.folder, "", "--yes", *NOW)
