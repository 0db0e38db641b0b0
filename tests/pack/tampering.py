"""A pack taken apart and put together again, as somebody would who knows how packs are made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from qualitygate.pack.archive import write
from qualitygate.pack.manifest import text
from qualitygate.pack.shelf import Shelf

MANIFEST = "manifest.json"


def contents(pack: Path) -> dict[str, bytes]:
    """What a pack holds, by name."""
    with ZipFile(pack) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Mapping[str, bytes], path: Path) -> Path:
    """A pack of these files, sealed; the manifest is what it is."""
    with TemporaryDirectory() as folder:
        shelf = Shelf(folder)
        for name, content in files.items():
            shelf.put(name, content)
        write(str(path), shelf)
    return path


def forged(files: Mapping[str, bytes], path: Path, **said: object) -> Path:
    """A pack of these files whose manifest has the hash of each, and says what is to be said."""
    manifest = {**json.loads(files[MANIFEST]), **said}
    manifest["files"] = [
        {"path": name, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for name, content in sorted(files.items())
        if name != MANIFEST
    ]
    return packed({**files, MANIFEST: text(manifest)}, path)
