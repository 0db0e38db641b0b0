"""Pages of HTML from templates of ours: all escaped, one style let through by its hash, in the language spoken."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from qualitygate.escaping import plain
from qualitygate.language import say

if TYPE_CHECKING:
    from jinja2 import Template


@cache
def template(room: str, name: str) -> Template:
    """The template of that name in a room of ours, such as ``reporters``.

    It finds ``say`` for our words, and the filter ``csp_hash`` for the one style of its content security policy.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - only pages pay for it

    environment = Environment(
        loader=PackageLoader("qualitygate", room),
        autoescape=True,
        finalize=_harmless,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["csp_hash"] = _csp_hash
    environment.globals["say"] = _say
    return environment.get_template(name)


def element(markup: str) -> Any:
    """Markup of our own, whose texts were escaped by who made it."""
    from markupsafe import Markup  # noqa: PLC0415 - comes with jinja2

    return Markup(markup)  # noqa: S704 - by those who call it


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
