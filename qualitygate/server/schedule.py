"""What is done without anybody telling us, and how often."""

from __future__ import annotations

from qualitygate.server.clients import Clients
from qualitygate.server.judging import Clock
from qualitygate.server.spreading import CLOCKS, NIGHT, Arm, everywhere
from qualitygate.server.sweeping import Sweep, Sweeps

_MINUTES, _DAYS = 60.0, 86_400.0
EVERY = {CLOCKS: 5 * _MINUTES, NIGHT: 1 * _DAYS}
"""Seconds between two turns of the sweeps of repositories, the first of a day at midnight UTC."""


def sweeps(clients: Clients, clock: Clock, arm: Arm) -> Sweeps:
    """All sweeps; ``arm`` puts what they find into the inbox."""
    return {action: _everywhere(clients, clock, arm, action, period) for action, period in EVERY.items()}


def _everywhere(clients: Clients, clock: Clock, arm: Arm, action: str, period: float) -> Sweep:
    def do() -> str:
        return everywhere(clients, arm, action, f"{clock().timestamp() // period:.0f}")

    return Sweep(period=period, do=do)
