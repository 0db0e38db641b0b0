"""LCOV tracefiles, as geninfo, coverage.py, c8, gcovr and others write them.

Defined at https://manpages.debian.org/unstable/lcov/geninfo.1.en.html#TRACEFILE_FORMAT. What is listed (``DA``,
``BRDA``, ``FN``) is believed, and sums (``LF``, ``LH``) are claims; a sum without a list counts as it is. Line 0 is no
line: gcovr puts functions there that stand on several. A line without hits did not run, even where a branch of it says
it did.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from qualitygate.errors import CannotReadReport
from qualitygate.extension import Reader
from qualitygate.hits import ran, whole
from qualitygate.jsontext import lines
from qualitygate.model.coverage import CoverageReport
from qualitygate.model.evidence import Source
from qualitygate.model.marking import FileMarking, Marking
from qualitygate.recognition import decode

SUMS = {"line": ("LF", "LH"), "branch": ("BRF", "BRH"), "function": ("FNF", "FNH")}
"""The keys of the sums, by kind: found and hit."""
_HEAD = re.compile(r"\s*(?:#[^\n]*\s+)*(?:TN:[^\n]*\s+)*SF:")
_PLAIN = re.compile(r"DA:([1-9][0-9]{0,5}),(0|[1-9][0-9]{0,17})")
"""What most lines of a tracefile are: a line of a file, below the highest that there may be, and its hits."""
_END = re.compile(r"[0-9]+,")


def recognises(head: bytes) -> bool:
    """Whether it begins with ``TN:`` or ``SF:``, comments aside, and has a source file."""
    return bool(_HEAD.match(decode(head)))


def read(source: Source) -> Iterator[CoverageReport]:
    """Read one tracefile; a file in several records is one file."""
    marking = Marking(source)
    record: _Record | None = None
    contradictions: list[str] = []
    for line in lines(source):
        if record and (plain := _PLAIN.fullmatch(line)):
            number, hit = int(plain[1]), plain[2] != "0"
            record.found[number] = hit or record.found.get(number, False)
            continue
        key, _, told = line.strip().partition(":")
        if key == "SF":
            if record:
                record.mark()
            record = _Record(told, marking.file(told))
        elif record and key == "end_of_record":
            contradictions.extend(record.ended())
            record = None
        elif record and key in KEYS:
            KEYS[key](record, told)
        elif record and key in _SUM_KEYS:
            record.sums[key] = whole(told)
    if record or not len(marking):
        raise CannotReadReport(*(_CUT if record else _NOTHING))
    yield marking.report(contradictions=contradictions)


READER = Reader(kind="coverage", recognises=recognises, read=read)

_CUT = ("truncated", "ends in the middle of a record: cut off?")
_NOTHING = ("unrecognised", "has no source file (SF:)")
_SUM_KEYS = frozenset(key for keys in SUMS.values() for key in keys)


class _Record:
    """One record: the file it marks, the lines it lists, and what it sums up."""

    __slots__ = ("file", "found", "path", "sums")

    def __init__(self, path: str, file: FileMarking) -> None:
        self.path = path
        self.file = file
        self.found: dict[int, bool] = {}
        self.sums: dict[str, int] = {}

    def mark(self) -> None:
        """Hand the lines over."""
        self.file.lines(self.found)

    def ended(self) -> Iterator[str]:
        """Hand lines and sums over; where the sums of the lines deny the list, say so."""
        self.mark()
        for kind, (found, hit) in SUMS.items():
            if self.sums.get(found) and hit in self.sums:
                self.file.total(kind, (self.sums[hit], self.sums[found]))
        counted = {"LF": len(self.found), "LH": sum(self.found.values())}
        for key, number in counted.items():
            if self.found and self.sums.get(key, number) != number:
                yield f"{self.path} counts {self.sums[key]} lines in {key} but lists {number}"


def _line(record: _Record, told: str) -> None:
    number, hits, *_ = (*told.split(","), "")
    line, hit = whole(number), ran(hits)
    record.file.line(line, ran=hit)
    if line > 0:
        record.found[line] = record.found.get(line, False) or hit


def _branch(record: _Record, told: str) -> None:
    """``BRDA:line,block,branch,taken``, where a branch may be any text, and ``-`` is a block that never ran."""
    where, _, taken = told.rpartition(",")
    line, _, name = where.partition(",")
    record.file.branch(whole(line), name, taken=taken != "-" and ran(taken))


def _function(record: _Record, told: str) -> None:
    """``FN:first,name``, or ``FN:first,last,name`` since LCOV 2."""
    _, _, name = told.partition(",")
    record.file.function(_END.sub("", name, count=1) if _END.match(name) else name, ran=False)


def _function_hits(record: _Record, told: str) -> None:
    """``FNDA:hits,name``."""
    hits, _, name = told.partition(",")
    record.file.function(name, ran=ran(hits))


def _alias(record: _Record, told: str) -> None:
    """``FNA:index,hits,name``, since LCOV 2.2."""
    _function_hits(record, told.partition(",")[2])


KEYS: Mapping[str, Callable[[_Record, str], None]] = {
    "DA": _line,
    "BRDA": _branch,
    "FN": _function,
    "FNDA": _function_hits,
    "FNA": _alias,
}
"""The keys of what is listed."""
