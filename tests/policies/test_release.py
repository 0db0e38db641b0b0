"""``builtin:release``: each condition holds on good evidence, goes red on bad, and never passes on none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from qualitygate.config.inheritance import builtin
from qualitygate.pipeline import load_config

from .conftest import Project, Reports, report

SUITES = {"unit": "unit.xml", "integration": "integration.xml", "regression": "regression.xml"}
GOOD: Reports = {"unit": report(passed=40), "integration": report(passed=30), "regression": report(passed=25)}

RED: Mapping[str, tuple[Reports, str]] = {
    "defect-rate": ({"unit": report(passed=38, failed=2)}, "failed"),
    "unit-executed": ({"unit": report(skipped=40)}, "failed"),
    "integration-executed": ({"integration": report(skipped=30)}, "failed"),
    "regression-executed": ({"regression": report(skipped=25)}, "failed"),
    "regression-failures": ({"regression": report(passed=24, failed=1)}, "failed"),
    "regression-errors": ({"regression": report(passed=24, errored=1)}, "failed"),
    "blocking-failures": ({"unit": report(passed=39, failed=1)}, "warned"),
    "flaky": ({"unit": report(passed=39, flaky=1)}, "warned"),
    "reports-missing": ({"integration": None}, "failed"),
    "reports-readable": ({"integration": report(passed=30)[:-5]}, "failed"),
    "reports-consistent": ({"integration": report(passed=30, tests=31)}, "warned"),
}
NO_DATA: Mapping[str, tuple[Reports, str]] = {
    "defect-rate": ({"unit": report(skipped=40)}, "no_data"),
    "unit-executed": ({"unit": None}, "no_data"),
    "integration-executed": ({"integration": None}, "no_data"),
    "regression-executed": ({"regression": None}, "no_data"),
    "regression-failures": ({"regression": report()}, "no_data"),
    "regression-errors": ({"regression": report(skipped=25)}, "no_data"),
    "blocking-failures": ({"unit": ""}, "warned"),
    "flaky": ({"unit": None}, "warned"),
}
WITHOUT_EVIDENCE = {"blocking-failures": "warned", "flaky": "warned", "reports-consistent": "warned"}
"""What each condition becomes where no evidence is declared, unless it is no data."""

LOCKED: Mapping[str, Mapping[str, Any]] = {
    "defect-rate": {"metric": "tests.defect_rate", "below": "5%", "each": "suite"},
    "unit-executed": {"metric": "tests.executed", "at_least": 1, "where": {"suite": "unit"}},
    "integration-executed": {"metric": "tests.executed", "at_least": 1, "where": {"suite": "integration"}},
    "regression-executed": {"metric": "tests.executed", "at_least": 1, "where": {"suite": "regression"}},
    "regression-failures": {"metric": "tests.failed", "at_most": 0, "where": {"suite": "regression"}},
    "regression-errors": {"metric": "tests.errored", "at_most": 0, "where": {"suite": "regression"}},
    "reports-missing": {"metric": "reports.missing", "at_most": 0, "each": "suite"},
    "reports-readable": {"metric": "reports.parse_errors", "at_most": 0, "each": "suite"},
}


def condition(name: str, **changes: Any) -> dict[str, Any]:
    """The locked condition of that id, changed; a change to ``None`` takes a key away."""
    changed = {"id": name, **LOCKED[name], **changes}
    return {key: value for key, value in changed.items() if value is not None}


def test_every_condition_of_the_policy_is_proved_here() -> None:
    path = builtin("release")
    assert path is not None
    (gate,) = load_config(path).policy.gates
    assert [one.id for one in gate.conditions] == list(RED)


def test_every_condition_says_why_it_stands_there() -> None:
    path = builtin("release")
    assert path is not None
    (gate,) = load_config(path).policy.gates
    assert [one.id for one in gate.conditions if not one.why] == []


def test_all_but_known_and_flaky_tests_are_judged_suite_by_suite() -> None:
    path = builtin("release")
    assert path is not None
    (gate,) = load_config(path).policy.gates
    whole = [one.id for one in gate.conditions if one.each != "suite" and "suite" not in one.where]
    assert whole == ["blocking-failures", "flaky"]


def test_alone_it_loads_without_a_warning_and_no_evidence_is_no_data(project: Project) -> None:
    path = builtin("release")
    assert path is not None
    judged = project.judge(path, "release", {})
    assert (judged.code, judged.errors) == (3, "")
    assert {name: WITHOUT_EVIDENCE.get(name, "no_data") for name in RED} == judged.outcomes


def test_good_evidence_passes_every_condition(project: Project) -> None:
    judged = project.judge(project.policy("release", SUITES), "release", GOOD)
    assert (judged.code, judged.errors) == (0, "")
    assert dict.fromkeys(RED, "passed") == judged.outcomes


@pytest.mark.parametrize(("name", "bad", "outcome"), [(name, *case) for name, case in RED.items()], ids=list(RED))
def test_it_can_go_red(project: Project, name: str, bad: Reports, outcome: str) -> None:
    judged = project.judge(project.policy("release", SUITES), "release", {**GOOD, **bad})
    assert outcome == judged.outcomes[name]
    assert (1 if "failed" in judged.outcomes.values() else 0) == judged.code


@pytest.mark.parametrize(
    ("name", "none", "outcome"), [(name, *case) for name, case in NO_DATA.items()], ids=list(NO_DATA)
)
def test_it_never_passes_without_data(project: Project, name: str, none: Reports, outcome: str) -> None:
    judged = project.judge(project.policy("release", SUITES), "release", {**GOOD, **none})
    assert outcome == judged.outcomes[name]
    assert judged.code in {1, 3}


def test_one_failure_in_forty_is_below_the_ceiling(project: Project) -> None:
    judged = project.judge(project.policy("release", SUITES), "release", {**GOOD, "unit": report(passed=39, failed=1)})
    assert judged.outcomes["defect-rate"] == "passed"


def test_a_good_suite_does_not_hide_a_bad_one(project: Project) -> None:
    reports = {**GOOD, "unit": report(passed=4000), "integration": report(passed=28, failed=2)}
    judged = project.judge(project.policy("release", SUITES), "release", reports)
    assert judged.outcomes["defect-rate"] == "failed"


def test_a_suite_that_nobody_declares_is_no_data(project: Project) -> None:
    suites = {name: files for name, files in SUITES.items() if name != "regression"}
    judged = project.judge(project.policy("release", suites), "release", GOOD)
    assert judged.code == 3
    expected = {"regression-executed", "regression-failures", "regression-errors"}
    assert expected == {name for name, outcome in judged.outcomes.items() if outcome == "no_data"}


def looser() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every locked condition with each change that asks for less, or for something else."""
    for name, written in LOCKED.items():
        yield name, {"severity": "warning"}
        yield name, {"on_missing": "warn"}
        yield name, {"on_missing": "ignore"}
        if "below" in written:
            yield name, {"below": "5.01%"}
            yield name, {"below": None, "at_most": "5%"}
            yield name, {"min_sample": 100}
        elif "at_most" in written:
            yield name, {"at_most": 1}
        else:
            yield name, {"at_least": None, "at_most": 1_000}
        if "each" in written:
            yield name, {"each": None}
        else:
            yield name, {"where": None}


@pytest.mark.parametrize(("name", "changes"), list(looser()), ids=str)
def test_a_locked_condition_cannot_be_loosened(project: Project, name: str, changes: dict[str, Any]) -> None:
    judged = project.judge(project.policy("release", SUITES, condition(name, **changes)), "release", GOOD)
    assert (judged.code, judged.outcomes) == (2, {})
    assert f"{name} is locked in builtin:release" in judged.errors


def test_a_locked_ceiling_can_be_lowered(project: Project) -> None:
    policy = project.policy("release", SUITES, condition("defect-rate", below="1%"))
    judged = project.judge(policy, "release", {**GOOD, "unit": report(passed=98, failed=2)})
    assert (judged.code, judged.outcomes["defect-rate"]) == (1, "failed")


def test_a_locked_minimum_can_be_raised(project: Project) -> None:
    policy = project.policy("release", SUITES, condition("unit-executed", at_least=41))
    assert project.judge(policy, "release", GOOD).outcomes["unit-executed"] == "failed"


def test_known_failures_may_be_allowed_by_name_only(project: Project) -> None:
    record = {
        "test": "c::t39",
        "owner": "lin",
        "issue": "SHOP-1",
        "reason": "known",
        "added": "2026-11-01",
        "expires": "2026-11-23",
    }
    (project.folder / "quality").mkdir()
    register = "".join(f"{'- ' if key == 'test' else '  '}{key}: {value}\n" for key, value in record.items())
    (project.folder / "quality/quarantine.yml").write_text(register, encoding="utf-8")
    policy = project.policy("release", SUITES)
    assert project.judge(policy, "release", {**GOOD, "unit": report(passed=39, failed=1)}).code == 0
    assert project.judge(policy, "release", {**GOOD, "unit": report(passed=38, failed=1, errored=1)}).code == 1


def test_what_is_not_locked_can_be_loosened(project: Project) -> None:
    loose = {"id": "blocking-failures", "metric": "tests.blocking_failures", "at_most": 1}
    judged = project.judge(
        project.policy("release", SUITES, loose), "release", {**GOOD, "unit": report(passed=39, failed=1)}
    )
    assert (judged.code, judged.outcomes["blocking-failures"]) == (0, "passed")
