"""Sweeps: what is done every so often, once for all processes that share a store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Event
from typing import Any

from qualitygate.errors import CannotUseStore, QualityGateError
from qualitygate.server import log
from qualitygate.storage.inbox import Inbox
from qualitygate.values import dataclass

LOOK = 5.0
"""Seconds between two looks for turns that are due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What is done every ``period`` seconds."""

    period: float
    do: Callable[[], object]


Sweeps = Mapping[str, Sweep]
Begun = Callable[[Any, str], None]


def sweep(inbox: Inbox, sweeps: Sweeps, name: str) -> None:
    """Make one sweep; what goes wrong is logged, and the next turn tries again."""
    with log.about(f"sweep {name}"):
        try:
            found = sweeps[name].do()
            inbox.swept(name)
        except QualityGateError as error:
            log.warn("a sweep failed", why=error)
        except Exception as error:  # noqa: BLE001 - one sweep must not stop the others
            log.broke("a sweep broke", error)
        else:
            if found:
                log.tell("a sweep is done", found=found)


def watch(inbox: Inbox, sweeps: Sweeps, stopping: Event, *, look: float = LOOK, begun: Begun | None = None) -> None:
    """Make each sweep when its turn is due and no other process has begun it, until told to stop.

    With ``begun`` it is not made here: that is told in the transaction of the turn, and has it made.
    """
    while not stopping.wait(look):
        for name, each in sweeps.items():
            try:
                ours = inbox.turn(name, each.period, begun) is not None
            except CannotUseStore as error:
                log.warn("the turn of a sweep cannot be looked up", sweep=name, why=error)
                break
            if ours and begun is None:
                sweep(inbox, sweeps, name)
