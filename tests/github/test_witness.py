"""What our double and `emulate`, made by others, both hold of GitHub: the same tests, by PyGithub, on either.

What `emulate` 0.12.2 does not know is left out: a conclusion alone completes a check run, comments are on the timeline,
a pull request has files, an unknown token is 401; statuses, artifacts, deliveries, GraphQL and ETags.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from github import Auth, Github, GithubException, GithubIntegration, UnknownObjectException
from github.Repository import Repository

from tests.github.double.github import GitHub
from tests.github.double.npm import CannotInstall
from tests.github.test_apps import keys
from tests.github.witness import NoWitness, witnessing

PERMISSIONS = {**dict.fromkeys(("checks", "contents", "issues", "pull_requests"), "write"), "metadata": "read"}
APP = 12345
PLACES = ("double", "emulate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A GitHub of some maker, with our App installed on acme."""

    name: str
    url: str
    app: int

    def integration(self) -> GithubIntegration:
        auth = Auth.AppAuth(self.app, keys()[0])
        return GithubIntegration(auth=auth, base_url=self.url, seconds_between_writes=0, seconds_between_requests=0)

    def token(self, **permissions: str) -> str:
        with self.integration() as integration:
            installation = integration.get_repo_installation("acme", "shop")
            given = permissions or PERMISSIONS
            return integration.get_access_token(installation.id, permissions=given).token

    def known_by(self, token: str, name: str = "acme/shop") -> Repository:
        pace = 0
        client = Github(
            base_url=self.url,
            auth=Auth.Token(token),
            lazy=True,
            retry=None,
            seconds_between_requests=pace,
            seconds_between_writes=pace,
        )
        return client.get_repo(name)

    def shop(self, **permissions: str) -> Repository:
        return self.known_by(self.token(**permissions))


@pytest.fixture(scope="module")
def emulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    try:
        folder: Path = tmp_path_factory.mktemp("emulate")
        with witnessing(folder, app=APP, key=keys()[0], permissions=PERMISSIONS) as url:
            yield Place(name="emulate", url=url, app=APP)
    except (NoWitness, CannotInstall) as why:
        if os.environ.get("QUALITYGATE_REQUIRE_WITNESS") == "1":
            raise
        pytest.skip(f"emulate cannot be heard: {why}")


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest) -> Place:
    if request.param == "emulate":
        emulated: Place = request.getfixturevalue("emulated")
        return emulated
    github: GitHub = request.getfixturevalue("github")
    github.repository("acme/shop")
    app = github.app("qualitygate", key=keys()[1], **PERMISSIONS)
    github.install(app, "acme")
    return Place(name="double", url=github.url, app=app.id)


def head(shop: Repository) -> str:
    return shop.get_git_ref("heads/main").object.sha


def test_an_app_finds_where_it_is_installed(place: Place) -> None:
    with place.integration() as integration:
        installation = integration.get_repo_installation("acme", "shop")
        assert "qualitygate" == integration.get_app().slug
        assert [installation.id] == [each.id for each in integration.get_installations()]
        with pytest.raises(UnknownObjectException):
            integration.get_repo_installation("acme", "nowhere")


def test_a_check_run_is_made_and_completed(place: Place) -> None:
    shop = place.shop()
    made = shop.create_check_run("gate", head(shop), status="in_progress", external_id="7")
    assert ("in_progress", None) == (made.status, made.conclusion)
    made.edit(status="completed", conclusion="failure", output={"title": "2 failed", "summary": "why"})

    found = shop.get_check_run(made.id)
    assert ("completed", "failure", "7", "2 failed") == (
        *(found.status, found.conclusion, found.external_id),
        found.output.title,
    )
    assert [made.id] == [run.id for run in shop.get_commit(head(shop)).get_check_runs(check_name="gate")]


def test_completed_needs_a_conclusion(place: Place) -> None:
    shop = place.shop()
    with pytest.raises(GithubException) as refused:
        shop.create_check_run("gate", head(shop), status="completed")
    assert 422 == refused.value.status


def test_a_comment_is_made_changed_and_deleted(place: Place) -> None:
    issue = place.shop().create_issue("Broken", body="text")
    made = issue.create_comment("hello")
    made.edit("bye")
    assert ["bye"] == [comment.body for comment in issue.get_comments()]
    assert "qualitygate[bot]" == made.user.login
    made.delete()
    assert [] == list(issue.get_comments())


def test_labels_are_added_set_and_removed(place: Place) -> None:
    shop = place.shop()
    for name in ("sla:breached", "sla:at-risk"):
        if name not in {label.name for label in shop.get_labels()}:
            shop.create_label(name, "d73a4a")
    issue = shop.create_issue("Broken", labels=["sla:at-risk"])
    issue.add_to_labels("sla:breached")
    assert {"sla:at-risk", "sla:breached"} == {label.name for label in issue.get_labels()}
    issue.remove_from_labels("sla:at-risk")
    assert ["sla:breached"] == [label.name for label in shop.get_issue(issue.number).labels]
    issue.set_labels("sla:at-risk")
    assert ["sla:at-risk"] == [label.name for label in issue.get_labels()]


def test_a_label_is_made_once(place: Place) -> None:
    shop = place.shop()
    shop.create_label("once", "ededed")
    with pytest.raises(GithubException) as refused:
        shop.create_label("once", "ededed")
    assert 422 == refused.value.status


def test_an_issue_is_closed_for_a_reason_and_opened_again(place: Place) -> None:
    shop = place.shop()
    issue = shop.create_issue("Broken")
    issue.edit(state="closed", state_reason="not_planned")
    assert "not_planned" == shop.get_issue(issue.number).state_reason
    issue.edit(state="open")
    assert ("open", None) == (shop.get_issue(issue.number).state, shop.get_issue(issue.number).closed_at)


def test_what_happened_is_on_the_timeline_in_order(place: Place) -> None:
    shop = place.shop()
    issue = shop.create_issue("Broken")
    if "bug" not in {label.name for label in shop.get_labels()}:
        shop.create_label("bug", "ededed")
    issue.add_to_labels("bug")
    issue.edit(state="closed")
    told = [event.event for event in issue.get_timeline()]
    assert ["labeled", "closed"] == [each for each in told if each in {"labeled", "closed"}]


def test_a_milestone_counts_its_issues(place: Place) -> None:
    shop = place.shop()
    milestone = shop.create_milestone("1.5")
    shop.create_issue("Broken", milestone=milestone)
    assert 1 == shop.get_milestone(milestone.number).raw_data["open_issues"]
    milestone.edit("1.5", state="closed")
    assert "closed" == shop.get_milestone(milestone.number).state


def test_a_file_is_written_on_a_branch_and_proposed(place: Place) -> None:
    shop = place.shop()
    shop.create_git_ref("refs/heads/waiver", head(shop))
    shop.create_file("qualitygate.yml", "Waive it", "version: 1\n", branch="waiver")
    opened = shop.create_pull(base="main", head="waiver", title="A waiver", body="because")

    assert b"version: 1\n" == shop.get_contents("qualitygate.yml", ref="waiver").decoded_content
    assert [opened.number] == [pull.number for pull in shop.get_pulls(head="acme:waiver")]
    with pytest.raises(UnknownObjectException):
        shop.get_contents("qualitygate.yml")


@pytest.mark.parametrize("wrong", ["permission", "repository", "comment"])
def test_what_may_not_be_is_refused_with_the_same_status(place: Place, wrong: str) -> None:
    shop = place.shop()
    sha = head(shop)
    tries: dict[str, tuple[int, Callable[[], object]]] = {
        "permission": (403, lambda: place.shop(issues="write").create_check_run("gate", sha)),
        "repository": (404, lambda: place.known_by(place.token(), "acme/nowhere").update()),
        "comment": (404, lambda: shop.create_issue("Broken").get_comment(999_999_999).update()),
    }
    status, ask = tries[wrong]
    with pytest.raises(GithubException) as refused:
        ask()
    assert status == refused.value.status
