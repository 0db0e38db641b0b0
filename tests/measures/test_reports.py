"""The report metrics: is the evidence there, whole, fresh, and at one with itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from qualitygate.extension import Context
from qualitygate.measures import reports
from qualitygate.model.evidence import Gap
from tests.samples import NOW, case, report


def take(*evidence):
    taken = reports.take(evidence, Context(now=NOW, today=NOW.date()))
    return {measurement.metric.name.removeprefix("reports."): measurement for measurement in taken}


def gap(slug: str, source: str = "unit") -> Gap:
    return Gap(slug=slug, source=source, expected="", found=f"is {slug}")


@pytest.mark.parametrize(
    ("slug", "missing", "broken"),
    [
        ("missing", 1, 0),
        ("short", 1, 0),
        ("unlisted", 1, 0),
        ("incomplete", 1, 0),
        ("truncated", 0, 1),
        ("entities", 0, 1),
        ("unreadable", 0, 1),
        ("stale", 0, 0),
        ("undated", 0, 0),
    ],
)
def test_a_gap_is_missing_or_unreadable_or_not_fresh(slug, missing, broken):
    told = take(gap(slug))
    assert (missing, broken) == (told["missing"].value, told["parse_errors"].value)


def test_a_source_with_two_gaps_is_one():
    assert 1 == take(gap("missing"), gap("short"))["missing"].value
    assert 2 == take(gap("missing"), gap("missing", "it"))["missing"].value


def test_a_report_at_odds_with_itself_is_one_inconsistent_report():
    odd = replace(report(case()), contradictions=("counts 3", "counts 4"))
    told = take(odd, report(case(), name="b.xml"))
    assert (1, 2, 2) == (
        told["inconsistent"].value,
        len(told["inconsistent"].findings),
        told["missing"].examined["files"],
    )


def test_the_age_is_that_of_the_oldest_report():
    old, new = (report(case(), name=str(hours), at=NOW - timedelta(hours=hours)) for hours in (5, 1))
    assert 5 * 3600 == take(new, old)["age"].value


def test_a_report_from_the_future_has_a_negative_age():
    assert -60 == take(report(case(), at=NOW + timedelta(minutes=1)))["age"].value


def test_without_every_time_stamp_the_age_cannot_be_told():
    told = take(report(case(), at=NOW), report(case(), name="b.xml"))["age"]
    assert (None, True) == (told.value, "no time stamp" in told.note)


def test_what_is_missing_is_the_reason_why_there_is_no_age():
    assert "unit: is missing" == take(gap("missing"))["age"].note
