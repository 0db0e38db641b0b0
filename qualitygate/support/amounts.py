"""Targets as people write them: hours, minutes and seconds, and never days."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

_PART = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)(h|m|s)")
_DAYS = re.compile(r"[0-9.]+ ?(d|days?|bd|w|weeks?)\Z")
_SECONDS = {"h": 3_600, "m": 60, "s": 1}
LONGEST = 10 * 366 * 86_400
"""Seconds of the longest target: ten years."""


def target(written: Any) -> float:
    """Seconds of ``4h``, ``1h30m``, ``90s``. Raises ``ValueError``: also for days, which mean three different things.

    A day may be 24 hours, the hours of one working day, or until the same time of the next one; libraries differ.
    """
    text = str(written).strip()
    if _DAYS.match(text):
        raise ValueError(f"{text!r} is in days, which may mean 24 hours or a working day: write it in hours, like 24h")
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is not a target; write it with its unit, like 4h, 1h30m or 45m")
    seconds = sum((Fraction(number) * _SECONDS[unit] for number, unit in parts), Fraction(0))
    if not 0 < seconds <= LONGEST:
        raise ValueError(f"{text!r} is no target: it must be more than nothing and at most ten years")
    return float(seconds)
