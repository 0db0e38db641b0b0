"""What a pack holds besides its inputs: all of it follows from the verdict, so it can be made again and compared."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from qualitygate import registry
from qualitygate.codec import dumps, encode
from qualitygate.config import Config
from qualitygate.extension import Style
from qualitygate.language import LANGUAGES
from qualitygate.model.custody import Custody
from qualitygate.pack import authority, periodic
from qualitygate.pack.attestation import SUMMARY, TEST_RESULT, predicates, statement
from qualitygate.pack.custody import loads
from qualitygate.pack.manifest import Manifest, Packed, PackRequest, text
from qualitygate.pack.names import CUSTODY, SURROUNDINGS, VERDICT
from qualitygate.pack.told import Told
from qualitygate.pipeline import Run, check
from qualitygate.surroundings import Surroundings
from qualitygate.values import dataclass
from qualitygate.waivers.lint import Linted
from qualitygate.waivers.looking import looked_after
from qualitygate.waivers.telling import data as lint

_NAMED = 5
"""Files of people that are named; more are counted."""
_FORMATS = {"html": ".html", "markdown": ".md"}
_FILES = {TEST_RESULT: "test-result", SUMMARY: "verification-summary"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A policy judged, with all that its pack is made of besides the files that were read."""

    config: Config
    run: Run
    asked: PackRequest
    waivers: Sequence[Linted]
    custody: Custody | None
    version: str


def judged(
    config: Config,
    asked: PackRequest,
    version: str,
    among: Surroundings,
    *,
    base: Sequence[str] = (),
    forge: bytes | None = None,
) -> Judged:
    """Judge a policy among its surroundings, look after its waivers, and read what a forge was asked.

    Raises :class:`~qualitygate.errors.QualityGateError`.
    """
    run = check(
        config, now=asked.now, subject=asked.subject, gates=asked.gates, baseline=asked.baseline, base=base, among=among
    )
    home = os.path.abspath(config.base_dir)
    near = {path: replace(each, file=periodic.near(each.file, home)) for path, each in config.places.items()}
    looked = looked_after(config, run.evidence, [run.verdict], asked.now, among.approvals)
    return Judged(
        config=config,
        run=run,
        asked=asked,
        waivers=[replace(each, place=near["waivers", each.waiver.id]) for each in looked],
        custody=None if forge is None else loads(forge, CUSTODY),
        version=version,
    )


def results(judged: Judged, told: Told, inputs: Mapping[str, Packed]) -> dict[str, bytes]:
    """The verdict, its reports in every language, who approved what, and the statements about it, by their names.

    Where it is of a period, the report of that too.
    """
    verdict = judged.run.verdict
    made = {
        VERDICT: _bytes(dumps(verdict)),
        "waivers.json": text(_waivers(judged)),
        "approvals.json": text(authority.approvals(judged.run.evidence, judged.waivers, judged.custody)),
        "bypasses.json": text(authority.bypasses(judged.custody)),
    }
    for lang in LANGUAGES:
        style = Style(verbose=True, lang=lang)
        for name, suffix in _FORMATS.items():
            made[f"reports/report.{lang}{suffix}"] = _bytes(registry.render(name, verdict, style))
    if judged.asked.period is not None:
        of = periodic.reports(judged.config, judged.run, judged.asked, told, inputs, judged.version)
        made |= {name: _bytes(content) for name, content in of}
    digest = hashlib.sha256(made[VERDICT]).hexdigest()
    hashes = {path: file.sha256 for path, file in inputs.items()}
    for kind, predicate in predicates(verdict, judged.asked.policy, judged.version, hashes).items():
        made[f"attestations/{_FILES[kind]}.json"] = text(statement(kind, predicate, verdict.subject, digest))
        made[f"attestations/{_FILES[kind]}.predicate.json"] = text(predicate)
    return made


def manifest(judged: Judged, told: Told, files: Mapping[str, Packed]) -> Manifest:
    """The manifest of a pack with these files."""
    verdict = judged.run.verdict
    return Manifest(
        version=judged.version,
        asked=replace(judged.asked, now=verdict.at),
        name=verdict.policy,
        digest=verdict.policy_digest,
        zone=str(judged.config.policy.zone),
        outcome=verdict.outcome.name.lower(),
        not_recomputable=tuple(_taken_as_told(told, judged.custody)),
        files=files,
    )


def _waivers(judged: Judged) -> dict[str, Any]:
    data = encode(judged.run.verdict)
    return {"waivers": data["waivers"], "quarantine": data["quarantine"], "lint": lint(judged.waivers)}


def _taken_as_told(told: Told, custody: Custody | None) -> list[tuple[str, str]]:
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
    hidden = sorted(each.name for files in told.evidence.values() for each in files if each.hidden)
    if hidden:
        names = ", ".join(hidden[:_NAMED]) + (f" and {len(hidden) - _NAMED} more" if len(hidden) > _NAMED else "")
        found.append(("people", f"the addresses of people were replaced by codes in {names}"))
    if told.exists:
        found.append(("paths", f"which paths of reports are files of the checkout is told by {SURROUNDINGS}"))
    if told.approvals is not None:
        found.append(("approvals", f"git told who wrote and who approved each waiver; {SURROUNDINGS} has its answer"))
    if custody is not None:
        found.append(("custody", f"GitHub told of reviews and of pushes around its rules; {CUSTODY} has its answer"))
    return found


def _bytes(told: str) -> bytes:
    return told.encode("utf-8", "backslashreplace")
