"""What is done without anybody telling us, and how often."""

from __future__ import annotations

from collections.abc import Callable

from qualitygate.server.clients import ITSELF, Clients
from qualitygate.server.handling import awaited
from qualitygate.server.installation import Clock
from qualitygate.server.redelivering import redeliver
from qualitygate.server.spreading import CLOCKS, NIGHT, Arm, everywhere
from qualitygate.server.sweeping import Sweep, Sweeps
from qualitygate.storage.inbox import Armed, Delivery, Inbox

_MINUTES, _DAYS = 60.0, 86_400.0
EVERY = {CLOCKS: 5 * _MINUTES, NIGHT: 1 * _DAYS}
"""Seconds between two turns of the sweeps of repositories, the first of a day at midnight UTC."""


MISSED = 2 * _MINUTES
"""Seconds between two looks for webhooks that did not come."""


def sweeps(clients: Clients, clock: Clock, inbox: Callable[[], Inbox]) -> Sweeps:
    """All sweeps. What they find is put into the inbox."""

    def arm(delivery: Delivery) -> Armed:
        return inbox().arm(delivery)

    def missed() -> str:
        return redeliver(clients.of(ITSELF), inbox(), awaited, clock())

    everything = {action: _everywhere(clients, clock, arm, action, period) for action, period in EVERY.items()}
    return {"missed webhooks": Sweep(period=MISSED, do=missed), **everything}


def _everywhere(clients: Clients, clock: Clock, arm: Arm, action: str, period: float) -> Sweep:
    def do() -> str:
        return everywhere(clients, arm, action, f"{clock().timestamp() // period:.0f}")

    return Sweep(period=period, do=do)
