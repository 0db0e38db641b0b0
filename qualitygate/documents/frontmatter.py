"""What a page says of itself before its text: when it was last reviewed, how long that holds, who owns it.

Written as YAML between lines of ``---``, as a comment of HTML that holds the same, or as fields of reStructuredText.
The keys are those of the GOV.UK Tech Docs Template, ``last_reviewed_on`` and ``review_in``.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from qualitygate import yamltext
from qualitygate.errors import ConfigError, Problem
from qualitygate.values import dataclass

LONGEST = 20_000
"""Characters of what stands before the text."""
_YAML = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"\A\ufeff?(\s*<!--)(.*?)-->[ \t]*\r?\n?", re.DOTALL)
_FIELD = re.compile(r"^:([\w.-]{1,60}):[ \t]*(\S[^\n]*)$", re.MULTILINE)
_ALIASES = {"last_reviewed_on": ("last_reviewed_on", "reviewed", "ms.date"), "review_in": ("review_in",)}
_SPAN = re.compile(
    r"P?\s*(\d{1,4})\s*(d|day|days|w|week|weeks|m|month|months|y|year|years|天|周|个月|年)", re.IGNORECASE
)
_CHINESE = {"天": "d", "周": "w", "个": "m", "年": "y"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """What stands before the text: values by key, the line of each, and how many characters it takes.

    ``problem`` is what is wrong with it, where it cannot be read.
    """

    values: dict[str, Any]
    lines: dict[str, int]
    length: int = 0
    problem: str = ""

    def found(self, key: str) -> tuple[Any, int]:
        """The value of a key or an alias of it, ``None`` where there is none, and its line."""
        for name in _ALIASES.get(key, (key,)):
            if self.values.get(name) is not None:
                return self.values[name], self.lines.get(name, 1)
        return None, 1


def of(text: str, *, restructured: bool = False) -> FrontMatter:
    """What stands before a text."""
    head = text[:LONGEST]
    if restructured:
        return _fields(head)
    match = _YAML.match(head)
    if match:
        return _yaml(match[1], 1, match.end())
    comment = _COMMENT.match(head)
    if comment and any(f"{name}:" in comment[2] for names in _ALIASES.values() for name in names):
        return _yaml(comment[2], comment[1].count("\n"), comment.end())
    return FrontMatter(values={}, lines={})


def document(text: str, file: str) -> yamltext.Document:
    """What stands in YAML before the text of a record, with places as in its file.

    Raises :class:`~qualitygate.errors.ConfigError`, also where nothing stands there.
    """
    match = _YAML.match(text)
    if match is None:
        message = "has no front matter: values in YAML between two lines of ---, the first of which begins the file"
        raise ConfigError([Problem("malformed", message, file=file, line=1, column=1)])
    return yamltext.parse("\n" + match[1], file)


def _yaml(text: str, above: int, length: int) -> FrontMatter:
    try:
        document = yamltext.parse(text, "front matter")
    except ConfigError as error:
        first = error.problems[0]
        return FrontMatter(
            values={}, lines={}, length=length, problem=f"line {first.line + above}: the front matter {first.message}"
        )
    if not isinstance(document.data, dict):
        return FrontMatter(values={}, lines={}, length=length)
    lines = {key: document.line((key,)) + above for key in document.data}
    return FrontMatter(values=document.data, lines=lines, length=length)


def _fields(head: str) -> FrontMatter:
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for match in _FIELD.finditer(head):
        values.setdefault(match[1], match[2].strip())
        lines.setdefault(match[1], head.count("\n", 0, match.start()) + 1)
    return FrontMatter(values=values, lines=lines)


def day(value: Any) -> date:
    """The day that a value names. Raises ``ValueError``."""
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError as error:
        raise ValueError(f"is {str(value)[:40]!r}, no day such as 2026-11-20") from error


def after(begin: date, span: Any) -> date:
    """The day some time after another: ``6 months``, ``2w``, ``90 days``, ``P1Y``, ``6 个月``.

    Raises ``ValueError``.
    """
    match = _SPAN.fullmatch(str(span).strip())
    if not match:
        raise ValueError(f"is {str(span)[:40]!r}, no time such as 6 months")
    count, unit = int(match[1]), _CHINESE.get(match[2][0], match[2][0].lower())
    if unit in "dw":
        return begin + timedelta(days=count * (7 if unit == "w" else 1))
    months = begin.year * 12 + begin.month - 1 + count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    if year > 9998:
        raise ValueError(f"is {str(span)[:40]!r}, which is too long")
    last = (date(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(begin.day, last))
