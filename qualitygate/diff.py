"""A diff of git as the lines it adds: which lines of which files are new or different.

What is read is the output of ``git diff --raw --patch``: records of all files, then the patches. A hunk is read by the
counts of its head, so that no line of a file can pass for a head, and so that lines of context change nothing. Defined
at https://git-scm.com/docs/diff-format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from qualitygate.model.code import LANGUAGES, extension

LINE = 65_536
"""Bytes of a line that are looked at."""
_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_RECORD = re.compile(rb":\d+ (\d+) \S+ \S+ ([A-Z])\d*\t(.+)")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_LETTERS = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}
_LINKS = (b"120000", b"160000")
"""The modes of symbolic links and submodules, which have no lines of their own."""
_GONE = (b"D", b"U")
"""Deleted, and left out of a merge that is not finished; what is there of one is a change like any other."""


def changed_lines(stream: IO[bytes]) -> dict[str, int]:
    """The changed lines of every file of a diff that is still there, as masks.

    Binary files have none, unless they are called like source code.
    """
    lines = _lines(stream)
    found: dict[str, bytearray] = {}
    binary: set[str] = set()
    path = ""
    for line in lines:
        if line.startswith(b":"):
            _record(line, found)
        elif line.startswith(b"diff --git "):
            path = ""
        elif line.startswith(b"+++ "):
            path = name(line[4:].rstrip(b"\n").removesuffix(b"\t")).removeprefix("b/")
        elif hunk := _HUNK.match(line):
            is_text = _hunk(lines, found.get(path, bytearray()), *(int(part or 1) for part in hunk.groups()))
            if not is_text and extension(path) not in LANGUAGES:
                binary.add(path)
    return {path: 0 if path in binary else int.from_bytes(mask, "little") for path, mask in found.items()}


def name(told: bytes) -> str:
    """A path as git writes it: in quotes and with escapes where it has characters that need them."""
    if len(told) > 1 and told.startswith(b'"') and told.endswith(b'"'):
        told = _ESCAPE.sub(_unescaped, told[1:-1])
    return told.decode("utf-8", "replace")


def _record(line: bytes, found: dict[str, bytearray]) -> None:
    record = _RECORD.match(line.rstrip(b"\n"))
    if record is None:
        return
    mode, status, paths = record.groups()
    if status not in _GONE and mode not in _LINKS:
        found[name(paths.rpartition(b"\t")[2])] = bytearray()


def _hunk(lines: Iterator[bytes], added: bytearray, old: int, first: int, new: int) -> bool:
    """Mark the lines that a hunk adds, and say whether they are text; it has ``old`` and ``new`` lines from ``first``.

    ``added`` has a bit for every line.
    """
    is_text, at, end = True, first, first + new
    added.extend(bytes(max(0, (end >> 3) + 1 - len(added))))
    while old > 0 or at < end:
        line = next(lines, b"")
        if line.startswith(b"+"):
            added[at >> 3] |= 1 << (at & 7)
            at += 1
            is_text = is_text and b"\0" not in line
        elif line.startswith(b"-"):
            old -= 1
        elif not line:
            break
        elif not line.startswith(b"\\"):
            old -= 1
            at += 1
    return is_text


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Lines, each cut after its first bytes: a file may be one endless line."""
    while line := stream.readline(LINE):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(LINE)
        yield line


def _unescaped(escape: re.Match[bytes]) -> bytes:
    told = escape[1]
    return bytes([int(told, 8) & 255]) if len(told) == 3 else _LETTERS.get(told, told)
