"""What a pack holds besides its inputs: all of it follows from the verdict, so it can be made again and compared."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from qualitygate import registry
from qualitygate.codec import dumps, encode
from qualitygate.config import Config
from qualitygate.extension import Style
from qualitygate.language import LANGUAGES
from qualitygate.model.verdict import Verdict
from qualitygate.pack.attestation import SUMMARY, TEST_RESULT, predicates, statement
from qualitygate.pack.manifest import Asked, Manifest, Packed, text
from qualitygate.pack.names import SURROUNDINGS, VERDICT
from qualitygate.pack.told import Told

_FORMATS = {"html": ".html", "markdown": ".md"}
_FILES = {TEST_RESULT: "test-result", SUMMARY: "verification-summary"}


def results(verdict: Verdict, asked: Asked, version: str, inputs: Mapping[str, Packed]) -> dict[str, bytes]:
    """The verdict, its reports in every language, its waivers, and the statements about it, by their names."""
    made = {VERDICT: _bytes(dumps(verdict)), "waivers.json": text(_waivers(verdict))}
    for lang in LANGUAGES:
        style = Style(verbose=True, lang=lang)
        for name, suffix in _FORMATS.items():
            made[f"reports/report.{lang}{suffix}"] = _bytes(registry.render(name, verdict, style))
    digest = hashlib.sha256(made[VERDICT]).hexdigest()
    hashes = {path: file.sha256 for path, file in inputs.items()}
    for kind, predicate in predicates(verdict, asked.policy, version, hashes).items():
        made[f"attestations/{_FILES[kind]}.json"] = text(statement(kind, predicate, verdict.subject, digest))
        made[f"attestations/{_FILES[kind]}.predicate.json"] = text(predicate)
    return made


def manifest(
    config: Config, verdict: Verdict, asked: Asked, told: Told, version: str, files: Mapping[str, Packed]
) -> Manifest:
    """The manifest of a pack with these files."""
    return Manifest(
        version=version,
        asked=replace(asked, now=verdict.at),
        name=verdict.policy,
        digest=verdict.policy_digest,
        zone=str(config.policy.zone),
        outcome=verdict.outcome.name.lower(),
        not_recomputable=tuple(_taken_as_told(told)),
        files=files,
    )


def _waivers(verdict: Verdict) -> dict[str, Any]:
    data = encode(verdict)
    return {"waivers": data["waivers"], "quarantine": data["quarantine"]}


def _taken_as_told(told: Told) -> list[tuple[str, str]]:
    """What the pack has only the word of this machine for. It stands in one file, whose hash is checked."""
    found = []
    if told.changes is not None:
        found.append(("changes", f"git told which lines the branch changed; {SURROUNDINGS} has its answer"))
    if told.size is not None:
        found.append(
            ("size", f"the lines of code were counted, and the code is not packed; {SURROUNDINGS} has the sum")
        )
    if told.tree is not None:
        why = f"which files there were, and in git when they changed, is told by {SURROUNDINGS}; their texts are packed"
        found.append(("tree", why))
    if told.exists:
        found.append(("paths", f"which paths of reports are files of the checkout is told by {SURROUNDINGS}"))
    return found


def _bytes(told: str) -> bytes:
    return told.encode("utf-8", "backslashreplace")
