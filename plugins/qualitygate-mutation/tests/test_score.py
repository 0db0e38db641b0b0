"""Mutation metrics."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from qualitygate import Context, Gap
from qualitygate_mutation import mutmut, pit, stryker
from qualitygate_mutation.score import MEASURE

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def take(*evidence):
    """The measurements of one label set, by the last part of their names."""
    taken = MEASURE.take(evidence, Context(now=NOW, today=NOW.date()))
    return {measurement.metric.name.removeprefix("mutation."): measurement for measurement in taken}


@pytest.fixture
def killed(report_of):
    """A report of so many killed mutants, and others."""

    def killed(number, **more):
        told = {**dict.fromkeys(mutmut.COUNTS, 0), "killed": number, **more}
        return report_of(mutmut.READER, json.dumps({"total": sum(told.values()), **told}), "stats.json")

    return killed


@pytest.mark.parametrize(
    ("reader", "name", "score", "survived", "no_coverage"),
    [
        (stryker.READER, "stryker.json", Fraction(24, 34), 4, 6),
        (mutmut.READER, "mutmut-cicd-stats.json", Fraction(19, 34), 8, 7),
        (mutmut.READER, "price.py.meta", Fraction(19, 34), 8, 7),
        (pit.READER, "mutations.xml", Fraction(8, 12), 3, 1),
    ],
)
def test_a_sample_has_its_score(report_of, sample, reader, name, score, survived, no_coverage):
    """StrykerJS itself printed 70.59 % for its sample, which is 24 of 34."""
    found = take(report_of(reader, sample(name)))
    assert [score, survived, no_coverage] == [found[key].value for key in ("score", "survived", "no_coverage")]
    assert score == Fraction(found["score"].numerator, found["score"].denominator)
    assert {"files": 1, "mutants": found["score"].denominator} == found["score"].examined


def test_survivors_are_told_with_their_place_before_what_no_test_ran(report_of, sample):
    found = take(report_of(stryker.READER, sample("stryker.json")))
    assert 10 == len(found["score"].findings)
    assert ("survived: StringLiteral", "src/price.js", 9) == (
        found["score"].findings[0].title,
        found["score"].findings[0].path,
        found["score"].findings[0].line,
    )
    assert found["score"].findings == found["survived"].findings + found["no_coverage"].findings


@pytest.mark.parametrize("state", ["suspicious", "segfault"])
def test_a_doubtful_mutant_is_not_detected(killed, state):
    found = take(killed(1, **{state: 1}))
    assert (Fraction(1, 2), 1) == (found["score"].value, found["survived"].value)


def test_a_mutant_left_out_on_purpose_does_not_count(killed):
    assert Fraction(1, 2) == take(killed(1, survived=1, skipped=7))["score"].value


def test_reports_with_the_same_labels_are_added_up(killed):
    found = take(killed(3, survived=1), killed(1, survived=3))
    assert (Fraction(1, 2), 4) == (found["score"].value, found["survived"].value)
    assert {"files": 2, "mutants": 8} == found["score"].examined


def test_reports_with_other_labels_are_apart(report_of, sample):
    reports = [report_of(stryker.READER, sample("stryker.json"), module=name) for name in ("a", "b")]
    taken = list(MEASURE.take(reports, Context(now=NOW, today=NOW.date())))
    assert [{"module": "a"}] * 3 + [{"module": "b"}] * 3 == [measurement.labels for measurement in taken]


@pytest.mark.parametrize("more", [{"check_was_interrupted_by_user": 1}, {"total": 11}])
def test_a_run_that_did_not_end_has_no_value(killed, more):
    for measurement in take(killed(10, **more)).values():
        assert (None, "stats.json: 1 of 11 mutants have no result; did the run end?") == (
            measurement.value,
            measurement.note,
        )


@pytest.mark.parametrize("status", ["NOT_STARTED", "STARTED"])
def test_a_mutant_that_pit_did_not_finish_takes_the_value_of_all(report_of, status):
    mutants = f"<mutation detected='true' status='KILLED'/><mutation detected='false' status='{status}'/>"
    assert [None] * 3 == [
        found.value for found in take(report_of(pit.READER, f"<mutations>{mutants}</mutations>")).values()
    ]


def test_a_run_that_ended_does_not_make_up_for_one_that_did_not(killed):
    assert take(killed(10), killed(1, check_was_interrupted_by_user=1))["score"].value is None


@pytest.mark.parametrize("more", [{}, {"skipped": 5}])
def test_no_mutant_is_no_data(killed, more):
    for measurement in take(killed(0, **more)).values():
        assert measurement.value is None
        assert "of which none counts" in measurement.note


@pytest.mark.parametrize("kind", ["mutation", None])
def test_a_gap_takes_the_value_of_its_label_set(killed, kind):
    gap = Gap(slug="missing", source="it", expected="1 file", found="no file", kind=kind)
    for measurement in take(killed(10), gap).values():
        assert (None, "it: no file; expected 1 file") == (measurement.value, measurement.note)


def test_a_gap_of_another_kind_changes_nothing(killed):
    gap = Gap(slug="missing", source="it", expected="1 file", found="no file", kind="tests")
    assert 1 == take(killed(10), gap)["score"].value


def test_without_evidence_nothing_is_measured():
    assert {} == take()
