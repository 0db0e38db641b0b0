"""``policy simulate``: what was kept of the past, judged by another policy, and where nobody can tell."""

from __future__ import annotations

import json

import jsonschema
import pytest

from qualitygate.config import schemas
from tests.cli.conftest import POLICY, Project

NOW = "2026-11-22T09:00:00Z"


def keep(project: Project, day: str, *, passed: int, failed: int, form: str = "pack") -> str:
    """A release of a day, kept as a pack or as a verdict."""
    project.report(passed=passed, failed=failed)
    name = f"kept/{day}.{'zip' if form == 'pack' else 'json'}"
    now = ("--now", f"{day}T09:00:00Z")
    if form == "pack":
        assert 0 == project.run("evidence", "pack", *now, "-o", name), project.err
    else:
        project.run("check", *now, "--output", f"json={name}")
    return name


def simulate(project: Project, *arguments: str, policy: str = "new.yml") -> int:
    return project.run("policy", "simulate", *(arguments or ("kept",)), "--policy", policy, "--now", NOW)


@pytest.fixture(params=["pack", "verdict"])
def kept(project: Project, request: pytest.FixtureRequest) -> Project:
    """Three releases: two that passed, one that did not; then nothing but what was kept is left."""
    project.write("qualitygate.yml", POLICY.replace("tests.failed, at_most: 0", "tests.failed, at_most: 3"))
    for day, failed in (("2026-08-01", 0), ("2026-10-01", 2), ("2026-11-01", 9)):
        keep(project, day, passed=91, failed=failed, form=request.param)
    (project.folder / "unit.xml").unlink()
    return project


def test_a_stricter_policy_would_have_failed_some_that_passed(kept: Project) -> None:
    kept.write("new.yml", POLICY)

    assert 0 == simulate(kept), kept.out + kept.err
    lines = kept.out.splitlines()
    assert lines[0].startswith("passed → failed  kept/2026-10-01.")
    assert lines[1].startswith("        failed  tests.failed  2 failed tests, at most 0")
    assert lines[-1] == (
        "3 verdicts: 1 would have failed, 0 would have had no data, 0 would have passed, 2 the same, 0 not judged"
    )
    assert 1 == simulate(kept, "kept", "--exit-code")


def test_a_milder_policy_would_have_let_some_pass(kept: Project) -> None:
    kept.write("new.yml", POLICY.replace("at_most: 0", "at_most: 9").replace("below: 5%", "at_most: 9%"))

    assert 0 == simulate(kept, "kept", "--exit-code")
    assert "failed → passed  kept/2026-11-01." in kept.out
    assert "0 would have failed, 0 would have had no data, 1 would have passed, 2 the same" in kept.out


@pytest.mark.parametrize(
    ("since", "count"), [("90d", 2), ("30d", 1), ("2026-10-01", 2), ("2026-10-02", 1), ("2026-10-01T10:00:00Z", 1)]
)
def test_what_is_older_is_left_out(kept: Project, since: str, count: int) -> None:
    kept.write("new.yml", POLICY)

    assert 0 == simulate(kept, "kept", "--since", since)
    assert f"{count} verdict" in kept.out.splitlines()[-1]


def test_what_was_not_measured_then_is_no_data_and_says_so(kept: Project) -> None:
    kept.write("new.yml", POLICY.replace("unit.xml", "other/*.xml") + "    - {metric: tests.skipped, at_most: 0}\n")

    assert 0 == simulate(kept)
    assert "passed → no-data  kept/2026-08-01." in kept.out
    if "2026-08-01.zip" in kept.out:
        why = "the pack holds nothing of other/*.xml: the policy of then asked for other files"
    else:
        why = "the verdict has no tests.skipped"
    assert why in kept.out


def test_the_json_is_what_its_schema_says(kept: Project) -> None:
    kept.write("new.yml", POLICY)

    assert 0 == simulate(kept, "kept", "--format", "json")
    told = json.loads(kept.out)
    jsonschema.validate(told, schemas.schema("policy-simulation"))
    assert {"would_fail": 1, "would_have_no_data": 0, "would_pass": 0, "same": 2, "not_judged": 0} == told["counts"]
    assert ["2026-08-01", "2026-10-01", "2026-11-01"] == [each["at"][:10] for each in told["kept"]]


def test_a_policy_with_none_of_the_gates_of_then_judges_nothing(kept: Project) -> None:
    kept.write("new.yml", POLICY.replace("release:", "nightly:"))

    assert 3 == simulate(kept)
    assert "it was judged by the gates release, and the policy has nightly" in kept.out
    assert 0 == simulate(kept, "kept", "--gate", "nightly")
    assert 2 == simulate(kept, "kept", "--gate", "nighty")


def test_the_same_policy_gives_the_same(project: Project) -> None:
    keep(project, "2026-11-01", passed=9, failed=1)

    assert 0 == simulate(project, policy="qualitygate.yml")
    assert "0 would have failed, 0 would have had no data, 0 would have passed, 1 the same" in project.out


def test_what_was_changed_or_is_nothing_kept_is_not_judged(project: Project) -> None:
    name = keep(project, "2026-11-01", passed=9, failed=1)
    broken = bytearray((project.folder / name).read_bytes())
    broken[60] ^= 1
    (project.folder / name).write_bytes(bytes(broken))
    project.write("kept/other.json", "{}")

    assert 3 == simulate(project, policy="qualitygate.yml")
    assert "NOT JUDGED  kept/2026-11-01.zip" in project.out
    assert "NOT JUDGED  kept/other.json" in project.out
    assert "0 the same, 2 not judged" in project.out


def test_a_verdict_does_not_say_of_which_time_or_of_what_a_number_is(project: Project) -> None:
    keep(project, "2026-11-01", passed=91, failed=0, form="verdict")
    for rule, says in (
        ("{metric: tests.failed, at_most: 0, within: month}", "does not say of which time its numbers are"),
        ("{metric: tests.failed, at_most: 0, each: suite}", "the verdict has no tests.failed of each suite"),
        ("{metric: tests.failed, at_most: 0, where: {suite: unit}}", "the verdict has no tests.failed [suite=unit]"),
        ("{metric: training.sessions, at_least: 3}", "does not say of which time its numbers are"),
    ):
        project.write("new.yml", f"version: 1\nevidence: {{unit: {{files: unit.xml}}}}\ngates: {{release: [{rule}]}}\n")
        assert 0 == simulate(project), project.err
        assert says in project.out


def test_nothing_kept_is_nothing_told(project: Project) -> None:
    (project.folder / "kept").mkdir()
    assert 3 == simulate(project, policy="qualitygate.yml")
    assert "nothing is kept of that time" in project.out


@pytest.mark.parametrize("since", ["soon", "2026-13-01", "90"])
def test_a_time_that_is_none_is_refused(project: Project, since: str) -> None:
    keep(project, "2026-11-01", passed=9, failed=0, form="verdict")
    assert 2 == simulate(project, "kept", "--since", since, policy="qualitygate.yml")
    assert "write it like 90d or 2026-09-01" in project.err
