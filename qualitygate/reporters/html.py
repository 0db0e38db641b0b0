"""The verdict as one HTML page: no script, nothing loaded, every result and every finding, fit to print and to keep."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from qualitygate import __version__, sections, wording
from qualitygate.escaping import plain
from qualitygate.extension import Reporter, Style
from qualitygate.language import marked, say, speaking
from qualitygate.model.measurement import Metric
from qualitygate.model.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from jinja2 import Template

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
    """Words carry the verdict, colour only repeats it. Of the style only the language counts: a record is whole."""
    with speaking(style.lang):
        return str(
            _template().render(
                verdict=verdict,
                words=wording,
                lang=style.lang,
                registers=sections.registers(verdict),
                changed=sections.changed_code(verdict),
                findings=sections.findings(verdict, whole=True),
                meanings=MEANINGS,
                metrics=_metrics(verdict),
                version=__version__,
            )
        )


REPORTER = Reporter(suffix=".html", render=render)


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - only this format pays for it

    environment = Environment(
        loader=PackageLoader("qualitygate", "reporters"),
        autoescape=True,
        finalize=_harmless,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["csp_hash"] = _csp_hash
    environment.globals["say"] = _say
    return environment.get_template(TEMPLATE)


def _metrics(verdict: Verdict) -> list[Metric]:
    """The metrics of all conditions, by name."""
    found = {result.condition.metric.name: result.condition.metric for _, result in wording.results(verdict)}
    return [found[name] for name in sorted(found)]


def _say(text: str, **values: Any) -> str:
    """Our words, with values that are escaped unless they are elements of our own."""
    from markupsafe import Markup, escape  # noqa: PLC0415

    words = Markup(escape(say(text)))  # noqa: S704 - escaped
    return words.format(**{name: _harmless(value) for name, value in values.items()})


def _harmless(value: Any) -> Any:
    """Invisible and direction-changing characters are written out; autoescape does the rest."""
    return plain(value) if type(value) is str else value


def _csp_hash(text: str) -> str:
    """The one inline style the page's own content security policy lets through: https://www.w3.org/TR/CSP3/."""
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()
