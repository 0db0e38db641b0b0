"""``support sync``, ``label`` and ``init`` from end to end against the double."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import yaml

from qualitygate.cli import main
from qualitygate.desk import pace
from qualitygate.support.form import HEADINGS
from tests.github.double.github import GitHub
from tests.github.double.repository import Repository

POLICY = """\
version: 1
evidence:
  tickets: {files: tickets.jsonl}
support:
  tickets: {label: support}
  team: [lin, wang]
  targets: {urgent: {first_response: 4h}, normal: {first_response: 24h, next_response: 8h, resolution: 120h}}
  escalate:
    - {at: 75%, mention: [lin, acme/leads]}
    - {at: 100%, assign: wang}
gates:
  month: [{metric: support.open_breaches, at_most: 0}]
"""


class Terminal(StringIO):
    """What somebody who sits before it would see."""

    def isatty(self) -> bool:
        return True


class Shop:
    """A repository with a policy beside it, and the command."""

    def __init__(self, github: GitHub, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.github, self.folder, self.capture = github, folder, capture
        self.repository: Repository = github.repository("acme/shop")
        self.out = self.err = ""

    def run(self, *arguments: str, hours: float | None = None) -> int:
        self.github.calls.clear()
        at = () if hours is None else ("--now", self.at(hours))
        code = main(["support", *arguments, "--repo", "acme/shop", "--api-url", self.github.url, *at])
        self.out, self.err = self.capture.readouterr()
        return code

    def at(self, hours: float) -> str:
        return (self.github.now + timedelta(hours=hours)).isoformat()

    def both(self, hours: float) -> None:
        """Reads and labels as of so many hours from now."""
        assert 0 == self.run("sync", "--store", "s.sqlite", hours=hours), self.err
        assert 0 == self.run("label", "--store", "s.sqlite", "--apply", hours=hours), self.err

    def writes(self) -> list[tuple[str, str]]:
        own = [call for call in self.github.calls if call.method != "GET" and call.path != "/graphql"]
        return [(call.method, call.path.removeprefix("/repos/acme/shop/")) for call in own]


@pytest.fixture
def shop(github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    for name in ("GITHUB_RUN_ID", "GITHUB_REPOSITORY", "GITHUB_API_URL", "QUALITYGATE_STORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GITHUB_TOKEN", github.token(issues="write", metadata="read"))
    monkeypatch.setattr(pace, "APART", 0)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "qualitygate.yml").write_text(POLICY)
    return Shop(github, tmp_path, capsys)


def test_labels_follow_the_clocks_and_nothing_is_written_twice(shop: Shop) -> None:
    issue = shop.repository.issue(labels=["support", "bug"], login="eve")
    shop.repository.issue(login="eve")
    shop.both(1)
    assert [] == shop.writes()
    shop.both(20)
    assert [("POST", "issues/1/labels"), ("POST", "issues/1/comments")] == shop.writes()
    assert ["support", "bug", "sla:at-risk"] == issue.labels
    shop.both(21)
    assert [] == shop.writes()
    shop.both(25)
    assert ["support", "bug", "sla:breached"] == issue.labels
    wanted = [("POST", "labels"), ("DELETE", "labels/sla%3Aat-risk"), ("POST", "comments"), ("POST", "assignees")]
    assert [(method, f"issues/1/{path}".replace("%3A", ":")) for method, path in wanted] == shop.writes()
    assert ["wang"] == issue.assignees
    first, second = shop.repository.comments(1)
    assert "@lin @acme/leads 75 % of the time for a first response is used up, which is due" in first.body
    assert "@wang 100 % of the time for a first response is used up, which was due" in second.body
    assert first.body.startswith("<!-- qualitygate:escalation:first_response:")
    shop.github.wait(timedelta(hours=26))
    shop.repository.comment(1, "We are on it", login="lin")
    shop.repository.turn(issue, shop.repository.owner)
    shop.both(0)
    assert (["support", "bug", "sla:breached"], []) == (issue.labels, shop.writes())


def test_an_answer_in_time_takes_the_warning_away(shop: Shop) -> None:
    issue = shop.repository.issue(labels=["support"], login="eve")
    shop.both(20)
    shop.github.wait(timedelta(hours=21))
    shop.repository.comment(1, "Try this", login="lin")
    issue.updated = shop.github.now
    shop.both(0)
    assert ["support"] == issue.labels


def test_what_we_write_in_the_name_of_an_agent_is_no_answer(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    issue = shop.repository.issue(labels=["support"], login="eve")
    monkeypatch.setenv("GITHUB_TOKEN", shop.github.token(login="lin", issues="write", metadata="read"))
    shop.both(20)
    shop.github.wait(timedelta(hours=21))
    shop.both(4)
    assert ["support", "sla:breached"] == issue.labels


def test_several_shares_passed_at_once_are_told_as_the_furthest(shop: Shop) -> None:
    shop.repository.issue(labels=["support"], login="eve")
    shop.both(30)
    assert 1 == len(shop.repository.comments(1))
    assert "100 %" in shop.repository.comments(1)[0].body
    shop.both(31)
    assert [] == shop.writes()


def test_a_dry_run_says_and_writes_nothing(shop: Shop) -> None:
    issue = shop.repository.issue(labels=["support"], login="eve")
    assert 0 == shop.run("sync", "--store", "s.sqlite", hours=30)
    assert 0 == shop.run("label", "--store", "s.sqlite", "--dry-run", hours=30)
    assert ([], ["support"]) == (shop.writes(), issue.labels)
    assert "#1 +sla:breached" in shop.out
    assert "#1 first_response 100 %: tell @wang" in shop.out
    assert "2 to do; --apply does it" in shop.out


def test_what_an_answer_was_lost_of_is_not_written_again(shop: Shop) -> None:
    issue = shop.repository.issue(labels=["support"], login="eve")
    for path in ("/repos/*/labels", "/repos/*/comments", "/repos/*/assignees"):
        shop.github.drop("POST", path, after=True)
    shop.both(30)
    assert ["support", "sla:breached"] == issue.labels
    assert (1, ["wang"]) == (len(shop.repository.comments(1)), issue.assignees)


def test_an_issue_that_is_gone_does_not_keep_others_from_theirs(shop: Shop) -> None:
    gone, other = (shop.repository.issue(labels=["support"], login="eve") for _ in range(2))
    assert 0 == shop.run("sync", "--store", "s.sqlite", hours=30)
    del shop.repository.issues[gone.number]
    assert 4 == shop.run("label", "--store", "s.sqlite", "--apply", hours=30)
    assert "sla:breached" in other.labels
    assert "error[not-found]" in shop.err
    assert 4 == shop.run("label", "--store", "s.sqlite", "--apply", hours=30)


def test_a_form_filled_in_wrongly_is_asked_about_once(shop: Shop) -> None:
    answers = {"severity": "catastrophe @everyone", "channel": "phone", "received_at": "yesterday"}
    body = "\n".join(f"### {HEADINGS[field]}\n\n{answer}\n" for field, answer in answers.items())
    shop.repository.issue(labels=["support"], login="eve", body=body)
    shop.both(1)
    (comment,) = shop.repository.comments(1)
    assert HEADINGS["severity"] in comment.body and HEADINGS["received_at"] in comment.body
    assert HEADINGS["channel"] not in comment.body and "everyone" not in comment.body
    shop.both(2)
    assert 1 == len(shop.repository.comments(1))


def test_nothing_is_labelled_before_all_was_read(shop: Shop) -> None:
    assert 2 == shop.run("label", "--store", "s.sqlite", "--apply")
    assert "support sync" in shop.err


@pytest.fixture
def team(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop whose policy names a team, which the token may ask for."""
    (shop.folder / "qualitygate.yml").write_text(POLICY.replace("[lin, wang]", "[acme/support, lin]"))
    token = shop.github.token(login="boss", issues="write", metadata="read", members="read")
    monkeypatch.setenv("GITHUB_TOKEN", token)
    return shop


def test_who_is_in_a_team_of_github_answers(team: Shop) -> None:
    team.github.team("acme/support", *(f"agent{number}" for number in range(120)), "zoe")
    for answering in ("zoe", "mallory"):
        issue = team.repository.issue(labels=["support"], login="eve")
        team.repository.comment(issue.number, "hello", login=answering)
    team.both(30)
    assert [["support"], ["support", "sla:breached"]] == [team.repository.issues[n].labels for n in (1, 2)]
    assert 0 == team.run("sync", "--store", "s.sqlite", hours=30)
    assert "acme/support: 121 members" in team.out


def test_a_team_of_more_than_a_thousand_is_read_to_its_end(team: Shop) -> None:
    team.github.team("acme/support", *(f"agent{number}" for number in range(1_000)), "zoe")
    issue = team.repository.issue(labels=["support"], login="eve")
    team.repository.comment(issue.number, "hello", login="zoe")
    team.both(30)
    assert ["support"] == issue.labels


def test_a_register_says_who_of_a_team_acted_so_that_it_is_read_without_github(team: Shop) -> None:
    team.github.team("acme/support", "zoe")
    team.repository.issue(labels=["support"], login="eve")
    team.repository.comment(1, "hello", login="zoe")
    assert 0 == team.run("sync", "--store", "s.sqlite", "--register", "tickets.jsonl")
    _, line = (team.folder / "tickets.jsonl").read_text().splitlines()
    told = [(each["type"], each["user"], each["actor"]) for each in json.loads(line)["events"]]
    assert [("opened", "eve", "customer"), ("labelled", "eve", "customer"), ("comment", "zoe", "agent")] == told
    assert 0 == main(["check", "--now", team.at(30)]), team.capture.readouterr()


def test_who_left_a_team_has_answered_and_who_came_later_had_not(team: Shop) -> None:
    team.github.team("acme/support", "zoe")
    for answering in ("zoe", "kim"):
        issue = team.repository.issue(labels=["support"], login="eve")
        team.repository.comment(issue.number, "hello", login=answering)
    team.github.wait(timedelta(hours=1))
    assert 0 == team.run("sync", "--store", "s.sqlite", hours=0)
    team.github.team("acme/support", "kim")
    team.both(30)
    assert [["support"], ["support", "sla:breached"]] == [team.repository.issues[n].labels for n in (1, 2)]


def test_a_token_that_may_not_read_an_organisation_is_told_what_it_lacks(
    team: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 4 == team.run("sync", "--store", "s.sqlite")
    assert "error[not-found]: who is in acme/support cannot be read" in team.err
    monkeypatch.setenv("GITHUB_TOKEN", team.github.token(issues="write", metadata="read"))
    assert 4 == team.run("sync", "--store", "s.sqlite")
    assert "error[permission]: who is in acme/support cannot be read" in team.err
    assert "members=read" in team.err and "support.team" in team.err


def test_a_team_that_was_not_asked_for_yet_is_said(team: Shop) -> None:
    team.github.team("acme/support", "zoe")
    team.repository.issue(labels=["support"], login="eve")
    assert 0 == team.run("sync", "--store", "s.sqlite")
    (team.folder / "qualitygate.yml").write_text(POLICY.replace("[lin, wang]", "[acme/support, acme/night]"))
    assert 2 == team.run("label", "--store", "s.sqlite", "--apply", hours=30)
    assert "#1 names eve, and who is in acme/night is not known here" in team.err
    assert "support sync" in team.err


def test_a_connection_that_is_lost_is_not_said_to_be_a_missing_permission(team: Shop) -> None:
    team.github.fail("GET", "/orgs/*", status=401, message="Bad credentials")
    assert 4 == team.run("sync", "--store", "s.sqlite")
    assert "error[credentials]" in team.err


def test_a_run_that_takes_long_shows_how_far_it_is(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(60):
        shop.repository.issue(labels=["support"], login="eve")
    assert 0 == shop.run("sync", "--store", "s.sqlite")
    assert "" == shop.err
    monkeypatch.setattr("qualitygate.cli.desk.PATIENCE", 0)
    assert 0 == shop.run("sync", "--store", "other.sqlite")
    assert "" == shop.err, "there is no terminal"
    monkeypatch.setattr(sys, "stderr", Terminal())
    shop.run("sync", "--store", "third.sqlite")
    assert "50/60" in sys.stderr.getvalue()
    assert sys.stderr.getvalue().endswith("\n")


def test_what_was_read_is_measured_from_its_register(shop: Shop) -> None:
    shop.repository.issue(labels=["support"], title="Cannot pay\u202e", login="eve")
    shop.repository.issue(title="no ticket", login="eve")
    assert 0 == shop.run("sync", "--store", "s.sqlite", "--register", "tickets.jsonl")
    assert "2 issues read; 1 ticket, 1 open\n" in shop.out and ", 1 point of GraphQL" in shop.out
    head, line = (shop.folder / "tickets.jsonl").read_text().splitlines()
    assert ["synced_at", "tickets"] == list(json.loads(head)) and 1 == json.loads(head)["tickets"]
    row = json.loads(line)
    assert ("1", "Cannot pay\u202e") == (row["id"], row["title"])
    assert [("opened", "eve"), ("labelled", "eve")] == [(each["type"], each["user"]) for each in row["events"]]
    assert 0 == main(["check", "--now", shop.at(1)])
    assert 1 == main(["check", "--now", shop.at(30)])
    assert "1 overdue clock" in shop.capture.readouterr().out


def test_a_late_ticket_does_not_vanish_with_its_label(shop: Shop) -> None:
    late, kept = (shop.repository.issue(labels=["support"], login="eve") for _ in range(2))
    shop.both(30)
    assert ["support", "sla:breached"] == late.labels
    shop.github.wait(timedelta(hours=30))
    shop.repository.relabel(late, ["sla:breached"], shop.repository.owner)
    assert 0 == shop.run("sync", "--store", "s.sqlite", "--register", "tickets.jsonl")
    assert "issues read; 1 ticket, 1 open" in shop.out
    assert "acme/shop: 1 issue without the label support any more, in no number" in shop.out
    assert 0 == main(["support", "explain", "1", "--now", shop.at(1)])
    assert "counts nowhere: label taken off" in shop.capture.readouterr().out
    shop.both(1)
    assert [[], ["support", "sla:breached"]] == [late.labels, kept.labels]
    assert 1 == main(["check", "-v", "--now", shop.at(1)])
    assert "1 overdue clock" in shop.capture.readouterr().out


@pytest.mark.parametrize("name", ["qualitygate.yml", "s.sqlite", "base.yml", "README.md"])
def test_a_register_is_written_over_a_register_only(shop: Shop, name: str) -> None:
    (shop.folder / "base.yml").write_text(POLICY)
    (shop.folder / "qualitygate.yml").write_text("version: 1\nextends: [base.yml]\n")
    (shop.folder / "README.md").write_text("# Shop\n")
    assert 0 == shop.run("sync", "--store", "s.sqlite")
    before = (shop.folder / name).read_bytes()
    assert 2 == shop.run("sync", "--store", "s.sqlite", "--register", name)
    assert "error[output]" in shop.err and f"--> {name}" in shop.err
    assert before == (shop.folder / name).read_bytes()
    assert [] == [call for call in shop.github.calls if call.path == "/graphql"], "nothing is read in vain"


def test_a_register_is_renewed_through_a_link_and_nothing_is_left_beside_it(shop: Shop) -> None:
    shop.repository.issue(labels=["support"], login="eve")
    (shop.folder / "kept").mkdir()
    (shop.folder / "tickets.jsonl").symlink_to("kept/tickets.jsonl")
    for _ in range(2):
        assert 0 == shop.run("sync", "--store", "s.sqlite", "--register", "tickets.jsonl"), shop.err
    assert (shop.folder / "tickets.jsonl").is_symlink()
    assert ["tickets.jsonl"] == [each.name for each in (shop.folder / "kept").iterdir()]
    (shop.folder / "folder").mkdir()
    assert 2 == shop.run("sync", "--store", "s.sqlite", "--register", "folder/none/../../qualitygate.yml/x")
    assert "cannot be written" in shop.err


def test_a_register_is_as_old_as_it_says(shop: Shop) -> None:
    (shop.folder / "qualitygate.yml").write_text(
        POLICY.replace("{files: tickets.jsonl}", "{files: tickets.jsonl, expect: {max_age: 2h}}")
    )
    shop.repository.issue(labels=["support"], login="eve")
    assert 0 == shop.run("sync", "--store", "s.sqlite", "--register", "tickets.jsonl", hours=0)
    assert 0 == main(["check", "--now", shop.at(1)]), shop.capture.readouterr()
    assert 3 == main(["check", "--now", shop.at(3)])
    assert "3.0 h old" in shop.capture.readouterr().out
    assert 0 == shop.run("label", "--store", "s.sqlite", "--dry-run", hours=3)
    assert f"acme/shop: as it was on {shop.github.now:%Y-%m-%d %H:%M} (UTC)" in shop.out


def test_init_writes_what_is_lacking_and_overwrites_nothing(shop: Shop) -> None:
    shop.repository.label("SLA:At-Risk", color="123456")
    assert 0 == shop.run("init")
    names = {"SLA:At-Risk", "sla:breached", "support", "priority:urgent", "priority:normal", "waiting-for-customer"}
    assert names | {f"channel:{name}" for name in ("chat", "phone", "email", "social")} == set(shop.repository.labels)
    path = shop.folder / ".github" / "ISSUE_TEMPLATE" / "support.yml"
    form = yaml.safe_load(path.read_text("utf-8"))
    assert ["severity", "channel", "received_at", "description"] == [each["id"] for each in form["body"]]
    fields = {each["id"]: each["attributes"] for each in form["body"]}
    assert HEADINGS == {name: fields[name]["label"] for name in HEADINGS}
    severity = fields["severity"]
    assert (["urgent", "normal"], 1) == (severity["options"], severity["default"])
    assert ["support"] == form["labels"]
    path.write_text("mine")
    assert 0 == shop.run("init")
    assert ("mine", []) == (path.read_text(), shop.writes())


def test_without_a_promise_there_is_nothing_to_look_after(shop: Shop) -> None:
    (shop.folder / "qualitygate.yml").write_text(
        "version: 1\nevidence: {t: {files: t.xml}}\ngates: {g: [{metric: tests.failed, at_most: 0}]}\n"
    )
    for command in ("sync", "label", "init"):
        assert 2 == shop.run(command)
        assert "promises no support" in shop.err


def test_writes_are_a_second_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    now, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    waiting = pace.Pace(clock=lambda: now[0], sleep=sleep)
    for passed in (0.0, 0.25, 5.0, 0.0):
        now[0] += passed
        waiting.wait()
    assert [0.75, 1.0] == slept
