"""Making a pack: judge, keep what was looked at, and write it down with all that follows."""

from __future__ import annotations

import os
from dataclasses import replace
from tempfile import TemporaryDirectory

from qualitygate import __version__
from qualitygate.config import folder_of
from qualitygate.model.verdict import Verdict
from qualitygate.pack import told
from qualitygate.pack.archive import write
from qualitygate.pack.manifest import Manifest, PackRequest, encode, text
from qualitygate.pack.names import CUSTODY, MANIFEST, SURROUNDINGS
from qualitygate.pack.recording import Recorder
from qualitygate.pack.results import judged, manifest, results
from qualitygate.pack.shelf import Shelf
from qualitygate.pipeline import load_config
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A pack that was written."""

    manifest: Manifest
    verdict: Verdict


def pack(
    path: str,
    asked: PackRequest,
    *,
    to: str,
    base_dir: str | None = None,
    base: tuple[str, ...] = (),
    custody: bytes | None = None,
) -> Made:
    """Judge by the policy file ``path`` and write the pack ``to`` a file. Its name in ``asked`` is found here.

    ``custody`` is what ``evidence fetch`` kept, where somebody asked GitHub.

    Raises :class:`~qualitygate.errors.QualityGateError`: what a check raises, where the pack would be too large, and
    where it cannot be written.
    """
    folder = base_dir or folder_of(path)
    asked = replace(asked, policy=os.path.relpath(path, folder).replace(os.sep, "/"))
    with TemporaryDirectory(prefix="qualitygate-") as temporary:
        shelf = Shelf(temporary)
        recorder = Recorder(folder, shelf)
        config = load_config(path, base_dir=folder, files=recorder.files())
        found = judged(config, asked, __version__, recorder.surroundings(), base=base, forge=custody)
        known = recorder.told(found.run.evidence)
        shelf.put(SURROUNDINGS, told.dumps(known))
        if custody is not None:
            shelf.put(CUSTODY, custody)
        for name, content in results(found, known, dict(shelf.files)).items():
            shelf.put(name, content)
        made = manifest(found, known, dict(shelf.files))
        shelf.put(MANIFEST, text(encode(made)))
        write(to, shelf)
    return Made(manifest=made, verdict=found.run.verdict)
