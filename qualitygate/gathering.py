"""From a declared evidence entry to evidence, with a gap for each thing that was expected and is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from functools import partial
from io import BytesIO
from typing import IO

from qualitygate import registry
from qualitygate.config import EvidenceEntry
from qualitygate.errors import CannotReadReport
from qualitygate.model.coverage import CoverageReport, renamed
from qualitygate.model.evidence import Evidence, Gap, LabelSet, Report, Source, TestReport, by_labels
from qualitygate.model.population import merge
from qualitygate.recognition import HEAD, looks_like
from qualitygate.surroundings import Surroundings, around

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
    among: Surroundings | None = None,
) -> list[Evidence]:
    """The evidence of one entry, and a gap for each thing that was expected and is not there.

    Files are those of the folder ``base_dir``, or of the surroundings ``among``.
    """
    if given is not None:
        found, files = list(given), sum(not isinstance(item, Gap) for item in given)
    else:
        found, files = _from_files(entry, among or around(base_dir), keep_names=keep_names, on_read=on_read)
    kind = _kind(entry, found)
    found = [replace(item, kind=kind) if isinstance(item, Gap) and item.kind is None else item for item in found]
    found += [replace(gap, labels=entry.labels, kind=gap.kind or kind) for gap in _unmet(entry, found, files, now)]
    places = list(by_labels(item for item in found if isinstance(item, Report))) or [tuple(entry.labels.items())]
    return [each for item in found for each in _everywhere(item, entry, places)]


def _everywhere(item: Evidence, entry: EvidenceEntry, places: Sequence[LabelSet]) -> Iterable[Evidence]:
    """A gap of the entry itself stands in every label set that its files bring: nobody knows which has lost something.

    Only snapshots bring labels of their own.
    """
    if not isinstance(item, Gap) or item.labels != entry.labels:
        return [item]
    return [replace(item, labels=dict(place)) for place in places]


def _from_files(
    entry: EvidenceEntry, among: Surroundings, *, keep_names: bool, on_read: Callable[[str], None]
) -> tuple[list[Evidence], int]:
    """What the entry's files say, with the gaps where they cannot be read, and how many could be read."""
    place = partial(_place, entry=entry, among=among)
    rules = replace(entry.rules, keep_names=keep_names, place=place, tree=among.tree)
    found: list[Evidence] = []
    files = 0
    for one in among.find(entry, rules):
        on_read(one.name)
        said = [_placed(item, entry, among) for item in read_or_gap(one)]
        files += not any(isinstance(item, Gap) and item.source == one.name for item in said)
        found.extend(said)
    for pattern in entry.files if len(entry.files) > 1 and found else ():
        if not among.matches(pattern):
            found.append(Gap(slug="missing", source=entry.name, expected="", found=f"no file matches {pattern}"))
    return [
        replace(item, labels=entry.labels) if isinstance(item, Gap) and not item.labels else item for item in found
    ], files


def _place(path: str, *, entry: EvidenceEntry, among: Surroundings) -> str:
    """A path of a report as it is in the checkout, from the policy's folder: absolute ones below it become relative."""
    plain = entry.paths.of(path, among.exists) if entry.paths else path
    return among.below(plain)


def _placed(item: Evidence, entry: EvidenceEntry, among: Surroundings) -> Evidence:
    """Coverage with its paths as they are in the checkout; findings were placed while they were read."""
    if not isinstance(item, CoverageReport):
        return item
    return replace(item, coverage=renamed(item.coverage, partial(_place, entry=entry, among=among)))


def _kind(entry: EvidenceEntry, good: Sequence[Evidence]) -> str | None:
    """The kind of evidence that an entry's readers give; ``None`` where none is known, or they give several."""
    if entry.reader:
        return registry.reader(entry.reader).kind
    kinds = {registry.kind_of(item) for item in good if isinstance(item, Report)}
    return kinds.pop() if len(kinds) == 1 else None


def read_or_gap(one: Source) -> list[Evidence]:
    """What a source says, or the gap that stands where it cannot be read. Half a report is no report."""
    try:
        said = list(read(one))
        return said or [Gap(slug="empty", source=one.name, expected="", found="holds no evidence", labels=one.labels)]
    except CannotReadReport as error:
        return [Gap(slug=error.slug, source=one.name, expected="", found=str(error), labels=one.labels)]


def read(one: Source) -> Iterable[Evidence]:
    """What a source says, by the reader it names or the one that recognises it.

    Raises :class:`~qualitygate.errors.CannotReadReport`, and :class:`~qualitygate.errors.PluginError` for a reader that
    breaks in any other way.
    """
    try:
        with one.open() as stream:
            head = stream.read(HEAD)
            whole = not stream.read(1)
        name = one.reader or _recognised(head)
        known = replace(one, reader=name, open=_once(head, one.open) if whole else one.open)
        with registry.blaming(registry.READERS, name):
            return list(registry.reader(name).read(known))
    except OSError as error:
        raise CannotReadReport("unreadable", f"cannot be opened: {error.strerror or error}") from error


def _once(content: bytes, again: Callable[[], IO[bytes]]) -> Callable[[], IO[bytes]]:
    """Gives at first what was read already, later the file again: a small file is opened once, and held by nobody."""
    left = [content]
    return lambda: BytesIO(left.pop()) if left else again()


def _recognised(head: bytes) -> str:
    known = registry.reader_for(head)
    if known is None:
        slug = "unrecognised" if head.strip(b"\0 \t\r\n") else "empty"
        raise CannotReadReport(slug, f"is {looks_like(head)}; no reader knows it")
    return known[0]


def _unmet(entry: EvidenceEntry, found: Sequence[Evidence], files: int, now: datetime) -> Iterable[Gap]:
    """Where an entry's expectations are not met."""
    patterns = ", ".join(entry.files)
    wanted = f"{entry.min_files} {'file' if entry.min_files == 1 else 'files'} matching {patterns}"
    if not found:
        yield Gap(slug="missing", source=entry.name, expected=wanted, found=f"no file matches {patterns}")
    elif files < entry.min_files and not any(isinstance(item, Gap) for item in found):
        yield Gap(
            slug="short", source=entry.name, expected=wanted, found=f"only {files} of {entry.min_files} files are there"
        )
    reports = [item for item in found if isinstance(item, TestReport)]
    for report in [item for item in found if isinstance(item, Report)]:
        if isinstance(report, TestReport) and not report.listed:
            yield Gap(
                slug="unlisted",
                source=report.source.name,
                expected="the tests themselves",
                found="; ".join(report.contradictions) or "counts tests in its attributes but lists none",
            )
        if isinstance(report, TestReport) and report.linter and entry.reader is None:
            yield Gap(
                slug="linter",
                source=report.source.name,
                expected="a run of tests",
                found=f"has the findings of {report.linter} in the form of tests",
            )
        if entry.max_age is not None:
            yield from _too_old(report, entry, now)
    if entry.max_age is not None and any(not isinstance(item, Report | Gap) for item in found):
        yield _undated(entry.name, entry.max_age)
    if entry.min_tests and any(not isinstance(item, Gap) for item in found):
        executed = merge(reports, retries=entry.rules.retries).executed if reports else 0
        if executed < entry.min_tests:
            yield Gap(
                slug="short",
                source=entry.name,
                expected=f"at least {entry.min_tests} executed tests",
                found=f"{executed} executed tests",
                kind="tests",
            )


def _too_old(report: Report, entry: EvidenceEntry, now: datetime) -> Iterable[Gap]:
    assert entry.max_age is not None
    expected = _no_older(entry.max_age)
    if report.at is None:
        yield _undated(report.source.name, entry.max_age)
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


def _undated(name: str, max_age: Fraction) -> Gap:
    return Gap(
        slug="undated",
        source=name,
        expected=_no_older(max_age),
        found="carries no time stamp of its own, so its age cannot be told",
    )


def _no_older(max_age: Fraction) -> str:
    return f"no older than {float(max_age) / 3600:g} h"
