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
from qualitygate.pack.manifest import Asked, Manifest, encode, text
from qualitygate.pack.names import MANIFEST, SURROUNDINGS
from qualitygate.pack.recording import Recorder
from qualitygate.pack.results import manifest, results
from qualitygate.pack.shelf import Shelf
from qualitygate.pipeline import check, load_config
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A pack that was written."""

    manifest: Manifest
    verdict: Verdict


def pack(path: str, asked: Asked, *, to: str, base_dir: str | None = None, base: tuple[str, ...] = ()) -> Made:
    """Judge by the policy file ``path`` and write the pack ``to`` a file. Its name in ``asked`` is found here.

    Raises :class:`~qualitygate.errors.QualityGateError`: what a check raises, where the pack would be too large, and
    where it cannot be written.
    """
    folder = base_dir or folder_of(path)
    asked = replace(asked, policy=os.path.relpath(path, folder).replace(os.sep, "/"))
    with TemporaryDirectory(prefix="qualitygate-") as temporary:
        shelf = Shelf(temporary)
        recorder = Recorder(folder, shelf)
        config = load_config(path, base_dir=folder, files=recorder.files())
        run = check(
            config,
            now=asked.now,
            subject=asked.subject,
            gates=asked.gates,
            baseline=asked.baseline,
            base=base,
            among=recorder.surroundings(),
        )
        known = recorder.told(run.evidence)
        shelf.put(SURROUNDINGS, told.dumps(known))
        for name, content in results(run.verdict, asked, __version__, dict(shelf.files)).items():
            shelf.put(name, content)
        made = manifest(config, run.verdict, asked, known, __version__, dict(shelf.files))
        shelf.put(MANIFEST, text(encode(made)))
        write(to, shelf)
    return Made(manifest=made, verdict=run.verdict)
