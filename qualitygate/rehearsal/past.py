"""A policy tried on the past: kept packs and verdicts, judged again as of their time, beside how they ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from functools import partial
from typing import IO, NoReturn

from qualitygate import pipeline
from qualitygate.codec.decoding import loads
from qualitygate.config import Config, EvidenceEntry
from qualitygate.errors import CannotReadReport, CannotTellChanges, CannotUsePack, QualityGateError
from qualitygate.evaluation import COMMITMENTS, judge
from qualitygate.model.changes import Changes
from qualitygate.model.evidence import ReadingRules, Source
from qualitygate.model.measurement import Measurement
from qualitygate.model.policy import Condition, Waiver
from qualitygate.model.verdict import ConditionResult, GateResult, Outcome, Verdict
from qualitygate.pack import replaying, told
from qualitygate.pack.manifest import Manifest, decode
from qualitygate.pack.names import MANIFEST, SURROUNDINGS, VERDICT
from qualitygate.pack.opening import Pack, opened
from qualitygate.pack.verifying import hashed
from qualitygate.surroundings import Surroundings
from qualitygate.values import dataclass
from qualitygate.wording import labels

VERDICT_MOST = 256 * 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Something kept of the past: what was judged, when, by what, and how to judge it by another policy."""

    path: str
    at: datetime
    subject: Mapping[str, str]
    verdict: Verdict
    again: Callable[[Config, Sequence[str]], tuple[GateResult, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejudged:
    """How something kept ended then, and how its gates would end by another policy.

    ``before`` is of those gates that it was judged by then, of all where none of them was; ``why`` says why it cannot
    be judged again.
    """

    path: str
    at: datetime | None = None
    subject: Mapping[str, str] = field(default_factory=dict)
    before: Outcome | None = None
    after: Outcome | None = None
    gates: tuple[GateResult, ...] = ()
    why: str = ""


def rejudged(path: str, config: Config, gates: Sequence[str], since: datetime | None) -> Rejudged | None:
    """What a kept file comes to by a policy; ``None`` where it is older than ``since``.

    Where nobody can judge it again, the reason stands in place of an outcome.
    """
    try:
        kept = _pack(path) if _is_pack(path) else _verdict(path)
        if since is not None and kept.at < since:
            return None
        then = [gate.name for gate in kept.verdict.gates]
        wanted = [gate.name for gate in config.policy.gates if gate.name in (gates or then)]
        if not wanted:
            return Rejudged(path=path, at=kept.at, subject=kept.subject, why=_no_gate(config, then))
        before = [gate.outcome for gate in kept.verdict.gates if gate.name in wanted]
        after = kept.again(config, wanted)
        return Rejudged(
            path=path,
            at=kept.at,
            subject=kept.subject,
            before=max(before, default=kept.verdict.outcome),
            after=max(gate.outcome for gate in after),
            gates=after,
        )
    except (QualityGateError, OSError, UnicodeDecodeError) as error:
        return Rejudged(path=path, why=str(error))


def _no_gate(config: Config, then: Sequence[str]) -> str:
    mine = ", ".join(gate.name for gate in config.policy.gates)
    return f"it was judged by the gates {', '.join(then)}, and the policy has {mine}"


def _is_pack(path: str) -> bool:
    with open(path, "rb") as file:
        return file.read(2) == b"PK"


# Packs hold the evidence: all is measured anew


def _pack(path: str) -> Kept:
    with opened(path) as pack:
        said = decode(pack.read(MANIFEST))
        _refuse_changed(pack, said, VERDICT)
        verdict = loads(pack.read(VERDICT).decode("utf-8"))
    asked = said.asked
    return Kept(path=path, at=asked.now, subject=asked.subject, verdict=verdict, again=partial(_measured_again, path))


def _measured_again(path: str, config: Config, gates: Sequence[str]) -> tuple[GateResult, ...]:
    with opened(path) as pack:
        said = decode(pack.read(MANIFEST))
        for name in said.files:
            _refuse_changed(pack, said, name)
        known = told.loads(pack.read(SURROUNDINGS))
        earlier = pipeline.load_config(
            f"{known.home}/{said.asked.policy}", base_dir=known.home, files=replaying.files(known, pack.open)
        )
        run = pipeline.check(
            config,
            now=said.asked.now,
            subject=said.asked.subject,
            gates=gates,
            baseline=said.asked.baseline if known.baseline else None,
            among=_what_is_kept(known, pack.open, earlier),
        )
    return run.verdict.gates


def _refuse_changed(pack: Pack, said: Manifest, name: str) -> None:
    if not pack.sealed or hashed(pack, name) != said.files.get(name):
        raise CannotUsePack("not-a-pack", "it is not what was packed: evidence verify says what differs")


def _what_is_kept(known: told.Told, open_: Callable[[str], IO[bytes]], earlier: Config) -> Surroundings:
    """The surroundings of then, in which there is no evidence that the policy of then did not ask for."""
    among = replaying.surroundings(known, open_)
    then = {entry.name: entry.files for entry in earlier.evidence}

    def find(entry: EvidenceEntry, rules: ReadingRules) -> Sequence[Source]:
        if then.get(entry.name) == entry.files:
            return among.find(entry, rules)
        why = f"the pack holds nothing of {', '.join(entry.files)}: the policy of then asked for other files"
        name = entry.files[0]
        return [Source(name=name, open=partial(_absent, why), reader=entry.reader, labels=entry.labels, rules=rules)]

    def matches(pattern: str) -> bool:
        return known.globs.get(pattern, True)

    def changes(refs: Sequence[str]) -> Changes:
        if known.changes is None:
            raise CannotTellChanges("the pack does not say what the branch changed, for nobody asked then")
        return among.changes(refs)

    return replace(among, find=find, matches=matches, changes=changes)


def _absent(why: str) -> NoReturn:
    raise OSError(0, why)


# A verdict holds what its conditions were judged by, and nothing else


def _verdict(path: str) -> Kept:
    with open(path, "rb") as file:
        raw = file.read(VERDICT_MOST + 1)
    try:
        verdict = loads(raw.decode("utf-8-sig") if len(raw) <= VERDICT_MOST else "")
    except UnicodeDecodeError as error:
        raise CannotReadReport("malformed", "is neither an evidence pack nor a verdict") from error
    return Kept(
        path=path, at=verdict.at, subject=verdict.subject, verdict=verdict, again=partial(_judged_again, verdict)
    )


def _judged_again(verdict: Verdict, config: Config, gates: Sequence[str]) -> tuple[GateResult, ...]:
    local = verdict.at.astimezone(config.policy.zone)
    live = [waiver for waiver in config.policy.waivers if config.policy.excuses(waiver, local.date())]
    return tuple(
        GateResult(
            name=gate.name,
            conditions=tuple(
                result
                for condition in gate.conditions
                for result in _results(condition, verdict, [each for each in live if each.gate == gate.name], local)
            ),
        )
        for gate in config.policy.gates
        if gate.name in gates
    )


def _results(
    condition: Condition, verdict: Verdict, waivers: Sequence[Waiver], now: datetime
) -> Iterator[ConditionResult]:
    """What a condition comes to by what the verdict kept of exactly what it asks for."""
    kept, why = _kept(condition, verdict)
    for each in judge(condition, kept, waivers=waivers, now=now):
        yield each if kept else replace(each, note=why)


def _kept(condition: Condition, verdict: Verdict) -> tuple[list[Measurement], str]:
    """The measurements that a condition would pick, each with the labels it asks for and no others; or why not."""
    metric, asked = condition.metric, {*condition.where, *([condition.each] if condition.each else [])}
    if metric.name == COMMITMENTS:
        return [], "a verdict does not say how other conditions would have ended: keep evidence packs"
    if condition.within or pipeline.dated(metric):
        return [], "a verdict does not say of which time its numbers are: keep evidence packs"
    found: dict[frozenset[tuple[str, str]], Measurement] = {}
    for result in (result for gate in verdict.gates for result in gate.conditions):
        one = replace(result.measurement, metric=metric)
        key = frozenset(one.labels.items())
        if result.condition.metric.name != metric.name or set(one.labels) != asked:
            continue
        if not key >= {*condition.where.items()}:
            continue
        if found.setdefault(key, one) != one:
            return [], f"the verdict has several numbers of {metric.name}, and does not say of what each is"
    of = labels(condition.where)
    named = metric.name + (f" [{of}]" if of else "") + (f" of each {condition.each}" if condition.each else "")
    return list(found.values()), f"the verdict has no {named}"
