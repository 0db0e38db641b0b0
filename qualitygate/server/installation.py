"""An installation of the App at work: who asks GitHub, when it is now, where things are remembered and where shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from qualitygate.github.client import Client
from qualitygate.values import dataclass

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """``client`` acts as the installation; ``database`` is the store of verdicts and tickets.

    ``dashboard`` is the address of the pages, empty where there are none.
    """

    client: Client
    clock: Clock
    database: str
    dashboard: str = ""
