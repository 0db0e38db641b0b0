"""One page as a link checker sees it: its headings, its other anchors, and the links that go out from it."""

from __future__ import annotations

from dataclasses import field
from typing import NamedTuple

from qualitygate.values import dataclass


class Heading(NamedTuple):
    """A heading as it is shown: its level from 1, its text without marks, and its line (0 where that is not told)."""

    level: int
    text: str
    line: int


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
    ``undefined`` are references that no definition matches. ``problem`` says why nothing could be read, and is empty
    where it could.
    """

    headings: tuple[Heading, ...] = ()
    anchors: frozenset[str] = field(default_factory=frozenset)
    links: tuple[Link, ...] = ()
    undefined: tuple[Link, ...] = ()
    whole: bool = False
    problem: str = ""
