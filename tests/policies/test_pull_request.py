"""``builtin:pull-request``: each condition holds on good evidence, goes red on bad, and never passes on none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from qualitygate.config.inheritance import builtin
from qualitygate.pipeline import load_config

from .conftest import Project, Reports, report

GATE = "pull-request"
SUITES = {"unit": "unit.xml", "web": "web.xml"}
GOOD: Reports = {"unit": report(passed=40), "web": report(passed=30)}

RED: Mapping[str, tuple[Reports, str]] = {
    "new-failures": ({"unit": report(passed=39, failed=1)}, "failed"),
    "newly-skipped": ({"unit": report(passed=39, skipped=1)}, "warned"),
    "removed": ({"web": report(passed=29)}, "warned"),
    "defect-rate": ({"unit": report(passed=38, errored=2)}, "failed"),
    "reports-missing": ({"web": None}, "failed"),
    "reports-readable": ({"web": report(passed=30)[:-5]}, "failed"),
    "reports-consistent": ({"web": report(passed=30, tests=31)}, "warned"),
}
NO_DATA: Mapping[str, tuple[Reports, str]] = {
    "new-failures": ({"unit": None}, "no_data"),
    "newly-skipped": ({"unit": ""}, "warned"),
    "removed": ({"unit": report(skipped=40)}, "warned"),
    "defect-rate": ({"unit": report()}, "no_data"),
}
NEEDS_BASELINE = {"new-failures": "no_data", "newly-skipped": "warned", "removed": "warned"}
WITHOUT_EVIDENCE = {"newly-skipped": "warned", "removed": "warned", "reports-consistent": "warned"}
"""What each condition becomes where no evidence is declared, unless it is no data."""

LOCKED: Mapping[str, Mapping[str, Any]] = {
    "new-failures": {"metric": "tests.new_failures", "at_most": 0, "each": "suite"},
    "reports-missing": {"metric": "reports.missing", "at_most": 0, "each": "suite"},
    "reports-readable": {"metric": "reports.parse_errors", "at_most": 0, "each": "suite"},
}


def looser() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every locked condition with each change that asks for less, or for something else."""
    for name in LOCKED:
        yield name, {"severity": "warning"}
        yield name, {"on_missing": "warn"}
        yield name, {"at_most": 1}
        yield name, {"each": None}


@pytest.fixture
def baseline(project: Project) -> tuple[str, str]:
    """The options that compare with the good evidence."""
    path = project.folder / "baseline.jsonl"
    project.judge(project.policy(GATE, SUITES), GATE, GOOD, "--output", f"snapshot={path}")
    return "--baseline", str(path)


def test_every_condition_of_the_policy_is_proved_here() -> None:
    path = builtin(GATE)
    assert path is not None
    (gate,) = load_config(path).policy.gates
    assert [one.id for one in gate.conditions] == list(RED)


def test_every_condition_says_why_it_stands_there() -> None:
    path = builtin(GATE)
    assert path is not None
    (gate,) = load_config(path).policy.gates
    assert [one.id for one in gate.conditions if not one.why] == []


def test_every_condition_is_judged_suite_by_suite() -> None:
    path = builtin(GATE)
    assert path is not None
    (gate,) = load_config(path).policy.gates
    assert [one.id for one in gate.conditions if one.each != "suite"] == []


def test_alone_it_loads_without_a_warning_and_no_evidence_is_no_data(project: Project) -> None:
    path = builtin(GATE)
    assert path is not None
    judged = project.judge(path, GATE, {})
    assert (judged.code, judged.errors) == (3, "")
    assert {name: WITHOUT_EVIDENCE.get(name, "no_data") for name in RED} == judged.outcomes


def test_what_equals_the_baseline_passes_every_condition(project: Project, baseline: tuple[str, str]) -> None:
    judged = project.judge(project.policy(GATE, SUITES), GATE, GOOD, *baseline)
    assert (judged.code, judged.errors) == (0, "")
    assert dict.fromkeys(RED, "passed") == judged.outcomes


def test_without_a_baseline_new_failures_are_no_data_and_block(project: Project) -> None:
    judged = project.judge(project.policy(GATE, SUITES), GATE, GOOD)
    assert judged.code == 3
    assert {name: NEEDS_BASELINE.get(name, "passed") for name in RED} == judged.outcomes


@pytest.mark.parametrize(("name", "bad", "outcome"), [(name, *case) for name, case in RED.items()], ids=list(RED))
def test_it_can_go_red(project: Project, baseline: tuple[str, str], name: str, bad: Reports, outcome: str) -> None:
    judged = project.judge(project.policy(GATE, SUITES), GATE, {**GOOD, **bad}, *baseline)
    assert outcome == judged.outcomes[name]
    assert (1 if "failed" in judged.outcomes.values() else 0) == judged.code


@pytest.mark.parametrize(
    ("name", "none", "outcome"), [(name, *case) for name, case in NO_DATA.items()], ids=list(NO_DATA)
)
def test_it_never_passes_without_data(
    project: Project, baseline: tuple[str, str], name: str, none: Reports, outcome: str
) -> None:
    judged = project.judge(project.policy(GATE, SUITES), GATE, {**GOOD, **none}, *baseline)
    assert outcome == judged.outcomes[name]
    assert judged.code in {1, 3}


def test_a_failure_that_was_there_before_is_not_new(project: Project) -> None:
    policy, path = project.policy(GATE, SUITES), project.folder / "baseline.jsonl"
    reports = {**GOOD, "unit": report(passed=39, failed=1)}
    assert project.judge(policy, GATE, reports, "--output", f"snapshot={path}").code == 3
    judged = project.judge(policy, GATE, reports, "--baseline", str(path))
    assert (judged.code, judged.outcomes["new-failures"]) == (0, "passed")


def test_a_new_test_that_fails_is_a_new_failure(project: Project, baseline: tuple[str, str]) -> None:
    judged = project.judge(project.policy(GATE, SUITES), GATE, {**GOOD, "unit": report(passed=40, failed=1)}, *baseline)
    assert (judged.code, judged.outcomes["new-failures"]) == (1, "failed")


def test_a_suite_that_vanished_from_policy_and_reports_counts_as_removed(
    project: Project, baseline: tuple[str, str]
) -> None:
    judged = project.judge(project.policy(GATE, {"unit": "unit.xml"}), GATE, GOOD, *baseline)
    assert (judged.code, judged.outcomes["removed"]) == (0, "warned")


@pytest.mark.parametrize(("name", "changes"), list(looser()), ids=str)
def test_a_locked_condition_cannot_be_loosened(project: Project, name: str, changes: dict[str, Any]) -> None:
    changed = {key: value for key, value in {"id": name, **LOCKED[name], **changes}.items() if value is not None}
    judged = project.judge(project.policy(GATE, SUITES, changed), GATE, GOOD)
    assert (judged.code, judged.outcomes) == (2, {})
    assert f"{name} is locked in builtin:pull-request" in judged.errors


def test_what_is_not_locked_can_be_loosened(project: Project, baseline: tuple[str, str]) -> None:
    loose = {"id": "defect-rate", "metric": "tests.defect_rate", "at_most": "5%", "each": "suite"}
    policy = project.policy(GATE, SUITES, loose)
    judged = project.judge(policy, GATE, {**GOOD, "unit": report(passed=38, failed=2)}, *baseline)
    assert judged.outcomes["defect-rate"] == "passed"
