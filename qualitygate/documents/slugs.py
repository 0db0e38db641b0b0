"""From the text of a heading to the anchor that a site makes of it, and what a second heading of the same text gets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

Numbering = Callable[[Iterable[str]], Iterator[str]]
"""Makes anchors different from each other, in the order of their headings."""

_KEPT = ("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "Pc")
_CIRCLED = (range(0x24B6, 0x24EA), range(0x1F130, 0x1F14A), range(0x1F150, 0x1F16A), range(0x1F170, 0x1F18A))
_ASCII = re.compile(r"[^a-z0-9_ -]")
_GITLAB = re.compile(r"[^\w\- ]")
_MKDOCS_NUMBER = re.compile(r"(.*)_([0-9]+)")
_MYST = re.compile(r"[^\w一-\u9fff\- ]")


def github(text: str) -> str:
    """As GitHub does: in lower case, only letters, marks, digits, connectors and hyphens, and a hyphen for each space.

    Nothing is collapsed or trimmed. Letters in circles are letters to Unicode, though their category is a symbol's.
    Source: github-slugger, whose cases are held against this one.
    """
    lowered = text.lower()
    kept = _ASCII.sub("", lowered) if lowered.isascii() else "".join(filter(_is_kept, lowered))
    return kept.replace(" ", "-")


def gitlab(text: str) -> str:
    """As GitLab does: like GitHub's, but trimmed and with one hyphen where several would stand.

    A heading of digits only gets ``anchor-`` before them. Source: GitLab Flavored Markdown, heading IDs and links.
    """
    slug = re.sub(r"-+", "-", _GITLAB.sub("", text.strip().lower()).replace(" ", "-"))
    return f"anchor-{slug}" if slug.isdecimal() else slug


def mkdocs(text: str) -> str:
    """As the table of contents of Python-Markdown does, which MkDocs uses: ASCII only, the rest is dropped.

    Source: ``markdown.extensions.toc.slugify``.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())


def myst(text: str) -> str:
    """As MyST does for ``myst_heading_anchors``. Source: ``myst_parser.mdit_to_docutils.base.default_slugify``."""
    return _MYST.sub("", text.lower().replace(" ", "-"))


def docutils(text: str) -> str:
    """As docutils makes the identifier of a section, which may come out empty."""
    from docutils.nodes import make_id  # noqa: PLC0415 - only one profile pays for it

    made: str = make_id(text)
    return made


def counted(slugs: Iterable[str]) -> Iterator[str]:
    """``a``, ``a-1``, ``a-2``: counted for each slug apart, and never one that is taken. Source: github-slugger."""
    seen: dict[str, int] = {}
    for slug in slugs:
        found = slug
        while found in seen:
            seen[slug] += 1
            found = f"{slug}-{seen[slug]}"
        seen[found] = 0
        yield found


def underscored(slugs: Iterable[str]) -> Iterator[str]:
    """``a``, ``a_1``, ``a_2``, and ``_1`` for an empty one. Source: ``markdown.extensions.toc.unique``."""
    seen: dict[str, None] = {"": None}
    last: dict[str, int] = {}
    for slug in slugs:
        found = slug
        while found in seen:
            match = _MKDOCS_NUMBER.fullmatch(found)
            base, number = (match[1], int(match[2])) if match else (found, 0)
            number = max(number, last.get(base, 0)) + 1
            last[base] = number
            found = f"{base}_{number}"
        seen[found] = None
        yield found


@lru_cache(maxsize=4096)
def _is_kept(character: str) -> bool:
    if character in "- ":
        return True
    return unicodedata.category(character) in _KEPT or any(ord(character) in block for block in _CIRCLED)
