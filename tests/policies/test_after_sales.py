"""``builtin:after-sales``: each check holds on good evidence, goes red on bad, and never passes on none."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from qualitygate.cli import main
from qualitygate.config.inheritance import builtin
from qualitygate.pipeline import load_config

from .conftest import Judged, Project, report

Files = Mapping[str, str]
"""The text of each file of evidence by its path; one that is not named is not there."""

EVIDENCE: Mapping[str, Mapping[str, Any]] = {
    "unit": {"files": "unit.xml", "read": "junit"},
    "integration": {"files": "integration.xml", "read": "junit"},
    "regression": {"files": "regression.xml", "read": "junit"},
    "tickets": {"files": "quality/tickets.jsonl", "read": "tickets"},
    "defects": {"files": "quality/defects.csv", "read": "defects"},
    "documents": {"files": "quality/documents.yml", "read": "documents"},
    "reviews": {"files": "quality/reviews/*.md", "read": "reviews"},
    "trainings": {"files": "quality/trainings.yml", "read": "trainings"},
    "people": {"files": "quality/people.yml", "read": "people"},
    "surveys": {"files": ["quality/waves.yml", "quality/2026-q3.csv"], "read": "surveys"},
    "retrospectives": {"files": "quality/retrospectives/*.md", "read": "retrospectives"},
    "milestones": {"files": "quality/milestones.yml", "read": "milestones"},
    "responsibilities": {"files": "quality/responsibilities.yml", "read": "responsibilities"},
}


def tickets(
    *, hours: Sequence[int] = (4, 24) * 5, channels: Sequence[str] = ("chat", "phone", "email", "social")
) -> str:
    """Tickets of October 2026, urgent and normal in turn, each answered after so many hours and its minute less."""
    rows = []
    for number, waited in enumerate(hours):
        events = [
            {"at": f"2026-10-{number + 1:02}T00:01:00Z", "type": "opened", "actor": "customer"},
            {"at": f"2026-10-{number + 1 + waited // 24:02}T{waited % 24:02}:00:00Z", "type": "comment", "user": "lin"},
        ]
        priority, channel = ("urgent", "normal")[number % 2], channels[number % len(channels)]
        rows.append({"id": f"T-{number}", "priority": priority, "channel": channel, "events": events})
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def defects(*, before: int, after: int) -> str:
    sides = [*["before"] * before, *["after"] * after]
    return "id,found_in\n" + "".join(f"D-{number},{side}\n" for number, side in enumerate(sides))


def document(*, reviewed: str = "2026-09-01") -> str:
    return f"---\nlast_reviewed_on: {reviewed}\nreview_in: 1 year\n---\n# Manual\n\n{'word ' * 60}\n"


def register(*, start: str = "2026-01-10", words: int = 50) -> str:
    return (
        f"start: {start}\nstages: [{{id: design, started: {start}, ended: 2026-03-31}}]\npeople: [lin]\ndocuments:\n"
        f"  - {{id: MAN, title: Manual, path: docs/manual.md, owner: lin, status: approved, min_words: {words}}}\n"
    )


def review(*, at: str = "2026-03-31") -> str:
    return (
        "---\nstage: design\nstarted: 2026-01-10\nended: 2026-03-31\nparticipants: [lin]\ndecision: pass\n"
        f"approvals: [{{by: lin, at: {at}}}]\n---\n"
    )


def trainings(*, days: Iterable[str] = ("2025-01-01", "2025-06-01", "2025-12-31"), scores: str = "score: 80") -> str:
    """A training a day, of seven persons, the first of six; all reach the mark but one of the first, by ``scores``."""
    rows = "trainings:\n"
    for number, day in enumerate(days):
        sat = "".join(
            f"      - {{who: p-{person}, {scores if (number, person) == (0, 1) else 'score: 80'}}}\n"
            for person in range(1, 7 if number == 0 else 8)
        )
        rows += f"  - id: TR-{number}\n    date: {day}\n    topic: t\n    audience: support\n    pass_mark: 80\n"
        rows += f"    results:\n{sat}"
    return rows


def answers(*, satisfied: int, of: int) -> str:
    rows = [4 if number < satisfied else 3 for number in range(of)]
    return "respondent,score\n" + "".join(f"r-{number},{score}\n" for number, score in enumerate(rows))


def retrospective(month: int, *, action: str = "done: 2026-08-01, verified_by: p-2") -> str:
    actions = f"\nactions: [{{id: A-1, text: t, owner: p-1, due: 2026-08-01, {action}}}]" if month == 7 else ""
    return f"---\ndate: 2026-{month:02}-28\nattendees: [p-1]\ndecisions: [d]\nsigned_by: p-1{actions}\n---\n"


def milestones(*, achieved: str = "2026-03-10") -> str:
    return (
        f"anchors: {{contract_start: 2026-01-10}}\nmilestones:\n"
        f"  - {{id: m, due: contract_start + P2M, achieved: {achieved}}}\n"
    )


HOW_MANY = {1: 1, 2: 4, 3: 3, 4: 2, 5: 3, 6: 2, 7: 2}
CLAUSES = [f"{part}.{each}" for part, last in HOW_MANY.items() for each in range(1, last + 1)]


def responsibilities(clauses: Iterable[str] = CLAUSES, accountable: str = "p-1") -> str:
    rows = "".join(f"  - {{commitment: '{each}', accountable: {accountable}, deputy: p-2}}\n" for each in clauses)
    return f"responsibilities:\n{rows}"


GOOD: Files = {
    "unit.xml": report(passed=40),
    "integration.xml": report(passed=30),
    "regression.xml": report(passed=25),
    "docs/manual.md": document(),
    "quality/tickets.jsonl": tickets(),
    "quality/defects.csv": defects(before=19, after=1),
    "quality/documents.yml": register(),
    "quality/reviews/design.md": review(),
    "quality/trainings.yml": trainings(),
    "quality/people.yml": "people: [{id: p-1, roles: lead}, {id: p-2, roles: support}]\n",
    "quality/waves.yml": "waves: [{id: 2026-q3, opened: 2026-09-01, closed: 2026-09-30}]\n",
    "quality/2026-q3.csv": answers(satisfied=17, of=20),
    **{f"quality/retrospectives/2026-{month:02}.md": retrospective(month) for month in (7, 8, 9)},
    "quality/milestones.yml": milestones(),
    "quality/responsibilities.yml": responsibilities(),
}

RED: Mapping[str, Files] = {
    "unit-executed": {"unit.xml": report(skipped=40)},
    "integration-executed": {"integration.xml": report(skipped=30)},
    "regression-executed": {"regression.xml": report(skipped=25)},
    "stage-reviews": {"quality/reviews/design.md": review(at="2026-03-30")},
    "defect-rate": {"unit.xml": report(passed=38, failed=2)},
    "documents-complete": {"quality/documents.yml": register(words=100)},
    "documents-reviewed": {"docs/manual.md": document(reviewed="2026-03-30")},
    "first-response": {"quality/tickets.jsonl": tickets(hours=(5, 25, *(4, 24) * 4))},
    "defects-after-release": {"quality/defects.csv": defects(before=18, after=1)},
    "documents-from-start": {"quality/documents.yml": register(start="2026-01-09")},
    "trainings": {"quality/trainings.yml": trainings(days=("2025-01-01", "2025-06-01", "2026-01-01"))},
    "training-pass-rate": {
        "quality/trainings.yml": trainings(scores="score: 79.9").replace("p-2, score: 80", "p-2, absent: yes", 1)
    },
    "channels": {"quality/tickets.jsonl": tickets(channels=("chat", "phone", "email"))},
    "surveys": {"quality/waves.yml": "waves: [{id: 2026-q3, opened: 2026-09-01, closed: 2026-10-01}]\n"},
    "satisfaction": {"quality/2026-q3.csv": answers(satisfied=84, of=99)},
    "retrospectives": {"quality/retrospectives/2026-08.md": retrospective(8).replace("signed_by: p-1", "")},
    "actions": {"quality/retrospectives/2026-07.md": retrospective(7, action="done: 2026-08-01")},
    "milestones": {"quality/milestones.yml": milestones(achieved="2026-03-11")},
    "responsibilities": {"quality/responsibilities.yml": responsibilities(accountable="[p-1, p-2]")},
}
GATES = {"release": list(RED)[:7], "programme": list(RED)[7:]}
SOURCES = {
    "unit-executed": "unit.xml",
    "integration-executed": "integration.xml",
    "regression-executed": "regression.xml",
    "stage-reviews": "quality/reviews/design.md",
    "defect-rate": "regression.xml",
    "documents-complete": "quality/documents.yml",
    "documents-reviewed": "quality/documents.yml",
    "first-response": "quality/tickets.jsonl",
    "defects-after-release": "quality/defects.csv",
    "documents-from-start": "quality/documents.yml",
    "trainings": "quality/trainings.yml",
    "training-pass-rate": "quality/trainings.yml",
    "channels": "quality/tickets.jsonl",
    "surveys": "quality/waves.yml",
    "satisfaction": "quality/2026-q3.csv",
    "actions": "quality/retrospectives/2026-07.md",
    "milestones": "quality/milestones.yml",
    "responsibilities": "quality/people.yml",
}
"""A file without which there is no data; retrospectives are missed when there is none."""


def judged(
    project: Project, gate: str, files: Files = GOOD, *, without: str = "", options: Sequence[str] = (), **more: Any
) -> Judged:
    """Judge the good evidence with other ``files``, and without one of them, in a repository of January 2026."""
    for path, text in {**GOOD, **files}.items():
        if path != without:
            file = project.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    env |= dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), "2026-01-09T00:00:00Z")
    who = ("-c", "user.name=lin", "-c", "user.email=lin@example.com")
    for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "Begin"], ["add", "docs"]):
        subprocess.run(["git", *who, *command], cwd=project.folder, env=env, check=True)
    env |= dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), "2026-01-10T00:00:00Z")
    subprocess.run(["git", *who, "commit", "-q", "-m", "Documents"], cwd=project.folder, env=env, check=True)
    return project.judge(policy(project, **more), gate, {}, *options)


def policy(project: Project, **more: Any) -> Path:
    """A policy that extends the chapter, declares all evidence, and says more."""
    support = {"team": ["lin"]}
    head = {"version": 1, "extends": "builtin:after-sales", "timezone": "Asia/Shanghai", "support": support}
    path = project.folder / "qualitygate.yml"
    path.write_text(json.dumps({**head, "evidence": EVIDENCE, **more}), encoding="utf-8")
    return path


def shipped() -> str:
    path = builtin("after-sales")
    assert path is not None
    return path


def test_every_condition_of_the_policy_is_proved_here() -> None:
    gates = {gate.name: [one.id for one in gate.conditions] for gate in load_config(shipped()).policy.gates}
    assert gates == {**GATES, "commitments": ["commitments-met"]}


def test_every_condition_has_a_clause_says_why_and_is_locked() -> None:
    config = load_config(shipped())
    for gate in config.policy.gates:
        for one in gate.conditions:
            assert one.why and config.places["gates", gate.name, one.id].locked, one.id
            assert one.clause or gate.name == "commitments", one.id


def test_every_clause_is_told_in_both_languages_and_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    clauses = load_config(shipped()).policy.clauses
    assert [clause.id for clause in clauses if not (clause.text.get("en") and clause.text.get("zh-CN"))] == []
    assert main(["policy", "coverage", "--config", shipped()]) == 0
    assert f"{len(clauses)} clauses, {len(clauses)} with a check, 0 without" in capsys.readouterr().out


def test_the_seven_commitments_have_a_clause_each() -> None:
    clauses = load_config(shipped()).policy.clauses
    assert list("1234567") == sorted({clause.id.partition(".")[0] for clause in clauses})


@pytest.mark.parametrize("gate", GATES)
def test_alone_it_loads_without_a_warning_and_no_evidence_is_no_data(project: Project, gate: str) -> None:
    alone = project.judge(shipped(), gate, {})
    assert (alone.code, alone.errors) == (3, "")
    assert dict.fromkeys(GATES[gate], "no_data") == alone.outcomes


@pytest.mark.parametrize("alone", [True, False])
def test_how_many_clauses_are_kept_is_told_of_both_gates_or_is_no_data(project: Project, alone: bool) -> None:
    others = () if alone else ("--gate", "release", "--gate", "programme")
    good = judged(project, "commitments", options=others)
    assert ("no_data", 3) if alone else ("passed", 0) == (good.outcomes["commitments-met"], good.code)


@pytest.mark.parametrize("gate", GATES)
def test_good_evidence_on_the_line_passes_every_condition(project: Project, gate: str) -> None:
    good = judged(project, gate)
    assert (good.code, good.errors) == (0, "")
    assert dict.fromkeys(GATES[gate], "passed") == good.outcomes


@pytest.mark.parametrize("name", RED)
def test_it_can_go_red(project: Project, name: str) -> None:
    (gate,) = (gate for gate, names in GATES.items() if name in names)
    bad = judged(project, gate, RED[name])
    assert ("failed", 1) == (bad.outcomes[name], bad.code)
    others = {one for one, outcome in bad.outcomes.items() if outcome == "failed"} - {name}
    assert others <= {"documents-complete"}, "a document that was not reviewed is not complete either"


@pytest.mark.parametrize(("name", "without"), SOURCES.items())
def test_it_never_passes_without_data(project: Project, name: str, without: str) -> None:
    (gate,) = (gate for gate, names in GATES.items() if name in names)
    none = judged(project, gate, without=without)
    assert none.outcomes[name] in {"no_data", "failed"}
    assert none.code in {1, 3}


def test_without_any_retrospective_there_is_no_data(project: Project) -> None:
    evidence = {**EVIDENCE, "retrospectives": {"files": "none/*.md", "read": "retrospectives"}}
    none = judged(project, "programme", evidence=evidence)
    assert ("no_data", "no_data") == (none.outcomes["retrospectives"], none.outcomes["actions"])


def test_a_month_of_the_contract_whose_record_is_deleted_does_not_pass(project: Project) -> None:
    left = {"files": "quality/retrospectives/2026-09.md", "read": "retrospectives"}
    evidence = {**EVIDENCE, "retrospectives": left}
    found = judged(project, "programme", evidence=evidence, anchors={"contract_start": "2026-01-10"})
    assert "failed" == found.outcomes["retrospectives"]


def test_a_clause_that_nobody_answers_for_does_not_pass(project: Project) -> None:
    files = {"quality/responsibilities.yml": responsibilities(CLAUSES[:-1])}
    assert judged(project, "programme", files).outcomes["responsibilities"] == "failed"


def test_one_late_answer_of_ten_keeps_nine_in_ten(project: Project) -> None:
    late = {"quality/tickets.jsonl": tickets(hours=(5, *(24, 4) * 4, 24))}
    assert judged(project, "programme", late).outcomes["first-response"] == "passed"


def test_together_with_the_release_policy_both_hold(project: Project) -> None:
    extends = ["builtin:release", "builtin:after-sales"]
    both = judged(project, "release", extends=extends)
    assert {*GATES["release"], "regression-failures", "reports-readable"} <= set(both.outcomes)
    assert {one: both.outcomes[one] for one in GATES["release"]} == dict.fromkeys(GATES["release"], "passed")


def looser() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every condition with each change that asks for less."""
    for gate in load_config(shipped()).policy.gates:
        for one in gate.conditions:
            bound: dict[str, Any] = {"at_least": 0} if one.bound.at_least is not None else {"at_most": 10**6}
            if one.metric.unit.value == "ratio":
                bound = {key: f"{min(value, 99)}%" for key, value in bound.items()}
            kept = {"where": dict(one.where), "each": one.each, "within": one.within}
            kept = {key: value for key, value in kept.items() if value}
            yield gate.name, {"id": one.id, "metric": one.metric.name, **kept, **bound}


@pytest.mark.parametrize(
    ("gate", "row"), list(looser()), ids=lambda value: value["id"] if isinstance(value, dict) else ""
)
def test_no_condition_can_be_loosened(project: Project, gate: str, row: Mapping[str, Any]) -> None:
    again = project.judge(policy(project, gates={gate: [row]}), gate, {})
    assert (again.code, again.outcomes) == (2, {})
    assert f"{row['id']} is locked in builtin:after-sales" in again.errors


def test_the_targets_of_the_contract_cannot_be_changed(project: Project) -> None:
    support = {"team": ["lin"], "targets": {"urgent": {"first_response": "40h"}}}
    again = project.judge(policy(project, support=support), "programme", {})
    assert 2 == again.code
    assert "builtin:after-sales locks what it promises of support: urgent: first_response must stay" in again.errors


def test_before_the_first_whole_period_of_the_contract_its_conditions_are_told_and_block_nothing(
    project: Project,
) -> None:
    none = {
        name: {"files": "none/*", "read": EVIDENCE[name]["read"]} for name in ("trainings", "surveys", "retrospectives")
    }
    young = judged(project, "programme", evidence={**EVIDENCE, **none}, anchors={"contract_start": "2026-10-01"})
    told = {"trainings", "training-pass-rate", "surveys", "satisfaction", "retrospectives", "actions"}
    assert told == {name for name, outcome in young.outcomes.items() if outcome == "warned"}
    grown = policy(project, evidence={**EVIDENCE, **none}, anchors={"contract_start": "2025-10-01"})
    old = project.judge(grown, "programme", {})
    assert told == {name for name, outcome in old.outcomes.items() if outcome == "no_data"}


@pytest.mark.parametrize(("last", "outcome"), [("2026-05-31", "passed"), ("2026-06-01", "failed")])
def test_trainings_are_counted_by_the_years_of_the_contract(project: Project, last: str, outcome: str) -> None:
    held = {"quality/trainings.yml": trainings(days=("2025-06-01", "2025-12-31", last))}
    found = judged(project, "programme", held, anchors={"contract_start": "2025-06-01"})
    assert outcome == found.outcomes["trainings"]


def test_a_clause_may_be_repeated_with_its_owner_and_its_day(project: Project) -> None:
    clause = {"text": {"en": "Answered in time.", "zh-CN": "按时响应。"}, "owner": "p-1", "due": "2026-03-01"}
    clauses = {one.id: one for one in load_config(str(policy(project, clauses={"1.1": clause}))).policy.clauses}
    assert ("p-1", "2026-03-01") == (clauses["1.1"].owner, str(clauses["1.1"].due))
    assert len(load_config(shipped()).policy.clauses) == len(clauses)


def test_the_head_of_the_file_names_every_kind_of_evidence() -> None:
    head = Path(shipped()).read_text(encoding="utf-8").partition("version: 1")[0]
    kinds = {entry["read"] for entry in EVIDENCE.values()} - {"junit", "reviews", "retrospectives"}
    assert [kind for kind in (*sorted(kinds), "channels") if kind not in head] == []
