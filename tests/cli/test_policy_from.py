"""A change is judged by the policy of the branch it goes to."""

from __future__ import annotations

import json
import os

import pytest

from tests.checkout import Checkout

from .conftest import POLICY, Project

NOW = ("--now", "2026-11-22T10:00:00Z")


@pytest.fixture
def loosened(project: Project, monkeypatch: pytest.MonkeyPatch) -> tuple[Project, Checkout]:
    """A branch that allows itself the failure it has."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    checkout = Checkout(project.folder)
    project.write("qualitygate.yml", POLICY)
    checkout.commit()
    checkout.branch()
    project.write("qualitygate.yml", POLICY.replace("at_most: 0", "at_most: 9").replace("below: 5%", "below: 50%"))
    project.report(passed=5, failed=1)
    checkout.commit()
    return project, checkout


def test_a_branch_cannot_loosen_the_gate_that_judges_it(loosened) -> None:
    project, _ = loosened
    assert (0, 1) == (project.run("check", *NOW), project.run("check", "--policy-from", "main", *NOW))
    assert "1 failed test, at most 0" in project.out


def test_the_verdict_is_that_of_the_policy_in_a_checkout_of_the_ref(loosened) -> None:
    project, checkout = loosened
    project.run("check", "--policy-from", "main", "--format", "json", *NOW)
    told = json.loads(project.out)
    checkout.git("checkout", "--quiet", "main", "--", "qualitygate.yml")
    project.run("check", "--format", "json", *NOW)
    assert json.loads(project.out) == told


def test_measure_asks_what_the_policy_of_the_ref_asks(loosened) -> None:
    project, _ = loosened
    project.write("qualitygate.yml", "no policy at all")
    assert 0 == project.run("measure", "--policy-from", "main", *NOW)
    assert "tests.failed [suite=unit]" in project.out


def test_an_unknown_ref_ends_with_the_code_of_configuration(loosened) -> None:
    project, _ = loosened
    assert 2 == project.run("check", "--policy-from", "mian", *NOW)
    assert "error[unknown-ref]: git knows no mian here   help: did you mean main?" in project.err


def test_a_ref_that_a_workflow_left_empty_is_not_the_work_tree(loosened) -> None:
    project, _ = loosened
    assert 2 == project.run("check", "--policy-from", "", *NOW)


def test_no_output_is_written_over_the_policy_of_the_work_tree(loosened) -> None:
    project, _ = loosened
    assert 2 == project.run("check", "--policy-from", "main", "--output", "json=qualitygate.yml", *NOW)
    assert "is read by this run" in project.err
