"""Records of retrospectives: what is read, what is refused, and where the mistakes are."""

# ruff: noqa: E501 - a table is read by the row

from __future__ import annotations

from datetime import date, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate import registry
from qualitygate.errors import CannotReadReport
from qualitygate.model.retrospectives import Action
from qualitygate.readers.retrospectives import READER
from tests.samples import source

RECORD = """\
---
date: 2026-11-03
month: 2026-10
attendees: [p-01, p-02]
decisions:
  - Answer on holidays too
signed_by: p-01
actions:
  - id: A-31
    text: A rota for holidays
    owner: p-02
    due: 2026-12-15
    first_due: 2026-11-30
    done: 2026-12-10
    verified_by: p-01
  - {id: A-32, text: Buy phones, owner: p-01, due: 2026-11-30, not_planned: phones are old hat}
---
# October

What went well.
"""
CHINA = timezone(timedelta(hours=8))


def record(content, **rules):
    (found,) = READER.read(source(content, **rules))
    return found


def refusal(content) -> str:
    with pytest.raises(CannotReadReport) as refused:
        record(content)
    return str(refused.value)


def test_a_record_is_read():
    found = record(RECORD)
    assert (date(2026, 11, 3), date(2026, 10, 1), None) == (found.held, found.month, found.project)
    assert (("p-01", "p-02"), ("Answer on holidays too",), ("p-01",)) == (found.attendees, found.decisions, found.signed_by)  # fmt: skip
    assert () == found.lacks
    assert (
        Action(
            id="A-31",
            text="A rota for holidays",
            owner="p-02",
            due=date(2026, 12, 15),
            first_due=date(2026, 11, 30),
            done=date(2026, 12, 10),
            verified_by="p-01",
            line=9,
        )
        == found.actions[0]
    )
    assert ("phones are old hat", 16) == (found.actions[1].not_planned, found.actions[1].line)
    assert {"actions": 2, "done": 1} == found.counts


def test_windows_line_ends_and_a_byte_order_mark_are_read():
    assert record(RECORD) .actions == record(b"\xef\xbb\xbf" + RECORD.replace("\n", "\r\n").encode()).actions  # fmt: skip


def test_without_a_month_it_looks_back_on_that_of_its_date():
    assert date(2026, 10, 1) == record("---\ndate: 2026-10-30\n---\n").month
    assert date(2026, 10, 1) == record("---\ndate: 2026-10-31T17:00:00Z\n---\n").month
    assert date(2026, 11, 1) == record("---\ndate: 2026-10-31T17:00:00Z\n---\n", zone=CHINA).month


def test_a_project_looks_back_on_no_month():
    found = record("---\ndate: 2026-10-30\nproject: crm\n---\n")
    assert (None, "crm") == (found.month, found.project)


@pytest.mark.parametrize(
    ("values", "lacks"),
    [
        ("attendees: [a]\ndecisions: [b]\nsigned_by: [c]", ()),
        ("attendees: [a]\nno_action: all went well\nsigned_by: [c]", ()),
        ("attendees: [a]\nsigned_by: [c]", ("decisions, or no_action with the reason",)),
        ("decisions: [b]\nsigned_by: []", ("attendees", "signed_by")),
        ("attendees:\nno_action:", ("attendees", "decisions, or no_action with the reason", "signed_by")),
    ],
)
def test_a_record_says_what_it_lacks(values, lacks):
    assert lacks == record(f"---\ndate: 2026-10-30\n{values}\n---\n").lacks


ACTION = "id: A, text: t, owner: o"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("date: 2026-10-30\n", "line 1, column 1: has no front matter"),
        ("---\ndate: 2026-10-30\n", "line 1, column 1: has no front matter"),
        ("---\n- 5\n---\n", "is no mapping"),
        ("---\nattendees: [a]\n---\n", "line 2, column 1: has no date"),
        ("---\ndate: 5\n---\n", "line 2, column 7: date is '5', no date such as"),
        ("---\ndate: 2026-10-30\natendees: [a]\n---\n", "line 3, column 1: has the unknown key 'atendees'; did you mean attendees?"),
        ("---\ndate: 2026-10-30\nmonth: 2026-13\n---\n", "line 3, column 8: month is '2026-13', no month such as 2026-10"),
        ("---\ndate: 2026-10-30\nmonth: October\n---\n", "line 3, column 8: month is 'October', no month"),
        ("---\ndate: 2026-10-30\nmonth: 2026-11\n---\n", "line 2, column 7: is of 2026-10-30, before the month that it looks back on"),
        ("---\ndate: 2026-10-30\nmonth: 2026-10\nproject: p\n---\n", "line 4, column 1: looks back on a month and on a project"),
        (f"---\ndate: 2026-10-30\nno_action: none\nactions: [{{{ACTION}, due: 2026-11-01}}]\n---\n", "line 3, column 1: says why there is no action, and there are actions"),
        ("---\ndate: 2026-10-30\nactions: [{id: A}]\n---\n", "has 3 problems: line 3, column 11: has no due; line 3, column 11: has no owner; line 3, column 11: has no text"),
        (f"---\ndate: 2026-10-30\nactions:\n- {{{ACTION}}}\n---\n", "line 4, column 3: has no due"),
        (f"---\ndate: 2026-10-30\nactions:\n- {{{ACTION}, due: 2026-11-01, first_due: 2026-11-02}}\n---\n", "line 4, column 58: first_due is 2026-11-02, after due, 2026-11-01"),
        (f"---\ndate: 2026-10-30\nactions:\n- {{{ACTION}, due: 2026-11-01, done: 2026-11-01, not_planned: x}}\n---\n", "is not planned, and was done on 2026-11-01"),
        (f"---\ndate: 2026-10-30\nactions:\n- {{{ACTION}, due: 2026-11-01, verified_by: b}}\n---\n", "is verified, and has no done"),
        (f"---\ndate: 2026-10-30\nactions:\n- {{{ACTION}, due: 2026-11-01}}\n- {{{ACTION}, due: 2026-11-01}}\n---\n", "line 5, column 8: the id 'A' is also in line 4"),
    ],
)  # fmt: skip
def test_a_record_that_is_wrong_is_refused_with_the_place(content, said):
    assert said in refusal(content)


def test_all_mistakes_are_told_at_once():
    assert "has 4 problems: " in refusal(
        "---\ndate: x\nmonth: y\nactions: [{id: A, text: t, owner: [], due: 2026-01-01}, 7]\n---\n"
    )


def test_a_record_is_recognised_among_all_readers():
    assert "retrospectives" == registry.reader_for(RECORD.encode())[0]


@pytest.mark.parametrize("head", [b"", b"---\ndate: 2026-01-01\ntitle: a post\n---\n", b"date: 2026-01-01\nattendees: [a]\nactions: []\n", b"---\ntitle: a\n---\ndate: 1\nattendees: 1\nactions: 1\n"])  # fmt: skip
def test_anything_else_is_not_recognised(head):
    assert not READER.recognises(head)


@given(st.text(alphabet="actions:dueidtxw[]{}-, 1\n", max_size=60))
def test_any_front_matter_is_read_or_refused(text):
    try:
        record(f"---\ndate: 2026-01-01\nactions: {text}\n---\n")
    except CannotReadReport:
        return
