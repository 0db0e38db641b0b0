"""One page as a link checker sees it: its headings, its other anchors, and the links that go out from it."""

from __future__ import annotations

import re
from dataclasses import field
from typing import NamedTuple

from qualitygate.values import dataclass

_ATTRIBUTE = re.compile(r"[ \t]*\{:?[ \t]*#([\w.:-]{1,200})[^{}\n]*\}[ \t]*$")


class Heading(NamedTuple):
    """A heading as it is shown: its level from 1, its text without marks, and its line (0 where that is not told)."""

    level: int
    text: str
    line: int

    @property
    def plain(self) -> str:
        """The text without the attributes that MkDocs and MyST know, ``{#id}``."""
        return _ATTRIBUTE.sub("", self.text) if self.text.endswith("}") else self.text

    @property
    def attribute(self) -> str:
        """The identifier among the attributes, empty where there is none."""
        match = _ATTRIBUTE.search(self.text) if self.text.endswith("}") else None
        return match[1] if match else ""


class Link(NamedTuple):
    """A link, an image or a definition of one: where it leads, as written, and where it stands.

    Lines and columns count from 1, columns in characters; both are 0 where the parser cannot tell.
    """

    target: str
    line: int
    column: int
    image: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page offers to links and where its own links lead.

    ``anchors`` are those that are written out (``id`` and ``name`` in HTML, targets in reStructuredText). What the
    headings become depends on the site, so they are kept as text; ``whole`` says that ``anchors`` has theirs already.
    ``targets`` are those that only some sites know: ``{#id}`` and ``(label)=``. ``undefined`` are references that no
    definition matches. ``problem`` says why nothing could be read, and is empty where it could.
    """

    headings: tuple[Heading, ...] = ()
    anchors: frozenset[str] = field(default_factory=frozenset)
    targets: frozenset[str] = field(default_factory=frozenset)
    links: tuple[Link, ...] = ()
    undefined: tuple[Link, ...] = ()
    whole: bool = False
    problem: str = ""
