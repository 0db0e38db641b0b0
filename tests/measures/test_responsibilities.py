"""Responsibilities: one accountable person who is there, and a deputy."""

# ruff: noqa: E501 - a table is read by the row

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from qualitygate.evaluation import judge
from qualitygate.extension import Context
from qualitygate.measures import responsibilities
from qualitygate.model.evidence import Gap
from qualitygate.model.people import PeopleRegister, Person
from qualitygate.model.policy import Bound, Condition
from qualitygate.model.responsibilities import Responsibility, ResponsibilityRegister
from qualitygate.model.verdict import Outcome
from tests.samples import NOW, report, source

PEOPLE = PeopleRegister(
    source=source(name="people.yml", labels={"suite": "people"}),
    people=(
        Person(id="lin", roles=("lead",)),
        Person(id="mei", roles=("lead",), until=date(2026, 11, 22)),
        Person(id="wu", roles=("lead",), until=date(2026, 11, 21)),
        Person(id="bo", roles=("lead",), since=date(2026, 11, 23)),
        Person(id="off", roles=("lead",), enabled=False),
    ),
)


def register(*found: Responsibility, name: str = "quality/responsibilities.yml", labels=None):
    return ResponsibilityRegister(source=source(name=name, labels=labels or {}), responsibilities=found)


def owned(*accountable: str, deputy: str | None = "mei", commitment: str = "documents", **more) -> Responsibility:
    return Responsibility(commitment=commitment, accountable=accountable, deputy=deputy, **more)


def gap(**more) -> Gap:
    return Gap(**{"slug": "missing", "source": "plan", "expected": "1 file", "found": "no file", **more})


def result(*evidence, clauses=(), **condition):
    line = Condition(id="c", metric=responsibilities.ACCOUNTABLE, bound=Bound(at_least=Fraction(1)), **condition)
    taken = list(responsibilities.take(evidence, Context(now=NOW, today=NOW.date(), clauses=clauses)))
    (found,) = judge(line, taken, now=NOW)
    return found


@pytest.mark.parametrize(
    ("each", "wrong"),
    [
        (owned("lin"), None),
        (owned("mei", deputy="lin"), None),
        (owned(), "nobody is accountable: name one person"),
        (owned("lin", "mei", deputy="lin"), "2 are accountable, lin, mei: name one of them; lin is accountable and the deputy: name another"),
        (owned("lin", deputy="lin"), "lin is accountable and the deputy: name another"),
        (owned("lin", deputy=None), "has no deputy: name one"),
        (owned("wu"), "the accountable person, wu, is not active on 2026-11-22: name another"),
        (owned("bo"), "the accountable person, bo, is not active on 2026-11-22: name another"),
        (owned("lin", deputy="off"), "the deputy, off, is not active on 2026-11-22: name another"),
        (owned("linn"), "the accountable person, linn, is in no register of people: did you mean lin?"),
        (owned("lin", deputy="xyzzy"), "the deputy, xyzzy, is in no register of people: add the person, or name another"),
    ],
)  # fmt: skip
def test_a_commitment_has_one_accountable_person_who_is_there_and_another_as_deputy(each, wrong):
    found = result(register(each), PEOPLE).measurement
    assert (0 if wrong else 1, 1) == (found.numerator, found.denominator)
    assert ([wrong] if wrong else []) == [finding.message for finding in found.findings]


def test_a_clause_that_no_register_names_has_nobody_who_answers_for_it():
    there = (owned("lin", commitment="1.1 first response"), owned("lin", commitment="2"), owned("lin"))
    found = result(register(*there), PEOPLE, clauses=("1", "1.1", "2", "3")).measurement
    assert (3, 5) == (found.numerator, found.denominator)
    assert ["1", "3"] == [finding.title for finding in found.findings]
    assert "begins with this clause" in found.findings[0].message


def test_a_clause_may_be_named_by_any_register():
    other = register(owned("lin", commitment="2"), name="b.yml", labels={"suite": "b"})
    found = result(register(owned("lin", commitment="1")), other, PEOPLE, clauses=("1", "2")).measurement
    assert (2, 2) == (found.numerator, found.denominator)


def test_without_a_register_that_can_be_read_no_clause_has_a_value():
    found = result(gap(kind="responsibilities", labels={}), PEOPLE, clauses=("1",), where={"commitment": "1"})
    assert (Outcome.NO_DATA, None) == (found.outcome, found.measurement.value)


def test_commitments_count_together_and_each_miss_has_its_place():
    found = result(register(owned("lin"), owned(commitment="support", line=7)), PEOPLE).measurement
    assert (1, 2) == (found.numerator, found.denominator)
    assert [("support", "quality/responsibilities.yml", 7)] == [
        (each.title, each.path, each.line) for each in found.findings
    ]
    assert (
        1
        == result(
            register(owned("lin"), owned(commitment="support")), PEOPLE, where={"commitment": "documents"}
        ).measurement.value
    )


@pytest.mark.parametrize(
    ("evidence", "note"),
    [
        ([register(), PEOPLE], "no commitment is listed in quality/responsibilities.yml"),
        ([register(owned("lin"))], "no register of people says who is active: declare quality/people.yml as evidence"),
        ([register(owned("lin")), gap(kind="people")], "plan: no file; expected 1 file"),
        ([register(owned("lin")), PEOPLE, gap(kind="people")], "plan: no file; expected 1 file"),
        ([register(owned("lin"), name="a"), register(owned("mei"), name="b"), PEOPLE], "the id documents is in a and in b: give each register an evidence entry of its own"),
        ([register(owned("lin")), PEOPLE, PeopleRegister(source=source(name="z.yml"), people=PEOPLE.people[:1])], "the id lin is in people.yml and in z.yml: give each register an evidence entry of its own"),
        ([PEOPLE], "nothing measured"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_no_data(evidence, note):
    found = result(*evidence)
    assert (Outcome.NO_DATA, note) == (found.outcome, found.note)


@pytest.mark.parametrize("condition", [{}, {"where": {"commitment": "documents"}}])
@pytest.mark.parametrize("kind", ["responsibilities", None])
def test_a_gap_is_no_data_whatever_is_picked(condition, kind):
    found = result(
        register(owned("lin"), labels={"suite": "a"}), PEOPLE, gap(kind=kind, labels={"suite": "b"}), **condition
    )
    assert (Outcome.NO_DATA, "plan: no file; expected 1 file") == (found.outcome, found.note)


def test_the_same_registers_from_two_shards_count_once_and_other_evidence_changes_nothing():
    one = register(owned("lin"))
    assert 1 == result(one, one, PEOPLE, PEOPLE, report(), gap(kind="tests")).measurement.denominator
