"""``support explain``: the story of a ticket's clocks."""

from __future__ import annotations

import json

import pytest

from .conftest import Project

OPENED = {"at": "2026-11-02T15:00:00Z", "type": "opened", "actor": "customer"}
ANSWER = {"at": "2026-11-03T11:30:00Z", "type": "comment", "actor": "agent"}
OFFICE = {"tz": "Europe/Berlin", "hours": {"mon-fri": ["09:00-17:00"]}}
NOW = ("--now", "2026-11-03T12:00:00Z")
POLICY = """\
version: 1
evidence:
  tickets: {files: tickets.jsonl}
support:
  team: [lin]
  targets: {normal: {first_response: 4h}, low: {first_response: 40h}}
gates:
  month: [{metric: support.compliance, at_least: 90%}]
"""


def told(project: Project, *rows: dict, arguments: tuple[str, ...] = ()) -> int:
    project.write("tickets.jsonl", "".join(json.dumps({"id": "1", "events": [OPENED], **row}) + "\n" for row in rows))
    return project.run("support", "explain", "--timeline", "tickets.jsonl", *arguments)


def test_a_line_with_its_own_terms_needs_no_policy(project: Project) -> None:
    row = {"calendar": OFFICE, "targets": {"first_response": "4h"}, "now": "2026-11-03T12:00:00Z"}
    assert told(project, {**row, "events": [OPENED, ANSWER]}, arguments=("--format", "jsonl")) == 0
    answer = json.loads(project.out)
    assert {"id": "1", "paused": False, "closed": False} == {key: answer[key] for key in ("id", "paused", "closed")}
    assert {
        "state": "met",
        "due": "2026-11-03T11:00:00Z",
        "elapsed_s": 16_200,
        "wall_s": 73_800,
        "margin_s": -1_800,
        "target_s": 14_400,
        "start": "2026-11-02T15:00:00Z",
        "done": "2026-11-03T11:30:00Z",
        "forecast": False,
        "ever_breached": True,
        "breaches": [],
        "why": [{"from": "2026-11-02T15:00:00Z", "to": "2026-11-03T11:30:00Z", "counted_s": 16_200}],
    } == {key: said for key, said in {**answer["clocks"]["first_response"], "state": "met"}.items() if key != "runs"}
    clock = answer["clocks"]["first_response"]
    assert "breached" == clock["state"]
    assert [{key: clock[key] for key in run} for run in clock["runs"]] == clock["runs"], "it has one run, which is it"


def test_the_story_has_a_line_for_each_step(project: Project) -> None:
    project.write("qualitygate.yml", POLICY)
    events = [
        OPENED,
        {"at": "2026-11-02T16:00:00Z", "type": "paused"},
        {"at": "2026-11-02T17:00:00Z", "type": "resumed"},
    ]
    assert told(project, {"title": "No\x1b[31m", "events": events}, arguments=NOW) == 0
    assert (
        "1 No\\u001b[31m (open, normal; times in UTC)\n"
        "  first_response: breached, late by 16 h\n"
        "    2026-11-02 15:00  starts, with a target of 4 h\n"
        "    2026-11-02 15:00 to 16:00  counted 1 h\n"
        "    2026-11-02 16:00 to 17:00  paused, not counted\n"
        "    2026-11-02 17:00 to 2026-11-03 12:00  counted 19 h\n"
        "    2026-11-02 20:00  due\n"
    ) == project.out


def test_the_story_lists_the_comments_that_answer_nobody_with_the_reason(project: Project) -> None:
    project.write("qualitygate.yml", POLICY)
    events = [
        OPENED,
        {"at": "2026-11-02T16:00:00Z", "type": "comment", "user": "triage[bot]"},
        {"at": "2026-11-02T17:00:00Z", "type": "comment", "actor": "agent", "public": False},
    ]
    assert told(project, {"events": events}, arguments=NOW) == 0
    assert project.out.endswith(
        "  comments that answer nobody:\n"
        "    2026-11-02 16:00  triage[bot]: of a program\n"
        "    2026-11-02 17:00  somebody: not public\n"
    )


def test_the_story_tells_what_else_there_is_to_tell(project: Project) -> None:
    events = [
        {"at": "2026-11-02T20:30:15Z", "type": "opened", "actor": "customer"},
        {"at": "2026-11-03T09:00:00Z", "type": "comment", "actor": "customer"},
    ]
    targets = {"first_response": "16h", "next_response": "2h", "resolution": "3h30m15s"}
    row = {"calendar": OFFICE, "targets": targets, "events": events, "now": "2026-11-03T12:00:00Z"}
    assert told(project, row) == 0
    assert "outside business hours, which begin at 2026-11-03 09:00" in project.out
    assert "waits for the first response, which has its own clock" in project.out
    assert "with a target of 3 h 30 min 15 s" in project.out
    assert "resolution: breached, late by 29 min 45 s" in project.out
    assert told(project, {**row, "events": events[:1]}) == 0
    assert "next_response: pending, nobody has waited" in project.out
    closed = [*events, {"at": "2026-11-03T10:00:00Z", "type": "closed"}]
    assert told(project, {**row, "events": closed}) == 0
    assert "closed after 2 h" in project.out and "(closed; times in Europe/Berlin)" in project.out
    paused = [*events, {"at": "2026-11-03T11:30:15Z", "type": "paused"}]
    assert told(project, {**row, "events": paused}) == 0
    assert "resolution: breached, all of 3 h 30 min 15 s used" in project.out and "(paused; " in project.out


TWICE = [
    OPENED,
    {"at": "2026-11-02T15:30:00Z", "type": "comment", "actor": "agent"},
    {"at": "2026-11-02T16:00:00Z", "type": "comment", "actor": "customer"},
    {"at": "2026-11-03T09:00:00Z", "type": "comment", "actor": "agent"},
    {"at": "2026-11-03T11:00:00Z", "type": "comment", "actor": "customer"},
]
"""A ticket whose customer waited twice, first for 17 hours and now for one."""


def test_every_wait_for_a_next_response_is_told_also_the_late_one_before_the_last(project: Project) -> None:
    row = {"targets": {"next_response": "16h"}, "events": TWICE, "now": "2026-11-03T12:00:00Z"}
    row["targets"]["first_response"] = "16h"
    assert told(project, row) == 0
    assert (
        "  next_response: pending, 15 h left of 16 h\n"
        "   wait 1 of 2: breached, late by 1 h\n"
        "    2026-11-02 16:00  starts, with a target of 16 h\n"
        "    2026-11-02 16:00 to 2026-11-03 09:00  counted 17 h\n"
        "    2026-11-03 08:00  due\n"
        "    2026-11-03 09:00  answered after 17 h\n"
        "   wait 2 of 2: pending, 15 h left of 16 h\n"
        "    2026-11-03 11:00  starts, with a target of 16 h\n"
        "    2026-11-03 11:00 to 12:00  counted 1 h\n"
        "    2026-11-04 03:00  due\n"
    ) == project.out.partition("due\n")[2]
    assert told(project, row, arguments=("--format", "jsonl")) == 0
    waits = json.loads(project.out)["clocks"]["next_response"]["runs"]
    assert [("breached", -3_600, "2026-11-03T08:00:00Z"), ("pending", 54_000, "2026-11-04T03:00:00Z")] == [
        (each["state"], each["margin_s"], each["due"]) for each in waits
    ]


def test_a_ticket_that_is_in_no_number_says_why(project: Project) -> None:
    project.write("qualitygate.yml", POLICY)
    closed = {"at": "2026-11-02T16:00:00Z", "type": "closed", "actor": "agent"}
    assert told(project, {"events": [OPENED, {**closed, "reason": "duplicate"}]}, arguments=NOW) == 0
    assert project.out.splitlines()[1] == "  counts nowhere: duplicate"
    assert "  first_response: closed unanswered, 3 h left of 4 h" == project.out.splitlines()[2], "it is not paused"
    assert told(project, {"events": [OPENED, closed]}, arguments=NOW) == 0
    assert "  first_response: closed unanswered, so it counts nowhere, 3 h left of 4 h" == project.out.splitlines()[1]
    assert told(project, {"events": [OPENED, {**closed, "reason": "spam"}]}, arguments=(*NOW, "--format", "jsonl")) == 0
    assert "spam" == json.loads(project.out)["left_out"]


def test_a_wait_that_a_close_leaves_standing_is_stopped_not_paused(project: Project) -> None:
    project.write("qualitygate.yml", POLICY.replace("team", "rules: {close_stops: false}\n  team"))
    closed = {"at": "2026-11-03T11:30:00Z", "type": "closed", "actor": "agent"}
    paused = {"at": "2026-11-03T11:15:00Z", "type": "paused"}
    row = {"targets": {"next_response": "16h", "resolution": "99h"}, "events": [*TWICE, paused, closed]}
    assert told(project, row, arguments=NOW) == 0
    assert "  next_response: stopped by the close, 15 h 45 min left of 16 h" in project.out


def test_a_file_is_read_as_status_and_check_read_it(project: Project) -> None:
    zoned = POLICY.replace("version: 1", "version: 1\ntimezone: Asia/Shanghai")
    project.write("qualitygate.yml", zoned)
    opened = {"at": "2026-11-03T09:00:00", "type": "opened", "user": "eve"}
    assert told(project, {"events": [opened]}, arguments=NOW) == 0
    assert "2026-11-03 09:00  starts" in project.out and "times in Asia/Shanghai" in project.out
    assert told(project, {"targets": {"first_response": "4h"}, "events": [opened]}, arguments=NOW) == 0
    assert "2026-11-03 13:00  due" in project.out
    assert project.run("support", "status", *NOW, "--timeline", "none.jsonl") == 3
    told(project, {"events": [opened]})
    assert project.run("support", "status", *NOW, "--timeline", "tickets.jsonl") == 0
    assert "2026-11-03 13:00" in project.out
    project.write("qualitygate.yml", zoned.replace("[lin]", "[acme/support]"))
    assert project.run("support", "status", *NOW, "--timeline", "tickets.jsonl") == 2
    refused = project.err
    assert told(project, {"events": [opened]}, arguments=NOW) == 2
    assert refused == project.err and "names the user eve" in refused


def test_an_earlier_breach_is_told(project: Project) -> None:
    project.write("qualitygate.yml", POLICY)
    down = {"at": "2026-11-03T08:00:00Z", "type": "labelled", "label": "priority:low"}
    assert told(project, {"events": [OPENED, down]}, arguments=NOW) == 0
    assert "2026-11-02 19:00  breached as normal, which held until 2026-11-03 08:00" in project.out
    assert "first_response: pending, 19 h left of 40 h" in project.out
    assert told(project, {"events": [OPENED, down]}, arguments=(*NOW, "--format", "jsonl")) == 0
    [breach] = json.loads(project.out)["clocks"]["first_response"]["breaches"]
    assert {"due": "2026-11-02T19:00:00Z", "terms": "normal", "until": "2026-11-03T08:00:00Z"} == breach


def test_a_priority_that_has_no_targets_is_said(project: Project) -> None:
    project.write("qualitygate.yml", POLICY)
    assert told(project, {"priority": "urgnet"}, arguments=NOW) == 0
    assert project.out.startswith("1 (open, normal (its priority 'urgnet' has no targets); times in UTC)")
    assert told(project, {"priority": "urgnet", "targets": {"first_response": "4h"}}, arguments=NOW) == 0
    assert "no targets" not in project.out


def test_only_the_ticket_that_is_asked_for_is_told(project: Project) -> None:
    project.write("qualitygate.yml", POLICY)
    assert told(project, {}, {"id": "2"}, arguments=(*NOW, "--ticket", "2")) == 0
    assert project.out.startswith("2 (open")


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        ({}, 2, "the ticket 1 has no targets, and no policy says what is promised"),
        ({"targets": {"first_response": "2d"}}, 2, "tickets.jsonl:1: targets.first_response: '2d' is in days"),
        ({"targets": {}, "now": "2026-11-01T00:00:00Z"}, 2, "nothing opens the ticket"),
        (
            {"calendar": {}, "targets": {"resolution": "9h"}, "now": "2101-01-01T00:00:00Z"},
            2,
            "answers only for 1970 to 2100",
        ),
        ({"evnts": []}, 3, "the key 'evnts' is not known"),
    ],
)
def test_what_cannot_be_told_is_refused_with_its_line(project: Project, row: dict, code: int, words: str) -> None:
    assert told(project, row) == code
    assert words in project.err and "Traceback" not in project.err


def test_tickets_are_found_among_the_evidence_of_the_policy_by_their_numbers(project: Project) -> None:
    project.write("qualitygate.yml", POLICY)
    told(project, {"events": [OPENED, ANSWER]}, {"id": "2"}, {"id": "3"})
    assert project.run("support", "explain", "#2", "1", *NOW) == 0
    assert ["1 (open, normal; times in UTC)", "2 (open, normal; times in UTC)"] == [
        each for each in project.out.splitlines() if not each.startswith(" ")
    ]
    assert project.run("support", "explain", *NOW) == 0
    assert project.out.count("times in UTC") == 3


def test_a_ticket_that_is_not_there_is_said(project: Project) -> None:
    project.write("qualitygate.yml", POLICY)
    told(project, {})
    assert project.run("support", "explain", "7", "--ticket", "8", *NOW) == 2
    assert "there is no ticket 7 in tickets.jsonl" in project.err and "there is no ticket 8" in project.err
    assert "support sync --register brings new issues" in project.err
    assert project.run("support", "explain", "7", "--timeline", "tickets.jsonl", *NOW) == 2
    assert "there is no ticket 7 in tickets.jsonl" in project.err
    project.write("qualitygate.yml", POLICY.replace("team:", "tickets: {label: help}\n  team:"))
    assert project.run("support", "explain", "7", *NOW) == 2
    assert "those issues that carry the label help" in project.err


def test_a_ticket_that_was_not_opened_yet_is_said(project: Project) -> None:
    project.write("qualitygate.yml", POLICY)
    told(project, {})
    early = ("--now", "2026-11-01T00:00:00Z")
    assert project.run("support", "explain", "1", *early) == 2
    assert "the ticket 1 was not opened yet at 2026-11-01T00:00:00+00:00" in project.err
    assert (project.run("support", "explain", *early), project.out) == (0, "")


def test_without_a_file_and_a_policy_nothing_is_explained(project: Project) -> None:
    assert project.run("support", "explain", "7", *NOW) == 2


def test_who_is_in_a_team_is_not_guessed(project: Project) -> None:
    project.write("qualitygate.yml", POLICY.replace("[lin]", "[acme/support]"))
    told(project, {"events": [{**OPENED, "user": "eve", "actor": None}]})
    assert project.run("support", "explain", *NOW) == 2
    assert "names the user eve" in project.err


def test_a_file_that_is_not_there_is_refused(project: Project) -> None:
    assert project.run("support", "explain", "--timeline", "none.jsonl") == 3
    assert "none.jsonl cannot be opened" in project.err


def test_a_policy_judges_a_register(project: Project) -> None:
    project.write("qualitygate.yml", POLICY)
    told(project, {"events": [OPENED, {**ANSWER, "at": "2026-11-02T16:00:00Z"}]}, {"id": "2"})
    assert project.run("check", *NOW) == 1
    assert "50 % (1/2; 95 % interval 9.5 to 90.5 %), at least 90 %; 1 more kept target needed" in project.out
    assert project.run("read", "tickets.jsonl") == 0
    assert "tickets, 2 tickets: 3 events" in project.out
