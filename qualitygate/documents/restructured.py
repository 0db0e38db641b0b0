"""reStructuredText to a page: docutils parses it, without files, raw HTML or the user's configuration.

Roles and directives of Sphinx that lead somewhere (``:doc:``, ``:ref:``, ``:download:``, ``toctree``) become links with
a scheme of that name.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from qualitygate.documents.markdown import INSTALL
from qualitygate.documents.page import Heading, Link, Page
from qualitygate.errors import PluginError

SIZE_CAP = 1024**2
"""Characters of one page; docutils takes seconds for it."""
BLOCK_CAP = 30_000
"""Characters without an empty line between them: docutils takes a time that grows with their square."""
_BLANK = re.compile(r"\n\s*\n")
_ROLE = re.compile(r":(doc|ref|download):`(?:[^`<]*<([^<>`]+)>|([^`<>]+))`")
_TOCTREE = re.compile(r"\s*\.\. toctree::")
_ENTRY = re.compile(r"(?:.*<([^<>]+)>|(\S.*))$")


def read(text: str) -> Page:
    """The page that a text is; where docutils gives up, the page says so."""
    if len(text) > SIZE_CAP:
        return Page(problem=f"is larger than {SIZE_CAP // 1024**2} MB")
    if any(len(block) > BLOCK_CAP for block in _BLANK.split(text)):
        return Page(problem=f"holds a block of more than {BLOCK_CAP:,} characters")
    try:
        return _page(text, _parsed(text))
    except PluginError:
        raise
    except (Exception, RecursionError) as error:  # noqa: BLE001 - whatever docutils does with a hostile page
        return Page(problem=f"cannot be parsed: {type(error).__name__}: {error}"[:300])


def _parsed(text: str) -> Any:
    import warnings  # noqa: PLC0415

    try:
        from docutils.frontend import get_default_settings  # noqa: PLC0415 - only pages in this language pay for it
        from docutils.parsers.rst import Parser  # noqa: PLC0415
        from docutils.utils import new_document  # noqa: PLC0415
    except ImportError as error:
        raise PluginError(f"documents need packages of their own ({error}): {INSTALL}") from error

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        settings = get_default_settings(Parser())
        settings.report_level, settings.halt_level, settings.warning_stream = 5, 6, None
        settings.file_insertion_enabled = settings.raw_enabled = False
        settings.line_length_limit = SIZE_CAP
        document = new_document("page", settings)
        Parser().parse(text, document)
    return document


def _page(text: str, document: Any) -> Page:
    from docutils import nodes  # noqa: PLC0415

    place = _Places(text)
    named: set[str] = set()
    anchors: set[str] = set()
    headings: list[Heading] = []
    for node in document.findall(nodes.Element):
        anchors.update(node["ids"])
        anchors.update(node["names"])
        named.update(node["names"], node["dupnames"])
    for section in document.findall(nodes.section):
        level, above = 1, section.parent
        while isinstance(above, nodes.section):
            level, above = level + 1, above.parent
        title = section.next_node(nodes.title)
        headings.append(Heading(level, title.astext() if title else "", place.of(section, "")[0]))
    links = list(_links(document, place))
    known = {link.target for link in links}
    for target in document.findall(nodes.target):
        uri = target.get("refuri")
        if uri and uri not in known:
            links.append(Link(uri, *place.of(target, uri)))
    undefined = [
        Link(node.astext(), *place.of(node, node.astext()))
        for node in document.findall(nodes.reference)
        if node.get("refname") and node["refname"] not in named
    ]
    return Page(
        headings=tuple(headings), anchors=frozenset(anchors), links=tuple(links), undefined=tuple(undefined), whole=True
    )


def _links(document: Any, place: _Places) -> Iterator[Link]:
    from docutils import nodes  # noqa: PLC0415

    for node in document.findall(nodes.Element):
        if isinstance(node, nodes.reference) and node.get("refuri"):
            yield Link(node["refuri"], *place.of(node, node["refuri"]))
        elif isinstance(node, nodes.image):
            yield Link(node["uri"], *place.of(node, node["uri"]), image=True)
        elif isinstance(node, nodes.problematic):
            match = _ROLE.fullmatch(node.astext())
            if match:
                target = (match[2] or match[3]).strip()
                yield Link(f"{match[1]}:{target}", *place.of(node, target))
        elif isinstance(node, nodes.literal_block) and _TOCTREE.match(node.astext()):
            yield from _toctree(node, place)


def _toctree(node: Any, place: _Places) -> Iterator[Link]:
    """The pages that a table of contents lists; options and patterns are none."""
    whole: str = node.astext()
    entries = whole.partition("\n")[2]
    offset = place.offset(whole) + len(whole) - len(entries)
    globs = ":glob:" in entries
    for line in entries.splitlines(keepends=True):
        offset += len(line)
        match = _ENTRY.fullmatch(line.strip())
        target = ((match[1] or match[2]) if match else "").strip()
        if target and not target.startswith(":") and target != "self" and not (globs and re.search(r"[*?\[]", target)):
            scheme = "" if re.match(r"[a-z]+:", target) else "doc:"
            yield Link(f"{scheme}{target}", *place.at(offset - len(line.lstrip())))


class _Places:
    """Where things stand: docutils knows the lines of blocks, so the text is searched from there."""

    __slots__ = ("_lines", "_starts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = text.splitlines(keepends=True)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))

    def of(self, node: Any, needle: str) -> tuple[int, int]:
        """Line and column of a text in or after the block that a node is in; of the block where it is not there."""
        block = node
        while block is not None and block.line is None:
            block = block.parent
        line = min(block.line, len(self._lines)) if block is not None and block.line else 1
        at = self._text.find(needle, self._starts[max(line - 2, 0)]) if needle else -1
        return self.at(at) if at >= 0 else (line, 1)

    def offset(self, text: str) -> int:
        """Where a text begins, the whole text's beginning where it is not in there as it is."""
        return max(self._text.find(text), 0)

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        line = bisect_right(self._starts, offset, hi=len(self._lines)) or 1
        return line, offset - self._starts[line - 1] + 1
