"""Opening a pack that a stranger sent: its form is held against ours before anything is read. Nothing is extracted."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from qualitygate.errors import CannotUsePack
from qualitygate.pack.archive import HEX, MODE, SEAL, UNIX, seal_of
from qualitygate.pack.caps import COUNT_CAP, RATIO_CAP, RATIO_FROM, TEXT_CAP, TOTAL_CAP
from qualitygate.pack.names import LONGEST, is_safe
from qualitygate.values import dataclass

BROKEN = (
    *(BadZipFile, EOFError, IndexError, KeyError, NotImplementedError, OverflowError, RuntimeError, UnicodeError),
    *(ValueError, OSError, struct.error, zlib.error),
)
"""What ``zipfile`` raises over bytes that are no ZIP, or no longer one."""
_END = struct.Struct("<4s4H2LH")
_LOCATOR = 20
"""Bytes of what says that there is another directory, of ZIP64, before ours."""
_HEADER = 30
_RECORD = 46


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """An open pack of a form that is safe to read. ``sealed``: nothing was changed since it was written."""

    archive: ZipFile
    sizes: dict[str, int]
    sealed: bool

    def open(self, name: str) -> IO[bytes]:
        """A stream of one of its files, which may turn out to be damaged. Raises ``OSError`` where it is not there."""
        if name not in self.sizes:
            raise OSError(0, "it is not in the pack")
        return self.archive.open(name)

    def read(self, name: str) -> bytes:
        """The whole of one of its files. Raises :class:`~qualitygate.errors.CannotUsePack`."""
        if name not in self.sizes:
            raise CannotUsePack("not-a-pack", f"there is no {name} in it")
        if self.sizes[name] > TEXT_CAP:
            raise CannotUsePack("too-large", f"{name} is larger than {TEXT_CAP // 1024**2} MB")
        try:
            return self.archive.read(name)
        except BROKEN as error:
            raise CannotUsePack("not-a-pack", f"{name} cannot be read: {error}") from error


@contextmanager
def opened(path: str) -> Iterator[Pack]:
    """A pack, open for reading. Raises :class:`~qualitygate.errors.CannotUsePack` for anything else, and for traps."""
    try:
        file = open(path, "rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise CannotUsePack("not-a-pack", f"{path} cannot be opened: {error.strerror}") from error
    with file:
        start = _refuse_foreign(path, file)
        sealed = seal_of(file) == _tail(file, HEX).decode("ascii", "replace")
        try:
            archive = ZipFile(file)
        except BROKEN as error:
            raise CannotUsePack("not-a-pack", f"{path} is damaged: {error}") from error
        with archive:
            _refuse_traps(archive.infolist(), start)
            yield Pack(
                archive=archive, sizes={each.filename: each.file_size for each in archive.infolist()}, sealed=sealed
            )


def _tail(file: IO[bytes], length: int) -> bytes:
    file.seek(-length, os.SEEK_END)
    return file.read(length)


def _refuse_foreign(path: str, file: IO[bytes]) -> int:
    """Refuse what does not end as a pack does; gives where its directory begins, which nobody has parsed yet."""
    size = file.seek(0, os.SEEK_END)
    length = _END.size + len(SEAL) + HEX
    if size > TOTAL_CAP:
        raise CannotUsePack("too-large", f"{path} is larger than {TOTAL_CAP // 1024**3} GB")
    if size < length:
        raise CannotUsePack("not-a-pack", f"{path} is no evidence pack: it is too short")
    file.seek(max(0, size - length - _LOCATOR))
    wide = file.read(4) == b"PK\6\7"
    end = _tail(file, length)
    mark, disk, first, here, count, directory, start, comment = _END.unpack(end[: _END.size])
    if mark != b"PK\5\6" or not end[_END.size :].startswith(SEAL) or comment != len(SEAL) + HEX:
        raise CannotUsePack("not-a-pack", f"{path} is no evidence pack, or is cut off: it does not end with a seal")
    if wide or disk or first or here != count or start + directory != size - length:
        raise CannotUsePack("not-a-pack", f"{path} is damaged: its directory is not where it should be")
    if count > COUNT_CAP or directory > count * (_RECORD + LONGEST):
        raise CannotUsePack(
            "too-large", f"{path} has {count:,} files, more than the {COUNT_CAP:,} that a pack may have"
        )
    return int(start)


def _refuse_traps(files: list[ZipInfo], start: int) -> None:
    """Refuse names that lead elsewhere, anything but plain files, files that overlap, and what would not end."""
    total = at = 0
    last = ""
    for each in files:
        name = each.filename
        shown = ascii(each.orig_filename)
        if each.orig_filename != name or not is_safe(name):
            raise CannotUsePack("unsafe-pack", f"{shown} is a name that leads out of the pack, or means a device")
        if name == last:
            raise CannotUsePack("unsafe-pack", f"{shown} is there twice")
        if name < last:
            raise CannotUsePack("unsafe-pack", f"{shown} is not in order, so the pack was written by somebody else")
        if (each.create_system, each.external_attr) != (UNIX, MODE):
            raise CannotUsePack(
                "unsafe-pack", f"{shown} is no plain file: a link, a folder, or marked as something else"
            )
        if each.flag_bits & ~0x800 or each.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise CannotUsePack("unsafe-pack", f"{shown} is encrypted, or packed as no pack is")
        if each.file_size > RATIO_FROM and each.file_size > RATIO_CAP * each.compress_size:
            message = f"{shown} is said to become {each.file_size:,} bytes out of {each.compress_size:,}: a bomb"
            raise CannotUsePack("too-large", message)
        if each.header_offset != at or each.extra or each.comment:
            raise CannotUsePack("unsafe-pack", f"{shown} overlaps another file, or hides something before it")
        at += _HEADER + len(name.encode()) + each.compress_size
        total += each.file_size
        last = name
    if total > TOTAL_CAP:
        raise CannotUsePack("too-large", f"it is said to hold {total:,} bytes")
    if at != start:
        raise CannotUsePack("unsafe-pack", "something is hidden between the last file and the directory")
