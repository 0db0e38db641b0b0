"""The support report as one HTML page: no script, nothing loaded, plots with their numbers, fit to print."""

from __future__ import annotations

from typing import Any

from qualitygate.pages import element, template
from qualitygate.plotting import Plot, svg
from qualitygate.servicereport import plots, words
from qualitygate.support.report import ServiceReport

TEMPLATE = "html.html.j2"


def render(report: ServiceReport) -> str:
    """The page. Words carry what is said, colour only repeats it; every late target has its row."""
    return str(template("servicereport", TEMPLATE).render(report=report, words=words, plots=plots, svg=_svg))


def _svg(plot: Plot) -> Any:
    return element(svg(plot))  # its texts are escaped by who draws it
