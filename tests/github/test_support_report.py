"""``support report --publish issue`` from end to end against the double: one issue a period, kept up to date."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qualitygate.cli import main
from tests.cli.test_support_report import POLICY, ROWS, events
from tests.github.double.github import GitHub
from tests.github.double.repository import Repository


@pytest.fixture
def shop(github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    (tmp_path / "qualitygate.yml").write_text(POLICY)
    write(tmp_path, *ROWS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITHUB_TOKEN", github.token(issues="write"))
    monkeypatch.setenv("GITHUB_REPOSITORY", "acme/crm")
    return github.repository("acme/crm")


def write(folder: Path, *rows: dict) -> None:
    (folder / "tickets.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def publish(github: GitHub, *arguments: str) -> int:
    now = ("--now", "2026-11-22T09:00:00Z")
    return main(["support", "report", *now, "--publish", "issue", "--api-url", github.url, *arguments])


def test_a_period_has_one_issue_that_is_kept_up_to_date(github: GitHub, shop: Repository, tmp_path, capsys) -> None:
    for done in ("created", "left"):
        assert 0 == publish(github)
        assert f"issue: {done};" in capsys.readouterr().err
    (issue,) = shop.issues.values()
    assert ("Support response report: after-sales, 2026-10", ["support-report"]) == (issue.title, issue.labels)
    assert "1/2" in issue.body and "```mermaid" in issue.body

    write(tmp_path, *ROWS, {"id": "9", "events": events("2026-10-08T01:00:00Z", "2026-10-08T02:00:00Z")})
    assert 0 == publish(github)
    assert "issue: updated;" in capsys.readouterr().err
    assert 1 == len(shop.issues) and "2/3" in issue.body

    assert 0 == publish(github, "--period", "2026-11")
    assert 2 == len(shop.issues)


def test_a_person_keeps_the_issue_up_to_date_too(github: GitHub, shop: Repository, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", github.token(login="boss", issues="write", metadata="read"))
    assert 0 == publish(github)
    write(tmp_path, ROWS[0])
    assert 0 == publish(github)
    (issue,) = shop.issues.values()
    assert "1/1" in issue.body


def test_an_issue_that_people_have_closed_is_written_anew_and_stays_closed(
    github: GitHub, shop: Repository, tmp_path, capsys
) -> None:
    assert 0 == publish(github)
    (issue,) = shop.issues.values()
    issue.state = "closed"
    write(tmp_path, ROWS[0])
    assert 0 == publish(github)
    assert "issue: updated;" in capsys.readouterr().err
    assert 1 == len(shop.issues) and "closed" == issue.state and "1/1" in issue.body


def test_what_github_refuses_is_said_and_the_report_is_printed(
    github: GitHub, shop: Repository, monkeypatch, capsys
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", github.token(issues="read"))
    assert 4 == publish(github)
    told = capsys.readouterr()
    assert "NOT MET" in told.out and "Traceback" not in told.err
    assert not shop.issues
