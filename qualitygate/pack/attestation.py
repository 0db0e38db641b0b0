"""A verdict as statements that other tools understand: in-toto's test result, and SLSA's verification summary.

https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md and
https://slsa.dev/spec/v1.0/verification_summary. They are not signed here: whoever runs the gate signs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from qualitygate.model.verdict import ConditionResult, Outcome, Verdict

STATEMENT = "https://in-toto.io/Statement/v1"
TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"
SUMMARY = "https://slsa.dev/verification_summary/v1"
VERIFIER = "https://pypi.org/project/qualitygate-ci/"
_RESULTS = {
    Outcome.PASSED: "PASSED",
    Outcome.WARNED: "WARNED",
    Outcome.WAIVED: "WARNED",
    Outcome.NO_DATA: "FAILED",
    Outcome.FAILED: "FAILED",
}
"""What is not known is not passed, and in these forms there is no word for it but failed."""


def predicates(verdict: Verdict, policy: str, version: str, inputs: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The statements' predicates by their types. ``policy`` is the file's name, ``inputs`` have hashes by path."""
    return {TEST_RESULT: _test_result(verdict, policy), SUMMARY: _summary(verdict, policy, version, inputs)}


def statement(kind: str, predicate: Mapping[str, Any], subject: Mapping[str, str], verdict: str) -> dict[str, Any]:
    """A predicate about the commit that was judged, where it is known, and about the verdict with this hash."""
    about: list[dict[str, Any]] = [{"name": "verdict.json", "digest": {"sha256": verdict}}]
    if "commit" in subject:
        about.insert(0, {"name": _name(subject), "digest": {"gitCommit": subject["commit"]}})
    return {"_type": STATEMENT, "subject": about, "predicateType": kind, "predicate": predicate}


def _test_result(verdict: Verdict, policy: str) -> dict[str, Any]:
    return {
        "result": _RESULTS[verdict.outcome],
        "configuration": [{"name": policy, "digest": {"sha256": verdict.policy_digest}}],
        "passedTests": _named(verdict, "PASSED"),
        "warnedTests": _named(verdict, "WARNED"),
        "failedTests": _named(verdict, "FAILED"),
    }


def _named(verdict: Verdict, result: str) -> Sequence[str]:
    return [
        f"{gate.name}/{_rule(each)}"
        for gate in verdict.gates
        for each in gate.conditions
        if _RESULTS[each.outcome] == result
    ]


def _rule(result: ConditionResult) -> str:
    labels = ", ".join(f"{label}={value}" for label, value in sorted(result.measurement.labels.items()))
    return f"{result.condition.id} ({labels})" if labels else result.condition.id


def _summary(verdict: Verdict, policy: str, version: str, inputs: Mapping[str, str]) -> dict[str, Any]:
    passed = not verdict.outcome.blocks
    levels = [f"QUALITYGATE/{gate.name}" for gate in verdict.gates if not gate.outcome.blocks]
    return {
        "verifier": {"id": VERIFIER, "version": {"qualitygate": version}},
        "timeVerified": verdict.at.isoformat(),
        "resourceUri": _uri("subject", _name(verdict.subject)),
        "policy": {"uri": _uri("policy", policy), "digest": {"sha256": verdict.policy_digest}},
        "inputAttestations": [
            {"uri": _uri("pack", path), "digest": {"sha256": digest}} for path, digest in sorted(inputs.items())
        ],
        "verificationResult": "PASSED" if passed else "FAILED",
        "verifiedLevels": levels if passed else ["FAILED"],
    }


def _uri(kind: str, name: str) -> str:
    """A name as a URI (RFC 8141): what these forms take for a resource, and no place to fetch it from."""
    return f"urn:qualitygate:{kind}:{quote(name, safe='/@:', errors='surrogatepass')}"


def _name(subject: Mapping[str, str]) -> str:
    """The repository and the branch or tag: ``acme/shop@v2.4.0``."""
    return "@".join(filter(None, [subject.get("name", "unnamed"), subject.get("ref", "")]))
