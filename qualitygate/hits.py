"""Line numbers, hits and shares as coverage reports write them; what is none makes the report unreadable."""

from __future__ import annotations

import re

from qualitygate.errors import CannotReadReport
from qualitygate.model.coverage import Share

_DIGITS = 18
_NUMBER = re.compile(r"\s*[+-]?[0-9]{1,18}\s*")
_SHARE = re.compile(r"\(\s*([0-9]{1,9})\s*/\s*([0-9]{1,9})\s*\)")


def whole(text: str | None) -> int:
    """A whole number. Raises :class:`~qualitygate.errors.CannotReadReport`."""
    if text and len(text) <= _DIGITS and text.isascii() and text.isdigit():
        return int(text)
    if not text or not _NUMBER.fullmatch(text):
        raise CannotReadReport("malformed", f"has {(text or 'nothing')[:40]!r} in the place of a number")
    return int(text)


def ran(text: str | None) -> bool:
    """Whether a count of hits, however large, is above 0. Raises :class:`~qualitygate.errors.CannotReadReport`."""
    try:
        return float(text or "") > 0
    except ValueError as error:
        raise CannotReadReport(
            "malformed", f"has {(text or 'nothing')[:40]!r} in the place of a count of hits"
        ) from error


def share(text: str | None) -> Share:
    """The share in a text like ``50% (1/2)``; (0, 0) where there is none."""
    found = _SHARE.search(text) if text else None
    return (int(found[1]), int(found[2])) if found else (0, 0)
