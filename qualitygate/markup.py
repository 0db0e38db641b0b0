"""XML as a stream of small trees: one element at a time, in bounded memory, nothing fetched and nothing expanded.

A report is mostly one kind of element, again and again. :func:`elements` gives each of the wanted elements as a tree of
its own, with the attributes of what it stands in, and forgets it before it reads on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import IO, Any
from xml.parsers import expat

from qualitygate.errors import CannotReadReport
from qualitygate.model.evidence import Source
from qualitygate.recognition import HEAD, looks_like, root_element

BLOCK = 262_144
TOKEN_CAP = 8 * 1024 * 1024
"""Bytes one unfinished token may take. The expat that CPython 3.11 bundles reads an endless one again and again."""
SIZE_CAP = 4 * 1024**3
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
    with source.open() as stream:
        head = stream.read(HEAD)
        if not head.strip(b"\0 \t\r\n"):
            raise CannotReadReport("empty", f"is {looks_like(head)}")
        builder = _Builder(frozenset(wanted), frozenset(roots), containers, _encoding(head))
        try:
            for block in _blocks(head, stream):
                builder.feed(block)
                yield from builder.finished()
            builder.parser.Parse(b"", True)
            yield from builder.finished()
        except expat.ExpatError as error:
            raise _malformed(error, head) from error
        except (ValueError, LookupError, UnicodeError) as error:
            # pyexpat's own words for an encoding that it cannot decode
            raise CannotReadReport("malformed", f"cannot be decoded: {error}") from error
        finally:
            builder.take_apart()


class _Builder:
    """expat's callbacks: the open elements, and the trees that are whole."""

    def __init__(
        self,
        wanted: frozenset[str],
        roots: frozenset[str],
        containers: Mapping[str, Collection[str]],
        encoding: str | None,
    ) -> None:
        self.wanted = wanted
        self.roots = roots
        self.containers = containers
        self.open: list[Element] = []
        self.tree: int | None = None
        self.trees = 0
        self.count = 0
        self.size = 0
        self.whole: list[tuple[Element, Ancestors]] = []
        self.parser = expat.ParserCreate(encoding)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.EntityDeclHandler = _refuse_declaration
        self.parser.AttlistDeclHandler = _refuse_declaration

    def feed(self, block: bytes) -> None:
        self.size += len(block)
        self.parser.Parse(block, False)
        if self.size - self.parser.CurrentByteIndex > TOKEN_CAP:
            raise CannotReadReport(
                "too-large", f"has a tag, attribute or comment longer than {TOKEN_CAP // 1024**2} MB"
            )
        if self.size > SIZE_CAP:
            raise CannotReadReport("too-large", f"is larger than {SIZE_CAP // 1024**3} GB")

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
        if self.tree is not None and self.open[-1].size < TEXT_CAP:
            element = self.open[-1]
            element.text += text[: TEXT_CAP - element.size]
            element.size += len(text)

    def finished(self) -> Iterator[tuple[Element, Ancestors]]:
        whole, self.whole = self.whole, []
        yield from whole

    def take_apart(self) -> None:
        """Parser and handlers hold each other; taken apart, a thousand files need no garbage collector."""
        parser = self.parser
        parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None
        parser.EntityDeclHandler = parser.AttlistDeclHandler = None


_CUT = frozenset(
    {
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    }
)
"""What expat says of a document that ends too early."""


def _blocks(head: bytes, stream: IO[bytes]) -> Iterator[bytes]:
    while head:
        yield head
        head = stream.read(BLOCK)


def _encoding(head: bytes) -> str | None:
    """What a byte-order mark decides over the declaration, which writers get wrong; ``None`` leaves it to expat."""
    return "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else None


def _refuse_declaration(*_: Any) -> None:
    raise CannotReadReport("entities", "declares XML entities or default attributes, which a report does not need")


def _malformed(error: expat.ExpatError, head: bytes) -> CannotReadReport:
    reason = expat.errors.messages[error.code]
    if reason in _CUT:
        return CannotReadReport("truncated", f"ends in the middle, at line {error.lineno}: cut off? ({reason})")
    if not root_element(head):
        return CannotReadReport("unrecognised", f"is {looks_like(head)}")
    return CannotReadReport(
        "malformed", f"is not well-formed XML: {reason} at line {error.lineno}, column {error.offset + 1}"
    )
