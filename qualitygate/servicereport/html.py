"""The support report as one HTML page: no script, nothing loaded, plots with their numbers, fit to print."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from qualitygate.escaping import plain
from qualitygate.servicereport import plots, words
from qualitygate.support.report import ServiceReport

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATE = "html.html.j2"


def render(report: ServiceReport) -> str:
    """The page. Words carry what is said, colour only repeats it; every late target has its row."""
    return str(_template().render(report=report, words=words, plots=plots, svg=_svg))


def _svg(plot: plots.Plot) -> Any:
    from markupsafe import Markup  # noqa: PLC0415 - comes with jinja2

    return Markup(plots.svg(plot))  # noqa: S704 - its texts are escaped by who draws it


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - only this form pays for it

    environment = Environment(
        loader=PackageLoader("qualitygate", "servicereport"),
        autoescape=True,
        finalize=_harmless,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["csp_hash"] = _csp_hash
    return environment.get_template(TEMPLATE)


def _harmless(value: Any) -> Any:
    """Invisible and direction-changing characters are written out; autoescape does the rest."""
    return plain(value) if type(value) is str else value


def _csp_hash(text: str) -> str:
    """The one inline style the page's own content security policy lets through: https://www.w3.org/TR/CSP3/."""
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()
