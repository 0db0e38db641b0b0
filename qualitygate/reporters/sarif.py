"""The verdict as SARIF 2.1.0, for code scanning: a rule a metric, a result a condition that did not pass.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from qualitygate import __version__, wording
from qualitygate.escaping import line, tree_path
from qualitygate.extension import Reporter, Style
from qualitygate.model.measurement import Finding, Metric
from qualitygate.model.verdict import ConditionResult, Outcome, Verdict

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Outcome.FAILED: "error", Outcome.NO_DATA: "error", Outcome.WARNED: "warning", Outcome.WAIVED: "note"}
NOWHERE = "qualitygate.yml"
"""Where a result without a place in the tree is put: GitHub refuses a whole file for one result without a location."""
VOID = "verdict"


def render(verdict: Verdict, style: Style) -> str:  # noqa: ARG001 - the door's signature
    """Every result that did not pass and all its places."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(verdict)]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


REPORTER = Reporter(suffix=".sarif", render=render)


def _run(verdict: Verdict) -> dict[str, Any]:
    rows = wording.results(verdict)
    metrics = {result.condition.metric.name: result.condition.metric for _, result in rows}
    rules = [_rule(metrics[name]) for name in sorted(metrics)]
    voids = [_void(void) for void in wording.voids(verdict)]
    return {
        "tool": {
            "driver": {
                "name": "qualitygate",
                "semanticVersion": __version__,
                "rules": [*rules, _VOID_RULE] if voids else rules,
            }
        },
        "automationDetails": {"id": f"qualitygate/{line(verdict.policy)}/"},
        "invocations": [{"executionSuccessful": True, "endTimeUtc": _utc(verdict)}],
        "results": [*voids, *(_result(gate, result) for gate, result in rows if result.outcome in LEVELS)],
        "columnKind": "unicodeCodePoints",
        "properties": {
            "outcome": verdict.outcome.name.lower(),
            "policyDigest": verdict.policy_digest,
            "summary": wording.summary(verdict),
        },
    }


def _rule(metric: Metric) -> dict[str, Any]:
    return {
        "id": metric.name,
        "shortDescription": {"text": f"{metric.name}: {metric.noun}"},
        "fullDescription": {"text": metric.formula},
        "help": {"text": f"{metric.formula}\nSource: {metric.source}\nSee: qualitygate explain {metric.name}"},
    }


_VOID_RULE = {
    "id": VOID,
    "shortDescription": {"text": "A verdict needs something to judge"},
    "help": {"text": "A policy without gates, a gate without conditions or a run without evidence is never a pass."},
}


def _void(void: str) -> dict[str, Any]:
    told = {"ruleId": VOID, "level": "error", "message": {"text": line(void)}, "locations": [_location(NOWHERE)]}
    return {**told, "partialFingerprints": _fingerprints(VOID, void)}


def _result(gate: str, result: ConditionResult) -> dict[str, Any]:
    places = dict.fromkeys(_places(result.measurement.findings))
    told = {
        "ruleId": result.condition.metric.name,
        "level": LEVELS[result.outcome],
        "message": {"text": "\n".join(_message(gate, result))},
        "locations": [_location(*place) for place in places] or [_location(NOWHERE)],
        "partialFingerprints": _fingerprints(gate, result.condition.id, wording.labels(result.measurement.labels)),
    }
    if result.waiver:
        justification = line(wording.waived(result.waiver))
        told["suppressions"] = [{"kind": "external", "status": "accepted", "justification": justification}]
    return told


def _message(gate: str, result: ConditionResult) -> Iterator[str]:
    yield line(f"{wording.word(result.outcome)} {gate}/{wording.check(result)}: {wording.told(result)}")
    yield from map(line, wording.reasons(result))
    for finding in result.measurement.findings:
        yield line(wording.placed(finding))


def _places(findings: tuple[Finding, ...]) -> Iterator[tuple[str, int | None, int | None]]:
    for finding in findings:
        path = tree_path(finding.path or "")
        if path:
            yield path, finding.line, finding.end_line


def _location(path: str, first: int | None = None, last: int | None = None) -> dict[str, Any]:
    where: dict[str, Any] = {"artifactLocation": {"uri": quote(path), "uriBaseId": "%SRCROOT%"}}
    if first:
        where["region"] = {"startLine": first, "endLine": last} if last else {"startLine": first}
    return {"physicalLocation": where}


def _fingerprints(*identity: str) -> dict[str, str]:
    """What makes a result the same in the next run: its gate, condition and labels, whatever its numbers.

    ``primaryLocationLineHash`` is the only one that GitHub looks at.
    """
    told = sha256("\0".join(identity).encode("utf-8", "backslashreplace")).hexdigest()
    return {"condition/v1": told, "primaryLocationLineHash": f"{told[:16]}:1"}


def _utc(verdict: Verdict) -> str:
    return verdict.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
