"""Issues of the double beyond their text: events, milestones, sub-issues, roles; and files that are written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from github import GithubException
from github.Repository import Repository as Client

from tests.github.double.github import GitHub
from tests.github.double.repository import Repository
from tests.github.test_double import ALL, pygithub


@pytest.fixture
def shop(github: GitHub) -> Repository:
    return github.repository("acme/shop")


@pytest.fixture
def client(github: GitHub, shop: Repository) -> Client:
    return pygithub(github, github.token(**ALL)).get_repo("acme/shop")


def test_what_happens_to_an_issue_is_its_timeline_in_order(github: GitHub, client: Client, shop: Repository) -> None:
    shop.issue(number=1, labels=["bug"])
    shop.milestone("1.5")
    steps: list[Callable[[], object]] = [
        lambda: client.get_issue(1).create_comment("hello"),
        lambda: client.get_issue(1).add_to_labels("sla:breached"),
        lambda: client.get_issue(1).remove_from_labels("bug"),
        lambda: client.get_issue(1).edit(assignees=["mona"], milestone=client.get_milestone(1), title="Better"),
        lambda: client.get_issue(1).edit(state="closed"),
        lambda: client.get_issue(1).edit(state="open"),
    ]
    for step in steps:
        github.wait(timedelta(minutes=1))
        step()

    told = ["labeled", "commented", "labeled", "unlabeled", "renamed", "assigned", "milestoned", "closed", "reopened"]
    assert told == [event.event for event in client.get_issue(1).get_timeline()]
    assert [each for each in told if each != "commented"] == [each.event for each in client.get_issue(1).get_events()]
    assert "reopened" == client.get_issues_events()[0].event
    assert github.now == shop.issues[1].updated == client.get_issue(1).updated_at


def test_labels_set_again_are_no_event(client: Client, shop: Repository) -> None:
    shop.issue(number=1, labels=["bug"])
    client.get_issue(1).set_labels("BUG")
    assert ["labeled"] == [event.kind for event in shop.events]


def test_a_deleted_comment_leaves_no_trace_in_rest(client: Client, shop: Repository) -> None:
    shop.issue(number=1)
    client.get_issue(1).get_comment(shop.comment(1, "text").id).delete()
    assert [] == list(client.get_issue(1).get_timeline())
    assert ["comment_deleted"] == [event.kind for event in shop.events]


def test_a_milestone_is_made_read_closed_and_deleted(client: Client, shop: Repository) -> None:
    made = client.create_milestone("1.5", description="The next")
    shop.plan(shop.issue(number=1), made.number, shop.owner)
    made.edit("1.5", state="closed")

    assert [] == list(client.get_milestones())
    (closed,) = client.get_milestones(state="closed")
    assert ("1.5", 1) == (closed.title, closed.open_issues)
    assert [1] == [issue.number for issue in client.get_issues(milestone=closed)]
    closed.delete()
    assert client.get_issue(1).milestone is None


def test_issues_lie_under_an_issue(client: Client, shop: Repository) -> None:
    for number in (1, 2):
        shop.issue(number=number)
    child = client.get_issue(2)
    client.get_issue(1).add_sub_issue(child.id)
    assert [2] == [each.number for each in client.get_issue(1).get_sub_issues()]
    with pytest.raises(GithubException, match="one parent"):
        client.get_issue(2).add_sub_issue(child.id)
    client.get_issue(1).remove_sub_issue(child.id)
    assert [] == shop.issues[1].children


def test_who_may_do_what_is_told(client: Client, shop: Repository) -> None:
    shop.roles |= {"mona": "maintain", "eve": "triage"}
    roles = {login: client.get_collaborator_permission(login) for login in ("acme", "mona", "eve", "stranger")}
    assert {"acme": "admin", "mona": "write", "eve": "read", "stranger": "read"} == roles
    assert "maintain" == client.get_collaborator_role_name("mona")


def test_a_file_is_written_on_a_branch_and_proposed(client: Client, shop: Repository) -> None:
    before = shop.commit(branch="main", files={"qualitygate.yml": b"version: 1\n"})
    client.create_git_ref("refs/heads/waiver", before)
    old = client.get_contents("qualitygate.yml")
    client.update_file("qualitygate.yml", "Waive it", "version: 2\n", old.sha, branch="waiver")
    client.create_file("new.txt", "More", "text", branch="waiver")
    opened = client.create_pull(base="main", head="waiver", title="A waiver", body="because")

    assert shop.branches["waiver"] == opened.head.sha == client.get_git_ref("heads/waiver").object.sha
    assert {"qualitygate.yml", "new.txt"} == {file.filename for file in opened.get_files()}
    with pytest.raises(GithubException, match="already exists"):
        client.create_pull(base="main", head="waiver", title="Again")
    with pytest.raises(GithubException, match="does not match"):
        client.update_file("qualitygate.yml", "Late", "version: 3\n", old.sha, branch="waiver")
