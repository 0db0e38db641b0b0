"""Feeding XML that nobody trusts to expat: capped, nothing fetched, nothing expanded, refusals in the same words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat

from qualitygate.errors import CannotReadReport
from qualitygate.model.evidence import Source
from qualitygate.recognition import HEAD, looks_like, root_element

BLOCK = 65_536
"""Bytes read at once: what one block makes stays in the processor's cache, a twentieth faster than with 256 kB."""
TOKEN_CAP = 6 * 1024 * 1024
"""Bytes one unfinished token may take. The expat that CPython 3.11 bundles reads an endless one again and again."""
SIZE_CAP = 4 * 1024**3
_BLANK = b"\0 \t\r\n"
_CUT = frozenset(
    {
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    }
)
"""What expat says of a document that ends too early."""
_UTF8 = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>]{1,100}encoding=[\"']utf_?8[\"']", re.IGNORECASE)


def feed(source: Source, listen: Callable[[expat.XMLParserType], None]) -> Iterator[None]:
    """Feed a source to a new parser, which ``listen`` puts its handlers on; comes back between blocks.

    When it ends, the whole document was well-formed and heard. Raises
    :class:`~qualitygate.errors.CannotReadReport`; so may the handlers.
    """
    with source.open() as stream:
        head = stream.read(HEAD)
        if not head[:100].strip(_BLANK) and not head.strip(_BLANK):
            raise CannotReadReport("empty", f"is {looks_like(head)}")
        parser = expat.ParserCreate(_encoding(head))
        parser.buffer_text = True
        parser.EntityDeclHandler = _refuse_entity
        parser.AttlistDeclHandler = _refuse_default
        listen(parser)
        try:
            size = len(head)
            _begin(parser, head, whole=size < HEAD)
            if size < HEAD:
                return  # a short file is heard at once
            # As much again as is unfinished, for an old expat begins a token anew with every block.
            while block := stream.read(max(BLOCK, _unfinished(parser, size))):
                yield
                parser.Parse(block, False)
                size += len(block)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise _malformed(error, head) from error
        finally:
            _take_apart(parser)


def _begin(parser: expat.XMLParserType, head: bytes, *, whole: bool) -> None:
    """Feed the beginning, which may be the ``whole``; pyexpat has errors of its own where it cannot decode that."""
    try:
        parser.Parse(head, whole)
    except (ValueError, LookupError) as error:
        raise CannotReadReport("malformed", f"cannot be decoded: {error}") from error


def _unfinished(parser: expat.XMLParserType, size: int) -> int:
    """How many bytes the token that is being read has so far, and no more than may still come."""
    unfinished = size - parser.CurrentByteIndex
    if unfinished > TOKEN_CAP:
        raise CannotReadReport("too-large", f"has a tag, attribute or comment longer than {TOKEN_CAP // 1024**2} MB")
    if size > SIZE_CAP:
        raise CannotReadReport("too-large", f"is larger than {SIZE_CAP // 1024**3} GB")
    return min(unfinished, TOKEN_CAP - unfinished + 1)


def _encoding(head: bytes) -> str | None:
    """What decides over the declaration, which some writers get wrong; ``None`` leaves it to expat.

    A byte-order mark is never wrong, and ``utf8`` is not a name that expat knows.
    """
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    return "utf-8" if _UTF8.match(head) else None


def _malformed(error: expat.ExpatError, head: bytes) -> CannotReadReport:
    reason = expat.errors.messages[error.code]
    if reason in _CUT:
        told = f"ends in the middle, at line {error.lineno}: cut off while it was written? ({reason})"
        return CannotReadReport("truncated", told)
    if not root_element(head):
        return CannotReadReport("unrecognised", f"is {looks_like(head)}")
    place = f"line {error.lineno}, column {error.offset + 1}"
    return CannotReadReport("malformed", f"is not well-formed XML: {reason} at {place}")


def _refuse_entity(*_: Any) -> None:
    raise CannotReadReport("entities", "declares XML entities, which are never expanded here: a report needs none")


def _refuse_default(*_: Any) -> None:
    told = "declares default attributes in a document type, which could change what the report says"
    raise CannotReadReport("entities", told)


def _take_apart(parser: expat.XMLParserType) -> None:
    """Parser and handlers hold each other; taken apart, a thousand files need no garbage collector."""
    parser.EntityDeclHandler = parser.AttlistDeclHandler = None
    parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None
