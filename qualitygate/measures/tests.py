"""Test metrics: counts, rates, durations, and what changed since the baseline."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from fractions import Fraction
from math import ceil, fsum

from qualitygate.extension import Context, Measure
from qualitygate.model.evidence import Evidence, Gap, TestCase, TestOutcome, TestReport, about, by_labels, identity_of
from qualitygate.model.measurement import Better, Combine, Finding, Measurement, Metric, Unit
from qualitygate.model.population import FAILING, TestPopulation, merge

_JUNIT = "JUnit XML as written by its tools"
_EXECUTED = "passed + failed + errored"
_MICROSECONDS = 1_000_000


def _count_of(name: str, noun: str, formula: str, source: str = _JUNIT, *, more: bool = False) -> Metric:
    better = Better.HIGHER if more else Better.LOWER
    return Metric(name=f"tests.{name}", noun=noun, formula=formula, source=source, better=better)


def _rate_of(name: str, noun: str, formula: str, source: str, *, more: bool = False) -> Metric:
    metric = _count_of(name, noun, formula, source, more=more)
    return replace(metric, unit=Unit.RATIO, combine=Combine.RATIO, high=Fraction(1))


def _change_of(name: str, noun: str, formula: str, source: str, *, more: bool = False) -> Metric:
    return replace(_count_of(name, noun, formula, source, more=more), relative=True)


def _time_of(name: str, formula: str, source: str, combine: Combine) -> Metric:
    return replace(_count_of(name, "seconds", formula, source), unit=Unit.SECONDS, combine=combine)


TOTAL = _count_of(
    "total", "tests", "distinct tests: evidence labels, file, class, name and occurrence make a test", more=True
)
RUNS = _count_of("runs", "runs", "test records in all reports, every run and attempt", more=True)
EXECUTED = _count_of(
    "executed", "executed runs", "test records that ran, every run and attempt: not skipped", more=True
)
PASSED = _count_of("passed", "passed tests", "tests whose final outcome is a pass", more=True)
FAILED = _count_of("failed", "failed tests", "tests whose final outcome is a failure: an assertion did not hold")
ERRORED = _count_of(
    "errored", "errored tests", "tests whose final outcome is an error: they broke outside their assertions"
)
SKIPPED = _count_of("skipped", "skipped tests", "tests that ran nowhere: skipped, disabled, or expected to fail")
FLAKY = _count_of("flaky", "flaky tests", "tests that passed after at least one failed attempt", "CTRF; Maven Surefire")
QUARANTINED = _count_of(
    "quarantined", "quarantined failures", "failing tests that a live quarantine record names", "qualitygate"
)
BLOCKING = _count_of(
    "blocking_failures",
    "blocking failures",
    "failed + errored tests that no live quarantine record names",
    "qualitygate",
)
DEFECT_RATE = _rate_of(
    "defect_rate",
    "failures",
    f"(failed + errored) / ({_EXECUTED})",
    "complement of Allure's success rate and of SonarQube's test_success_density",
)
PASS_RATE = _rate_of("pass_rate", "passed tests", f"passed / ({_EXECUTED})", "Allure success rate", more=True)
SKIP_RATE = _rate_of("skip_rate", "skipped tests", "skipped / total", "Jenkins xUnit plugin")
FLAKY_RATE = _rate_of(
    "flaky_rate", "flaky attempts", "failed attempts of flaky tests / (total + those attempts)", "CTRF flakyRate"
)
NEW_FAILURES = _change_of(
    "new_failures",
    "new failures",
    "tests that fail now and did not fail in the baseline, or were not in it",
    "GitLab; ReportPortal",
)
FIXED = _change_of("fixed", "fixed tests", "tests that failed in the baseline and pass now", "GitLab", more=True)
EXISTING = _change_of(
    "existing_failures", "existing failures", "tests that fail now and failed in the baseline", "GitLab"
)
NEWLY_SKIPPED = _change_of(
    "newly_skipped",
    "newly skipped tests",
    "tests that are skipped now and were in the baseline, not skipped",
    "publish-unit-test-result-action",
)
REMOVED = _change_of(
    "removed", "removed tests", "tests of the baseline that no report lists now", "publish-unit-test-result-action"
)
COUNT_DELTA = replace(
    _rate_of(
        "count_delta",
        "executed tests",
        "(tests executed now - in the baseline) / tests executed in the baseline",
        "fail-on-reduced-tests",
        more=True,
    ),
    low=Fraction(-1),
    high=None,
    relative=True,
)
DURATION = _time_of("duration", "sum of the times of all test records, attempts included", _JUNIT, Combine.SUM)
DURATION_P95 = _time_of(
    "duration_p95",
    "the time that 95 % of the timed records do not exceed; the largest of several label sets",
    "nearest rank",
    Combine.MAX,
)
DURATION_MAX = _time_of("duration_max", "the longest time of a test record", "Allure maxDuration", Combine.MAX)

METRICS = (
    TOTAL, RUNS, EXECUTED, PASSED, FAILED, ERRORED, SKIPPED, FLAKY, QUARANTINED, BLOCKING,
    DEFECT_RATE, PASS_RATE, SKIP_RATE, FLAKY_RATE,
    NEW_FAILURES, FIXED, EXISTING, NEWLY_SKIPPED, REMOVED, COUNT_DELTA,
    DURATION, DURATION_P95, DURATION_MAX,
)  # fmt: skip
_WITHOUT_EXECUTION = (TOTAL, RUNS, EXECUTED, SKIPPED)
_BASELINE = "no baseline was given; write one with --output snapshot=FILE and pass it with --baseline FILE"


def take(evidence: Sequence[Evidence], context: Context) -> Iterator[Measurement]:
    """Every test metric for every label set that has test reports, or should have.

    Where a declared report is missing or unreadable, all of its label set is without a value.
    """
    now, earlier = (by_labels(about("tests", TestReport, each)) for each in (evidence, context.baseline or ()))
    for labels, items in now.items():
        yield from _label_set(dict(labels), items, earlier.get(labels, []), context)
    for labels, items in earlier.items():
        if labels not in now:
            gone = Measurement(metric=REMOVED, value=None, labels=dict(labels), note="in the baseline only")
            yield _gone(gone, _reports(items), frozenset())


MEASURE = Measure(metrics=METRICS, take=take)


def _label_set(
    labels: Mapping[str, str], items: Sequence[Evidence], earlier: Sequence[Evidence], context: Context
) -> Iterator[Measurement]:
    reports = _reports(items)
    frame = Measurement(
        metric=TOTAL,
        value=None,
        labels=labels,
        at=max((report.at for report in reports if report.at), default=None),
        sources=tuple(sorted(report.source.name for report in reports)),
        examined={"files": len(reports), "tests": 0},
    )
    missing = _missing(items)
    if missing:
        yield from (replace(frame, metric=metric, note=missing) for metric in METRICS)
        return
    population = _merged(reports)
    frame = replace(frame, examined={"files": len(reports), "tests": population.total})
    yield from _measure(population, frame, context)
    if context.baseline is None:
        yield from (replace(frame, metric=metric, note=_BASELINE) for metric in METRICS if metric.relative)
    elif missing := _missing(earlier):
        note = f"the baseline is not whole: {missing}"
        yield from (replace(frame, metric=metric, note=note) for metric in METRICS if metric.relative)
    elif population.executed:
        yield from _changes(population, frame, _reports(earlier))


def _missing(items: Sequence[Evidence]) -> str:
    """What is not there, in words; nothing where all is."""
    return "; ".join(dict.fromkeys(str(item) for item in items if isinstance(item, Gap)))


def _reports(items: Sequence[Evidence]) -> list[TestReport]:
    return [item for item in items if isinstance(item, TestReport)]


_NOBODY = TestPopulation(
    total=0, runs=0, executed_runs=0, identities=frozenset(), cases=(), seconds=array("d"), slowest=()
)
"""The tests of a suite that the baseline does not know: all that fail now are new."""


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
    failing, failed = ({case.identity: case for case in population.ended(*FAILING)} for population in (now, before))
    skipped, skipped_before = (
        {case.identity: case for case in population.ended(TestOutcome.SKIPPED)} for population in (now, before)
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
    gone = sorted((key[1], key[2]) for key in names if identity_of(*key) not in still_there)
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
