"""The report of a period as one HTML page: no script, nothing loaded, plots with their numbers, fit to print."""

from __future__ import annotations

from qualitygate import wording
from qualitygate.commitments import Check, tally
from qualitygate.pages import element, template
from qualitygate.periodreport import plots, words
from qualitygate.periodreport.counting import counted
from qualitygate.periodreport.report import PeriodReport
from qualitygate.plotting import Plot, svg

TEMPLATE = "html.html.j2"


def render(report: PeriodReport, lang: str) -> str:
    """The page. Words carry what is said, signs and colours only repeat it; every case has its row."""
    return str(
        template("periodreport", TEMPLATE).render(
            report=report,
            lang=lang,
            words=words,
            counted=counted,
            wording=wording,
            tally=tally(report.commitments),
            trends=_trends(report),
            svg=lambda plot: element(svg(plot)),  # its texts are escaped by who draws it
        )
    )


def _trends(report: PeriodReport) -> dict[int, Plot | None]:
    """The plot of each check, by the number that it has in the report."""
    checks: list[Check] = list(report.checks)
    return {number: plots.trend(check, report, f"trend-{number}") for number, check in enumerate(checks)}
