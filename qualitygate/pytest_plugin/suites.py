"""Which evidence entry a test belongs to: by option, marker, path, or folder name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Suites:
    """How the tests of a session are told apart.

    ``entries`` are the evidence entries that can hold tests. ``all_in`` puts every test into one of them. ``paths``
    are folders or files below the root folder with their entries.
    """

    entries: tuple[str, ...]
    all_in: str | None = None
    paths: Mapping[str, str] = field(default_factory=dict)

    @property
    def everywhere(self) -> str | None:
        """The entry of every unmarked test, wherever it lies; ``None`` where its path tells."""
        return None if self.paths else self.only

    @property
    def only(self) -> str | None:
        """The one entry that every unmarked, unmapped test belongs to, ``None`` where there is no such entry."""
        return self.all_in or (self.entries[0] if len(self.entries) == 1 else None)

    def of(self, nodeid: str, marked: str | None) -> str | None:
        """The entry of a test, ``None`` where nothing tells or what tells names no entry."""
        name = self.all_in or (self.of_path(nodeid.partition("::")[0]) if marked is None else marked)
        return name if name in self.entries else None

    def of_path(self, path: str) -> str | None:
        """The entry of a test file: the longest mapped path, the only entry, or the first folder named like one."""
        folders = path.split("/")
        for length in range(len(folders), 0, -1):
            if mapped := self.paths.get("/".join(folders[:length])):
                return mapped
        return self.only or next((folder for folder in folders[:-1] if folder in self.entries), None)

    def lost(self, nodeids: Sequence[str]) -> str:
        """What to say of tests that belong nowhere, and the ways out; empty where there are none."""
        if not nodeids:
            return ""
        more = f" and {len(nodeids) - 1} more" if len(nodeids) > 1 else ""
        return (
            f"{nodeids[0]}{more} cannot be told to be of one of the evidence entries {', '.join(self.entries)}: "
            "name the entry with --qualitygate-suite NAME, map the path in the ini option qualitygate_suites "
            '(tests/unit = unit), or mark the tests with @pytest.mark.qualitygate_suite("NAME")'
        )
