"""Waivers by command, from end to end against the double."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from qualitygate.yamltext import parse
from tests.action.conftest import POLICY, junit
from tests.github.double.comments import Comment
from tests.github.double.github import GitHub
from tests.github.double.pulls import Pull
from tests.server.shop import PERMISSIONS, Shop

WHY = "the voucher rounding is repaired in 1.4.1"
ASK = f"/qualitygate waive tests.failed until 2026-11-30 because {WHY}"
REGISTER = """\
# What we let pass, and why.
- id: W-1   # the first one
  gate: pull-request
  metric: tests.executed
  reason: 'Nothing runs before the move is done.'
  requested_by: cid
  approved_by: dan
  created: 2026-10-01
  expires: 2026-12-01
"""


class Bench(Shop):
    """The shop, where ann and bo may write, and eve may read."""

    def __init__(self, github: GitHub, policy: str = POLICY, register: str | None = REGISTER) -> None:
        super().__init__(github, policy)
        self.github.world.now = self.now
        self.shop.roles.update(ann="write", bo="maintain", eve="read")
        if register is not None:
            self.shop.commit(branch="main", files={"quality/waivers.yml": register.encode()})
        self.subject = self.shop.pull().number
        github.world.installations[0].permissions.update(PERMISSIONS, contents="write")

    def say(self, body: str, login: str = "ann", number: int = 0, **of: Any) -> Comment:
        """Somebody comments, and the App is told."""
        number = number or self.subject
        comment = self.shop.comment(number, body, login=login)
        self.hear(comment, **of)
        return comment

    def hear(self, comment: Comment, action: str = "created", **of: Any) -> None:
        said = {**self.ask(f"/repos/acme/shop/issues/comments/{comment.id}"), **of}
        marked = {"pull_request": {}} if comment.number in self.shop.pulls else {}
        about = {"issue": {"number": comment.number, **marked}, "sender": said["user"] or {"type": "User"}}
        payload = self.about({"action": action, "comment": said, **about})
        self.handle(self.delivery(payload, "issue_comment"))

    @property
    def proposal(self) -> Pull:
        (pull,) = (each for each in self.shop.pulls.values() if each.head.startswith("qualitygate/"))
        return pull

    def register(self, branch: str = "") -> str:
        return self.shop.commits[self.shop.branches[branch or self.proposal.head]].files["quality/waivers.yml"].decode()

    def replies(self, number: int = 0) -> list[str]:
        told = [each for each in self.shop.comments(number or self.subject) if each.author.kind == "Bot"]
        return [each.body.partition("\n")[2].strip() for each in told]

    def proposed(self) -> list[Pull]:
        return [each for each in self.shop.pulls.values() if each.head.startswith("qualitygate/")]

    def ask(self, path: str) -> Any:
        return super().ask(path)


@pytest.fixture
def bench(github: GitHub) -> Bench:
    return Bench(github)


def test_a_command_opens_a_pull_request_in_which_nothing_is_waived_yet(bench: Bench) -> None:
    comment = bench.say(ASK)
    pull = bench.proposal
    id = f"W-{bench.subject}-{comment.id}"
    assert (f"qualitygate/waive-{id}", "main", False) == (pull.head, pull.base, pull.draft)
    text = bench.register()
    assert text.startswith(REGISTER), "what stood there stands there still"
    assert ["W-1"] == [each["id"] for each in parse(text, "").data]
    assert "#   requested_by: ann\n#   created: 2026-11-02\n#   expires: 2026-11-30\n" in text
    (reply,) = bench.replies()
    assert f"The waiver {id} is proposed in #{pull.number}." in reply
    reach = "whatever its number, wherever it is judged, in every pull request too, until 2026-11-30."
    assert reach in reply
    body = bench.shop.issues[pull.number].body
    assert body is not None
    assert "`/qualitygate approve`" in body
    assert "rounding is repaired" in body
    assert reach in body


def test_somebody_else_agrees_and_the_record_is_whole(bench: Bench) -> None:
    asked = bench.say(ASK)
    bench.github.wait(timedelta(days=1))
    bench.say("/qualitygate approve", "bo", bench.proposal.number)
    text = bench.register()
    assert text.startswith(REGISTER)
    assert "excuses nothing" not in text
    assert {
        "id": f"W-{bench.subject}-{asked.id}",
        "gate": "pull-request",
        "metric": "tests.failed",
        "reason": WHY,
        "requested_by": "ann",
        "approved_by": "bo",
        "created": "2026-11-03",
        "expires": "2026-11-30",
    } == parse(text, "").data[1]
    commit = bench.shop.commits[bench.shop.branches[bench.proposal.head]]
    assert f"\n\nApproved-by: bo <{bench.github.world.account('bo').id}+bo@users.noreply.github.com>" in commit.message
    assert ["is complete" in each for each in bench.replies(bench.proposal.number)] == [True]


def test_what_was_waived_lets_the_check_pass_when_it_is_judged_anew(bench: Bench) -> None:
    pull = bench.shop.pulls[bench.subject]
    bench.tell(bench.run(pull, reports={"unit.xml": junit(failed=1)}))
    first = bench.check
    bench.say(ASK)
    bench.say("/qualitygate approve", "bo", bench.proposal.number)
    again = {**bench.rerequest(first), "action": "requested_action"}
    bench.handle(bench.delivery({**again, "requested_action": {"identifier": "re-evaluate"}}, "check_run"))
    bench.shop.merge(bench.proposal.number)
    bench.handle(bench.delivery({**again, "requested_action": {"identifier": "re-evaluate"}}, "check_run"))
    assert ["failure", "failure", "success"] == [each.conclusion for each in bench.shop.check_runs]
    assert "WAIVED" in (bench.shop.check_runs[-1].title or "")


def test_nobody_agrees_to_their_own(bench: Bench) -> None:
    bench.say(ASK)
    before = bench.register()
    bench.say("/qualitygate approve", "ann", bench.proposal.number)
    bench.shop.roles["ANN"] = "admin"
    bench.say("/qualitygate approve", "ANN", bench.proposal.number)
    assert before == bench.register()
    assert ["You asked for it yourself; somebody else must agree."] * 2 == bench.replies(bench.proposal.number)


def test_a_record_that_was_put_there_by_hand_is_not_said_to_be_complete(bench: Bench) -> None:
    asked = bench.say(ASK)
    forged = f"- {{id: W-{bench.subject}-{asked.id}, gate: pull-request, metric: tests.failed, reason: {WHY},"
    forged += " requested_by: ann, approved_by: bo, created: 2026-11-02, expires: 2027-01-30}\n"
    bench.shop.commit(branch=bench.proposal.head, files={"quality/waivers.yml": (REGISTER + forged).encode()})
    bench.say("/qualitygate approve", "bo", bench.proposal.number)
    assert "has another record" in bench.replies(bench.proposal.number)[0]
    assert bench.register().endswith(forged)


def test_nobody_is_made_to_agree_by_a_webhook_that_github_did_not_send(bench: Bench) -> None:
    """Whoever has the webhook secret signs what they like: that bo agreed, in words or a place that bo never used."""
    bench.say(ASK)
    number, before = bench.proposal.number, bench.register()
    own = bench.shop.comment(number, "/qualitygate approve", login="ann")
    bos = bench.ask(f"/repos/acme/shop/issues/comments/{bench.shop.comment(number, 'Why that?', login='bo').id}")
    other = bench.shop.comment(bench.subject, "/qualitygate approve", login="bo")
    bench.hear(own, user=bos["user"])
    bench.hear(own, id=99_999, user=bos["user"])
    bench.hear(own, **{**bos, "body": "/qualitygate approve"})
    elsewhere = bench.shop.comment(number, "", login="bo")
    bench.hear(elsewhere, **{**bench.ask(f"/repos/acme/shop/issues/comments/{other.id}"), "issue_url": ""})
    assert before == bench.register()
    assert [] == bench.replies(number)


def test_nobody_is_made_to_ask_by_a_webhook_that_github_did_not_send(bench: Bench) -> None:
    bench.hear(bench.shop.comment(bench.subject, "Look at this, please", login="ann"), body=ASK)
    assert ([], []) == (bench.proposed(), bench.replies())


def test_what_was_edited_into_an_agreement_is_none(bench: Bench) -> None:
    bench.say(ASK)
    agreed = bench.shop.comment(bench.proposal.number, "Why that?", login="bo")
    agreed.body, agreed.updated = "/qualitygate approve", agreed.updated + timedelta(minutes=1)
    bench.hear(agreed)
    assert "approved_by" not in bench.register().removeprefix(REGISTER)
    assert ["The comment was edited since; write it anew."] == bench.replies(bench.proposal.number)


def test_one_may_agree_from_elsewhere_by_the_id(bench: Bench) -> None:
    asked = bench.say(ASK)
    bench.say(f"/qualitygate approve W-{bench.subject}-{asked.id}", "bo")
    assert "approved_by: bo" in bench.register()


def test_a_webhook_that_comes_twice_proposes_and_replies_once(bench: Bench) -> None:
    asked = bench.say(ASK)
    bench.hear(asked)
    agreed = bench.say("/qualitygate approve", "bo", bench.proposal.number)
    bench.hear(agreed)
    bench.hear(asked)
    assert (1, 1) == (len(bench.replies()), len(bench.replies(bench.proposal.number)))
    text = bench.register()
    assert 1 == text.count("approved_by: bo")
    bench.shop.merge(bench.proposal.number)
    del bench.shop.branches[bench.proposal.head]
    bench.hear(asked)
    assert 1 == len(bench.proposed())


@pytest.mark.parametrize(
    "path", ["/repos/*/git/refs", "/repos/*/contents/*", "/repos/*/pulls", "/repos/*/issues/*/comments"]
)
def test_an_answer_that_is_lost_on_the_way_makes_nothing_twice(bench: Bench, path: str) -> None:
    method = "PUT" if "contents" in path else "POST"
    bench.github.fail(method, path, status=502, after=True)
    comment = bench.shop.comment(bench.subject, ASK, login="ann")
    from contextlib import suppress

    from qualitygate.errors import CannotUseGitHub

    with suppress(CannotUseGitHub):
        bench.hear(comment)
    bench.hear(comment)
    assert (1, 1) == (len(bench.proposed()), len(bench.replies()))
    assert 1 == bench.register().count("# - id:")


@pytest.mark.parametrize("login", ["eve", "stranger"])
def test_who_may_not_ask_gets_a_reaction_and_no_word(bench: Bench, login: str) -> None:
    comment = bench.say(ASK, login)
    assert (["confused"], [], []) == ([each.content for each in comment.reactions], bench.replies(), bench.proposed())


@pytest.mark.parametrize(("login", "private"), [("eve", True), ("tom", False)])
def test_who_is_no_stranger_is_told_which_role_it_takes(bench: Bench, login: str, private: bool) -> None:
    bench.shop.private = private
    bench.shop.roles["tom"] = "triage"
    bench.hear(bench.say(ASK, login))
    (reply,) = bench.replies()
    assert "takes the role `write` on this repository, by `waiver_role` of the policy. Let somebody who has it" in reply
    assert [] == bench.proposed()


def test_the_policy_may_ask_for_a_higher_role(github: GitHub) -> None:
    bench = Bench(github, f"waiver_role: maintain\n{POLICY}")
    bench.say(ASK)
    assert [] == bench.proposed()
    bench.say(ASK, "bo")
    bench.say("/qualitygate approve", "ann", bench.proposal.number)
    assert "approved_by" not in bench.register().removeprefix(REGISTER)


def test_who_may_no_longer_ask_is_not_agreed_with(bench: Bench) -> None:
    bench.say(ASK)
    bench.shop.roles["ann"] = "read"
    bench.say("/qualitygate approve", "bo", bench.proposal.number)
    assert "approved_by" not in bench.register().removeprefix(REGISTER)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (
            "/qualitygate waiv tests.failed until 2026-11-30 because of the very long weekend",
            "Did you mean `/qualitygate waive`?",
        ),
        ("/qualitygate", "There are `/qualitygate waive"),
        ("/qualitygate waive tests.failed", "Write it like `/qualitygate waive CONDITION until"),
        (
            "/qualitygate waive tests.fialed until 2026-11-30 because of the very long weekend",
            "Did you mean tests.failed?",
        ),
        ("/qualitygate waive tests.failed until friday because of the very long weekend", "“friday” is no date"),
        (
            "/qualitygate waive tests.failed until 2026-10-30 because of the very long weekend",
            "2026-10-30 is over; write a day from 2026-11-02 to 2027-01-31.",
        ),
        (
            "/qualitygate waive tests.failed until 2027-11-30 because of the very long weekend",
            "the policy allows 90: write 2027-01-31 or a day before.",
        ),
        (
            "/qualitygate waive tests.failed until 2026-11-30 because I say",
            "it needs 20 to 1000: say why this may pass",
        ),
        ("/qualitygate approve", "This is no pull request of a waiver"),
        ("/qualitygate approve W-99-99", "Nobody has asked for a waiver W-99-99; `/qualitygate waive CONDITION until"),
        ("/qualitygate approve something", "Write it like `/qualitygate approve W-12-3456`"),
    ],
)
def test_a_wrong_command_is_answered_once_with_the_way_out(bench: Bench, body: str, why: str) -> None:
    bench.hear(bench.say(body))
    (reply,) = bench.replies()
    assert why in reply.replace("\\", "")
    assert [] == bench.proposed()


def test_what_is_said_of_several_conditions_must_be_said_more_exactly(github: GitHub) -> None:
    bench = Bench(github, POLICY + "  release:\n    - {metric: tests.failed, at_most: 0, where: {suite: unit}}\n")
    bench.say(ASK)
    several = "is said of several; name one of these: pull-request/tests.failed, release/tests.failed."
    assert several in bench.replies()[0].replace("\\", "")
    bench.say(ASK.replace("tests.failed", "release/tests.failed"))
    assert "#   where: {suite: unit}\n" in bench.register()


def test_of_one_metric_twice_in_a_gate_the_ids_are_what_to_write(github: GitHub) -> None:
    bench = Bench(github, POLICY + "    - {id: few, metric: tests.failed, at_most: 3}\n")
    bench.say(ASK)
    (reply,) = bench.replies()
    assert ", pull-request/few." in reply.replace("\\", "")
    bench.say(ASK.replace("tests.failed", "pull-request/few"))
    assert bench.proposed()


@pytest.mark.parametrize("body", ["Please /qualitygate waive this", "> /qualitygate waive", "/qualitygates", "hello"])
def test_other_comments_are_no_commands(bench: Bench, body: str) -> None:
    bench.github.calls.clear()
    bench.say(body)
    assert [] == bench.replies()


def test_bots_apps_and_edited_comments_do_nothing(bench: Bench) -> None:
    bench.shop.roles["robot[bot]"] = "admin"
    bench.say(ASK, "robot[bot]")
    bench.hear(bench.shop.comment(bench.subject, ASK, login="ann"), "edited")
    bench.hear(bench.shop.comment(bench.subject, ASK, login="ann"), performed_via_github_app={"id": 1})
    bench.hear(bench.shop.comment(bench.subject, ASK, login="ann"), user=None)
    assert [] == bench.proposed()


def test_what_was_edited_after_it_was_asked_for_is_not_agreed_to(bench: Bench) -> None:
    asked = bench.say(ASK)
    asked.body = asked.body.replace("11-30", "12-30")
    asked.updated += timedelta(minutes=1)
    bench.say("/qualitygate approve", "bo", bench.proposal.number)
    assert "was edited since" in bench.replies(bench.proposal.number)[0]
    assert "approved_by" not in bench.register().removeprefix(REGISTER)


def test_what_is_closed_or_over_is_not_agreed_to(bench: Bench) -> None:
    bench.say(ASK)
    number = bench.proposal.number
    bench.now = datetime(2026, 12, 1, 9, tzinfo=UTC)
    bench.say("/qualitygate approve", "bo", number)
    bench.now = bench.github.now
    bench.shop.issues[number].state = "closed"
    bench.say("/qualitygate approve", "bo", number)
    first, second = bench.replies(number)
    assert ("2026-11-30 is over" in first.replace("\\", ""), "is closed" in second) == (True, True)


@pytest.mark.parametrize("body", ["/qualitygate approve", "looks good to me", f"```\n{ASK}\n```", ""])
def test_a_comment_that_was_no_wish_cannot_be_agreed_to(bench: Bench, body: str) -> None:
    other = bench.shop.comment(bench.subject, body, login="ann")
    sha = bench.shop.head
    bench.shop.branches[f"qualitygate/waive-W-{bench.subject}-{other.id}"] = sha
    pull = bench.shop.pull(head=f"qualitygate/waive-W-{bench.subject}-{other.id}", proposed=True)
    bench.say("/qualitygate approve", "bo", pull.number)
    assert "Nobody has asked" in bench.replies(pull.number)[0]


HOSTILE = [
    'because"} ]\n- id: evil',
    "because: of & *anchor !!python/object:os.system [x](https://evil.example) @acme/all",
    "because 'single' \"double\" \\backslash #comment {flow} - dash: colon 🦊\u2028\u202e",
    "because # ${{ github.token }} <script>alert(1)</script> `rm -rf`",
]


@pytest.mark.parametrize("reason", HOSTILE)
def test_hostile_reasons_stay_text_in_yaml_and_markdown(bench: Bench, reason: str) -> None:
    bench.say(f"/qualitygate waive tests.failed until 2026-11-30 because of this long reason {reason}")
    pull = bench.proposal
    assert ["W-1"] == [each["id"] for each in parse(bench.register(), "").data]
    bench.say("/qualitygate approve", "bo", pull.number)
    records = parse(bench.register(), "").data
    assert 2 == len(records)
    assert records[1]["reason"].startswith("of this long reason because")
    assert records[1]["reason"].isprintable()
    body = bench.shop.issues[pull.number].body or ""
    assert "<script>" not in body
    assert "@acme" not in body


@pytest.mark.parametrize(
    ("register", "kept"),
    [
        (None, True),
        ("", True),
        ("# nothing yet\n", True),
        (REGISTER.rstrip("\n"), True),
        ("".join(f"  {each}\n" for each in REGISTER.splitlines()), True),
        (f"[{json.dumps(parse(REGISTER, '').data[0])}]\n", False),
    ],
)
def test_registers_of_every_form_are_added_to_or_left_alone(github: GitHub, register: str | None, kept: bool) -> None:
    bench = Bench(github, register=register)
    bench.say(ASK)
    if not kept:
        assert "cannot be added" in bench.replies()[0]
        assert "Mend that first, then write the command anew." in bench.replies()[0]
        assert [] == bench.proposed()
        return
    bench.say("/qualitygate approve", "bo", bench.proposal.number)
    assert bench.register().startswith(register or "")
    assert "bo" == parse(bench.register(), "").data[-1]["approved_by"]


@pytest.mark.parametrize(
    ("register", "left"),
    [
        ("[]", ""),
        ("[]\n", ""),
        ("--- []\n", ""),
        ("# What we let pass\n[ ]  # none so far\n# and why\n", "# What we let pass\n# none so far\n# and why\n"),
        ("# like [] here\n[\n]\n", "# like [] here\n"),
    ],
)
def test_a_register_that_is_an_empty_list_takes_a_waiver_and_keeps_its_remarks(
    github: GitHub, register: str, left: str
) -> None:
    bench = Bench(github, register=register)
    bench.say(ASK)
    assert [] == parse(bench.register(), "").data, "so far it is a comment"
    bench.say("/qualitygate approve", "bo", bench.proposal.number)
    assert ["bo"] == [each["approved_by"] for each in parse(bench.register(), "").data]
    assert bench.register().startswith(f"{left}- id: W-")


def test_where_the_app_may_not_write_it_says_so(bench: Bench) -> None:
    bench.github.world.installations[0].permissions["contents"] = "read"
    bench.say(ASK)
    assert "The App may not do that here" in bench.replies()[0]


def test_without_a_policy_nobody_answers(github: GitHub) -> None:
    bench = Bench(github, "version: 1\ngates: {}\n")
    bench.say(ASK)
    assert ([], []) == (bench.replies(), bench.proposed())


def test_the_reply_is_in_the_language_of_the_policy(github: GitHub) -> None:
    bench = Bench(github, f"lang: zh-CN\n{POLICY}")
    bench.say(ASK)
    assert "豁免" in bench.replies()[0]
