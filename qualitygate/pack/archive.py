"""Writing a pack: a ZIP whose bytes depend on nothing but what is in it, sealed by the hash of all before the seal."""

from __future__ import annotations

import hashlib
import os
import zlib
from shutil import copyfileobj
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from qualitygate.errors import ConfigError, Problem
from qualitygate.pack.caps import RATIO_CAP, RATIO_FROM
from qualitygate.pack.shelf import BLOCK, Shelf

SEAL = b"sha256:"
HEX = 64
MODE = 0o100644 << 16
UNIX = 3
EPOCH = (1980, 1, 1, 0, 0, 0)
LEVEL = 6


def write(path: str, shelf: Shelf) -> None:
    """Write everything on a shelf, whole or not at all. Raises :class:`~qualitygate.errors.ConfigError`."""
    path = os.path.realpath(path)
    unfinished = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.{os.getpid()}")
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        try:
            with open(unfinished, "w+b") as file:
                _zip(file, shelf)
                _seal(file)
            os.replace(unfinished, path)
        finally:
            if os.path.exists(unfinished):
                os.unlink(unfinished)
    except OSError as error:
        raise ConfigError([Problem("output", f"cannot be written: {error.strerror}", file=path)]) from error


def seal_of(file: IO[bytes]) -> str:
    """The hash of all that comes before the seal."""
    file.seek(0, os.SEEK_END)
    left, digest = file.tell() - HEX, hashlib.sha256()
    file.seek(0)
    while left > 0 and (block := file.read(min(left, BLOCK))):
        digest.update(block)
        left -= len(block)
    return digest.hexdigest()


def _zip(file: IO[bytes], shelf: Shelf) -> None:
    with ZipFile(file, "w") as archive:
        for name in sorted(shelf.files):
            about = ZipInfo(name, EPOCH)
            about.create_system, about.external_attr = UNIX, MODE
            about.file_size = shelf.files[name].size
            about.compress_type = _method(shelf, name)
            about._compresslevel = LEVEL  # type: ignore[attr-defined]  # noqa: SLF001 - public only from Python 3.13
            with shelf.open(name) as source, archive.open(about, "w") as target:
                copyfileobj(source, target, BLOCK)
        archive.comment = SEAL + b"0" * HEX


def _method(shelf: Shelf, name: str) -> int:
    """Deflated, but where that would look like a bomb to whoever opens it."""
    size = shelf.files[name].size
    if size < RATIO_FROM:
        return ZIP_DEFLATED if size else ZIP_STORED
    press, pressed = zlib.compressobj(LEVEL, zlib.DEFLATED, -15), 0
    with shelf.open(name) as source:
        while block := source.read(BLOCK):
            pressed += len(press.compress(block))
    pressed += len(press.flush())
    return ZIP_STORED if size > RATIO_CAP * pressed else ZIP_DEFLATED


def _seal(file: IO[bytes]) -> None:
    seal = seal_of(file)
    file.seek(-HEX, os.SEEK_END)
    file.write(seal.encode("ascii"))
