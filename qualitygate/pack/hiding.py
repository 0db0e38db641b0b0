"""Registers as they go into a pack: the addresses of people in them are codes, so that no pack tells whose they are.

A reader makes the same code of an address and of its code, so that what is measured stays the same.
"""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

from qualitygate import registry
from qualitygate.model.evidence import Source
from qualitygate.pseudonyms import code
from qualitygate.recognition import HEAD
from qualitygate.records import SIZE_CAP

OF_PEOPLE = frozenset(
    {"people", "trainings", "retrospectives", "reviews", "milestones", "responsibilities", "surveys", "channels"}
)
"""The readers whose registers name people."""
_APART = r"\s<>\"'()\[\]{},:;|`"
_ADDRESS = rf"[^@{_APART}]+@[^@{_APART}]+"
_PERSON = re.compile(
    rf"(?:(?:[^@{_APART}\-#][^@<>\"'\[\]{{}},:;|\n]*?)?<[ \t]*(?P<boxed>{_ADDRESS})[ \t]*>)"
    rf"|(?:mailto:)?(?P<plain>{_ADDRESS})"
)


def hides(one: Source) -> bool:
    """Whether a source is a register of people in which addresses stand; one that cannot be opened is none."""
    try:
        return _of_people(one) and _written(one) != _hidden(one)
    except OSError:
        return False


def hidden(one: Source) -> Source:
    """The same register, with the code of each address in its place; lines stay where they are."""
    return replace(one, open=lambda: BytesIO(_hidden(one)))


def _of_people(one: Source) -> bool:
    if one.reader:
        return one.reader in OF_PEOPLE
    with one.open() as stream:
        known = registry.reader_for(stream.read(HEAD))
    return known is not None and known[0] in OF_PEOPLE


def _written(one: Source) -> bytes:
    """All that a reader would read: of a longer register the beginning, by which it is refused."""
    with one.open() as stream:
        return stream.read(SIZE_CAP + 1)


def _hidden(one: Source) -> bytes:
    return _replaced(_written(one), one.rules.encoding)


def _replaced(content: bytes, encoding: str | None) -> bytes:
    """In the encoding it is in; in one that nobody names, addresses are as they are in ASCII."""
    for name in ("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else encoding or "utf-8", "latin-1"):
        try:
            text = content.decode(name)
        except UnicodeError:
            continue
        hidden_text = _PERSON.sub(_code, text)
        return content if hidden_text == text else hidden_text.encode(name)
    raise AssertionError  # pragma: no cover - Latin-1 takes any byte


def _code(match: re.Match[str]) -> str:
    return code(match["boxed"] or match["plain"])
