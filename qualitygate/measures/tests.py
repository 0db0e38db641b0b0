"""Test metrics: counts, rates, durations, and what changed since the baseline."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from fractions import Fraction
from math import ceil, fsum

from qualitygate.extension import Context, Measure
from qualitygate.model.evidence import Evidence, Gap, TestCase, TestOutcome, TestReport
from qualitygate.model.measurement import Better, Combine, Finding, Measurement, Metric, Unit
from qualitygate.model.population import FAILING, TestPopulation, identity, merge

_JUNIT = "JUnit XML as written by its tools"
_EXECUTED = "passed + failed + errored"
_MICROSECONDS = 1_000_000

TOTAL = Metric(
    name="tests.total",
    noun="tests",
    better=Better.HIGHER,
    source=_JUNIT,
    formula="distinct tests after merging reports: evidence labels, file, class, name and occurrence make a test",
)
RUNS = Metric(
    name="tests.runs",
    noun="runs",
    better=Better.HIGHER,
    source=_JUNIT,
    formula="test records in all reports, every run and attempt",
)
EXECUTED = Metric(
    name="tests.executed",
    noun="executed runs",
    better=Better.HIGHER,
    source=_JUNIT,
    formula="test records that ran, every run and attempt: not skipped",
)
PASSED = Metric(
    name="tests.passed",
    noun="passed tests",
    better=Better.HIGHER,
    source=_JUNIT,
    formula="tests whose final outcome is a pass",
)
FAILED = Metric(
    name="tests.failed",
    noun="failed tests",
    source=_JUNIT,
    formula="tests whose final outcome is a failure: an assertion did not hold",
)
ERRORED = Metric(
    name="tests.errored",
    noun="errored tests",
    source=_JUNIT,
    formula="tests whose final outcome is an error: they broke outside their assertions",
)
SKIPPED = Metric(
    name="tests.skipped",
    noun="skipped tests",
    source=_JUNIT,
    formula="tests that ran nowhere: skipped, disabled, or expected to fail",
)
FLAKY = Metric(
    name="tests.flaky",
    noun="flaky tests",
    source="CTRF; Maven Surefire rerunFailingTestsCount",
    formula="tests that passed after at least one failed attempt",
)
QUARANTINED = Metric(
    name="tests.quarantined",
    noun="quarantined failures",
    source="qualitygate",
    formula="failing tests that a live quarantine record names",
)
BLOCKING = Metric(
    name="tests.blocking_failures",
    noun="blocking failures",
    source="qualitygate",
    formula="failed + errored tests that no live quarantine record names",
)
DEFECT_RATE = Metric(
    name="tests.defect_rate",
    noun="failures",
    unit=Unit.RATIO,
    combine=Combine.RATIO,
    high=Fraction(1),
    source="Allure success rate, complement; SonarQube test_success_density, complement",
    formula=f"(failed + errored) / ({_EXECUTED})",
)
PASS_RATE = Metric(
    name="tests.pass_rate",
    noun="passed tests",
    unit=Unit.RATIO,
    combine=Combine.RATIO,
    better=Better.HIGHER,
    high=Fraction(1),
    source="Allure success rate",
    formula=f"passed / ({_EXECUTED})",
)
SKIP_RATE = Metric(
    name="tests.skip_rate",
    noun="skipped tests",
    unit=Unit.RATIO,
    combine=Combine.RATIO,
    high=Fraction(1),
    source="Jenkins xUnit plugin",
    formula="skipped / total",
)
FLAKY_RATE = Metric(
    name="tests.flaky_rate",
    noun="flaky attempts",
    unit=Unit.RATIO,
    combine=Combine.RATIO,
    high=Fraction(1),
    source="CTRF flakyRate",
    formula="failed attempts of flaky tests / (total + those attempts)",
)
NEW_FAILURES = Metric(
    name="tests.new_failures",
    noun="new failures",
    relative=True,
    source="GitLab test reports; ReportPortal",
    formula="tests that fail now and did not fail in the baseline, or were not in it",
)
FIXED = Metric(
    name="tests.fixed",
    noun="fixed tests",
    relative=True,
    better=Better.HIGHER,
    source="GitLab test reports",
    formula="tests that failed in the baseline and pass now",
)
EXISTING = Metric(
    name="tests.existing_failures",
    noun="existing failures",
    relative=True,
    source="GitLab test reports",
    formula="tests that fail now and failed in the baseline",
)
NEWLY_SKIPPED = Metric(
    name="tests.newly_skipped",
    noun="newly skipped tests",
    relative=True,
    source="publish-unit-test-result-action",
    formula="tests that are skipped now and were in the baseline, not skipped",
)
REMOVED = Metric(
    name="tests.removed",
    noun="removed tests",
    relative=True,
    source="publish-unit-test-result-action",
    formula="tests of the baseline that no report lists now",
)
COUNT_DELTA = Metric(
    name="tests.count_delta",
    noun="executed tests",
    unit=Unit.RATIO,
    combine=Combine.RATIO,
    better=Better.HIGHER,
    low=Fraction(-1),
    relative=True,
    source="fail-on-reduced-tests",
    formula="(tests executed now - in the baseline) / tests executed in the baseline",
)
DURATION = Metric(
    name="tests.duration",
    noun="seconds",
    unit=Unit.SECONDS,
    source=_JUNIT,
    formula="sum of the times of all test records, attempts included",
)
DURATION_P95 = Metric(
    name="tests.duration_p95",
    noun="seconds",
    unit=Unit.SECONDS,
    combine=Combine.MAX,
    source="nearest rank; of several label sets the largest",
    formula="the time that 95 % of the timed records do not exceed",
)
DURATION_MAX = Metric(
    name="tests.duration_max",
    noun="seconds",
    unit=Unit.SECONDS,
    combine=Combine.MAX,
    source="Allure maxDuration",
    formula="the longest time of a test record",
)

METRICS = (
    TOTAL, RUNS, EXECUTED, PASSED, FAILED, ERRORED, SKIPPED, FLAKY, QUARANTINED, BLOCKING,
    DEFECT_RATE, PASS_RATE, SKIP_RATE, FLAKY_RATE,
    NEW_FAILURES, FIXED, EXISTING, NEWLY_SKIPPED, REMOVED, COUNT_DELTA,
    DURATION, DURATION_P95, DURATION_MAX,
)  # fmt: skip
_WITHOUT_EXECUTION = (TOTAL, RUNS, EXECUTED, SKIPPED)
_BASELINE = "no baseline was given; write one with --output snapshot=FILE and pass it with --baseline FILE"

LabelSet = tuple[tuple[str, str], ...]


def take(evidence: Sequence[Evidence], context: Context) -> Iterator[Measurement]:
    """Every test metric for every label set that has test reports, or should have.

    Where a declared report is missing or unreadable, all of its label set is without a value.
    """
    reports, gaps = _by_labels(evidence)
    earlier = _by_labels(context.baseline or ())[0]
    for labels in sorted({*reports, *gaps}):
        found, missing = reports.get(labels, []), gaps.get(labels, [])
        frame = Measurement(
            metric=TOTAL,
            value=None,
            labels=dict(labels),
            at=max((report.at for report in found if report.at), default=None),
            sources=tuple(sorted(report.source.name for report in found)),
            examined={"files": len(found), "tests": 0},
        )
        if missing or not found:
            note = "; ".join(dict.fromkeys(str(gap) for gap in missing))
            yield from (replace(frame, metric=metric, note=note) for metric in METRICS)
            continue
        population = _merged(found)
        frame = replace(frame, examined={"files": len(found), "tests": population.total})
        yield from _measure(population, frame, context)
        if context.baseline is None:
            yield from (replace(frame, metric=metric, note=_BASELINE) for metric in METRICS if metric.relative)
        elif population.executed:
            yield from _changes(population, frame, earlier.get(labels, []))
    for labels, gone in earlier.items():
        if labels not in reports and labels not in gaps:
            yield _gone(
                Measurement(metric=REMOVED, value=None, labels=dict(labels), note="in the baseline only"),
                gone,
                frozenset(),
            )


MEASURE = Measure(metrics=METRICS, take=take)

_NOBODY = TestPopulation(
    total=0, runs=0, executed_runs=0, identities=frozenset(), cases=(), seconds=array("d"), slowest=()
)
"""The tests of a suite that the baseline does not know: all that fail now are new."""


def _by_labels(evidence: Sequence[Evidence]) -> tuple[dict[LabelSet, list[TestReport]], dict[LabelSet, list[Gap]]]:
    reports: dict[LabelSet, list[TestReport]] = {}
    gaps: dict[LabelSet, list[Gap]] = {}
    for item in evidence:
        if isinstance(item, TestReport):
            reports.setdefault(tuple(sorted(item.source.labels.items())), []).append(item)
        elif isinstance(item, Gap) and item.kind in ("tests", None):
            gaps.setdefault(tuple(sorted(item.labels.items())), []).append(item)
    return reports, gaps


def _merged(reports: Sequence[TestReport]) -> TestPopulation:
    return merge(reports, retries=reports[0].source.rules.retries)


def _measure(now: TestPopulation, frame: Measurement, context: Context) -> Iterator[Measurement]:
    executed, skipped = now.executed, now.ended(TestOutcome.SKIPPED)
    yield replace(frame, metric=TOTAL, value=Fraction(now.total))
    yield replace(frame, metric=RUNS, value=Fraction(now.runs))
    yield replace(frame, metric=EXECUTED, value=Fraction(now.executed_runs))
    yield _count(frame, SKIPPED, skipped)
    if not executed:
        note = (
            f"no test was executed: {now.total} listed, {len(skipped)} of them skipped, in {', '.join(frame.sources)}"
        )
        yield from (
            replace(frame, metric=metric, note=note)
            for metric in METRICS
            if metric not in _WITHOUT_EXECUTION and not (metric.relative and context.baseline is None)
        )
        return
    failing = now.ended(*FAILING)
    live = {record.test for record in context.quarantine if record.live(context.today)}
    yield replace(frame, metric=PASSED, value=Fraction(executed - len(failing)))
    yield _count(frame, FAILED, now.ended(TestOutcome.FAILED))
    yield _count(frame, ERRORED, now.ended(TestOutcome.ERRORED))
    yield _count(frame, FLAKY, now.flaky)
    yield _count(frame, QUARANTINED, [case for case in failing if case.title in live])
    yield _count(frame, BLOCKING, [case for case in failing if case.title not in live])
    yield _ratio(frame, DEFECT_RATE, len(failing), executed, failing)
    yield _ratio(frame, PASS_RATE, executed - len(failing), executed, failing)
    yield _ratio(frame, SKIP_RATE, len(skipped), now.total, skipped)
    attempts = sum(case.failed_attempts for case in now.flaky)
    yield _ratio(frame, FLAKY_RATE, attempts, now.total + attempts, now.flaky)
    yield from _times(now, frame)


def _times(now: TestPopulation, frame: Measurement) -> Iterator[Measurement]:
    times = sorted(now.seconds)
    if not times:
        yield from (
            replace(frame, metric=metric, note="no report gives a time")
            for metric in (DURATION, DURATION_P95, DURATION_MAX)
        )
        return
    slowest = tuple(Finding(title=title, message=f"{seconds:.3f} s") for seconds, title in now.slowest)
    for metric, seconds in (
        (DURATION, fsum(times)),
        (DURATION_P95, times[ceil(len(times) * 0.95) - 1]),
        (DURATION_MAX, times[-1]),
    ):
        yield replace(
            frame, metric=metric, value=Fraction(round(seconds * _MICROSECONDS), _MICROSECONDS), findings=slowest
        )


def _changes(now: TestPopulation, frame: Measurement, earlier: Sequence[TestReport]) -> Iterator[Measurement]:
    """What changed since the baseline; a test is looked for by its identity, so one that moved is removed and new."""
    before = _merged(earlier) if earlier else _NOBODY
    failing, failed = ({identity(case): case for case in population.ended(*FAILING)} for population in (now, before))
    skipped, skipped_before = (
        {identity(case): case for case in population.ended(TestOutcome.SKIPPED)} for population in (now, before)
    )
    yield _count(frame, NEW_FAILURES, [case for key, case in failing.items() if key not in failed])
    yield _count(frame, EXISTING, [case for key, case in failing.items() if key in failed])
    yield _count(
        frame,
        FIXED,
        [case for key, case in failed.items() if key in now.identities and key not in failing and key not in skipped],
    )
    yield _count(
        frame,
        NEWLY_SKIPPED,
        [case for key, case in skipped.items() if key in before.identities and key not in skipped_before],
    )
    yield _gone(frame, earlier, now.identities)
    if before.executed:
        yield _ratio(frame, COUNT_DELTA, now.executed - before.executed, before.executed, ())
    else:
        yield replace(frame, metric=COUNT_DELTA, note="the baseline executed no test here")


def _gone(frame: Measurement, earlier: Sequence[TestReport], still_there: AbstractSet[int]) -> Measurement:
    """The tests of the baseline that are not there any more, by name."""
    names = {(*name, 0) for report in earlier for name in report.passed or ()}
    names |= {(case.file, case.class_name, case.name, case.occurrence) for report in earlier for case in report.cases}
    gone = sorted(
        (class_name, name)
        for file, class_name, name, occurrence in names
        if hash((file, class_name, name, occurrence)) not in still_there
    )
    findings = tuple(Finding(title=f"{class_name}::{name}" if class_name else name) for class_name, name in gone)
    return replace(frame, metric=REMOVED, value=Fraction(len(gone)), findings=findings)


def _count(frame: Measurement, metric: Metric, cases: Sequence[TestCase]) -> Measurement:
    return replace(frame, metric=metric, value=Fraction(len(cases)), findings=_findings(cases))


def _ratio(
    frame: Measurement, metric: Metric, numerator: int, denominator: int, cases: Sequence[TestCase]
) -> Measurement:
    value = Fraction(numerator, denominator)
    return replace(
        frame,
        metric=metric,
        value=value,
        numerator=Fraction(numerator),
        denominator=Fraction(denominator),
        findings=_findings(cases),
    )


def _findings(cases: Sequence[TestCase]) -> tuple[Finding, ...]:
    return tuple(Finding(title=case.title, message=case.message, path=case.path, line=case.line) for case in cases)
