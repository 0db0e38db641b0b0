"""What mutmut 3 keeps in ``mutants/``: ``mutmut-cicd-stats.json``, or a ``.meta`` file beside each mutated file.

``mutmut export-cicd-stats`` counts the mutants; the ``.meta`` files name each, with the exit code of its tests. The
states are those of mutmut's ``status_by_exit_code`` (https://github.com/boxed/mutmut). Of a mutant whose tests crashed,
or ended in a way that mutmut does not know, nothing is known: it is not detected, as in mutmut's own badge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from qualitygate import CannotReadReport, Reader, Source, json_document
from qualitygate_mutation.report import KIND, MutantTally, MutationReport, State

COUNTS = {
    "killed": State.KILLED,
    "timeout": State.TIMED_OUT,
    "survived": State.SURVIVED,
    "no_tests": State.NO_COVERAGE,
    "suspicious": State.DOUBTFUL,
    "segfault": State.DOUBTFUL,
    "skipped": State.IGNORED,
    "check_was_interrupted_by_user": State.NOT_RUN,
}
"""The counts of the statistics, which have all of them."""
EXIT_CODES: Mapping[int | None, State] = {
    None: State.NOT_RUN,
    0: State.SURVIVED,
    1: State.KILLED,
    2: State.NOT_RUN,
    3: State.KILLED,
    5: State.NO_COVERAGE,
    33: State.NO_COVERAGE,
    34: State.IGNORED,
    36: State.TIMED_OUT,
    37: State.INVALID,  # caught by a type checker
    -24: State.TIMED_OUT,
    24: State.TIMED_OUT,
    152: State.TIMED_OUT,
    255: State.TIMED_OUT,
}
"""The exit codes of a mutant's tests; any other is doubtful."""
_META = re.compile(r"(?:.*/)?mutants/(.+)\.meta", re.DOTALL)


def recognises(head: bytes) -> bool:
    """Whether it is a JSON object with the keys of the statistics, or with exit codes by mutant."""
    if not head.lstrip().startswith(b"{"):
        return False
    return b'"exit_code_by_key"' in head or (b'"no_tests"' in head and b'"check_was_interrupted_by_user"' in head)


def read(source: Source) -> Iterator[MutationReport]:
    """Read the statistics, or one ``.meta`` file; a file without mutants gives a report of none."""
    document = json_document(source)
    if not isinstance(document, dict) or not document.keys() & {"exit_code_by_key", "killed"}:
        raise CannotReadReport("unrecognised", "is JSON, but neither the statistics nor a .meta file of mutmut")
    tally = MutantTally(source)
    if "exit_code_by_key" in document:
        _named(document["exit_code_by_key"], tally, _path(source.name))
    else:
        _counted(document, tally)
    yield tally.report()


READER = Reader(kind=KIND, recognises=recognises, read=read)


def _counted(document: Mapping[str, Any], tally: MutantTally) -> None:
    """The counts; what is in the total but in none of them was not checked, or caught by a type checker."""
    rest = _whole(document, "total")
    for key, state in COUNTS.items():
        number = _whole(document, key)
        rest -= number
        tally.count(state, number)
    if rest < 0:
        raise CannotReadReport("malformed", f"counts {-rest} more mutants than its total of {document['total']}")
    tally.count(State.NOT_RUN, rest)


def _whole(document: Mapping[str, Any], key: str) -> int:
    value = document.get(key)
    if type(value) is not int or not 0 <= value < 10**12:
        raise CannotReadReport("malformed", f"has {str(value)[:40]} where the number of mutants {key!r} should be")
    return value


def _named(codes: Any, tally: MutantTally, path: str | None) -> None:
    if not isinstance(codes, dict) or not all(code is None or type(code) is int for code in codes.values()):
        raise CannotReadReport("malformed", "has no exit code for each mutant")
    for name, code in codes.items():
        tally.add(EXIT_CODES.get(code, State.DOUBTFUL), name, message=f"see it with: mutmut show {name}", path=path)


def _path(name: str) -> str | None:
    """The mutated file: its ``.meta`` has the same path below ``mutants/``."""
    found = _META.fullmatch(name.replace("\\", "/"))
    return found[1] if found else None
