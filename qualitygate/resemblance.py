"""What a file that no reader recognises was probably meant to be, by the names that stand in it."""

from __future__ import annotations

import re
from collections.abc import Collection

from qualitygate import csvtext, registry
from qualitygate.nearest import near
from qualitygate.recognition import decode

FEWEST = 2.5
"""Names that must be those of a register, one near to them for nine tenths, before anything is said."""
_NEAR = 0.9
NAMES_CAP = 40
"""How many names of a file are looked at."""
_KEY = re.compile(r"""(?:^[ \t]*(?:-[ \t]+)?|[{,\[][ \t]*)["']?([A-Za-z_]{2,40})["']?[ \t]*:(?=\s|$)""", re.MULTILINE)
_COLUMN = re.compile(r"[a-z_]{2,40}")


def meant(head: bytes) -> str | None:
    """The reader whose names are most of those in the first bytes of a file; ``None`` where none has most of them."""
    found = _names(decode(head))
    scores = sorted((_score(found, name), name) for name in registry.names(registry.READERS))
    (second, _), (best, name) = scores[-2:]
    return name if best > second and best >= max(FEWEST, len(found) / 2) else None


def _names(text: str) -> Collection[str]:
    """The keys of a text, else the columns of its first line."""
    keys = dict.fromkeys(_KEY.findall(text))
    if not keys:
        first = text.lstrip("\r\n").partition("\n")[0][: csvtext.HEADER_CAP]
        cells = re.split("|".join(csvtext.DELIMITERS), first)
        keys = dict.fromkeys(filter(_COLUMN.fullmatch, map(csvtext.column, cells))) if len(cells) > 1 else {}
    return list(keys)[:NAMES_CAP]


def _score(found: Collection[str], reader: str) -> float:
    """How many of the names are those of a reader; one that is near to one of them counts a little less."""
    with registry.blaming(registry.READERS, reader):
        known = registry.reader(reader).names()
    return sum(1 if each in known else _NEAR if known and near(each, known, cutoff=0.75) else 0 for each in found)
