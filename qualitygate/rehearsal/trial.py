"""A policy tried on cases: what came out, beside what was expected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from qualitygate import pipeline
from qualitygate.config import Config
from qualitygate.evaluation import evaluate
from qualitygate.model.verdict import ConditionResult, Outcome, Verdict
from qualitygate.rehearsal.cases import VERDICT, PolicyCase
from qualitygate.values import dataclass
from qualitygate.wording import labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """Something that came out another way. ``result`` is the worst one behind it, where there is one."""

    name: str
    expected: Outcome
    got: Outcome | None
    result: ConditionResult | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A case, the verdict it comes to, and what of it was not expected."""

    case: PolicyCase
    verdict: Verdict
    misses: tuple[Miss, ...]


def tried(config: Config, cases: Iterable[PolicyCase]) -> list[Tried]:
    """Every case, judged. Raises :class:`~qualitygate.errors.QualityGateError`."""
    return [_tried(config, each) for each in cases]


def never_blocked(config: Config, found: Sequence[Tried]) -> list[str]:
    """The ids of the conditions that no case has seen to fail: nobody knows whether they can."""
    seen = {
        result.condition.id
        for each in found
        for gate in each.verdict.gates
        for result in gate.conditions
        if result.outcome is Outcome.FAILED
    }
    every = dict.fromkeys(condition.id for gate in config.policy.gates for condition in gate.conditions)
    return [each for each in every if each not in seen]


def _tried(config: Config, case: PolicyCase) -> Tried:
    verdict = _judged(config, case)
    return Tried(case=case, verdict=verdict, misses=tuple(_misses(case, verdict)))


def _judged(config: Config, case: PolicyCase) -> Verdict:
    if case.evidence is None:
        policy = config.policy
        gates = tuple(gate for gate in policy.gates if not case.gates or gate.name in case.gates)
        return evaluate(replace(policy, gates=gates), case.measurements, subject={}, now=case.now)
    entries = tuple(replace(each, files=case.evidence.get(each.name, each.files)) for each in config.evidence)
    absent = {each.name: () for each in entries if each.name not in case.evidence}
    aimed = replace(config, evidence=entries)
    return pipeline.check(aimed, now=case.now, subject={}, gates=case.gates, given=absent).verdict


def _misses(case: PolicyCase, verdict: Verdict) -> Iterator[Miss]:
    found = dict(_outcomes(verdict))
    for name, expected in case.expected.items():
        results = found.get(name)
        got = None if results is None else max(each.outcome for each in results)
        got = verdict.outcome if name == VERDICT else got
        if got is not expected:
            worst = max(results or (), key=lambda each: each.outcome, default=None)
            yield Miss(name=name, expected=expected, got=got, result=worst)


def _outcomes(verdict: Verdict) -> Iterator[tuple[str, list[ConditionResult]]]:
    """The results behind every name that a case may expect something of."""
    found: dict[str, list[ConditionResult]] = {}
    for gate in verdict.gates:
        for result in gate.conditions:
            of = labels(result.measurement.labels)
            for name in dict.fromkeys((gate.name, result.condition.id, f"{result.condition.id} [{of}]")):
                found.setdefault(name, []).append(result)
    yield from found.items()
