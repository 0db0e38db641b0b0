"""XML as a stream of small trees: one element at a time, in bounded memory, nothing fetched and nothing expanded.

A report is mostly one kind of element, again and again. :func:`elements` gives each of the wanted elements as a tree of
its own, with the attributes of what it stands in, and forgets it before it reads on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from xml.parsers import expat

from qualitygate.errors import CannotReadReport
from qualitygate.model.evidence import Source
from qualitygate.xmlfeed import feed

TEXT_CAP = 65_536
"""Characters kept of the text directly within one element."""
TREE_CAP = 1_000_000
"""Elements one wanted tree may hold."""
TREES_CAP = 10_000_000
"""Wanted trees one document may hold."""
MESSAGE_CAP = 1_000
"""Characters a reader keeps of a test's message."""
DEPTH_CAP = 10_000
DIGITS_CAP = 18


class Element:
    """One element of a wanted tree: its local name, attributes, own text and children."""

    __slots__ = ("attributes", "children", "size", "tag", "text")

    def __init__(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Element] = []
        self.text = ""
        self.size = 0

    def child(self, *tags: str) -> Element | None:
        """The first child of one of these names."""
        return next((child for child in self.children if child.tag in tags), None)

    def every(self, *tags: str) -> Iterator[Element]:
        """Every element of one of these names below this one, in document order, however deep."""
        ahead = self.children[::-1]
        while ahead:
            element = ahead.pop()
            if element.tag in tags:
                yield element
            if element.children:
                ahead.extend(reversed(element.children))

    def number(self, attribute: str) -> int | None:
        """A count in an attribute; ``None`` where it is absent or no count."""
        text = self.attributes.get(attribute, "").strip()
        return int(text) if len(text) <= DIGITS_CAP and text.isdecimal() else None

    def said(self, *tags: str) -> str:
        """The text of the first element at this path of child names, stripped; empty where there is none."""
        element: Element | None = self
        for tag in tags:
            element = element.child(tag) if element else None
        return element.text.strip() if element else ""


Ancestors = Sequence[Element]
"""What an element stands in, the root first: names and attributes, without their children."""


def elements(
    source: Source,
    wanted: Collection[str],
    *,
    roots: Collection[str],
    containers: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Iterator[tuple[Element, Ancestors]]:
    """Every outermost element of a wanted name as a tree, with what it stands in, in the order they end.

    ``containers`` are given too, where they are in no wanted tree: a suite after its tests. Of its children a container
    keeps those that its name is mapped to, as trees. The root element must have one of the names ``roots``. Names are
    local: prefixes and namespaces are left out, but ``xmlns`` stays among the attributes. Raises
    :class:`~qualitygate.errors.CannotReadReport`.
    """
    builder = _Builder(frozenset(wanted), frozenset(roots), containers)
    for _ in feed(source, builder.attach):
        yield from builder.finished()
    yield from builder.finished()


class _Builder:
    """expat's callbacks: the open elements, and the trees that are whole."""

    def __init__(
        self, wanted: frozenset[str], roots: frozenset[str], containers: Mapping[str, Collection[str]]
    ) -> None:
        self.wanted = wanted
        self.roots = roots
        self.containers = containers
        self.open: list[Element] = []
        self.tree: int | None = None
        self.trees = 0
        self.count = 0
        self.whole: list[tuple[Element, Ancestors]] = []

    def attach(self, parser: expat.XMLParserType) -> None:
        """Put the callbacks on a parser."""
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        element = Element(tag.rpartition(":")[2], attributes)
        if not self.open and element.tag not in self.roots:
            raise CannotReadReport("unrecognised", f"is an XML document with the root element <{element.tag[:60]}>")
        if len(self.open) > DEPTH_CAP:
            raise CannotReadReport("too-large", f"is nested more than {DEPTH_CAP:,} deep")
        if self.tree is not None:
            self.count += 1
            if self.count > TREE_CAP:
                raise CannotReadReport("too-large", f"has an element with more than {TREE_CAP:,} others in it")
            self.open[-1].children.append(element)
        elif element.tag in self.wanted or self.keeps(element):
            self.tree, self.count = len(self.open), 0
            self.trees += 1
            if self.trees > TREES_CAP:
                raise CannotReadReport("too-large", f"has more than {TREES_CAP:,} records")
        self.open.append(element)

    def end(self, _tag: str) -> None:
        element = self.open.pop()
        if self.tree is None:
            if element.tag in self.containers:
                self.whole.append((element, tuple(self.open)))
        elif self.tree == len(self.open):
            self.tree = None
            if self.keeps(element):
                self.open[-1].children.append(element)
            else:
                self.whole.append((element, tuple(self.open)))

    def keeps(self, element: Element) -> bool:
        """Whether the innermost open element is a container that keeps this child."""
        return bool(self.open) and element.tag in self.containers.get(self.open[-1].tag, ())

    def text(self, text: str) -> None:
        if self.tree is not None and (element := self.open[-1]).size < TEXT_CAP:
            element.text += text[: TEXT_CAP - element.size]
            element.size += len(text)

    def finished(self) -> Iterator[tuple[Element, Ancestors]]:
        whole, self.whole = self.whole, []
        yield from whole
