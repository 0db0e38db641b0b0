"""Go's coverage profiles, as ``go test -coverprofile`` writes them.

The format is told in https://github.com/golang/tools/blob/master/cover/profile.go: a mode, then blocks of statements.
Statements are counted, as ``go tool cover`` does; a block that several packages' tests told of counts once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qualitygate.errors import CannotReadReport
from qualitygate.extension import Reader
from qualitygate.hits import ran
from qualitygate.jsontext import lines
from qualitygate.model.coverage import CoverageReport
from qualitygate.model.evidence import Source
from qualitygate.model.marking import Marking
from qualitygate.recognition import decode

_MODE = re.compile(r"mode: (?:set|count|atomic)\s*(?:$|\n)")
_BLOCK = re.compile(r"(.+):(\d{1,9}\.\d{1,9},\d{1,9}\.\d{1,9}) (\d{1,9}) (\d{1,40})", re.ASCII)


def recognises(head: bytes) -> bool:
    """Whether the first line is a mode."""
    return bool(_MODE.match(decode(head)))


def read(source: Source) -> Iterator[CoverageReport]:
    """Read one profile, or several one after another."""
    marking = Marking(source)
    for number, line in enumerate(lines(source), 1):
        block = _BLOCK.fullmatch(line.strip())
        if block:
            marking.file(block[1]).block(block[2], int(block[3]), ran=ran(block[4]))
        elif (number == 1 or line.strip()) and not _MODE.match(line):
            raise CannotReadReport("malformed", f"has neither a mode nor a block of statements in line {number}")
    yield marking.report()


READER = Reader(kind="coverage", recognises=recognises, read=read)
