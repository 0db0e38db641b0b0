"""The iCalendar files that the calendars of a policy name, as their texts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from qualitygate.config.files import WORK_TREE, Files
from qualitygate.support.complaints import Complaints, Path
from qualitygate.support.holidays import ICS
from qualitygate.values import dataclass

SIZE_CAP = 2_000_000
"""The most bytes of a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Where the files that a policy names are: below which folder, and through which door."""

    base_dir: str = "."
    files: Files = WORK_TREE


Names = dict[Path, str]
"""What problems call the file of a row of holidays."""


def with_texts(calendars: Mapping[str, Any], folder: Folder, complaints: Complaints) -> tuple[dict[str, Any], Names]:
    """The calendars with the text of each file in the place of its name, and what each file is called.

    A file that cannot be read is complained about, and closes no day.
    """
    names: Names = {}

    def row(written: Any, path: Path) -> Any:
        if not isinstance(written, Mapping):
            return written
        found = os.path.join(folder.base_dir, written["file"])
        names[path] = folder.files.name(os.path.relpath(found))
        return {ICS: _text(found, folder.files, (*path, "file"), complaints)}

    def rows(written: Any, path: Path) -> Any:
        if isinstance(written, list):
            return [row(one, (*path, index)) for index, one in enumerate(written)]
        return row(written, path)

    made = {
        name: {key: rows(said, ("calendars", name, key)) if key == "holidays" else said for key, said in each.items()}
        for name, each in calendars.items()
    }
    return made, names


def _text(path: str, files: Files, where: Path, complaints: Complaints) -> str | None:
    try:
        raw = files.read(path, SIZE_CAP + 1)
        if len(raw) <= SIZE_CAP:
            return raw.decode("utf-8-sig")
        complaints.add(where, f"{files.name(path)} is larger than {SIZE_CAP // 10**6} MB")
    except OSError as error:
        complaints.add(where, f"{files.name(path)} cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        complaints.add(where, f"{files.name(path)} is not UTF-8 text: byte {error.start} is 0x{raw[error.start]:02x}")
    return None
