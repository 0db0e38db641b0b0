"""What an evidence entry expects of what was found: enough files, enough tests, fresh, and tests indeed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction

from qualitygate import registry
from qualitygate.config import EvidenceEntry
from qualitygate.model.evidence import Evidence, Gap, Report, TestReport
from qualitygate.model.population import merge

CLOCK_SKEW = 300
"""Seconds a report may be ahead of us before its time stamp is disbelieved."""


def unmet(entry: EvidenceEntry, found: Sequence[Evidence], files: int, now: datetime) -> Iterable[Gap]:
    """A gap for each expectation of an entry that is not met; ``files`` is how many files could be read.

    One of a report is of the report's kind. Of what kind a missing file would have been nothing tells, unless the entry
    names its reader.
    """
    yield from _too_few_files(entry, found, files)
    for report in (item for item in found if isinstance(item, Report)):
        if isinstance(report, TestReport):
            yield from _no_tests(report, entry)
        if entry.max_age is not None:
            yield from _too_old(report, entry.max_age, now)
    if entry.max_age is not None and any(not isinstance(item, Report | Gap) for item in found):
        yield _undated(entry.name, entry.max_age, None)
    if entry.min_tests and any(not isinstance(item, Gap) for item in found):
        yield from _too_few_tests(entry, entry.min_tests, found)


def _too_few_files(entry: EvidenceEntry, found: Sequence[Evidence], files: int) -> Iterable[Gap]:
    """Too few files, where several are expected also for one that holds no test: a shard that was given none."""
    hollow = [item.source.name for item in found if isinstance(item, TestReport) and not item.runs]
    held = files - (len(hollow) if entry.min_files > 1 else 0)
    patterns = ", ".join(entry.files)
    wanted = f"{entry.min_files} {'file' if entry.min_files == 1 else 'files'} matching {patterns}"
    if not found:
        yield Gap(slug="missing", source=entry.name, expected=wanted, found=f"no file matches {patterns}")
    elif held < entry.min_files and not any(isinstance(item, Gap) for item in found):
        yield Gap(
            slug="short",
            source=entry.name,
            expected=wanted,
            found=f"only {held} of {entry.min_files} files are there"
            + (f" that hold a test, {', '.join(hollow)} does not" if held < files else ""),
        )


def _no_tests(report: TestReport, entry: EvidenceEntry) -> Iterable[Gap]:
    if not report.listed:
        yield _gap(
            report,
            slug="unlisted",
            expected="the tests themselves",
            found="; ".join(report.contradictions) or "counts tests in its attributes but lists none",
        )
    if report.linter and entry.reader is None:
        found = f"has the findings of {report.linter} in the form of tests"
        yield _gap(report, slug="linter", expected="a run of tests", found=found)


def _too_few_tests(entry: EvidenceEntry, wanted: int, found: Sequence[Evidence]) -> Iterable[Gap]:
    reports = [item for item in found if isinstance(item, TestReport)]
    executed = merge(reports, retries=entry.rules.retries).executed if reports else 0
    if executed < wanted:
        yield Gap(
            slug="short",
            source=entry.name,
            expected=f"at least {wanted} executed tests",
            found=f"{executed} executed tests",
            kind="tests",
        )


def _too_old(report: Report, max_age: Fraction, now: datetime) -> Iterable[Gap]:
    oldest, latest = report.since, report.at
    if oldest is None or latest is None:
        yield _undated(report.source.name, max_age, registry.kind_of(report))
        return
    age, ahead = (now - oldest).total_seconds(), (latest - now).total_seconds()
    expected = _no_older(max_age)
    if age > max_age:
        asked = "; did the tests run?" if registry.kind_of(report) in {"tests", "coverage"} else ""
        found = f"is from {oldest.isoformat(timespec='seconds')}, {_hours(age)} old{asked}"
        yield _gap(report, slug="stale", expected=expected, found=found)
    elif ahead > CLOCK_SKEW:
        found = f"is from {latest.isoformat(timespec='seconds')}, {_hours(ahead)} in the future"
        yield _gap(
            report, slug="stale", expected=expected, found=f"{found}; check the clocks, or the policy's timezone"
        )


def _gap(report: Report, *, slug: str, expected: str, found: str) -> Gap:
    return Gap(slug=slug, source=report.source.name, expected=expected, found=found, kind=registry.kind_of(report))


def _undated(name: str, max_age: Fraction, kind: str | None) -> Gap:
    return Gap(
        slug="undated",
        source=name,
        expected=_no_older(max_age),
        found="carries no time stamp of its own, so its age cannot be told",
        kind=kind,
    )


def _no_older(max_age: Fraction) -> str:
    return f"no older than {float(max_age) / 3600:g} h" if max_age >= 3600 else f"no older than {float(max_age):g} s"


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds >= 360 else f"{seconds:.0f} s"
