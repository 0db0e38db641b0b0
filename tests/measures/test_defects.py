"""Defect metrics: what they count, whom they count, and where they have no value."""

from __future__ import annotations

import random
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.evaluation import combine, judge
from qualitygate.extension import Context
from qualitygate.measures import defects as measures
from qualitygate.model.defects import SEVERITIES, Defect, DefectRegister
from qualitygate.model.evidence import Gap
from qualitygate.model.policy import Bound, Condition
from qualitygate.model.verdict import Outcome
from tests.samples import NOW, report, source

BY_NAME = {metric.name.removeprefix("defects."): metric for metric in measures.METRICS}
NUMBER = iter(range(1_000_000))


def defect(**more) -> Defect:
    return Defect(**{"id": f"D-{next(NUMBER)}", "found_in": "before", **more})


def escaped(**more) -> Defect:
    return defect(found_in="after", **more)


def fixed(**more) -> Defect:
    return defect(**{"state": "closed", "resolution": "fixed", "reopened": 0, **more})


def register(*defects: Defect, name: str = "defects.csv", labels=None) -> DefectRegister:
    return DefectRegister(source=source(name=name, labels=labels or {}), defects=defects)


def gap(**more) -> Gap:
    return Gap(**{"slug": "missing", "source": "bugs", "expected": "1 file", "found": "no file", **more})


def take(*evidence, size: int | None = None):
    return list(measures.take(evidence, Context(now=NOW, today=NOW.date(), size=size)))


def result(evidence, metric: str, *, size: int | None = None, at_most: int = 0, **condition):
    """What a condition on evidence comes to."""
    line = Condition(id="c", metric=BY_NAME[metric], bound=Bound(at_most=Fraction(at_most)), **condition)
    (found,) = judge(line, take(*evidence, size=size), now=NOW)
    return found


def value(evidence, metric: str, **condition):
    return result(evidence, metric, **condition).measurement.value


def note(evidence, metric: str, **condition) -> str:
    found = result(evidence, metric, **condition)
    assert (None, Outcome.NO_DATA) == (found.measurement.value, found.outcome)
    return found.note


CLEAN = [register()]


# Counts


def test_open_defects_are_counted_once_over_all_severities():
    evidence = [register(defect(severity="high"), defect(severity="low"), defect(), fixed(severity="high"))]
    assert 3 == value(evidence, "open")
    assert (1, 1, 0) == tuple(value(evidence, "open", where={"severity": name}) for name in ("high", "low", "critical"))
    assert 1 == value(evidence, "open", where={"severity": "untriaged"})


def test_a_clean_register_has_no_open_defect_of_any_severity():
    assert 0 == value(CLEAN, "open") == value(CLEAN, "untriaged")
    assert [0] * 5 == [value(CLEAN, "open", where={"severity": severity}) for severity in SEVERITIES]


def test_a_clean_register_was_examined():
    assert {"registers": 1} == result(CLEAN, "open").measurement.examined


def test_each_severity_can_be_judged_by_itself():
    line = Condition(id="c", metric=BY_NAME["open"], bound=Bound(at_most=Fraction(0)), each="severity")
    found = judge(line, take(register(defect(severity="high"))), now=NOW)
    failing = {each.measurement.labels["severity"] for each in found if each.outcome is Outcome.FAILED}
    assert ({"high"}, 6) == (failing, len(found))


def test_a_severity_nobody_knows_is_no_data():
    assert "nothing measured for severity urgent" == note(CLEAN, "open", where={"severity": "urgent"})


def test_untriaged_defects_are_open_and_without_a_severity():
    assert 1 == value([register(defect(), defect(severity="low"), fixed())], "untriaged")


@pytest.mark.parametrize("resolution", ["duplicate", "invalid"])
def test_what_is_no_defect_is_counted_nowhere(resolution):
    evidence = [register(escaped(resolution=resolution, reopened=3), fixed())]
    assert 0 == value(evidence, "open") == value(evidence, "escaped_rate") == value(evidence, "reopen_rate")
    assert 1 == value(evidence, "density", size=1000)


# Rates


def test_the_escaped_rate_is_after_release_of_all():
    found = result([register(escaped(), *(defect() for _ in range(19)))], "escaped_rate").measurement
    assert (Fraction(1, 20), 1, 20) == (found.value, found.numerator, found.denominator)


def test_a_defect_that_may_have_escaped_leaves_the_rate_without_a_value():
    unknown = Defect(id="D-x")
    assert "not told whether found before or after release: D-x" == note([register(defect(), unknown)], "escaped_rate")
    assert note([register(fixed(), unknown)], "removal_efficiency")


def test_many_unknown_defects_are_named_by_the_first_five():
    unknown = [Defect(id=f"U-{number}") for number in range(7)]
    assert "release: U-0, U-1, U-2, U-3, U-4 and 2 more" in note([register(*unknown)], "escaped_rate")


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        ("escaped_rate", "no defect was found before or after release"),
        ("removal_efficiency", "no defect was removed before release or found after it"),
        ("reopen_rate", "no defect was ever closed"),
    ],
)
def test_a_rate_over_nothing_is_no_data(metric, said):
    assert said == note(CLEAN, metric)


def test_the_removal_efficiency_is_removed_before_of_removed_and_escaped():
    evidence = [register(*(fixed() for _ in range(9)), escaped(state="closed", resolution="fixed"))]
    found = result(evidence, "removal_efficiency").measurement
    assert (Fraction(9, 10), 9, 10) == (found.value, found.numerator, found.denominator)


def test_what_was_found_and_not_removed_is_in_neither_number_and_named():
    left = [Defect(id="L-1", found_in="before"), fixed(id="L-2", resolution="wontfix")]
    found = result([register(fixed(), escaped(), *left)], "removal_efficiency").measurement
    assert (Fraction(1, 2), "in neither number, for found before release and not removed: L-1, L-2") == (
        found.value,
        found.note,
    )


def test_a_closed_defect_without_a_resolution_was_removed():
    assert 1 == value([register(fixed(resolution=None))], "removal_efficiency")


def test_the_reopen_rate_is_reopened_of_all_that_were_ever_closed():
    evidence = [register(fixed(), fixed(reopened=2), defect(reopened=1), defect(reopened=0))]
    assert Fraction(2, 3) == value(evidence, "reopen_rate")


def test_reopening_that_is_not_told_is_no_data():
    assert "not told how often reopened: D-x" == note(
        [register(fixed(), fixed(id="D-x", reopened=None))], "reopen_rate"
    )


def test_a_rate_is_picked_by_its_release_and_adds_up_over_all():
    evidence = [register(escaped(release="1.4"), *(defect(release="1.4") for _ in range(3)), defect(release="1.5"))]
    assert Fraction(1, 4) == value(evidence, "escaped_rate", where={"release": "1.4"})
    assert 0 == value(evidence, "escaped_rate", where={"release": "1.5"})
    assert Fraction(1, 5) == value(evidence, "escaped_rate")


def test_an_unknown_defect_of_one_release_leaves_the_others_their_rates():
    evidence = [register(Defect(id="D-x", release="1.4"), defect(release="1.5"))]
    assert 0 == value(evidence, "escaped_rate", where={"release": "1.5"})
    assert note(evidence, "escaped_rate", where={"release": "1.4"})
    assert note(evidence, "escaped_rate")


def test_defects_without_a_release_among_others_could_be_of_any():
    evidence = [register(Defect(id="D-x", found_in="after"), defect(release="1.4"))]
    said = "no release's rate can be told, for others name theirs and these do not: D-x"
    assert said == note(evidence, "escaped_rate", where={"release": "1.4"}) == note(evidence, "escaped_rate")
    assert 2 == value(evidence, "open")


def test_the_release_of_the_evidence_is_that_of_defects_that_name_none():
    evidence = [register(escaped(), defect(release="1.4"), labels={"release": "1.4"})]
    assert Fraction(1, 2) == value(evidence, "escaped_rate", where={"release": "1.4"})


def test_a_release_without_defects_is_no_data():
    evidence = [register(defect(release="1.4"))]
    assert "nothing measured for release 2.0" == note(evidence, "escaped_rate", where={"release": "2.0"})


def test_a_period_is_no_data():
    assert "carries no time stamp" in note([register(defect())], "escaped_rate", within="quarter")


# Density


def test_the_density_is_defects_for_each_thousand_lines():
    assert Fraction(1, 4) == value([register(fixed())], "density", size=4_000)


def test_densities_over_the_same_code_add_up():
    evidence = [register(defect(), labels={"suite": "a"}), register(defect(), labels={"suite": "b"})]
    assert 1 == value(evidence, "density", size=2_000)


@pytest.mark.parametrize(("size", "said"), [(None, "declare them under code:"), (0, "not one line of code")])
def test_without_code_there_is_no_density(size, said):
    assert said in note([register(defect())], "density", size=size)


def test_the_margin_of_a_density_is_in_whole_defects():
    found = result([register(defect())], "density", size=4_000, at_most=1)
    assert (Outcome.PASSED, 3) == (found.outcome, found.margin.amount)


# What is missing


@pytest.mark.parametrize("kind", ["defects", None])
@pytest.mark.parametrize("metric", BY_NAME)
def test_a_gap_leaves_its_label_set_without_a_value(metric, kind):
    evidence = [register(fixed()), gap(kind=kind)]
    assert "bugs: no file; expected 1 file" == note(evidence, metric, size=1_000)


@pytest.mark.parametrize(
    ("metric", "where"),
    [
        ("open", {"severity": "critical"}),
        ("escaped_rate", {"release": "1.4"}),
        ("removal_efficiency", {"release": "1.4"}),
        ("reopen_rate", {"release": "1.4"}),
    ],
)
def test_a_gap_is_seen_whatever_label_is_picked(metric, where):
    evidence = [register(fixed(release="1.4"), labels={"suite": "a"}), gap(labels={"suite": "b"})]
    assert "bugs: no file; expected 1 file" == note(evidence, metric, where=where)


def test_a_gap_of_tests_changes_nothing():
    assert 0 == value([register(), gap(kind="tests")], "open")


def test_other_evidence_has_no_defects():
    assert [] == take(report())


def test_a_record_in_two_registers_is_not_counted_twice():
    evidence = [register(fixed(id="D-1"), name="a.csv"), register(fixed(id="D-1"), name="b.csv")]
    assert "the id D-1 is in a.csv and in b.csv: give each register an evidence entry of its own" == note(
        evidence, "open"
    )


def test_registers_of_one_entry_count_together():
    evidence = [register(escaped(), name="a.csv"), register(defect(), name="b.csv")]
    assert Fraction(1, 2) == value(evidence, "escaped_rate")


def test_many_releases_take_no_time():
    begin = time.perf_counter()
    take(register(*(defect(release=str(number)) for number in range(5_000))))
    assert time.perf_counter() - begin < 10


# Findings


def test_the_defects_behind_a_number_are_told_worst_first():
    found = [
        escaped(id="D-1", severity="low", line=2),
        escaped(id="D-2", title="Stock", severity="critical", release="1.4", line=3),
        escaped(id="D-3", line=4),
        defect(id="D-4"),
    ]
    told = result([register(*found)], "open").measurement.findings
    assert ["D-2 Stock", "D-1", "D-3"] == [each.title for each in told][:3]
    (first, *_) = next(each for each in take(register(*found[1:2])) if each.metric is BY_NAME["escaped_rate"]).findings
    assert ("D-2 Stock", "critical, release 1.4, found after release, open", "defects.csv", 3) == (
        first.title,
        first.message,
        first.path,
        first.line,
    )


def test_one_measurement_tells_the_worst_first():
    found = [escaped(id="D-1", severity="low"), escaped(id="D-2"), escaped(id="D-3", severity="critical"), defect()]
    (rate,) = (each for each in take(register(*found)) if each.metric is BY_NAME["escaped_rate"])
    assert ["D-3", "D-1", "D-2"] == [finding.title for finding in rate.findings]


def test_a_rate_without_a_value_tells_what_is_unknown():
    (rate,) = (each for each in take(register(Defect(id="D-x"))) if each.metric is BY_NAME["escaped_rate"])
    assert ["D-x"] == [finding.title for finding in rate.findings]


# Properties

DEFECTS = st.builds(
    Defect,
    id=st.uuids().map(str),
    severity=st.sampled_from([*SEVERITIES, None]),
    found_in=st.sampled_from(["before", "after", None]),
    release=st.sampled_from(["1.4", "1.5", None]),
    state=st.sampled_from(["open", "closed"]),
    reopened=st.sampled_from([None, 0, 2]),
    resolution=st.sampled_from(["fixed", "wontfix", "duplicate", "invalid", None]),
)
LISTS = st.lists(DEFECTS, max_size=8, unique_by=lambda each: each.id)


def total(metric: str, found) -> Fraction | None:
    return combine(
        BY_NAME[metric], [each for each in take(register(*found), size=1_000) if each.metric is BY_NAME[metric]], {}
    ).value


@given(LISTS)
def test_an_escaped_defect_more_never_lowers_the_escaped_rate(found):
    release = next((each.release for each in found if each.counts), None)
    before, after = total("escaped_rate", found), total("escaped_rate", [*found, escaped(release=release)])
    assert before is None or (after is not None and after >= before)


@given(LISTS, st.randoms())
def test_the_order_of_records_changes_nothing(found, chance: random.Random):
    mixed = chance.sample(found, len(found))
    for metric in BY_NAME:
        assert total(metric, found) == total(metric, mixed)
    assert take(register(*found)) == take(register(*mixed))


@given(LISTS)
def test_each_open_defect_is_in_one_measurement(found):
    taken = [each for each in take(register(*found)) if each.metric is BY_NAME["open"]]
    assert sum(each.counts and each.state == "open" for each in found) == sum(each.value for each in taken)
    assert len(taken) == len({each.labels["severity"] for each in taken})
