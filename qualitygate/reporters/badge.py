"""The verdict as a badge: the JSON a shields.io endpoint badge reads.

https://shields.io/badges/endpoint-badge
"""

from __future__ import annotations

import json

from qualitygate.extension import Reporter, Style
from qualitygate.model.verdict import Outcome, Verdict

LABEL = "quality gate"
MESSAGES = {
    Outcome.PASSED: "passed",
    Outcome.WARNED: "passed with warnings",
    Outcome.WAIVED: "passed with waivers",
    Outcome.NO_DATA: "no data",
    Outcome.FAILED: "failed",
}
COLORS = {
    Outcome.PASSED: "brightgreen",
    Outcome.WARNED: "yellow",
    Outcome.WAIVED: "yellow",
    # missing data blocks, so it must not look neutral
    Outcome.NO_DATA: "orange",
    Outcome.FAILED: "red",
}


def render(verdict: Verdict, style: Style) -> str:  # noqa: ARG001 - the door's signature
    """Three words and a colour."""
    badge = {"schemaVersion": 1, "label": LABEL, "message": MESSAGES[verdict.outcome], "color": COLORS[verdict.outcome]}
    return json.dumps(badge, indent=2) + "\n"


REPORTER = Reporter(suffix=".json", render=render)
