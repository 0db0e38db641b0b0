"""``mutation.json`` of StrykerJS, Stryker.NET, Stryker4s, Infection and others: the mutation testing report schema.

Defined at https://github.com/stryker-mutator/mutation-testing-elements/tree/master/packages/report-schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from qualitygate import CannotReadReport, Reader, Source, json_document
from qualitygate_mutation.report import KIND, MutantTally, MutationReport, State

STATES = {
    "Killed": State.KILLED,
    "Timeout": State.TIMED_OUT,
    "Survived": State.SURVIVED,
    "NoCoverage": State.NO_COVERAGE,
    "CompileError": State.INVALID,
    "RuntimeError": State.INVALID,
    "Ignored": State.IGNORED,
    "Pending": State.NOT_RUN,
}
_VERSION = re.compile(r"[12](?:\.[0-9]{1,9}){0,2}")


def recognises(head: bytes) -> bool:
    """Whether it is a JSON object with files, and mutants or the schema's two other keys."""
    if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") or b'"files"' not in head:
        return False
    return b'"mutatorName"' in head or (b'"schemaVersion"' in head and b'"thresholds"' in head)


def read(source: Source) -> Iterator[MutationReport]:
    """Read one report of version 1 or 2."""
    document = _mapping(json_document(source), "the report")
    version = document.get("schemaVersion")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        slug = "malformed" if "files" in document else "unrecognised"
        raise CannotReadReport(slug, f"has the schemaVersion {str(version)[:40]!r}; 1 and 2 are known")
    root = document.get("projectRoot")
    tally = MutantTally(source)
    for path, told in _mapping(document.get("files"), "files").items():
        mutants = _mapping(told, f"the file {path[:200]}").get("mutants")
        if not isinstance(mutants, list):
            raise CannotReadReport("malformed", f"lists no mutants for the file {path[:200]}")
        for mutant in mutants:
            _add(tally, _mapping(mutant, "a mutant"), _relative(path, root))
    yield tally.report()


READER = Reader(kind=KIND, recognises=recognises, read=read)


def _add(tally: MutantTally, mutant: Mapping[str, Any], path: str) -> None:
    status = mutant.get("status")
    if not isinstance(status, str) or status not in STATES:
        raise CannotReadReport("malformed", f"has a mutant with the status {str(status)[:40]!r}, which is not known")
    operator, replacement = (mutant.get(key) for key in ("mutatorName", "replacement"))
    tally.add(
        STATES[status],
        operator if isinstance(operator, str) and operator else "a mutant",
        message=f"replaced by {replacement}" if isinstance(replacement, str) and replacement else "",
        path=path,
        line=_line(mutant.get("location")),
    )


def _line(location: Any) -> int | None:
    start = location.get("start") if isinstance(location, dict) else None
    line = start.get("line") if isinstance(start, dict) else None
    return line if type(line) is int and 0 < line < 10**9 else None


def _relative(path: str, root: Any) -> str:
    """A path below the project's root; Stryker.NET writes whole ones."""
    path, root = (text.replace("\\", "/") for text in (path, root if isinstance(root, str) else ""))
    return path.removeprefix(root.rstrip("/") + "/") if root else path


def _mapping(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CannotReadReport("malformed", f"has no object where {what} should be")
    return value
