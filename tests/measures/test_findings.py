"""Findings metrics: what they count, and where they have no value."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.evaluation import combine, judge
from qualitygate.extension import Context
from qualitygate.measures import findings as measures
from qualitygate.model.changes import Changes
from qualitygate.model.evidence import Gap
from qualitygate.model.findings import FindingsReport, Issue, IssueSeverity
from qualitygate.model.verdict import Outcome
from tests.samples import NOW, bound, condition, report, source

SEVERITIES = ["info", "low", "medium", "high", "critical"]
BY_NAME = {metric.name.partition(".")[2]: metric for metric in measures.METRICS}


def issue(fingerprint: str = "f", severity: str = "high", **more) -> Issue:
    return Issue(
        **{
            "tool": "lint",
            "rule": "r",
            "severity": IssueSeverity[severity.upper()],
            "message": "m",
            "fingerprint": fingerprint,
            **more,
        }
    )


def told(*issues: Issue, name: str = "a.sarif", tools=("lint",), labels=None, at=None) -> FindingsReport:
    return FindingsReport(source=source(name=name, labels=labels or {}), issues=issues, tools=tools, at=at)


def gap(**more) -> Gap:
    return Gap(**{"slug": "missing", "source": "lint", "expected": "1 file", "found": "no file", **more})


def take(*evidence, **context):
    return list(measures.take(evidence, Context(now=NOW, today=NOW.date(), **context)))


def parts(name: str, *evidence, **context):
    return [part for part in take(*evidence, **context) if part.metric is BY_NAME[name]]


def whole(name: str, *evidence, **context):
    """All measurements of one metric as a condition that picks them all sees them."""
    return combine(BY_NAME[name], parts(name, *evidence, **context), {})


def values(name: str, *evidence, **context):
    return {part.labels["severity"]: part.value for part in parts(name, *evidence, **context) if part.value}


def test_every_tool_and_severity_has_its_number_be_it_0():
    found = parts("total", told(issue(), tools=("lint", "scan")))
    assert [(tool, severity) for tool in ("lint", "scan") for severity in SEVERITIES] == [
        (part.labels["tool"], part.labels["severity"]) for part in found
    ]
    assert [0, 0, 0, 1, 0, 0, 0, 0, 0, 0] == [part.value for part in found]


def test_no_grave_finding_holds_over_a_clean_report():
    none = condition(BY_NAME["total"], at_most=0, where={"severity": "critical"})
    assert [Outcome.PASSED] == [result.outcome for result in judge(none, take(told()), now=NOW)]


def test_each_tool_can_be_judged():
    each = condition(BY_NAME["total"], at_most=0, each="tool")
    evidence = told(issue(tool="scan"), tools=("lint", "scan"))
    assert [Outcome.PASSED, Outcome.FAILED] == [result.outcome for result in judge(each, take(evidence), now=NOW)]


def test_severities_and_tools_add_up():
    assert (
        3 == whole("total", told(issue("a"), issue("b", "low"), issue("c", tool="scan"), tools=("lint", "scan"))).value
    )


def test_files_and_tools_are_examined_once():
    total = whole("total", told(name="1"), told(name="2"), told(labels={"suite": "x"}))
    assert {"files": 3, "tools": 2} == total.examined


def test_suppressed_findings_are_counted_apart():
    evidence = told(issue("a"), issue("b", suppressed=True))
    assert (1, 1) == (whole("total", evidence).value, whole("suppressed", evidence).value)


def test_a_finding_in_two_reports_counts_once():
    assert 1 == whole("total", told(issue(), name="1"), told(issue(line=9), name="2")).value


def test_the_same_fingerprint_of_another_tool_is_another_finding():
    assert 2 == whole("total", told(issue(), issue(tool="scan"), tools=("lint", "scan"))).value


@pytest.mark.parametrize("turn", [1, -1])
def test_what_any_report_counts_is_counted_at_its_worst(turn):
    reports = [told(issue(suppressed=True, severity="critical")), told(issue(severity="low")), told(issue())][::turn]
    assert ({"high": 1}, {}) == (values("total", *reports), values("suppressed", *reports))


def test_each_label_set_is_measured_on_its_own():
    found = parts("total", told(issue(), labels={"suite": "x"}), told(issue(), labels={"suite": "y"}))
    assert {"x": 1, "y": 1} == {part.labels["suite"]: part.value for part in found if part.value}


@pytest.mark.parametrize("kind", ["findings", None])
@pytest.mark.parametrize("name", BY_NAME)
def test_a_gap_leaves_its_label_set_without_a_value(kind, name):
    found = parts(name, told(issue()), gap(kind=kind), size=1000, baseline=())
    assert {(None, "lint: no file; expected 1 file")} == {(part.value, part.note) for part in found}
    assert SEVERITIES == [part.labels["severity"] for part in found]


def test_a_gap_alone_is_told_by_severity():
    found = parts("total", gap(kind="findings", labels={"suite": "x"}))
    assert [{"suite": "x", "severity": severity} for severity in SEVERITIES] == [part.labels for part in found]


def test_a_gap_of_tests_changes_nothing():
    assert 1 == whole("total", told(issue()), gap(kind="tests")).value


def test_evidence_of_tests_has_no_findings():
    assert [] == take(report(), gap(kind="tests"))


def test_the_newest_report_gives_the_time_and_all_are_sources():
    total = whole("total", told(name="b", at=NOW), told(name="a"))
    assert (NOW, ("a", "b")) == (total.at, total.sources)


def test_the_worst_come_first_then_by_place():
    evidence = told(
        issue("a", "low", path="a.py", line=1),
        issue("b", "high", path="b.py", line=20),
        issue("c", "high", path="b.py", line=3),
        issue("d", "high", path="a.py", rule="z"),
        issue("e", "critical", path="z.py", tool="scan", rule=""),
        tools=("lint", "scan"),
    )
    total = whole("total", evidence)
    expected = [("scan", "z.py", None), ("z", "a.py", None), ("r", "b.py", 3), ("r", "b.py", 20), ("r", "a.py", 1)]
    assert expected == [(finding.title, finding.path, finding.line) for finding in total.findings]
    high = next(part for part in parts("total", evidence) if part.labels["severity"] == "high")
    assert ["a.py", "b.py", "b.py"] == [finding.path for finding in high.findings]
    assert {"m"} == {finding.message for finding in high.findings}


# The baseline


def test_new_is_what_the_baseline_did_not_count():
    names = ("old", "fresh", "freed")
    now = told(*(issue(name, rule=name) for name in names), issue("hidden", suppressed=True))
    before = [told(issue("old", line=7), issue("freed", suppressed=True), issue("hidden"), name="base")]
    found = whole("new", now, baseline=before)
    assert (2, ["freed", "fresh"]) == (found.value, [finding.title for finding in found.findings])


def test_fixed_is_what_is_gone_and_not_what_was_suppressed():
    before = [told(issue("gone"), issue("hidden"), issue("still"), issue("never", suppressed=True))]
    now = told(issue("still"), issue("hidden", suppressed=True))
    assert 1 == whole("fixed", now, baseline=before).value


def test_a_finding_of_a_tool_that_did_not_run_is_not_fixed():
    before = [told(issue("gone"), issue("away", tool="scan"), tools=("lint", "scan"))]
    assert (1, {"lint"}) == (
        whole("fixed", told(), baseline=before).value,
        {part.labels["tool"] for part in parts("fixed", told(), baseline=before)},
    )


def test_in_a_label_set_that_the_baseline_does_not_know_all_are_new():
    now = told(issue(), labels={"suite": "x"})
    assert 1 == whole("new", now, baseline=[told(issue())]).value
    assert (1, 0) == (whole("new", now, baseline=()).value, whole("fixed", now, baseline=()).value)


def test_a_baseline_with_a_gap_compares_with_nothing():
    for name in ("new", "fixed"):
        found = whole(name, told(issue()), baseline=[told(issue()), gap(kind="findings")])
        assert (None, "the baseline is not whole: lint: no file; expected 1 file") == (found.value, found.note)


def test_a_gap_of_tests_in_the_baseline_changes_nothing():
    assert 0 == whole("new", told(issue()), baseline=[told(issue()), gap(kind="tests")]).value


def test_without_a_baseline_nothing_is_known_to_be_new_or_fixed():
    for name in ("new", "fixed"):
        found = whole(name, told(issue()))
        assert (None, True) == (found.value, "no baseline was given" in found.note)


def test_without_a_baseline_the_states_of_the_tool_tell_what_is_new():
    evidence = told(issue("a", baseline="new"), issue("b", baseline="unchanged"), issue("c", baseline="updated"))
    found = whole("new", evidence)
    assert (1, "by the baselineState that the tools wrote, for no baseline was given") == (found.value, found.note)
    assert whole("fixed", evidence).value is None


def test_one_finding_without_a_state_leaves_it_unknown():
    assert whole("new", told(issue("a", baseline="new"), issue("b"))).value is None


def test_a_baseline_wins_over_the_states_of_the_tool():
    assert 0 == whole("new", told(issue(baseline="new")), baseline=[told(issue())]).value


def test_where_nothing_was_found_nothing_is_new():
    found = whole("new", told(issue(suppressed=True)))
    assert (0, "") == (found.value, found.note)


# Density


def test_a_density_is_findings_over_thousands_of_lines():
    found = whole("density", told(issue("a"), issue("b", "low"), issue("c", suppressed=True)), size=4_000)
    assert (Fraction(1, 2), 2, 4) == (found.value, found.numerator, found.denominator)


def test_densities_of_label_sets_add_up_over_the_same_code():
    evidence = [told(issue(), labels={"suite": name}) for name in "xy"]
    assert (Fraction(4), 2, Fraction(1, 2)) == (
        (found := whole("density", *evidence, size=500)).value,
        found.numerator,
        found.denominator,
    )


def test_the_margin_of_a_density_is_in_findings():
    (result,) = judge(
        condition(BY_NAME["density"], at_most="5/2"), take(told(issue("a"), issue("b")), size=3_000), now=NOW
    )
    assert result.margin is not None
    assert (5, "findings") == (result.margin.amount, result.margin.noun)
    assert bound(at_most="5/2").holds(result.measurement.value)


@pytest.mark.parametrize(("size", "note"), [(None, "declare which files are code"), (0, "matches no line of code")])
def test_without_code_there_is_no_density(size, note):
    found = whole("density", told(issue()), size=size)
    assert (None, True) == (found.value, note in found.note)


ISSUES = st.lists(
    st.builds(
        issue,
        fingerprint=st.sampled_from("abc"),
        severity=st.sampled_from(SEVERITIES),
        tool=st.sampled_from(["lint", "scan"]),
        suppressed=st.booleans(),
        path=st.sampled_from([None, "a.py", "b.py"]),
        baseline=st.sampled_from([None, "new", "unchanged"]),
    ),
    max_size=5,
)


@given(reports=st.lists(ISSUES, min_size=1, max_size=4), before=st.none() | ISSUES, data=st.data())
def test_the_order_of_reports_changes_nothing(reports, before, data):
    evidence = [told(*each, name=str(index), tools=("lint", "scan")) for index, each in enumerate(reports)]
    baseline = None if before is None else [told(*before, tools=("lint", "scan"))]
    expected = take(*evidence, baseline=baseline, size=1000)
    assert expected == take(*data.draw(st.permutations(evidence)), baseline=baseline, size=1000)


@given(now=ISSUES, before=ISSUES)
def test_what_was_there_and_what_is_new_is_what_is_there(now, before):
    counted = {(each.tool, each.fingerprint) for each in before if not each.suppressed}
    context = {"baseline": [told(*before, tools=("lint", "scan"))]}
    evidence = told(*now, tools=("lint", "scan"))
    there = {(each.tool, each.fingerprint) for each in now if not each.suppressed}
    assert len(there) == whole("total", evidence, **context).value
    assert len(there - counted) == whole("new", evidence, **context).value


# Changed lines

CHANGED = Changes(
    ref="main",
    base="b",
    base_at=NOW,
    lines={"src/a.py": 0b1100, "p/twin.py": 0b10, "q/twin.py": 0b10},
    tracked=frozenset({"src/a.py", "src/b.py", "p/twin.py", "q/twin.py"}),
)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"path": "src/a.py", "line": 2}, True),
        ({"path": "/home/ci/build/src/a.py", "line": 3}, True),
        ({"path": "a.py", "line": 3}, True),
        ({"path": "src/a.py", "line": 1}, False),
        ({"path": "src/a.py", "line": 1, "end_line": 2}, True),
        ({"path": "src/a.py", "line": 4, "end_line": 10**12}, False),
        ({"path": "src/a.py", "line": 10**12}, False),
        ({"path": "src/a.py"}, False),
        ({"path": "src/b.py", "line": 2}, False),
        ({"path": "gone.py", "line": 2}, False),
        ({"path": "twin.py", "line": 1}, None),
        ({"line": 2}, False),
        ({}, False),
    ],
)
def test_a_finding_knows_whether_it_stands_on_a_changed_line(place, expected):
    (finding,) = whole("total", told(issue(**place)), changes=CHANGED).findings
    assert expected is finding.changed


def test_where_it_is_not_known_what_changed_a_finding_does_not_know_either():
    assert {None} == {finding.changed for finding in whole("total", told(issue(path="src/a.py", line=2))).findings}


def test_a_fixed_finding_stands_on_no_line_and_a_suppressed_one_does():
    place = {"path": "src/a.py", "line": 2}
    context = {"changes": CHANGED, "baseline": [told(issue("gone", **place))]}
    evidence = told(issue("hidden", suppressed=True, **place))
    assert [None, True] == [whole(name, evidence, **context).findings[0].changed for name in ("fixed", "suppressed")]


def test_what_changed_changes_no_number():
    evidence = told(issue("a", path="src/a.py", line=2), issue("b", "low", path="src/b.py", suppressed=True))
    context = {"baseline": [told(issue("c"))], "size": 1000}
    before, after = ([part.value for part in take(evidence, **context, changes=known)] for known in (None, CHANGED))
    assert before == after


def test_a_finding_tells_its_severity_and_where_it_ends():
    found = whole("total", told(issue("a", "low", line=2, end_line=4), issue("b", "info", line=2, end_line=2))).findings
    assert [("low", 4), ("info", None)] == [(finding.severity, finding.end_line) for finding in found]
