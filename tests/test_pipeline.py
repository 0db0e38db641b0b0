"""The whole way, from files to verdict, and what must hold for any policy over missing or hollow evidence."""

# ruff: noqa: E501 - a table is read by the row

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate import ConfigError, pipeline
from qualitygate.config import EvidenceEntry
from qualitygate.errors import CannotReadReport, PluginError
from qualitygate.exits import of_verdict
from qualitygate.extension import Reader, Style
from qualitygate.gathering import gather, read
from qualitygate.model.evidence import Evidence, Gap, ReadingRules, Report, Source, TestReport
from qualitygate.model.measurement import Unit
from qualitygate.model.verdict import Outcome, Verdict
from qualitygate.outputs import write_all
from qualitygate.registry import MEASURES, metrics, names
from qualitygate.snapshot import dump
from qualitygate.sources import source as file_source
from tests.conftest import write_files
from tests.samples import NOW, source

PASS = "<testsuite timestamp='2026-11-22T08:00:00Z'><testcase classname='c' name='a'/></testsuite>"
FAIL = "<testsuite timestamp='2026-11-22T08:00:00Z'><testcase classname='c' name='a'><failure/></testcase></testsuite>"
SKIP = "<testsuite timestamp='2026-11-22T08:00:00Z'><testcase classname='c' name='a'><skipped/></testcase></testsuite>"
CONDITION = "{metric: tests.failed, at_most: 0}"


def run(folder: Path, *conditions: str, evidence: str = "unit: {files: 'unit*.xml'}", files=None, **more):
    rows = "".join(f"    - {condition}\n" for condition in conditions or (CONDITION,))
    policy = f"version: 1\nevidence:\n  {evidence}\ngates:\n  g:\n{rows}"
    write_files(folder, {"qualitygate.yml": policy, **(files or {})})
    return pipeline.check(pipeline.load_config(str(folder / "qualitygate.yml")), now=NOW, **more)


def gaps(done) -> list[str]:
    return [item.slug for item in done.evidence if isinstance(item, Gap)]


def test_evidence_that_holds_passes(tmp_path):
    done = run(tmp_path, files={"unit.xml": PASS})
    assert (Outcome.PASSED, {"files": 1, "tests": 1}) == (done.verdict.outcome, done.verdict.examined)


def test_a_failure_fails(tmp_path):
    assert Outcome.FAILED is run(tmp_path, files={"unit.xml": FAIL}).verdict.outcome


HOLLOW = {
    "no file": ({}, "missing"),
    "an empty file": ({"unit.xml": b""}, "empty"),
    "NULs": ({"unit.xml": b"\0" * 9}, "empty"),
    "text": ({"unit.xml": b"all passed"}, "unrecognised"),
    "a cut file": ({"unit.xml": PASS[:-5].encode()}, "truncated"),
    "entities": ({"unit.xml": b"<!DOCTYPE a [<!ENTITY x 'y'>]><testsuite/>"}, "entities"),
    "claims only": ({"unit.xml": b"<testsuite tests='9' failures='0'/>"}, "unlisted"),
    "claims of failures": ({"unit.xml": b"<testsuite tests='9' failures='1'/>"}, "unlisted"),
    "a broken file beside a good one": ({"unit1.xml": PASS, "unit2.xml": b""}, "empty"),
}


@pytest.mark.parametrize(("files", "slug"), HOLLOW.values(), ids=HOLLOW.keys())
def test_evidence_that_is_not_whole_is_no_data_and_named(tmp_path, files, slug):
    done = run(tmp_path, files=files)
    assert ([slug], Outcome.NO_DATA) == (gaps(done), done.verdict.outcome)
    (result,) = done.verdict.gates[0].conditions
    assert result.note


@pytest.mark.parametrize("document", ["<testsuites/>", "<testsuite tests='0'/>", SKIP])
def test_reports_in_which_nothing_ran_are_no_data(tmp_path, document):
    done = run(tmp_path, files={"unit.xml": document})
    assert ([], Outcome.NO_DATA) == (gaps(done), done.verdict.outcome)


def test_a_missing_suite_is_no_data_though_the_others_are_fine(tmp_path):
    evidence = "unit: {files: unit.xml}\n  it: {files: it.xml}"
    done = run(tmp_path, "{metric: tests.failed, at_most: 0}", evidence=evidence, files={"unit.xml": PASS})
    assert Outcome.NO_DATA is done.verdict.outcome
    done = run(tmp_path, "{metric: tests.failed, at_most: 0, where: {suite: unit}}", evidence=evidence)
    assert Outcome.PASSED is done.verdict.outcome


def test_fewer_files_than_expected_are_no_data(tmp_path):
    done = run(tmp_path, evidence="unit: {files: 'unit*.xml', expect: {files: 2}}", files={"unit.xml": PASS})
    assert (["short"], Outcome.NO_DATA) == (gaps(done), done.verdict.outcome)


def test_as_many_files_as_expected_are_enough(tmp_path):
    evidence = "unit: {files: 'unit*.xml', expect: {files: 2}}"
    assert [] == gaps(run(tmp_path, evidence=evidence, files={"unit1.xml": PASS, "unit2.xml": PASS}))


def test_a_shard_that_was_given_no_test_is_not_one_of_the_files_that_are_expected(tmp_path):
    files = {"unit1.xml": PASS, "unit2.xml": "<testsuites/>"}
    done = run(tmp_path, evidence="unit: {files: 'unit*.xml', expect: {files: 2}}", files=files)
    (gap,) = [item for item in done.evidence if isinstance(item, Gap)]
    assert ("short", "only 1 of 2 files are there that hold a test, unit2.xml does not") == (gap.slug, gap.found)
    assert Outcome.NO_DATA is done.verdict.outcome
    assert [] == gaps(run(tmp_path, evidence="unit: {files: 'unit*.xml'}"))


CUT = "<?xml version='1.0'?><coverage line-rate='0.9'><packages><package name='p'>"


@pytest.mark.parametrize(
    ("content", "kind"), [(CUT, "coverage"), ("", None), ("<testsuite><testcase name='a'/>", "tests")]
)
def test_a_file_that_cannot_be_read_is_of_the_kind_of_its_reader_not_of_its_neighbours(tmp_path, content, kind):
    entries = "server: {files: '*.xml'}\n  web: {files: c.lcov}"
    conditions = ("{metric: coverage.line, at_least: 1%}", CONDITION)
    done = run(tmp_path, *conditions, evidence=entries, files={"a.xml": PASS, "b.xml": content, "c.lcov": LCOV % 1})
    assert [kind] == [item.kind for item in done.evidence if isinstance(item, Gap)]
    coverage, tests = (result.outcome for result in done.verdict.gates[0].conditions)
    assert (Outcome.PASSED if kind == "tests" else Outcome.NO_DATA) is coverage
    assert (Outcome.PASSED if kind == "coverage" else Outcome.NO_DATA) is tests


def test_a_missing_file_is_of_the_kind_of_the_reader_that_its_entry_names(tmp_path):
    entries = "unit: {{files: unit.xml{}}}\n  web: {{files: c.lcov}}"
    conditions = ("{metric: coverage.line, at_least: 1%}", CONDITION)
    for named, outcome in ((", read: junit", Outcome.PASSED), ("", Outcome.NO_DATA)):
        done = run(tmp_path, *conditions, evidence=entries.format(named), files={"c.lcov": LCOV % 1})
        assert [outcome, Outcome.NO_DATA] == [result.outcome for result in done.verdict.gates[0].conditions]


def test_a_report_that_was_put_together_is_as_old_as_its_oldest_part(tmp_path):
    dated = "<testsuite timestamp='{}T08:00:00Z'><testcase name='{}'/></testsuite>"
    document = f"<testsuites>{dated.format('2026-01-22', 'a')}{dated.format('2026-11-22', 'b')}</testsuites>"
    evidence = "unit: {files: 'unit*.xml', expect: {max_age: 24h}}"
    done = run(tmp_path, "{metric: reports.age, at_most: 24h}", evidence=evidence, files={"unit.xml": document})
    assert ["stale"] == gaps(done)
    done = run(tmp_path, "{metric: reports.age, at_most: 24h}", files={"unit.xml": document})
    assert Outcome.FAILED is done.verdict.outcome


def test_a_report_that_contradicts_itself_is_worth_a_warning_where_no_gate_asks_for_it(tmp_path):
    files = {"unit1.xml": "<testsuite tests='500'><testcase name='a'/></testsuite>", "unit2.xml": PASS}
    done = run(tmp_path, files=files)
    (warning,) = done.warnings
    assert Outcome.PASSED is done.verdict.outcome
    assert "unit1.xml counts 500 tests in its attributes but lists 1" == warning.message
    more = {"unit2.xml": files["unit1.xml"], "unit3.xml": files["unit1.xml"]}
    assert run(tmp_path, files=more, gates=["g"]).warnings[0].message.endswith("; 2 more reports contradict themselves")
    assert () == run(tmp_path, CONDITION, "{metric: reports.inconsistent, at_most: 3}").warnings


@pytest.mark.parametrize(("document", "expected"), [(PASS, []), (SKIP, ["short"])])
def test_fewer_executed_tests_than_expected_are_no_data(tmp_path, document, expected):
    done = run(tmp_path, evidence="unit: {files: 'unit*.xml', expect: {tests: 1}}", files={"unit.xml": document})
    assert expected == gaps(done)


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("2026-11-22T08:00:00Z", []),
        ("2026-11-21T09:00:00Z", []),
        ("2026-11-21T08:59:59Z", ["stale"]),
        ("2026-11-22T09:05:00Z", []),
        ("2026-11-22T09:05:01Z", ["stale"]),
        ("", ["undated"]),
    ],
)
def test_a_report_is_fresh_by_its_own_time_stamp(tmp_path, stamp, expected):
    document = f"<testsuite timestamp='{stamp}'><testcase name='a'/></testsuite>"
    done = run(tmp_path, evidence="unit: {files: 'unit*.xml', expect: {max_age: 24h}}", files={"unit.xml": document})
    assert expected == gaps(done)
    assert (Outcome.NO_DATA if expected else Outcome.PASSED) is done.verdict.outcome


def test_only_the_gates_asked_for_are_judged(tmp_path):
    write_files(tmp_path, {
        "qualitygate.yml": f"version: 1\nevidence: {{unit: {{files: unit.xml}}}}\ngates: {{a: [{CONDITION}], b: [{CONDITION}]}}\n",
        "unit.xml": PASS,
    })  # fmt: skip
    config = pipeline.load_config(str(tmp_path / "qualitygate.yml"))
    assert ["b"] == [gate.name for gate in pipeline.check(config, now=NOW, gates=["b"]).verdict.gates]
    with pytest.raises(ConfigError, match="there is no gate 'c'"):
        pipeline.check(config, now=NOW, gates=["b", "c"])


def test_evidence_at_hand_for_an_entry_nobody_declares_is_refused(tmp_path):
    write_files(tmp_path, {
        "qualitygate.yml": f"version: 1\nevidence: {{unit: {{files: unit.xml}}}}\ngates: {{a: [{CONDITION}]}}\n",
    })  # fmt: skip
    config = pipeline.load_config(str(tmp_path / "qualitygate.yml"))
    with pytest.raises(ConfigError, match="did you mean 'unit'"):
        pipeline.check(config, now=NOW, given={"unti": []})


def test_evidence_at_hand_is_not_looked_for(tmp_path):
    (given_report,) = read(source(FAIL))
    done = run(tmp_path, files={"unit.xml": PASS}, given={"unit": [given_report]})
    assert Outcome.NO_DATA is not done.verdict.outcome
    assert (given_report,) == done.evidence


def test_each_file_is_told_before_it_is_read(tmp_path):
    told: list[str] = []
    run(tmp_path, files={"unit2.xml": PASS, "unit1.xml": PASS}, on_read=told.append)
    assert ["unit1.xml", "unit2.xml"] == told


def test_shards_joined_through_snapshots_give_the_same_verdict(tmp_path):
    shards = {f"unit{n}.xml": FAIL if n == 2 else PASS.replace("'a'", f"'t{n}'") for n in range(4)}
    whole = run(tmp_path / "whole", files=shards, keep_names=True)
    parts = {}
    for name, document in shards.items():
        part = run(tmp_path / name, files={name: document}, keep_names=True)
        parts[f"{name}.snapshot"] = "".join(dump(part.evidence))
    joined = run(tmp_path / "joined", evidence="unit: {files: '*.snapshot'}", files=parts)
    rows = [
        [(each.outcome, each.measurement.value, each.measurement.findings) for each in done.verdict.gates[0].conditions]
        for done in (whole, joined)
    ]
    assert rows[0] == rows[1]
    assert whole.verdict.examined == joined.verdict.examined


SHARDS = "all: {files: '*.snapshot', read: snapshot, expect: {files: 3}}"
LCOV = "SF:a.py\nDA:1,1\nDA:2,%d\nend_of_record\n"
SUITES = "unit: {files: 'unit*.xml'}\n  it: {files: 'it*.xml'}\n  cov: {files: '*.lcov'}"
JOINED = (
    "{metric: tests.failed, at_most: 0, where: {suite: unit}}",
    "{metric: tests.failed, at_most: 0, where: {suite: it}}",
    "{metric: coverage.line, at_least: 100%, where: {suite: cov}}",
)


def shards(folder: Path) -> dict[str, str]:
    """The snapshots of three jobs that each ran a part of two suites, and covered a part of the code."""
    parts = {}
    for number in range(3):
        document = PASS.replace("'a'", f"'t{number}'")
        files = {"unit.xml": document, "it.xml": document, "c.lcov": LCOV % (number == 2)}
        part = run(folder / str(number), evidence=SUITES, files=files, keep_names=True)
        parts[f"{number}.snapshot"] = "".join(dump(part.evidence))
    return parts


def results(done) -> list[Outcome]:
    return [each.outcome for each in done.verdict.gates[0].conditions]


def test_shards_of_several_suites_and_kinds_are_judged_as_one(tmp_path):
    done = run(tmp_path / "joined", *JOINED, evidence=SHARDS, files=shards(tmp_path))
    assert [Outcome.PASSED] * 3 == results(done)
    assert {"files": 9, "lines": 2, "tests": 6} == done.verdict.examined


@pytest.mark.parametrize("content", [None, "{}", '{"qualitygate":"snapshot","schema_version":1,"lines":9}\n'])
def test_a_lost_shard_is_missed_in_every_suite_and_kind_that_the_others_bring(tmp_path, content):
    parts = shards(tmp_path)
    del parts["1.snapshot"]
    done = run(
        tmp_path / "joined", *JOINED, evidence=SHARDS, files={**parts, **({"1.snapshot": content} if content else {})}
    )
    assert [Outcome.NO_DATA] * 3 == results(done)


def test_two_thousand_shards_reach_the_verdict_of_all_their_reports(tmp_path):
    documents = {
        f"unit{number}.xml": (FAIL if number % 7 == 0 else PASS).replace("'a'", f"'t{number % 1500}'")
        for number in range(2_000)
    }
    whole = run(tmp_path / "whole", "{metric: tests.defect_rate, below: 5%}", files=documents, keep_names=True)
    reports = [item for item in whole.evidence if isinstance(item, TestReport)]
    parts = {f"{number}.snapshot": "".join(dump([report])) for number, report in enumerate(reversed(reports))}
    joined = run(
        tmp_path / "joined",
        "{metric: tests.defect_rate, below: 5%}",
        evidence="unit: {files: '*.snapshot', expect: {files: 2000}}",
        files=parts,
    )
    assert (2_000, whole.verdict.gates, whole.verdict.examined) == (
        len(reports),
        joined.verdict.gates,
        joined.verdict.examined,
    )


ESLINT = "<testsuites><testsuite package='org.eslint' tests='1' errors='0' name='a.js'><testcase name='a.js' classname='a'/></testsuite></testsuites>"
BANDIT = "<testsuite name='bandit' tests='0'/>"
MYPY = "<testsuite errors='0' failures='0' name='mypy' skips='0' tests='1'><testcase classname='mypy' name='mypy-py3_11-linux'/></testsuite>"
RUFF = "<testsuites name='ruff' tests='1' failures='0' errors='0'><testsuite name='a.py' tests='1' package='org.ruff'><testcase name='a' classname='a'/></testsuite></testsuites>"


@pytest.mark.parametrize("document", [ESLINT, BANDIT, MYPY, RUFF])
def test_what_a_linter_wrote_is_no_run_of_tests(tmp_path, document):
    done = run(tmp_path, files={"unit.xml": document})
    assert (Outcome.NO_DATA, ["linter"]) == (done.verdict.outcome, gaps(done))


def test_a_reader_that_is_named_takes_a_linters_findings_for_tests(tmp_path):
    done = run(tmp_path, evidence="unit: {files: unit.xml, read: junit}", files={"unit.xml": ESLINT})
    assert Outcome.PASSED is done.verdict.outcome


@pytest.mark.parametrize("name", ["bandit", "mypy", "ruff"])
def test_a_project_may_be_called_like_a_linter(tmp_path, name):
    document = (
        f"<testsuite name='{name}' tests='1' failures='0' errors='0'><testcase classname='c' name='a'/></testsuite>"
    )
    assert Outcome.PASSED is run(tmp_path, files={"unit.xml": document}).verdict.outcome


def test_an_entry_of_another_kind_holds_none_of_the_tests_that_were_expected(tmp_path):
    entries = "unit: {files: c.lcov, expect: {tests: 500}}\n  it: {files: it.xml}"
    done = run(tmp_path, evidence=entries, files={"c.lcov": LCOV % 1, "it.xml": PASS})
    assert (Outcome.NO_DATA, ["short"]) == (done.verdict.outcome, gaps(done))


def test_evidence_of_a_kind_that_no_condition_looks_at_is_worth_a_warning(tmp_path):
    entries = "unit: {files: c.lcov}\n  it: {files: it.xml}"
    files = {"c.lcov": LCOV % 1, "it.xml": PASS}
    done = run(tmp_path, evidence=entries, files=files)
    assert ["no condition looks at the evidence 'unit', which holds coverage"] == [
        each.message for each in done.warnings
    ]
    assert (
        () == run(tmp_path, CONDITION, "{metric: coverage.line, at_least: 1%}", evidence=entries, files=files).warnings
    )
    assert () == run(tmp_path, evidence=entries, files=files, gates=["g"]).warnings


def test_one_lost_shard_is_one_missing_report_though_it_is_missed_in_several_suites(tmp_path):
    parts = shards(tmp_path)
    del parts["1.snapshot"]
    done = run(tmp_path / "joined", "{metric: reports.missing, at_most: 0}", evidence=SHARDS, files=parts)
    assert 1 == done.verdict.gates[0].conditions[0].measurement.value


REGISTER = "id,title,severity,found_in,state\n{}"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["A,a,high,production,open\nB,b,low,testing,open\n"] * 3, (Outcome.FAILED, Fraction(1, 2))),
        (
            ["A,a,high,production,open\nB,b,low,testing,open\n", "A,a,high,testing,closed\nC,c,low,testing,open\n"],
            (Outcome.NO_DATA, None),
        ),
    ],
)
def test_shards_that_bring_one_register_count_it_once_and_contradict_each_other_where_it_differs(
    tmp_path, rows, expected
):
    condition = "{metric: defects.escaped_rate, at_most: 5%}"
    parts = {}
    for number, row in enumerate(rows):
        files = {"defects.csv": REGISTER.format(row)}
        part = run(
            tmp_path / str(number), condition, evidence="bugs: {files: defects.csv}", files=files, keep_names=True
        )
        parts[f"{number}.snapshot"] = "".join(dump(part.evidence))
    done = run(tmp_path / "joined", condition, evidence="all: {files: '*.snapshot', read: snapshot}", files=parts)
    (found,) = done.verdict.gates[0].conditions
    assert expected == (found.outcome, found.measurement.value)


def test_coverage_is_told_by_paths_from_the_policys_folder(tmp_path):
    lcov = f"SF:{tmp_path}/shop/a.py\nDA:1,0\nend_of_record\n"
    done = run(
        tmp_path, "{metric: coverage.line, at_least: 1%}", evidence="cov: {files: c.lcov}", files={"c.lcov": lcov}
    )
    assert ["shop/a.py"] == [finding.path for finding in done.verdict.gates[0].conditions[0].measurement.findings]


def test_evidence_that_a_snapshot_cannot_hold_is_missed_by_name(tmp_path):
    class Weather(Report):
        """A stranger's kind of report."""

    class Mood(Evidence):
        """A stranger's kind of evidence that is no report."""

    done = run(tmp_path, files={"unit.xml": PASS}, keep_names=True)
    foreign = (Weather(source=source(name="sky.txt", labels={"suite": "sky"})), Mood())
    write_all(replace(done, evidence=(*done.evidence, *foreign)), [("snapshot", str(tmp_path / "s.jsonl"))], Style())
    found = list(read(file_source("s.jsonl", str(tmp_path / "s.jsonl"))))
    missed = [(item.source, item.labels) for item in found if isinstance(item, Gap)]
    assert (3, [("Mood", {}), ("sky.txt", {"suite": "sky"})]) == (len(found), missed)


def test_a_finding_is_the_same_wherever_its_tool_ran(tmp_path):
    report = (
        "<checkstyle><file name='{}a.py'><error line='1' severity='error' message='m' source='r'/></file></checkstyle>"
    )
    evidence = "lint: {files: lint.xml, strip: /build/app}"
    told = [
        run(
            tmp_path, "{metric: findings.total, at_most: 1}", evidence=evidence, files={"lint.xml": report.format(lead)}
        )
        for lead in ("", "./", "/build/app/", f"{tmp_path}/")
    ]
    issues = {(issue.path, issue.fingerprint) for done in told for issue in done.evidence[0].issues}
    assert (1, "a.py") == (len(issues), issues.pop()[0])


def test_a_baseline_tells_new_failures_from_old(tmp_path):
    before = run(tmp_path / "before", files={"unit.xml": FAIL}, keep_names=True)
    write_files(tmp_path, {"base.snapshot": "".join(dump(before.evidence))})
    after = run(
        tmp_path / "after",
        "{metric: tests.new_failures, at_most: 0}",
        "{metric: tests.existing_failures, at_most: 1}",
        files={"unit.xml": FAIL},
        baseline=str(tmp_path / "base.snapshot"),
    )
    assert Outcome.PASSED is after.verdict.outcome


def test_a_baseline_that_was_asked_for_and_is_not_there_is_no_data(tmp_path):
    done = run(tmp_path, "{metric: tests.new_failures, at_most: 0}", files={"unit.xml": PASS})
    (result,) = done.verdict.gates[0].conditions
    assert (Outcome.NO_DATA, True) == (result.outcome, "--baseline FILE" in result.note)


def test_a_baseline_that_cannot_be_read_is_refused(tmp_path):
    write_files(tmp_path, {"base.snapshot": "nothing"})
    with pytest.raises(CannotReadReport):
        run(tmp_path, files={"unit.xml": PASS}, baseline=str(tmp_path / "base.snapshot"))


# Reading


@pytest.mark.parametrize(("expected", "tests"), [(1, 3), (2, 3_000)])
def test_a_small_file_is_opened_once_and_a_large_one_twice(expected, tests):
    content = "".join(f'<testcase classname="a.long.enough.name" name="{n}"/>' for n in range(tests))
    opened = []
    one = source(f"<testsuite>{content}</testsuite>")
    counted = replace(one, open=lambda: opened.append(1) or one.open())
    (report,) = read(counted)
    assert (tests, expected) == (report.runs, len(opened))
    with report.source.open() as again:
        assert b"<testsuite>" == again.read(11)


def test_a_file_that_cannot_be_opened_is_told():
    def missing():
        raise FileNotFoundError(2, "No such file or directory")

    with pytest.raises(CannotReadReport, match="cannot be opened: No such file") as caught:
        read(Source(name="x", open=missing))
    assert "unreadable" == caught.value.slug


def test_a_format_nobody_knows_is_told_by_what_it_looks_like():
    with pytest.raises(CannotReadReport, match="a JSON document; no reader knows it"):
        read(source(b'{"x": 1}'))


def test_a_reader_that_breaks_is_a_broken_plug_in(monkeypatch):
    def broken(source):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(
        pipeline.registry, "reader", lambda _: Reader(kind="tests", recognises=lambda _: True, read=broken)
    )
    with pytest.raises(PluginError, match=r"the reader 'mine' broke: ZeroDivisionError: oops"):
        read(source(PASS, reader="mine"))


def test_the_reader_that_was_used_is_kept():
    (report,) = read(source(PASS))
    assert isinstance(report, TestReport)
    assert "junit" == report.source.reader


# Nothing examined is never good

METRICS = [metric for name in names(MEASURES) for metric in metrics() if metric.name.startswith(f"{name}.")]


@st.composite
def any_condition(draw, on_missing=False, only=""):
    metric = draw(st.sampled_from([metric for metric in METRICS if metric.name.startswith(only)]))
    low = 0 if metric.low is None else int(metric.low)
    limit = draw(st.integers(low + 1, 50 if metric.high is None else 1))
    written = {Unit.RATIO: f"{limit * 100}%", Unit.SECONDS: f"{limit}s", Unit.POINTS: f"{limit * 100}pp"}.get(
        metric.unit, str(limit)
    )
    parts = [f"metric: {metric.name}", f"{draw(st.sampled_from(['below', 'at_most']))}: {written}"]
    parts += draw(st.sampled_from([[], ["each: suite"], ["where: {suite: unit}"], ["within: month"]]))
    parts += draw(st.sampled_from([[], ["severity: warning"]]))
    parts += ["min_sample: 20"] if metric.unit is Unit.RATIO and draw(st.booleans()) else []
    parts += [f"on_missing: {draw(st.sampled_from(['warn', 'ignore']))}"] if on_missing and draw(st.booleans()) else []
    return "{" + ", ".join(parts) + "}"


NOTHING = st.sampled_from(
    [b"", b"\0" * 20, b" \n", b"passed", b"{}", b"<html/>", b"<testsuites/>", b"<testsuite tests='5'/>",
     b"<testsuite name='s'/>", b"<testsuites><testsuite tests='0'/></testsuites>", PASS[:-3].encode(), b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>",
     b"\x1f\x8b\x08", b'{"qualitygate":"snapshot","schema_version":1,"lines":0}\n', b'{"qualitygate":"snapshot","schema_version":1,"lines":3}\n']
)  # fmt: skip
FILES = st.dictionaries(st.sampled_from(["unit1.xml", "unit2.xml", "it.xml"]), NOTHING, max_size=3)
EVIDENCE = "unit: {files: 'unit*.xml'}\n  it: {files: it.xml}"


def verdict_of(conditions, files) -> Verdict:
    with tempfile.TemporaryDirectory() as folder:
        return run(Path(folder), *conditions, evidence=EVIDENCE, files=files).verdict


def outcome_of(conditions, files) -> Outcome:
    return verdict_of(conditions, files).outcome


@settings(max_examples=150)
@given(conditions=st.lists(any_condition(on_missing=True, only="tests."), min_size=1, max_size=4), files=FILES)
def test_no_gate_on_tests_is_met_where_no_test_was_examined(conditions, files):
    assert 0 != of_verdict(verdict_of(conditions, files))


@settings(max_examples=150)
@given(conditions=st.lists(any_condition(), min_size=1, max_size=4), files=FILES)
def test_no_gate_is_met_where_no_report_could_be_read(conditions, files):
    unreadable = {name: raw for name, raw in files.items() if not raw.startswith(b"<testsuite")}
    assert 0 != of_verdict(verdict_of(conditions, unreadable))


def test_reading_again_changes_nothing(tmp_path):
    one, two = (run(tmp_path, files={"unit.xml": PASS}).verdict for _ in range(2))
    assert (one.outcome, one.examined, one.policy_digest) == (two.outcome, two.examined, two.policy_digest)


def test_the_time_of_the_file_is_not_the_time_of_the_report(tmp_path):
    files = {"unit.xml": PASS.replace("2026-11-22", "2026-11-01")}
    write_files(tmp_path, files)
    os.utime(tmp_path / "unit.xml", (NOW.timestamp(), NOW.timestamp()))
    done = run(tmp_path, "{metric: reports.age, at_most: 24h}")
    (result,) = done.verdict.gates[0].conditions
    assert (Outcome.FAILED, timedelta(days=21, hours=1).total_seconds()) == (result.outcome, result.measurement.value)


class Pages(Evidence):
    """Evidence of a stranger that is no report, and so has no time stamp."""

    @property
    def labels(self):
        return {}


@pytest.mark.parametrize(("max_age", "expected"), [(None, []), (Fraction(3600), [("undated", "paged")])])
def test_evidence_that_cannot_tell_its_age_is_never_young_enough(max_age, expected):
    entry = EvidenceEntry(name="paged", files=("p",), reader=None, labels={}, rules=ReadingRules(), max_age=max_age)
    found = gather(entry, "", now=NOW, given=[Pages()])
    assert expected == [(item.slug, item.source) for item in found if isinstance(item, Gap)]
