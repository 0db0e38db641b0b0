"""The GitHub double, asked by PyGithub and requests as they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests
from github import Auth, Github, GithubException, GithubRetry
from github.Repository import Repository as Client

from tests.github.double import labels
from tests.github.double.github import GitHub
from tests.github.double.operation import DEEDS, operations
from tests.github.double.repository import Repository

ALL = dict.fromkeys(("actions", "checks", "contents", "issues", "metadata", "pull_requests", "statuses"), "write")
Ask = Callable[..., Client]


@pytest.fixture
def shop(github: GitHub) -> Repository:
    return github.repository("acme/shop")


@pytest.fixture
def ask(github: GitHub, shop: Repository) -> Ask:
    """PyGithub on the repository, without an extra call for it."""

    def client(token: str | None = None, *, url: str | None = None) -> Client:
        return pygithub(github, token or github.token(**ALL), url=url).get_repo(shop.full_name)

    return client


def pygithub(github: GitHub, token: str, *, url: str | None = None) -> Github:
    retry = GithubRetry(total=3, backoff_factor=0, allowed_methods={"GET", "HEAD"})
    address, pace = url or github.url, 0
    return Github(
        base_url=address,
        auth=Auth.Token(token),
        lazy=True,
        retry=retry,
        seconds_between_requests=pace,
        seconds_between_writes=pace,
    )


def test_every_listed_operation_is_bound() -> None:
    assert set(operations()) == set(DEEDS)


def test_a_check_run_is_made_in_progress_and_completed_by_batches(ask: Ask, shop: Repository) -> None:
    made = ask().create_check_run("quality gate", shop.head, status="in_progress", external_id="7")
    batch = [
        {"path": "a.py", "start_line": n, "end_line": n, "annotation_level": "warning", "message": "m"}
        for n in range(1, 51)
    ]
    made.edit(output={"title": "t", "summary": "s", "annotations": batch})
    made.edit(conclusion="failure", output={"title": "t", "summary": "s", "annotations": batch[:20]})

    (run,) = shop.check_runs
    assert ("completed", "failure", "7", 70) == (run.status, run.conclusion, run.external_id, len(run.annotations))
    assert 70 == ask().get_check_run(run.id).output.annotations_count


def test_check_runs_of_a_commit_are_the_latest_unless_all_are_asked_for(ask: Ask, shop: Repository) -> None:
    for _ in range(2):
        ask().create_check_run("gate", shop.head, conclusion="success")
    ask().create_check_run("other", shop.head, status="queued")
    commit = ask().get_commit(shop.head)

    assert 1 == commit.get_check_runs(check_name="gate").totalCount
    assert 2 == commit.get_check_runs(check_name="gate", filter="all").totalCount
    assert {"gate", "other"} == {run.name for run in commit.get_check_runs()}


def test_the_worst_of_the_latest_statuses_is_the_combined_state(ask: Ask, shop: Repository) -> None:
    commit = ask().get_commit(shop.head)
    assert "pending" == commit.get_combined_status().state
    for state, context in (("failure", "gate"), ("success", "gate"), ("success", "docs")):
        commit.create_status(state, "https://ci.example/1", "text", context)

    assert "success" == commit.get_combined_status().state
    assert 3 == len(list(commit.get_statuses()))
    assert ["docs", "gate", "gate"] == [status.context for status in shop.statuses(shop.head)]


def test_a_pull_request_is_read_listed_by_its_head_and_found_by_its_commit(ask: Ask, shop: Repository) -> None:
    shop.pull(number=7, head="feature", files={"a.py": b"x = 1\n"})
    pull = ask().get_pull(7)

    assert ("feature", shop.pulls[7].sha, 1) == (pull.head.ref, pull.head.sha, pull.additions)
    assert [7] == [each.number for each in ask().get_pulls(head="acme:feature")]
    assert [] == list(ask().get_pulls(head="acme:other"))
    assert [7] == [each.number for each in ask().get_commit(pull.head.sha).get_pulls()]
    assert ["a.py"] == [file.filename for file in pull.get_files()]


def test_a_pull_request_from_a_fork_has_its_head_elsewhere_and_is_not_found_by_its_commit(
    github: GitHub, ask: Ask, shop: Repository
) -> None:
    opened = shop.pull(head="patch-1", fork=True, login="eve")
    pull = ask().get_pull(opened.number)

    assert ("eve/shop", True) == (pull.head.repo.full_name, pull.head.repo.fork)
    assert [opened.number] == [each.number for each in ask().get_pulls(head="eve:patch-1")]
    assert [] == list(ask().get_commit(opened.sha).get_pulls())
    fork = pygithub(github, github.token(**ALL)).get_repo("eve/shop")
    assert [("acme/shop", opened.number)] == [
        (each.base.repo.full_name, each.number) for each in fork.get_commit(opened.sha).get_pulls()
    ]


def test_a_merged_pull_request_is_closed_and_its_files_are_there(ask: Ask, shop: Repository) -> None:
    shop.pull(number=7, files={"a.py": b"x = 1\n"})
    merged = shop.merge(7)
    pull = ask().get_pull(7)
    assert ("closed", True, merged) == (pull.state, pull.merged, pull.merge_commit_sha)
    assert b"x = 1\n" == ask().get_contents("a.py").decoded_content
    assert [7] == [each.number for each in ask().get_commit(merged).get_pulls()]


def test_issues_are_opened_listed_changed_and_closed(ask: Ask, shop: Repository) -> None:
    made = ask().create_issue("Broken", body="text", labels=["bug"])
    made.edit(state="closed", state_reason="not_planned")

    assert [] == list(ask().get_issues())
    assert ["Broken"] == [issue.title for issue in ask().get_issues(state="closed", labels=["bug"])]
    assert "not_planned" == shop.issues[made.number].state_reason
    assert "github-actions[bot]" == ask().get_issue(made.number).closed_by.login


def test_comments_come_by_pages_and_are_made_changed_and_deleted(ask: Ask, shop: Repository) -> None:
    shop.pull(number=7)
    for number in range(35):
        shop.comment(7, f"comment {number}")
    issue = ask().get_issue(7)
    made = issue.create_comment("hello")
    made.edit("bye")

    assert 36 == len(list(issue.get_comments()))
    assert "bye" == shop.comments(7)[-1].body
    made.delete()
    assert 35 == len(shop.comments(7)) == len(list(ask().get_issues_comments()))


def test_a_reaction_is_there_once(ask: Ask, shop: Repository) -> None:
    shop.issue(number=1)
    comment = ask().get_issue(1).get_comment(shop.comment(1, "text").id)
    for _ in range(2):
        comment.create_reaction("eyes")
    assert ["eyes"] == [each.content for each in comment.get_reactions()]


def test_labels_of_an_issue_are_added_set_and_removed(ask: Ask, shop: Repository) -> None:
    ask().create_label("sla:breached", "d73a4a", "too late")
    shop.issue(number=1, labels=["bug"])
    issue = ask().get_issue(1)

    issue.add_to_labels("SLA:breached", "new")
    assert ["bug", "sla:breached", "new"] == shop.issues[1].labels == [each.name for each in issue.get_labels()]
    issue.set_labels("bug", "new")
    issue.remove_from_labels("bug")
    assert ["new"] == shop.issues[1].labels
    assert {"bug", "new", "sla:breached"} == {label.name for label in ask().get_labels()}
    issue.delete_labels()
    assert [] == shop.issues[1].labels


def test_a_label_may_have_a_slash_in_its_name(ask: Ask, shop: Repository) -> None:
    shop.issue(number=1, labels=["area/ui"])
    assert "area/ui" == ask().get_label("area/ui").name
    ask().get_issue(1).remove_from_labels("area/ui")
    assert [] == shop.issues[1].labels


def test_a_label_renamed_is_renamed_on_every_issue(ask: Ask, shop: Repository) -> None:
    shop.issue(number=1, labels=["bug"])
    ask().get_label("bug").edit("defect", "ffffff")
    assert ["defect"] == shop.issues[1].labels
    ask().get_label("defect").delete()
    assert [] == shop.issues[1].labels


def test_runs_of_a_workflow_are_found_by_branch_and_outcome(ask: Ask, shop: Repository) -> None:
    for conclusion in ("success", "failure"):
        shop.run(conclusion=conclusion)
    workflow = ask().get_workflow_runs(branch="main", status="success")

    assert [("success", shop.head)] == [(run.conclusion, run.head_sha) for run in workflow]
    assert "failure" == ask().get_workflow_run(shop.runs[1].id).conclusion


def test_an_artifact_lies_with_a_second_host_that_refuses_the_token(github: GitHub, ask: Ask, shop: Repository) -> None:
    run = shop.run()
    shop.artifact(run, "snapshot", b"PK")
    (found,) = ask().get_workflow_run(run.id).get_artifacts()
    assert ["snapshot"] == [each.name for each in ask().get_artifacts("snapshot")]
    bearer = {"Authorization": f"Bearer {github.token(actions='read')}"}

    assert b"PK" == requests.get(found.archive_download_url, headers=bearer, timeout=5).content
    leaked = requests.get(found.archive_download_url, headers=bearer, timeout=5, allow_redirects=False)
    assert 302 == leaked.status_code
    assert 400 == requests.get(leaked.headers["Location"], headers=bearer, timeout=5).status_code
    assert ["the blob host was handed the token"] == github.take_problems()


def test_a_file_is_read_at_a_commit(ask: Ask, shop: Repository) -> None:
    before = shop.commit(branch="main", files={"qualitygate.yml": b"version: 1\n", "docs/a.md": b"a"})
    shop.commit(branch="main", files={"qualitygate.yml": b"version: 2\n"})

    assert b"version: 1\n" == ask().get_contents("qualitygate.yml", ref=before).decoded_content
    assert b"version: 2\n" == ask().get_contents("qualitygate.yml").decoded_content
    assert ["a.md"] == [each.name for each in ask().get_contents("docs")]
    with pytest.raises(GithubException, match="404"):
        ask().get_contents("absent.yml")


def test_commits_are_read_listed_and_compared(ask: Ask, shop: Repository) -> None:
    base = shop.head
    shop.commit(branch="feature/x", parents=[base], files={"a.py": b"1\n"}, message="One")
    compared = ask().compare("main", "feature/x")

    assert ("ahead", 1, "a.py") == (compared.status, compared.ahead_by, compared.files[0].filename)
    assert "One" == ask().get_commit(shop.branches["feature/x"]).commit.message
    assert "The beginning" == ask().get_git_commit(base).message
    assert 2 == len(list(ask().get_commits(sha="feature/x")))


def test_the_same_lies_under_the_path_of_an_enterprise_server(github: GitHub, ask: Ask, shop: Repository) -> None:
    shop.issue(number=1)
    for _ in range(31):
        shop.comment(1, "text")
    issue = ask(url=github.enterprise).get_issue(1)
    assert 31 == len(list(issue.get_comments()))
    assert github.enterprise in issue.create_comment("x").url
    assert f"{github.url}/acme/shop/issues/1#" in issue.create_comment("x").html_url


def test_what_has_not_changed_is_not_sent_again(github: GitHub, ask: Ask, shop: Repository) -> None:
    shop.issue(number=1)
    issue = ask().get_issue(1)
    assert "An issue" == issue.title
    assert not issue.update()
    shop.issues[1].title = "Another"
    assert issue.update()
    assert "Another" == issue.title
    assert [200, 304, 200] == [call.status for call in github.calls]


def test_a_token_without_the_permission_is_told_which_it_lacks(github: GitHub, ask: Ask, shop: Repository) -> None:
    token = github.token(checks="read", issues="read")
    with pytest.raises(GithubException, match="Resource not accessible by integration") as refused:
        ask(token).create_check_run("gate", shop.head, conclusion="success")
    assert (403, "checks=write") == (refused.value.status, refused.value.headers["x-accepted-github-permissions"])
    assert [] == shop.check_runs


def test_a_right_to_pull_requests_is_none_to_issues(github: GitHub, ask: Ask, shop: Repository) -> None:
    shop.issue(number=1)
    shop.pull(number=2)
    token = github.token(pull_requests="write")
    ask(token).get_issue(2).create_comment("x")
    with pytest.raises(GithubException, match="403"):
        ask(token).get_issue(1).create_comment("x")


def test_a_token_of_a_forks_pull_request_may_only_read(github: GitHub, ask: Ask, shop: Repository) -> None:
    shop.pull(number=7, fork=True)
    issue = ask(github.fork_token("acme/shop")).get_issue(7)
    assert [] == list(issue.get_comments())
    with pytest.raises(GithubException, match="Resource not accessible"):
        issue.create_comment("x")


def test_a_bad_token_is_401_and_a_private_repository_unseen_is_404(github: GitHub) -> None:
    github.repository("acme/secret", private=True)
    for token, status in (("ghs_wrong", 401), (github.token(repositories=["acme/shop"], metadata="read"), 404)):
        with pytest.raises(GithubException) as refused:
            pygithub(github, token).get_repo("acme/secret").update()
        assert status == refused.value.status


def test_a_persons_token_tells_who_and_an_apps_is_nobodys(github: GitHub) -> None:
    assert "mona" == pygithub(github, github.token(login="mona")).get_user().login
    with pytest.raises(GithubException, match="Resource not accessible"):
        pygithub(github, github.token()).get_user().login  # noqa: B018 - asked for when it is looked at


def test_a_persons_token_cannot_make_check_runs(github: GitHub, ask: Ask, shop: Repository) -> None:
    with pytest.raises(GithubException, match="must authenticate via a GitHub App"):
        ask(github.token(login="mona", checks="write")).create_check_run("gate", shop.head)


def test_another_app_cannot_change_a_check_run(github: GitHub, ask: Ask, shop: Repository) -> None:
    made = ask().create_check_run("gate", shop.head)
    with pytest.raises(GithubException, match="Invalid app_id"):
        ask(github.token(app="other", checks="write")).get_check_run(made.id).edit(status="in_progress")


def test_completed_without_conclusion_and_an_unknown_commit_are_refused(ask: Ask, shop: Repository) -> None:
    with pytest.raises(GithubException, match="conclusion is required"):
        ask().create_check_run("gate", shop.head, status="completed")
    with pytest.raises(GithubException, match="No commit found for SHA"):
        ask().create_check_run("gate", "0" * 40)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"conclusion": "fine"}, "conclusion"), ({"output": {"title": "t", "summary": "s" * 65536}}, "summary")],
)
def test_what_the_description_forbids_is_422_and_fails_the_test(
    github: GitHub, ask: Ask, shop: Repository, wrong: dict[str, object], says: str
) -> None:
    with pytest.raises(GithubException, match="422"):
        ask().create_check_run("gate", shop.head, **wrong)
    (problem,) = github.take_problems()
    assert says in problem


def test_an_operation_nobody_listed_is_500_and_fails_the_test(github: GitHub, ask: Ask) -> None:
    with pytest.raises(GithubException, match="does not know this operation"):
        ask(github.token()).create_git_tag("v1", "text", "0" * 40, "commit")
    assert ["POST /repos/acme/shop/git/tags: the double does not know this operation"] == github.take_problems()


def test_a_query_that_the_description_never_heard_of_fails_the_test(github: GitHub, shop: Repository) -> None:
    requests.get(f"{github.url}/repos/acme/shop/issues?pages=2", timeout=5)
    assert ["GET /repos/{owner}/{repo}/issues: the request: 'pages' is no query parameter"] == github.take_problems()


def test_a_field_that_the_description_never_heard_of_fails_the_test(github: GitHub, shop: Repository) -> None:
    bearer = {"Authorization": f"Bearer {github.token(**ALL)}"}
    body = {"name": "gate", "head_sha": shop.head, "external-id": "7"}
    sent = requests.post(f"{github.url}/repos/acme/shop/check-runs", json=body, headers=bearer, timeout=5)
    assert 422 == sent.status_code
    assert ["POST /repos/{owner}/{repo}/check-runs: the request: 'external-id' is no field of the body"] == (
        github.take_problems()
    )


def test_a_body_that_is_no_json_fails_the_test(github: GitHub, shop: Repository) -> None:
    bearer = {"Authorization": f"Bearer {github.token(**ALL)}"}
    url = f"{github.url}/repos/acme/shop/check-runs"
    assert 422 == requests.post(url, data=b"{", headers=bearer, timeout=5).status_code
    assert [] != github.take_problems()


def test_an_answer_of_our_own_that_is_wrong_fails_the_test(
    github: GitHub, ask: Ask, shop: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.label("bug")
    monkeypatch.setattr(labels, "label_shape", lambda *given: {"name": given[1].name})
    list(ask().get_labels())
    assert "GET /repos/{owner}/{repo}/labels: the answer: at 0: 'id' is a required property" in github.take_problems()
