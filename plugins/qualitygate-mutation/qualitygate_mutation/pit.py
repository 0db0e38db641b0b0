"""PIT's ``mutations.xml``, also as Descartes and Gradle's plug-in write it.

The states are those of PIT's ``DetectionStatus``. PIT counts NON_VIABLE and RUN_ERROR as detected
(https://github.com/hcoles/pitest, ``DetectionStatus``); here a mutant that the JVM refused to load does not count, and
one whose run broke is not detected.
"""

from __future__ import annotations

from collections.abc import Iterator

from qualitygate import CannotReadReport, Element, Reader, Source, elements, root_element
from qualitygate_mutation.report import KIND, MutantTally, MutationReport, State

STATES = {
    "KILLED": State.KILLED,
    "TIMED_OUT": State.TIMED_OUT,
    "MEMORY_ERROR": State.OUT_OF_MEMORY,
    "SURVIVED": State.SURVIVED,
    "NO_COVERAGE": State.NO_COVERAGE,
    "RUN_ERROR": State.DOUBTFUL,
    "NON_VIABLE": State.INVALID,
    "NOT_STARTED": State.NOT_RUN,
    "STARTED": State.NOT_RUN,
}
DETECTED_BY_PIT = frozenset({"KILLED", "TIMED_OUT", "MEMORY_ERROR", "RUN_ERROR", "NON_VIABLE"})
"""The states for which PIT writes ``detected='true'``."""
LINE_CAP = 9
"""Digits of a line number."""


def recognises(head: bytes) -> bool:
    """Whether the root element is ``<mutations>``."""
    root = root_element(head)
    return root is not None and root[0] == "mutations"


def read(source: Source) -> Iterator[MutationReport]:
    """Read one report; its ``detected`` attributes are claims, and the states count."""
    tally = MutantTally(source)
    denied = 0
    for element, _ in elements(source, {"mutation"}, roots={"mutations"}):
        status = element.attributes.get("status", "")
        if status not in STATES:
            raise CannotReadReport(
                "malformed", f"has a mutant with the status {status[:40]!r}, which PIT does not have"
            )
        claim = element.attributes.get("detected")
        denied += claim is not None and (claim == "true") is not (status in DETECTED_BY_PIT)
        _add(tally, STATES[status], element)
    yield tally.report(contradictions=[f"{denied} mutants whose 'detected' denies their status"] if denied else [])


READER = Reader(kind=KIND, recognises=recognises, read=read)


def _add(tally: MutantTally, state: State, element: Element) -> None:
    told = {key: element.said(key) for key in ("sourceFile", "mutatedClass", "mutatedMethod", "mutator", "description")}
    package, _, _ = told["mutatedClass"].rpartition(".")
    path = "/".join(filter(None, [package.replace(".", "/"), told["sourceFile"]])) if told["sourceFile"] else None
    operator = told["mutator"].rpartition(".")[2]
    place = ".".join(filter(None, [told["mutatedClass"], told["mutatedMethod"]]))
    title = " in ".join(filter(None, [operator, place])) or "a mutant"
    tally.add(state, title, message=told["description"], path=path, line=_line(element.said("lineNumber")))


def _line(text: str) -> int | None:
    return (int(text) or None) if text.isdecimal() and len(text) <= LINE_CAP else None
