"""The published JSON Schemas, by what they describe."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any

from qualitygate.config.inheritance import policies

FILES = {
    "policy": "schema.json",
    "waivers": "waivers.schema.json",
    "quarantine": "quarantine.schema.json",
    "verdict": "verdict.schema.json",
    "policy-diff": "policy-diff.schema.json",
    "support-report": "support-report.schema.json",
    "period-report": "period-report.schema.json",
    "documents": "documents.schema.json",
    "documents-links": "documents-links.schema.json",
    "waiver-lint": "waiver-lint.schema.json",
    "policy-tests": "policy-tests.schema.json",
    "policy-test": "policy-test.schema.json",
    "policy-simulation": "policy-simulation.schema.json",
    "doctor": "doctor.schema.json",
    "custody": "custody.schema.json",
    "approvals": "approvals.schema.json",
    "bypasses": "bypasses.schema.json",
    "evidence-manifest": "evidence-manifest.schema.json",
    "trainings": "trainings.schema.json",
    "surveys": "surveys.schema.json",
    "retrospectives": "retrospectives.schema.json",
    "milestones": "milestones.schema.json",
    "responsibilities": "responsibilities.schema.json",
    "people": "people.schema.json",
    "reviews": "reviews.schema.json",
    "channels": "channels.schema.json",
}


def text(kind: str) -> str:
    """The schema as it is published."""
    with open(os.path.join(policies(), FILES[kind]), encoding="utf-8") as file:
        return file.read()


@cache
def schema(kind: str) -> dict[str, Any]:
    """The schema, parsed."""
    parsed: dict[str, Any] = json.loads(text(kind))
    return parsed
