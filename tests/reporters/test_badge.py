from __future__ import annotations

import json
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from qualitygate.extension import Style
from qualitygate.model.verdict import GateResult, Outcome
from qualitygate.reporters.badge import INKS, LABEL, MESSAGES, REPORTER, SVG
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


def drawn(verdict):
    return ET.fromstring(SVG.render(verdict, Style()))


@pytest.mark.parametrize("outcome", Outcome)
def test_the_picture_says_what_the_json_says(outcome):
    one = GateResult(name="release", conditions=(samples.result(samples.FAILED, outcome),))
    verdict = replace(samples.all_passed(), gates=(one,))
    picture, badge = drawn(verdict), json.loads(REPORTER.render(verdict, Style()))
    assert [badge["label"], badge["message"]] == [text.text for text in picture.iterfind(".//{*}text")]
    assert f"{badge['label']}: {badge['message']}" == picture.get("aria-label") == picture.findtext("{*}title")
    assert "img" == picture.get("role")
    assert INKS[badge["color"]] in [box.get("fill") for box in picture.iterfind(".//{*}rect")]


def test_a_picture_of_nothing_is_not_green():
    assert "quality gate: no data" == drawn(samples.on_nothing()).get("aria-label")


def test_no_text_from_outside_is_in_the_picture_and_nothing_is_loaded():
    told = SVG.render(samples.hostile(), Style())
    assert "quality gate: failed" == drawn(samples.hostile()).get("aria-label")
    assert told == SVG.render(replace(samples.hostile(), policy="another", subject={}), Style())
    assert ["http://www.w3.org/2000/svg"] == re.findall(r"https?://[^\"]+", told)
    assert not re.search(r"<(script|image|style|a|use|foreignObject)\b|href|@", told)


@pytest.mark.parametrize("message", MESSAGES.values())
def test_the_words_fit_in_and_do_not_touch(message):
    outcome = next(outcome for outcome, word in MESSAGES.items() if word == message)
    one = GateResult(name="release", conditions=(samples.result(samples.FAILED, outcome),))
    picture = drawn(replace(samples.all_passed(), gates=(one,)))
    label, said = ((int(text.get("x")), int(text.get("textLength"))) for text in picture.iterfind(".//{*}text"))
    _, left, right = picture.iterfind(".//{*}rect")
    assert sum(label) < int(left.get("width")) == int(right.get("x")) < said[0]
    assert sum(said) < int(picture.get("width")) == int(left.get("width")) + int(right.get("width"))
    assert 5.5 < label[1] / len(LABEL) < 7.5


def brightness(color: str) -> float:
    """Relative luminance: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ink", [*INKS.values(), "#444444"])
def test_white_letters_can_be_read(ink):
    assert 1.05 / (brightness(ink) + 0.05) >= 4.5
