"""The verdict as a badge: the JSON a shields.io endpoint badge reads, and an SVG that needs no service.

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
INKS = {"brightgreen": "#2b7a1f", "yellow": "#856000", "orange": "#b04300", "red": "#b3261e"}
"""The colours as SVG has them: dark enough for white letters by WCAG 2.2 AA."""
_GREY = "#444"
_HEIGHT, _SIZE, _MARGIN = 20, 11, 6
_NARROW, _WIDE = "fijlrt ", "mw"
_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img" aria-label="{told}">
  <title>{told}</title>
  <clipPath id="corners"><rect width="{width}" height="{height}" rx="3"/></clipPath>
  <g clip-path="url(#corners)">
    <rect width="{left}" height="{height}" fill="{grey}"/>
    <rect x="{left}" width="{right}" height="{height}" fill="{ink}"/>
  </g>
  <g fill="#fff" font-family="Verdana, Geneva, DejaVu Sans, sans-serif" font-size="{size}" aria-hidden="true">
    <text x="{margin}" y="14" textLength="{label_length}">{label}</text>
    <text x="{message_at}" y="14" textLength="{message_length}">{message}</text>
  </g>
</svg>
"""


def render(verdict: Verdict, style: Style) -> str:  # noqa: ARG001 - the door's signature
    """Three words and a colour."""
    badge = {"schemaVersion": 1, "label": LABEL, "message": MESSAGES[verdict.outcome], "color": COLORS[verdict.outcome]}
    return json.dumps(badge, indent=2) + "\n"


def render_svg(verdict: Verdict, style: Style) -> str:  # noqa: ARG001 - the door's signature
    """The same three words, drawn. Nothing is loaded, and no text of the verdict is in it, only ours."""
    message = MESSAGES[verdict.outcome]
    left, right = _length(LABEL) + 2 * _MARGIN, _length(message) + 2 * _MARGIN
    return _SVG.format(
        told=f"{LABEL}: {message}",
        label=LABEL,
        message=message,
        width=left + right,
        height=_HEIGHT,
        left=left,
        right=right,
        label_length=_length(LABEL),
        message_length=_length(message),
        message_at=left + _MARGIN,
        margin=_MARGIN,
        size=_SIZE,
        grey=_GREY,
        ink=INKS[COLORS[verdict.outcome]],
    )


def _length(text: str) -> int:
    """Pixels that a text takes, about; ``textLength`` makes any font keep to it."""
    return sum(4 if letter in _NARROW else 10 if letter in _WIDE else 7 for letter in text)


REPORTER = Reporter(suffix=".json", render=render)
SVG = Reporter(suffix=".svg", render=render_svg)
