"""The judge: one table of facts, then what must hold for any policy and any measurements."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qualitygate.evaluation import combine, evaluate, judge, margin
from qualitygate.measures import tests as test_measures
from qualitygate.model.measurement import Better, Combine, FileShare, Finding, Measurement, RegisterEntry, Unit
from qualitygate.model.period import Period
from qualitygate.model.policy import Gate, OnMissing, Policy, QuarantineRecord, Severity
from qualitygate.model.verdict import Outcome
from tests.samples import (
    COUNT,
    COVER,
    KINDS,
    LONGEST,
    NOW,
    PASSES,
    POINTS,
    RATE,
    SECONDS,
    bound,
    case,
    condition,
    measured,
    policy,
    report,
    take,
    waiver,
)
from tests.samples import ERRORED as TEST_ERRORED
from tests.samples import FAILED as TEST_FAILED
from tests.samples import PASSED as TEST_PASSED
from tests.samples import SKIPPED as TEST_SKIPPED

PASSED, WARNED, WAIVED, NO_DATA, FAILED = Outcome
SHANGHAI = ZoneInfo("Asia/Shanghai")


def china(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI)


def at(moment: datetime) -> Measurement:
    return measured(COUNT, 1, at=moment)


# fact: condition, measurements, the outcome of each result
TABLE = {
    # bounds are exact
    "one_in_twenty_is_not_below_five_percent": (condition(RATE, below="1/20"), [measured(RATE, 1, 20)], [FAILED]),
    "one_in_twenty_is_at_most_five_percent": (condition(RATE, at_most="1/20"), [measured(RATE, 1, 20)], [PASSED]),
    "just_under_one_in_twenty_is_below": (condition(RATE, below="1/20"), [measured(RATE, 49_999, 10**6)], [PASSED]),
    "just_over_one_in_twenty_is_too_much": (condition(RATE, at_most="1/20"), [measured(RATE, 50_001, 10**6)], [FAILED]),
    "eighty_percent_is_at_least_eighty": (condition(COVER, at_least="4/5"), [measured(COVER, 8, 10)], [PASSED]),
    "eighty_percent_is_not_above_eighty": (condition(COVER, above="4/5"), [measured(COVER, 8, 10)], [FAILED]),
    "one_third_is_at_least_one_third": (condition(COVER, at_least="1/3"), [measured(COVER, 1, 3)], [PASSED]),
    "one_third_is_above_a_third_cut_short": (condition(COVER, above="0.333333333"), [measured(COVER, 1, 3)], [PASSED]),
    "zero_is_at_most_zero": (condition(at_most=0), [measured(COUNT, 0)], [PASSED]),
    "one_is_more_than_zero": (condition(at_most=0), [measured(COUNT, 1)], [FAILED]),
    "three_is_between_three_and_five": (condition(at_least=3, at_most=5), [measured(COUNT, 3)], [PASSED]),
    "six_is_not_between_three_and_five": (condition(at_least=3, at_most=5), [measured(COUNT, 6)], [FAILED]),
    "two_is_not_between_three_and_five": (condition(at_least=3, at_most=5), [measured(COUNT, 2)], [FAILED]),
    "a_millionth_of_a_second_counts": (condition(SECONDS, at_most=1), [measured(SECONDS, "1.000001")], [FAILED]),
    # other metrics are not looked at
    "another_metric_is_not_picked": (condition(at_most=0), [measured(PASSES, 0)], [NO_DATA]),
    "another_metric_changes_nothing": (condition(at_most=0), [measured(PASSES, 9), measured(COUNT, 0)], [PASSED]),
    # where
    "where_picks_by_label": (
        condition(at_most=0, where={"suite": "unit"}),
        [measured(COUNT, 0, suite="unit"), measured(COUNT, 5, suite="it")],
        [PASSED],
    ),
    "where_needs_every_label": (
        condition(at_most=0, where={"suite": "unit", "os": "linux"}),
        [measured(COUNT, 0, suite="unit", os="linux"), measured(COUNT, 5, suite="unit", os="windows")],
        [PASSED],
    ),
    "where_that_picks_nothing_is_no_data": (
        condition(at_most=0, where={"suite": "e2e"}),
        [measured(COUNT, 0, suite="unit")],
        [NO_DATA],
    ),
    # each
    "each_judges_every_value_by_itself_in_order": (
        condition(at_most=0, each="suite"),
        [measured(COUNT, 1, suite="unit"), measured(COUNT, 0, suite="it")],
        [PASSED, FAILED],
    ),
    "each_hides_no_failure_behind_a_good_average": (
        condition(RATE, below="1/20", each="suite"),
        [measured(RATE, 0, 100, suite="unit"), measured(RATE, 2, 20, suite="regression")],
        [FAILED, PASSED],
    ),
    "each_adds_up_what_shares_the_value": (
        condition(at_most=1, each="suite"),
        [measured(COUNT, 1, suite="unit", os="a"), measured(COUNT, 1, suite="unit", os="b")],
        [FAILED],
    ),
    "each_without_the_label_anywhere_is_no_data": (condition(at_most=0, each="os"), [measured(COUNT, 0)], [NO_DATA]),
    "each_leaves_a_value_without_data_standing": (
        condition(at_most=0, each="suite"),
        [measured(COUNT, None, suite="it"), measured(COUNT, 0, suite="unit")],
        [NO_DATA, PASSED],
    ),
    "each_and_where_go_together": (
        condition(at_most=0, each="suite", where={"os": "a"}),
        [measured(COUNT, 0, suite="unit", os="a"), measured(COUNT, 9, suite="unit", os="b")],
        [PASSED],
    ),
    # no data
    "nothing_measured_is_no_data": (condition(at_most=0), [], [NO_DATA]),
    "a_value_of_none_is_no_data": (condition(at_most=0), [measured(COUNT, None)], [NO_DATA]),
    "one_value_of_none_among_good_ones_is_no_data": (
        condition(at_most=0),
        [measured(COUNT, 0, suite="a"), measured(COUNT, None, suite="b")],
        [NO_DATA],
    ),
    "a_known_failure_beside_missing_data_is_no_data": (
        condition(at_most=0),
        [measured(COUNT, 7, suite="a"), measured(COUNT, None, suite="b")],
        [NO_DATA],
    ),
    # on_missing
    "on_missing_warn_warns": (condition(at_most=0, on_missing=OnMissing.WARN), [], [WARNED]),
    "on_missing_ignore_passes": (condition(at_most=0, on_missing=OnMissing.IGNORE), [], [PASSED]),
    "on_missing_excuses_no_failure": (
        condition(at_most=0, on_missing=OnMissing.IGNORE),
        [measured(COUNT, 1)],
        [FAILED],
    ),
    # from
    "a_failure_before_it_is_enforced_warns": (
        condition(at_most=0, enforced_from=NOW.date() + timedelta(days=1)),
        [measured(COUNT, 1)],
        [WARNED],
    ),
    "a_failure_on_the_day_it_is_enforced_from_fails": (
        condition(at_most=0, enforced_from=NOW.date()),
        [measured(COUNT, 1)],
        [FAILED],
    ),
    "no_data_before_it_is_enforced_warns": (
        condition(at_most=0, enforced_from=NOW.date() + timedelta(days=1)),
        [],
        [WARNED],
    ),
    "what_holds_passes_before_it_is_enforced": (
        condition(at_most=0, enforced_from=NOW.date() + timedelta(days=1)),
        [measured(COUNT, 0)],
        [PASSED],
    ),
    # severity
    "severity_warning_warns_on_failure": (
        condition(at_most=0, severity=Severity.WARNING),
        [measured(COUNT, 1)],
        [WARNED],
    ),
    "severity_warning_warns_without_data": (condition(at_most=0, severity=Severity.WARNING), [], [WARNED]),
    "severity_warning_passes_what_holds": (
        condition(at_most=0, severity=Severity.WARNING),
        [measured(COUNT, 0)],
        [PASSED],
    ),
    "severity_warning_and_on_missing_ignore_pass": (
        condition(at_most=0, severity=Severity.WARNING, on_missing=OnMissing.IGNORE),
        [],
        [PASSED],
    ),
    # min_sample
    "one_of_ten_warns_where_twenty_make_a_sample": (
        condition(RATE, at_most="1/20", min_sample=20),
        [measured(RATE, 1, 10)],
        [WARNED],
    ),
    "three_of_three_fail_where_twenty_make_a_sample": (
        condition(RATE, at_most="1/20", min_sample=20),
        [measured(RATE, 3, 3)],
        [FAILED],
    ),
    "one_of_nineteen_is_still_a_small_sample": (
        condition(RATE, at_most="1/20", min_sample=20),
        [measured(RATE, 1, 19)],
        [WARNED],
    ),
    "two_of_twenty_are_a_whole_sample": (
        condition(RATE, at_most="1/20", min_sample=20),
        [measured(RATE, 2, 20)],
        [FAILED],
    ),
    "a_small_sample_over_an_exclusive_bound_fails": (
        condition(RATE, below="1/20", min_sample=20),
        [measured(RATE, 1, 10)],
        [FAILED],
    ),
    "a_small_sample_that_holds_simply_passes": (
        condition(RATE, at_most="1/20", min_sample=20),
        [measured(RATE, 0, 3)],
        [PASSED],
    ),
    "missing_lines_count_as_covered": (
        condition(COVER, at_least="4/5", min_sample=20),
        [measured(COVER, 3, 6)],
        [WARNED],
    ),
    "too_many_uncovered_lines_fail_a_small_sample": (
        condition(COVER, at_least="4/5", min_sample=20),
        [measured(COVER, 1, 6)],
        [FAILED],
    ),
    "the_benefit_of_the_doubt_ends_where_all_missing_are_good": (
        condition(COVER, at_least="4/5", min_sample=20),
        [measured(COVER, 0, 4)],
        [WARNED],
    ),
    "min_sample_excuses_no_missing_data": (
        condition(RATE, at_most="1/20", min_sample=20),
        [measured(RATE, None)],
        [NO_DATA],
    ),
    "without_min_sample_one_of_ten_fails": (condition(RATE, at_most="1/20"), [measured(RATE, 1, 10)], [FAILED]),
    "a_rate_without_its_parts_is_not_excused": (
        condition(RATE, at_most="1/20", min_sample=20),
        [measured(RATE, "1/10")],
        [FAILED],
    ),
    # combine
    "counts_add_up": (condition(at_most=2), [measured(COUNT, 1, s="a"), measured(COUNT, 2, s="b")], [FAILED]),
    "rates_combine_over_all_their_parts": (
        condition(RATE, at_most="1/10"),
        [measured(RATE, 1, 2, s="a"), measured(RATE, 0, 98, s="b")],
        [PASSED],
    ),
    "of_longest_times_the_longest_counts": (
        condition(LONGEST, at_most=5),
        [measured(LONGEST, 4, s="a"), measured(LONGEST, 6, s="b")],
        [FAILED],
    ),
    "longest_times_do_not_add_up": (
        condition(LONGEST, at_most=5),
        [measured(LONGEST, 4, s="a"), measured(LONGEST, 5, s="b")],
        [PASSED],
    ),
}


@pytest.mark.parametrize(("asked", "measurements", "expected"), TABLE.values(), ids=TABLE.keys())
def test_the_table_of_facts(asked, measurements, expected):
    assert expected == [each.outcome for each in judge(asked, measurements, now=NOW)]


# fact: within, now, the moment of the only measurement, whether it counts
PERIODS = {
    "the_first_instant_of_last_month_counts": ("month", china(2026, 11, 1), china(2026, 10, 1), True),
    "the_last_instant_of_last_month_counts": ("month", china(2026, 11, 1), china(2026, 10, 31, 23, 59, 59), True),
    "this_month_does_not_count": ("month", china(2026, 11, 30, 23, 59), china(2026, 11, 1), False),
    "the_month_before_last_does_not_count": ("month", china(2026, 11, 1), china(2026, 9, 30, 23, 59, 59), False),
    "one_second_before_midnight_the_month_before_is_still_last": (
        "month",
        china(2026, 10, 31, 23, 59, 59),
        china(2026, 9, 30, 12),
        True,
    ),
    "at_midnight_in_shanghai_the_month_turns_though_utc_is_a_day_behind": (
        "month",
        datetime(2026, 10, 31, 16, tzinfo=UTC),
        china(2026, 10, 15),
        True,
    ),
    "before_midnight_in_shanghai_the_month_has_not_turned": (
        "month",
        datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC),
        china(2026, 10, 15),
        False,
    ),
    "a_moment_in_utc_falls_into_the_month_of_shanghai": (
        "month",
        china(2026, 11, 2),
        datetime(2026, 10, 31, 16, tzinfo=UTC),
        False,
    ),
    "a_leap_day_is_in_february": ("month", china(2028, 3, 1), china(2028, 2, 29, 23), True),
    "in_january_last_month_is_december": ("month", china(2026, 1, 1), china(2025, 12, 31, 23), True),
    "the_last_quarter_of_october_is_july_to_september": ("quarter", china(2026, 10, 1), china(2026, 7, 1), True),
    "september_ends_the_third_quarter": ("quarter", china(2026, 12, 31), china(2026, 9, 30, 23, 59, 59), True),
    "june_is_not_in_the_third_quarter": ("quarter", china(2026, 10, 1), china(2026, 6, 30, 23, 59, 59), False),
    "in_february_the_last_quarter_is_in_the_year_before": ("quarter", china(2026, 2, 28), china(2025, 10, 1), True),
    "the_last_year_begins_in_january": ("year", china(2026, 1, 1), china(2025, 1, 1), True),
    "the_last_year_ends_in_december": ("year", china(2026, 12, 31), china(2025, 12, 31, 23, 59, 59), True),
    "new_year_in_shanghai_is_old_year_in_utc": (
        "year",
        china(2026, 6, 1),
        datetime(2025, 12, 31, 16, tzinfo=UTC),
        False,
    ),
}


@pytest.mark.parametrize(("within", "now", "moment", "counts"), PERIODS.values(), ids=PERIODS.keys())
def test_the_table_of_periods(within, now, moment, counts):
    rules = policy(condition(at_most=0, within=within), zone=SHANGHAI)
    verdict = evaluate(rules, [at(moment)], subject={}, now=now)
    assert (FAILED if counts else NO_DATA) == verdict.outcome


def test_within_cannot_judge_what_has_no_date():
    (only,) = judge(condition(at_most=0, within="month"), [measured(COUNT, 0)], now=NOW)
    assert (NO_DATA, "carries no time stamp, so its period cannot be told") == (only.outcome, only.note)


def test_what_was_read_is_told_also_where_none_of_it_is_of_the_period():
    old = measured(COUNT, 0, at=datetime(2026, 1, 5, tzinfo=UTC))
    read = [replace(old, sources=sources) for sources in (("a.yml", "b.yml"), ("b.yml", "c.yml"))]
    (only,) = judge(condition(at_most=0, within="month"), read, now=NOW)
    assert (NO_DATA, ("a.yml", "b.yml", "c.yml")) == (only.outcome, only.measurement.sources)
    (none,) = judge(condition(at_most=0, within="month"), [], now=NOW)
    assert (NO_DATA, ()) == (none.outcome, none.measurement.sources)


def test_within_keeps_what_could_not_be_measured():
    kept = measured(COUNT, None, note="no file matches a.xml")
    (only,) = judge(condition(at_most=0, within="month"), [kept], now=NOW)
    assert (NO_DATA, "no file matches a.xml") == (only.outcome, only.note)


def test_no_data_says_for_which_labels():
    (only,) = judge(condition(at_most=0, where={"suite": "unit", "os": "a"}), [], now=NOW)
    assert "nothing measured for os a, suite unit" == only.note


def test_a_small_sample_says_so():
    (only,) = judge(condition(RATE, at_most="1/20", min_sample=20), [measured(RATE, 1, 10)], now=NOW)
    assert "only 10 of the 20 that make a sample; over 20 it would hold" == only.note


def test_a_small_sample_still_says_what_was_left_out():
    small = replace(measured(RATE, 1, 10), note="left out: 7 (spam)")
    (only,) = judge(condition(RATE, at_most="1/20", min_sample=20), [small], now=NOW)
    assert WARNED == only.outcome
    assert "only 10 of the 20 that make a sample; over 20 it would hold; left out: 7 (spam)" == only.note


def test_a_result_carries_the_labels_it_was_judged_by():
    asked = condition(at_most=0, each="suite", where={"os": "a"})
    (only,) = judge(asked, [measured(COUNT, 0, suite="unit", os="a", shard="3")], now=NOW)
    assert {"suite": "unit", "os": "a"} == only.measurement.labels


# fact: the waiver, the measurement's suite, the outcome
WAIVERS = {
    "a_live_waiver_excuses": ({}, WAIVED),
    "a_waiver_counts_on_its_first_day": ({"created": date(2026, 11, 22)}, WAIVED),
    "a_waiver_counts_on_its_last_day": ({"expires": date(2026, 11, 22)}, WAIVED),
    "an_expired_waiver_does_not_count": ({"expires": date(2026, 11, 21)}, FAILED),
    "a_waiver_that_has_not_begun_does_not_count": ({"created": date(2026, 11, 23)}, FAILED),
    "a_waiver_for_another_gate_does_not_count": ({"gate": "other"}, FAILED),
    "a_waiver_for_another_metric_does_not_count": ({"metric": "x.other"}, FAILED),
    "a_waiver_for_this_label_counts": ({"where": {"suite": "unit"}}, WAIVED),
    "a_waiver_for_another_label_does_not_count": ({"where": {"suite": "it"}}, FAILED),
}


@pytest.mark.parametrize(("change", "expected"), WAIVERS.values(), ids=WAIVERS.keys())
def test_the_table_of_waivers(change, expected):
    given_waiver = waiver(**change)
    rules = policy(condition(at_most=0, each="suite"), waivers=(given_waiver,))
    verdict = evaluate(rules, [measured(COUNT, 1, suite="unit")], subject={}, now=NOW)
    (only,) = verdict.gates[0].conditions
    assert (expected, given_waiver if expected is WAIVED else None) == (only.outcome, only.waiver)


def test_a_waiver_ends_at_midnight_in_the_zone_of_the_policy():
    rules = policy(condition(at_most=0), waivers=(waiver(expires=date(2026, 11, 22)),), zone=SHANGHAI)
    last = datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)
    judged = [
        evaluate(rules, [measured(COUNT, 1)], subject={}, now=now).outcome
        for now in (last, last + timedelta(seconds=1))
    ]
    assert [WAIVED, FAILED] == judged


def test_a_waiver_never_excuses_missing_data():
    verdict = evaluate(policy(condition(at_most=0), waivers=(waiver(),)), [], subject={}, now=NOW)
    assert NO_DATA == verdict.outcome


def test_a_waiver_is_not_used_up_on_what_holds():
    rules = policy(condition(at_most=0), waivers=(waiver(),))
    (only,) = evaluate(rules, [measured(COUNT, 0)], subject={}, now=NOW).gates[0].conditions
    assert (PASSED, None) == (only.outcome, only.waiver)


def test_a_verdict_lists_every_waiver_and_quarantine_record_live_or_not():
    waivers = (waiver(), waiver(id="W-2", expires=date(2026, 11, 2)))
    record = QuarantineRecord(
        test="c::t", owner="o", issue="i", reason="r", added=date(2026, 1, 1), expires=date(2026, 2, 1)
    )
    rules = policy(condition(at_most=0), waivers=waivers, quarantine=(record,))
    verdict = evaluate(rules, [measured(COUNT, 0)], subject={}, now=NOW)
    assert ([True, False], [False]) == ([live for _, live in verdict.waivers], [live for _, live in verdict.quarantine])


# fact: metric, bound, value and denominator, amount and side
MARGINS = {
    "two_more_failures_allowed": (COUNT, {"at_most": 5}, (3,), (2, "ceiling")),
    "one_failure_too_many": (COUNT, {"at_most": 0}, (1,), (-1, "ceiling")),
    "below_five_leaves_room_up_to_four": (COUNT, {"below": 5}, (3,), (1, "ceiling")),
    "exactly_at_the_last_allowed_value_is_no_room": (COUNT, {"below": 5}, (4,), (0, "ceiling")),
    "three_above_two_is_no_spare": (COUNT, {"above": 2}, (3,), (0, "floor")),
    "one_of_two_needed": (COUNT, {"at_least": 2}, (1,), (-1, "floor")),
    "at_most_a_broken_count_is_cut": (COUNT, {"at_most": "5/2"}, (1,), (1, "ceiling")),
    "at_least_a_broken_count_is_filled_up": (COUNT, {"at_least": "5/2"}, (4,), (1, "floor")),
    "below_five_percent_of_a_hundred_is_four": (RATE, {"below": "1/20"}, (2, 100), (2, "ceiling")),
    "at_most_five_percent_of_a_hundred_is_five": (RATE, {"at_most": "1/20"}, (2, 100), (3, "ceiling")),
    "seven_more_lines_to_cover": (COVER, {"at_least": "4/5"}, (73, 100), (-7, "floor")),
    "above_eighty_percent_of_ten_is_nine": (COVER, {"above": "4/5"}, (9, 10), (0, "floor")),
    "a_broken_share_is_rounded_to_whole_items": (COVER, {"at_least": "4/5"}, (5, 7), (-1, "floor")),
    "seconds_are_not_whole": (SECONDS, {"at_most": 2}, ("1.5",), (Fraction(1, 2), "ceiling")),
    "seconds_below_are_up_to_the_line": (SECONDS, {"below": 2}, ("1.5",), (Fraction(1, 2), "ceiling")),
    "seconds_at_least": (SECONDS, {"at_least": 2}, ("1.5",), (Fraction(-1, 2), "floor")),
    "seconds_above": (SECONDS, {"above": 1}, ("1.5",), (Fraction(1, 2), "floor")),
    "a_count_by_size_is_not_whole": (COUNT, {"at_most": 1}, ("1/4",), (Fraction(3, 4), "ceiling")),
    "of_two_sides_the_nearer_counts": (COUNT, {"at_least": 3, "at_most": 9}, (4,), (1, "floor")),
}


@pytest.mark.parametrize(("metric", "line", "value", "expected"), MARGINS.values(), ids=MARGINS.keys())
def test_the_table_of_margins(metric, line, value, expected):
    distance = margin(metric, bound(**line), measured(metric, *value))
    assert distance is not None
    assert (*expected, metric.noun) == (distance.amount, distance.side, distance.noun)


def test_what_was_not_measured_has_no_margin():
    assert margin(COUNT, bound(at_most=0), measured(COUNT, None)) is None


def test_a_rate_without_its_parts_has_no_margin():
    assert margin(RATE, bound(at_most=0), measured(RATE, "1/2")) is None


def test_a_rate_without_its_parts_cannot_be_combined():
    whole = combine(RATE, [measured(RATE, "1/2", s="a"), measured(RATE, 1, 2, s="b")], {})
    assert (None, True) == (whole.value, bool(whole.note))


def test_a_difference_is_combined_from_what_it_is_taken_from():
    one = replace(
        measured(POINTS, 0), numerator=Fraction(80), denominator=Fraction(100), before=(Fraction(8), Fraction(10))
    )
    two = replace(one, numerator=Fraction(0), denominator=Fraction(100), before=(Fraction(0), Fraction(10)))
    whole = combine(POINTS, [one, two], {})
    assert (Fraction(80, 200) - Fraction(8, 20), 80, 200, (8, 20)) == (
        whole.value,
        whole.numerator,
        whole.denominator,
        whole.before,
    )


@pytest.mark.parametrize("lacking", [{"numerator": None}, {"denominator": None}, {"before": None}])
def test_a_difference_without_what_it_is_taken_from_cannot_be_combined(lacking):
    one = replace(
        measured(POINTS, 0), numerator=Fraction(1), denominator=Fraction(2), before=(Fraction(1), Fraction(2))
    )
    whole = combine(POINTS, [one, replace(one, **lacking)], {})
    assert (None, True) == (whole.value, "cannot be combined" in whole.note)


def test_what_several_label_sets_found_counts_once():
    one = replace(measured(KINDS, 2), findings=(Finding(title="a"), Finding(title="b")))
    two = replace(measured(KINDS, 2), findings=(Finding(title="b"), Finding(title="c")))
    whole = combine(KINDS, [one, two], {})
    assert (3, ["a", "b", "c"]) == (whole.value, [finding.title for finding in whole.findings])


# Nothing to measure, and noise

NOTHING = replace(measured(COVER, None, note="nothing to cover"), vacuous=True)


def test_where_there_is_nothing_to_measure_a_condition_holds():
    (one,) = judge(condition(COVER, at_least=1), [NOTHING], now=NOW)
    (two,) = judge(condition(COVER, at_least=1, on_missing=OnMissing.FAIL), [NOTHING, NOTHING], now=NOW)
    assert {(PASSED, None, "nothing to cover")} == {
        (each.outcome, each.measurement.value, each.note) for each in (one, two)
    }


def test_where_some_have_nothing_to_measure_the_others_count():
    for other, outcome in (
        (measured(COVER, 1, 2), FAILED),
        (measured(COVER, 1, 1), PASSED),
        (measured(COVER, None), NO_DATA),
    ):
        (found,) = judge(condition(COVER, at_least=1), [NOTHING, other, NOTHING], now=NOW)
        assert (outcome, other.value, False) == (found.outcome, found.measurement.value, found.measurement.vacuous)


@pytest.mark.parametrize(
    ("line", "value", "outcome"),
    [
        ({"at_least": 0}, "-1/1000", PASSED),
        ({"at_least": 0}, "-2/1000", PASSED),
        ({"at_least": 0}, "-3/1000", FAILED),
        ({"above": 0}, "-1/1000", PASSED),
        ({"above": 0}, "-2/1000", FAILED),
        ({"at_most": 0}, "2/1000", PASSED),
        ({"below": 0}, "1/1000", PASSED),
        ({"below": 0}, "2/1000", FAILED),
    ],
)
def test_a_value_beyond_its_bound_by_no_more_than_the_tolerance_holds_and_says_so(line, value, outcome):
    (found,) = judge(condition(POINTS, **line), [measured(POINTS, value, note="why")], now=NOW)
    told = "within the tolerance of 0.2 pp for noise; why" if outcome is PASSED else "why"
    assert (outcome, told) == (found.outcome, found.note)


def test_a_value_that_holds_says_nothing_of_tolerance():
    (found,) = judge(condition(POINTS, at_least=0), [measured(POINTS, 0)], now=NOW)
    assert (PASSED, "") == (found.outcome, found.note)


@pytest.mark.parametrize(("tolerance", "outcome"), [(Fraction(0), FAILED), (Fraction(1, 100), PASSED), (None, FAILED)])
def test_the_tolerance_of_the_condition_comes_before_the_metrics(tolerance, outcome):
    (found,) = judge(condition(POINTS, at_least=0, tolerance=tolerance), [measured(POINTS, "-1/200")], now=NOW)
    assert outcome is found.outcome


def test_combining_keeps_the_evidence_behind_the_numbers():
    first = replace(
        measured(RATE, 1, 2, at=NOW, examined={"tests": 2}),
        sources=("b.xml",),
        findings=(Finding(title="z"),),
        note="n",
    )
    second = replace(
        measured(RATE, 0, 3, examined={"tests": 3, "files": 1}), sources=("a.xml",), findings=(Finding(title="a"),)
    )
    whole = combine(RATE, [first, second], {"suite": "x"})
    assert Fraction(1, 5) == whole.value
    assert (1, 5) == (whole.numerator, whole.denominator)
    assert ("a.xml", "b.xml") == whole.sources
    assert {"files": 1, "tests": 5} == whole.examined
    assert ["a", "z"] == [finding.title for finding in whole.findings]
    assert (NOW, "n", {"suite": "x"}) == (whole.at, whole.note, whole.labels)
    assert Combine.RATIO is RATE.combine


SPLIT = replace(COUNT, labels=("tool",))


def test_what_a_metric_splits_by_its_own_labels_was_looked_at_once():
    parts = [
        measured(SPLIT, 1, examined={"files": 2}, suite=suite, tool=tool) for suite in ("x", "y") for tool in ("a", "b")
    ]
    assert {"files": 4} == combine(SPLIT, parts, {}).examined
    assert {"files": 4} == evaluate(policy(condition(SPLIT, at_most=9)), parts, subject={}, now=NOW).examined


@pytest.mark.parametrize(
    ("denominators", "expected"),
    [((2, 2), (3, 2)), ((2, 4), (None, None)), ((None, 2), (None, None)), ((None, None), (None, None))],
)
def test_what_is_added_up_over_the_same_keeps_its_numerator(denominators, expected):
    parts = [
        replace(
            measured(COUNT, value), numerator=Fraction(value) if under else None, denominator=under and Fraction(under)
        )
        for value, under in zip((1, 2), denominators, strict=True)
    ]
    whole = combine(COUNT, parts, {})
    assert (3, *expected) == (whole.value, whole.numerator, whole.denominator)


def test_a_numerator_that_is_missing_leaves_none():
    half = replace(measured(COUNT, 1), numerator=None, denominator=Fraction(2))
    assert (2, None, None) == ((whole := combine(COUNT, [half, half], {})).value, whole.numerator, whole.denominator)


def test_heavy_findings_come_first_and_by_their_place():
    told = [
        Finding(title="a", path="z"),
        Finding(title="z", path="a", weight=1),
        Finding(title="a", path="b", line=10, weight=2),
        Finding(title="b", path="b", line=9, weight=2),
    ]
    parts = [replace(measured(COUNT, 1), findings=(finding,)) for finding in told]
    assert [told[3], told[2], told[1], told[0]] == list(combine(COUNT, parts, {}).findings)


DENSITY = replace(COUNT, unit=Unit.DENSITY)


def test_the_margin_of_a_density_is_in_whole_items_over_the_same_code():
    part = replace(measured(DENSITY, "1/2"), numerator=Fraction(2), denominator=Fraction(4))
    distance = margin(DENSITY, bound(at_most="9/10"), part)
    assert distance is not None
    assert 1 == distance.amount


def test_the_note_of_what_is_missing_stands_for_all():
    whole = combine(COUNT, [measured(COUNT, 1, note="odd"), measured(COUNT, None, note="gone")], {})
    assert (None, "gone") == (whole.value, whole.note)


def test_what_several_metrics_looked_at_is_counted_once_a_label_set():
    seen = [
        measured(COUNT, 0, examined={"files": 1, "tests": 5}, suite="a"),
        measured(PASSES, 5, examined={"files": 1, "tests": 5}, suite="a"),
        measured(COUNT, 0, examined={"files": 1, "tests": 7}, suite="b"),
    ]
    verdict = evaluate(policy(condition(at_most=0)), seen, subject={}, now=NOW)
    assert {"files": 2, "tests": 12} == verdict.examined


def test_a_policy_without_gates_is_no_data():
    verdict = evaluate(Policy(name="p", gates=()), [measured(COUNT, 0)], subject={}, now=NOW)
    assert NO_DATA == verdict.outcome


def test_a_gate_without_conditions_is_no_data():
    rules = Policy(name="p", gates=(Gate(name="g", conditions=()),))
    assert NO_DATA == evaluate(rules, [measured(COUNT, 0)], subject={}, now=NOW).outcome


def test_a_verdict_that_examined_nothing_is_no_data_though_all_is_ignored():
    rules = policy(condition(at_most=0, on_missing=OnMissing.IGNORE))
    assert NO_DATA == evaluate(rules, [], subject={}, now=NOW).outcome


def test_a_file_in_which_no_test_was_found_is_nothing_examined():
    hollow = [measured(COUNT, 0, examined={"files": 1, "tests": 0})]
    assert NO_DATA == evaluate(policy(condition(at_most=0)), hollow, subject={}, now=NOW).outcome


def test_files_are_examined_where_files_are_all_that_was_asked_for():
    files = [measured(COUNT, 0, examined={"files": 1})]
    assert PASSED == evaluate(policy(condition(at_most=0)), files, subject={}, now=NOW).outcome


# What holds for anything

FRACTIONS = st.fractions(min_value=-1000, max_value=1000)
WHOLE = st.integers(0, 1000)


@given(value=FRACTIONS, line=FRACTIONS)
def test_bounds_are_exact_for_any_fraction(value, line):
    facts = {"below": value < line, "at_most": value <= line, "at_least": value >= line, "above": value > line}
    for name, holds in facts.items():
        (only,) = judge(condition(SECONDS, **{name: line}), [measured(SECONDS, value)], now=NOW)
        assert (PASSED if holds else FAILED) == only.outcome, name


@given(value=FRACTIONS, hair=st.integers(10**6, 10**30))
def test_a_hair_decides(value, hair):
    line = value - Fraction(1, hair)
    (only,) = judge(condition(SECONDS, at_most=line), [measured(SECONDS, value)], now=NOW)
    assert FAILED == only.outcome


@st.composite
def measurements(draw):
    metric = draw(st.sampled_from([COUNT, PASSES, RATE, COVER, LONGEST]))
    labels = draw(st.dictionaries(st.sampled_from(["suite", "os"]), st.sampled_from("ab"), max_size=2))
    denominator = draw(st.integers(1, 50)) if metric.unit is Unit.RATIO else None
    value = draw(st.none() | st.integers(0, denominator or 50))
    when = draw(st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)))  # noqa: DTZ001
    return measured(metric, value, None if value is None else denominator, at=when, **labels)


@st.composite
def conditions(draw):
    metric = draw(st.sampled_from([COUNT, PASSES, RATE, COVER, LONGEST]))
    top = 1 if metric.unit is Unit.RATIO else 50
    line = draw(st.fractions(0, top, max_denominator=20))
    return condition(
        metric,
        **{draw(st.sampled_from(["below", "at_most", "at_least", "above"])): line},
        where=draw(st.dictionaries(st.sampled_from(["suite", "os"]), st.sampled_from("ab"), max_size=1)),
        each=draw(st.none() | st.sampled_from(["suite", "os"])),
        within=draw(st.none() | st.sampled_from(["month", "quarter", "year"])),
        min_sample=draw(st.none() | st.integers(1, 60)),
        on_missing=draw(st.sampled_from(OnMissing)),
        severity=draw(st.sampled_from(Severity)),
        enforced_from=draw(st.none() | st.sampled_from([NOW.date(), NOW.date() + timedelta(days=1)])),
    )


@given(data=st.data(), seen=st.lists(measurements(), max_size=8), asked=st.lists(conditions(), min_size=1, max_size=5))
def test_order_changes_neither_outcome_nor_numbers(data, seen, asked):
    waivers = (waiver(), waiver(id="W-2", metric=RATE.name))
    first = evaluate(policy(*asked, waivers=waivers), seen, subject={}, now=NOW)
    shuffled = policy(*data.draw(st.permutations(asked)), waivers=waivers)
    second = evaluate(shuffled, data.draw(st.permutations(seen)), subject={}, now=NOW)

    def told(verdict):
        rows = [
            (repr(each.condition), each.outcome, each.measurement.value, each.note, each.margin and each.margin.amount)
            for each in verdict.gates[0].conditions
        ]
        return verdict.outcome, sorted(rows, key=repr)

    assert told(first) == told(second)


@given(seen=st.lists(measurements(), max_size=8), asked=st.lists(conditions(), min_size=1, max_size=5))
def test_the_worst_condition_decides(seen, asked):
    verdict = evaluate(policy(*asked), seen, subject={}, now=NOW)
    worst = max(each.outcome for each in verdict.gates[0].conditions)
    assert (worst if seen else max(worst, NO_DATA)) == verdict.outcome


@given(seen=st.lists(measurements(), max_size=6), asked=conditions(), more=conditions())
def test_a_further_condition_never_improves_an_outcome(seen, asked, more):
    one = evaluate(policy(asked), seen, subject={}, now=NOW).outcome
    assert one <= evaluate(policy(asked, more), seen, subject={}, now=NOW).outcome


# Metrics that one more failing test can only make worse. Not among them, on purpose: shares of all tests
# (`skip_rate`, `flaky_rate`: the test enlarges the whole), `duration_p95` (a quick failure enlarges the sample),
# counts of passes (they stay) and counts that are better higher for the mere number of tests.
WORSENED = ("failed", "errored", "blocking_failures", "defect_rate", "pass_rate", "new_failures", "duration_max")


@st.composite
def records(draw, least=1):
    outcomes = st.sampled_from([TEST_PASSED, TEST_FAILED, TEST_ERRORED, TEST_SKIPPED])
    ended = draw(st.lists(outcomes, min_size=least, max_size=25))
    return [case(f"t{index}", outcome, seconds=1.0) for index, outcome in enumerate(ended)]


@given(
    run=records(),
    added=st.sampled_from([TEST_FAILED, TEST_ERRORED]),
    name=st.sampled_from(WORSENED),
    data=st.data(),
    min_sample=st.none() | st.integers(1, 40),
    where=st.sampled_from(["same file", "another file"]),
)
def test_one_more_failing_test_never_improves_an_outcome(run, added, name, data, min_sample, where):
    assume(any(each.outcome is not TEST_SKIPPED for each in run))  # from nothing executed to something is another step
    metric = next(metric for metric in test_measures.METRICS if metric.name == f"tests.{name}")
    rate = metric.unit is Unit.RATIO
    side = data.draw(
        st.sampled_from(["at_least", "above"] if metric.better is Better.HIGHER else ["at_most", "below"]), "side"
    )
    line = data.draw(st.fractions(0, 1 if rate else 25, max_denominator=40), "line")
    asked = condition(metric, **{side: line}, min_sample=min_sample if rate else None)
    extra = case("one more", added, seconds=1.0)
    more = [report(*run, extra)] if where == "same file" else [report(*run), report(extra, name="2.xml")]
    baseline = [report(*run[: len(run) // 2])]
    before, after = (
        judge(asked, list(take(evidence, baseline=baseline).values()), now=NOW)[0].outcome
        for evidence in ([report(*run)], more)
    )
    assert before <= after


@given(run=records(least=0), name=st.sampled_from(WORSENED), line=st.fractions(0, 1))
def test_a_passing_test_that_fails_never_improves_an_outcome(run, name, line):
    metric = next(metric for metric in test_measures.METRICS if metric.name == f"tests.{name}")
    asked = condition(metric, **{"at_least" if metric.better is Better.HIGHER else "at_most": line})
    good, broken = ([case("turns", outcome, seconds=1.0), *run] for outcome in (TEST_PASSED, TEST_FAILED))
    before, after = (
        judge(asked, list(take([report(*cases)], baseline=[]).values()), now=NOW)[0].outcome for cases in (good, broken)
    )
    assert before <= after


def test_the_entries_of_registers_stand_together_in_the_order_of_their_places():
    entries = [
        RegisterEntry(register=name, line=line, id="A", title="", path="a.md")
        for name, line in [("a.yml", 9), ("b.yml", 3), ("a.yml", 2)]
    ]
    taken = [replace(measured(COVER, 1, 1, s=str(index)), register=(each,)) for index, each in enumerate(entries)]
    for order in (taken, taken[::-1]):
        assert (entries[2], entries[0], entries[1]) == combine(COVER, order, {}).register


def test_the_parts_of_files_add_up_like_the_whole_worst_file_first():
    parts = [("a.py", 1, 2), ("b.py", 0, 1)], [("a.py", 3, 5), ("c.py", 1, 1)]
    taken = [
        replace(
            measured(COVER, sum(part[1] for part in each), sum(part[2] for part in each), s=str(index)),
            files=tuple(FileShare(path=path, covered=covered, total=total) for path, covered, total in each),
        )
        for index, each in enumerate(parts)
    ]
    expected = [("a.py", 4, 7), ("b.py", 0, 1), ("c.py", 1, 1)]
    for order in (taken, taken[::-1]):
        whole = combine(COVER, order, {})
        assert expected == [(file.path, file.covered, file.total) for file in whole.files]
        assert (5, 9) == (whole.numerator, whole.denominator)


def test_the_day_from_which_it_is_enforced_is_the_policys_own():
    rule = policy(condition(at_most=0, enforced_from=date(2026, 12, 1)), zone=SHANGHAI)
    evening = datetime(2026, 11, 30, 15, 59, tzinfo=UTC)
    verdicts = [
        evaluate(rule, [measured(COUNT, 1)], subject={}, now=now) for now in (evening, evening + timedelta(minutes=1))
    ]
    assert [WARNED, FAILED] == [verdict.outcome for verdict in verdicts]
    assert "not enforced until 2026-12-01" == verdicts[0].gates[0].conditions[0].note


@pytest.mark.parametrize(
    ("within", "begins", "first"),
    [
        ("month", date(2026, 11, 1), date(2026, 12, 1)),
        ("month", date(2026, 11, 2), date(2027, 1, 1)),
        ("quarter", date(2026, 10, 1), date(2027, 1, 1)),
        ("quarter", date(2026, 10, 2), date(2027, 4, 1)),
        ("year", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_what_counts_whole_periods_is_enforced_at_the_end_of_the_first_that_begins_on_its_day(within, begins, first):
    rule = policy(condition(at_most=0, within=within, enforced_from=begins), zone=SHANGHAI)
    end = datetime(first.year, first.month, 1, tzinfo=SHANGHAI)
    last = measured(COUNT, 1, at=end - timedelta(days=1))
    verdicts = [evaluate(rule, [last], subject={}, now=now) for now in (end - timedelta(seconds=1), end)]
    assert [WARNED, FAILED] == [verdict.gates[0].outcome for verdict in verdicts]
    told = verdicts[0].gates[0].conditions[0].note
    assert told.startswith(f"not enforced until the first whole {within} from {begins} on is over")


def test_a_result_tells_the_period_that_it_counts():
    rule = policy(condition(at_most=0, within="month"), condition(at_most=1), zone=SHANGHAI)
    now = datetime(2026, 12, 5, tzinfo=SHANGHAI)
    judged = evaluate(rule, [measured(COUNT, 0, at=now)], subject={}, now=now).gates[0].conditions
    start, end = datetime(2026, 11, 1, tzinfo=SHANGHAI), datetime(2026, 12, 1, tzinfo=SHANGHAI)
    assert [Period(start=start, end=end), None] == [each.period for each in judged]
