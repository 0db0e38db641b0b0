"""``qualitygate publish`` from any CI, from end to end against the double."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from qualitygate.cli import main
from qualitygate.codec import dumps
from qualitygate.exits import of_verdict
from qualitygate.model.measurement import Finding
from qualitygate.model.verdict import FailOn, Outcome, Verdict
from qualitygate.publication import conclusion
from tests.github.double.github import GitHub
from tests.github.double.repository import Repository
from tests.reporters import samples

WRITE = {"checks": "write", "statuses": "write", "pull_requests": "write", "issues": "write"}


class Publisher:
    """The command with a verdict in a file, a pull request on the double, and what the command said."""

    def __init__(self, github: GitHub, folder: Path, monkeypatch: pytest.MonkeyPatch, capture) -> None:
        self.github, self.monkeypatch, self.capture = github, monkeypatch, capture
        self.path = folder / "verdict.json"
        self.shop: Repository = github.repository("acme/crm")
        self.pull = self.shop.pull(number=7)
        self.out = self.err = ""
        for name in ("GITHUB_RUN_ID", "GITHUB_REPOSITORY", "GITHUB_SERVER_URL", "GITHUB_API_URL"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("GITHUB_TOKEN", github.token(**WRITE))

    def run(self, verdict: Verdict, *arguments: str, api: str | None = None) -> int:
        self.path.write_text(dumps(replace(verdict, subject={**verdict.subject, "commit": self.pull.sha})))
        self.github.calls.clear()
        code = main(
            [
                *("publish", "--verdict", str(self.path), "--repo", "acme/crm", "--pr", "7"),
                *("--api-url", api or self.github.url, "--name", "gate", "--url", "https://ci.example/1", *arguments),
            ]
        )
        self.out, self.err = self.capture.readouterr()
        return code


@pytest.fixture
def publisher(github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> Publisher:
    return Publisher(github, tmp_path, monkeypatch, capsys)


def of_outcome(outcome: Outcome) -> Verdict:
    """A verdict whose one result ended so."""
    results = [result for gate in samples.every_outcome().gates for result in gate.conditions]
    gate = samples.every_outcome().gates[0]
    picked = next(result for result in results if result.outcome is outcome)
    return replace(samples.every_outcome(), gates=(replace(gate, conditions=(picked,)),))


@pytest.mark.parametrize("fail_on", FailOn)
@pytest.mark.parametrize("outcome", Outcome)
def test_check_status_comment_and_exit_code_never_disagree(
    publisher: Publisher, outcome: Outcome, fail_on: FailOn
) -> None:
    verdict = of_outcome(outcome)
    assert outcome is verdict.outcome
    options = ("--to", "check,status,comment", "--fail-on", fail_on.value, "--comment", "always")
    assert 0 == publisher.run(verdict, *options), publisher.err
    (check,), (comment,) = publisher.shop.check_runs, publisher.shop.comments(7)
    (status,) = publisher.shop.statuses(publisher.pull.sha)
    stopped = of_verdict(verdict, fail_on) != 0
    assert stopped is (check.conclusion == "failure") is (status.state == "failure")
    assert (check.conclusion == "neutral") is (outcome.blocks and not stopped)
    assert check.conclusion == conclusion(outcome, fail_on) != "skipped"
    word = {"PASSED": "PASS", "WARNED": "WARN", "WAIVED": "WAIVED", "NO_DATA": "NO DATA", "FAILED": "FAIL"}[
        outcome.name
    ]
    assert check.title.startswith(f"{word}: ")
    assert status.description.startswith(f"{word}: ")
    assert f" {word}: " in comment.body.splitlines()[1]
    assert json.dumps(outcome.name.lower()) in comment.body.splitlines()[0]


def test_publishing_again_changes_nothing(publisher: Publisher) -> None:
    for _ in range(2):
        assert 0 == publisher.run(samples.every_outcome(), "--to", "check,comment")
    assert (1, 1) == (len(publisher.shop.check_runs), len(publisher.shop.comments(7)))
    assert "comment: left in #7" in publisher.out


def test_a_check_run_is_opened_before_there_is_a_verdict_and_then_completed(publisher: Publisher) -> None:
    options = ("--in-progress", "--sha", publisher.pull.sha)
    assert 0 == publisher.run(samples.all_passed(), *options)
    assert "in_progress" == publisher.shop.check_runs[0].status
    assert 0 == publisher.run(samples.all_passed())
    assert [("completed", "success")] == [(each.status, each.conclusion) for each in publisher.shop.check_runs]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    ("path", "channel"),
    [("/repos/*/check-runs", "check"), ("/repos/*/comments", "comment"), ("/repos/*/issues", "issue")],
)
def test_an_answer_that_was_lost_is_asked_for_and_nothing_is_there_twice(
    publisher: Publisher, path: str, channel: str, after: bool
) -> None:
    publisher.github.fail("POST", path, status=502, after=after)
    assert 0 == publisher.run(samples.every_outcome(), "--to", channel), publisher.err
    issues = [each for each in publisher.shop.issues.values() if each.number != 7]
    made = {"check": publisher.shop.check_runs, "comment": publisher.shop.comments(7), "issue": issues}
    assert 1 == len(made[channel])


def test_a_connection_that_is_dropped_is_taken_up_again(publisher: Publisher) -> None:
    publisher.github.drop("GET", "/repos/*/comments")
    publisher.github.drop("POST", "/repos/*/statuses/*", after=True)
    assert 0 == publisher.run(samples.every_outcome(), "--to", "comment,status"), publisher.err
    assert 1 == len(publisher.shop.comments(7))


@pytest.mark.parametrize("status", [403, 429])
def test_a_secondary_limit_is_waited_for_as_long_as_github_says(publisher: Publisher, status: int) -> None:
    publisher.github.limit_secondary("POST", "/repos/*/comments", status=status, retry_after=1)
    assert 0 == publisher.run(samples.every_outcome(), "--to", "comment"), publisher.err
    assert 1 == len(publisher.shop.comments(7))


def test_a_limit_that_lasts_an_hour_is_not_waited_for(publisher: Publisher) -> None:
    publisher.github.limit_primary("GET", "/repos/*/comments")
    assert 4 == publisher.run(samples.every_outcome(), "--to", "comment,status")
    assert "error[rate-limited]" in publisher.err
    assert "status: failure" in publisher.out


def test_github_that_stays_out_of_order_is_an_error_of_its_own(publisher: Publisher) -> None:
    publisher.github.fail("GET", "/repos/*/comments", status=503, times=9)
    assert 4 == publisher.run(samples.all_passed(), "--to", "comment")
    assert "error[unreachable]" in publisher.err
    assert 4 == len(publisher.github.calls)


def test_a_token_that_may_not_is_told_which_permission_it_needs(publisher: Publisher) -> None:
    publisher.monkeypatch.setenv("GITHUB_TOKEN", publisher.github.token(statuses="write", metadata="read"))
    assert 4 == publisher.run(samples.every_outcome(), "--to", "check,status,comment")
    told = "the token may not do this: it needs the permission"
    check, comment = publisher.err.splitlines()
    assert f"error[permission]: POST /repos/acme/crm/check-runs: {told} checks=write" in check
    assert f"POST /repos/acme/crm/issues/7/comments: {told} issues=write; pull_requests=write" in comment
    assert "status: failure" in publisher.out


@pytest.mark.parametrize("token", ["ghs_nobody", ""])
def test_a_token_that_is_none_is_an_error(publisher: Publisher, token: str) -> None:
    publisher.monkeypatch.setenv("GITHUB_TOKEN", token)
    assert 4 == publisher.run(samples.all_passed())
    assert "error[credentials]" in publisher.err


def test_a_commit_that_github_does_not_have_is_an_error(publisher: Publisher) -> None:
    assert 4 == publisher.run(samples.all_passed(), "--sha", "f" * 40)
    assert "GitHub refused it (422): No commit found for SHA" in publisher.err


def test_an_enterprise_server_has_an_address_of_its_own(publisher: Publisher) -> None:
    assert 0 == publisher.run(samples.every_outcome(), "--to", "check,comment", api=publisher.github.enterprise), (
        publisher.err
    )
    assert 1 == len(publisher.shop.check_runs)


def test_a_stranger_who_writes_our_marker_is_not_taken_for_us(publisher: Publisher) -> None:
    assert 0 == publisher.run(samples.every_outcome(), "--to", "comment")
    (ours,) = publisher.shop.comments(7)
    publisher.shop.issues[7].comments.clear()
    publisher.shop.comment(7, ours.body, login="mallory")
    assert 0 == publisher.run(samples.all_passed(), "--to", "comment")
    assert "comment: left in #7" in publisher.out
    assert 0 == publisher.run(samples.every_outcome(), "--to", "comment")
    assert ["mallory", "github-actions[bot]"] == [each.author.login for each in publisher.shop.comments(7)]


def test_a_persons_comment_is_found_by_who_wrote_it(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", publisher.github.token(login="boss", **WRITE))
    assert 0 == publisher.run(samples.every_outcome(), "--to", "comment"), publisher.err
    (ours,) = publisher.shop.comments(7)
    publisher.shop.comment(7, ours.body, login="mallory")
    assert 0 == publisher.run(samples.all_passed(), "--to", "comment"), publisher.err
    titles = {comment.author.login: comment.body.splitlines()[1] for comment in publisher.shop.comments(7)}
    assert {"boss", "mallory"} == set(titles)
    assert " PASS" in titles["boss"] and " FAIL: " in titles["mallory"]


def test_an_issue_is_open_while_the_gate_is_not_met(publisher: Publisher) -> None:
    for _ in range(2):
        assert 0 == publisher.run(samples.every_outcome(), "--to", "issue")
    (issue,) = [each for each in publisher.shop.issues.values() if each.number != 7]
    assert ("open", ["quality-gate"]) == (issue.state, issue.labels)
    assert 0 == publisher.run(samples.all_passed(), "--to", "issue")
    assert ("closed", "issue: closed") == (issue.state, publisher.out.splitlines()[0])
    assert 0 == publisher.run(samples.all_passed(), "--to", "issue")
    assert "issue: left" == publisher.out.splitlines()[0]


def test_whatever_strangers_write_shows_as_text(publisher: Publisher) -> None:
    assert 0 == publisher.run(samples.hostile(), "--to", "check,status,comment"), publisher.err
    (check,), (comment,) = publisher.shop.check_runs, publisher.shop.comments(7)
    for text in (check.summary, check.text, comment.body):
        told = text.split("\n", 1)[1]
        assert "<script" not in told
        assert "@everyone" not in told
    for text in (check.title, *(each["message"] for each in check.annotations)):
        assert text.replace("\n", "").isprintable()


def test_all_that_is_lacking_is_said_at_once(publisher: Publisher, tmp_path: Path) -> None:
    assert 2 == main(["publish", "--to", "comment"])
    _, said = publisher.capture.readouterr()
    assert all(f"{option} is needed" in said for option in ("--verdict", "--repo OWNER/NAME", "--sha", "--pr"))
    assert 2 == main(["publish", "--to", "chekc"])
    assert "did you mean 'check'?" in publisher.capture.readouterr().err


@pytest.mark.parametrize("text", ["", "{}", "nothing"])
def test_a_file_that_is_no_verdict_is_not_published(publisher: Publisher, text: str) -> None:
    publisher.path.write_text(text)
    assert 3 == main(["publish", "--verdict", str(publisher.path), "--repo", "acme/crm", "--sha", publisher.pull.sha])
    assert "is no verdict of qualitygate" in publisher.capture.readouterr().err
    assert [] == publisher.github.calls


def environment(publisher: Publisher) -> Mapping[str, str]:
    token = publisher.github.token(**WRITE)
    return {"PATH": "/usr/bin:/bin", "GITHUB_TOKEN": token, "GITHUB_API_URL": publisher.github.url}


def test_the_installed_command_does_it_too(publisher: Publisher) -> None:
    publisher.run(samples.all_passed())
    publisher.shop.check_runs.clear()
    command = [sys.executable, "-m", "qualitygate", "publish", "--verdict", str(publisher.path), "--repo", "acme/crm"]
    done = subprocess.run(command, env=environment(publisher), capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)
    assert "success" == publisher.shop.check_runs[0].conclusion
    assert "2 of 200 API calls" in done.stdout


def test_a_verdict_is_published_in_the_language_that_is_asked_for(publisher: Publisher) -> None:
    assert 0 == publisher.run(samples.every_outcome(), "--to", "check,comment,issue", "--lang", "zh-CN"), publisher.err
    (check,), (comment,) = publisher.shop.check_runs, publisher.shop.comments(7)
    assert check.title.startswith("未通过：release/") or check.title.startswith(
        "未通过：tests.blocking_failures 43 个阻断性失败"
    )
    assert "[完整报告](https://ci.example/1)" in comment.body
    assert "质量门禁未达标：gate" in [each.title for each in publisher.shop.issues.values()]


def test_a_language_that_is_not_known_is_not_published_in(publisher: Publisher) -> None:
    assert 2 == publisher.run(samples.every_outcome(), "--lang", "chinese")
    assert "--lang: there are no reports in 'chinese'" in publisher.err
    assert not publisher.shop.check_runs


def test_annotations_whose_answer_was_lost_are_there_once(publisher: Publisher) -> None:
    findings = tuple(Finding(title=f"bad {number}", path="a.py", line=number + 1) for number in range(120))
    verdict = of_outcome(Outcome.FAILED)
    gate, *others = verdict.gates
    result, *results = gate.conditions
    result = replace(result, measurement=replace(result.measurement, findings=findings))
    verdict = replace(verdict, gates=(replace(gate, conditions=(result, *results)), *others))
    publisher.github.fail("PATCH", "/repos/*/check-runs/*", status=502, after=True)
    publisher.github.fail("PATCH", "/repos/*/check-runs/*", status=502)
    publisher.run(verdict)
    (check,) = publisher.shop.check_runs
    assert list(range(1, 121)) == sorted(each["start_line"] for each in check.annotations if each["path"] == "a.py")
