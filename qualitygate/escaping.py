"""Making hostile text harmless: test names, messages and paths can carry anything."""

from __future__ import annotations

import re
from posixpath import normpath

# As text, compiled at first use: together they cost a start a tenth of an empty Python, and most runs need none.
_CONTROLS = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
_MARKDOWN = r"(?i:([\\`*_{}\[\]()<>#+!|~&@:=$-]|(?<=www)\.))"
_REFERENCE = r"(?i:\\@|\\#(?=\d)|(?<=gh)\\-(?=\d))"
_COMMAND = r"^(\s*):(?=:)|(?<=##)\["


def plain(text: str) -> str:
    """Text with every control, invisible and direction-changing character written out, safe in a terminal and in XML.

    Line ends and tabs stay; ``line`` folds them.
    """
    if text.isprintable():
        return text
    return re.sub(_CONTROLS, lambda match: _written_out(match[0]), text)


def line(text: str, most: int = 0) -> str:
    """One harmless line, cut to ``most`` characters where that is not 0."""
    folded = plain(re.sub(r"\s+", _fold, text)).strip()
    return folded if not most or len(folded) <= most else folded[: most - 1] + "…"


def markdown(text: str, most: int = 0) -> str:
    """One line of GitHub-flavoured Markdown that shows as the text: no markup, HTML, mention, link or table cell.

    GitHub looks for mentions and references after it has decoded entities and backslashes, so only a zero-width space
    parts them from what they name, as Dependabot does:
    https://github.com/dependabot/dependabot-core/pull/3157
    """
    escaped = re.sub(_MARKDOWN, r"\\\1", line(text, most))
    parted = re.sub(_REFERENCE, r"\g<0>&#8203;", escaped)
    return re.sub(r"\\([<>&@|])", lambda match: f"&#{ord(match[1])};", parted)


def cell(text: str) -> str:
    """A cell of CSV: one line, and nothing that a spreadsheet would compute; a number stays one.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    told = line(text)
    return f"'{told}" if told.startswith(("=", "+", "-", "@")) and not re.fullmatch(r"-\d+(\.\d+)?", told) else told


def log_line(text: str) -> str:
    """A line of a log that the GitHub Actions runner does not take for a workflow command.

    The runner obeys ``::`` after any leading space, and ``##[`` anywhere:
    https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
    """
    return re.sub(_COMMAND, lambda match: f"{match[1] or ''}{_written_out(match[0][-1])}", text)


def tree_path(path: str) -> str | None:
    """A path with forward slashes inside the checked-out tree; ``None`` for an absolute one and one that leaves it."""
    name = normpath(path.replace("\\", "/"))
    outside = name.startswith(("/", "~", "../")) or name in {".", ".."} or re.match(r"[A-Za-z][\w+.-]*:", name)
    return None if outside or not path or plain(line(name)) != name else name


def workflow_data(text: str) -> str:
    """The message of a GitHub workflow command.

    https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
    """
    return plain(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def workflow_property(text: str) -> str:
    """A property value of a GitHub workflow command."""
    return workflow_data(text).replace(":", "%3A").replace(",", "%2C")


def _fold(space: re.Match[str]) -> str:
    """White space that holds a line end or a tab becomes one blank; other white space stays."""
    return " " if any(end in space[0] for end in "\r\n\t") else space[0]


def _written_out(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
