"""``doctor``: what it finds of policy, evidence, checkout and clock, with the way out."""

from __future__ import annotations

import json

import jsonschema
import pytest

from qualitygate.config import schemas
from tests.checkout import Checkout
from tests.cli.conftest import POLICY, Project

NOW = "2026-11-22T09:00:00Z"
EDITED = "# yaml-language-server: $schema=qualitygate.schema.json\n"


def doctor(project: Project, *arguments: str, now: str = NOW) -> int:
    return project.run("doctor", "--now", now, *arguments)


def test_a_project_that_is_well_is_told_so(project: Project) -> None:
    project.report(passed=3)
    project.write("qualitygate.yml", EDITED + POLICY)
    Checkout(project.folder).commit()

    assert 0 == doctor(project), project.out
    assert project.out.splitlines() == [
        "fine     policy: qualitygate.yml loads: 1 gate, 2 conditions",
        "fine     policy: editors are told its schema",
        "fine     evidence: unit: 1 file by the reader junit",
        "fine     git: the checkout has its whole history",
        "fine     clock: days are those of UTC, where it is 2026-11-22 09:00",
        "unknown  github: GitHub was not asked",
        "         name the repository with --repo OWNER/NAME, and set GITHUB_TOKEN",
        "5 fine, 1 unknown",
    ]


def test_a_policy_that_does_not_load_is_told_problem_by_problem(project: Project) -> None:
    project.write("qualitygate.yml", POLICY.replace("tests.failed", "tests.faild") + "extra: 1\n")

    assert 1 == doctor(project)
    assert "wrong    policy: qualitygate.yml:" in project.out


def test_without_a_policy_the_way_out_is_said(project: Project) -> None:
    (project.folder / "qualitygate.yml").unlink()

    assert 1 == doctor(project)
    assert "wrong    policy: there is no qualitygate.yml in" in project.out
    assert "         qualitygate init writes one\n" in project.out


IDLE = """\
version: 1
evidence:
  unit: {files: unit.xml}
  idle: {files: i.xml}
gates: {release: [{metric: tests.failed, at_most: 0, where: {suite: unit}}]}
"""


def test_warnings_and_a_policy_without_its_schema_are_odd(project: Project) -> None:
    project.write("qualitygate.yml", IDLE)
    project.report(passed=3)
    project.report("i.xml", passed=3)

    assert 0 == doctor(project)
    assert "odd      policy: qualitygate.yml:4: no condition uses the evidence 'idle'" in project.out
    assert "odd      policy: editors are not told its schema\n         qualitygate policy schema >" in project.out


FILES = """\
version: 1
evidence:
  unit: {files: [unit.xml, notes.txt, link.xml]}
  it: {files: it/*.xml}
  e2e: {files: e2e.xml, expect: {files: 2}}
gates: {release: [{metric: tests.failed, at_most: 0}]}
"""


def test_evidence_that_is_not_there_or_that_no_reader_knows_is_found(project: Project) -> None:
    project.write("qualitygate.yml", FILES)
    project.report(passed=3)
    project.report("e2e.xml", passed=3)
    project.write("notes.txt", "hello\n")
    (project.folder / "link.xml").symlink_to("nowhere.xml")

    assert 1 == doctor(project)
    assert "wrong    evidence: unit: notes.txt is " in project.out and "no reader knows it" in project.out
    assert "odd      evidence: it: no file matches it/*.xml\n" in project.out
    assert "odd      evidence: e2e: only 1 of 2 files match\n" in project.out


CHANGED = POLICY.replace("tests.failed, at_most: 0", "coverage.changed_line, at_least: 80%")


@pytest.mark.parametrize(("policy", "told"), [(POLICY, ""), (CHANGED, "; changed lines cannot be told")])
def test_outside_git_what_it_cannot_tell_is_said_and_nothing_is_broken_for_that(
    project: Project, policy: str, told: str
) -> None:
    project.report(passed=3)
    project.write("qualitygate.yml", policy)

    assert 0 == doctor(project)
    assert f"odd      git: the policy is in no checkout of git{told}\n         work in a checkout\n" in project.out


def test_a_register_with_a_typo_is_told_with_its_line(project: Project) -> None:
    project.write("qualitygate.yml", IDLE.replace("idle: {files: i.xml}", "trainings: {files: tr.yml}"))
    project.report(passed=3)
    project.write("tr.yml", "id: TR-1\ndate: 2026-05-20\ntopik: Onboarding\naudience: support\n")

    assert 1 == doctor(project)
    assert "wrong    evidence: trainings: tr.yml seems to be meant for trainings: has 2 problems: " in project.out
    assert "line 3, column 1: has the unknown key 'topik'" in project.out


def test_a_branch_to_compare_with_that_git_does_not_know_is_wrong(project: Project) -> None:
    project.report(passed=3)
    project.write("qualitygate.yml", CHANGED)
    Checkout(project.folder).commit()

    assert 1 == doctor(project)
    assert "wrong    git: nobody can tell what changed: nothing says what to compare with" in project.out


def test_a_shallow_clone_is_found(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.report(passed=3)
    checkout = Checkout(project.folder)
    checkout.commit()
    checkout.commit()
    checkout.git("clone", "--quiet", "--depth=1", f"file://{project.folder}", "clone")
    monkeypatch.chdir(project.folder / "clone")

    assert 0 == doctor(project)
    assert "odd      git: the clone is shallow\n         fetch-depth: 0 with actions/checkout" in project.out


def test_a_clock_behind_the_last_commit_is_wrong(project: Project) -> None:
    project.report(passed=3)
    Checkout(project.folder).commit()

    assert 1 == doctor(project, now="2026-11-20T08:00:00Z")
    assert (
        "wrong    clock: it is 2026-11-20 08:00 UTC, and the last commit is from 2026-11-20 09:00 UTC\n" in project.out
    )
    assert 0 == doctor(project, now="2026-11-20T08:56:00Z")


def test_periods_without_a_time_zone_are_odd(project: Project) -> None:
    project.report(passed=3)
    policy = POLICY.replace("at_most: 0}", "at_most: 0, within: month}")
    project.write("qualitygate.yml", policy)
    assert 0 == doctor(project)
    assert "odd      clock: the policy names no time zone: days are those of UTC" in project.out
    project.write("qualitygate.yml", f"timezone: Asia/Shanghai\n{policy}")
    assert 0 == doctor(project)
    assert "fine     clock: days are those of Asia/Shanghai, where it is 2026-11-22 17:00" in project.out


def test_the_json_is_what_its_schema_says(project: Project) -> None:
    project.report(passed=3)

    assert 0 == doctor(project, "--format", "json")
    told = json.loads(project.out)
    jsonschema.validate(told, schemas.schema("doctor"))
    assert {"fine": 3, "odd": 2, "wrong": 0, "unknown": 1} == told["counts"]


def test_a_repository_without_a_token_is_wrong(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.report(passed=3)
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)

    assert 1 == doctor(project, "--repo", "acme/crm")
    assert "wrong    github: there is no token: set GITHUB_TOKEN" in project.out
