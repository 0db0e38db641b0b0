"""The whole way in a few lines: sources, evidence, measurements, verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from qualitygate import registry
from qualitygate.config import Config, EvidenceEntry, load
from qualitygate.config.gates import Catalogue
from qualitygate.errors import CannotReadReport, PluginError
from qualitygate.evaluation import evaluate
from qualitygate.extension import Context
from qualitygate.model.evidence import Evidence, Gap, Source, TestReport
from qualitygate.model.measurement import Measurement
from qualitygate.model.policy import Policy
from qualitygate.model.population import merge
from qualitygate.model.verdict import Verdict
from qualitygate.recognition import HEAD, looks_like
from qualitygate.sources import find, source

CLOCK_SKEW = 300
"""Seconds a report may be ahead of us before its time stamp is disbelieved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One walk of the whole way, with what was found at each step."""

    evidence: tuple[Evidence, ...]
    measurements: tuple[Measurement, ...]
    verdict: Verdict


def load_config(path: str, *, base_dir: str | None = None) -> Config:
    """Load a policy file with the metrics of all installed measures.

    Paths in it are relative to ``base_dir``, by default the file's folder. Raises
    :class:`~qualitygate.errors.ConfigError` with every problem found.
    """
    return load(
        path,
        catalogue=Catalogue(registry.metric, lambda: [metric.name for metric in registry.metrics()]),
        base_dir=base_dir,
    )


def check(
    config: Config,
    *,
    now: datetime,
    subject: Mapping[str, str] | None = None,
    gates: Sequence[str] = (),
    baseline: str | None = None,
    given: Mapping[str, Sequence[Evidence]] | None = None,
    keep_names: bool = False,
    on_read: Callable[[str], None] = lambda name: None,
) -> Run:
    """Gather the declared evidence, measure what the gates ask for, and judge it.

    ``now`` is aware. ``gates`` picks gates by name, all of them where it is empty. ``baseline`` is the path of an
    earlier run's snapshot. ``given`` has evidence already at hand, by entry name, that is not looked for in files.
    ``keep_names`` keeps what a snapshot needs. ``on_read`` is told each file's name before it is read. Raises :class:`~qualitygate.errors.QualityGateError`.
    """
    policy = config.policy
    if gates:
        policy = replace(policy, gates=tuple(gate for gate in policy.gates if gate.name in gates))
    evidence = tuple(
        item
        for entry in config.evidence
        for item in gather(
            entry, config.base_dir, now=now, given=(given or {}).get(entry.name), keep_names=keep_names, on_read=on_read
        )
    )
    earlier = None if baseline is None else tuple(read(source(baseline, baseline, reader="snapshot")))
    context = Context(now=now, today=now.astimezone(policy.zone).date(), baseline=earlier, quarantine=policy.quarantine)
    measurements = measure(policy, evidence, context)
    return Run(
        evidence=evidence,
        measurements=measurements,
        verdict=evaluate(policy, measurements, subject=subject or {}, now=now),
    )


def measure(policy: Policy, evidence: Sequence[Evidence], context: Context) -> tuple[Measurement, ...]:
    """Every measurement of every subject that the policy's gates name."""
    subjects = dict.fromkeys(
        condition.metric.name.partition(".")[0] for gate in policy.gates for condition in gate.conditions
    )
    return tuple(
        measurement for subject in subjects for measurement in registry.measure(subject).take(evidence, context)
    )


def gather(
    entry: EvidenceEntry,
    base_dir: str,
    *,
    now: datetime,
    given: Sequence[Evidence] | None = None,
    keep_names: bool = False,
    on_read: Callable[[str], None] = lambda name: None,
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
    kind = (
        registry.reader(entry.reader).kind
        if entry.reader
        else "tests"
        if any(isinstance(item, TestReport) for item in good)
        else None
    )
    found = [replace(item, kind=kind) if isinstance(item, Gap) and item.kind is None else item for item in found]
    return [*found, *(replace(gap, labels=entry.labels, kind=kind) for gap in _unmet(entry, found, good, now))]


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
    try:
        name = one.reader
        if name is None:
            with one.open() as stream:
                head = stream.read(HEAD)
            known = registry.reader_for(head)
            if known is None:
                raise CannotReadReport(
                    "unrecognised" if head.strip(b"\0 \t\r\n") else "empty",
                    f"is {looks_like(head)}; no reader knows it",
                )
            name = known[0]
        return list(registry.reader(name).read(replace(one, reader=name)))
    except OSError as error:
        raise CannotReadReport("unreadable", f"cannot be opened: {error.strerror or error}") from error
    except (CannotReadReport, PluginError):
        raise
    except Exception as error:
        raise PluginError(f"the reader {name!r} broke on {one.name}: {type(error).__name__}: {error}") from error


def _unmet(entry: EvidenceEntry, found: Sequence[Evidence], good: Sequence[Evidence], now: datetime) -> Iterable[Gap]:
    """Where an entry's expectations are not met."""
    patterns = ", ".join(entry.files)
    wanted = f"{entry.min_files} {'file' if entry.min_files == 1 else 'files'} matching {patterns}"
    files = (
        len({item.source.name for item in good if isinstance(item, TestReport)})
        if all(isinstance(item, TestReport) for item in good)
        else len(good)
    )
    if not found:
        yield Gap(slug="missing", source=entry.name, expected=wanted, found=f"no file matches {patterns}")
    elif files < entry.min_files and not any(isinstance(item, Gap) for item in found):
        yield Gap(
            slug="short", source=entry.name, expected=wanted, found=f"only {files} of {entry.min_files} files are there"
        )
    reports = [item for item in good if isinstance(item, TestReport)]
    for report in reports:
        if not report.listed:
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


def _too_old(report: TestReport, entry: EvidenceEntry, now: datetime) -> Iterable[Gap]:
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
            found=f"is from {report.at.isoformat()}, {-age / 3600:.1f} h in the future; check the clocks, or the policy's timezone",
        )
