"""Snapshots: what comes back is what went in, in any grouping, and nothing else is taken for one."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate.errors import CannotReadReport
from qualitygate.evaluation import evaluate
from qualitygate.extension import Context
from qualitygate.measures import tests as test_measures
from qualitygate.model.evidence import Gap, TestOutcome
from qualitygate.model.measurement import Better, Unit
from qualitygate.snapshot import dump, load
from tests.samples import FAILED, NOW, SKIPPED, case, condition, policy, report, source

CONDITIONS = [
    condition(
        metric,
        **{"at_least" if metric.better is Better.HIGHER else "at_most": "1/3" if metric.unit is Unit.RATIO else 2},
        id=metric.name,
    )
    for metric in test_measures.METRICS
]


def through(evidence, name="snapshot"):
    """The evidence after it has been written and read again."""
    return list(load(source("".join(dump(evidence)), name).open(), source(name=name)))


def verdict(evidence):
    context = Context(now=NOW, today=NOW.date(), baseline=())
    judged = evaluate(policy(*CONDITIONS), list(test_measures.take(evidence, context)), subject={}, now=NOW)
    rows = [
        (each.condition.id, each.outcome, each.measurement.value, each.measurement.findings, each.note)
        for each in judged.gates[0].conditions
    ]
    return judged.outcome, judged.examined, rows


RECORDS = st.lists(
    st.builds(
        case,
        name=st.sampled_from(["a", "b", "ü\u2028", ""]),
        outcome=st.sampled_from(TestOutcome),
        class_name=st.sampled_from(["", "c"]),
        file=st.sampled_from([None, "", "f.py"]),
        seconds=st.none() | st.floats(0, 100),
        failed_attempts=st.integers(0, 1),
        message=st.sampled_from(["", "m\n"]),
        line=st.sampled_from([None, 3]),
    ),
    max_size=6,
)
RETRIES = st.shared(st.sampled_from([None, "last", "any-pass"]))
REPORTS = st.lists(
    st.builds(
        lambda cases, at, name, suite, retries: report(
            *cases, at=at, name=name, labels={"suite": suite}, retries=retries
        ),
        RECORDS,
        st.sampled_from([None, NOW, NOW + timedelta(minutes=1)]),
        st.sampled_from("xy"),
        st.sampled_from(["unit", "it"]),
        RETRIES,
    ),
    min_size=1,
    max_size=5,
)


@given(reports=REPORTS, cuts=st.lists(st.integers(0, 5), max_size=3), data=st.data())
def test_joined_shards_give_the_verdict_of_all_reports_at_once(reports, cuts, data):
    edges = [0, *sorted(min(cut, len(reports)) for cut in cuts), len(reports)]
    groups = [reports[start:end] for start, end in pairwise(edges)]
    joined = [item for group in data.draw(st.permutations(groups)) for item in through(group)]
    assert verdict(reports) == verdict(joined) == verdict(through(joined))


@given(reports=REPORTS, data=st.data())
def test_equal_evidence_is_written_byte_for_byte_the_same(reports, data):
    written = "".join(dump(reports))
    assert written == "".join(dump(data.draw(st.permutations(reports)))) == "".join(dump(through(reports)))


def test_a_gap_survives():
    gap = Gap(slug="missing", source="it", expected="1 file", found="none", labels={"suite": "it"}, kind="tests")
    unknown = Gap(slug="empty", source="x", expected="", found="none")
    assert [unknown, gap] == through([gap, unknown])


@pytest.mark.parametrize("keep", range(4))
def test_a_snapshot_cut_off_between_its_lines_is_refused(keep):
    lines = list(dump([report(case(str(n), FAILED), name=str(n)) for n in range(4)]))
    with pytest.raises(CannotReadReport, match=f"{keep} of 4 lines") as caught:
        list(load(source("".join(lines[: 1 + keep])).open(), source()))
    assert "truncated" == caught.value.slug


def test_a_snapshot_with_lines_added_is_refused():
    lines = list(dump([report(case())]))
    with pytest.raises(CannotReadReport, match="2 of 1 lines"):
        list(load(source("".join([*lines, lines[1]])).open(), source()))


def test_a_snapshot_of_another_version_is_refused():
    with pytest.raises(CannotReadReport, match="not a snapshot of version 1") as caught:
        list(load(source('{"qualitygate":"snapshot","schema_version":2,"lines":0}\n').open(), source()))
    assert "unrecognised" == caught.value.slug


def test_a_time_stamp_without_a_zone_is_no_time_stamp():
    text = "".join(dump([report(case(), at=NOW)])).replace("+00:00", "")
    with pytest.raises(CannotReadReport, match="names no time zone"):
        list(load(source(text).open(), source()))


WHOLE = list(
    dump(
        [
            report(case("a"), case("b", FAILED, seconds=1.0, path="f", line=3), case("c", SKIPPED), at=NOW),
            Gap(slug="missing", source="it", expected="", found="none"),
        ]
    )
)
ODD = st.sampled_from(
    [None, True, -1, 10**30, 1.5, float("inf"), "", "x", "2026-01-01T00:00:00", [], {}, [[]], {"a": 1}]
)


def places(data, path=()):
    yield path
    if isinstance(data, (dict, list)):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from places(value, (*path, key))


@settings(max_examples=300)
@given(line=st.integers(0, 2), data=st.data(), odd=ODD)
def test_a_snapshot_somebody_edited_is_judged_or_refused_but_never_breaks_anything(line, data, odd):
    document = json.loads(WHOLE[line])
    path = data.draw(st.sampled_from(list(places(document))[1:]))
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = odd
    lines = [*WHOLE[:line], json.dumps(document) + "\n", *WHOLE[line + 1 :]]
    try:
        evidence = list(load(source("".join(lines)).open(), source()))
    except CannotReadReport:
        return
    assert verdict(evidence)


@settings(max_examples=200)
@given(place=st.integers(0, 2000), new=st.binary(max_size=3), length=st.integers(0, 4))
def test_no_bytes_raise_anything_but_cannot_read_report(place, new, length):
    raw = "".join(WHOLE).encode()
    place %= len(raw)
    raw = raw[:place] + new + raw[place + length :]
    try:
        evidence = list(load(source(raw).open(), source()))
    except CannotReadReport:
        return
    assert verdict(evidence)
