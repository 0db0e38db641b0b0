"""A pack that somebody sent, checked by a process of its own: one at a time, in a time that ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from threading import Lock
from typing import IO, Any

from qualitygate.language import marked
from qualitygate.server import log
from qualitygate.server.pages.upload import NotTaken
from qualitygate.strict import exactly, instant, natural
from qualitygate.values import dataclass

EXAMINER = "qualitygate.server.pages.examiner"
"""What the process runs."""
SECONDS = 45.0
"""How long it may take: proxies wait for a minute."""
PATIENCE = 15.0
"""Seconds in which the one before may end."""
KEPT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "SYSTEMROOT", "LANG", "LC_ALL", "TMPDIR")
"""What the process gets of the environment: nothing of ours, so no secret."""
_NAME = "pack.zip"
_ALONE = Lock()
_BUSY = marked("Another pack is checked just now")
_BUSY_HELP = marked("Send it again in a minute.")
_ENDED = marked("This pack takes more than the server gives")
_ENDED_HELP = marked("Nothing is said of it. Check it on a machine of your own: qualitygate evidence verify PACK")
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What ``qualitygate evidence verify`` says of a pack: ``number`` differences, of which the first are told.

    ``period`` is empty where it is of a moment, ``so_far`` where it was not over. ``as_told`` is what nobody can
    measure again.
    """

    outcome: str
    policy: str
    digest: str
    version: str
    now: datetime
    period: str
    so_far: bool
    subject: Pairs
    files: int
    number: int
    differences: Pairs
    as_told: Pairs


def examined(pack: IO[bytes]) -> Examined | str:
    """What is found, or why the file is refused. Raises :class:`~qualitygate.server.pages.upload.NotTaken`."""
    if not _ALONE.acquire(timeout=PATIENCE):
        raise NotTaken(503, _BUSY, _BUSY_HELP)
    try:
        with TemporaryDirectory(prefix="qualitygate-", ignore_cleanup_errors=True) as folder:
            with open(os.path.join(folder, _NAME), "wb") as file:
                copyfileobj(pack, file)
            found = _asked(folder)
    finally:
        _ALONE.release()
    return exactly(found["refused"], str) or _read(found)


def environment(whole: Mapping[str, str]) -> dict[str, str]:
    """What of the environment the process gets."""
    return {name: whole[name] for name in KEPT if name in whole}


def _asked(folder: str) -> Mapping[str, Any]:
    command = [sys.executable, "-P", "-m", EXAMINER, _NAME]
    try:
        done = subprocess.run(  # noqa: S603 - nothing in it is a stranger's
            command,
            cwd=folder,
            env=environment(os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
        return exactly(json.loads(done.stdout), dict)
    except (subprocess.SubprocessError, ValueError) as error:
        log.warn("a pack could not be checked", why=error, said=_last(error))
        raise NotTaken(422, _ENDED, _ENDED_HELP) from error


def _last(error: Exception) -> str:
    """The last line that the process wrote of its trouble."""
    said = getattr(error, "stderr", None) or b""
    return said.decode(errors="replace").strip().rpartition("\n")[2][:500]


def _read(found: Mapping[str, Any]) -> Examined:
    return Examined(
        outcome=exactly(found["outcome"], str),
        policy=exactly(found["policy"], str),
        digest=exactly(found["digest"], str),
        version=exactly(found["version"], str),
        now=instant(found["now"]),
        period=exactly(found["period"], str),
        so_far=exactly(found["so_far"], bool),
        subject=_pairs(found["subject"]),
        files=natural(found["files"]),
        number=natural(found["number"]),
        differences=_pairs(found["differences"]),
        as_told=_pairs(found["as_told"]),
    )


def _pairs(data: Any) -> Pairs:
    return tuple((exactly(what, str), exactly(why, str)) for what, why in exactly(data, list))
