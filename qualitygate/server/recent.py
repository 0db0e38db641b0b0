"""Policies as a sweep last read them, believed until something is pushed: time alone changes none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from qualitygate.config import Config

BELIEVED = timedelta(hours=1)
"""How long a policy is believed without a push: it may extend one that lies elsewhere."""


class Recent:
    """What was read in this process of the policies of repositories, as of a state of each."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, datetime, Config | None]] = {}

    def of(self, repository: str, state: str, now: datetime, load: Callable[[], Config | None]) -> Config | None:
        """The policy that was loaded a while ago, where the state is the same, else as it is loaded now."""
        known = self._known.get(repository)
        if known is None or known[0] != state or now - known[1] >= BELIEVED:
            known = self._known[repository] = (state, now, load())
        return known[2]
