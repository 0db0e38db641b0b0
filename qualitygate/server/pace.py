"""How often somebody may ask: so many at once, and then one every so often."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

_MOST = 20_000
"""Of how many it is remembered when they asked; whoever did not for longest is forgotten."""


class Pace:
    """A bucket of ``at_once`` for everybody, into which ``a_minute`` drop."""

    def __init__(self, at_once: int, a_minute: float) -> None:
        self._full, self._rate = float(at_once), a_minute / 60
        self._known: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def wait(self, who: str, now: float) -> float:
        """In how many seconds somebody may ask again; 0 where they may now, which is then counted."""
        with self._lock:
            left, at = self._known.pop(who, (self._full, now))
            left = min(self._full, left + (now - at) * self._rate)
            refused = left < 1
            self._known[who] = (left if refused else left - 1, now)
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
            return (1 - left) / self._rate if refused else 0.0
