"""The verdict as one HTML page: no script, nothing loaded, every result and every finding, fit to print and to keep."""

from __future__ import annotations

from qualitygate import __version__, sections, wording
from qualitygate.amounts import number
from qualitygate.extension import Reporter, Style
from qualitygate.language import marked, speaking
from qualitygate.model.measurement import Metric
from qualitygate.model.verdict import Outcome, Verdict
from qualitygate.pages import template

TEMPLATE = "html.html.j2"
MEANINGS = {
    Outcome.PASSED: marked("The condition holds."),
    Outcome.WARNED: marked(
        "The condition does not hold or has no data; the policy says that this warns and does not block."
    ),
    Outcome.WAIVED: marked(
        "The condition does not hold, and a written, approved waiver that has not expired excuses it."
    ),
    Outcome.NO_DATA: marked("What the condition needs was missing, unreadable or empty. This blocks."),
    Outcome.FAILED: marked("The condition does not hold. This blocks."),
}


def render(verdict: Verdict, style: Style) -> str:
    """Words carry the verdict, colour only repeats it. Of the style language and doubts count: a record is whole."""
    with speaking(style.lang):
        return str(
            template("reporters", TEMPLATE).render(
                verdict=verdict,
                words=wording,
                number=number,
                lang=style.lang,
                doubts=style.doubts,
                registers=sections.registers(verdict),
                changed=sections.changed_code(verdict),
                findings=sections.findings(verdict, whole=True),
                meanings=MEANINGS,
                metrics=_metrics(verdict),
                version=__version__,
            )
        )


REPORTER = Reporter(suffix=".html", render=render)


def _metrics(verdict: Verdict) -> list[Metric]:
    """The metrics of all conditions, by name."""
    found = {result.condition.metric.name: result.condition.metric for _, result in wording.results(verdict)}
    return [found[name] for name in sorted(found)]
