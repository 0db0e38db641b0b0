"""GraphQL of the double: the backfill of issues by pages, its price, and what goes wrong with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import requests
from github import GithubException, UnknownObjectException

from tests.github.double.github import GitHub
from tests.github.double.repository import Repository
from tests.github.test_double import ALL, pygithub

BACKFILL = """
query($o: String!, $r: String!, $first: Int!, $after: String, $since: DateTime) {
  rateLimit { cost remaining resetAt nodeCount }
  repository(owner: $o, name: $r) {
    issues(first: $first, after: $after, orderBy: {field: UPDATED_AT, direction: ASC}, filterBy: {since: $since}) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id number title state stateReason createdAt updatedAt closedAt author { login __typename } authorAssociation
        labels(first: 20) { nodes { id name } }
        timelineItems(first: 100, itemTypes: [ISSUE_COMMENT, LABELED_EVENT, UNLABELED_EVENT, CLOSED_EVENT,
          REOPENED_EVENT, ASSIGNED_EVENT, UNASSIGNED_EVENT, TRANSFERRED_EVENT, COMMENT_DELETED_EVENT,
          CONVERTED_TO_DISCUSSION_EVENT, MARKED_AS_DUPLICATE_EVENT]) {
          totalCount
          pageInfo { hasNextPage endCursor }
          nodes {
            __typename
            ... on IssueComment {
              id createdAt updatedAt author { login __typename } authorAssociation isMinimized createdViaEmail
            }
            ... on LabeledEvent { id createdAt actor { login __typename } label { id name } }
            ... on UnlabeledEvent { id createdAt actor { login } label { id name } }
            ... on ClosedEvent { id createdAt actor { login } stateReason }
            ... on ReopenedEvent { id createdAt actor { login } }
            ... on TransferredEvent { id createdAt fromRepository { nameWithOwner } }
            ... on CommentDeletedEvent { id createdAt deletedCommentAuthor { login } }
          }
        }
      }
    }
  }
}
"""


@pytest.fixture
def shop(github: GitHub) -> Repository:
    return github.repository("acme/shop")


def ask(github: GitHub, query: str = BACKFILL, **variables: Any) -> dict[str, Any]:
    given = {"o": "acme", "r": "shop", "first": 50, **variables} if query == BACKFILL else variables
    client = pygithub(github, github.token(**ALL))
    return client.requester.graphql_query(query, given)[1]


def raw(github: GitHub, query: str = BACKFILL, **variables: Any) -> requests.Response:
    body = {"query": query, "variables": {"o": "acme", "r": "shop", "first": 50, **variables}}
    bearer = {"Authorization": f"Bearer {github.token(**ALL)}"}
    return requests.post(f"{github.url}/graphql", json=body, headers=bearer, timeout=10)


def issues_of(answer: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = answer["data"]["repository"]["issues"]
    return found


def test_an_issue_comes_with_its_labels_and_timeline(github: GitHub, shop: Repository) -> None:
    bot, issue = github.world.account("helper[bot]"), shop.issue(number=1, labels=["bug"], login="eve")
    github.wait(timedelta(minutes=1))
    shop.comment(1, "hello", login="helper[bot]")
    shop.relabel(issue, [], bot)
    shop.turn(issue, bot, "not_planned")
    shop.happen(1, "transferred", bot, source="acme/old")
    shop.happen(1, "comment_deleted", bot, commenter=github.world.account("eve"))
    shop.rename(issue, "Unasked", bot)
    shop.pull(number=2)

    (found,) = issues_of(ask(github))["nodes"]
    items = found["timelineItems"]["nodes"]
    assert ("CLOSED", "NOT_PLANNED", "eve", []) == (
        *(found["state"], found["stateReason"], found["author"]["login"]),
        found["labels"]["nodes"],
    )
    names = ["LabeledEvent", "IssueComment", "UnlabeledEvent", "ClosedEvent", "TransferredEvent", "CommentDeletedEvent"]
    assert names == [item["__typename"] for item in items]
    assert {"login": "helper", "__typename": "Bot"} == items[1]["author"]
    assert "acme/old" == items[4]["fromRepository"]["nameWithOwner"]


def test_pages_go_on_where_they_were_though_issues_change_between(github: GitHub, shop: Repository) -> None:
    for _ in range(5):
        github.wait(timedelta(minutes=1))
        shop.issue()
    first = issues_of(ask(github, first=2))
    github.wait(timedelta(minutes=1))
    shop.relabel(shop.issues[1], ["late"], shop.owner)
    rest = issues_of(ask(github, first=100, after=first["pageInfo"]["endCursor"]))

    assert [1, 2] == [each["number"] for each in first["nodes"]]
    assert [3, 4, 5, 1] == [each["number"] for each in rest["nodes"]]
    assert (True, False) == (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"])


def test_since_leaves_out_what_has_not_changed(github: GitHub, shop: Repository) -> None:
    shop.issue()
    github.wait(timedelta(hours=1))
    shop.issue()
    assert [2] == [each["number"] for each in issues_of(ask(github, since="2026-10-01T09:30:00Z"))["nodes"]]


@pytest.mark.parametrize(("first", "points"), [(50, 1), (100, 2)])
def test_a_query_costs_a_hundredth_of_its_connections(
    github: GitHub, shop: Repository, first: int, points: int
) -> None:
    answer = raw(github, first=first)
    limit = answer.json()["data"]["rateLimit"]
    assert (points, 5000 - points) == (limit["cost"], limit["remaining"])
    assert ("graphql", str(5000 - points)) == (
        *(answer.headers["x-ratelimit-resource"],),
        answer.headers["x-ratelimit-remaining"],
    )


def test_the_rest_of_a_long_timeline_is_had_by_the_issues_id(github: GitHub, shop: Repository) -> None:
    issue = shop.issue()
    for number in range(120):
        shop.comment(1, f"{number}")
    (found,) = issues_of(ask(github))["nodes"]
    page = found["timelineItems"]
    assert (100, 120, True) == (len(page["nodes"]), page["totalCount"], page["pageInfo"]["hasNextPage"])
    query = """query($id: ID!, $after: String) { node(id: $id) { ... on Issue {
        timelineItems(first: 100, after: $after) { nodes { ... on IssueComment { body } } } } } }"""
    rest = ask(github, query, id=found["id"], after=page["pageInfo"]["endCursor"])
    assert "100" == rest["data"]["node"]["timelineItems"]["nodes"][0]["body"]
    assert issue.comments[-1].body == rest["data"]["node"]["timelineItems"]["nodes"][-1]["body"]


def test_a_page_that_is_too_large_times_out_and_a_smaller_one_does_not(github: GitHub, shop: Repository) -> None:
    shop.issue()
    small = BACKFILL.replace("first: 100", "first: 20")
    github.time_out(above=25, times=5)
    assert 502 == raw(github, small, first=50).status_code
    assert 200 == raw(github, small, first=25).status_code


def test_a_partial_answer_has_data_and_an_error_for_each_loss(github: GitHub, shop: Repository) -> None:
    for _ in range(3):
        shop.issue()
    github.cut_short(keep=1)
    answer = raw(github).json()
    nodes = issues_of(answer)["nodes"]
    assert (1, None, None) == (nodes[0]["number"], *nodes[1:])
    assert [["repository", "issues", "nodes", at] for at in (1, 2)] == [each["path"] for each in answer["errors"]]
    assert "errors" not in raw(github).json()


def test_points_used_up_are_told_with_200(github: GitHub, shop: Repository) -> None:
    github.limit_points(reset_in=60)
    answer = raw(github)
    assert (200, "RATE_LIMITED", "0") == (
        *(answer.status_code, answer.json()["errors"][0]["type"]),
        answer.headers["x-ratelimit-remaining"],
    )


def test_an_unknown_repository_is_not_found(github: GitHub) -> None:
    with pytest.raises(UnknownObjectException, match="Could not resolve"):
        ask(github)


def test_a_page_without_a_size_or_above_a_hundred_is_refused(github: GitHub, shop: Repository) -> None:
    shop.issue()
    for first in ("", "(first: 101)"):
        query = f'{{ repository(owner: "acme", name: "shop") {{ labels{first} {{ totalCount }} }} }}'
        assert "errors" in raw(github, query).json()


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ('{ repository(owner: "acme", name: "shop") { isues { totalCount } } }', "Did you mean 'issue"),
        ('{ repository(owner: "acme", name: "shop") { stargazerCount } }', "does not answer Repository.stargazerCount"),
    ],
)
def test_a_field_that_github_or_the_double_does_not_know_fails_the_test(
    github: GitHub, shop: Repository, query: str, says: str
) -> None:
    with pytest.raises(GithubException):
        ask(github, query)
    (problem,) = github.take_problems()
    assert says in problem


def test_an_enterprise_server_has_it_under_its_own_path(github: GitHub, shop: Repository) -> None:
    client = pygithub(github, github.token(**ALL), url=github.enterprise)
    query = '{ repository(owner: "acme", name: "shop") { url } }'
    data = client.requester.graphql_query(query, {})[1]["data"]
    assert f"{github.url}/acme/shop" == data["repository"]["url"]


def test_without_a_token_there_is_no_graphql(github: GitHub, shop: Repository) -> None:
    assert 401 == requests.post(f"{github.url}/graphql", json={"query": "{viewer{login}}"}, timeout=5).status_code
