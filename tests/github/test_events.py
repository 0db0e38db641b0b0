"""Payloads of GitHub's events as values; the official examples are read, whatever their age."""

from __future__ import annotations

import pytest

from qualitygate.errors import CannotUseGitHub
from qualitygate.github.events import Event, parse
from tests.github.double.payloads import payloads

SHA, BASE = "a" * 40, "b" * 40
REPOSITORY = {"id": 1, "full_name": "acme/shop"}


def pull(head_repository: object = REPOSITORY) -> dict:
    return {
        "repository": REPOSITORY,
        "pull_request": {
            "number": 7,
            "head": {"sha": SHA, "ref": "feature", "repo": head_repository},
            "base": {"sha": BASE, "ref": "main"},
        },
    }


def test_a_pull_request_is_judged_at_its_head():
    expected = Event(
        name="pull_request",
        repository="acme/shop",
        sha=SHA,
        ref="feature",
        pull_request=7,
        base_ref="main",
        base_sha=BASE,
    )
    assert expected == parse("pull_request", pull(), sha="c" * 40)


@pytest.mark.parametrize("head", [None, {"full_name": "mallory/shop"}])
def test_a_head_elsewhere_or_gone_is_a_fork(head):
    assert parse("pull_request", pull(head)).fork


def test_a_push_is_compared_with_what_was_there_before():
    payload = {"repository": REPOSITORY, "ref": "refs/heads/main", "before": BASE, "after": SHA}
    told = parse("push", payload)
    assert (SHA, BASE, "main") == (told.sha, told.base_sha, told.ref)
    assert "" == parse("push", {**payload, "before": "0" * 40}).base_sha


def test_a_merge_group_is_judged_at_its_own_commit():
    group = {"head_sha": SHA, "head_ref": "refs/heads/q", "base_sha": BASE, "base_ref": "refs/heads/main"}
    told = parse("merge_group", {"repository": REPOSITORY, "merge_group": group})
    assert (SHA, "main", BASE) == (told.sha, told.base_ref, told.base_sha)


def run(**changed: object) -> dict:
    fork = {"full_name": "mallory/shop", "owner": {"login": "mallory"}}
    told = {
        "head_sha": SHA,
        "head_branch": "fix",
        "head_repository": fork,
        "pull_requests": [],
        "event": "pull_request",
    }
    return {"repository": REPOSITORY, "workflow_run": {**told, **changed}}


def test_the_pull_request_of_a_forks_run_has_to_be_looked_up():
    assert ("mallory:fix", True, None) == ((told := parse("workflow_run", run())).head, told.fork, told.pull_request)
    assert "" == parse("workflow_run", run(event="push")).head


def test_a_pull_request_that_the_run_names_is_taken_only_at_the_same_commit():
    own = {"full_name": "acme/shop", "owner": {"login": "acme"}}
    named = {"number": 3, "head": {"sha": SHA}, "base": {"ref": "main", "sha": BASE, "repo": {"id": 1}}}
    told = parse("workflow_run", run(head_repository=own, pull_requests=[named]))
    assert (3, "main", BASE, False, "") == (told.pull_request, told.base_ref, told.base_sha, told.fork, told.head)
    other = {**named, "head": {"sha": BASE}}
    assert parse("workflow_run", run(head_repository=own, pull_requests=[other])).pull_request is None


def test_a_pull_request_into_a_fork_lends_nobody_its_base():
    own = {"full_name": "acme/shop", "owner": {"login": "acme"}}
    elsewhere = {"number": 3, "head": {"sha": SHA}, "base": {"ref": "main", "sha": BASE, "repo": {"id": 2}}}
    told = parse("workflow_run", run(head_repository=own, pull_requests=[elsewhere]))
    assert (None, "", "acme:fix") == (told.pull_request, told.base_sha, told.head)


def test_any_other_event_is_about_the_commit_of_the_run():
    told = parse("schedule", {"repository": REPOSITORY}, sha=SHA, ref="refs/heads/main")
    assert (SHA, "main", None) == (told.sha, told.ref, told.pull_request)


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("pull_request", None),
        ("pull_request", {"repository": REPOSITORY}),
        ("pull_request", {**pull(), "repository": {}}),
        ("push", {"repository": REPOSITORY, "ref": "x", "before": "x", "after": "--upload-pack=x"}),
        ("merge_group", {"repository": REPOSITORY, "merge_group": {"head_sha": 7}}),
        ("schedule", {"repository": REPOSITORY}),
    ],
)
def test_a_payload_of_another_form_is_refused_by_name(name, payload):
    with pytest.raises(CannotUseGitHub, match=f"the payload of '{name}' is not as GitHub describes it") as refused:
        parse(name, payload)
    assert "event" == refused.value.slug


@pytest.mark.parametrize("name", ["pull_request", "push", "workflow_run", "release", "create", "check_run", "issues"])
def test_the_official_examples_are_read_though_some_are_old(running_double, name):
    for example in payloads(name):
        told = parse(name, example, sha=SHA, ref="refs/heads/main")
        assert (example["repository"]["full_name"], 40) == (told.repository, len(told.sha))
