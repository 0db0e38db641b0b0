"""The support report in every form it is told in: text, Markdown, HTML, JSON and CSV. It renders; it does not count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from qualitygate.support.report import ServiceReport

FORMATS: Mapping[str, str] = {
    "text": "qualitygate.servicereport.text",
    "markdown": "qualitygate.servicereport.markdown",
    "html": "qualitygate.servicereport.html",
    "json": "qualitygate.servicereport.json",
    "csv": "qualitygate.servicereport.csv",
}


def render(name: str, report: ServiceReport) -> str:
    """The report in one of :data:`FORMATS`. The same report gives the same text, byte for byte.

    Raises ``ModuleNotFoundError`` where the form needs a package that is not installed: HTML needs the extra
    ``report``.
    """
    told: Callable[[ServiceReport], str] = import_module(FORMATS[name]).render
    return told(report)
