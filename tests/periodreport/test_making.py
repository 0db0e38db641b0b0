"""The report of a period is the walk of ``check`` with its end, and again with the ends of those before it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from qualitygate import codec, pipeline
from qualitygate.commitments import Standing
from qualitygate.model.evidence import Source
from qualitygate.model.period import named
from qualitygate.periodreport.making import _hashing, made
from qualitygate.periodreport.report import Input
from qualitygate.surroundings import around
from tests.conftest import write_files
from tests.periodreport import samples

END = datetime(2026, 9, 30, 16, tzinfo=UTC)
"""Midnight in Shanghai."""


def config():
    return pipeline.load_config(str(samples.folder() / "qualitygate.yml"))


def standings(report) -> dict[str, str]:
    return {each.clause.id: each.standing.name for each in report.commitments}


def test_each_commitment_stands_as_its_records_say():
    assert {
        "1.1": "MET",
        "2.1": "MET",
        "2.2": "NO_DATA",
        "4.1": "WAIVED",
        "5.1": "MET",
        "6.1": "MISSED",
        "6.2": "NOT_DUE",
        "7.1": "NOT_DUE",
        "8.1": "UNCHECKED",
    } == standings(samples.whole())


def test_the_verdict_is_that_of_a_check_at_the_end_of_the_period():
    report = samples.whole()
    checked = pipeline.check(config(), now=END, subject=report.verdict.subject).verdict
    assert codec.dumps(checked) == codec.dumps(report.verdict)


def test_each_period_before_stands_as_a_check_at_its_end_would_say():
    report = samples.whole()
    for place, point in enumerate(report.trend(report.commitments[0].checks[0])):
        checked = pipeline.check(config(), now=point.period.end).verdict
        (found,) = [each for each in checked.gates[1].conditions if each.condition.id == "first-response"]
        assert point.result is not None
        assert (found.outcome, found.measurement.value) == (point.result.outcome, point.result.measurement.value), place


def test_a_period_that_has_not_ended_is_told_as_of_now():
    report = samples.so_far()
    assert report.so_far and samples.NOW == report.verdict.at
    assert not samples.whole().so_far and END == samples.whole().verdict.at


@pytest.mark.parametrize(
    ("period", "first", "count"), [("2026-Q3", "2024-Q4", 8), ("2026-09", "2025-10", 12), ("2025", "2022", 4)]
)
def test_the_trend_has_the_periods_of_the_same_length_before(period, first, count):
    points = samples.report(period).history["1.1"]
    assert (first, period, count) == (points[0].title, points[-1].title, len(points))


def test_evidence_of_one_moment_has_no_trend_and_no_history():
    report = samples.whole()
    defects = next(each for each in report.commitments if each.clause.id == "2.1")
    assert () == report.trend(defects.checks[0])
    assert [None] * 7 + [Standing.MET] == [point.standing for point in report.history["2.1"]]


def test_a_waiver_excuses_only_the_periods_in_which_it_counted():
    (one,) = [each for each in samples.whole().commitments if each.clause.id == "4.1"]
    rates = samples.whole().trend(one.checks[1])
    assert (Standing.MISSED, Standing.WAIVED) == (rates[2].standing, rates[-1].standing)


def test_a_commitment_that_was_not_due_then_is_not_held_against_anyone(tmp_path):
    for day, first in (("2025-10-01", 4), ("2025-10-02", 5)):  # the first whole quarter from that day on
        files = samples.files()
        files["qualitygate.yml"] = files["qualitygate.yml"].replace("due: 2025-01-01", f"due: {day}")
        report = of(tmp_path, files)
        stood = [point.standing for point in report.history["1.1"]]
        assert [Standing.NOT_DUE] * first + [Standing.MET] * (8 - first) == stood


CHANNELS = """\
version: 1
timezone: Asia/Shanghai
%s
clauses: {"5.1": {text: Customers reach us., due: contract_start}}
evidence: {channels: {files: channels.yml, read: channels}}
gates:
  g: [{metric: support.live_channels, at_least: 4, clause: "5.1"}]
support: {targets: {normal: {first_response: 24h}}}
"""
CONTACTS = "channels:\n- {id: chat, contacts: [{date: 2026-04-01}]}\n"


@pytest.mark.parametrize(
    ("anchors", "contacts", "expected"),
    [
        ("anchors: {contract_start: 2026-01-01}", CONTACTS, [*["NOT_DUE"] * 5, "MISSED", "MISSED", "MISSED"]),
        ("anchors: {contract_start: 2026-01-02}", CONTACTS, [*["NOT_DUE"] * 5, "MISSED", "MISSED", "MISSED"]),
        ("", CONTACTS, [*[None] * 6, "MISSED", "MISSED"]),
        ("", CONTACTS.replace("04-01", "03-31"), [*[None] * 5, "MISSED", "MISSED", "MISSED"]),
    ],
)
def test_before_the_contract_nothing_is_missed_nor_before_the_records_where_no_day_is_said(
    tmp_path, anchors, contacts, expected
):
    policy = CHANNELS % anchors if anchors else (CHANNELS % "").replace(", due: contract_start", "")
    report = of(tmp_path, {"qualitygate.yml": policy, "channels.yml": contacts})
    for points in (report.history["5.1"], *report.trends.values()):
        assert expected == [None if each.standing is None else each.standing.name for each in points]


@pytest.mark.parametrize(
    ("anchors", "expected"),
    [
        ("anchors: {contract_start: 2026-01-01}", [*[None] * 5, *["MISSED"] * 3]),
        ("", [*[None] * 6, "MISSED", "MISSED"]),
    ],
)
def test_what_is_deleted_before_the_first_record_is_missed_from_the_day_of_the_contract(tmp_path, anchors, expected):
    policy = (CHANNELS % anchors).replace(", due: contract_start", "")
    report = of(tmp_path, {"qualitygate.yml": policy, "channels.yml": CONTACTS})
    assert expected == [each.standing and each.standing.name for each in report.history["5.1"]]


def test_where_a_part_can_be_told_only_a_miss_is_known(tmp_path):
    files = samples.files()
    files["qualitygate.yml"] = files["qualitygate.yml"].replace('clause: "5.1"}', 'clause: "2.1"}')
    report = of(tmp_path, files)
    stood = [point.standing for point in report.history["2.1"]]
    assert [None, Standing.MISSED, Standing.MISSED, Standing.MISSED, None, None, None, Standing.MET] == stood


def test_every_file_that_was_read_is_told_with_what_it_held():
    report = samples.whole()
    found = {each.name: each for each in report.inputs}
    assert 33 == len(found)
    for name, each in found.items():
        content = (samples.folder() / name).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (each.sha256, each.size)
    assert datetime(2026, 9, 29, 2, tzinfo=UTC) == found["reports/regression.xml"].made


def test_what_was_made_after_the_period_is_named(tmp_path):
    report = of(tmp_path, {**samples.files(), "reports/regression.xml": samples.junit(1, "2026-11-02T10:00:00")})
    assert ["reports/regression.xml"] == [each.name for each in report.later]
    assert [] == samples.whole().later


def test_a_file_that_cannot_be_opened_is_listed_without_a_hash():
    def refused():
        raise PermissionError(13, "Permission denied")

    entry = config().evidence[0]
    locked = Source(name="locked.jsonl", open=refused)
    among = replace(around("."), find=lambda _entry, _rules: [locked])
    read: dict[tuple[str, str], Input] = {}
    assert [locked] == _hashing(among, read).find(entry, entry.rules)
    assert {("tickets", "locked.jsonl"): Input(entry="tickets", name="locked.jsonl", sha256=None, size=0)} == read


def test_each_part_of_the_policy_is_told_with_its_line():
    places = samples.whole().places
    lines = samples.POLICY.splitlines()
    assert lines[(places["clauses", "5.1"].line or 0) - 1].strip().startswith('"5.1":')
    assert "id: pass-rate" in lines[(places["gates", "programme", "pass-rate"].line or 0) - 1]
    assert ("quality/waivers.yml:9", "qualitygate.yml") == (str(places["waivers", "W-1"]), str(places[()]))


def test_the_metrics_whose_evidence_tells_when_are_those_that_say_so():
    conditions = [condition for gate in config().policy.gates for condition in gate.conditions]
    undated = {each.metric.name for each in conditions if not pipeline.dated(each.metric)}
    assert {"tests.defect_rate", "tests.executed"} == undated


PERIOD = named("2026-Q3", samples.NOW.astimezone(config().policy.zone))


def of(folder, files):
    write_files(folder, files)
    return made(pipeline.load_config(str(folder / "qualitygate.yml")), PERIOD, now=samples.NOW)
