"""Registers of trainings: who passed by which attempt, and what is refused, with its line and column."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.model.trainings import ExamResult
from qualitygate.readers.trainings import READER
from tests.samples import source

from .reading import sample

HEAD = "id: T-1\ndate: 2026-08-21\ntopic: t\naudience: support\npass_mark: 80\nresults:\n"


def trainings(content):
    (found,) = READER.read(source(content))
    return found.trainings


def results(record: str) -> tuple[ExamResult, ...]:
    (found,) = trainings(f"{HEAD}- {record}\n")
    return found.results


def refusal(content) -> str:
    with pytest.raises(CannotReadReport) as refused:
        trainings(content)
    return str(refused.value)


def test_a_session_is_read():
    (found,) = trainings(sample("trainings/session.yml"))
    assert ("TR-2026-03", datetime(2026, 8, 21, tzinfo=UTC), "support", 80) == (
        found.id,
        found.at,
        found.audience,
        found.pass_mark,
    )
    assert (
        ExamResult(who="p-01", score=Fraction(92), line=7),
        ExamResult(who="p-02", score=Fraction(74), retake=Fraction(88), line=8),
        ExamResult(who="p-03", excused=True, line=9),
        ExamResult(who="p-04", score=Fraction(159, 2), line=10),
    ) == found.results


def test_several_sessions_may_stand_in_one_file():
    one = "{date: 2026-01-01, topic: t, audience: a, id: "
    assert ["1", "2"] == [each.id for each in trainings(f"trainings:\n- {one}1}}\n- {one}2}}\n")]


@pytest.mark.parametrize(
    ("record", "final", "required"),
    [
        ("{who: p, score: 79}", 79, True),
        ("{who: p, score: 79, retake: 80}", 80, True),
        ("{who: p, score: 90, retake: 70}", 70, True),
        ("{who: p, absent: yes}", None, True),
        ("{who: p, absent: ill}", None, True),
        ("{who: p, absent: ill, excused: no}", None, True),
        ("{who: p, absent: ill, excused: yes}", None, False),
        ("{who: p, absent: ill, excused: yes, retake: 81}", 81, True),
    ],
)
def test_the_last_attempt_counts_and_only_an_excuse_takes_one_out(record, final, required):
    (found,) = results(record)
    assert (final, required) == (found.final, found.required)


def test_who_is_written_with_an_address_becomes_a_code():
    (found,) = results("{who: lin@acme.example, score: 90}")
    assert "u-" == found.who[:2]
    assert "acme" not in found.who


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("{who: p, scor: 90}", "line 7, column 12: has the unknown key 'scor'; did you mean score?"),
        ("{who: p, score: 90%}", "line 7, column 19: score is '90%', no number such as 80 or 92.5"),
        ("{who: p, score: -1}", "score is '-1', no number"),
        ("{score: 90}", "line 7, column 3: has no who"),
        ("{who: p}", "line 7, column 3: p has neither a score nor a word under absent"),
        ("{who: p, retake: 90}", "p has neither a score nor a word under absent"),
        ("{who: p, score: 90, absent: ill}", "p has a score and was absent"),
        ("{who: p, score: 90, absent: no}", "absent is a reason, or yes"),
        ("{who: p, absent: yes, excused: yes}", "p is excused without a reason; write it under absent"),
        ("{who: p, score: 90, excused: yes}", "p is excused without a reason"),
        ("{who: p, score: 90}\n- {who: p, score: 91}", "line 8, column 3: p is also in line 7; write a second"),
    ],
)
def test_a_mistake_in_a_result_is_told_with_its_place(record, said):
    assert said in refusal(f"{HEAD}- {record}\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            HEAD.replace("pass_mark: 80\n", "") + "- {who: p, score: 1}\n",
            "line 1, column 1: has results and no pass_mark",
        ),
        (
            HEAD.replace("audience", "audiance"),
            "line 4, column 1: has the unknown key 'audiance'; did you mean audience?",
        ),
        (HEAD.replace("date: 2026-08-21", "date: August"), "line 2, column 7: date is 'August', no date such as"),
        (HEAD.replace("topic: t\n", ""), "line 1, column 1: has no topic"),
        (HEAD + "evidence: [{path: a, sha256: 5f0c}]\n", "sha256 is no SHA-256: 64 hexadecimal digits"),
        (HEAD + "evidence: [{sha256: " + "0" * 64 + "}]\n", "has no path"),
        ("trainings:\n- 5\n", "line 2, column 3: trainings holds '5', no record"),
        ("- 5\n", "line 1, column 1: is no mapping"),
    ],
)
def test_a_mistake_in_a_session_is_told_with_its_place(content, said):
    assert said in refusal(content)


def test_all_mistakes_are_told_at_once():
    assert "has 3 problems" in refusal(HEAD.replace("topic", "topik") + "- {who: p, score: x}\n")


@pytest.mark.parametrize(
    "head", [HEAD.encode(), b"results: []\ntopic: t\naudience: a\n", b"trainings:\n- id: 1\n", b'{"trainings": [']
)
def test_a_register_is_recognised(head):
    assert READER.recognises(head)


@pytest.mark.parametrize("head", [b"", b"[]", b"results:\n- a\n", b"trainings: 5\n"])
def test_anything_else_is_not_recognised(head):
    assert not READER.recognises(head)
