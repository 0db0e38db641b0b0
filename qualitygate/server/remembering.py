"""The memory of verdicts looked after: what was kept long enough is dropped."""

from __future__ import annotations

from qualitygate.server.installation import Clock
from qualitygate.server.sweeping import Sweep, Sweeps
from qualitygate.storage.verdicts import VerdictStore

_HOUR = 3_600.0


def sweeps(database: str, clock: Clock) -> Sweeps:
    """What time alone does to the memory in this store."""
    return {"forget verdicts": Sweep(period=_HOUR, do=lambda: forget(database, clock))}


def forget(database: str, clock: Clock) -> int:
    """Drop, a part at a time, all that was kept long enough; how many judgements that were."""
    number = 0
    with VerdictStore(database) as store:
        while dropped := store.forget(clock()):
            number += dropped
    return number
