"""What a policy that does not say when its contract began leaves open: what was due before the first record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from qualitygate.config import Config
from qualitygate.config.place import Place
from qualitygate.errors import Problem
from qualitygate.model.policy import Condition, Policy
from qualitygate.yamltext import Path

_WAY_OUT = "say when the contract began: anchors: {contract_start: 2026-01-01}"
_OR_FROM = f"{_WAY_OUT}; or from: of the condition, due: of its clause"


def startless(config: Config) -> Iterator[Problem]:
    """Warnings of conditions whose earliest records can be deleted without anything being missed.

    A policy without evidence is written for others to extend, who say the day.
    """
    policy, places = config.policy, config.places
    if policy.contract_start is not None or not config.evidence:
        return
    due = {clause.id: clause.due for clause in policy.clauses}

    def only_reported(each: Condition) -> bool:
        open_ = each.within and each.clause and not each.enforced_from and not due[each.clause]
        return bool(open_) and not each.metric.since_start

    told = "counted from the first record, so that what is deleted before it is not missed"
    yield from _warning(policy, places, lambda each: each.metric.since_start, told, _WAY_OUT)
    told = "without a first period, so that in a report none before the first record is missed"
    yield from _warning(policy, places, only_reported, told, _OR_FROM)


def _warning(
    policy: Policy, places: Mapping[Path, Place], of: Callable[[Condition], bool], told: str, way_out: str
) -> Iterator[Problem]:
    """One warning for all conditions that it is of, at the first of them."""
    found = [(gate.name, each.id) for gate in policy.gates for each in gate.conditions if of(each)]
    if found:
        place = places["gates", *found[0]]
        names = ", ".join(id_ for _, id_ in found)
        yield Problem("no-start", f"{names}: {told}", file=place.file, line=place.line or 1, column=1, help=way_out)
