"""The process that checks a pack which somebody sent: without secrets, and within limits. It answers in JSON.

``python -m qualitygate.server.pages.examiner PACK`` does what ``qualitygate evidence verify PACK`` does, but for data
files of coverage.py: they name files that would be read here, and be this machine's.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from qualitygate.errors import CannotUsePack, QualityGateError
from qualitygate.pack.opening import BROKEN, opened
from qualitygate.pack.verifying import Verified, verify
from qualitygate.server.fenced import SQLITE

PROCESSOR = 40
"""Seconds of the processor."""
MEMORY = 1024**3
"""Bytes of memory."""
SHOWN, LONGEST = 200, 500
"""Differences that are told, and characters of each text: a stranger wrote most of them."""


def main() -> None:
    """Check the pack, and print what came of it."""
    confine()
    try:
        refuse_outside(sys.argv[1])
        found: Mapping[str, Any] = told(verify(sys.argv[1]))
    except QualityGateError as error:
        found = {"refused": _cut(str(error))}
    json.dump(found, sys.stdout)


def confine() -> None:
    """What goes beyond is ended by the system; where that knows no limits, the time of the caller is one."""
    if sys.platform == "win32":  # pragma: no cover - it has none
        return
    import resource  # noqa: PLC0415 - not everywhere

    os.nice(10)
    most = {resource.RLIMIT_CORE: 0, resource.RLIMIT_CPU: PROCESSOR, resource.RLIMIT_AS: MEMORY}
    for what, limit in most.items():
        with suppress(ValueError, OSError):  # there is a lower one
            resource.setrlimit(what, (limit, limit))


def refuse_outside(path: str) -> None:
    """Refuse a pack in which a file names others, with :class:`~qualitygate.errors.CannotUsePack`."""
    with opened(path) as pack:
        for name in pack.sizes:
            with suppress(*BROKEN), pack.open(name) as stream:  # what is damaged is told as a difference
                if stream.read(len(SQLITE)) != SQLITE:
                    continue
                why = f"{name} is a data file of coverage.py, which names files of the machine that reads it"
                raise CannotUsePack("unsafe-pack", why)


def told(found: Verified) -> dict[str, Any]:
    """What checking came to, in data of JSON."""
    said = found.manifest
    return {
        "refused": "",
        "outcome": _cut(said.outcome),
        "policy": _cut(said.name),
        "digest": _cut(said.digest),
        "version": _cut(said.version),
        "now": said.asked.now.isoformat(),
        "period": _cut(said.asked.period or ""),
        "so_far": said.asked.so_far,
        "subject": [[_cut(name), _cut(value)] for name, value in sorted(said.asked.subject.items())[:SHOWN]],
        "files": len(said.files),
        "number": len(found.differences),
        "differences": [[_cut(each.what), _cut(each.why)] for each in found.differences[:SHOWN]],
        "as_told": [[_cut(what), _cut(why)] for what, why in said.not_recomputable[:SHOWN]],
    }


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


if __name__ == "__main__":
    main()
