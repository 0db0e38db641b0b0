"""The small values: evidence, periods, exceptions, verdicts, errors."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import qualitygate
from qualitygate.errors import ConfigError, Problem
from qualitygate.model.custody import Custody
from qualitygate.model.evidence import Evidence, Gap, Report, Source, by_labels
from qualitygate.model.period import last_whole
from qualitygate.model.policy import Clause, QuarantineRecord
from qualitygate.model.verdict import Outcome
from tests.samples import COUNT, FAILED, PASSED, bound, case, measured, report, result, verdict, waiver


def test_outcomes_are_ordered_from_good_to_bad():
    assert ["PASSED", "WARNED", "WAIVED", "NO_DATA", "FAILED"] == [outcome.name for outcome in sorted(Outcome)]


def test_a_title_is_class_and_name():
    assert ("c::t", "t") == (case("t").title, case("t", class_name="").title)


def test_a_failed_test_is_not_flaky():
    assert (True, False) == (case("t", failed_attempts=1).flaky, case("t", FAILED, failed_attempts=1).flaky)
    assert not case("t", PASSED).flaky


def test_a_gap_says_what_was_found_and_what_was_expected():
    gap = Gap(slug="missing", source="unit", expected="1 file", found="no file")
    assert "unit: no file; expected 1 file" == str(gap)
    assert "no file" == Gap(slug="missing", source="unit", expected="", found="no file").told


def test_evidence_of_no_kind_has_no_labels():
    assert {} == Evidence().labels


def test_evidence_is_grouped_by_its_labels():
    unit, gap = (
        report(case(), labels={"suite": "unit"}),
        Gap(slug="missing", source="it", expected="", found="", labels={"suite": "it"}),
    )
    assert {(("suite", "it"),): [gap], (("suite", "unit"),): [unit]} == by_labels([unit, gap])


MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001


@given(moment=MOMENTS, name=st.sampled_from(["month", "quarter", "year"]))
def test_the_last_whole_period_ended_and_the_next_has_not(moment, name):
    now = moment.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    period = last_whole(name, now)
    assert period.end <= now
    assert last_whole(name, period.end) == period
    following = last_whole(name, period.end + (period.end - period.start) * 2)
    assert (period.end == following.start or following.start > period.end) and now not in period
    assert period.start in period
    assert period.end not in period


def test_a_period_begins_at_midnight_of_its_own_zone():
    period = last_whole("month", datetime(2026, 11, 22, tzinfo=ZoneInfo("Asia/Shanghai")))
    assert timedelta(hours=8) == period.start.utcoffset()
    assert datetime(2026, 9, 30, 16, tzinfo=UTC) == period.start


def test_an_exception_counts_from_its_first_to_its_last_day():
    record = QuarantineRecord(
        test="t", owner="o", issue="i", reason="r", added=date(2026, 11, 1), expires=date(2026, 11, 30)
    )
    for exception in (waiver(), record):
        days = [date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 30), date(2026, 12, 1)]
        assert [False, True, True, False] == [exception.live(day) for day in days]


def test_an_empty_bound_holds_for_anything():
    assert bound().holds(COUNT.low)


@given(st.lists(st.sampled_from(Outcome), min_size=1), st.randoms())
def test_the_outcome_of_a_verdict_is_its_worst_in_any_order(outcomes, random):
    rows = [result(measured(COUNT, 0), outcome, bound(at_most=0)) for outcome in outcomes]
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert max(outcomes) == verdict(*rows).outcome == verdict(*shuffled).outcome


@pytest.mark.parametrize(
    ("examined", "nothing"),
    [
        ({}, True),
        ({"files": 0}, True),
        ({"files": 2}, False),
        ({"files": 2, "tests": 0}, True),
        ({"files": 2, "tests": 1}, False),
        ({"files": 2, "tests": 0, "lines": 3}, False),
        ({"tickets": 0}, True),
    ],
)
def test_files_with_nothing_in_them_are_nothing_examined(examined, nothing):
    one = verdict(result(measured(COUNT, 0), Outcome.PASSED, bound(at_most=0)), examined=examined)
    assert (nothing, Outcome.NO_DATA if nothing else Outcome.PASSED) == (one.examined_nothing, one.outcome)


def test_a_failure_stays_a_failure_though_nothing_was_examined():
    one = verdict(result(measured(COUNT, 1), Outcome.FAILED, bound(at_most=0)), examined={})
    assert Outcome.FAILED == one.outcome


def test_a_problem_says_where_and_the_way_out():
    told = Problem("s", "is odd", file="f.yml", line=3, column=5, help="write it so")
    assert "f.yml:3:5: is odd (write it so)" == str(told)
    assert ("f.yml: is odd", "is odd") == (str(Problem("s", "is odd", file="f.yml")), str(Problem("s", "is odd")))
    assert "is odd\nis even" == str(ConfigError([Problem("s", "is odd"), Problem("s", "is even")]))


def test_every_public_name_is_there():
    assert [getattr(qualitygate, name) for name in qualitygate.__all__]


def test_no_other_name_is_there():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = qualitygate.nothing


def test_only_failed_and_no_data_block():
    assert [Outcome.NO_DATA, Outcome.FAILED] == [outcome for outcome in Outcome if outcome.blocks]


def test_a_report_of_a_kind_that_counts_nothing_tells_no_numbers():
    assert {} == Report(source=Source(name="x", open=lambda: io.BytesIO(b""))).counts


def test_a_repository_that_was_never_asked_has_no_asking_on_record():
    assert () == Custody(repository="acme/shop").askings


def test_a_clause_is_told_in_the_first_language_that_it_has_else_in_any():
    clause = Clause(id="1.1", text={"en": "Answered.", "zh-CN": "已答复。"})
    assert ("已答复。", "Answered.", "Answered.") == (
        clause.words("zh-CN", "en"),
        clause.words("fr", "en"),
        clause.words("fr"),
    )
    assert "" == Clause(id="1.2", text={}).words("en")
