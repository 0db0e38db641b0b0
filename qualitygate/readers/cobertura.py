"""Cobertura XML (``<coverage>`` with ``<packages>``), as Cobertura, coverage.py, gcovr, coverlet and others write it.

Defined at https://github.com/cobertura/web/blob/master/htdocs/xml/coverage-04.dtd, which is never fetched. Lines stand
in methods and again in their class, and several classes stand in one file: each line of a file counts once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from qualitygate.extension import Reader
from qualitygate.hits import ran, share, whole
from qualitygate.markup import Element, elements
from qualitygate.model.coverage import CoverageReport, Share, added
from qualitygate.model.evidence import Source
from qualitygate.model.marking import FileMarking, Marking
from qualitygate.recognition import decode, root_element
from qualitygate.stamp import since_1970

ATTRIBUTES = {"line": ("lines-covered", "lines-valid"), "branch": ("branches-covered", "branches-valid")}
"""The attributes of the root that tell a kind in numbers. ``branches-valid="0"`` is no data, not 0 %."""
_ROOT = re.compile(r"\b(?:line-rate|branch-rate|lines-valid)\s*=")
_PACKAGES = re.compile(r"<(?:\w+:)?packages[\s/>]")
_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:[/\\]")


def recognises(head: bytes) -> bool:
    """Whether the root is ``<coverage>`` with a rate, or with packages directly in it."""
    name, attributes = root_element(head) or ("", "")
    if name != "coverage" or re.search(r"\bclover\s*=", attributes):
        return False
    return bool(_ROOT.search(attributes) or (_PACKAGES.search(decode(head)) and "<project" not in decode(head)))


def read(source: Source) -> Iterator[CoverageReport]:
    """Read one report; the figures of its root count only where it lists no lines.

    They deny the lines only where they are not what counting repeated lines again, as some tools do, gives either.
    """
    marking = Marking(source)
    root = Element("coverage", {})
    roots: Sequence[str] = ()
    repeated = _Repeated()
    containers = {"coverage": (), "sources": ("source",)}
    for element, standing in elements(source, {"class"}, roots={"coverage"}, containers=containers):
        if element.tag == "sources":
            roots = [told for child in element.children if (told := child.text.strip()) not in ("", ".")]
        elif element.tag == "class":
            _class(element, marking.file(_path(element, roots)), repeated)
        elif not standing:
            root = element
    figures = _figures(root)
    claimed = {kind: share for kind, share in figures.items() if share not in repeated.shares[kind]}
    yield marking.report(at=since_1970(root.attributes.get("timestamp")), totals=figures, claimed=claimed)


READER = Reader(kind="coverage", recognises=recognises, read=read)


class _Repeated:
    """What the lines come to where a line counts each time it stands: in every class, and in every method too."""

    __slots__ = ("shares",)

    def __init__(self) -> None:
        self.shares: dict[str, list[Share]] = {"line": [(0, 0), (0, 0)], "branch": [(0, 0), (0, 0)]}

    def count(self, direct: Iterable[Element], every: Share, branches: Share) -> None:
        """The lines of one class: those directly in it, and what all of them come to."""
        covered, count, taken = 0, 0, (0, 0)
        for line in direct:
            covered += ran(line.attributes.get("hits"))
            count += 1
            if "condition-coverage" in line.attributes:
                taken = added(taken, share(line.attributes["condition-coverage"]))
        for kind, found in (("line", ((covered, count), every)), ("branch", (taken, branches))):
            self.shares[kind] = list(map(added, self.shares[kind], found))


def _path(element: Element, roots: Sequence[str]) -> str:
    """The file a class is in, below the one source folder; of several folders nothing tells which."""
    name = element.attributes.get("filename") or element.attributes.get("name", "")
    if len(roots) != 1 or _ABSOLUTE.match(name):
        return name
    return roots[0].rstrip("/\\") + "/" + name


def _class(element: Element, file: FileMarking, repeated: _Repeated) -> None:
    """Mark the lines of one class, each looked at once, and count them as often as they stand there."""
    hits: dict[Element, bool] = {}
    marked: dict[int, bool] = {}
    branches = (0, 0)
    for line in element.every("line"):
        number = whole(line.attributes.get("number"))
        hit = hits[line] = ran(line.attributes.get("hits"))
        if number > 0:
            marked[number] = hit or marked.get(number, False)
        if "condition-coverage" in line.attributes:
            told = share(line.attributes["condition-coverage"])
            file.branches(number, told)
            branches = added(branches, told)
    file.lines(marked)
    for method in element.every("method"):
        _method(element, method, [hits[line] for line in method.every("line")], file)
    direct = element.child("lines")
    repeated.count(direct.children if direct else (), (sum(hits.values()), len(hits)), branches)


def _method(element: Element, method: Element, hits: Sequence[bool], file: FileMarking) -> None:
    if hits:
        names = (element.attributes.get("name"), method.attributes.get("name"), method.attributes.get("signature"))
        file.function(" ".join(filter(None, names)), ran=any(hits))


def _figures(root: Element) -> dict[str, Share]:
    numbers = {kind: [root.number(name) for name in names] for kind, names in ATTRIBUTES.items()}
    return {kind: (covered, valid) for kind, (covered, valid) in numbers.items() if covered is not None and valid}
