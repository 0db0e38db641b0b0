"""The report of a period in every form it is told in: Markdown, HTML, JSON and CSV. It renders; it does not judge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from qualitygate.errors import ConfigError, Problem
from qualitygate.language import speaking
from qualitygate.nearest import near
from qualitygate.periodreport.report import PeriodReport

FORMATS: Mapping[str, str] = {
    "markdown": "qualitygate.periodreport.markdown",
    "html": "qualitygate.periodreport.html",
    "json": "qualitygate.periodreport.json",
    "csv": "qualitygate.periodreport.csv",
}


def render(name: str, report: PeriodReport, lang: str) -> str:
    """The report in one of :data:`FORMATS`. The same report gives the same text, byte for byte.

    JSON and CSV are the same in every language. Raises ``ModuleNotFoundError`` where the form needs a package that is
    not installed: HTML needs the extra ``report``.
    """
    told: Callable[[PeriodReport, str], str] = import_module(FORMATS[name]).render
    with speaking(lang):
        return told(report, lang)


def known(name: str) -> None:
    """Refuse a form that there is none of, with :class:`~qualitygate.errors.ConfigError`."""
    if name not in FORMATS:
        close = near(name, list(FORMATS), 1)
        way_out = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(FORMATS)}"
        raise ConfigError([Problem("usage", f"there is no report in {name!r}", help=way_out)])
