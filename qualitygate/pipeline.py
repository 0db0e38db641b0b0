"""The whole way in a few lines: sources, evidence, measurements, verdict."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from qualitygate import registry
from qualitygate.aim import BUILTIN, aim, alone
from qualitygate.config import Config, find_config, load
from qualitygate.config.files import WORK_TREE, Files
from qualitygate.config.gates import Catalogue
from qualitygate.config.inheritance import builtin
from qualitygate.doubts import denied, unused
from qualitygate.errors import CannotReadReport, CannotTellChanges, ConfigError, Problem
from qualitygate.evaluation import evaluate
from qualitygate.extension import Context
from qualitygate.gathering import gather, ignore, read
from qualitygate.model.changes import Changes
from qualitygate.model.evidence import Evidence
from qualitygate.model.measurement import Measurement, Metric, Unit
from qualitygate.model.policy import Policy
from qualitygate.model.verdict import Verdict
from qualitygate.nearest import near
from qualitygate.surroundings import Surroundings, around
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One walk of the whole way, with what was found at each step.

    ``warnings`` say what is odd and changes no outcome (see :mod:`qualitygate.doubts`).
    """

    evidence: tuple[Evidence, ...]
    measurements: tuple[Measurement, ...]
    verdict: Verdict
    warnings: tuple[Problem, ...] = ()


def load_config(
    path: str | None,
    *,
    base_dir: str | None = None,
    ref: str | None = None,
    reports: Sequence[str] = (),
    files: Files = WORK_TREE,
    above: tuple[str, Files] | None = None,
) -> Config:
    """Load a policy file with the metrics of all installed measures; that of the current folder where none is named.

    Paths in it are relative to ``base_dir``, by default the file's folder. With ``ref`` the policy, all it extends and
    its registers are those of that branch, tag or commit, whatever lies in the work tree; what they say of evidence is
    about the work tree all the same. ``reports`` are other files for its evidence, each ``NAME=GLOB``; where there is
    no policy they are globs that the built-in policy ``tests`` judges. ``files`` is the door to the
    files of a policy that is not read from a ``ref``, ``above`` a policy that it extends without naming it. Raises
    :class:`~qualitygate.errors.ConfigError` with every problem found.
    """
    files = files if ref is None else _committed(path, ref)
    try:
        path = path or find_config("", files)
    except ConfigError:
        if not reports:
            raise
        return alone(_load(str(builtin(BUILTIN)), base_dir or os.getcwd(), WORK_TREE), reports)
    config = _load(path, base_dir, files, above)
    return aim(config, reports) if reports else config


def _load(path: str, base_dir: str | None, files: Files, above: tuple[str, Files] | None = None) -> Config:
    return load(
        path,
        catalogue=Catalogue(
            metric=registry.metric,
            names=lambda: [metric.name for metric in registry.metrics()],
            has_reader=lambda name: registry.has(registry.READERS, name),
        ),
        base_dir=base_dir,
        files=files,
        above=above,
    )


def _committed(path: str | None, ref: str) -> Files:
    from qualitygate.tree import at  # noqa: PLC0415 - few policies are read from a commit

    files = at(os.path.dirname(path or ""), ref)
    if path and not files.has(path):
        message = f"there is no policy {files.name(path)}"
        raise ConfigError([Problem("no-config", message, help="name one that is there with --config FILE")])
    return files


def check(
    config: Config,
    *,
    now: datetime,
    subject: Mapping[str, str] | None = None,
    gates: Sequence[str] = (),
    baseline: str | None = None,
    base: Sequence[str] = (),
    given: Mapping[str, Sequence[Evidence]] | None = None,
    keep_names: bool = False,
    on_read: Callable[[str], None] = ignore,
    among: Surroundings | None = None,
) -> Run:
    """Gather the declared evidence, measure what the gates ask for, and judge it.

    ``now`` is aware. ``gates`` picks gates by name, all of them where it is empty. ``baseline`` is the path of an
    earlier run's snapshot. ``base`` has the branches to compare changed code with, of which the first that git knows
    counts; without any it is the default branch of the remote. ``given`` has evidence already at hand, by entry name,
    that is not looked for in files. ``keep_names`` keeps what a snapshot needs. ``on_read`` is told each file's name
    before it is read. ``among`` is what is looked at, by default what lies around the policy's folder. Raises
    :class:`~qualitygate.errors.QualityGateError`.
    """
    _refuse_unknown("gate", gates, [gate.name for gate in config.policy.gates], config)
    _refuse_unknown("evidence", given or (), [entry.name for entry in config.evidence], config)
    policy = config.policy
    if gates:
        policy = replace(policy, gates=tuple(gate for gate in policy.gates if gate.name in gates))
    among = among or around(config.base_dir)
    evidence = tuple(
        item
        for entry in config.evidence
        for item in gather(
            entry,
            config.base_dir,
            now=now,
            given=(given or {}).get(entry.name),
            keep_names=keep_names,
            on_read=on_read,
            among=among,
        )
    )
    earlier = None if baseline is None else _baseline(baseline, among)
    changed, reason = _changes(config, policy, base, among)
    context = Context(
        now=now,
        today=now.astimezone(policy.zone).date(),
        baseline=earlier,
        quarantine=policy.quarantine,
        changes=changed,
        changes_note=reason,
        size=_size(config, policy, among),
        support=config.support,
        clauses=tuple(each.id for each in policy.clauses),
        contract_start=policy.contract_start,
    )
    measurements = measure(policy, evidence, context)
    since = {"base": changed.base, "base_at": changed.base_at.isoformat()} if changed else {}
    return Run(
        evidence=evidence,
        measurements=measurements,
        verdict=evaluate(policy, measurements, subject={**(subject or {}), **since}, now=now),
        warnings=(*denied(policy, evidence), *(() if gates else unused(config, evidence, measurements))),
    )


def as_of(config: Config, run: Run, now: datetime) -> Verdict:
    """The verdict on what a run has gathered as of an earlier moment, by the policy of today.

    Only metrics are judged whose evidence tells when things happened: what was true of all others then, nobody knows.
    """
    gates = (
        replace(gate, conditions=tuple(each for each in gate.conditions if dated(each.metric)))
        for gate in config.policy.gates
    )
    policy = replace(config.policy, gates=tuple(gate for gate in gates if gate.conditions))
    today = now.astimezone(policy.zone).date()
    clauses = tuple(each.id for each in policy.clauses)
    context = Context(
        now=now,
        today=today,
        quarantine=policy.quarantine,
        support=config.support,
        clauses=clauses,
        contract_start=policy.contract_start,
    )
    return evaluate(policy, measure(policy, run.evidence, context), subject=run.verdict.subject, now=now)


def dated(metric: Metric) -> bool:
    """Whether the evidence of a metric tells when things happened."""
    return registry.measure(metric.name.partition(".")[0]).dated


def _asked(policy: Policy) -> Iterator[Metric]:
    return (condition.metric for gate in policy.gates for condition in gate.conditions)


def _changes(config: Config, policy: Policy, base: Sequence[str], among: Surroundings) -> tuple[Changes | None, str]:
    """What the branch changed where a condition asks for it, or why that cannot be told."""
    if not any(metric.of_changes for metric in _asked(policy)):
        return None, "no condition asks what changed"
    try:
        found = among.changes(base)
    except CannotTellChanges as error:
        return None, str(error)
    code = config.code.below(found.folder)
    if not any(code.has(path) for path in found.tracked):
        globs = ", ".join([*config.code.include, *(f"not {glob}" for glob in config.code.exclude)])
        return None, f"no file of the checkout is code as the policy declares it: {globs}"
    lines = {path: mask for path, mask in found.lines.items() if code.has(path)}
    return replace(found, lines=lines, declared=bool(config.code.include)), ""


def _size(config: Config, policy: Policy, among: Surroundings) -> int | None:
    """The lines of code there are, where a condition asks for a density."""
    if not config.code.include or not any(metric.unit is Unit.DENSITY for metric in _asked(policy)):
        return None
    return among.size(config.code)


def _refuse_unknown(noun: str, names: Iterable[str], known: Sequence[str], config: Config) -> None:
    """A name that the policy does not have must not judge nothing."""
    for name in names:
        if name not in known:
            close = near(name, known, 1)
            way_out = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known) or 'none'}"
            message = f"there is no {noun} {name!r} in {config.policy.name}"
            slug = "unknown-gate" if noun == "gate" else "unknown-evidence"
            raise ConfigError([Problem(slug, message, help=way_out)])


def _baseline(path: str, among: Surroundings) -> tuple[Evidence, ...]:
    try:
        return tuple(read(among.baseline(path)))
    except CannotReadReport as error:
        raise CannotReadReport(error.slug, f"the baseline {path} {error}") from error


def measure(policy: Policy, evidence: Sequence[Evidence], context: Context) -> tuple[Measurement, ...]:
    """Every measurement of every subject that the policy's gates name."""
    subjects = dict.fromkeys(
        condition.metric.name.partition(".")[0] for gate in policy.gates for condition in gate.conditions
    )
    return tuple(measurement for subject in subjects for measurement in _take(subject, evidence, context))


def _take(subject: str, evidence: Sequence[Evidence], context: Context) -> tuple[Measurement, ...]:
    with registry.blaming(registry.MEASURES, subject):
        return tuple(registry.measure(subject).take(evidence, context))
