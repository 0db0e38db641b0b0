"""The manifest of a pack: what was judged, by what, when, and the hash of every file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from qualitygate.errors import CannotUsePack
from qualitygate.strict import exactly, instant, labels, maybe, natural, texts
from qualitygate.values import dataclass

SCHEMA_VERSION = 1
_YEARS = range(1970, 9000)
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A file of a pack."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRequest:
    """What a pack is asked for: which policy file, which gates, of what, as of when.

    ``policy`` is the path of its file from its folder. ``baseline`` is the name of the snapshot to compare with.
    ``period`` is the name of the period whose end is ``now``, where one was named; ``so_far``: it is not over, and
    ``now`` lies in it.
    """

    policy: str
    now: datetime
    subject: Mapping[str, str]
    gates: tuple[str, ...] = ()
    baseline: str | None = None
    period: str | None = None
    so_far: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What stands in ``manifest.json``.

    ``name`` and ``digest`` are of the policy, ``zone`` is its time zone. ``not_recomputable`` has what nobody can
    measure again from the pack alone, and why.
    """

    version: str
    asked: PackRequest
    name: str
    digest: str
    zone: str
    outcome: str
    not_recomputable: tuple[tuple[str, str], ...]
    files: Mapping[str, Packed]


def encode(manifest: Manifest) -> dict[str, Any]:
    """The manifest as JSON-ready data, described by ``policies/evidence-manifest.schema.json``."""
    asked = manifest.asked
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "qualitygate", "version": manifest.version},
        "subject": dict(sorted(asked.subject.items())),
        "commit": asked.subject.get("commit"),
        "policy": {"name": manifest.name, "digest": manifest.digest, "file": asked.policy},
        "gates": list(asked.gates),
        "now": asked.now.isoformat(),
        "period": asked.period,
        **({"so_far": True} if asked.so_far else {}),
        "time_zone": manifest.zone,
        "baseline": asked.baseline,
        "outcome": manifest.outcome,
        "not_recomputable": [{"what": what, "why": why} for what, why in manifest.not_recomputable],
        "files": [
            {"path": path, "sha256": file.sha256, "size": file.size} for path, file in sorted(manifest.files.items())
        ],
    }


def text(data: Any) -> bytes:
    """JSON as it is written into a pack, byte for byte the same for equal data."""
    return (json.dumps(data, indent=1, sort_keys=True, ensure_ascii=True) + "\n").encode("ascii")


def decode(content: bytes) -> Manifest:
    """The manifest back from its text. Raises :class:`~qualitygate.errors.CannotUsePack`."""
    try:
        return _manifest(exactly(json.loads(content), dict), content)
    except KeyError as error:
        raise CannotUsePack("not-a-pack", f"manifest.json: there is no {error}") from error
    except (TypeError, ValueError, RecursionError) as error:
        raise CannotUsePack("not-a-pack", f"manifest.json: {error}") from error


def _manifest(data: Mapping[str, Any], content: bytes) -> Manifest:
    version = data["schema_version"]
    if version != SCHEMA_VERSION:
        raise ValueError(f"its schema_version is {version!r}, this qualitygate reads {SCHEMA_VERSION}")
    manifest = _decoded(data)
    if text(encode(manifest)) != content:
        raise ValueError("it is not written as qualitygate writes it")
    return manifest


def _decoded(data: Mapping[str, Any]) -> Manifest:
    files = [exactly(each, dict) for each in exactly(data["files"], list)]
    found = {exactly(each["path"], str): _packed(each) for each in files}
    if len(found) != len(files):
        raise ValueError("a path is there twice")
    return Manifest(
        version=exactly(data["tool"]["version"], str),
        asked=PackRequest(
            policy=exactly(data["policy"]["file"], str),
            now=_moment(data["now"]),
            subject=labels(data["subject"]),
            gates=texts(data["gates"]),
            baseline=maybe(data["baseline"], str),
            period=maybe(data["period"], str),
            so_far=exactly(data.get("so_far", False), bool),
        ),
        name=exactly(data["policy"]["name"], str),
        digest=exactly(data["policy"]["digest"], str),
        zone=exactly(data["time_zone"], str),
        outcome=exactly(data["outcome"], str),
        not_recomputable=tuple(
            (exactly(each["what"], str), exactly(each["why"], str)) for each in exactly(data["not_recomputable"], list)
        ),
        files=found,
    )


def _moment(data: Any) -> datetime:
    """An instant that every time zone has a date for."""
    moment = instant(data)
    if moment.year not in _YEARS:
        raise ValueError(f"{data} is in none of the years {_YEARS[0]} to {_YEARS[-1]}")
    return moment


def _packed(data: Mapping[str, Any]) -> Packed:
    digest = exactly(data["sha256"], str)
    if len(digest) != 64 or not _HEX.issuperset(digest):
        raise ValueError(f"{digest[:70]!r} is no SHA-256")
    return Packed(sha256=digest, size=natural(data["size"]))
