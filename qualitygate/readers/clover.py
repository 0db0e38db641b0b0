"""Clover XML (``<coverage>`` with ``<project>``), as OpenClover, PHPUnit, Istanbul and gcovr write it.

Defined at https://bitbucket.org/atlassian/clover/raw/master/etc/schema/clover.xsd. Istanbul writes other numbers under
the names of Clover's: branches taken as ``truecount`` and not taken as ``falsecount``
(https://github.com/istanbuljs/istanbuljs/blob/main/packages/istanbul-reports/lib/clover/index.js), where Clover means
how often the condition was true and false.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from qualitygate.extension import Reader
from qualitygate.hits import ran, whole
from qualitygate.markup import Ancestors, Element, elements
from qualitygate.model.coverage import CoverageReport, Share, added
from qualitygate.model.evidence import Source
from qualitygate.model.marking import FileMarking, Marking
from qualitygate.recognition import decode, root_element
from qualitygate.stamp import since_1970

METRICS = {"line": "statements", "branch": "conditionals", "function": "methods"}
"""The attributes of ``<metrics>``, by kind; those of what is covered begin with ``covered``."""
_PROJECT = re.compile(r"<(?:\w+:)?project[\s/>]")


def recognises(head: bytes) -> bool:
    """Whether the root is ``<coverage>`` and has a ``<project>``."""
    root = root_element(head)
    return root is not None and root[0] == "coverage" and bool(_PROJECT.search(decode(head)))


def read(source: Source) -> Iterator[CoverageReport]:
    """Read one report; the files of its ``<testproject>`` are tests, and do not count."""
    marking = Marking(source)
    project, root = Element("project", {}), Element("coverage", {})
    containers = {"project": ("metrics",), "coverage": ()}
    for element, standing in elements(source, {"file"}, roots={"coverage"}, containers=containers):
        if element.tag == "project":
            project = element
        elif not standing:
            root = element
        elif all(outer.tag != "testproject" for outer in standing):
            _file(element, marking.file(_path(element, standing)))
    yield marking.report(at=since_1970(root.attributes.get("generated")), totals=_metrics(project))


READER = Reader(kind="coverage", recognises=recognises, read=read)


def _path(element: Element, standing: Ancestors) -> str:
    """The path of a file; its name alone is below its package."""
    path, name = (element.attributes.get(key, "") for key in ("path", "name"))
    package = standing[-1].attributes.get("name", "") if standing[-1].tag == "package" else ""
    if path or not package or re.search(r"[/\\]", name):
        return path or name
    return f"{package.replace('.', '/')}/{name}"


def _file(element: Element, file: FileMarking) -> None:
    metrics = _metrics(element)
    conditions = []
    for line in element.every("line"):
        kind, number = line.attributes.get("type"), whole(line.attributes.get("num"))
        if kind == "method":
            name = line.attributes.get("name") or line.attributes.get("signature", "")
            file.function(f"{number} {name}", ran=_ran(line))
        else:
            file.line(number, ran=_ran(line))
        if kind == "cond":
            conditions.append((number, *(whole(line.attributes.get(key, "0")) for key in ("truecount", "falsecount"))))
    for number, share in _branches(conditions, metrics.get("branch")).items():
        file.branches(number, share)
    for told, share in metrics.items():
        file.total(told, share)


def _ran(line: Element) -> bool:
    """Whether a line ran; a condition may leave the count to how often it was true and false."""
    told = line.attributes
    if "count" in told or not told.keys() & {"truecount", "falsecount"}:
        return ran(told.get("count"))
    return any(ran(told.get(key, "0")) for key in ("truecount", "falsecount"))


def _branches(conditions: Sequence[tuple[int, ...]], told: Share | None) -> dict[int, Share]:
    """The branches by line, read as Istanbul means its counts where they add up to its metrics, else as Clover does."""
    istanbul = _read_by(lambda taken, missed: (taken, taken + missed), conditions)
    covered, total = (sum(share[index] for share in istanbul.values()) for index in (0, 1))
    if told == (covered, total):
        return istanbul
    return _read_by(lambda true, false: ((true > 0) + (false > 0), 2), conditions)


def _read_by(reading: Callable[[int, int], Share], conditions: Sequence[tuple[int, ...]]) -> dict[int, Share]:
    found: dict[int, Share] = {}
    for number, first, second in conditions:
        found[number] = added(found.get(number, (0, 0)), reading(first, second))
    return found


def _metrics(element: Element) -> dict[str, Share]:
    """What the metrics directly in an element count, by kind; 0 of 0 is no data."""
    metrics = element.child("metrics") or Element("metrics", {})
    found = {kind: (metrics.number(f"covered{name}"), metrics.number(name)) for kind, name in METRICS.items()}
    return {kind: (covered or 0, total) for kind, (covered, total) in found.items() if total}
