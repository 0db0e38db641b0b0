"""Repositories that promise no support, remembered until something is pushed to them: sweeps leave GitHub alone."""

from __future__ import annotations

from datetime import datetime, timedelta

BELIEVED = timedelta(hours=1)
"""How long it is believed without a push: a policy may extend one that lies elsewhere."""


class Quiet:
    """What is known in this process of repositories where nothing is promised, as of a state of theirs."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, datetime]] = {}

    def add(self, repository: str, state: str, now: datetime) -> None:
        """Nothing is promised there."""
        self._known[repository] = state, now

    def has(self, repository: str, state: str, now: datetime) -> bool:
        """Whether nothing was promised there a while ago, and the state is the same."""
        known = self._known.get(repository)
        return known is not None and known[0] == state and now - known[1] < BELIEVED
