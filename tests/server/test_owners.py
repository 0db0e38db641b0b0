"""The policy of an owner, which counts in all repositories of theirs that the App judges."""

from __future__ import annotations

import pytest

from qualitygate.server import policy
from qualitygate.server.policy import gates
from tests.action.conftest import POLICY, junit
from tests.github.double.github import GitHub
from tests.server.shop import Shop

LOCKED = """\
version: 1
name: acme
gates:
  pull-request:
    - {id: failures, metric: tests.failed, at_most: 0, locked: true}
    - {id: many, metric: tests.executed, at_least: 2}
  release:
    - {id: released, metric: tests.failed, at_most: 0, locked: true}
"""
WHOLE = LOCKED + "evidence:\n  unit: {files: reports/unit.xml}\n"
OWN = "version: 1\nname: shop\nevidence:\n  unit: {files: reports/unit.xml}\n"
LOOSER = OWN + "gates:\n  pull-request:\n    - {id: failures, metric: tests.failed, at_most: 5}\n"
GOOD = {"unit.xml": junit()}
BAD = {"unit.xml": junit(failed=1)}


def owned(github: GitHub, policy: str, name: str = "qualitygate.yml", *, private: bool = False, **more: str) -> None:
    theirs = github.repository("acme/.github", private=private)
    files = {name: policy.encode(), **{path: text.encode() for path, text in more.items()}}
    theirs.commit(branch="main", files=files)  # type: ignore[arg-type]  # no file is taken away


def judged(shop: Shop, reports: dict[str, str] = GOOD) -> tuple[str | None, str | None]:
    shop.tell(shop.run(shop.pull(), reports=reports))
    return (shop.check.conclusion, shop.check.title) if shop.shop.check_runs else (None, None)


@pytest.mark.parametrize("name", ["qualitygate.yml", ".github/qualitygate.yml"])
def test_a_repository_inherits_what_its_owner_asks_for(github: GitHub, name: str) -> None:
    owned(github, LOCKED, name)
    assert ("failure", "FAIL: tests.failed 1 failed test, at most 0") == judged(Shop(github, OWN), BAD)
    assert "shop" in github.repository("acme/shop").check_runs[0].summary


def test_what_is_locked_there_cannot_be_loosened(github: GitHub) -> None:
    owned(github, LOCKED)
    shop = Shop(github, LOOSER)
    assert ("failure", "The gate could not be judged") == judged(shop)
    assert "failures is locked in acme/.github" in shop.check.summary.replace("\\", "")


def test_it_may_be_tightened_and_what_is_not_locked_changed(github: GitHub) -> None:
    owned(github, LOCKED)
    more = "gates:\n  pull-request:\n    - {id: many, metric: tests.executed, at_least: 1}\n"
    one = {"unit.xml": junit(passed=1)}
    assert ("success", "PASS: 2 passed") == judged(Shop(github, OWN + more), one)


def test_a_built_in_policy_that_both_extend_is_taken_once(github: GitHub) -> None:
    owned(github, "version: 1\nextends: builtin:pull-request\n" + LOCKED.removeprefix("version: 1\n"))
    shop = Shop(github, f"extends: builtin:pull-request\n{OWN}")
    judged(shop)
    assert "could not be judged" not in (shop.check.title or "")


def test_a_repository_without_a_policy_has_the_owners_where_that_declares_evidence(github: GitHub) -> None:
    owned(github, WHOLE)
    shop = Shop(github, None)
    assert "failure" == judged(shop, BAD)[0]
    assert "FAIL: acme" in shop.check.summary


@pytest.mark.parametrize("policy", [LOCKED, "version: [\n", "just text\n"])
def test_and_is_left_alone_where_it_does_not_or_is_wrong(github: GitHub, policy: str) -> None:
    owned(github, policy)
    assert (None, None) == judged(Shop(github, None), BAD)


def test_waivers_are_those_of_the_repository_itself(github: GitHub) -> None:
    owned(github, WHOLE, **{"quality/waivers.yml": "- nonsense\n"})
    shop = Shop(github, None)
    record = (
        "- {id: W-1, gate: pull-request, metric: tests.failed, reason: It is repaired in the next version,"
        " requested_by: ann, approved_by: bo, created: 2026-11-01, expires: 2026-12-01}\n"
    )
    shop.shop.commit(branch="main", files={"quality/waivers.yml": record.encode()})
    assert "success" == judged(shop, BAD)[0]


def test_a_policy_of_the_owner_that_is_wrong_is_told_where_the_verdict_would_be(github: GitHub) -> None:
    owned(github, LOCKED.replace("tests.failed", "tests.fialed"))
    shop = Shop(github, POLICY)
    assert ("failure", "The gate could not be judged") == judged(shop)
    assert "acme/.github:qualitygate.yml:" in shop.check.summary.replace("\\", "")


@pytest.mark.parametrize(
    "extends", ["../../../../etc/passwd", "/etc/passwd", "http://169.254.169.254/latest", "github:evil/evil//x.yml"]
)
def test_the_owners_policy_extends_nothing_of_this_machine_or_its_network(github: GitHub, extends: str) -> None:
    owned(github, f"extends: '{extends}'\n{LOCKED}")
    shop = Shop(github, POLICY)
    assert ("failure", "The gate could not be judged") == judged(shop)
    assert "root:" not in shop.check.summary


def test_it_extends_files_beside_it(github: GitHub) -> None:
    owned(github, "version: 1\nextends: parts/all.yml\n", **{"parts/all.yml": LOCKED})
    assert "failure" == judged(Shop(github, OWN), BAD)[0]


def test_another_owners_policy_does_not_count(github: GitHub) -> None:
    github.repository("evil/.github").commit(branch="main", files={"qualitygate.yml": WHOLE.encode()})
    assert (None, None) == judged(Shop(github, None), BAD)


def test_where_the_app_may_not_read_it_nothing_is_inherited(github: GitHub) -> None:
    owned(github, LOCKED, private=True)
    shop = Shop(github, POLICY)
    github.world.installations[0].repositories = {"acme/shop"}
    assert ("success", "PASS: 2 passed") == judged(shop)


def test_the_owners_repository_does_not_inherit_from_itself(github: GitHub) -> None:
    owned(github, WHOLE)
    shop = Shop(github, None)
    client = shop.clients.of(shop.installation)
    found = policy.found(client, "acme/.github", github.repository("acme/.github").head, "/nowhere")
    assert found is not None
    assert found.above is None


def test_a_gate_for_an_environment_does_not_take_the_place_of_one_that_is_locked(github: GitHub) -> None:
    owned(github, LOCKED)
    lax = OWN + "gates:\n  staging:\n    - {metric: tests.executed, at_least: 1}\n"
    shop = Shop(github, lax)
    client = shop.clients.of(shop.installation)
    found = policy.found(client, "acme/shop", shop.shop.head, "/nowhere")
    assert found is not None
    assert ("staging", "release") == gates(found.load(), ("staging", "release"))
    assert ("release",) == gates(found.load(), ("production", "release"))
    owned(github, LOCKED + "  staging:\n    - {id: s, metric: tests.failed, at_most: 9, locked: true}\n")
    found = policy.found(client, "acme/shop", shop.shop.head, "/nowhere")
    assert found is not None
    assert ("staging",) == gates(found.load(), ("staging", "release"))
