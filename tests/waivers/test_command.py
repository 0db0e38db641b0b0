"""Waivers by command without a server: the record stays what was meant, and git shows four eyes for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.escaping import line
from qualitygate.model.policy import Waiver
from qualitygate.waivers import register
from qualitygate.waivers.approvals import approvals
from qualitygate.waivers.command import Misunderstood, Wish, is_command, understood
from qualitygate.waivers.foureyes import Seen
from qualitygate.yamltext import parse
from tests.waivers.conftest import HUB, Repository

ASKED = Waiver(
    id="W-12-3456",
    gate="release",
    metric="tests.failed",
    where={"suite": "unit"},
    reason="the voucher rounding is repaired in 1.4.1",
    requested_by="ann",
    approved_by="",
    created=date(2026, 11, 20),
    expires=date(2026, 11, 30),
)
AGREED = replace(ASKED, approved_by="bo", created=date(2026, 11, 21))
OTHER = register.record(replace(AGREED, id="W-1"))


@given(st.text(min_size=1), st.text(min_size=1))
def test_whatever_a_reason_or_a_label_holds_the_record_reads_as_it_was_meant(reason: str, label: str) -> None:
    meant = replace(AGREED, reason=line(reason), where={"suite": line(label)})
    (read,) = parse(register.record(meant), "").data
    assert (meant.reason, dict(meant.where), "bo") == (read["reason"], read["where"], read["approved_by"])


@pytest.mark.parametrize("word", ["true", "No", "null", "12", "1e3", "", "~", "on"])
def test_a_name_that_yaml_takes_for_something_else_stays_text(word: str) -> None:
    (read,) = parse(register.record(replace(AGREED, requested_by=word)), "").data
    assert word == read["requested_by"]


@given(st.text())
def test_whatever_is_asked_for_excuses_nothing_while_it_is_only_asked_for(reason: str) -> None:
    text = register.added(OTHER, register.pending(replace(ASKED, reason=line(reason))))
    assert parse(OTHER, "").data == parse(text, "").data


def test_what_stood_there_stays_byte_for_byte_and_the_comment_goes_when_it_is_agreed_to() -> None:
    text = register.added(f"# why\n{OTHER}# the end\n", register.pending(ASKED))
    agreed = register.agreed(text + "# added by hand\n", ASKED, AGREED)
    assert agreed == f"# why\n{OTHER}# the end\n# added by hand\n{register.record(AGREED)}"


@pytest.mark.parametrize("text", ["a: 1\n", "[{id: W-1}]\n", "- {id: W-1}\n...\n", "- [\n", "just text\n"])
def test_a_register_that_is_no_plain_list_is_not_touched(text: str) -> None:
    with pytest.raises(register.CannotAdd):
        register.added(text, register.record(AGREED))


@pytest.mark.parametrize(
    ("body", "condition"),
    [
        ("/qualitygate waive tests.failed until 2026-11-30 because it is well known to us", "tests.failed"),
        ("  /qualitygate  waive\n`g/x` until 2026-11-30\r\nbecause: it is well known to us\n\nPS: sorry", "g/x"),
        ("Sorry, again:\n\n/qualitygate waive g/x until 2026-11-30 because it is well known to us", "g/x"),
        ("\n\n\n   /qualitygate waive g/x until 2026-11-30 because it is well known to us\n\n~~~\n", "g/x"),
        ("```js`` is code\n/qualitygate waive g/x until 2026-11-30 because it is well known to us", "g/x"),
        ("<!-- x -->\n/qualitygate waive g/x until 2026-11-30 because it is well known to us", "g/x"),
        ("LGTM\n/qualitygate waive g/x until 2026-11-30 because it is well known to us", "g/x"),
        (
            "```\n/qualitygate approve\n```\n/qualitygate waive g/x until 2026-11-30 because it is well known to us",
            "g/x",
        ),
    ],
)
def test_a_command_begins_a_line_and_ends_with_its_paragraph(body: str, condition: str) -> None:
    assert is_command(body)
    assert Wish(condition=condition, until=date(2026, 11, 30), reason="it is well known to us") == understood(body)


@pytest.mark.parametrize(
    "body",
    [
        "what does /qualitygate approve do?",
        "> /qualitygate approve\n\nwhy?",
        "    /qualitygate approve",
        "\t/qualitygate approve",
        "> say\n/qualitygate approve",
        "<!-- write\n\n/qualitygate approve\n\n-->",
        "<!--\n/qualitygate approve",
        "~~~~\n~~~\n\n/qualitygate approve\n~~~~",
        "```text\n\n/qualitygate approve\n\n```",
        "~~~\n```\n\n/qualitygate approve",
        "/qualitygatekeeper",
    ],
)
def test_what_is_quoted_or_an_example_is_no_command(body: str) -> None:
    assert not is_command(body)


@pytest.mark.parametrize("between", ["\n\n", "\n", "\n\nand\n"])
def test_two_commands_in_one_comment_are_not_guessed_at(between: str) -> None:
    with pytest.raises(Misunderstood, match="a comment of its own"):
        understood(f"/qualitygate approve W-1-2{between}/qualitygate approve W-1-3")


@pytest.mark.parametrize("how", ["merge", "rebase", "squash"])
def test_git_shows_four_eyes_for_what_the_app_commits_however_it_is_merged(repository: Repository, how: str) -> None:
    message = (
        "Waiver W-12-3456\n\nApproved in https://github.example/c\n\nApproved-by: bo <7+bo@users.noreply.github.com>"
    )
    repository.commit("", "Cy")
    repository.branch("waive")
    repository.commit(register.pending(ASKED), "Ann", committer="qualitygate[bot]")
    repository.commit(register.record(AGREED), "Ann", committer="qualitygate[bot]", message=message)
    if how == "merge":
        repository.merge("waive", "Cy")
    else:
        repository.git("checkout", "--quiet", "main")
        author = "Ann" if how == "rebase" else "qualitygate[bot]"
        repository.commit(register.record(AGREED), author, committer=HUB, message=message)
    found = approvals(repository.register, [AGREED.id], [])[AGREED.id]
    assert (Seen.BOTH, "trailer") == (found.seen, found.how)
