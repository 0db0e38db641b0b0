"""Many reports of the same tests, merged: each test once, with one final outcome."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime

from qualitygate.model.evidence import SLOWEST, TestCase, TestOutcome, TestReport
from qualitygate.values import dataclass

FAILING = (TestOutcome.FAILED, TestOutcome.ERRORED)
_PASSED, _SKIPPED = TestOutcome.PASSED, TestOutcome.SKIPPED  # by name, as on its class a member is looked up in Python
_DIGITS = re.compile(r"([0-9]{1,18})")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPopulation:
    """The tests of one label set after merging.

    ``total`` counts tests, ``runs`` records, ``executed_runs`` the records that were not skipped. ``cases`` holds the
    final outcome of each test that is not a plain pass, sorted by title; what is not among them passed. ``seconds`` has
    one number a timed record.
    """

    __test__ = False

    total: int
    runs: int
    executed_runs: int
    identities: AbstractSet[int]
    cases: tuple[TestCase, ...]
    seconds: array[float]
    slowest: tuple[tuple[float, str], ...]

    def ended(self, *outcomes: TestOutcome) -> tuple[TestCase, ...]:
        """The tests that ended in one of these outcomes other than a plain pass."""
        return tuple(case for case in self.cases if case.outcome in outcomes)

    @property
    def flaky(self) -> tuple[TestCase, ...]:
        """The tests that passed after a failed attempt."""
        return tuple(case for case in self.cases if case.flaky)

    @property
    def executed(self) -> int:
        """Tests whose final outcome is a pass, a failure or an error."""
        return self.total - len(self.ended(TestOutcome.SKIPPED))


def merge(reports: Sequence[TestReport], *, retries: str | None = None) -> TestPopulation:
    """Merge reports into tests; the order of the reports changes nothing.

    Without ``retries`` the same test in several reports is one test with several runs, and its worst run counts.
    With ``last`` or ``any-pass`` repeats are attempts, within a report and across reports in the order of their time
    stamps: the last attempt counts, or any pass does; a pass after a failure is flaky.
    """
    ordered = reports if retries is None else sorted(reports, key=_time_or_worse)
    identities = ordered[0].identities if len(ordered) == 1 else set().union(*(report.identities for report in ordered))
    if retries is None:
        final = _worst(ordered, apart=sum(len(report.identities) for report in ordered) == len(identities))
    else:
        identities = identities - {case.identity for report in ordered for case in report.cases if case.occurrence}
        final = _attempted(ordered, any_pass=retries == "any-pass")
    seconds = ordered[0].seconds
    if len(ordered) > 1:
        seconds = array("d")
        for report in ordered:
            seconds.extend(report.seconds)
    notable = (case for case in final if case.flaky or case.outcome is not _PASSED)
    return TestPopulation(
        total=len(identities),
        runs=sum(report.runs for report in ordered),
        executed_runs=sum(report.runs - sum(case.outcome is _SKIPPED for case in report.cases) for report in ordered),
        identities=identities,
        cases=tuple(sorted(notable, key=_order)),
        seconds=seconds,
        slowest=_slowest(ordered),
    )


def _slowest(reports: Sequence[TestReport]) -> tuple[tuple[float, str], ...]:
    """The longest of all. Of thousands of shards few have one, so that most are looked at but not sorted."""
    slowest: list[tuple[float, str]] = []
    for report in reports:
        if report.slowest and (len(slowest) < SLOWEST or max(report.slowest) > slowest[-1]):
            slowest = sorted({*slowest, *report.slowest}, reverse=True)[:SLOWEST]
    return tuple(slowest)


def _time(report: TestReport) -> tuple[object, ...]:
    """By time stamp, then by name, numbers within it as numbers: attempt 10 comes after attempt 9."""
    parts = enumerate(_DIGITS.split(report.source.name))
    return (report.at or _LONG_AGO, [(int(part), part) if index % 2 else part for index, part in parts])


def _time_or_worse(report: TestReport) -> tuple[object, ...]:
    """Where neither time stamp nor name tells which attempts came last, those with more failures count as later."""
    failing = sum(case.outcome in FAILING for case in report.cases)
    cases = sorted((*_order(case), *_severity(case)) for case in report.cases)
    return (*_time(report), failing, cases)


def _order(case: TestCase) -> tuple[object, ...]:
    return (case.class_name, case.name, case.file or "", case.file is None, case.occurrence)


def _severity(case: TestCase) -> tuple[object, ...]:
    return (case.outcome, case.failed_attempts, case.message, case.path or "", case.line or 0, case.seconds or 0.0)


def _worst(reports: Sequence[TestReport], *, apart: bool) -> list[TestCase]:
    """The worst record of each test that is notable anywhere; ``apart`` where no test is in two reports."""
    recorded = [{case.identity: case for case in report.cases} for report in reports]
    final: dict[int, TestCase] = {}
    for cases in recorded:
        for key, case in cases.items():
            known = final.get(key)
            final[key] = case if known is None else _worse(known, case)
    if not apart:
        skipped = {key for key, case in final.items() if case.outcome is _SKIPPED}
        for report, cases in zip(reports, recorded, strict=True):
            for key in (report.identities & skipped) - cases.keys():
                final[key] = replace(final[key], outcome=TestOutcome.PASSED, failed_attempts=0)
    return list(final.values())


def _worse(one: TestCase, other: TestCase) -> TestCase:
    return max(one, other, key=_severity)


def _attempted(reports: Sequence[TestReport], *, any_pass: bool) -> list[TestCase]:
    """The deciding attempt of each test that is notable in any attempt."""
    recorded: list[dict[int, list[TestCase]]] = []
    tests: dict[int, TestCase] = {}
    for report in reports:
        attempts: dict[int, list[TestCase]] = {}
        for case in report.cases:
            first = replace(case, occurrence=0)
            tests.setdefault(first.identity, first)
            attempts.setdefault(first.identity, []).append(case)
        recorded.append(attempts)
    final = []
    for key, test in tests.items():
        passed = replace(test, outcome=TestOutcome.PASSED, failed_attempts=0, message="", path=None, line=None)
        run = [
            attempt
            for report, attempts in zip(reports, recorded, strict=True)
            for attempt in _attempts(report, attempts.get(key, []), key, passed)
        ]
        final.append(_decide(run, any_pass=any_pass))
    return final


def _attempts(report: TestReport, recorded: list[TestCase], key: int, passed: TestCase) -> list[TestCase]:
    """The attempts at one test within one report, in order: a first plain pass is not recorded by name."""
    ordered = sorted(recorded, key=lambda case: case.occurrence)
    if key in report.identities and (not ordered or ordered[0].occurrence):
        ordered.insert(0, passed)
    return ordered


def _decide(attempts: Sequence[TestCase], *, any_pass: bool) -> TestCase:
    passes = [case for case in attempts if case.outcome is TestOutcome.PASSED]
    chosen = passes[-1] if any_pass and passes else attempts[-1]
    failed = sum(case.failed_attempts + (case.outcome in FAILING) for case in attempts) - (chosen.outcome in FAILING)
    return replace(chosen, occurrence=0, failed_attempts=failed)
