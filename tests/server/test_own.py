"""What a change makes of the policy itself, told by the App as by the action."""

from __future__ import annotations

import pytest

from qualitygate.server import own
from tests.action.conftest import POLICY, Workflow, junit, workflow
from tests.github.double.github import GitHub
from tests.server.shop import Shop
from tests.server.test_judging import at_no_time
from tests.server.test_owners import LOCKED, OWN, owned

__all__ = ["workflow"]

GOOD = {"unit.xml": junit()}
LOOSER = POLICY.replace("at_most: 0", "at_most: 5").encode()
LOOSENED = "**loosened** tests.failed in pull\\-request\\: at most 0 → at most 5"


@pytest.fixture
def shop(github: GitHub) -> Shop:
    return Shop(github)


def judged(shop: Shop, files: dict[str, bytes | None], **of: object) -> str:
    """The summary of the check of a pull request that changes these files, and has passed but for that."""
    pull = shop.pull(files=files, **of)
    shop.tell(shop.run(pull, reports=GOOD))
    return shop.check.summary or ""


def contents(shop: Shop, sha: str) -> list[str]:
    return [call.path for call in shop.github.calls if "/contents/" in call.path and sha in str(call.query)]


@pytest.mark.parametrize("fork", [False, True])
def test_what_it_loosens_is_said_in_check_and_comment_and_where_it_stands(shop: Shop, *, fork: bool) -> None:
    assert LOOSENED in judged(shop, {"qualitygate.yml": LOOSER}, fork=fork)
    assert ("success", "PASS: 2 passed") == (shop.check.conclusion, shop.check.title)
    assert [("qualitygate.yml", 7, "warning", "The policy is loosened")] == [
        (each["path"], each["start_line"], each["annotation_level"], each["title"]) for each in shop.check.annotations
    ]
    ((number, _),) = shop.shop.pulls.items()
    (comment,) = shop.comments(number)
    assert LOOSENED in comment


def test_the_words_are_those_of_the_action(workflow: Workflow) -> None:
    workflow.write("reports/unit.xml", junit())
    workflow.shop.commits[workflow.base].files["qualitygate.yml"] = POLICY.encode()
    workflow.write("qualitygate.yml", LOOSER.decode())
    payload = workflow.pull()
    workflow.shop.pulls[7].sha = sha = workflow.shop.commit(parents=[workflow.base], files={"qualitygate.yml": LOOSER})
    workflow.step(payload, name="qualitygate")
    of_action, told = workflow.check, workflow.comments()
    shop = Shop(workflow.double, None)
    shop.shop.comments(7).clear()
    shop.tell(shop.run(workflow.shop.pulls[7], reports=GOOD))
    of_app = workflow.check
    assert sha == of_app.sha
    assert of_action.annotations == of_app.annotations != []
    changes = [at_no_time(text or "").partition("**Policy**")[2] for text in (of_action.summary, of_app.summary)]
    assert changes[0] == changes[1] != ""
    assert [text.count(LOOSENED) for text in (*told, *shop.comments(7))] == [1, 1]


@pytest.mark.parametrize("broken", ["nonsense: [", POLICY.replace("at_most: 0", "at_mots: 0")])
def test_one_that_is_wrong_is_refused_at_its_line(shop: Shop, broken: str) -> None:
    summary = judged(shop, {"qualitygate.yml": broken.encode()}).replace("\\", "")
    assert ("failure", "The gate could not be judged") == (shop.check.conclusion, shop.check.title)
    assert "qualitygate.yml:" in summary
    assert "/tmp" not in summary


def test_one_that_is_taken_away_is_said(shop: Shop) -> None:
    assert "**loosened** the policy is taken away: nothing would be judged" in judged(shop, {"qualitygate.yml": None})
    assert "success" == shop.check.conclusion
    assert ["qualitygate.yml"] == [each["path"] for each in shop.check.annotations]


def test_what_a_policy_extends_or_registers_counts_as_the_policy(shop: Shop) -> None:
    shop.policy(f"extends: quality/more.yml\n{POLICY}")
    more = "version: 1\ngates:\n  pull-request:\n    - {id: many, metric: tests.executed, at_least: %d}\n"
    shop.shop.commit(branch="main", files={"quality/more.yml": (more % 2).encode()})
    assert "**loosened** tests.executed" in judged(shop, {"quality/more.yml": (more % 1).encode()})
    assert ["quality/more.yml"] == [each["path"] for each in shop.check.annotations]


def test_one_that_takes_an_earlier_place_is_seen(shop: Shop) -> None:
    shop.shop.commit(branch="main", files={"qualitygate.yml": None, ".github/qualitygate.yml": POLICY.encode()})
    assert LOOSENED in judged(shop, {"qualitygate.yml": LOOSER})


def test_a_change_that_leaves_the_policy_alone_costs_one_call(shop: Shop) -> None:
    judged(shop, {"code.py": b"1\n"})
    assert "Policy" not in (shop.check.summary or "")
    (sha,) = {pull.sha for pull in shop.shop.pulls.values()}
    assert [] == contents(shop, sha)
    assert 1 == len([call for call in shop.github.calls if "/compare/" in call.path])


def test_what_the_base_decided_meanwhile_is_not_the_changes(shop: Shop) -> None:
    pull = shop.pull(files={"code.py": b"1\n"})
    pull.base_sha = shop.policy(POLICY.replace("at_most: 0", "at_most: 0, severity: warning"))
    shop.tell(shop.run(pull, reports=GOOD))
    assert "Policy" not in (shop.check.summary or "")


def test_of_a_branch_that_is_behind_only_what_it_changes_itself_is_told(shop: Shop) -> None:
    pull = shop.pull(files={"qualitygate.yml": LOOSER})
    pull.base_sha = shop.policy(POLICY.replace("reports/unit.xml", "reports/*.xml"))
    shop.tell(shop.run(pull, reports=GOOD))
    assert LOOSENED in (shop.check.summary or "")
    assert "1 loosened\n" in (shop.check.summary or "")


@pytest.mark.parametrize("then", ["version: [\n", None])
def test_one_that_parted_before_there_was_a_policy_is_held_against_that_of_now(shop: Shop, then: str | None) -> None:
    shop.shop.commit(branch="main", files={"qualitygate.yml": then and then.encode()})
    pull = shop.pull(files={"qualitygate.yml": LOOSER})
    pull.base_sha = shop.policy(POLICY)
    shop.tell(shop.run(pull, reports=GOOD))
    assert LOOSENED in (shop.check.summary or "")


def test_where_so_much_is_changed_that_github_does_not_list_it_the_policy_is_looked_at(shop: Shop) -> None:
    many: dict[str, bytes | None] = {f"a/{number}": b"1\n" for number in range(300)}
    assert "Policy" not in judged(shop, many)
    (sha,) = {pull.sha for pull in shop.shop.pulls.values()}
    assert [] != contents(shop, sha)


def test_a_history_that_has_nothing_in_common_counts_as_loosened(shop: Shop) -> None:
    pull = shop.pull()
    pull.sha = shop.shop.commit(parents=[], files={"qualitygate.yml": LOOSER})
    shop.tell(shop.run(pull, reports=GOOD))
    assert "**loosened** what the change makes of the policy cannot be told" in (shop.check.summary or "")
    assert 1 == len(shop.comments(pull.number))


def test_what_leads_out_of_the_repository_is_refused(shop: Shop) -> None:
    judged(shop, {"qualitygate.yml": f"extends: ../../etc/passwd\n{POLICY}".encode()})
    assert "The gate could not be judged" == shop.check.title


def test_globs_that_lead_out_are_refused_before_they_are_merged(shop: Shop) -> None:
    judged(shop, {"qualitygate.yml": POLICY.replace("reports/unit.xml", "../unit.xml").encode()})
    assert "The gate could not be judged" == shop.check.title


def test_a_policy_of_endlessly_many_files_is_refused_after_some(shop: Shop) -> None:
    names = [f"p/{number}.yml" for number in range(99)]
    files: dict[str, bytes | None] = dict.fromkeys(names, b"version: 1\n")
    summary = judged(shop, {**files, "qualitygate.yml": f"extends: [{', '.join(names)}]\n{POLICY}".encode()})
    assert "more than 50 files" in summary
    (sha,) = {pull.sha for pull in shop.shop.pulls.values()}
    assert own.FILES_MOST >= len(contents(shop, sha))


def test_what_the_owner_locked_cannot_be_proposed_away(github: GitHub) -> None:
    owned(github, LOCKED)
    looser = f"{OWN}gates:\n  pull-request:\n    - {{id: failures, metric: tests.failed, at_most: 5}}\n"
    summary = judged(Shop(github, OWN), {"qualitygate.yml": looser.encode()})
    assert "failures is locked in acme/.github" in summary.replace("\\", "")


def test_what_the_owners_policy_says_has_no_place_here(github: GitHub) -> None:
    owned(github, LOCKED)
    more = "gates:\n  pull-request:\n    - {id: many, metric: tests.executed, at_least: 2, where: {suite: s}}\n"
    shop = Shop(github, OWN + more)
    judged(shop, {"qualitygate.yml": OWN.encode()})
    assert [] == [each for each in shop.check.annotations if ":" in each["path"]]


def test_a_group_of_the_merge_queue_is_held_against_its_base_too(shop: Shop) -> None:
    base = shop.shop.head
    branch = f"gh-readonly-queue/main/pr-7-{base}"
    sha = shop.shop.commit(branch=branch, parents=[base], files={"qualitygate.yml": LOOSER})
    shop.tell(shop.run(sha=sha, branch=branch, event="merge_group", reports=GOOD))
    assert LOOSENED in (shop.check.summary or "")
