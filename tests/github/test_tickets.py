"""Issues as tickets: what each of GitHub's events means, and a walk over pages that nothing stops for good."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from qualitygate.errors import CannotUseGitHub
from qualitygate.github.client import Access, Client
from qualitygate.github.tickets import SIZE, pages, source
from qualitygate.tracker import TicketPage, TicketRecord
from tests.github.double.github import GitHub
from tests.github.double.repository import Repository

FORM = """\
### Severity / 严重程度

urgent

### Channel / 渠道

phone

### Received at / 受理时间

2026-10-01 15:30 +08:00

### What happened? / 发生了什么？

### Severity

none of your business
"""


@pytest.fixture
def shop(github: GitHub) -> Repository:
    return github.repository("acme/shop")


@pytest.fixture
def client(github: GitHub) -> Iterator[Client]:
    access = Access(credentials=github.token(issues="read", metadata="read"), base_url=github.url)
    with Client(access) as made:
        yield made


def walk(client: Client, bookmark: str = "") -> list[TicketPage]:
    return list(pages(client, "acme/shop", UTC, bookmark))


def records(found: list[TicketPage]) -> list[TicketRecord]:
    return [record for page in found for record in page.records]


def numbers(found: list[TicketPage]) -> list[str]:
    return [record.ticket.id for record in records(found)]


def test_each_event_of_an_issue_becomes_what_it_means(github: GitHub, shop: Repository, client: Client) -> None:
    lin, bot = github.world.account("lin"), github.world.account("helper[bot]")
    issue = shop.issue(number=7, title="Cannot pay", body=FORM, labels=["support"], login="eve")
    github.wait(timedelta(minutes=1))
    shop.comment(7, "hello", login="helper[bot]")
    shop.comment(7, "<!-- qualitygate:escalation -->\nlate", login="lin")
    shop.comment(7, "buy now", login="mallory").minimized = "spam"
    shop.comment(7, "try this", login="lin").minimized = "outdated"
    shop.relabel(issue, [], lin)
    shop.turn(issue, lin, "not_planned")
    shop.turn(issue, bot)
    shop.happen(7, "transferred", lin, source="acme/old")
    shop.happen(7, "comment_deleted", lin, commenter=github.world.account("eve"))
    shop.happen(7, "converted_to_discussion", lin)
    shop.rename(issue, "Cannot pay by card", lin)
    (record,) = records(walk(client))

    ticket = record.ticket
    assert ("7", "Cannot pay by card", "urgent", "phone") == (ticket.id, ticket.title, ticket.priority, ticket.channel)
    assert ((), True, ()) == (record.labels, record.open, record.problems)
    assert datetime(2026, 10, 1, 7, 30, tzinfo=UTC) == ticket.events[0].received_at
    assert [
        ("opened", "eve", None, True, None),
        ("labelled", "eve", None, True, "support"),
        ("comment", "helper[bot]", None, True, None),
        ("comment", None, "bot", True, None),
        ("comment", "mallory", None, False, None),
        ("comment", "lin", None, True, None),
        ("unlabelled", "lin", None, True, "support"),
        ("closed", "lin", None, True, "not_planned"),
        ("reopened", "helper[bot]", None, True, None),
        ("transferred", "lin", None, True, None),
        ("comment_deleted", "lin", None, True, None),
        ("converted", "lin", None, True, None),
    ] == [(each.kind, each.user, each.actor, each.public, each.value) for each in ticket.events]
    assert len(ticket.events) == len({each.id for each in ticket.events})


@pytest.mark.parametrize("written", ["tomorrow", "2026-10-05", "2026-13-01 10:00", "0001-01-01 00:00+14:00"])
def test_contact_at_no_time_or_after_the_opening_is_a_problem_of_the_form(
    shop: Repository, client: Client, written: str
) -> None:
    shop.issue(body=f"### Received at / 受理时间\n\n{written}\n")
    (record,) = records(walk(client))
    assert (("received_at",), None) == (record.problems, record.ticket.events[0].received_at)


def test_a_page_of_fifty_with_labels_and_timelines_costs_one_point(
    github: GitHub, shop: Repository, client: Client
) -> None:
    for _ in range(120):
        shop.issue(labels=["support"])
    found = walk(client)
    assert [50, 50, 20] == [len(page.records) for page in found]
    assert ([False, False, True], [120] * 3) == ([page.last for page in found], [page.total for page in found])
    assert (3, 3) == (client.points, client.calls)
    assert "3 points" in client.spent()


def test_a_walk_goes_on_where_it_was_left(github: GitHub, shop: Repository, client: Client) -> None:
    for _ in range(60):
        github.wait(timedelta(minutes=1))
        shop.issue()
    walking = pages(client, "acme/shop", UTC, "")
    first = next(walking)
    assert [str(number) for number in range(51, 61)] == numbers(walk(client, first.bookmark))


def test_a_later_walk_brings_what_changed_since_and_a_little_overlap(
    github: GitHub, shop: Repository, client: Client
) -> None:
    for _ in range(10):
        github.wait(timedelta(minutes=1))
        shop.issue()
    done = walk(client)[-1].bookmark
    github.wait(timedelta(hours=1))
    shop.turn(shop.issues[3], shop.owner)
    again = walk(client, done)
    assert ["8", "9", "10", "3"] == numbers(again)
    assert ["3"] == numbers(walk(client, again[-1].bookmark))


def test_a_cursor_that_is_refused_is_replaced_by_the_time_it_stood_at(
    github: GitHub, shop: Repository, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(60):
        github.wait(timedelta(minutes=1))
        shop.issue()
    first = next(pages(client, "acme/shop", UTC, ""))
    asked = client.query

    def refusing(text: str, variables: dict) -> object:
        if variables.get("after"):
            raise CannotUseGitHub("refused", "`stale` does not appear to be a valid cursor.")
        return asked(text, variables)

    monkeypatch.setattr(client, "query", refusing)
    assert [str(number) for number in range(48, 61)] == numbers(walk(client, first.bookmark))


@pytest.mark.parametrize("fault", ["time_out", "cut_short"])
def test_too_much_is_asked_for_in_halves_and_then_in_more_again(
    github: GitHub, shop: Repository, client: Client, fault: str
) -> None:
    for _ in range(60):
        shop.issue()
    if fault == "time_out":
        github.time_out(above=0, times=2)
    else:
        github.cut_short(keep=3, times=2)
    found = walk(client)
    assert [12, 17, 22, 9] == [len(page.records) for page in found]
    assert sorted(map(str, range(1, 61))) == sorted(numbers(found))


def test_one_issue_that_is_too_much_is_an_error(github: GitHub, shop: Repository, client: Client) -> None:
    shop.issue()
    github.time_out(above=0, times=99)
    with pytest.raises(CannotUseGitHub, match="too long") as caught:
        walk(client)
    assert ("timeout", len(bin(SIZE)) - 2) == (caught.value.slug, client.calls)


def test_a_long_timeline_is_had_whole(shop: Repository, client: Client) -> None:
    shop.issue()
    for number in range(250):
        shop.comment(1, f"{number}")
    (record,) = records(walk(client))
    assert (251, 3) == (len(record.ticket.events), client.points)


def test_points_used_up_are_waited_for_or_told(github: GitHub, shop: Repository, client: Client) -> None:
    shop.issue()
    github.limit_points(reset_in=0)
    assert ["1"] == numbers(walk(client))
    github.limit_points(reset_in=3600)
    with pytest.raises(CannotUseGitHub, match="points are used up") as caught:
        walk(client)
    assert "rate-limited" == caught.value.slug


def test_a_secondary_limit_is_waited_for(github: GitHub, shop: Repository, client: Client) -> None:
    shop.issue()
    github.limit_secondary("POST", "/graphql", status=429, retry_after=1)
    assert ["1"] == numbers(walk(client))


def test_a_connection_that_was_lost_is_made_again(github: GitHub, shop: Repository, client: Client) -> None:
    shop.issue()
    github.drop("POST", "/graphql", after=True)
    assert (["1"], 2) == (numbers(walk(client)), client.calls)


def test_a_repository_that_is_not_there_is_said_so(github: GitHub, client: Client) -> None:
    with pytest.raises(CannotUseGitHub) as caught:
        walk(client)
    assert "not-found" == caught.value.slug


def test_a_source_is_told_by_server_and_repository_whatever_the_case(client: Client) -> None:
    assert source(client, "acme/shop", UTC).name == source(client, "Acme/Shop", UTC).name


def test_a_walk_that_goes_on_tells_how_many_are_left(shop: Repository, client: Client) -> None:
    for _ in range(2 * SIZE + 20):
        shop.issue()
    first = next(pages(client, "acme/shop", UTC, ""))
    assert [2 * SIZE + 20, SIZE + 20, SIZE + 20] == [
        first.total,
        *(page.total for page in walk(client, first.bookmark)),
    ]


def test_a_bookmark_is_plain_json(shop: Repository, client: Client) -> None:
    shop.issue()
    assert {"since", "after", "newest", "read"} == json.loads(walk(client)[-1].bookmark).keys()


def test_a_report_of_ours_is_no_customers_ticket_but_what_only_looks_like_one_is(
    github: GitHub, client: Client
) -> None:
    shop = github.repository("acme/shop")
    for login in ("qualitygate[bot]", "eve"):
        shop.issue(body="<!-- qualitygate:support-report:shop:2026-10 -->\n", login=login)
    shop.issue(body="It broke", login="mailer[bot]")
    (page,) = source(client, "acme/shop", UTC).pages("")
    assert [(None, "agent"), ("eve", None), ("mailer[bot]", None)] == [
        (each.ticket.events[0].user, each.ticket.events[0].actor) for each in page.records
    ]
