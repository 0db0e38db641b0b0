"""``policy coverage``: the clauses of a contract, with the conditions that check them."""

from __future__ import annotations

import json

from .conftest import Project

POLICY = """\
version: 1
clauses:
  "4.1": {text: {en: All pass, zh-CN: 全部通过}, owner: lin, due: 2027-03-01}
  "4.2": {text: Staff is trained}
evidence: {unit: {files: unit.xml}}
gates:
  release:
    - {id: pass, metric: tests.failed, at_most: 0, clause: "4.1"}
"""


def test_a_clause_without_a_check_is_listed_and_is_no_success(project: Project) -> None:
    project.write("qualitygate.yml", POLICY)
    assert 1 == project.run("policy", "coverage")
    rows = ["4.1  pass", "    All pass (owner lin)", "4.2  NO CHECK", "    Staff is trained"]
    assert [*rows, "2 clauses, 1 with a check, 1 without"] == project.out.splitlines()


def test_all_clauses_checked_is_a_success(project: Project) -> None:
    project.write("qualitygate.yml", POLICY + '    - {metric: tests.errored, at_most: 0, clause: "4.2"}\n')
    assert 0 == project.run("policy", "coverage", "--format", "json")
    assert [["pass"], ["release.tests.errored"]] == [row["conditions"] for row in json.loads(project.out)["clauses"]]


def test_a_clause_that_only_a_warning_looks_at_is_told_as_advice_and_is_no_success(project: Project) -> None:
    advice = '    - {id: hint, metric: tests.errored, at_most: 0, clause: "4.2", severity: warning}\n'
    both = '    - {id: hint-too, metric: tests.errored, at_most: 0, clause: "4.1", severity: warning}\n'
    project.write("qualitygate.yml", POLICY + advice + both)
    assert 1 == project.run("policy", "coverage")
    rows = ["4.1  pass, hint-too (advice)", "    All pass (owner lin)", "4.2  ADVICE ONLY  hint (advice)"]
    summary = "2 clauses, 1 with a check, 1 with advice only, 0 without"
    assert [*rows, "    Staff is trained", summary] == project.out.splitlines()
    project.run("policy", "coverage", "--format", "json")
    told = [(row["conditions"], row["advisory"]) for row in json.loads(project.out)["clauses"]]
    assert [(["pass", "hint-too"], ["hint-too"]), (["hint"], ["hint"])] == told


def test_a_policy_without_clauses_covers_none(project: Project) -> None:
    assert 1 == project.run("policy", "coverage")
    assert project.out.startswith("0 clauses")


def test_the_verdict_names_the_clause_and_the_day(project: Project) -> None:
    project.write("qualitygate.yml", POLICY.replace('clause: "4.1"}', 'clause: "4.1", from: 2999-01-01}'))
    project.report(failed=1)
    assert 0 == project.run("check", "--format", "json")
    (result,) = json.loads(project.out)["gates"][0]["conditions"]
    assert ("4.1", "2999-01-01", "warned") == (result["clause"], result["from"], result["outcome"])
