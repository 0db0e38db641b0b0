"""Registers of surveys: waves and answers, whatever tool exported them, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.model.surveys import Answer, Wave
from qualitygate.readers.surveys import READER
from tests.samples import source

from .reading import sample


def register(content, name: str = "2026-q2.csv", **rules):
    (found,) = READER.read(source(content, name=name, **rules))
    return found


def refusal(content, **rules) -> str:
    with pytest.raises(CannotReadReport) as refused:
        register(content, **rules)
    return str(refused.value)


def test_waves_are_read_and_belong_to_the_quarter_they_opened_in_unless_they_say_another():
    found = register(sample("surveys/waves.yml"))
    assert (
        Wave(id="2026-q2", opened=date(2026, 6, 1), closed=date(2026, 6, 20), quarter="2026-Q2", invited=6, line=2),
        Wave(id="2026-q3", opened=date(2026, 10, 1), closed=date(2026, 10, 9), quarter="2026-Q3", invited=8, line=3),
    ) == found.waves
    assert () == found.answers == found.covers


def test_answers_are_read_of_the_wave_that_the_file_is_named_for():
    found = register(sample("surveys/2026-q2.csv"), name="quality/surveys/2026-q2.csv")
    first = Answer(wave="2026-q2", who="r-1", score=5, recommend=10, at=datetime(2026, 6, 2, tzinfo=UTC), line=2)
    assert first == found.answers[0]
    assert [5, 4, None, 2, 3] == [each.score for each in found.answers]
    assert ("2026-q2",) == found.covers


def test_no_address_and_no_text_of_an_answer_is_kept():
    found = register(sample("surveys/2026-q2.csv"))
    assert found.answers[3].who == found.answers[4].who != "lin@acme.example"
    assert not any(told in repr(found.answers) for told in ("acme", "thank", "slow"))


EXPORT = "Response ID,Submitted,How satisfied are you?,E-Mail,Your name\n7,2026-06-02,4,lin@acme.example,Lin\n"
COLUMNS = {"respondent": "Response ID", "score": "How satisfied are you?", "date": "submitted"}


def test_the_policy_says_which_columns_of_an_export_are_read_and_no_others_are():
    found = register(EXPORT, columns=COLUMNS)
    assert [("7", 4)] == [(each.who, each.score) for each in found.answers]
    assert "Lin" not in repr(found.answers)


def test_a_header_may_be_as_long_as_its_questions():
    wide = ",".join(f"Question {number} {'x' * 100}" for number in range(200))
    content = f"{wide},ID,Score\n{',' * 199},7,4\n"
    assert [4] == [each.score for each in register(content, columns={"respondent": "ID", "score": "Score"}).answers]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({**COLUMNS, "scor": "x"}, "columns of the policy: has the unknown column 'scor'; did you mean score?"),
        ({**COLUMNS, "zzzzzz": "x"}, "has the unknown column 'zzzzzz'; there are respondent, score"),
        ({**COLUMNS, "wave": "Wave"}, "line 1: has no column 'Wave', which the policy names for wave"),
        ({**COLUMNS, "date": "Submited"}, "which the policy names for date; did you mean 'submitted'?"),
        ({"respondent": "Response ID"}, "line 1: has no column score or recommend"),
        ({"score": "How satisfied are you?"}, "line 1: has no column respondent"),
        ({"score": "Q1"}, "has no known column in its first line"),
    ],
)
def test_a_column_that_the_policy_misnames_is_refused(columns, said):
    assert said in refusal(EXPORT, columns=columns)


@pytest.mark.parametrize("encoding", ["gb18030", "big5"])
def test_an_export_that_is_no_unicode_is_read_by_its_encoding(encoding):
    content = "編號,滿意\n7,4\n".encode(encoding)
    columns = {"respondent": "編號", "score": "滿意"}
    assert [4] == [each.score for each in register(content, columns=columns, encoding=encoding).answers]
    assert "is no UTF-8; save it as UTF-8" in refusal(content, columns=columns)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_believed_before_the_policy(encoding):
    content = "respondent,score,comment\n张,4,好\n".encode(encoding)
    assert ["张"] == [each.who for each in register(content, encoding="gb18030").answers]


@pytest.mark.parametrize(
    ("content", "encoding", "said"),
    [
        (b"respondent,score\n\xff\xff,4\n", "gb18030", "byte 0xff in line 2 is no gb18030"),
        (b"xn--a-a", "idna", "cannot be decoded as idna"),
    ],
)
def test_what_its_encoding_cannot_hold_is_refused(content, encoding, said):
    assert said in refusal(content, encoding=encoding)


@pytest.mark.parametrize("nothing", ["", "N/A", "n/a", "-", "NA", "不适用"])
def test_a_question_without_an_answer_has_none(nothing):
    (found,) = register(f"respondent,score\nr,{nothing}\n").answers
    assert found.score is None


def test_a_column_of_waves_is_believed_before_the_name_of_the_file():
    found = register("respondent,score,wave\na,5,q1\nb,4,\n", name="export.csv")
    assert ["q1", "export"] == [each.wave for each in found.answers]
    assert ("export", "q1") == found.covers


def test_a_file_without_answers_still_covers_its_wave():
    assert ("2026-q2",) == register("respondent,score\n").covers


def test_answers_may_be_json():
    assert [5] == [each.score for each in register('[{"respondent": "r", "score": 5}]').answers]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("respondent,score\nr,6\n", "line 2: score is '6', no whole number from 1 to 5"),
        ("respondent,score\nr,0\n", "score is '0', no whole number from 1 to 5"),
        ("respondent,recommend\nr,11\n", "recommend is '11', no whole number from 0 to 10"),
        ("respondent,score\nr,4.5\n", "score is '4.5', no whole number"),
        ("respondent,score\n,4\n", "line 2: has no respondent"),
        ("respondent,score,name\nr,4,Lin\n", "line 1: has the unknown column 'name'"),
        ("respondent,channel\nr,mail\n", "line 1: has no column score or recommend"),
        ("respondent,score,date\nr,4,\nr,5,2026-06-01\n", "line 3: the respondent is also in line 2, and only one"),
        ("respondent,score,date\nr,4,soon\nq,9,\n", "has 2 problems: line 2: date is 'soon'"),
    ],
)
def test_a_mistake_in_the_answers_is_told_with_its_line(content, said):
    assert said in refusal(content)


@pytest.mark.parametrize(
    ("wave", "said"),
    [
        ("{id: a}", "line 2, column 3: has no opened"),
        (
            "{id: a, opened: 2026-06-01, close: 2026-06-02}",
            "line 2, column 31: has the unknown key 'close'; did you mean",
        ),
        (
            "{id: a, opened: 2026-06-02, closed: 2026-06-01}",
            "line 2, column 39: closes on 2026-06-01, before it opens on 2026-06-02",
        ),
        ("{id: a, opened: 2026-06-01, closed: 2026-06-30, quarter: 2026-Q3}", "before 2026-Q3 begins"),
        ("{id: a, opened: 2026-06-01, quarter: 2026-Q5}", "quarter is '2026-Q5', no quarter such as 2026-Q3"),
        ("{id: a, opened: 2026-06-01, quarter: 0000-Q1}", "quarter '0000-Q1' is no period"),
        ("{id: a, opened: 2026-06-01, invited: many}", "invited is 'many', no whole number from 0"),
        ("{id: a, opened: 2026-06-01, invited: 5, sent: 6}", "has both invited and sent; write one"),
        (
            "{id: a, opened: 2026-06-01}\n- {id: a, opened: 2026-06-02}",
            "line 3, column 8: the id 'a' is also in line 2",
        ),
    ],
)
def test_a_mistake_in_a_wave_is_told_with_its_place(wave, said):
    assert said in refusal(f"waves:\n- {wave}\n")


def test_days_of_waves_are_those_of_the_policys_zone():
    content = "waves:\n- {id: a, opened: '2026-06-30T15:59:59Z', closed: '2026-06-30T16:00:00Z'}\n"
    (found,) = register(content, zone=timezone(timedelta(hours=8))).waves
    assert (date(2026, 6, 30), date(2026, 7, 1), "2026-Q2") == (found.opened, found.closed, found.quarter)


@pytest.mark.parametrize(
    "head",
    [
        b"waves:\n- id: a\n",
        b"respondent,score\n",
        b"\xef\xbb\xbfrespondent;recommend\n",
        b"answers:\n- {respondent: r}\n",
    ],
)
def test_a_register_is_recognised(head):
    assert READER.recognises(head)


@pytest.mark.parametrize("head", [b"", b"[]", b"respondent,age\n", b"waves: 3\n", b"id,score\n"])
def test_anything_else_is_not_recognised(head):
    assert not READER.recognises(head)
