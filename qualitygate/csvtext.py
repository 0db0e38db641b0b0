"""CSV text to rows with their lines, strictly: the delimiter is told by the header, and every row is as long as it.

https://www.rfc-editor.org/rfc/rfc4180, with semicolons and tabs too, as spreadsheets write them. ``written`` goes the
other way, for people who open it in one.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from io import StringIO
from typing import Any

from qualitygate.errors import CannotReadReport
from qualitygate.escaping import cell as harmless

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
HEADER_CAP = 4_096
"""Characters of the first line that are looked at."""
MARK = "\ufeff"
"""The byte-order mark. Without it Excel reads UTF-8 in the code page of its machine, and Chinese becomes noise."""
_CUT = "unexpected end of data"


def header(text: str, known: Collection[str], *, cap: int = HEADER_CAP) -> tuple[str, list[str]]:
    """The delimiter of a text and the names of its columns, lower-case, words joined by ``_``.

    The delimiter is the one that makes the most known columns of the first line. Raises
    :class:`~qualitygate.errors.CannotReadReport` where none makes any, or two make equally many.
    """
    first = text[:cap].lstrip("\r\n").partition("\n")[0].rstrip("\r")
    found = {delimiter: _names(first, delimiter) for delimiter in DELIMITERS}
    scores = {delimiter: len(set(names) & set(known)) for delimiter, names in found.items()}
    best = max(scores.values())
    winners = [delimiter for delimiter, score in scores.items() if score == best]
    if not best:
        raise CannotReadReport("unrecognised", f"has no known column in its first line {first[:60]!r}")
    if len(winners) > 1 and len(found[winners[0]]) > 1:
        names = " and ".join(DELIMITERS[delimiter] for delimiter in winners)
        raise CannotReadReport("malformed", f"has a header that {names} part equally well")
    return winners[0], found[winners[0]]


def rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows below the header, each with the line it begins in; rows of empty cells are left out.

    Raises :class:`~qualitygate.errors.CannotReadReport`: ``truncated`` within quotes, else ``malformed``.
    """
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    began, seen_header = 1, False
    try:
        for cells in reader:
            line, began = began, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if seen_header:
                yield line, [cell.strip() for cell in cells]
            seen_header = True
    except csv.Error as error:
        cut = str(error) == _CUT
        told = f"ends within quotes that open in line {began}: cut off?" if cut else f"line {began} is no CSV: {error}"
        raise CannotReadReport("truncated" if cut else "malformed", told) from error


def _names(line: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []
    return [column(cell) for cell in cells]


def column(cell: str) -> str:
    """The name of a column: lower-case, words joined by ``_``."""
    return "_".join(cell.strip().lower().replace("-", " ").split())


def written(columns: Sequence[str], records: Iterable[Mapping[str, Any]]) -> str:
    """A table for a spreadsheet: a byte-order mark, a header, a line a record; no cell is one that it would compute."""
    out = StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\r\n")
    writer.writeheader()
    for record in records:
        writer.writerow({key: harmless(told) if isinstance(told, str) else told for key, told in record.items()})
    return MARK + out.getvalue()
