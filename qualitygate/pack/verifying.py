"""Checking a pack: every hash, and then the verdict, which is reached again from what is packed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import IO

from qualitygate import __version__
from qualitygate.errors import QualityGateError
from qualitygate.model.verdict import Verdict
from qualitygate.pack import replaying, told
from qualitygate.pack.manifest import Manifest, Packed, decode, encode
from qualitygate.pack.names import CUSTODY, INPUTS, MANIFEST, SURROUNDINGS
from qualitygate.pack.opening import BROKEN, Pack, opened
from qualitygate.pack.periodic import of_moment
from qualitygate.pack.results import judged, results
from qualitygate.pack.results import manifest as remade
from qualitygate.pack.shelf import BLOCK
from qualitygate.pipeline import load_config
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as it was packed, or does not follow from the inputs."""

    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What checking a pack came to. ``verdict`` is the one reached again, ``None`` where it could not be."""

    manifest: Manifest
    differences: tuple[Difference, ...]
    verdict: Verdict | None


def verify(path: str) -> Verified:
    """Check a pack, offline, without writing anything. Raises :class:`~qualitygate.errors.CannotUsePack`."""
    with opened(path) as pack:
        said = decode(pack.read(MANIFEST))
        found = [*_seal(pack), *_hashes(pack, said)]
        damaged = frozenset(each.what for each in found)
        try:
            verdict, differences = _judged_again(pack, said, damaged)
        except QualityGateError as error:
            verdict, differences = None, [Difference(what="verdict", why=f"cannot be reached again: {error}")]
    return Verified(manifest=said, differences=(*found, *differences), verdict=verdict)


def _seal(pack: Pack) -> Iterator[Difference]:
    if not pack.sealed:
        yield Difference(what="seal", why="is broken: a byte of the archive was changed after it was packed")


def _hashes(pack: Pack, said: Manifest) -> Iterator[Difference]:
    for name, file in sorted(said.files.items()):
        if name not in pack.sizes:
            yield Difference(what=name, why="is missing")
            continue
        found = hashed(pack, name)
        if isinstance(found, str):
            yield Difference(what=name, why=f"is damaged: {found}")
        elif found != file:
            yield Difference(what=name, why=f"was changed: {_changed(found, file)}")
    for name in sorted(set(pack.sizes) - set(said.files) - {MANIFEST}):
        yield Difference(what=name, why="was added: the manifest does not name it")


def _changed(found: Packed, file: Packed) -> str:
    if found.sha256 != file.sha256:
        return f"its SHA-256 is {found.sha256}, not {file.sha256}"
    return f"it has {found.size} bytes, not the {file.size} of the manifest"


def hashed(pack: Pack, name: str) -> Packed | str:
    """The hash and size of a file of a pack, or why it cannot be read."""
    digest, size = hashlib.sha256(), 0
    try:
        with pack.open(name) as stream:
            while block := stream.read(BLOCK):
                digest.update(block)
                size += len(block)
    except BROKEN as error:
        return str(error)
    return Packed(sha256=digest.hexdigest(), size=size)


def _judged_again(pack: Pack, said: Manifest, damaged: frozenset[str]) -> tuple[Verdict, list[Difference]]:
    """The verdict that follows from the inputs, and where what is packed does not."""

    def whole(name: str) -> IO[bytes]:
        if name in damaged or name not in said.files:
            raise OSError(0, "it is not in the pack as it was packed")
        return pack.open(name)

    asked = said.asked
    known = told.loads(pack.read(SURROUNDINGS))
    config = load_config(
        f"{known.home}/{asked.policy}", base_dir=known.home or "/", files=replaying.files(known, whole)
    )
    forge = pack.read(CUSTODY) if CUSTODY in said.files and CUSTODY not in damaged else None
    found = judged(config, asked, said.version, replaying.surroundings(known, whole), forge=forge)
    verdict = found.run.verdict
    inputs = {name: file for name, file in said.files.items() if name.startswith(INPUTS)}
    expected = results(found, known, inputs)
    differences = [
        Difference(what=name, why=f"is not what follows from the inputs{_by(said)}")
        for name, content in expected.items()
        if name in said.files and name not in damaged and pack.read(name) != content
    ]
    differences += [
        Difference(what=name, why="is neither an input nor what follows from them")
        for name in sorted(set(said.files) - set(inputs) - set(expected))
    ]
    differences += [
        Difference(what=name, why="is not in the manifest") for name in sorted(set(expected) - set(said.files))
    ]
    again = encode(replace(remade(found, known, said.files), asked=asked))
    differences += [
        Difference(what=MANIFEST, why=f"{key!r} is not what follows from the inputs")
        for key, value in encode(said).items()
        if again[key] != value
    ]
    return verdict, [*differences, *_period(said, verdict.at)]


def _period(said: Manifest, at: datetime) -> Iterator[Difference]:
    """Whether the period that is named is the one whose end was judged, or so far; ``at`` is in the policy's zone."""
    period = said.asked.period
    if period is not None and not of_moment(period, at, so_far=said.asked.so_far):
        told = "does not hold the moment that was judged" if said.asked.so_far else "does not end as of when was judged"
        yield Difference(what=MANIFEST, why=f"'period' is {period!r}, which {told}")


def _by(said: Manifest) -> str:
    return "" if said.version == __version__ else f"; it was packed by {said.version}, and this is {__version__}"
