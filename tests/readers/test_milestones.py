"""Registers of milestones: what is read, what is refused, and where the mistakes are."""

# ruff: noqa: E501 - a table is read by the row

from __future__ import annotations

from datetime import date, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.errors import CannotReadReport
from qualitygate.model.milestones import Milestone
from qualitygate.readers.milestones import READER
from tests.samples import source

REGISTER = """\
anchors:
  contract_start: 2026-01-31
  project_end: 2026-12-31
milestones:
  - id: tickets
    title: Ticket system
    due: contract_start + P1M
    achieved: 2026-02-27
    owner: p-01
    evidence: [docs/tickets.md, "https://example.org/1"]
  - {id: end, due: project_end + P0D}
  - {id: manual, due: 2026-06-30}
"""
CHINA = timezone(timedelta(hours=8))


def register(content, **rules):
    (found,) = READER.read(source(content, **rules))
    return found


def refusal(content) -> str:
    with pytest.raises(CannotReadReport) as refused:
        register(content)
    return str(refused.value)


def test_a_register_is_read():
    found = register(REGISTER)
    assert (
        Milestone(
            id="tickets",
            title="Ticket system",
            due=date(2026, 2, 28),
            due_as="contract_start + P1M",
            achieved=date(2026, 2, 27),
            owner="p-01",
            evidence=("docs/tickets.md", "https://example.org/1"),
            line=5,
        ),
        Milestone(id="end", due=date(2026, 12, 31), due_as="project_end + P0D", line=11),
        Milestone(id="manual", due=date(2026, 6, 30), line=12),
    ) == found.milestones
    assert {"milestones": 3, "achieved": 1} == found.counts


def test_a_time_is_of_the_day_that_the_policys_zone_has_then():
    content = "milestones: [{id: a, due: 2026-10-31, achieved: 2026-10-31T17:00:00Z}]"
    assert [date(2026, 10, 31)] == [each.achieved for each in register(content).milestones]
    assert [date(2026, 11, 1)] == [each.achieved for each in register(content, zone=CHINA).milestones]


@pytest.mark.parametrize("content", ["milestones:\n", "milestones: []\n", "anchors:\nmilestones: []\n"])
def test_a_register_without_milestones_is_read(content):
    assert () == register(content).milestones


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("milestone: []", "line 1, column 1: has the unknown key 'milestone'; did you mean milestones?"),
        ("anchors: {}", "line 1, column 1: has no milestones"),
        ("[]", "line 1, column 1: is no mapping"),
        ("milestones: 5", "line 1, column 13: milestones is no list of records"),
        ("milestones: [5]", "line 1, column 14: milestones holds '5', no record"),
        ("milestones: [{id: a, deu: x, due: 2026-01-01}]", "line 1, column 22: has the unknown key 'deu'; did you mean due?"),
        ("milestones: [{id: a}]", "line 1, column 14: has no due"),
        ("milestones: [{id: a, due: }]", "line 1, column 22: has no due"),
        ("milestones: [{due: 2026-01-01}]", "line 1, column 14: has no id"),
        ("milestones: [{id: a, due: 2026-02-30}]", "line 1, column 27: due is '2026-02-30', no date such as"),
        ("milestones: [{id: a, due: begin + P1M}]", "line 1, column 27: due names the anchor 'begin', which is not under anchors; there are none"),
        ("anchors: {begin: x}\nmilestones: []", "line 1, column 18: begin is 'x', no date"),
        ("anchors: {begin: }\nmilestones: []", "line 1, column 11: 'begin' is empty"),
        ("anchors: [a]\nmilestones: []", "line 1, column 10: anchors is no mapping"),
        ("milestones:\n- {id: a, due: 2026-01-01}\n- {id: a, due: 2026-01-01}", "line 3, column 8: the id 'a' is also in line 2"),
        ("milestones: [{id: a, due: 2026-01-01, evidence: [[]]}]", "line 1, column 50: evidence holds '[]', no text"),
        ("milestones: [{id: a, due: 2026-01-01, owner: [b]}]", "line 1, column 46: owner is a list, not a text"),
        ("milestones: [{id: a, due: 2026-01-01, title: 1, title: 2}]", "line 1, column 49: has the key 'title' a second time"),
        ("milestones: [", ": is not valid YAML"),
        (f"milestones: [{{id: a, due: 2026-01-01, evidence: [{'a, ' * 1001}]}}]", "evidence has more than 1,000 entries"),
        ("", "is an empty file"),
        ("milestones: [{id: ' ', due: 2026-01-01}]", "line 1, column 15: has no id"),
        ("milestones:" + " " * 2_100_000, "is larger than 2 MB"),
    ],
)  # fmt: skip
def test_a_register_that_is_wrong_is_refused_with_the_place(content, said):
    assert said in refusal(content)


def test_all_mistakes_are_told_at_once_in_their_order():
    told = refusal("milestones:\n- {id: a, due: soon}\n- {id: b, achieved: x, due: 2026-01-01}\nanchor: {}\n")
    assert told.startswith("has 3 problems: line 2, column 16: due ")
    assert told.index("line 2,") < told.index("line 3, column 21") < told.index("line 4, column 1: has the unknown key")


@pytest.mark.parametrize("head", [REGISTER.encode(), b"milestones:\n- id: a\n  due: x\n", b"milestones: [{id: a, due: x}]\r\n"])  # fmt: skip
def test_a_register_is_recognised(head):
    assert READER.recognises(head)


@pytest.mark.parametrize("head", [b"", b"milestones:\n", b"milestones: 5\ndue: 6\n", b"a:\n  milestones:\n  - due: 5\n"])  # fmt: skip
def test_anything_else_is_not_recognised(head):
    assert not READER.recognises(head)


@given(st.text(alphabet="milestones:dua[]{}-,+PM 1\n", max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        register("milestones: " + text)
    except CannotReadReport:
        return
