"""JaCoCo XML (``<report>``), as JaCoCo, Kover, gcovr and Pester write it.

Defined at https://www.jacoco.org/jacoco/trunk/coverage/report.dtd, which is never fetched. Lines stand in source files,
methods in classes. Counters count where lines are not told: gcovr's lines carry branches only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qualitygate.extension import Reader
from qualitygate.hits import ran, whole
from qualitygate.markup import Ancestors, Element, elements
from qualitygate.model.coverage import CoverageReport, Share
from qualitygate.model.evidence import Source
from qualitygate.model.marking import FileMarking, Marking
from qualitygate.recognition import decode, root_element
from qualitygate.stamp import since_1970

COUNTERS = {"LINE": "line", "BRANCH": "branch", "METHOD": "function"}
"""The types of counters that count here, and what they count."""
_SIGN = re.compile(r"<!DOCTYPE\s+report\b[^>]*jacoco|<(?:sessioninfo|sourcefile|counter)\s", re.IGNORECASE)


def recognises(head: bytes) -> bool:
    """Whether the root is ``<report>``, with JaCoCo's DOCTYPE, a session, a source file or a counter."""
    root = root_element(head)
    return root is not None and root[0] == "report" and bool(_SIGN.search(decode(head)))


def read(source: Source) -> Iterator[CoverageReport]:
    """Read one report; its own counters are claims, and count only where nothing else tells."""
    marking = Marking(source)
    report = Element("report", {})
    containers = {"report": ("counter", "sessioninfo")}
    for element, standing in elements(source, {"class", "sourcefile"}, roots={"report"}, containers=containers):
        if element.tag == "sourcefile":
            _source_file(element, marking.file(_path(standing, element.attributes.get("name", ""))))
        elif element.tag == "class":
            _class(element, standing, marking)
        else:
            report = element
    counters = _counters(report)
    dumps = [child.attributes.get("dump") for child in report.children if child.tag == "sessioninfo"]
    at = max(filter(None, map(since_1970, dumps)), default=None)
    yield marking.report(at=at, totals=counters, claimed=counters)


READER = Reader(kind="coverage", recognises=recognises, read=read)


def _path(standing: Ancestors, name: str) -> str:
    """A file of a package, below the groups (modules) it is in."""
    return "/".join(filter(None, [*(element.attributes.get("name") for element in standing[1:]), name]))


def _source_file(element: Element, file: FileMarking) -> None:
    for line in element.every("line"):
        told = line.attributes
        number = whole(told.get("nr"))
        if "ci" in told:
            file.line(number, ran=ran(told["ci"]))
        covered = whole(told.get("cb", "0"))
        file.branches(number, (covered, covered + whole(told.get("mb", "0"))))
    for kind, share in _counters(element).items():
        file.total(kind, share)


def _class(element: Element, standing: Ancestors, marking: Marking) -> None:
    name = element.attributes.get("name", "")
    file = marking.file(_path(standing, element.attributes.get("sourcefilename") or name.rpartition("/")[2]))
    for method in element.every("method"):
        covered, total = _counters(method).get("function", (0, 0))
        if total:
            told = method.attributes
            file.function(f"{name}.{told.get('name', '')}{told.get('desc', '')}", ran=covered > 0)


def _counters(element: Element) -> dict[str, Share]:
    """What the counters directly in an element count, by kind; 0 of 0 is no data."""
    found: dict[str, Share] = {}
    for counter in element.children:
        kind = COUNTERS.get(counter.attributes.get("type", "")) if counter.tag == "counter" else None
        if kind:
            covered, missed = (whole(counter.attributes.get(name)) for name in ("covered", "missed"))
            found[kind] = (covered, covered + missed)
    return {kind: share for kind, share in found.items() if share[1] > 0}
