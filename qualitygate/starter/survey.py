"""A look at a project: the reports that lie there, and for what does not, those that its tools would write."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace

from qualitygate.model.tree import Tree
from qualitygate.starter import reports, tools
from qualitygate.starter.project import Entry, Project, own_files, texts


def survey(folder: str, tree: Tree) -> Project:
    """The project in a folder, whose files a tree tells."""
    files = own_files(tree)
    there = list(reports.entries(reports.lying(folder), folder))
    kinds = {entry.kind for entry in there}
    expected = [entry for entry in tools.likely(texts(tree, tools.marks(files))) if entry.kind not in kinds]
    name = os.path.basename(os.path.abspath(folder)) or "project"
    return Project(name=name, files=files, entries=tuple(_named([*there, *expected])))


def _named(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries, each with a name of its own."""
    taken: set[str] = set()
    for entry in entries:
        name = entry.name if entry.kind != "coverage" else "coverage"
        if name in taken:
            name = f"{name}-{entry.tool.casefold().strip('.').replace(' ', '-') or entry.reader}"
        while name in taken:
            name += "-2"
        taken.add(name)
        yield replace(entry, name=name)
