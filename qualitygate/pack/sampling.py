"""An audit sample: some inputs of a pack, drawn so that whoever has the seed draws the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from qualitygate.pack.manifest import Packed, decode
from qualitygate.pack.names import INPUTS, MANIFEST
from qualitygate.pack.opening import opened
from qualitygate.pack.verifying import hashed
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A file of a sample as the manifest has it, and whether that is what is packed."""

    path: str
    file: Packed
    whole: bool


def sample(path: str, seed: str, count: int) -> list[Drawn]:
    """So many inputs of a pack, all where there are no more. Raises :class:`~qualitygate.errors.CannotUsePack`."""
    with opened(path) as pack:
        files = decode(pack.read(MANIFEST)).files
        inputs = [name for name in files if name.startswith(INPUTS)]
        return [
            Drawn(path=name, file=files[name], whole=pack.sealed and hashed(pack, name) == files[name])
            for name in drawn(inputs, seed, count)
        ]


def drawn(names: Iterable[str], seed: str, count: int) -> list[str]:
    """The names whose SHA-256, taken of the seed, a line end and the name, are the least: anybody can do that again."""
    return sorted(names, key=lambda name: hashlib.sha256(f"{seed}\n{name}".encode()).digest())[:count]
