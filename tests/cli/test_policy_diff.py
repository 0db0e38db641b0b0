"""``policy diff``: what a branch makes of its own gate."""

from __future__ import annotations

import json
import os

import jsonschema
import pytest

from qualitygate.config.schemas import schema
from tests.checkout import Checkout

from .conftest import POLICY, Project

LOOSER = POLICY.replace("below: 5%", "below: 6%")
NOW = ("--now", "2026-11-22T10:00:00Z")


@pytest.fixture
def shop(project: Project, monkeypatch: pytest.MonkeyPatch) -> tuple[Project, Checkout]:
    """A checkout whose branch has loosened a bound."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    checkout = Checkout(project.folder)
    project.write("qualitygate.yml", POLICY)
    checkout.commit()
    checkout.branch()
    project.write("qualitygate.yml", LOOSER)
    checkout.commit()
    return project, checkout


def test_a_loosened_bound_is_told_with_its_place(shop) -> None:
    project, _ = shop
    assert 0 == project.run("policy", "diff", "main", *NOW)
    assert project.out == (
        "LOOSENED   tests.defect_rate in release: below 5 % → below 6 %\n"
        "           qualitygate.yml:7\n"
        "main → the work tree: 1 loosened\n"
    )


def test_two_refs_are_compared_whatever_lies_in_the_work_tree(shop) -> None:
    project, _ = shop
    project.write("qualitygate.yml", "no policy")
    assert 0 == project.run("policy", "diff", "feature", "main", "--exit-code", *NOW)
    assert "TIGHTENED  tests.defect_rate in release: below 6 % → below 5 %\n" in project.out
    assert "           qualitygate.yml:7\nfeature → main: 1 tightened\n" in project.out


@pytest.mark.parametrize(("base", "code"), [("main", 1), ("feature", 0)])
def test_the_exit_code_says_whether_something_is_loosened_where_it_is_asked(shop, base, code) -> None:
    project, _ = shop
    assert code == project.run("policy", "diff", base, "--exit-code", *NOW)
    assert 0 == project.run("policy", "diff", base, *NOW)


def test_the_same_is_told_to_be_the_same(shop) -> None:
    project, _ = shop
    project.run("policy", "diff", "feature", *NOW)
    assert "feature → the work tree: asks for the same\n" == project.out


def test_files_are_compared_and_a_file_wins_over_a_branch_of_its_name(shop) -> None:
    project, _ = shop
    project.write("main", LOOSER.replace("version: 1", "version: 1\nname: p"))
    project.write("other.yml", POLICY.replace("version: 1", "version: 1\nname: p"))
    project.run("policy", "diff", "other.yml", "main", *NOW)
    assert "LOOSENED   tests.defect_rate in release: below 5 % → below 6 %\n           main:8\n" in project.out


def test_the_policy_may_have_another_name_at_a_ref(shop) -> None:
    project, checkout = shop
    checkout.git("mv", "qualitygate.yml", "gate.yml")
    checkout.commit()
    project.write("gate.yml", POLICY)
    assert 0 == project.run("policy", "diff", "HEAD", "--config", "gate.yml", "--exit-code", *NOW)
    assert "HEAD → the work tree: 1 tightened" in project.out


def test_json_has_the_form_of_its_schema(shop) -> None:
    project, _ = shop
    project.write("qualitygate.yml", LOOSER.replace("at_most: 0}", "at_most: 0, where: {suite: unit}, owner: lin}"))
    project.run("policy", "diff", "main", "--format", "json", *NOW)
    told = json.loads(project.out)
    jsonschema.Draft7Validator(schema("policy-diff")).validate(told)
    assert {"loosened": 2, "changed": 1, "tightened": 0} == told["counts"]
    assert ("main", "the work tree") == (told["before"]["from"], told["after"]["from"])
    assert ["where", "upper bound", "owner"] == [change["key"] for change in told["changes"]]
    assert "it judges other measurements, which may be better" == told["changes"][0]["why"]
    assert ("qualitygate.yml", 6) == (told["changes"][0]["path"], told["changes"][0]["line"])


@pytest.mark.parametrize(
    "breakage", [{"schema_version": 2}, {"counts": {}}, {"changes": [{}]}, {"more": 1}, {"before": {"from": "x"}}]
)
def test_the_schema_refuses_another_form(shop, breakage) -> None:
    project, _ = shop
    project.run("policy", "diff", "main", "--format", "json", *NOW)
    told = {**json.loads(project.out), **breakage}
    assert not jsonschema.Draft7Validator(schema("policy-diff")).is_valid(told)


def test_json_without_a_change_has_its_form_too(shop) -> None:
    project, _ = shop
    project.run("policy", "diff", "feature", "--format", "json", *NOW)
    told = json.loads(project.out)
    jsonschema.Draft7Validator(schema("policy-diff")).validate(told)
    assert [] == told["changes"]


def test_markdown_is_a_list_in_which_nothing_of_the_policy_is_markup(shop) -> None:
    project, _ = shop
    hostile = POLICY.replace("at_most: 0}", 'at_most: 0, where: {suite: unit}, owner: "@acme <b>x</b>\\n::error::"}')
    project.write("qualitygate.yml", hostile)
    project.run("policy", "diff", "main", "--format", "markdown", *NOW)
    assert "**Policy** main → the work tree: 1 loosened, 1 changed\n\n- **loosened** " in project.out
    assert "_Cannot be told: it judges other measurements, which may be better._" in project.out
    assert "(qualitygate.yml\\:6)" in project.out
    assert "@acme" not in project.out
    assert "<b>" not in project.out


def test_text_of_the_policy_cannot_write_lines_of_its_own(shop) -> None:
    project, _ = shop
    project.write("qualitygate.yml", POLICY.replace("at_most: 0}", 'at_most: 0, owner: "x\\n::error::\\e[31m"}'))
    project.run("policy", "diff", "main", *NOW)
    assert 3 == len(project.out.splitlines())
    assert "\x1b" not in project.out


def test_an_exception_that_has_ended_by_now_loosens_nothing(shop) -> None:
    project, _ = shop
    project.write("qualitygate.yml", POLICY)
    project.write(
        "quality/waivers.yml",
        "- {id: W-1, gate: release, metric: tests.failed, reason: it is repaired on Friday, requested_by: ann,\n"
        "   approved_by: bo, created: 2026-11-01, expires: 2026-11-30}\n",
    )
    codes = (
        project.run("policy", "diff", "main", "--exit-code", "--now", f"2026-{day}T09:00:00Z")
        for day in ("11-30", "12-01")
    )
    assert [1, 0] == list(codes)
    assert "CHANGED    waiver W-1 on tests.failed in release: no waiver → until 2026-11-30\n" in project.out
    assert "           quality/waivers.yml:1\n" in project.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["mian"], "error[unknown-ref]: git knows no mian here   help: did you mean main?"),
        (["main", "--config", "gone.yml"], "error[no-config]: there is no policy main:gone.yml"),
        (["main", "feature^{tree}"], "error[unknown-ref]"),
    ],
)
def test_what_cannot_be_compared_ends_with_the_code_of_configuration(shop, arguments, said) -> None:
    project, _ = shop
    assert 2 == project.run("policy", "diff", *arguments, "--exit-code", *NOW)
    assert said in project.err


def test_a_policy_that_is_wrong_at_a_ref_is_told_with_its_place(shop) -> None:
    project, checkout = shop
    project.write("qualitygate.yml", POLICY.replace("at_most", "atmost"))
    checkout.commit()
    assert 2 == project.run("policy", "diff", "HEAD", *NOW)
    assert "  --> HEAD:qualitygate.yml:6:30\n" in project.err
