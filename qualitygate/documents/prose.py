"""The text of a document without its code: how many words it has, and what in it says that it is not finished."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from qualitygate.documents import markdown
from qualitygate.values import dataclass

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003134f"
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+(?:['’-][^\W_{_CJK}]+)*")
_PLACEHOLDER = re.compile(r"(?<![A-Za-z0-9_])(?:TODO|TBD|FIXME)(?![A-Za-z0-9_])|待补充|待完善|待定")
_BLOCKS = "p,h1,h2,h3,h4,h5,h6,td,th,li"
_RESTRUCTURED_CODE = re.compile(
    r"^([ \t]*)(?:\.\. code[^\n]*|[^\n]*::[ \t]*)\n(?:[ \t]*\n|\1[ \t]+[^\n]*\n?)+", re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """The words of a text (a CJK character is one), and its placeholders with their lines."""

    words: int
    placeholders: tuple[tuple[int, str], ...] = ()


def count(text: str) -> int:
    """How many words a text has: each CJK character, and each other run of letters and digits."""
    return sum(1 for _ in _WORD.finditer(text))


def of_markdown(text: str) -> Prose:
    """The prose of a page in Markdown, without code, front matter and comments."""
    if markdown.refused(text):
        return Prose(words=0)
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - only documents pay for it

    document = LexborHTMLParser(markdown.render(text))
    for node in document.css("pre,code,script,style"):
        node.decompose()
    words = count(document.body.text(separator=" ") if document.body else "")
    return Prose(words=words, placeholders=tuple(dict.fromkeys(_placeholders(document))))


def of_plain(text: str) -> Prose:
    """The prose of any other text; what is indented below a line of reStructuredText that ends in ``::`` is code."""
    shown = _RESTRUCTURED_CODE.sub(lambda match: "\n" * match[0].count("\n"), text)
    found = tuple(
        (number, match[0])
        for number, line in enumerate(shown.splitlines(), 1)
        for match in _PLACEHOLDER.finditer(re.sub(r"``[^`]*``", "", line))
    )
    return Prose(words=count(shown), placeholders=found)


def _placeholders(document: Any) -> Iterator[tuple[int, str]]:
    for block in document.css(_BLOCKS):
        text = block.text()
        if not _PLACEHOLDER.search(text):
            continue
        if block.tag == "li" and block.css_first("p"):
            continue
        line = int((block.attributes.get("data-sourcepos") or "1").partition(":")[0])
        for match in _PLACEHOLDER.finditer(text):
            yield line + text.count("\n", 0, match.start()), match[0]
