from __future__ import annotations

import json
from dataclasses import replace

import pytest

from qualitygate.extension import Style
from qualitygate.model.verdict import GateResult, Outcome
from qualitygate.reporters.badge import REPORTER
from tests.reporters import samples


@pytest.mark.parametrize(
    ("outcome", "message", "color"),
    [
        (Outcome.PASSED, "passed", "brightgreen"),
        (Outcome.WARNED, "passed with warnings", "yellow"),
        (Outcome.WAIVED, "passed with waivers", "yellow"),
        (Outcome.NO_DATA, "no data", "orange"),
        (Outcome.FAILED, "failed", "red"),
    ],
)
def test_the_badge_says_how_the_verdict_ended(outcome, message, color):
    one = GateResult(name="release", conditions=(samples.result(samples.FAILED, outcome),))
    badge = json.loads(REPORTER.render(replace(samples.all_passed(), gates=(one,)), Style()))
    assert badge == {"schemaVersion": 1, "label": "quality gate", "message": message, "color": color}


def test_a_verdict_on_nothing_has_no_green_badge():
    assert json.loads(REPORTER.render(samples.on_nothing(), Style()))["message"] == "no data"


def test_no_text_from_outside_is_on_the_badge():
    badge = json.loads(REPORTER.render(samples.hostile(), Style()))
    assert badge == {"schemaVersion": 1, "label": "quality gate", "message": "failed", "color": "red"}
