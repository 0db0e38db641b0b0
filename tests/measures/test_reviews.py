"""Stage reviews: signed before the next stage starts, or not, and where nothing can be told."""

# ruff: noqa: E501 - a table is read by the row

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

import pytest

from qualitygate.evaluation import judge
from qualitygate.extension import Context
from qualitygate.measures import reviews
from qualitygate.model.documents import DocumentRegister, Stage
from qualitygate.model.evidence import Gap
from qualitygate.model.policy import Bound, Condition
from qualitygate.model.reviews import Approval, StageReview
from qualitygate.model.verdict import Outcome
from tests.samples import report, source

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 22, 17, tzinfo=CHINA)


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def review(stage: str, started: str, ended: str | None = None, *approved: str, labels=None, name: str = "", **more):
    whole = {"decision": "pass", "participants": ("a",), **more}
    return StageReview(
        source=source(name=name or f"quality/reviews/{stage}.md", labels=labels or {}, zone=CHINA),
        stage=stage,
        started=day(started),
        ended=day(ended),
        approvals=tuple(Approval(by="b", on=day(each), line=9) for each in approved),
        **whole,
    )


def documents(*stages: tuple[str, str, str | None]) -> DocumentRegister:
    listed = tuple(Stage(id=id, started=day(started), ended=day(ended)) for id, started, ended in stages)
    return DocumentRegister(source=source(name="documents.yml"), documents=(), stages=listed)


def gap(**more) -> Gap:
    return Gap(**{"slug": "missing", "source": "reviews", "expected": "1 file", "found": "no file", **more})


def result(*evidence, **condition):
    line = Condition(id="c", metric=reviews.SIGNED, bound=Bound(at_least=Fraction(1)), **condition)
    (found,) = judge(line, list(reviews.take(evidence, Context(now=NOW, today=NOW.date()))), now=NOW)
    return found


def numbers(*evidence, **condition):
    taken = result(*evidence, **condition).measurement
    return (taken.numerator, taken.denominator)


NEXT = review("build", "2026-04-10")


@pytest.mark.parametrize(
    ("record", "signed"),
    [
        (review("design", "2026-01-01", "2026-03-31", "2026-03-31"), 1),
        (review("design", "2026-01-01", "2026-03-31", "2026-04-09"), 1),
        (review("design", "2026-01-01", "2026-03-31", "2026-04-10"), 0),
        (review("design", "2026-01-01", "2026-03-31", "2026-04-11"), 0),
        (review("design", "2026-01-01", "2026-03-31", "2026-03-30"), 0),
        (review("design", "2026-01-01", "2026-03-31", "2026-03-30", "2026-04-11", "2026-04-09"), 1),
        (review("design", "2026-01-01", "2026-03-31"), 0),
        (review("design", "2026-01-01", "2026-03-31", "2026-04-01", decision="pass-with-actions"), 1),
        (review("design", "2026-01-01", "2026-03-31", "2026-04-01", decision="fail"), 0),
        (review("design", "2026-01-01", "2026-03-31", "2026-04-01", decision=None), 0),
        (review("design", "2026-01-01", "2026-03-31", "2026-04-01", participants=()), 0),
    ],
)
def test_a_stage_is_signed_when_an_approval_stands_between_its_end_and_the_next_start(record, signed):
    assert (signed, 1) == numbers(record, NEXT)


def test_the_last_stage_may_be_signed_until_today():
    assert (1, 1) == numbers(review("test", "2026-06-01", "2026-11-22", "2026-11-22"))
    assert (0, 1) == numbers(review("test", "2026-06-01", "2026-11-22", "2026-11-23"))


def test_a_stage_that_goes_on_is_not_finished():
    assert (1, 1) == numbers(review("a", "2026-01-01", "2026-01-31", "2026-01-31"), review("b", "2026-02-01", "2026-11-23"))  # fmt: skip
    found = result(review("b", "2026-02-01", "2026-11-23"))
    assert (Outcome.NO_DATA, "no stage has ended: b") == (found.outcome, found.note)


def test_stages_that_a_register_of_documents_names_need_a_record():
    stages = documents(("plan", "2026-01-01", "2026-01-31"), ("design", "2026-02-01", "2026-03-31"), ("build", "2026-04-10", None))  # fmt: skip
    found = result(review("design", "2026-02-01", None, "2026-04-01"), stages).measurement
    assert (1, 2) == (found.numerator, found.denominator)
    assert [("plan", "ended on 2026-01-31, and has no record: review the stage and write quality/reviews/plan.md", "quality/reviews/plan.md")] == [
        (each.title, each.message, each.path) for each in found.findings
    ]  # fmt: skip


def test_what_a_register_of_documents_says_of_a_stage_goes_before_its_record():
    assert (0, 1) == numbers(review("a", "2026-01-01", "2026-01-31", "2026-02-01"), documents(("a", "2026-01-01", "2026-02-28")))  # fmt: skip


def test_a_period_has_the_stages_that_ended_in_it_by_the_policys_zone():
    ended = [review("a", "2026-01-01", "2026-09-30", "2026-09-30"), review("b", "2026-10-01", "2026-10-31"), review("c", "2026-11-01", "2026-11-02")]  # fmt: skip
    assert (0, 1) == numbers(*ended, within="month")
    assert (1, 1) == numbers(*ended, within="quarter")
    assert (0, 1) == numbers(*ended, where={"stage": "c"})


@pytest.mark.parametrize("condition", [{}, {"within": "month"}, {"where": {"stage": "a"}}])
@pytest.mark.parametrize("kind", ["reviews", "documents", None])
def test_a_gap_is_no_data_whatever_is_picked(condition, kind):
    kept = review("a", "2026-01-01", "2026-10-31", "2026-10-31", labels={"suite": "a"})
    found = result(kept, gap(kind=kind, labels={"suite": "b"}), **condition)
    assert (Outcome.NO_DATA, "reviews: no file; expected 1 file") == (found.outcome, found.note)


def test_a_stage_with_two_records_is_no_data_and_the_same_from_two_shards_counts_once():
    one = review("a", "2026-01-01", "2026-10-31", "2026-10-31")
    assert (1, 1) == numbers(one, one)
    assert "the id a is in quality/reviews/a.md and in x" in result(one, review("a", "2026-01-01", name="x")).note


def test_other_evidence_and_its_gaps_change_nothing():
    assert Outcome.NO_DATA is result(report()).outcome
    assert (1, 1) == numbers(review("a", "2026-01-01", "2026-10-31", "2026-10-31"), report(), gap(kind="tests"))


@pytest.mark.parametrize(
    ("record", "message", "line"),
    [
        (review("design", "2026-01-01", "2026-03-31", "2026-04-11"), "and was approved on 2026-04-11, not before the next stage started on 2026-04-10", 9),
        (review("design", "2026-01-01", "2026-03-31", "2026-03-30"), "and was approved on 2026-03-30, before that: approve what has ended", 9),
        (review("design", "2026-01-01", "2026-03-31", "2026-12-30"), "and is approved on 2026-12-30, which is still to come: write the day on which it was", 9),
        (review("design", "2026-01-01", "2026-03-31"), "and its review is not signed: have it approved and write by and at under approvals", 1),
        (review("design", "2026-01-01", "2026-03-31", decision=None), "and has no decision: review the stage and write decision", 1),
        (review("design", "2026-01-01", "2026-03-31", decision="fail"), "and its review failed: mend what failed and review it again", 1),
        (review("design", "2026-01-01", "2026-03-31", participants=()), "and its review names no participants: write them", 1),
    ],
)  # fmt: skip
def test_each_miss_is_told_with_its_place_and_the_way_out(record, message, line):
    (found,) = result(record, NEXT).measurement.findings
    assert ("design", f"ended on 2026-03-31, {message}", "quality/reviews/design.md", line) == (found.title, found.message, found.path, found.line)  # fmt: skip
