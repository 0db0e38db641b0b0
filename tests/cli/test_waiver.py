"""``waiver lint``: what it finds, where, with which way out, and what the exit codes say."""

from __future__ import annotations

import json

import jsonschema
import pytest

from qualitygate.config import schemas
from tests.cli.conftest import POLICY, Project
from tests.waivers.conftest import REGISTER, Repository, record

NOW = ("--now", "2026-11-22T09:00:00Z")


@pytest.fixture
def repository(project: Project) -> Repository:
    made = Repository(project.folder)
    made.commit(None, "Cy")
    return made


def lint(project: Project, *arguments: str, now: str = NOW[1]) -> int:
    return project.run("waiver", "lint", "--now", now, *arguments)


def approved(repository: Repository, *records: str) -> None:
    """A register that Ann wrote and Bo committed."""
    repository.commit("".join(records), "Ann", committer="Bo")


def test_an_approved_waiver_that_is_needed_is_fine(project: Project, repository: Repository) -> None:
    project.report(passed=30, failed=1)
    approved(repository, record())

    assert (0, "") == (lint(project), project.err)
    assert project.out == "0 of 1 waiver to attend to; git shows four eyes for 1\n"


def test_a_waiver_without_a_second_pair_of_eyes_is_found_with_its_place(
    project: Project, repository: Repository
) -> None:
    project.report(passed=30, failed=1)
    commit = repository.commit("# exceptions\n" + record(), "Ann")
    wrote = f"W-1: Ann wrote it as it stands in {commit[:10]} on 2026-11-20"

    assert 1 == lint(project)
    assert project.out.splitlines() == [
        f"quality/waivers.yml:2: {wrote}, and no commit since shows that bo approves [four-eyes]",
        "        let bo commit approved_by and nothing else of it, or merge the branch that brings it",
        "1 of 1 waiver to attend to; git shows four eyes for 0",
    ]


def test_outside_git_it_is_said_and_never_passed(project: Project) -> None:
    project.report(passed=30, failed=1)
    project.write(REGISTER, record())

    assert 3 == lint(project)
    assert "W-1: nobody can tell who approved it: it is in no checkout of git [four-eyes]\n" in project.out


@pytest.mark.parametrize(
    ("failed", "changed", "now", "said"),
    [
        (0, {}, NOW[1], "excuses nothing [unused]\n        take it out\n"),
        (1, {}, "2026-12-02T09:00:00Z", "expired on 2026-12-01 [expired]\n"),
        (1, {"expires": "2027-01-31"}, NOW[1], "lasts 91 days, more than 90 [too-long]\n"),
        (1, {"gate": "relese"}, NOW[1], "there is no gate relese [unknown-gate]\n        did you mean release?\n"),
        (
            1,
            {"metric": "tests.faild"},
            NOW[1],
            "no condition of the gate release is on tests.faild [unknown-metric]\n        did you mean tests.failed?\n",
        ),
    ],
)
def test_what_needs_attention_is_found(
    project: Project, repository: Repository, failed: int, changed: dict[str, str], now: str, said: str
) -> None:
    project.report(passed=30, failed=failed)
    approved(repository, record(**changed))

    assert 1 == lint(project, now=now)
    assert f"quality/waivers.yml:1: W-1: {said}" in project.out


@pytest.mark.parametrize(("expires", "code"), [("2027-01-30", 0), ("2027-01-31", 1)])
def test_ninety_days_are_not_too_long(project: Project, repository: Repository, expires: str, code: int) -> None:
    project.report(passed=30, failed=1)
    approved(repository, record(expires=expires))

    assert code == lint(project)


def test_the_policy_says_how_long_and_what_extends_it_may_only_shorten(
    project: Project, repository: Repository
) -> None:
    project.report(passed=30, failed=1)
    approved(repository, record())
    project.write("qualitygate.yml", f"waiver_days: 30\n{POLICY}")
    project.write("longer.yml", "version: 1\nextends: qualitygate.yml\nwaiver_days: 300\n")
    project.write("shorter.yml", "version: 1\nextends: qualitygate.yml\nwaiver_days: 29\n")

    assert 0 == lint(project)
    assert 0 == lint(project, "-c", "longer.yml")
    assert 1 == lint(project, "-c", "shorter.yml")
    assert "lasts 30 days, more than 29" in project.out


def test_only_who_may_approve_waivers_makes_one_count(project: Project, repository: Repository) -> None:
    project.report(passed=30, failed=1)
    approved(repository, record())
    project.write("qualitygate.yml", f"waiver_approvers: ['@BO', mei]\n{POLICY}")
    project.write("fewer.yml", "version: 1\nextends: qualitygate.yml\nwaiver_approvers: [mei, ann]\n")

    assert 0 == lint(project)
    assert (0, "") == (project.run("check", "--now", NOW[1]), project.err)
    assert 1 == lint(project, "-c", "fewer.yml")
    assert "W-1: bo may not approve waivers [approver]\n        have it approved by mei\n" in project.out
    assert 1 == project.run("check", "--now", NOW[1], "-c", "fewer.yml")
    assert "waiver W-1 excuses nothing: bo may not approve waivers, mei may" in project.err
    assert "approved by nobody who may" in project.out


def test_a_check_says_where_git_does_not_show_who_approved_what_it_heeds(
    project: Project, repository: Repository
) -> None:
    project.report(passed=30, failed=1)
    repository.commit(record(), "Ann")

    assert 0 == project.run("check", "--now", NOW[1])
    assert "WAIVED" in project.out
    assert (
        "warning[waiver-approval]: waiver W-1 excuses a failure, and git does not show that it is approved"
        in project.err
    )
    assert "--> quality/waivers.yml:1" in project.err


def test_reports_repeat_beside_the_waiver_that_git_does_not_show_who_approved_it(
    project: Project, repository: Repository
) -> None:
    project.report(passed=30, failed=1)
    repository.commit(record(), "Ann")
    told = "git does not show that it is approved: Ann wrote it as it stands in"

    assert 0 == project.run("check", "--now", NOW[1], "-o", "markdown=v.md", "-o", "html=v.html", "-o", "json=v.json")
    assert told in (project.folder / "v.md").read_text().replace("\\", "")
    assert told in (project.folder / "v.html").read_text()
    assert told not in (project.folder / "v.json").read_text()
    period = ("report", "--period", "2026", "--now", NOW[1])
    assert 0 == project.run(*period, "-o", "markdown=p.md", "-o", "html=p.html", "-o", "json=p.json")
    assert "warning[waiver-approval]: waiver W-1 excuses a failure, and " + told in project.err
    assert told in (project.folder / "p.md").read_text().replace("\\", "")
    assert 2 == (project.folder / "p.html").read_text().count(told)
    (waiver,) = json.loads((project.folder / "p.json").read_text())["waivers"]
    assert waiver["doubt"].startswith("excuses a failure, and " + told)
    assert 0 == project.run(*period, "--lang", "zh-CN")
    assert "git 记录未显示其已获批准" in project.out


def test_reports_say_nothing_of_a_waiver_whose_approval_git_shows(project: Project, repository: Repository) -> None:
    project.report(passed=30, failed=1)
    approved(repository, record())

    assert 0 == project.run("report", "--period", "2026", "--now", NOW[1], "-f", "json")
    (waiver,) = json.loads(project.out)["waivers"]
    assert (True, None) == (waiver["live"], waiver["doubt"])


def test_a_check_asks_git_of_no_waiver_that_excuses_nothing(project: Project, repository: Repository) -> None:
    project.report(passed=30)
    repository.commit(record(), "Ann")

    assert (0, "") == (project.run("check", "--now", NOW[1]), project.err)


def test_a_check_says_that_nobody_looked_at_the_register_of_another_commit(
    project: Project, repository: Repository
) -> None:
    project.report(passed=30, failed=1)
    repository.commit(record(), "Ann", committer="Bo")
    assert 0 == project.run("check", "--now", NOW[1], "--policy-from", "HEAD")
    assert "nobody can tell who approved it: the register is that of HEAD" in project.err


def test_two_names_of_one_person_are_found(project: Project, repository: Repository) -> None:
    project.report(passed=30, failed=1)
    project.write("qualitygate.yml", POLICY.replace("evidence:\n", "evidence:\n  people: {files: people.yml}\n"))
    project.write("people.yml", "people:\n  - {id: p-01, roles: support, aliases: [ann, bo@example.org, Bo]}\n")
    approved(repository, record())

    assert 1 == lint(project)
    assert "W-1: ann asked for it, and is bo, who approved it [four-eyes]\n" in project.out


def test_without_evidence_no_waiver_is_blamed(project: Project, repository: Repository) -> None:
    approved(repository, record())

    assert 3 == lint(project)
    assert "nobody can tell whether it is needed: no verdict that had it examined anything [unused]" in project.out


def verdict(project: Project, name: str, *arguments: str) -> str:
    project.run("check", *NOW, "--output", f"json={name}", *arguments)
    return name


def test_a_waiver_is_needed_where_one_of_the_verdicts_needed_it(project: Project, repository: Repository) -> None:
    approved(repository, record())
    project.report(passed=30, failed=1)
    red = verdict(project, "out/red.json")
    project.report(passed=30)
    green = verdict(project, "out/green.json")
    (project.folder / "unit.xml").unlink()

    assert 1 == lint(project, "--verdict", green)
    assert 0 == lint(project, "--verdict", green, "--verdict", red)
    assert 3 == lint(project)


def test_a_verdict_by_another_register_tells_nothing(project: Project, repository: Repository) -> None:
    approved(repository, record(reason="Another reason than the one there is now."))
    project.report(passed=30)
    green = verdict(project, "out/green.json")
    approved(repository, record())

    assert 3 == lint(project, "--verdict", green)


def test_what_is_no_verdict_is_refused(project: Project) -> None:
    project.write("verdict.json", "{}")

    assert 3 == lint(project, "--verdict", "verdict.json")
    assert "verdict.json is no verdict of qualitygate" in project.err


def test_no_waivers_are_fine(project: Project) -> None:
    assert (0, "no waivers\n") == (lint(project), project.out)


def test_the_json_is_what_its_schema_says(project: Project, repository: Repository) -> None:
    project.report(passed=30, failed=1)
    approved(repository, record(expires="2027-12-01"), record(id="W-2", approved_by="cy"))

    assert 1 == lint(project, "--format", "json")
    told = json.loads(project.out)
    jsonschema.validate(told, schemas.schema("waiver-lint"))
    assert {"waivers": 2, "to_attend_to": 2, "four_eyes": 1} == told["counts"]
    first, second = told["waivers"]
    assert ("both", "committer") == (first["four_eyes"]["seen"], first["four_eyes"]["how"])
    assert ["too-long"] == [each["rule"] for each in first["findings"]]
    assert (9, "one", None) == (second["line"], second["four_eyes"]["seen"], second["four_eyes"]["how"])
    assert ["four-eyes", "unused"] == [each["rule"] for each in second["findings"]]
