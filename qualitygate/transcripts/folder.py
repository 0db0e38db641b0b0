"""The folder that transcripts are kept in: written where they differ, taken away where their issue is gone."""

from __future__ import annotations

import os
from collections.abc import Iterable
from glob import glob

from qualitygate import outputs
from qualitygate.errors import ConfigError, Problem
from qualitygate.transcripts.writing import BY, Transcript
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFolder:
    """The folder of one kind of record, and the repository whose files in it are ours: ``url`` is its page."""

    folder: str
    repository: str
    url: str

    def path(self, number: str, suffix: str) -> str:
        """The file of an issue, or with no number that of the whole repository."""
        name = "-".join(filter(None, [self.repository.replace("/", "-"), number]))
        return "/".join([self.folder, f"{name}{suffix}"])

    def text(self, path: str) -> str:
        """What stands in a file of ours; nothing where there is none.

        Raises :class:`~qualitygate.errors.ConfigError` where it is of somebody else: it is not for us to write over it.
        """
        try:
            with open(path, encoding="utf-8", newline="") as file:
                found = file.read()
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeError) as error:
            raise ConfigError([Problem("output", f"{path} cannot be read: {error}")]) from error
        if not self.owns(found):
            help_ = "move it, or write elsewhere with --to"
            raise ConfigError([Problem("output", f"{path} is there, and is no record of {self.url}", help=help_)])
        return found

    def owns(self, content: str) -> bool:
        """Whether a file was written from this repository: its first or second line says so."""
        begins = f"# From {self.url}"
        return any(
            line.startswith((f"{begins}/", f"{begins};")) and line.endswith(f"{BY}.")
            for line in content.splitlines()[:2]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of the files."""

    written: tuple[str, ...]
    removed: tuple[str, ...]


def keep(place: RecordFolder, transcripts: Iterable[Transcript]) -> Kept:
    """Write those that differ, and remove the files of the repository that are of no issue any more.

    Each is written whole or not at all, so that a run that was cut off is made good by the next.
    """
    wanted = {each.path: each.text for each in transcripts}
    written = [path for path, content in wanted.items() if place.text(path) != content]
    for path in written:
        outputs.write(path, [wanted[path]])
    there = glob("*", root_dir=place.folder)
    gone = [path for name in sorted(there) if (path := f"{place.folder}/{name}") not in wanted and _ours(place, path)]
    for path in gone:
        _remove(path)
    return Kept(written=tuple(written), removed=tuple(gone))


def _remove(path: str) -> None:
    try:
        os.remove(path)
    except OSError as error:
        raise ConfigError([Problem("output", f"{path} cannot be removed: {error.strerror or error}")]) from error


def _ours(place: RecordFolder, path: str) -> bool:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return place.owns(file.read(2_000))
    except OSError:
        return False
