"""Whom to tell when how much of a target is used up: steps of the policy, each taken once for each wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC

from qualitygate.support.clock import Clocks
from qualitygate.support.run import ClockRun, State
from qualitygate.support.targets import Escalation
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A step that a clock has reached. ``key`` tells it from those of other clocks, shares and waits."""

    key: str
    step: Escalation
    run: ClockRun


def reached(clocks: Clocks, left_out: str, steps: Sequence[Escalation]) -> Iterator[tuple[Reached, ...]]:
    """For each clock that runs the steps it has reached, the furthest last.

    Nobody is told of tickets that are closed, paused or count nowhere, or of what is only forecast.
    """
    if clocks.closed or clocks.paused or left_out:
        return
    for name, clock in clocks.clocks.items():
        run = clock.current
        if run is None or run.done is not None or clock.forecast or clock.state is State.PAUSED:
            continue
        begun = run.start.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        found = tuple(
            Reached(key=f"escalation:{name}:{begun}:{float(step.share):g}", step=step, run=run)
            for step in sorted(steps, key=lambda each: each.share)
            if run.elapsed >= float(step.share) * run.target
        )
        if found:
            yield found
