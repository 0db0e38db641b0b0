"""The verdict as JSON, for machines; never translated."""

from __future__ import annotations

from qualitygate.codec import dumps
from qualitygate.extension import Reporter, Style
from qualitygate.model.verdict import Verdict


def render(verdict: Verdict, style: Style) -> str:  # noqa: ARG001 - the door's signature
    """The one form of :mod:`qualitygate.codec`; the style changes nothing."""
    return dumps(verdict)


REPORTER = Reporter(suffix=".json", render=render)
