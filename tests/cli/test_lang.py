"""``--lang``: the language of what is printed and written."""

from __future__ import annotations

import pytest

from tests.cli.conftest import POLICY, Project


@pytest.fixture(autouse=True)
def _no_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUALITYGATE_LANG", raising=False)


def test_check_prints_and_writes_the_language_that_is_asked_for(project: Project) -> None:
    project.report(passed=30, failed=3)
    assert 1 == project.run("check", "--lang", "zh-CN", "-o", "html=out.html", "-o", "json=out.json")
    assert project.out.splitlines()[-1].startswith("结果：未通过")
    assert '<html lang="zh-CN">' in (project.folder / "out.html").read_text(encoding="utf-8")
    assert "未通过" not in (project.folder / "out.json").read_text(encoding="utf-8")


def test_the_environment_and_the_policy_say_the_language_too(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.report(passed=30)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    project.run("check")
    assert "Result: PASS" in project.out
    project.write("qualitygate.yml", POLICY + "lang: zh-CN\n")
    project.run("check")
    assert "结果：通过" in project.out
    monkeypatch.setenv("QUALITYGATE_LANG", "en")
    project.run("check")
    assert "Result: PASS" in project.out


def test_the_language_is_inherited_and_the_nearest_counts(project: Project) -> None:
    project.report(passed=30)
    project.write("theirs.yml", POLICY + "lang: zh-CN\n")
    project.write("qualitygate.yml", "version: 1\nextends: theirs.yml\n")
    project.run("check")
    assert "结果：通过" in project.out
    project.write("qualitygate.yml", "version: 1\nextends: theirs.yml\nlang: en\n")
    project.run("check")
    assert "Result: PASS" in project.out


def test_a_language_that_is_not_known_is_refused_before_anything_is_read(project: Project) -> None:
    assert 2 == project.run("check", "--lang", "zh")
    assert "--lang: there are no reports in 'zh'" in project.err
    assert "did you mean 'zh-CN'?" in project.err


def test_a_policy_in_a_language_that_is_not_known_is_shown_with_its_place(project: Project) -> None:
    project.write("qualitygate.yml", POLICY + "lang: fr\n")
    assert 2 == project.run("check")
    assert "qualitygate.yml:8:7" in project.err


def test_the_verdict_and_the_exit_code_do_not_depend_on_the_language(project: Project) -> None:
    project.report(passed=30, failed=1)
    told = {}
    for lang in ("en", "zh-CN"):
        code = project.run("check", "--lang", lang, "--format", "json", "--now", "2026-11-22T09:00:00Z")
        told[lang] = (code, project.out)
    assert told["en"] == told["zh-CN"]


DESK = """\
version: 1
lang: zh-CN
clauses: {"1": {text: {en: Within four hours., zh-CN: 四小时内。}, owner: lin}}
gates: {g: [{id: kept, metric: support.open_breaches, at_most: 0, clause: "1"}]}
evidence: {tickets: {files: tickets.jsonl, read: tickets}}
support: {targets: {normal: {first_response: 4h}}}
"""
TICKET = '{"id": "1", "events": [{"at": "2026-11-02T15:00:00Z", "type": "opened", "actor": "customer"}]}\n'


@pytest.mark.parametrize(
    ("command", "english", "chinese"),
    [
        (("policy", "coverage"), "Within four hours. (owner lin)", "四小时内。（负责人 lin）"),
        (
            ("support", "status", "--now", "2026-11-03T00:00:00Z"),
            "1 open ticket, 1 late",
            "1 张未关闭的工单，其中 1 张逾期",
        ),
        (("support", "explain", "--now", "2026-11-03T00:00:00Z"), "breached, late by 5 h", "已违约，已逾期 5 h"),
    ],
)
def test_other_commands_speak_the_language_of_the_policy_the_environment_or_the_option(
    project: Project, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], english: str, chinese: str
) -> None:
    project.write("qualitygate.yml", DESK)
    project.write("tickets.jsonl", TICKET)
    assert 0 == project.run(*command)
    assert chinese in project.out
    monkeypatch.setenv("QUALITYGATE_LANG", "en")
    assert 0 == project.run(*command)
    assert english in project.out
    assert 0 == project.run(*command, "--lang", "zh-CN")
    assert chinese in project.out


def test_links_are_told_in_the_language_that_is_asked_for(project: Project) -> None:
    project.write("a.md", "[b](b.md)\n")
    project.write("b.md", "# B\n")
    assert 0 == project.run("documents", "links", "--lang", "zh-CN")
    assert project.out == "没有失效链接；已检查 2 个页面，1 个内部链接，0 个外部链接\n"
    assert 2 == project.run("documents", "links", "--lang", "zh")
