"""The pace of writes: apart from each other, so that GitHub does not take them for an attack."""

from __future__ import annotations

import time
from collections.abc import Callable

APART = 1.0
"""Seconds between two writes: GitHub asks for at least one, and so they stay below its 80 a minute.

https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""


class Pace:
    """Waits until the next write may begin."""

    def __init__(
        self,
        apart: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._apart, self._clock, self._sleep = APART if apart is None else apart, clock, sleep
        self._next = 0.0

    def wait(self) -> None:
        """Return when ``apart`` seconds have passed since the last time; a second, where they are not given."""
        left = self._next - self._clock()
        if left > 0:
            self._sleep(left)
        self._next = self._clock() + self._apart
