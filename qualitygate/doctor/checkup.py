"""One thing that was looked at, how it stands, and the way out."""

from __future__ import annotations

from enum import Enum

from qualitygate.values import dataclass


class Health(Enum):
    """How something stands: as it should, worth a look, broken, or not known because nobody was asked."""

    FINE = "fine"
    ODD = "odd"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """One thing that was looked at: what of (``policy``, ``evidence``, ``git``, ``clock``, ``github``), and how."""

    of: str
    state: Health
    what: str
    help: str = ""
