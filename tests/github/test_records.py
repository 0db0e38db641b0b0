"""``records sync`` and ``init`` from end to end against the double, and what check makes of the files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from qualitygate.cli import main
from qualitygate.pseudonyms import account
from qualitygate.transcripts.forms import FORMS
from tests.github.double.github import GitHub
from tests.github.double.issues import Issue
from tests.github.double.repository import Repository

POLICY = """\
version: 1
timezone: Asia/Shanghai
evidence:
  trainings: {files: quality/trainings/*.yml, read: trainings}
  retrospectives: {files: quality/retrospectives/*.md, read: retrospectives}
  plan: {files: quality/milestones/*.yml, read: milestones}
gates:
  year:
    - {metric: training.sessions, at_least: 1}
    - {metric: training.pass_rate, at_least: 95%}
    - {metric: improvement.retrospectives, at_least: 100%}
    - {metric: improvement.closure, at_least: 100%}
    - {metric: improvement.overdue, at_most: 0}
    - {metric: milestones.on_time, at_least: 100%}
"""
LABELS = {
    "date": "Date / 日期",
    "audience": "Audience / 培训对象",
    "pass_mark": "Pass mark / 及格分",
    "results": "Results / 考核结果",
    "evidence": "Evidence / 证据",
    "month": "Month / 月份",
    "attendees": "Attendees / 与会人员",
    "decisions": "Decisions / 决定",
    "no_action": "No action because / 无改进措施的原因",
    "due": "Due / 到期日",
    "first_due": "First due / 最初到期日",
    "verified_by": "Verified by / 验证人",
}
RESULTS = "```csv\nwho,score,retake,absent,excused\np-01,92\np-02,74,88\nmei@acme.test,,,sick leave,yes\n```"
TRAINING = {"date": "2026-08-21", "audience": "support", "pass_mark": "80", "results": RESULTS, "evidence": "a.pdf"}
RETROSPECTIVE = {
    "date": "2026-09-30",
    "month": "_No response_",
    "attendees": "p-01, @lin\n- mei@acme.test",
    "decisions": "- Answer on holidays too\n- [ ] Buy phones",
    "no_action": "_No response_",
}


def body(answers: dict[str, str]) -> str:
    """An issue as GitHub writes it from a form."""
    return "\n\n".join(f"### {LABELS[field]}\n\n{answer}" for field, answer in answers.items())


class House:
    """A repository with a policy beside it, and the command."""

    def __init__(self, github: GitHub, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.github, self.folder, self.capture = github, folder, capture
        self.repository: Repository = github.repository("acme/shop")
        self.out = self.err = ""

    def on(self, day: str) -> None:
        self.github.world.now = datetime.fromisoformat(day).replace(tzinfo=UTC)

    def training(self, answers: dict[str, str] = TRAINING, title: str = "Troubleshooting v2") -> Issue:
        return self.repository.issue(labels=["training"], title=title, body=body(answers))

    def retrospective(self, answers: dict[str, str] = RETROSPECTIVE) -> Issue:
        return self.repository.issue(labels=["retrospective"], title="September", body=body(answers))

    def action(self, parent: Issue, owner: str | None, answers: dict[str, str], title: str = "A rota") -> Issue:
        made = self.repository.issue(title=title, body=body(answers))
        if owner:
            self.repository.assign(made, owner.split(), self.repository.owner)
        parent.children.append(made.number)
        return made

    def close(self, issue: Issue, login: str, reason: str = "completed") -> None:
        self.repository.turn(issue, self.github.world.account(login), reason)

    def run(self, *arguments: str) -> int:
        self.github.calls.clear()
        code = main(["records", *arguments, "--repo", "acme/shop", "--api-url", self.github.url])
        self.out, self.err = self.capture.readouterr()
        return code

    def sync(self, *arguments: str) -> None:
        assert 0 == self.run("sync", *arguments), self.err

    def check(self, now: str = "2026-10-20T09:00:00+08:00") -> tuple[int, str]:
        code = main(["check", "-v", "--now", now])
        return code, self.capture.readouterr().out

    def text(self, path: str) -> str:
        return (self.folder / "quality" / path).read_text("utf-8")

    def files(self) -> dict[str, str]:
        found = sorted(path for path in (self.folder / "quality").rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder / "quality")): path.read_text("utf-8") for path in found}


@pytest.fixture
def house(github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    for name in ("GITHUB_RUN_ID", "GITHUB_REPOSITORY", "GITHUB_API_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GITHUB_TOKEN", github.token(issues="read", metadata="read"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "qualitygate.yml").write_text(POLICY)
    made = House(github, tmp_path, capsys)
    made.on("2026-09-30T10:00:00")
    return made


def whole(house: House) -> None:
    """A training, a retrospective with an action done and one not planned, and a milestone in time."""
    house.training()
    record = house.retrospective()
    done = house.action(record, "wang", {"due": "2026-10-15"})
    dropped = house.action(record, "kim", {"due": "2026-12-31"}, "Buy phones")
    house.close(record, "lin")
    house.on("2026-10-14T18:00:00")
    house.close(done, "lin")
    house.close(dropped, "lin", "not_planned")
    planned = house.repository.milestone("Channels live", due=datetime(2026, 10, 15, 7, tzinfo=UTC))
    planned.state, planned.closed = "closed", house.github.now


def test_records_of_github_are_files_that_the_readers_read_and_the_measures_judge(house: House) -> None:
    whole(house)
    house.sync()
    assert {
        "trainings/acme-shop-1.yml": (
            f"# From {house.github.url.removesuffix('/api/v3')}/acme/shop/issues/1; "
            "qualitygate records sync writes this file.\n"
            'id: "acme/shop#1"\ntopic: "Troubleshooting v2"\ndate: "2026-08-21"\naudience: "support"\n'
            'pass_mark: "80"\nresults:\n  - {who: "p-01", score: "92"}\n  - {who: "p-02", score: "74", retake: "88"}\n'
            '  - {who: "u-8479103e69d0", absent: "sick leave", excused: "yes"}\n'
            'evidence:\n  - {path: "a.pdf"}\n'
        ),
        "retrospectives/acme-shop-2.md": (
            f"---\n# From {house.github.url.removesuffix('/api/v3')}/acme/shop/issues/2; "
            "qualitygate records sync writes this file.\n"
            f'date: "2026-09-30"\nattendees: ["p-01", "{account("lin")}", "u-8479103e69d0"]\n'
            'decisions: ["Answer on holidays too", "Buy phones"]\n'
            f'signed_by: "{account("lin")}"\nactions:\n'
            f'  - {{id: "acme/shop#3", text: "A rota", owner: "{account("wang")}", due: "2026-10-15", '
            f'done: "2026-10-14T18:00:00Z", verified_by: "{account("lin")}"}}\n'
            f'  - {{id: "acme/shop#4", text: "Buy phones", owner: "{account("kim")}", due: "2026-12-31", '
            'not_planned: "closed as not planned"}\n'
            f"---\n\n<{house.github.url.removesuffix('/api/v3')}/acme/shop/issues/2>\n"
        ),
        "milestones/acme-shop.yml": (
            f"# From {house.github.url.removesuffix('/api/v3')}/acme/shop/milestones; "
            "qualitygate records sync writes this file.\nmilestones:\n"
            '  - {id: "acme/shop/milestone/1", title: "Channels live", due: "2026-10-15", '
            f'achieved: "2026-10-14T18:00:00Z", evidence: "{house.github.url.removesuffix("/api/v3")}'
            '/acme/shop/milestone/1"}\n'
        ),
    } == house.files()
    assert "quality/trainings: 1 training; 1 file written, 0 removed" in house.out
    assert "quality/milestones: 1 milestone; 1 file written, 0 removed" in house.out
    code, out = house.check()
    assert (0, True) == (code, "6 passed" in out), out


def test_a_second_run_writes_nothing_and_only_reads(house: House) -> None:
    whole(house)
    house.sync()
    before = house.files()
    stamps = {path: path.stat().st_mtime_ns for path in (house.folder / "quality").rglob("*.*")}
    house.sync()
    assert before == house.files()
    assert stamps == {path: path.stat().st_mtime_ns for path in stamps}
    assert {"GET"} == {call.method for call in house.github.calls}
    assert 7 == len(house.github.calls), "repository, three lists, sub-issues, and who closed each of two"


def test_a_run_that_was_cut_off_is_made_good_by_the_next(house: House) -> None:
    whole(house)
    house.github.fail("GET", "/repos/*/milestones", status=403, message="Forbidden")
    assert 4 == house.run("sync")
    assert {} == house.files(), "nothing is written before all is read"
    house.sync()
    wanted = house.files()
    (house.folder / "quality/retrospectives/acme-shop-2.md").unlink()
    (house.folder / "quality/trainings/acme-shop-1.yml").write_text(wanted["trainings/acme-shop-1.yml"] + "half")
    house.sync()
    assert wanted == house.files()


def test_times_are_days_of_the_zone_and_milestones_those_that_were_picked(house: House) -> None:
    whole(house)
    milestone = house.repository.milestones[1]
    milestone.closed = datetime(2026, 10, 15, 16, tzinfo=UTC)  # the 16th in Shanghai
    house.sync()
    code, out = house.check()
    assert (1, True) == (code, "due on 2026-10-15, achieved on 2026-10-16, 1 day late" in out), out


@pytest.mark.parametrize(
    ("owner", "answers", "words"),
    [
        (None, {"due": "2026-10-15"}, "has no owner   help: assign exactly one person"),
        ("wang kim", {"due": "2026-10-15"}, "owner is a list, not a text   help: assign exactly one person"),
        ("wang", {}, "has no due   help: fill in Due"),
        ("wang", {"due": "_No response_"}, "has no due"),
        ("wang", {"due": "next week"}, "due is 'next week', no date"),
        ("wang", {"due": "2026-10-15\n2026-10-16"}, "due is a list, not a text"),
        ("wang", {"due": "2026-10-15", "first_due": "soon"}, "first_due is 'soon', no date"),
        ("wang", {"due": "2026-10-15", "first_due": "2026-11-01"}, "first_due is 2026-11-01, after due, 2026-10-15"),
        ("wang", {"due": "2026-10-15", "first_due": "2026-10-01\n2026-10-02"}, "first_due is a list, not a text"),
    ],
)
def test_what_is_lacking_in_an_action_is_said_of_its_issue_and_blocks(
    house: House, owner: str | None, answers: dict[str, str], words: str
) -> None:
    house.action(house.retrospective(), owner, answers)
    assert 3 == house.run("sync", "--only", "retrospectives")
    page = f"{house.github.url.removesuffix('/api/v3')}/acme/shop/issues/2"
    assert f"error[malformed]: {page}: {words}" in house.err
    assert "--> quality/retrospectives/acme-shop-1.md:7:1" in house.err
    _, out = house.check()
    assert "NO DATA" in out and "acme-shop-1.md" in out, out


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({}, "has no date   help: fill in Date in the issue"),
        ({"date": "21.8.2026"}, "date is '21.8.2026', no date"),
        ({"audience": "_No response_"}, "has no audience   help: fill in Audience"),
        ({"audience": "support\nsales"}, "audience is a list"),
        ({"pass_mark": "_No response_"}, "has results and no pass_mark"),
        ({"results": "```csv\np-01,92\np-02,93\n```"}, "has the unknown key column_2"),
        ({"results": "who,score\np-01,92,93"}, "has the unknown key column_3"),
        ({"results": "who,score\np-01,92\np-01,93"}, "p-01 is also in line"),
        ({"results": "who;scor\np-01;92"}, "has the unknown key 'scor'; did you mean score?"),
    ],
)
def test_what_is_wrong_in_a_training_is_said_of_its_issue(house: House, answers: dict[str, str], words: str) -> None:
    house.training({**TRAINING, **answers} if answers else {"audience": "support"})
    assert 3 == house.run("sync")
    assert f"/acme/shop/issues/1: {words.partition('   ')[0]}" in house.err.replace("'column", "column").replace(
        "_2'", "_2"
    ).replace("_3'", "_3")
    assert words.partition("   ")[2] in house.err


def test_a_field_that_is_there_twice_is_not_chosen_from(house: House) -> None:
    issue = house.training()
    issue.body = f"{issue.body}\n\n### Date\n\n2026-08-22"
    assert 3 == house.run("sync")
    assert "/acme/shop/issues/1: date is a list, not a text" in house.err


def test_a_milestone_without_a_day_is_said_and_may_be_left_out(house: House) -> None:
    whole(house)
    house.repository.milestone("Someday")
    assert 3 == house.run("sync")
    assert "/acme/shop/milestone/2: has no due   help: give the milestone a due date, or leave" in house.err
    house.sync("--only", "trainings", "--only", "retrospectives")


def test_an_action_is_due_by_its_milestone_where_the_form_does_not_say(house: House) -> None:
    milestone = house.repository.milestone("October", due=datetime(2026, 10, 31, 7, tzinfo=UTC))
    record = house.retrospective()
    for answers in ({}, {"due": "2026-10-20"}):
        house.repository.plan(house.action(record, "wang", answers), milestone.number, house.repository.owner)
    house.sync()
    lines = house.text("retrospectives/acme-shop-1.md").splitlines()
    assert ['due: "2026-10-31"', 'due: "2026-10-20"'] == [
        line[line.index("due:") :].removesuffix("}") for line in lines if "acme/shop#" in line
    ]


def test_an_action_that_is_postponed_keeps_its_first_day(house: House) -> None:
    action = house.action(house.retrospective(), "wang", {"due": "2026-10-15"})
    house.sync("--only", "retrospectives")
    for days, first in (("2026-11-15", "2026-10-15"), ("2026-12-15", "2026-10-15"), ("2026-10-01", None)):
        action.body = body({"due": days})
        house.sync("--only", "retrospectives")
        text = house.text("retrospectives/acme-shop-1.md")
        assert f'due: "{days}"' in text
        assert ("first_due" not in text) if first is None else (f'first_due: "{first}"' in text)


def test_taking_a_day_away_for_a_while_does_not_make_it_forgotten(house: House) -> None:
    action = house.action(house.retrospective(), "wang", {"due": "2026-10-15"})
    house.sync("--only", "retrospectives")
    action.body = ""
    assert 3 == house.run("sync", "--only", "retrospectives")
    action.body = body({"due": "2026-12-15"})
    house.sync("--only", "retrospectives")
    assert 'due: "2026-12-15", first_due: "2026-10-15"' in house.text("retrospectives/acme-shop-1.md")


def test_an_action_is_verified_by_another_than_its_owner(house: House) -> None:
    record = house.retrospective()
    for number, closer in enumerate(("wang", "helper[bot]", "lin")):
        house.close(house.action(record, "wang", {"due": "2026-10-15"}, f"Thing {number}"), closer)
    said = house.action(record, "wang", {"due": "2026-10-15", "verified_by": "@kim"})
    house.close(said, "wang")
    house.sync("--only", "retrospectives")
    lines = [line for line in house.text("retrospectives/acme-shop-1.md").splitlines() if "acme/shop#" in line]
    assert [None, None, account("lin"), account("kim")] == [
        yaml.safe_load(line.removeprefix("  - ")).get("verified_by") for line in lines
    ]


def test_a_retrospective_is_signed_by_who_closed_it_as_completed(house: House) -> None:
    record = house.retrospective()
    house.sync()
    assert "signed_by" not in house.text("retrospectives/acme-shop-1.md")
    _, out = house.check()
    assert "lacks signed_by" in out, out
    house.close(record, "helper[bot]")
    house.sync()
    assert "signed_by" not in house.text("retrospectives/acme-shop-1.md")


def test_what_a_closed_retrospective_lacks_is_said_of_its_issue(house: House) -> None:
    record = house.retrospective({**RETROSPECTIVE, "attendees": "_No response_", "decisions": "_No response_"})
    house.sync()
    house.close(record, "lin")
    assert 3 == house.run("sync")
    assert "/acme/shop/issues/1: is closed, and lacks attendees, decisions, or no_action with the reason" in house.err


def test_what_was_called_off_deleted_or_has_lost_its_label_is_no_record(house: House) -> None:
    first, second, third = (house.training(title=f"T{number}") for number in range(3))
    house.sync()
    assert 3 == len(house.files())
    house.close(first, "lin", "not_planned")
    house.repository.relabel(second, [], house.repository.owner)
    house.sync()
    assert ["trainings/acme-shop-3.yml"] == list(house.files())
    assert "2 removed" in house.out
    del house.repository.issues[third.number]
    house.sync()
    assert {} == house.files()


def test_files_of_people_and_of_other_repositories_stay(house: House) -> None:
    house.training()
    other = house.github.repository("acme/shop-1")
    other.issue(labels=["training"], title="Other", body=body(TRAINING))
    assert 0 == main(["records", "sync", "--repo", "acme/shop-1", "--api-url", house.github.url])
    mine = house.folder / "quality/trainings/2026.yml"
    mine.write_text("trainings: []\n")
    house.sync()
    wanted = ["trainings/2026.yml", "trainings/acme-shop-1-1.yml", "trainings/acme-shop-1.yml"]
    assert wanted == list(house.files())
    (house.folder / "quality/trainings/acme-shop-1.yml").write_text("id: mine\n")
    assert 2 == house.run("sync")
    assert "acme-shop-1.yml is there, and is no record of" in house.err
    assert "id: mine\n" == house.text("trainings/acme-shop-1.yml")


def test_pull_requests_are_no_records(house: House) -> None:
    pull = house.repository.pull()
    house.repository.relabel(house.repository.issues[pull.number], ["training"], house.repository.owner)
    house.sync()
    assert {} == house.files()


def test_logins_are_written_where_that_is_wished(house: House) -> None:
    whole(house)
    house.sync("--logins")
    text = house.text("retrospectives/acme-shop-2.md")
    assert 'attendees: ["p-01", "lin", "u-8479103e69d0"]' in text
    assert 'owner: "wang"' in text and 'signed_by: "lin"' in text
    house.sync()
    assert "wang" not in "".join(house.files().values()) and "lin" not in house.text("retrospectives/acme-shop-2.md")


def test_hostile_titles_stay_texts(house: House) -> None:
    title = 'x"\n}\u2028, owner: "eve\u202e\U000e0001'
    record = house.retrospective()
    house.action(record, "wang", {"due": "2026-10-15"}, title)
    house.training(title=title)
    house.sync()
    lines = house.text("retrospectives/acme-shop-1.md").splitlines()
    (line,) = (each for each in lines if "acme/shop#" in each)
    read = yaml.safe_load(line.removeprefix("  - "))
    assert (title, account("wang")) == (read["text"], read["owner"])
    assert line.isprintable()


def test_a_repository_without_records_has_no_files(house: House) -> None:
    house.sync()
    assert {} == house.files()


def test_a_repository_that_is_not_there_is_said(house: House) -> None:
    assert 4 == main(["records", "sync", "--repo", "acme/none", "--api-url", house.github.url])


def test_init_writes_the_forms_and_the_labels_and_overwrites_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", house.github.token(issues="write", metadata="read"))
    house.repository.label("Training")
    assert 0 == house.run("init"), house.err
    assert {"Training", "retrospective", "action"} == set(house.repository.labels)
    for form in FORMS:
        told = yaml.safe_load((house.folder / form.path).read_text("utf-8"))
        assert [each.id for each in form.fields] == [each["id"] for each in told["body"]]
        assert {each["id"]: each["attributes"]["label"] for each in told["body"]}.items() <= LABELS.items()
        assert [form.name] == told["labels"]
    path = house.folder / FORMS[0].path
    path.write_text("mine")
    assert 0 == house.run("init")
    assert ("mine", True) == (path.read_text(), "0 labels made" in house.out)


def test_more_than_a_page_of_records_is_read(house: House) -> None:
    for number in range(120):
        house.training(title=f"T{number}")
    house.sync("--only", "trainings")
    assert 120 == len(house.files())


def test_a_day_later_changes_nothing(house: House) -> None:
    whole(house)
    house.sync()
    before = house.files()
    house.github.wait(timedelta(days=1))
    house.sync()
    assert before == house.files()
