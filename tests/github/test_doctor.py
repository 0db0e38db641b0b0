"""``doctor`` against the double: the token, the labels, and what the rules of a repository require."""

from __future__ import annotations

from pathlib import Path

import pytest

from qualitygate.cli import main
from tests.cli.conftest import POLICY
from tests.github.double.github import GitHub

SUPPORT = """\
version: 1
timezone: UTC
evidence: {tickets: {files: tickets.jsonl}}
support:
  tickets: {label: support}
  team: [lin]
  priority: {prefix: "priority:"}
  targets: {normal: {first_response: 24h}}
gates: {month: [{metric: support.compliance, at_least: 90%}]}
"""
ALL = dict.fromkeys(("checks", "pull_requests", "issues", "administration", "contents"), "read")


class Doctor:
    """The command in a folder with a policy, and what it says of a repository of the double."""

    def __init__(self, github: GitHub, folder: Path, monkeypatch: pytest.MonkeyPatch, capture) -> None:
        self.github, self.folder, self.monkeypatch, self.capture = github, folder, monkeypatch, capture
        monkeypatch.chdir(folder)
        for name in ("GITHUB_REPOSITORY", "GITHUB_API_URL"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("GITHUB_TOKEN", github.token(**ALL))
        self.shop = github.repository("acme/crm", private=True)
        self.policy(POLICY)

    def policy(self, text: str) -> None:
        (self.folder / "qualitygate.yml").write_text(text)

    def run(self, repo: str = "acme/crm") -> list[str]:
        main(["doctor", "--repo", repo, "--api-url", self.github.url, "--now", "2026-11-22T09:00:00Z"])
        return [each for each in self.capture.readouterr().out.splitlines() if " github: " in each]


@pytest.fixture
def doctor(github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> Doctor:
    return Doctor(github, tmp_path, monkeypatch, capsys)


def test_a_repository_that_requires_nothing_is_told_that_its_gate_is_advice(doctor: Doctor) -> None:
    assert doctor.run() == [
        "fine     github: GitHub answers for acme/crm, whose default branch is main",
        "fine     github: the token may read check runs",
        "fine     github: the token may read pull requests",
        "fine     github: the token may read issues",
        "fine     github: the token may read pushes around the rules",
        "odd      github: nothing is required to merge into main, so the gate is advice",
        "odd      github: no ruleset is about tags, so any commit can be tagged as a release",
    ]


def test_a_required_check_is_told_with_the_app_that_must_make_it(doctor: Doctor) -> None:
    doctor.shop.ruleset("branch", qualitygate=15368, build=None)
    doctor.shop.ruleset("tag", qualitygate=15368)
    said = doctor.run()
    assert "fine     github: main requires the check qualitygate of the App 15368" in said
    assert "odd      github: main requires the check build, which everybody with write access can make" in said
    assert "fine     github: there is a ruleset for tags" in said


def test_what_the_token_may_not_read_is_told_with_the_permission_it_takes(doctor: Doctor, github: GitHub) -> None:
    doctor.monkeypatch.setenv("GITHUB_TOKEN", github.token(metadata="read", issues="read"))
    said = doctor.run()
    assert any(each.startswith("wrong    github: the token may not read check runs: GET ") for each in said)
    assert any(each.startswith("odd      github: the token may not read pushes around the rules: ") for each in said)
    assert "fine     github: the token may read issues" in said


def test_labels_that_are_not_there_are_named(doctor: Doctor) -> None:
    doctor.policy(SUPPORT)
    for name in ("support", "sla:at-risk", "sla:breached"):
        doctor.shop.label(name)
    (missing,) = [each for each in doctor.run() if "there are no labels" in each]
    assert "priority:normal" in missing and "sla:at-risk" not in missing
    assert missing.startswith("wrong ")
    for name in missing.partition("no labels ")[2].partition(";")[0].split(", "):
        doctor.shop.label(name)
    assert "fine     github: every label that the policy speaks of is there" in doctor.run()


@pytest.mark.parametrize(("repo", "says"), [("acme/gone", "there is no such thing, or the token may not see it")])
def test_a_repository_that_is_not_there_is_wrong_and_nothing_more_is_asked(
    doctor: Doctor, repo: str, says: str
) -> None:
    (said,) = doctor.run(repo)
    assert said.startswith("wrong    github: GET /repos/acme/gone: ") and says in said


def test_a_token_that_is_spent_is_wrong(doctor: Doctor) -> None:
    doctor.monkeypatch.setenv("GITHUB_TOKEN", "spent")
    (said,) = doctor.run()
    assert "GitHub does not accept the token" in said
