"""The statements of a pack are of the forms that in-toto and SLSA publish."""

from __future__ import annotations

import re

import jsonschema
import pytest

from qualitygate.model.verdict import Outcome
from qualitygate.pack.attestation import SUMMARY, TEST_RESULT, predicates, statement
from tests.reporters import samples

TEXT = {"type": "string", "minLength": 1}
URI = {"type": "string", "pattern": r"^[a-z][a-z0-9+.-]*:[!-~]+$"}
DIGEST = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"enum": ["sha256", "gitCommit"]},
    "additionalProperties": {"type": "string", "pattern": "^[0-9a-f]+$"},
}
DESCRIPTOR = {
    "type": "object",
    "properties": {"name": TEXT, "uri": URI, "digest": DIGEST},
    "additionalProperties": False,
    "anyOf": [{"required": ["name"]}, {"required": ["uri"]}, {"required": ["digest"]}],
}
"""https://github.com/in-toto/attestation/blob/main/spec/v1/resource_descriptor.md"""
STATEMENT = {
    "type": "object",
    "required": ["_type", "subject", "predicateType", "predicate"],
    "additionalProperties": False,
    "properties": {
        "_type": {"const": "https://in-toto.io/Statement/v1"},
        "subject": {"type": "array", "minItems": 1, "items": {**DESCRIPTOR, "required": ["digest"]}},
        "predicateType": URI,
        "predicate": {"type": "object"},
    },
}
"""https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md"""
TESTS = {"type": "array", "items": TEXT}
FORMS = {
    TEST_RESULT: {
        "type": "object",
        "required": ["result", "configuration"],
        "additionalProperties": False,
        "properties": {
            "result": {"enum": ["PASSED", "WARNED", "FAILED"]},
            "configuration": {"type": "array", "items": DESCRIPTOR},
            **dict.fromkeys(("passedTests", "warnedTests", "failedTests"), TESTS),
        },
    },
    # https://slsa.dev/spec/v1.1/verification_summary
    SUMMARY: {
        "type": "object",
        "required": ["verifier", "timeVerified", "resourceUri", "policy", "verificationResult", "verifiedLevels"],
        "additionalProperties": False,
        "properties": {
            "verifier": {
                "type": "object",
                "required": ["id"],
                "properties": {"id": URI, "version": {"type": "object", "additionalProperties": TEXT}},
            },
            "timeVerified": {"type": "string", "format": "date-time"},
            "resourceUri": URI,
            "policy": {**DESCRIPTOR, "required": ["uri"]},
            "inputAttestations": {"type": "array", "items": {**DESCRIPTOR, "required": ["uri", "digest"]}},
            "verificationResult": {"enum": ["PASSED", "FAILED"]},
            "verifiedLevels": {"type": "array", "items": {"type": "string", "pattern": "^(FAILED|QUALITYGATE/.+)$"}},
        },
    },
}


@pytest.mark.parametrize("kind", FORMS)
def test_a_statement_has_the_published_form(kind: str) -> None:
    verdict = samples.every_outcome()
    made = predicates(verdict, "quality/the policy.yml", "0.1", {"inputs/evidence/a b 报告.xml": "0f" * 32})
    told = statement(kind, made[kind], {"name": "acme/shop", "commit": "1f"}, "0f" * 32)
    jsonschema.validate(told, STATEMENT)
    jsonschema.validate(made[kind], FORMS[kind])
    assert kind == told["predicateType"]


def test_levels_and_tests_of_a_verdict_that_blocks_say_so() -> None:
    verdict = samples.every_outcome()
    assert Outcome.FAILED is verdict.outcome
    made = predicates(verdict, "p.yml", "0.1", {})
    assert ("FAILED", ["FAILED"]) == (made[SUMMARY]["verificationResult"], made[SUMMARY]["verifiedLevels"])
    assert "FAILED" == made[TEST_RESULT]["result"]
    assert made[TEST_RESULT]["failedTests"]
    assert re.match("urn:qualitygate:policy:p.yml", made[SUMMARY]["policy"]["uri"])
