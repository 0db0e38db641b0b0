"""``support report`` and ``support status``: from a policy and a file to what is printed, and what is refused."""

from __future__ import annotations

import json
import sys

import pytest

from .conftest import Project

POLICY = """\
version: 1
name: after-sales
timezone: Asia/Shanghai
evidence:
  tickets: {files: tickets.jsonl}
  unit: {files: unit.xml, read: junit}
support:
  team: [lin]
  targets: {normal: {first_response: 4h}}
gates:
  month: [{metric: support.compliance, at_least: 95%, where: {clock: first_response}}]
"""
NOW = ("--now", "2026-11-22T09:00:00Z")


def events(*moments: str) -> list[dict]:
    kinds = [("opened", "mei"), ("comment", "lin"), ("closed", "lin")]
    return [{"at": at, "type": kind, "user": user} for at, (kind, user) in zip(moments, kinds, strict=False)]


ROWS = [
    {"id": "1", "events": events("2026-10-05T01:00:00Z", "2026-10-05T03:00:00Z", "2026-10-05T04:00:00Z")},
    {"id": "2", "title": "Slow\x1b[31m", "events": events("2026-10-06T01:00:00Z", "2026-10-06T06:00:00Z")},
    {"id": "3", "events": events("2026-11-22T08:00:00Z")},
]


@pytest.fixture
def shop(project: Project) -> Project:
    project.write("qualitygate.yml", POLICY)
    project.write("tickets.jsonl", "".join(json.dumps(row) + "\n" for row in ROWS))
    return project


def report(project: Project, *arguments: str) -> int:
    return project.run("support", "report", *NOW, *arguments)


def test_the_last_whole_month_is_reported_by_the_goal_of_the_policy(shop: Project) -> None:
    assert 0 == report(shop), shop.err
    assert "after-sales, 2026-10-01 to 2026-10-31 (Asia/Shanghai)" in shop.out
    assert "at least 95 % in time (month.support.compliance[clock=first_response]) -> NOT MET" in shop.out
    assert "Slow\\u001b[31m" in shop.out and "1/2 (50 %)" in shop.out


def test_a_register_that_ends_before_the_period_says_so(shop: Project) -> None:
    head = {"synced_at": "2026-10-20T00:00:00Z", "tickets": 2}
    shop.write("tickets.jsonl", "".join(json.dumps(row) + "\n" for row in (head, *ROWS[:2])))
    assert 0 == report(shop), shop.err
    assert "from tickets.jsonl, which was read from its tracker on 2026-10-20 08:00 (Asia/Shanghai)" in shop.out
    assert 0 == shop.run("support", "status", *NOW)
    assert "tickets.jsonl was read from its tracker on 2026-10-20 08:00 (Asia/Shanghai)\n" == shop.err
    shop.write("tickets.jsonl", json.dumps(ROWS[0]) + "\n")
    assert 0 == report(shop), shop.err
    words = "from tickets.jsonl, which does not say when it was written; it ends on 2026-10-05 12:00 (Asia/Shanghai)"
    assert words in shop.out


def test_another_file_can_be_reported_and_a_period_named(shop: Project) -> None:
    shop.write("other.jsonl", json.dumps(ROWS[0]))
    assert 0 == report(shop, "--timeline", "other.jsonl", "--period", "2026-Q4", "--format", "json")
    told = json.loads(shop.out)
    assert (["other.jsonl"], "2026-Q4", True) == (told["sources"], told["period"]["name"], told["period"]["so_far"])


def test_a_report_is_written_whole_to_a_file_and_never_over_what_was_read(shop: Project) -> None:
    assert 0 == report(shop, "--format", "csv", "--output", "out/report.csv")
    assert "" == shop.out
    assert (shop.folder / "out/report.csv").read_text(encoding="utf-8").startswith("\ufeffkind,period,clock")
    assert 2 == report(shop, "--output", "tickets.jsonl")
    assert "it is evidence of tickets" in shop.err
    assert 2 == report(shop, "--timeline", "other.jsonl", "--output", "other.jsonl")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--period", "2026-13"), 2, "--period: '2026-13' is no period"),
        (("--period", "2027"), 2, "--period: 2027 has not begun; it begins on 2027-01-01"),
        (("--timeline", "none.jsonl"), 3, "none.jsonl cannot be opened"),
        (("--timeline", "qualitygate.yml"), 3, "qualitygate.yml has 11 problems: line 1: is not JSON"),
        (("--publish", "issue"), 2, "--repo OWNER/NAME is needed"),
        (("--publish", "issue", "--repo", "acme/shop"), 4, "there is no token"),
    ],
)
def test_what_cannot_be_done_is_said(shop: Project, monkeypatch, arguments, code, words) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    assert code == report(shop, *arguments)
    assert words in shop.err and "Traceback" not in shop.err


def test_missing_and_unreadable_registers_are_never_a_good_report(shop: Project) -> None:
    shop.write("tickets.jsonl", "{}")
    assert 3 == report(shop)
    (shop.folder / "tickets.jsonl").unlink()
    assert 3 == report(shop)
    assert "no file matches tickets.jsonl" in shop.err


def test_a_ticket_in_two_registers_is_refused(shop: Project) -> None:
    shop.write("qualitygate.yml", POLICY.replace("tickets.jsonl}", "['tickets.jsonl', 'more.jsonl']}"))
    shop.write("more.jsonl", json.dumps(ROWS[0]))
    assert 3 == report(shop)
    assert "the id 1 is in more.jsonl and in tickets.jsonl" in shop.err


def test_without_a_promise_register_or_known_team_nothing_is_reported(shop: Project) -> None:
    shop.write("qualitygate.yml", POLICY.replace("team: [lin]", "team: ['@acme/care']"))
    assert 2 == report(shop)
    assert "who is in @acme/care cannot be told from a file" in shop.err
    shop.write("qualitygate.yml", POLICY.replace("  tickets: {files: tickets.jsonl}\n", ""))
    assert 2 == report(shop)
    assert "the policy declares no register of tickets" in shop.err
    shop.write("qualitygate.yml", POLICY[: POLICY.index("support:")] + POLICY[POLICY.index("gates:") :])
    assert 2 == report(shop)
    assert "the policy promises no support" in shop.err


def test_a_page_without_its_library_says_how_to_get_it(shop: Project, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    assert 2 == report(shop, "--format", "html")
    assert "qualitygate-ci[report]" in shop.err
    assert 0 == report(shop, "--format", "markdown")


def test_the_status_lists_open_tickets_worst_first(shop: Project) -> None:
    shop.write(
        "tickets.jsonl",
        "".join(
            json.dumps(row) + "\n" for row in [*ROWS, {**ROWS[2], "id": "4", "events": events("2026-11-22T04:00:00Z")}]
        ),
    )
    assert 0 == shop.run("support", "status", *NOW)
    first, _, late, soon, quiet = shop.out.splitlines()
    assert "3 open tickets, 1 late, as of 2026-11-22 17:00 (Asia/Shanghai)" == first
    assert ["LATE", "late", "by", "1", "h", "first_response", "2026-11-22", "16:00", "4"] == late.split()[:9]
    assert ["in", "time", "3", "h", "left", "first_response"] == soon.split()[:6]
    assert "no clock runs" in quiet and "Slow\\u001b[31m" in quiet
    assert 0 == shop.run("support", "status", *NOW, "--format", "json")
    told = json.loads(shop.out)
    assert ["4", "3", "2"] == [each["ticket"] for each in told["tickets"]]
    clock = {"clock": "first_response", "state": "breached", "target_s": 14_400, "left_s": -3_600}
    assert {**clock, "due": "2026-11-22T16:00:00+08:00"} == told["tickets"][0]["clocks"][0]


def test_nothing_open_is_said(shop: Project) -> None:
    shop.write("tickets.jsonl", json.dumps(ROWS[0]))
    assert 0 == shop.run("support", "status", *NOW)
    assert "0 open tickets, 0 late, as of 2026-11-22 17:00 (Asia/Shanghai)\n" == shop.out
