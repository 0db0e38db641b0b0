"""The labels that tell how a ticket stands, as a projection of its clocks: what must be added, what must go."""

from __future__ import annotations

from collections.abc import Collection

from qualitygate.support.clock import Clocks
from qualitygate.support.run import State
from qualitygate.values import dataclass

AT_RISK, BREACHED = "sla:at-risk", "sla:breached"
OWN = (AT_RISK, BREACHED)
"""The labels that are ours: nobody else's is ever touched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relabelling:
    """What must change about the labels of a ticket; nothing, where it is false."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.add or self.remove)


def relabelling(clocks: Clocks, left_out: str, present: Collection[str]) -> Relabelling:
    """From the labels that a ticket has to those it should have.

    ``sla:breached`` where any target was ever missed, which neither an answer that came late, nor a new wait, nor
    another priority undoes; else ``sla:at-risk`` where any is at risk. A paused ticket keeps the warning it had, so
    that a pause does not cost two writes. Of a closed ticket only the warning is taken, and nothing is added: nobody
    can do anything about it any more. A ticket that counts nowhere has neither.
    """
    there = {label.casefold() for label in present}
    wanted = _wanted(clocks, there)
    if left_out:
        wanted = frozenset()
    elif clocks.closed:
        wanted = frozenset({BREACHED} & there)
    return Relabelling(
        add=tuple(label for label in OWN if label in wanted - there),
        remove=tuple(label for label in OWN if label in there - wanted),
    )


def _wanted(clocks: Clocks, there: Collection[str]) -> frozenset[str]:
    if clocks.breaches or any(clock.ever_breached for clock in clocks.clocks.values()):
        return frozenset({BREACHED})
    states = {clock.state for clock in clocks.clocks.values()}
    warned = State.PAUSED in states and AT_RISK in there
    return frozenset({AT_RISK}) if State.AT_RISK in states or warned else frozenset()
