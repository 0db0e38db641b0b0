"""From a declared evidence entry to evidence, with a gap for each thing that was expected and is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from qualitygate import registry
from qualitygate.config import EvidenceEntry
from qualitygate.errors import CannotReadReport, PluginError
from qualitygate.model.evidence import Evidence, Gap, Report, Source, TestReport
from qualitygate.model.population import merge
from qualitygate.recognition import HEAD, looks_like
from qualitygate.sources import find

CLOCK_SKEW = 300
"""Seconds a report may be ahead of us before its time stamp is disbelieved."""


def ignore(_name: str) -> None:
    """Nobody wants to know which file is read now."""


def gather(
    entry: EvidenceEntry,
    base_dir: str,
    *,
    now: datetime,
    given: Sequence[Evidence] | None = None,
    keep_names: bool = False,
    on_read: Callable[[str], None] = ignore,
) -> list[Evidence]:
    """The evidence of one entry, and a gap for each thing that was expected and is not there."""
    if given is not None:
        found: list[Evidence] = list(given)
    else:
        rules = replace(entry.rules, keep_names=keep_names)
        sources = find(entry.files, base_dir, labels=dict(entry.labels), reader=entry.reader, rules=rules)
        found = []
        for one in sources:
            on_read(one.name)
            found.extend(read_or_gap(one))
    good = [item for item in found if not isinstance(item, Gap)]
    kind = _kind(entry, good)
    found = [replace(item, kind=kind) if isinstance(item, Gap) and item.kind is None else item for item in found]
    return [*found, *(replace(gap, labels=entry.labels, kind=kind) for gap in _unmet(entry, found, good, now))]


def _kind(entry: EvidenceEntry, good: Sequence[Evidence]) -> str | None:
    """The kind of evidence that an entry's readers give; ``None`` where none is known, or they give several.

    What no reader read is what a test session told itself.
    """
    told = {item.source.reader for item in good if isinstance(item, Report)}
    kinds = {registry.reader(name).kind if name else "tests" for name in ([entry.reader] if entry.reader else told)}
    return kinds.pop() if len(kinds) == 1 else None


def read_or_gap(one: Source) -> list[Evidence]:
    """What a source says, or the gap that stands where it cannot be read. Half a report is no report."""
    try:
        return list(read(one))
    except CannotReadReport as error:
        return [Gap(slug=error.slug, source=one.name, expected="", found=str(error), labels=one.labels)]


def read(one: Source) -> Iterable[Evidence]:
    """What a source says, by the reader it names or the one that recognises it.

    Raises :class:`~qualitygate.errors.CannotReadReport`, and :class:`~qualitygate.errors.PluginError` for a reader that
    breaks in any other way.
    """
    name = one.reader
    try:
        name = name or _recognised(one)
        return list(registry.reader(name).read(replace(one, reader=name)))
    except OSError as error:
        raise CannotReadReport("unreadable", f"cannot be opened: {error.strerror or error}") from error
    except (CannotReadReport, PluginError):
        raise
    except Exception as error:
        raise PluginError(f"the reader {name!r} broke on {one.name}: {type(error).__name__}: {error}") from error


def _recognised(one: Source) -> str:
    with one.open() as stream:
        head = stream.read(HEAD)
    known = registry.reader_for(head)
    if known is None:
        slug = "unrecognised" if head.strip(b"\0 \t\r\n") else "empty"
        raise CannotReadReport(slug, f"is {looks_like(head)}; no reader knows it")
    return known[0]


def _unmet(entry: EvidenceEntry, found: Sequence[Evidence], good: Sequence[Evidence], now: datetime) -> Iterable[Gap]:
    """Where an entry's expectations are not met."""
    patterns = ", ".join(entry.files)
    wanted = f"{entry.min_files} {'file' if entry.min_files == 1 else 'files'} matching {patterns}"
    files = (
        len({item.source.name for item in good if isinstance(item, Report)})
        if all(isinstance(item, Report) for item in good)
        else len(good)
    )
    if not found:
        yield Gap(slug="missing", source=entry.name, expected=wanted, found=f"no file matches {patterns}")
    elif files < entry.min_files and not any(isinstance(item, Gap) for item in found):
        yield Gap(
            slug="short", source=entry.name, expected=wanted, found=f"only {files} of {entry.min_files} files are there"
        )
    reports = [item for item in good if isinstance(item, TestReport)]
    for report in [item for item in good if isinstance(item, Report)]:
        if isinstance(report, TestReport) and not report.listed:
            yield Gap(
                slug="unlisted",
                source=report.source.name,
                expected="the tests themselves",
                found="counts tests in its attributes but lists none",
            )
        if entry.max_age is not None:
            yield from _too_old(report, entry, now)
    if reports and entry.min_tests:
        executed = merge(reports, retries=entry.rules.retries).executed_runs
        if executed < entry.min_tests:
            yield Gap(
                slug="short",
                source=entry.name,
                expected=f"at least {entry.min_tests} executed tests",
                found=f"{executed} executed tests",
            )


def _too_old(report: Report, entry: EvidenceEntry, now: datetime) -> Iterable[Gap]:
    assert entry.max_age is not None
    expected = f"no older than {float(entry.max_age) / 3600:g} h"
    if report.at is None:
        yield Gap(
            slug="undated",
            source=report.source.name,
            expected=expected,
            found="carries no time stamp of its own, so its age cannot be told",
        )
        return
    age = (now - report.at).total_seconds()
    if age > entry.max_age:
        yield Gap(
            slug="stale",
            source=report.source.name,
            expected=expected,
            found=f"is from {report.at.isoformat()}, {age / 3600:.1f} h old; did the tests run?",
        )
    elif age < -CLOCK_SKEW:
        yield Gap(
            slug="stale",
            source=report.source.name,
            expected=expected,
            found=f"is from {report.at.isoformat()}, {-age / 3600:.1f} h in the future; "
            "check the clocks, or the policy's timezone",
        )
