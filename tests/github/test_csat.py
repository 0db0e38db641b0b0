"""Customers asked whether they are satisfied, from end to end against the double: asked once, each counted once."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from qualitygate.cli import main
from qualitygate.desk import pace
from qualitygate.pseudonyms import account
from tests.github.double.comments import Comment
from tests.github.double.github import GitHub
from tests.github.double.issues import Issue
from tests.github.test_desk import Shop

POLICY = """\
version: 1
timezone: Asia/Shanghai
evidence:
  tickets: {files: tickets.jsonl}
support:
  tickets: {label: support}
  team: [lin]
  targets: {normal: {resolution: 120h}}
  csat: {since: SINCE}
gates:
  month: [{metric: satisfaction.thumbs, at_least: 85%}]
"""


@pytest.fixture
def shop(github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    for name in ("GITHUB_RUN_ID", "GITHUB_REPOSITORY", "GITHUB_API_URL", "QUALITYGATE_STORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GITHUB_TOKEN", github.token(issues="write", metadata="read"))
    monkeypatch.setattr(pace, "APART", 0)
    monkeypatch.chdir(tmp_path)
    since = (github.now - timedelta(days=1)).date()
    (tmp_path / "qualitygate.yml").write_text(POLICY.replace("SINCE", str(since)))
    return Shop(github, tmp_path, capsys)


def closed(shop: Shop, *, reason: str = "completed", login: str = "eve") -> Issue:
    issue = shop.repository.issue(labels=["support"], login=login, title="Cannot pay")
    shop.repository.turn(issue, shop.github.world.account("lin"), reason)
    return issue


def asked(shop: Shop, number: int = 1) -> list[Comment]:
    return [each for each in shop.repository.comments(number) if each.body.startswith("<!-- qualitygate:csat -->")]


def events(shop: Shop, hours: float = 2) -> list[dict[str, str]]:
    """The ratings of all tickets, as the register has them."""
    assert 0 == shop.run("sync", "--store", "s.sqlite", "--register", "tickets.jsonl", hours=hours), shop.err
    _, *lines = (shop.folder / "tickets.jsonl").read_text().splitlines()
    return [each for line in lines for each in json.loads(line)["events"] if each["type"] == "rated"]


def ratings(shop: Shop, hours: float = 2) -> list[tuple[str, str, str]]:
    return [(each["user"], each["actor"], each["rating"]) for each in events(shop, hours)]


def check(shop: Shop, hours: float = 3) -> tuple[int, str]:
    code = main(["check", "-v", "--now", shop.at(hours)])
    return code, shop.capture.readouterr().out


def test_a_customer_is_asked_once_when_the_ticket_closes(shop: Shop) -> None:
    issue = shop.repository.issue(labels=["support"], login="eve")
    shop.both(1)
    assert [] == asked(shop)
    shop.repository.turn(issue, shop.github.world.account("lin"))
    shop.both(1)
    (comment,) = asked(shop)
    assert "👍" in comment.body and "您对这次的技术支持满意吗" in comment.body
    assert "#1 ask whether they are satisfied" in shop.out
    for _ in range(2):  # opened and closed again
        shop.repository.turn(issue, shop.github.world.account("eve"))
        shop.both(2)
    assert 1 == len(asked(shop))


def test_a_question_that_the_store_has_lost_is_found_again(shop: Shop) -> None:
    closed(shop)
    shop.both(1)
    (shop.folder / "s.sqlite").unlink()
    shop.both(1)
    assert (1, []) == (len(asked(shop)), shop.writes())


def test_a_question_whose_answer_was_lost_is_not_written_again(shop: Shop) -> None:
    closed(shop)
    shop.github.drop("POST", "/repos/*/comments", after=True)
    shop.both(1)
    assert 1 == len(asked(shop))


def test_a_run_that_dies_after_the_question_is_written_asks_no_second_time(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed(shop)
    assert 0 == shop.run("sync", "--store", "s.sqlite", hours=1)
    with monkeypatch.context() as dying:
        dying.setattr("qualitygate.storage.tickets.TicketStore.finish", lambda *_: 1 / 0)
        assert 70 == shop.run("label", "--store", "s.sqlite", "--apply", hours=1)
    assert 1 == len(asked(shop))
    assert 0 == shop.run("label", "--store", "s.sqlite", "--apply", hours=1)
    assert (1, []) == (len(asked(shop)), shop.writes())


def test_nobody_is_asked_about_what_counts_nowhere_was_closed_before_or_long_ago(shop: Shop) -> None:
    shop.github.wait(timedelta(days=-40))
    closed(shop)
    shop.github.wait(timedelta(days=40))
    closed(shop, reason="not_planned")
    closed(shop, login="lin")
    shop.repository.turn(shop.repository.issue(login="eve"), shop.github.world.account("lin"))
    shop.both(1)
    assert [] == shop.writes()
    closed(shop)
    shop.both(24 * 31)
    assert [] == [path for _, path in shop.writes() if path.endswith("comments")]


def test_without_the_key_nobody_is_asked(shop: Shop) -> None:
    policy = (shop.folder / "qualitygate.yml").read_text()
    (shop.folder / "qualitygate.yml").write_text("".join(x for x in policy.splitlines(True) if "csat" not in x))
    closed(shop)
    shop.both(1)
    assert [] == shop.writes()
    assert "open for answers" not in shop.out


def test_the_words_are_those_of_the_policy(shop: Shop) -> None:
    path = shop.folder / "qualitygate.yml"
    path.write_text(path.read_text().replace("}\ngates", ", text: {zh-CN: 满意吗？}}\ngates"))
    closed(shop)
    shop.both(1)
    assert ["<!-- qualitygate:csat -->\n满意吗？"] == [each.body for each in asked(shop)]


def test_reactions_of_customers_are_answers_though_they_change_no_issue(shop: Shop) -> None:
    closed(shop)
    shop.both(1)
    assert [] == events(shop)
    (comment,) = asked(shop)
    before = shop.repository.issues[1].updated
    shop.github.wait(timedelta(hours=1))
    for login, content in {"eve": "+1", "tom": "-1", "lin": "+1", "helper[bot]": "+1", "ann": "heart"}.items():
        shop.repository.react(comment, content, login=login)
    assert before == shop.repository.issues[1].updated
    assert [
        (account("eve"), "customer", "up"),
        (account("tom"), "customer", "down"),
        (account("lin"), "agent", "up"),
    ] == ratings(shop)
    assert "1 question open for answers" in shop.out
    register = (shop.folder / "tickets.jsonl").read_text()
    assert '"tom"' not in register, "who only rated is told by a code"
    code, out = check(shop)
    assert (1, True) == (code, "50 % (1/2;" in out), out
    assert "1 Cannot pay: answered with a thumb down" in out


def test_an_answer_that_is_changed_counts_as_it_is_and_both_thumbs_count_as_none(shop: Shop) -> None:
    closed(shop)
    shop.both(1)
    (comment,) = asked(shop)
    shop.repository.react(comment, "+1", login="eve")
    assert ["up"] == [rating for _, _, rating in ratings(shop)]
    comment.reactions.clear()
    shop.repository.react(comment, "-1", login="eve")
    assert ["down"] == [rating for _, _, rating in ratings(shop)]
    shop.repository.react(comment, "+1", login="eve")
    shop.repository.react(comment, "+1", login="tom")
    assert 3 == len(ratings(shop))
    code, out = check(shop)
    assert (0, True) == (code, "100 % (1/1;" in out), out
    assert "1 with both thumbs" in out


def test_more_than_a_hundred_reactions_are_all_read(shop: Shop) -> None:
    closed(shop)
    shop.both(1)
    (comment,) = asked(shop)
    for number in range(250):
        shop.repository.react(comment, "+1" if number % 2 else "heart", login=f"customer{number}")
    assert 125 == len(events(shop))


def test_an_answer_that_comes_late_or_of_an_account_that_is_gone_does_not_count(shop: Shop) -> None:
    closed(shop)
    shop.both(1)
    (comment,) = asked(shop)
    shop.repository.react(comment, "+1", login="ghost")
    shop.github.wait(timedelta(days=31))
    shop.repository.react(comment, "-1", login="eve")
    assert ["down"] == [rating for _, _, rating in ratings(shop)]
    code, out = check(shop)
    assert (3, True) == (code, "nobody has answered" in out), out
    shop.github.wait(timedelta(days=8))
    assert 0 == shop.run("sync", "--store", "s.sqlite", hours=0)
    assert "0 questions open for answers" in shop.out


def test_deleting_the_question_does_not_delete_the_answers(shop: Shop) -> None:
    for _ in range(3):
        closed(shop)
    shop.both(1)
    for number in (1, 2, 3):
        shop.repository.react(asked(shop, number)[0], "-1", login="eve")
    assert 3 == len(events(shop))
    shop.repository.issues[2].comments.clear()
    shop.repository.happen(2, "comment_deleted", shop.github.world.account("lin"))
    shop.repository.react(asked(shop, 3)[0], "-1", login="tom")
    assert 4 == len(events(shop))
    assert 0 == shop.run("label", "--store", "s.sqlite", "--apply", hours=2)
    assert [] == shop.writes()


def test_a_question_of_a_stranger_is_said_and_its_answers_are_not_asked_for(shop: Shop) -> None:
    closed(shop)
    forged = shop.repository.comment(1, "<!-- qualitygate:csat -->\nHappy?", login="eve")
    shop.repository.issues[1].updated = shop.github.now
    shop.repository.react(forged, "+1", login="eve")
    assert [] == events(shop)
    assert "warning[csat]: #1 has a question of eve, who is neither a bot nor of the team" in shop.err
    shop.both(1)
    assert 2 == len(asked(shop)), "ours is another"


def test_a_hundred_questions_are_one_point(shop: Shop) -> None:
    for number in range(150):
        closed(shop)
        shop.repository.comment(number + 1, "<!-- qualitygate:csat -->\nSatisfied?", login="acme-support[bot]")
    assert 0 == shop.run("sync", "--store", "s.sqlite", hours=1)
    assert "5 points of GraphQL" in shop.out, shop.out


def test_what_a_code_rates_is_read_as_what_the_register_says_of_it(shop: Shop) -> None:
    closed(shop)
    shop.both(1)
    shop.repository.react(asked(shop)[0], "-1", login="lin")
    events(shop)
    code, out = check(shop)
    assert (3, True) == (code, "nobody has answered" in out), out
