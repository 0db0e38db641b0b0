"""Checks the links of pages: every internal one is followed, every finding has its line and column."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from qualitygate.documents.page import Link, Page
from qualitygate.documents.profiles import PROFILES
from qualitygate.documents.site import PAGES, SIZE_CAP, Fault, Root, Site, is_external, is_template, reader_of
from qualitygate.model.tree import Tree
from qualitygate.values import dataclass

EVERYWHERE = Root(folder="", profiles=(PROFILES["github"],))
"""What holds where nobody says how the documents are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLink:
    """A link that leads nowhere: where it stands, what it says, what kind of fault that is and the way out."""

    path: str
    line: int
    column: int
    target: str
    kind: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What became of all links: how many pages and links were looked at, and those that lead nowhere.

    ``internal`` links were followed. ``external`` ones leave the tree and ``templates`` are for an engine to fill in;
    neither was. ``urls`` are the external ones by their address, each with the places it stands in, where asked for.
    """

    pages: int
    internal: int
    external: int
    templates: int
    dead: tuple[DeadLink, ...]
    urls: Mapping[str, Sequence[tuple[str, int, int]]]

    @property
    def examined(self) -> dict[str, int]:
        """The counts by name."""
        counts = {"pages": self.pages, "internal_links": self.internal, "external_links": self.external}
        return {**counts, "template_links": self.templates} if self.templates else counts


def pages_in(tree: Tree, places: Sequence[str] = ()) -> list[str]:
    """The pages at or below some paths of a tree; all of them where none is named."""
    wanted = [posixpath.normpath(place) for place in places]
    everywhere = not wanted or "." in wanted
    return sorted(
        path
        for path in tree.paths
        if path.endswith(PAGES)
        and (everywhere or any(path == place or path.startswith(f"{place}/") for place in wanted))
    )


def load(tree: Tree, path: str) -> Page:
    """A page of a tree; one that cannot be read says why."""
    try:
        with tree.open(path) as stream:
            content = stream.read(SIZE_CAP + 1)
    except OSError as error:
        return Page(problem=f"cannot be opened: {error.strerror or error}")
    return parsed(path, content)


def parsed(path: str, content: bytes) -> Page:
    """The page that some bytes are."""
    try:
        return reader_of(path)(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Page(problem=f"cannot be decoded: line {line} is no UTF-8")


def check(
    tree: Tree,
    paths: Iterable[str],
    *,
    roots: Sequence[Root] = (EVERYWHERE,),
    page: Callable[[str], Page] | None = None,
    urls: bool = False,
) -> Links:
    """Follow every link of some pages. ``page`` gives a page by its path; without it pages are read from the tree."""
    pages: dict[str, Page] = {}

    def known(path: str) -> Page:
        if path not in pages:
            pages[path] = page(path) if page else load(tree, path)
        return pages[path]

    site = Site(tree, [*roots, EVERYWHERE], known)
    dead: list[DeadLink] = []
    outside: dict[str, list[tuple[str, int, int]]] = {}
    count = internal = external = templates = 0
    for path in paths:
        count += 1
        found = known(path)
        dead.extend(_of_page(path, found))
        for link in found.links:
            if is_external(link.target):
                external += 1
                if urls:
                    outside.setdefault(link.target, []).append((path, link.line, link.column))
            elif is_template(link.target):
                templates += 1
            else:
                internal += 1
                fault = site.fault(path, link)
                if fault:
                    dead.append(_dead(path, link, fault))
    dead.sort(key=lambda each: (each.path, each.line, each.column, each.target))
    return Links(pages=count, internal=internal, external=external, templates=templates, dead=tuple(dead), urls=outside)


def _of_page(path: str, page: Page) -> Iterator[DeadLink]:
    if page.problem:
        yield DeadLink(path=path, line=1, column=1, target="", kind="unreadable", problem=page.problem)
    for link in page.undefined:
        fault = Fault(
            "undefined", "is shown as it is written: no definition matches it; define it, or escape its bracket"
        )
        yield _dead(path, link, fault)


def _dead(path: str, link: Link, fault: Fault) -> DeadLink:
    return DeadLink(
        path=path,
        line=link.line or 1,
        column=link.column or 1,
        target=link.target,
        kind=fault.kind,
        problem=fault.problem,
    )
