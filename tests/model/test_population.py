"""Merging: each test once, with one final outcome, whatever the order of the reports."""

from __future__ import annotations

from datetime import timedelta
from math import fsum

from hypothesis import given
from hypothesis import strategies as st

from qualitygate.model.evidence import TestOutcome
from qualitygate.model.population import merge
from tests.samples import ERRORED, FAILED, NOW, PASSED, SKIPPED, case, counts, report

EARLIER, LATER = NOW, NOW + timedelta(minutes=5)


def ended(*reports, retries=None):
    return counts(merge(reports, retries=retries))


def test_the_same_test_in_two_reports_is_one_test_with_two_runs():
    merged = merge([report(case("a")), report(case("a"))])
    assert (1, 2, 2) == (merged.total, merged.runs, merged.executed_runs)


def test_the_worst_run_counts():
    assert (0, 1, 0, 0) == ended(report(case("a")), report(case("a", FAILED)), report(case("a", SKIPPED)))


def test_an_error_is_worse_than_a_failure():
    assert (0, 0, 1, 0) == ended(report(case("a", ERRORED)), report(case("a", FAILED)))


def test_a_test_that_ran_anywhere_was_not_skipped():
    merged = merge([report(case("a", SKIPPED)), report(case("a"))])
    assert ((1, 0, 0, 0), 1, 1) == (counts(merged), merged.executed, merged.executed_runs)


def test_a_test_skipped_everywhere_is_skipped():
    merged = merge([report(case("a", SKIPPED)), report(case("a", SKIPPED))])
    assert ((0, 0, 0, 1), 0, 0) == (counts(merged), merged.executed, merged.executed_runs)


def test_a_skip_here_and_a_failure_there_is_a_failure():
    assert (0, 1, 0, 0) == ended(report(case("a", SKIPPED)), report(case("a", FAILED)))


def test_a_skip_does_not_hide_a_flaky_pass():
    merged = merge([report(case("a", SKIPPED)), report(case("a", failed_attempts=1))])
    assert (1, 1) == (len(merged.flaky), counts(merged)[0])


def test_the_same_name_in_another_file_or_class_is_another_test():
    merged = merge([report(case("a"), case("a", file="x.py"), case("a", class_name="d"))])
    assert 3 == merged.total


def test_a_repeated_name_within_a_report_is_another_test():
    assert (1, 1, 0, 0) == ended(report(case("a"), case("a", FAILED)))


def test_the_second_of_a_name_is_the_second_in_every_report():
    shards = [report(case("a"), case("a", FAILED)), report(case("a"), case("a"))]
    assert (1, 1, 0, 0) == ended(*shards)


def test_of_attempts_in_one_report_the_last_counts():
    merged = merge([report(case("a", FAILED), case("a"))], retries="last")
    assert ((1, 0, 0, 0), 1, 2) == (counts(merged), len(merged.flaky), merged.runs)


def test_a_pass_before_a_failure_does_not_help_where_the_last_counts():
    merged = merge([report(case("a"), case("a", FAILED))], retries="last")
    assert ((0, 1, 0, 0), 0) == (counts(merged), len(merged.flaky))


def test_any_pass_passes_where_any_pass_counts():
    merged = merge([report(case("a"), case("a", FAILED))], retries="any-pass")
    assert ((1, 0, 0, 0), 1) == (counts(merged), len(merged.flaky))


def test_without_a_pass_any_pass_fails():
    assert (0, 1, 0, 0) == ended(report(case("a", FAILED), case("a", FAILED)), retries="any-pass")


def test_attempts_in_several_files_are_in_the_order_of_their_time_stamps():
    first, second = report(case("a", FAILED), at=EARLIER, name="z"), report(case("a"), at=LATER, name="a")
    assert (1, 0, 0, 0) == ended(second, first, retries="last")
    first, second = report(case("a"), at=EARLIER, name="z"), report(case("a", FAILED), at=LATER, name="a")
    assert (0, 1, 0, 0) == ended(second, first, retries="last")


def test_attempts_without_time_stamps_are_in_the_order_of_their_names():
    first, second = report(case("a", FAILED), name="1"), report(case("a"), name="2")
    assert (1, 0, 0, 0) == ended(second, first, retries="last")


def test_where_nothing_tells_the_order_of_attempts_the_worse_is_the_later():
    good, bad = report(case("a")), report(case("a", FAILED))
    assert (0, 1, 0, 0) == ended(bad, good, retries="last") == ended(good, bad, retries="last")


def test_failed_attempts_of_all_files_add_up():
    merged = merge(
        [report(case("a", FAILED, failed_attempts=1), name="1"), report(case("a"), name="2")], retries="last"
    )
    assert 2 == merged.flaky[0].failed_attempts


def test_a_test_that_passed_everywhere_is_not_flaky():
    merged = merge([report(case("a"), case("a"))], retries="last")
    assert ((1, 0, 0, 0), ()) == (counts(merged), merged.cases)


def test_times_of_all_records_are_kept_and_the_ten_longest_named():
    merged = merge([report(*(case(f"t{n}", seconds=float(n)) for n in range(15)))])
    assert (105.0, 10, (14.0, "c::t14")) == (fsum(merged.seconds), len(merged.slowest), merged.slowest[0])


RECORDS = st.lists(
    st.builds(
        case,
        name=st.sampled_from("abc"),
        outcome=st.sampled_from(TestOutcome),
        class_name=st.sampled_from(["", "c"]),
        file=st.sampled_from([None, "", "f.py"]),
        seconds=st.none() | st.floats(0, 100),
        failed_attempts=st.integers(0, 1),
        message=st.sampled_from(["", "m"]),
    ),
    max_size=6,
)
REPORTS = st.lists(
    st.builds(
        lambda cases, at, name: report(*cases, at=at, name=name),
        RECORDS,
        st.sampled_from([None, EARLIER, LATER]),
        st.sampled_from("xy"),
    ),
    min_size=1,
    max_size=5,
)
RETRIES = st.sampled_from([None, "last", "any-pass"])


@given(reports=REPORTS, retries=RETRIES, data=st.data())
def test_the_order_of_the_reports_changes_nothing(reports, retries, data):
    def told(merged):
        return (
            merged.total,
            merged.runs,
            merged.executed_runs,
            merged.identities,
            merged.cases,
            sorted(merged.seconds),
            merged.slowest,
        )

    one, other = (merge(each, retries=retries) for each in (reports, data.draw(st.permutations(reports))))
    assert told(one) == told(other)


@given(reports=REPORTS, retries=RETRIES)
def test_every_test_has_exactly_one_final_outcome(reports, retries):
    merged = merge(reports, retries=retries)
    keys = [each.identity for each in merged.cases]
    assert len(set(keys)) == len(keys)
    assert set(keys) <= set(merged.identities)
    assert 0 <= merged.executed <= merged.total <= merged.runs


@given(reports=REPORTS)
def test_without_retries_a_test_that_failed_anywhere_has_failed(reports):
    failed = {each.identity for one in reports for each in one.cases if each.outcome >= FAILED}
    assert failed == {each.identity for each in merge(reports).ended(FAILED, ERRORED)}


@given(reports=REPORTS)
def test_retries_never_make_a_test_of_a_repeat(reports):
    merged = merge(reports, retries="last")
    assert all(each.occurrence == 0 for each in merged.cases)
    assert PASSED not in {each.outcome for each in merged.cases if not each.failed_attempts}
