"""How much a pack may hold: nobody writes a larger one, and none is looked into."""

from __future__ import annotations

COUNT_CAP = 50_000
TOTAL_CAP = 4 * 1024**3 - 1
"""Bytes of all files together, and of the archive itself."""
RATIO_CAP = 200
"""How many times larger a file may be than its compressed bytes; what could be pressed further is stored as it is."""
RATIO_FROM = 1024**2
"""Bytes from which the ratio counts: text of a few kB that repeats itself is no bomb."""
TEXT_CAP = 256 * 1024**2
"""Bytes of one JSON document that has to be in memory as a whole."""
