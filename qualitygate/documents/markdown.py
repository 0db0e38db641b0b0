"""Markdown as GitHub reads it, to a page: comrak renders it with places, selectolax walks what comes out.

Only what a browser would show is a link: code and comments are none, HTML among the Markdown is. See ADR 0014.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from urllib.parse import quote, unquote

from qualitygate.documents.page import Heading, Link, Page
from qualitygate.errors import PluginError

SIZE_CAP = 8 * 1024**2
"""Characters of one page."""
DEPTH_CAP = 400
"""How deep elements may be nested; the walk takes a time that grows with the square."""

INSTALL = "pip install 'qualitygate-ci[documents]'"
_QUOTES_CAP = 100
_QUOTES = re.compile(rf"(?:>[ \t]{{0,3}}){{{_QUOTES_CAP}}}")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_LINES = re.compile(r"\r\n|\n|\r")
_REFERENCE = re.compile(r"(?<![\\\]!])!?\[[^\[\]]{1,300}\]\[[^\[\]]{0,300}\]")
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]^][^\[\]]{0,300})\]:[ \t]*(?:<([^<>\n]*)>|(\S+))", re.MULTILINE)
_LABEL = re.compile(r"^[ \t>]*\(([^()\s]{1,200})\)=[ \t]*$", re.MULTILINE)
_ENCODED = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
_MARK = "qualitygate-7f3a-"
_UNUSED_CAP = 1_000
_SAFE = "/#?&=%:;@!$'()*+,~.-_"
_WALKED = "a,img,source,h1,h2,h3,h4,h5,h6"


def read(text: str) -> Page:
    """The page that a text is. What nobody wrote by hand is not read, and the page says so."""
    problem = refused(text)
    if problem:
        return Page(problem=problem)
    html = render(text)
    if _too_deep(text, html):
        return Page(problem=f"holds elements nested more than {DEPTH_CAP} deep")
    return _page(text, html)


def read_html(text: str) -> Page:
    """A page of HTML as links see it: its anchors. Its own links are the business of what made it."""
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415

    if len(text) > SIZE_CAP or _too_deep(text, text):
        return Page(problem="is too large or nested too deep")
    return Page(anchors=frozenset(_ids(LexborHTMLParser(text))), whole=True)


def refused(text: str) -> str:
    """Why a text is not rendered; nothing where it is."""
    if len(text) > SIZE_CAP:
        return f"is larger than {SIZE_CAP // 1024**2} MB"
    deep = text.count(">") >= _QUOTES_CAP and _QUOTES.search(text)
    return f"holds quotations nested more than {_QUOTES_CAP} deep" if deep else ""


def _too_deep(text: str, html: str) -> bool:
    if sum(map(text.count, "<*_~[")) <= DEPTH_CAP:
        return False
    depth = 0
    for match in _TAG.finditer(html):
        depth += 0 if match[2].lower() in _VOID else -1 if match[1] else 1
        if depth > DEPTH_CAP:
            return True
    return False


@cache
def _renderer() -> Callable[[str], str]:
    try:
        import comrak  # noqa: PLC0415 - only documents pay for it
        import selectolax  # noqa: F401, PLC0415
    except ImportError as error:
        raise PluginError(f"documents need packages of their own ({error}): {INSTALL}") from error
    extensions, parse, render = comrak.ExtensionOptions(), comrak.ParseOptions(), comrak.RenderOptions()
    extensions.table = extensions.autolink = extensions.footnotes = extensions.strikethrough = True
    extensions.alerts = True
    extensions.front_matter_delimiter = "---"
    render.sourcepos = render.unsafe_ = True
    return lambda text: comrak.render_markdown(text, extensions, parse, render)


def render(text: str) -> str:
    """The HTML of a text, with the places of what it was made of."""
    return _renderer()(text)


def _page(text: str, html: str) -> Page:
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415

    place = _Places(text)
    document = LexborHTMLParser(html)
    headings: list[Heading] = []
    links: list[Link] = []
    for node in document.css(_WALKED):
        found, tag = node.attributes, node.tag or ""
        if tag[0] == "h":
            headings.append(Heading(int(tag[1]), node.text(), _line(found.get("data-sourcepos"))))
        elif not found.keys() & {"data-footnote-ref", "data-footnote-backref"}:
            target = found.get("src" if tag != "a" else "href")
            if target is not None:
                target = _readable(target) if "%" in target else target
                line, column = place.of(found.get("data-sourcepos"), target)
                links.append(Link(target, line, column, tag != "a"))
    links += _unused(text, links, place) if "]:" in text else ()
    return Page(
        headings=tuple(headings),
        anchors=frozenset(_ids(document)),
        targets=frozenset(_targets(text, headings)),
        links=tuple(links),
        undefined=tuple(_undefined(document, place)) if "][" in html else (),
    )


def _readable(target: str) -> str:
    """A target as people write it: the renderer encodes every letter that is not of ASCII."""
    return _ENCODED.sub(_decoded, target)


def _decoded(match: re.Match[str]) -> str:
    try:
        text = unquote(match[0], errors="strict")
    except UnicodeDecodeError:
        return match[0]
    return text if text.isprintable() else match[0]


def _line(place: str | None) -> int:
    return int(place.partition(":")[0]) if place else 0


class _Places:
    """Where things stand in the text: comrak counts columns in bytes, and knows no place of HTML."""

    __slots__ = ("_lines", "_next", "_plain", "_starts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._plain = text.isascii()
        self._lines: list[str] | None = None
        self._next: dict[str, int] = {}
        self._starts: list[int] | None = None

    def of(self, place: str | None, target: str) -> tuple[int, int]:
        """Line and column of what the renderer gave a place, else of where the target is written next."""
        if place is None:
            return self.written(target)
        begin = place.partition("-")[0].partition(":")
        line, column = int(begin[0]), int(begin[2])
        return line, column if self._plain else self._characters(line, column)

    def written(self, text: str) -> tuple[int, int]:
        """Line and column of where a text stands next; none where it stands nowhere as it is."""
        at = self._text.find(text, self._next.get(text, 0)) if text else -1
        if at < 0:
            return 0, 0
        self._next[text] = at + len(text)
        return self.at(at)

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        if self._starts is None:
            self._starts = [0, *(match.end() for match in _LINES.finditer(self._text))]
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def _characters(self, line: int, column: int) -> int:
        if self._lines is None:
            self._lines = self._text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        whole = self._lines[line - 1] if line <= len(self._lines) else ""
        if whole.isascii():
            return column
        return len(whole.encode("utf-8", "replace")[: column - 1].decode("utf-8", "ignore")) + 1


def _targets(text: str, headings: list[Heading]) -> Iterator[str]:
    """The labels of MyST and the attributes of headings."""
    yield from filter(None, (heading.attribute for heading in headings))
    if ")=" in text:
        yield from _LABEL.findall(text)


def _ids(document: Any) -> Iterator[str]:
    """Every ``id`` and ``name``."""
    for node in document.css("[id],a[name]"):
        yield from filter(None, (node.attributes.get("id"), node.attributes.get("name")))


def _unused(text: str, links: list[Link], place: _Places) -> Iterator[Link]:
    """The definitions that no link uses: the renderer is asked, which knows what is a definition and what is code."""
    used = {link.target for link in links}
    found = []
    for match in _DEFINITION.finditer(text):
        target = match[2] if match[2] is not None else match[3]
        if target not in used and _readable(quote(target, safe=_SAFE)) not in used:
            found.append((match, target))
    if not found:
        return
    asked = "\n\n".join(f"[{_MARK}{number}][{match[1]}]" for number, (match, _) in enumerate(found[:_UNUSED_CAP]))
    html = render(f"{asked}\n\n{text}")
    for number, (match, target) in enumerate(found[:_UNUSED_CAP]):
        if f">{_MARK}{number}</a>" in html:
            line, column = place.at(match.start() + len(match[0]) - len(match[0].lstrip(" ")))
            yield Link(target, line, column)


def _undefined(document: Any, place: _Places) -> Iterator[Link]:
    """References that are shown as they are written, since nothing defines them."""
    for node in document.css("pre,code,script,style"):
        node.decompose()
    shown = document.body.text() if document.body else ""
    for match in _REFERENCE.finditer(shown):
        line, column = place.written(match[0])
        if line:
            yield Link(match[0], line, column)
