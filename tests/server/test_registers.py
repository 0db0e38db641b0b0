"""Registers that lie in the repository, and tickets that the App keeps itself, judged without a workflow's help."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from errno import ENOSPC
from pathlib import Path

import pytest

from qualitygate import pipeline, registry
from qualitygate.desk import pace
from qualitygate.github import contents
from qualitygate.model.evidence import TestReport
from qualitygate.server import registers
from qualitygate.snapshot import dump
from qualitygate.storage.tickets import TicketStore
from tests.action.conftest import junit
from tests.conftest import write_files
from tests.github.double.github import GitHub
from tests.github.double.runs import Run
from tests.server.shop import NOW, Shop, packed

POLICY = """\
version: 1
name: shop
evidence:
  unit: {files: reports/*.xml}
  trainings: {files: "FILES", read: trainings}
gates:
  pull-request:
    - {metric: tests.failed, at_most: 0}
    - {metric: training.pass_rate, at_least: 95%, within: quarter}
"""
SUPPORT = """\
version: 1
name: shop
evidence:
  unit: {files: reports/*.xml}
  tickets: {files: quality/tickets.jsonl, read: tickets}
support:
  tickets: {label: support}
  TEAM
  targets: {normal: {first_response: 24h}}
gates:
  pull-request:
    - {metric: tests.failed, at_most: 0}
    - {metric: support.open_breaches, at_most: 0}
"""
OWN = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]["entry-points"][
    registry.READERS
]
PASSED, FAILED = "quality/trainings/passed.yml", "quality/trainings/failed.yml"


def training(id: str, score: int) -> str:
    """A training of the quarter before that of the tests, in which one person had this score."""
    heading = f"id: {id}\ndate: 2026-08-21\ntopic: Restore\naudience: support\npass_mark: 80\n"
    return f"{heading}results: [{{who: p-01, score: {score}}}]\n"


def policed(github: GitHub, *names: str, files: str = "quality/trainings/*.yml") -> Shop:
    """A shop with a policy and these registers on `main`."""
    shop = Shop(github, None)
    brought = {name: training(name, 92 if name == PASSED else 60).encode() for name in names}
    shop.shop.commit(branch="main", files={"qualitygate.yml": POLICY.replace("FILES", files).encode(), **brought})
    return shop


def judged(shop: Shop) -> Run:
    run = shop.run(shop.pull(), reports={"unit.xml": junit()})
    shop.tell(run)
    return run


def said(shop: Shop) -> str:
    return shop.check.summary.replace("\\", "")


@pytest.mark.parametrize("files", ["quality/trainings/*.yml", "./quality/trainings/passed.yml"])
def test_a_register_of_the_base_branch_is_evidence(github: GitHub, files: str) -> None:
    shop = policed(github, PASSED, files=files)
    judged(shop)
    assert ("success", "PASS: 2 passed") == (shop.check.conclusion, shop.check.title)


def test_every_file_that_a_glob_means_counts(github: GitHub) -> None:
    shop = policed(github, PASSED, FAILED)
    judged(shop)
    assert "failure" == shop.check.conclusion
    assert "50 %" in shop.check.title, "of two exams one was passed"


@pytest.mark.parametrize("files", ["quality/trainings/.*.yml", "*.yaml", "quality/x.yml"])
def test_where_none_is_meant_there_is_no_data(github: GitHub, files: str) -> None:
    shop = policed(github, PASSED, files=files)
    judged(shop)
    assert "failure" == shop.check.conclusion
    assert "NO DATA" in shop.check.title


@pytest.mark.parametrize("files", ["quality/*/*.yml", "quality/**", "**/trainings/*.yml"])
def test_wildcards_in_a_folder_are_refused_or_what_lies_there_would_be_passed_over(github: GitHub, files: str) -> None:
    shop = policed(github, PASSED, files=files)
    judged(shop)
    assert ("failure", "The gate could not be judged") == (shop.check.conclusion, shop.check.title)
    assert "wildcards may be in the last part of a path only" in said(shop)


def test_a_register_that_the_policy_does_not_call_one_is_refused(github: GitHub) -> None:
    shop = Shop(github, None)
    whole = POLICY.replace("FILES", "quality/trainings/*.yml").replace(", read: trainings", "")
    shop.shop.commit(branch="main", files={"qualitygate.yml": whole.encode(), FAILED: training("a", 60).encode()})
    run = shop.run(shop.pull(), reports={"unit.xml": junit()})
    shop.shop.artifact(run, "quality", packed({"trainings/kept.yml": training("kept", 92)}))
    shop.tell(run)
    assert "failure" == shop.check.conclusion
    assert "quality/trainings/kept.yml is a register" in said(shop)
    assert "read: trainings" in said(shop)


@pytest.mark.parametrize(("brings", "conclusion"), [(["unit"], "success"), (["unit", "trainings"], "failure")])
def test_a_snapshot_of_a_run_brings_no_register(
    github: GitHub, tmp_path: Path, brings: list[str], conclusion: str
) -> None:
    policy = POLICY.replace("FILES", "quality/trainings/*.yml")
    written = {"qualitygate.yml": policy, "reports/unit.xml": junit(), PASSED: training("kept", 92)}
    path = write_files(tmp_path, dict(written)) / "qualitygate.yml"
    run = pipeline.check(pipeline.load_config(str(path)), now=NOW, keep_names=True)
    held = [each for each in run.evidence if isinstance(each, TestReport) or "trainings" in brings]
    assert len(brings) == len(held)
    shop = policed(github, PASSED)
    shop.tell(shop.run(shop.pull(), reports={"unit.xml": "".join(dump(held))}))
    assert conclusion == shop.check.conclusion
    assert ("reports/unit.xml holds a register" in said(shop)) is ("trainings" in brings)


def test_a_hidden_file_is_only_meant_by_its_name(github: GitHub) -> None:
    shop = policed(github, "quality/trainings/.failed.yml")
    judged(shop)
    assert "NO DATA" in shop.check.title
    shop.policy(POLICY.replace("FILES", "quality/trainings/.f*"))
    judged(shop)
    assert "FAIL" in shop.shop.check_runs[-1].title


def test_a_change_brings_no_register_of_its_own(github: GitHub) -> None:
    shop = policed(github, FAILED)
    theirs = shop.shop.commit(branch="topic", files={FAILED: training("x", 100).encode()})
    shop.tell(shop.run(shop.pull(head="topic", sha=theirs), reports={"unit.xml": junit()}))
    assert ("failure", theirs) == (shop.check.conclusion, shop.check.sha)


def test_no_artifact_adds_to_a_register_of_the_repository_or_stands_in_for_it(github: GitHub) -> None:
    shop = policed(github, FAILED)
    run = shop.run(shop.pull(), reports={"unit.xml": junit()})
    theirs = {f"trainings/{name}.yml": training(name, 92) for name in ("failed", *map(str, range(30)))}
    shop.shop.artifact(run, "quality", packed(theirs))
    shop.tell(run)
    assert "failure" == shop.check.conclusion
    assert "training.pass_rate 0 %" in shop.check.title


def test_entries_that_name_the_same_register_both_have_it(github: GitHub) -> None:
    shop = policed(github, PASSED)
    again = '  trainings: {files: "quality/trainings/*.yml", read: trainings}\n'
    shop.policy(POLICY.replace("FILES", PASSED).replace("gates:", f"{again.replace('trainings:', 'more:', 1)}gates:"))
    judged(shop)
    assert ("success", "PASS: 2 passed") == (shop.check.conclusion, shop.check.title)


def test_where_the_repository_has_none_that_of_an_artifact_counts(github: GitHub) -> None:
    shop = policed(github)
    run = shop.run(shop.pull(), reports={"unit.xml": junit()})
    shop.shop.artifact(run, "quality", packed({"trainings/kept.yml": training("kept", 92)}))
    shop.tell(run)
    assert "success" == shop.check.conclusion


def test_an_artifact_cannot_be_where_the_folder_of_a_register_is(github: GitHub) -> None:
    shop = policed(github, PASSED, files=PASSED)
    run = shop.run(shop.pull(), reports={"unit.xml": junit()})
    shop.shop.artifact(run, "quality", packed({"trainings": "a file"}))
    shop.tell(run)
    assert "failure" == shop.check.conclusion
    assert "an artifact has something else where quality/trainings/passed.yml should be" in said(shop)


def test_a_full_disk_is_no_verdict(github: GitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_place: object, _path: str, _text: bytes) -> None:
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(registers._Place, "lay", full)
    shop = policed(github, PASSED)
    with pytest.raises(OSError, match="No space"):
        judged(shop)
    assert "failure" == shop.check.conclusion, "it is told, and tried again"


def test_a_folder_that_github_does_not_list_whole_is_refused(github: GitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "LISTED_MOST", 2)
    shop = policed(github, PASSED, FAILED)
    judged(shop)
    assert "GitHub lists no more than 2 files of a folder" in said(shop)


def test_reports_that_were_committed_once_are_none_of_todays_runs(github: GitHub) -> None:
    shop = policed(github, PASSED)
    shop.shop.commit(branch="main", files={"reports/unit.xml": junit().encode()})
    shop.tell(shop.run(shop.pull()))
    assert "NO DATA" in shop.check.title


def test_one_that_is_too_large_for_github_stops_the_verdict(github: GitHub) -> None:
    shop = policed(github, PASSED, FAILED)
    shop.shop.commit(branch="main", files={FAILED: b"#" * (1024**2 + 1)})
    judged(shop)
    assert "failure" == shop.check.conclusion
    assert "it is larger than 1 MB" in said(shop)


def test_no_more_are_fetched_than_a_policy_may_need(github: GitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registers, "FILES_MOST", 1)
    shop = policed(github, PASSED, FAILED)
    judged(shop)
    assert "failure" == shop.check.conclusion
    assert "is one of more than 1 registers" in said(shop)


def test_every_reader_is_of_registers_or_of_what_runs_make() -> None:
    makes = {"tests", "coverage", "findings", "documents", None}
    kinds = {name: registry.reader(name).kind for name in OWN}
    assert registers.REGISTERS == {name for name, kind in kinds.items() if kind not in makes}


class Desk(Shop):
    """A repository whose policy promises support and judges changes by it."""

    def __init__(self, github: GitHub, team: str = "team: [lin]") -> None:
        super().__init__(github, SUPPORT.replace("TEAM", team))

    def look(self, hours: float) -> None:
        """The App looks after the tickets, so many hours after the double's clock."""
        self.now = self.github.now + timedelta(hours=hours)
        number = min(self.shop.issues)
        self.handle(self.delivery(self.about({"action": "edited", "issue": {"number": number}}), "issues"))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "APART", 0)


@pytest.mark.parametrize(("hours", "conclusion"), [(1.0, "success"), (25.0, "failure")])
def test_tickets_are_those_that_the_app_keeps(github: GitHub, hours: float, conclusion: str) -> None:
    desk = Desk(github)
    desk.shop.issue(labels=["support"], login="eve")
    desk.look(hours)
    judged(desk)
    assert conclusion == desk.check.conclusion
    assert ("1 overdue clock," in desk.check.title) is (hours > 24)


def test_tickets_that_were_never_read_are_no_data(github: GitHub) -> None:
    desk = Desk(github)
    desk.shop.issue(labels=["support"], login="eve")
    judged(desk)
    assert "NO DATA" in desk.check.title
    assert "tickets: The App has not read all tickets yet." in said(desk)


def test_tickets_of_another_repository_that_had_the_name_are_none(github: GitHub) -> None:
    desk = Desk(github)
    desk.shop.issue(labels=["support"], login="eve")
    desk.look(1)
    with TicketStore(desk.database, f"github:{github.url}/acme/shop".lower()) as store:
        kept = store.records()
        store.claim(4711)
        store.keep(kept, "", desk.now)
    judged(desk)
    assert "NO DATA" in desk.check.title


def test_without_a_promise_nothing_is_known_of_tickets(github: GitHub) -> None:
    desk = Desk(github)
    desk.shop.issue(labels=["support"], login="eve")
    desk.look(1)
    whole = SUPPORT.replace("TEAM", "team: [lin]")
    desk.policy(whole[: whole.index("support:")] + whole[whole.index("gates:") :])
    judged(desk)
    assert "success" != desk.check.conclusion


def test_where_nobody_told_who_is_in_a_team_nothing_is_guessed(github: GitHub) -> None:
    desk = Desk(github)
    desk.shop.issue(labels=["support"], login="lin")
    desk.look(25)
    desk.policy(SUPPORT.replace("TEAM", "team: [acme/helpers]"))
    judged(desk)
    assert "NO DATA" in desk.check.title
    assert "The App does not know who is in acme/helpers." in said(desk)


@pytest.mark.parametrize(("who", "conclusion"), [("lin", "success"), ("mallory", "failure")])
def test_who_is_in_a_team_is_known_from_the_app(github: GitHub, who: str, conclusion: str) -> None:
    github.team("acme/helpers", "lin")
    desk = Desk(github, "team: [acme/helpers]")
    github.world.installations[0].permissions["members"] = "read"
    issue = desk.shop.issue(labels=["support"], login="eve")
    desk.shop.comment(issue.number, "We are on it", login=who)
    desk.look(25)
    judged(desk)
    assert conclusion == desk.check.conclusion
