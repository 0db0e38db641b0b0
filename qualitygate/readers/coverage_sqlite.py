"""coverage.py's data file, ``.coverage``, an SQLite database: read through coverage.py and the sources it measured.

Its tables are told in https://coverage.readthedocs.io/en/latest/dbschema.html. They hold what ran; what could have run
is in the sources, which have to be where they were. Needs the extra ``coverage``.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from qualitygate.errors import CannotReadReport
from qualitygate.extension import Reader
from qualitygate.model.coverage import CoverageReport
from qualitygate.model.evidence import Source
from qualitygate.model.marking import FileMarking, Marking

if TYPE_CHECKING:
    from coverage import Coverage

SIZE_CAP = 256 * 1024**2
SOURCE_CAP = 8 * 1024**2
"""Bytes of one measured source file."""
_INSTEAD = "write the report where the tests ran, with coverage xml or coverage json"


def recognises(head: bytes) -> bool:
    """Whether it is an SQLite database with coverage.py's tables."""
    return head.startswith(b"SQLite format 3\0") and b"coverage_schema" in head and b"line_bits" in head


def read(source: Source) -> Iterator[CoverageReport]:
    """Read one data file, by a copy: opening a database may change it."""
    try:
        from coverage import Coverage  # noqa: PLC0415 - an extra
        from coverage.exceptions import CoverageException  # noqa: PLC0415
    except ImportError as error:
        raise CannotReadReport(
            "unreadable", "needs coverage.py to be read: install qualitygate-ci[coverage]"
        ) from error
    with TemporaryDirectory() as folder:
        copy = os.path.join(folder, "data")
        with source.open() as stream, open(copy, "wb") as file:
            file.write(_content(stream.read(SIZE_CAP + 1)))
        measured = Coverage(data_file=copy, config_file=False, messages=False)
        try:
            yield _report(measured, source)
        except (CoverageException, sqlite3.Error, ValueError, TypeError, LookupError, OverflowError) as error:
            raise CannotReadReport("malformed", f"cannot be read by coverage.py: {error}") from error
        finally:
            measured.get_data().close(force=True)


READER = Reader(kind="coverage", recognises=recognises, read=read)


def _content(content: bytes) -> bytes:
    if len(content) > SIZE_CAP:
        raise CannotReadReport("too-large", f"is larger than {SIZE_CAP // 1024**2} MB")
    if not recognises(content[:65_536]):
        raise CannotReadReport("unrecognised", "is no data file of coverage.py")
    return content


def _report(measured: Coverage, source: Source) -> CoverageReport:
    marking = Marking(source)
    measured.load()
    data = measured.get_data()
    for path in sorted(data.measured_files()):
        if not os.path.isfile(path) or os.path.getsize(path) > SOURCE_CAP:
            raise CannotReadReport("unreadable", f"needs the sources it measured, and {path} is not there: {_INSTEAD}")
        _file(measured, path, marking.file(path), branches=data.has_arcs())
    return marking.report(at=source.at)


def _file(measured: Coverage, path: str, file: FileMarking, *, branches: bool) -> None:
    _, statements, _, missing, _ = measured.analysis2(path)
    for number in statements:
        file.line(number, ran=number not in missing)
    if branches:
        for number, (total, taken) in measured.branch_stats(path).items():
            file.branches(number, (taken, total))
