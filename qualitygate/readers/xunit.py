"""xUnit.net results: version 1 with the root ``<assembly>``, version 2 and later with ``<assemblies>``.

https://xunit.net/docs/format-xml-v2 and https://xunit.net/docs/format-xml-v1
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from qualitygate.cause import Cause, cause_in
from qualitygate.extension import Reader
from qualitygate.markup import Ancestors, Element, elements
from qualitygate.model.evidence import Source, TestCase, TestOutcome, TestReport
from qualitygate.model.tally import Tally
from qualitygate.recognition import decode, root_element
from qualitygate.stamp import moment, seconds

ROOTS = ("assemblies", "assembly")
RECORDS = frozenset({"error", "test"})
CONTAINERS = {"assembly": (), "class": ("failure",)}
OUTCOMES = {
    "pass": TestOutcome.PASSED,
    "fail": TestOutcome.FAILED,
    "notrun": TestOutcome.SKIPPED,
    "skip": TestOutcome.SKIPPED,
}
"""The attribute ``result`` in lower case; a word that is not here is an error."""
_ASSEMBLY = re.compile(r"<assembly\s[^<>]*\b(?:run-date|total)\s*=")


def recognises(head: bytes) -> bool:
    """Whether the root is one of xUnit.net's: other documents have an ``<assembly>`` too, but count no tests in it."""
    root = root_element(head)
    if root is None or root[0] not in ROOTS:
        return False
    return (root[0] == "assemblies" and "timestamp=" in root[1]) or _ASSEMBLY.search(decode(head)) is not None


def read(source: Source) -> Iterator[TestReport]:
    """Read one report; an error of an assembly (a fixture's clean-up, a crash) is an errored test of its own."""
    tally = Tally(source)
    assemblies: list[Element] = []
    outside = 0
    for element, standing in elements(source, RECORDS, roots=ROOTS, containers=CONTAINERS):
        if element.tag == "test":
            tally.add(_case(element, standing))
        elif element.tag == "assembly":
            assemblies.append(element)
        elif element.child("failure"):
            outside += 1
            tally.add(_error(element))
    tests, failing = (_claim(assemblies, name) for name in ("total", "failed"))
    yield tally.checked(at=_at(assemblies, source), tests=tests, failing=failing, outside=outside)


READER = Reader(kind="tests", recognises=recognises, read=read)


def _case(test: Element, standing: Ancestors) -> TestCase:
    told = test.attributes.get("result", "")
    outcome = OUTCOMES.get(told.lower(), TestOutcome.ERRORED)
    class_name = test.attributes.get("type") or standing[-1].attributes.get("name", "")
    why = cause_in(test) if outcome is not TestOutcome.PASSED else Cause()
    return TestCase(
        class_name=class_name,
        name=test.attributes.get("name", "").removeprefix(f"{class_name}."),
        outcome=outcome,
        seconds=seconds(test.attributes.get("time")),
        message=why.message or (f"result {told[:100] or 'not given'}" if outcome > TestOutcome.PASSED else ""),
        path=why.path,
        line=why.line,
    )


def _error(element: Element) -> TestCase:
    """An ``<error>`` of an assembly, or a version 1 class whose fixture failed."""
    why = cause_in(element)
    return TestCase(
        class_name=element.attributes.get("name", ""),
        name=f"<{element.tag}> {element.attributes.get('type', '')}".strip(),
        outcome=TestOutcome.ERRORED,
        message=why.message,
        path=why.path,
        line=why.line,
    )


def _claim(assemblies: Sequence[Element], name: str) -> list[int]:
    """The sum of a figure that every assembly gives."""
    numbers = [assembly.number(name) for assembly in assemblies]
    known = [number for number in numbers if number is not None]
    return [sum(known)] if known and len(known) == len(numbers) else []


def _at(assemblies: Sequence[Element], source: Source) -> datetime | None:
    """When the last assembly ended, or started where that is all it says."""
    return max(filter(None, (_ended(assembly, source) for assembly in assemblies)), default=None)


def _ended(assembly: Element, source: Source) -> datetime | None:
    started = f"{assembly.attributes.get('run-date', '')}T{assembly.attributes.get('run-time', '')}"
    told = (assembly.attributes.get("finish-rtf"), assembly.attributes.get("start-rtf"), started)
    return next(filter(None, (moment(text, source.rules.zone) for text in told)), None)
