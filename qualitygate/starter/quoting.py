"""A text as YAML has it among others in a row: as it is, or in quotes where it would not stay what it is."""

from __future__ import annotations

import json
import re

_PLAIN = re.compile(r"[A-Za-z_.][A-Za-z0-9_./-]*")
_WORDS = frozenset({"true", "false", "null"})


def quoted(text: str) -> str:
    """The text, in quotes where it has anything but letters, digits, ``.``, ``-``, ``_`` and ``/``, or means more."""
    return text if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS else json.dumps(text, ensure_ascii=False)
