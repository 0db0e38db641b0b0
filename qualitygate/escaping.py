"""Making hostile text harmless: test names, messages and paths can carry anything."""

from __future__ import annotations

import re

_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_LINES = re.compile(r"\s*[\r\n\t]+\s*")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+!|~&@:=-])")


def plain(text: str) -> str:
    """Text with every control, invisible and direction-changing character written out, safe in a terminal.

    Line ends and tabs stay; ``line`` folds them.
    """
    return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def line(text: str, most: int = 0) -> str:
    """One harmless line, cut to ``most`` characters where that is not 0."""
    folded = plain(_LINES.sub(" ", text)).strip()
    return folded if not most or len(folded) <= most else folded[: most - 1] + "…"


def markdown(text: str, most: int = 0) -> str:
    """One line of GitHub-flavoured Markdown that shows as the text: no markup, HTML, mention, link or table cell."""
    return _MARKDOWN.sub(
        lambda match: f"&#{ord(match[0])};" if match[0] in "<>&@|" else "\\" + match[0], line(text, most)
    )


def workflow_data(text: str) -> str:
    """The message of a GitHub workflow command.

    https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
    """
    return plain(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def workflow_property(text: str) -> str:
    """A property value of a GitHub workflow command."""
    return workflow_data(text).replace(":", "%3A").replace(",", "%2C")
