"""What is to be packed, as it was read: copied once into a temporary folder, so that nobody changes it any more."""

from __future__ import annotations

import hashlib
import os
from io import BytesIO
from typing import IO

from qualitygate.errors import CannotUsePack
from qualitygate.pack.caps import COUNT_CAP, TOTAL_CAP
from qualitygate.pack.manifest import Packed
from qualitygate.pack.names import is_safe

BLOCK = 1024**2


class Shelf:
    """The files of a pack by their names in it, each with its hash and size."""

    __slots__ = ("_folder", "_paths", "_total", "files")

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._paths: dict[str, str] = {}
        self._total = 0
        self.files: dict[str, Packed] = {}

    def add(self, name: str, stream: IO[bytes]) -> None:
        """Copy a stream. Raises ``OSError``, and :class:`~qualitygate.errors.CannotUsePack` beyond the caps."""
        if len(self.files) >= COUNT_CAP:
            raise CannotUsePack("too-large", f"a pack has at most {COUNT_CAP:,} files")
        if not is_safe(name):
            raise CannotUsePack("unsafe-pack", f"{name!a} is too long a name for a pack")
        path = os.path.join(self._folder, str(len(self.files)))
        digest, size = hashlib.sha256(), 0
        with open(path, "wb") as file:
            while block := stream.read(BLOCK):
                size += len(block)
                if self._total + size > TOTAL_CAP:
                    raise CannotUsePack(
                        "too-large", f"a pack holds at most {TOTAL_CAP // 1024**3} GB; {name} is beyond"
                    )
                digest.update(block)
                file.write(block)
        self._total += size
        self._paths[name] = path
        self.files[name] = Packed(sha256=digest.hexdigest(), size=size)

    def put(self, name: str, content: bytes) -> None:
        """Keep bytes that are at hand."""
        self.add(name, BytesIO(content))

    def open(self, name: str) -> IO[bytes]:
        """A new stream of what was copied."""
        return open(self._paths[name], "rb")
