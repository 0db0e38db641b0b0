"""Where a part of a policy is written."""

from __future__ import annotations

from qualitygate.values import dataclass
from qualitygate.yamltext import Document, Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """File and line (from 1) of one part of a policy; ``locked`` where it is a condition that may only be tightened."""

    file: str
    line: int | None = None
    locked: bool = False


def place(document: Document, path: Path, *, key: bool = False, locked: bool = False) -> Place:
    """Where the value at a path begins, or its key."""
    return Place(file=document.file, line=document.line(path, key=key), locked=locked)
