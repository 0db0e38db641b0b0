"""One JSON document walked from its beginning to its end, so that a long array is never in memory as a whole.

A reader enters the objects and arrays that it knows with :meth:`Walk.members` and :meth:`Walk.items`, and takes every
other value with :meth:`Walk.value`, which leaves the parsing to the standard library.
"""

from __future__ import annotations

import json
import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from qualitygate.errors import CannotReadReport
from qualitygate.jsontext import STREAM_CAP, UTF16, refuse_constant, refuse_empty, refuse_other
from qualitygate.model.evidence import Source
from qualitygate.recognition import HEAD

BLOCK = 1024**2
"""Bytes read at once."""
VALUE_CAP = 64 * 1024**2
"""Characters of one value that is taken as a whole."""
_DECODER = json.JSONDecoder(parse_constant=refuse_constant)
_SPACE = re.compile(r"[ \t\r\n]*")
_LITERAL = 16
"""A value cut off within a literal, a number or an escape is denied at most so far before the cut."""

_TAIL = 2
"""Characters of a number that are none by themselves, like the ``e+`` of ``1e+5``: cut before, it is another number."""


@contextmanager
def walked(source: Source) -> Iterator[Walk]:
    """The walk over a source's document. What it raises is :class:`~qualitygate.errors.CannotReadReport`."""
    with source.open() as stream:
        head = stream.read(HEAD)
    refuse_empty(head)
    refuse_other(head)
    with source.open() as stream:
        yield Walk(stream, "utf-16" if head[:2] in UTF16 else "utf-8-sig")


class Walk:
    """A place in a document: what was passed is forgotten, what is ahead was not read yet."""

    __slots__ = ("_at", "_decoder", "_ended", "_lines", "_size", "_stream", "_text")

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._stream = stream
        self._decoder = getincrementaldecoder(encoding)()
        self._text = ""
        self._at = 0
        self._lines = 1
        self._size = 0
        self._ended = False

    def next(self) -> str:
        """The next character that is no white space, without passing it; nothing at the end."""
        here = self._text[self._at : self._at + 1]
        if here > " ":
            return here
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def skip(self, character: str) -> bool:
        """Pass this character, and say whether it was there."""
        there = self.next() == character
        self._at += there
        return there

    def members(self) -> Iterator[str]:
        """The keys of the object that begins here. The value of each must be passed before the next is asked for."""
        self._pass("{")
        if self.skip("}"):
            return
        while True:
            if self.next() != '"':
                raise self._broken("Expecting a name", self._at)
            key = self.value()
            self._pass(":")
            yield key
            if not self.skip(","):
                break
        self._pass("}")

    def items(self) -> Iterator[None]:
        """Once for each item of the array that begins here. It must be passed before the next is asked for."""
        self._pass("[")
        if self.skip("]"):
            return
        while True:
            yield
            if not self.skip(","):
                break
        self._pass("]")

    def value(self) -> Any:
        """The value that begins here, whatever it is."""
        self.next()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._ended or not self._may_go_on(error):
                    raise self._broken(error.msg, error.pos) from error
            except RecursionError as error:
                raise CannotReadReport("too-large", "is nested too deep") from error
            except ValueError as error:
                raise CannotReadReport("malformed", f"is not JSON: {error}") from error
            else:
                if end + _TAIL < len(self._text) or self._ended:
                    self._at = end
                    return found
            self._more()

    def end(self) -> None:
        """Refuse whatever follows."""
        if self.next():
            raise self._broken("Extra data", self._at)

    def _pass(self, character: str) -> None:
        if not self.skip(character):
            raise self._broken(f"Expecting {character!r}", self._at)

    def _may_go_on(self, error: json.JSONDecodeError) -> bool:
        """Whether what could not be parsed may only be what was not read yet."""
        return error.msg.startswith("Unterminated string") or error.pos > len(self._text) - _LITERAL

    def _more(self) -> bool:
        """Read on, as much again as is unfinished, and forget what was passed."""
        if self._ended:
            return False
        unfinished = len(self._text) - self._at
        if unfinished > VALUE_CAP:
            raise CannotReadReport("too-large", f"has a value longer than {VALUE_CAP // 1024**2} MB")
        block = self._stream.read(max(BLOCK, unfinished))
        self._size += len(block)
        if self._size > STREAM_CAP:
            raise CannotReadReport("too-large", f"is larger than {STREAM_CAP // 1024**3} GB")
        self._ended = not block
        self._lines += self._text.count("\n", 0, self._at)
        try:
            self._text = self._text[self._at :] + self._decoder.decode(block, final=self._ended)
        except UnicodeError as error:
            raise CannotReadReport("malformed", f"cannot be decoded: {error}") from error
        self._at = 0
        return True

    def _broken(self, reason: str, at: int) -> CannotReadReport:
        where = f"line {self._lines + self._text.count(chr(10), 0, at)}"
        if reason.startswith("Unterminated string") or at >= len(self._text.rstrip()):
            return CannotReadReport("truncated", f"ends in the middle, at {where}: cut off?")
        return CannotReadReport("malformed", f"is not JSON: {reason} at {where}")
