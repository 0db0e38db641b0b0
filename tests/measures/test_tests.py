"""The test metrics, each by its definition."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.extension import Context
from qualitygate.measures import tests as measures
from qualitygate.model.evidence import Evidence, Gap, TestOutcome
from qualitygate.model.policy import QuarantineRecord
from tests.samples import ERRORED, FAILED, NOW, PASSED, SKIPPED, case, report, take

MIX = [*(case(f"p{n}") for n in range(5)), case("f", FAILED), case("e", ERRORED), case("s", SKIPPED)]


def values(taken) -> dict[str, Fraction | None]:
    return {name: measurement.value for name, measurement in taken.items()}


def record(test: str, **more) -> QuarantineRecord:
    given_record = {"owner": "o", "issue": "i", "reason": "r", "added": date(2026, 1, 1), "expires": date(2026, 12, 31)}
    return QuarantineRecord(test=test, **{**given_record, **more})


def test_every_metric_by_its_definition():
    flaky = case("k", failed_attempts=2)
    told = values(take([report(*MIX, flaky)], quarantine=(record("c::f"),)))
    assert {
        "total": 9, "runs": 9, "executed": 8, "passed": 6, "failed": 1, "errored": 1, "skipped": 1, "flaky": 1,
        "quarantined": 1, "blocking_failures": 1, "defect_rate": Fraction(2, 8), "pass_rate": Fraction(6, 8),
        "skip_rate": Fraction(1, 9), "flaky_rate": Fraction(2, 11),
    }.items() <= told.items()  # fmt: skip


def test_every_metric_is_taken():
    assert {metric.name for metric in measures.METRICS} == {f"tests.{name}" for name in take([report(*MIX)])}


def test_a_rate_carries_its_parts():
    rate = take([report(*MIX)])["defect_rate"]
    assert (2, 7) == (rate.numerator, rate.denominator)


def test_failures_are_named_with_their_places():
    taken = take([report(case("f", FAILED, message="no", path="a.py", line=3))])
    (finding,) = taken["failed"].findings
    assert ("c::f", "no", "a.py", 3) == (finding.title, finding.message, finding.path, finding.line)


@pytest.mark.parametrize("cases", [[], [case("s", SKIPPED)]])
def test_where_nothing_ran_only_plain_counts_have_a_value(cases):
    told = take([report(*cases)])
    counted = {name for name, measurement in told.items() if measurement.value is not None}
    assert {"total", "runs", "executed", "skipped"} == counted
    assert "no test was executed" in told["defect_rate"].note
    assert 0 == told["executed"].value


def test_a_missing_report_leaves_nothing_of_its_label_set_measured():
    gap = Gap(slug="missing", source="unit", expected="1 file", found="none", labels={}, kind="tests")
    told = take([report(*MIX), gap])
    assert {None} == {measurement.value for measurement in told.values()}
    assert "unit: none; expected 1 file" == told["total"].note


def test_a_gap_of_another_kind_is_not_ours():
    gap = Gap(slug="missing", source="cover", expected="", found="none", kind="coverage")
    assert 8 == take([report(*MIX), gap])["total"].value


def test_evidence_of_another_kind_is_not_ours():
    class Weather(Evidence):
        labels = {}  # noqa: RUF012

    assert {} == take([Weather()])


def test_label_sets_are_measured_by_themselves():
    reports = [report(case("a"), labels={"suite": "unit"}), report(case("a"), case("b"), labels={"suite": "it"})]
    taken = measures.take(reports, Context(now=NOW, today=NOW.date()))
    totals = [(m.labels["suite"], m.value) for m in taken if m.metric is measures.TOTAL]
    assert [("it", 2), ("unit", 1)] == totals


# Quarantine


@pytest.mark.parametrize(
    ("more", "blocking"), [({}, 1), ({"expires": date(2026, 11, 21)}, 2), ({"added": date(2026, 11, 23)}, 2)]
)
def test_only_a_live_record_takes_a_failure_out_of_the_blocking_ones(more, blocking):
    assert blocking == take([report(*MIX)], quarantine=(record("c::f", **more),))["blocking_failures"].value


def test_a_quarantined_test_still_counts_as_failed():
    assert 1 == take([report(*MIX)], quarantine=(record("c::f"),))["failed"].value


# Times


def test_times_are_summed_and_ranked():
    told = values(take([report(*(case(f"t{n}", seconds=float(n)) for n in range(1, 21)))]))
    assert (210, 19, 20) == (told["duration"], told["duration_p95"], told["duration_max"])


def test_the_slowest_are_named():
    assert "c::t1" == take([report(case("t0", seconds=1.0), case("t1", seconds=2.5))])["duration"].findings[0].title


def test_without_times_there_is_no_duration():
    told = take([report(*MIX)])
    assert (None, "no report gives a time") == (told["duration"].value, told["duration_p95"].note)


# Since the baseline

BEFORE = [case("still red", FAILED), case("healed", FAILED), case("gone"), case("slept"), case("fine")]
AFTER = [case("still red", ERRORED), case("healed"), case("new red", FAILED), case("slept", SKIPPED), case("fine")]


def test_every_change_since_the_baseline():
    told = take([report(*AFTER)], baseline=[report(*BEFORE)])
    expected = {
        "new_failures": ["c::new red"], "existing_failures": ["c::still red"], "fixed": ["c::healed"],
        "newly_skipped": ["c::slept"], "removed": ["c::gone"],
    }  # fmt: skip
    assert expected == {name: [finding.title for finding in told[name].findings] for name in expected}
    assert (Fraction(-1, 5), -1, 5) == (
        told["count_delta"].value,
        told["count_delta"].numerator,
        told["count_delta"].denominator,
    )


def test_without_a_baseline_changes_are_not_measured():
    told = take([report(*AFTER)])
    relative = {metric.name.removeprefix("tests.") for metric in measures.METRICS if metric.relative}
    assert {None} == {told[name].value for name in relative}
    assert "pass it with --baseline FILE" in told["new_failures"].note


def test_in_a_suite_the_baseline_does_not_know_all_failures_are_new():
    told = take([report(*AFTER)], baseline=[])
    assert (2, None) == (told["new_failures"].value, told["count_delta"].value)


def test_a_baseline_that_executed_nothing_gives_no_change_in_number():
    told = take([report(*AFTER)], baseline=[report(case("s", SKIPPED))])
    assert "the baseline executed no test here" == told["count_delta"].note


def test_where_nothing_ran_now_changes_are_not_measured():
    assert take([report(case("s", SKIPPED))], baseline=[report(*BEFORE)])["new_failures"].value is None


def test_a_suite_that_is_in_the_baseline_only_has_removed_all_its_tests():
    told = take([], baseline=[report(*BEFORE)])
    assert ({"removed"}, 5) == (set(told), told["removed"].value)


RECORDS = st.lists(st.sampled_from(TestOutcome), min_size=1, max_size=20)


@given(RECORDS)
def test_counts_and_rates_always_add_up(outcomes):
    told = values(take([report(*(case(f"t{n}", outcome) for n, outcome in enumerate(outcomes)))]))
    assert len(outcomes) == told["total"]
    if any(outcome is not SKIPPED for outcome in outcomes):
        assert told["total"] == told["passed"] + told["failed"] + told["errored"] + told["skipped"]
        assert 1 == told["defect_rate"] + told["pass_rate"]
        assert told["passed"] == outcomes.count(PASSED)


@given(RECORDS, RECORDS)
def test_every_failure_is_either_new_or_old(now, before):
    reports = [report(*(case(f"t{n}", outcome) for n, outcome in enumerate(run))) for run in (now, before)]
    told = values(take(reports[:1], baseline=reports[1:]))
    if told["failed"] is not None:
        assert told["failed"] + told["errored"] == told["new_failures"] + told["existing_failures"]
