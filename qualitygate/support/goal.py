"""The share of targets that is to be kept: by the policy's conditions on compliance, else nine in ten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import ceil, floor

from qualitygate.model.policy import Bound, Condition
from qualitygate.values import dataclass

COMPLIANCE = "support.compliance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What share is to be kept; ``condition`` is the id of the condition that says so, empty where none does."""

    bound: Bound
    condition: str = ""

    @property
    def share(self) -> Fraction:
        """The least share, which itself is enough or, where the bound is strict, just not."""
        return _lowest(self.bound) or Fraction(0)

    def allowed(self, counted: int) -> int:
        """How many of so many may be late; below zero where even all in time are not enough."""
        most = counted * (1 - self.share)
        return floor(most) if self.bound.above is None else ceil(most) - 1


DEFAULT = Goal(bound=Bound(at_least=Fraction(9, 10)))


def goal(conditions: Iterable[Condition], labels: Mapping[str, str]) -> Goal:
    """The goal for what has these labels: of the condition that names most of them, of several the strictest.

    Conditions that pick by another label or value, or have no lower bound, say nothing of it.
    """
    telling = [
        (len(each.where), each.bound.above is not None, each)
        for each in conditions
        if each.metric.name == COMPLIANCE and _lowest(each.bound) is not None and each.where.items() <= labels.items()
    ]
    if not telling:
        return DEFAULT
    _, _, found = max(telling, key=lambda each: (each[0], _lowest(each[2].bound), each[1]))
    return Goal(bound=Bound(at_least=found.bound.at_least, above=found.bound.above), condition=found.id)


def _lowest(bound: Bound) -> Fraction | None:
    return bound.at_least if bound.above is None else bound.above
