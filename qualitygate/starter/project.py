"""What lies in a project when it begins with a policy: its files, its reports, and what its tools would write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from posixpath import basename, dirname, join
from typing import IO

from qualitygate.documents.site import PAGES
from qualitygate.model.tree import Tree
from qualitygate.values import dataclass

NEVER = frozenset(
    {
        *("node_modules", "site-packages", "vendor", "venv", "env", "__pycache__"),
        *("tests", "testdata", "fixtures", "__fixtures__", "samples", "examples", "resources"),
    }
)
"""Folders of other people's files, and of files that only look like a project's own."""
DOCS = ("docs", "doc", "documentation")
CHANGELOGS = ("changelog", "changes", "history", "news")
_TRANSLATED = re.compile(r"README[._-](?:[a-z]{2}(?:[-_][A-Za-z]{2,4})?|cn|kr|jp|tw)\.md", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Evidence to declare: reports that are there, or that ``how``, a command, would write.

    ``kind`` is ``tests``, ``coverage`` or ``findings``, ``reader`` what reads it, ``by`` the file that shows the tool.
    """

    name: str
    kind: str
    reader: str
    files: tuple[str, ...]
    how: str = ""
    tool: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project: ``files`` are those of its checkout, from its folder, and ``entries`` the evidence to declare."""

    name: str
    files: frozenset[str]
    entries: tuple[Entry, ...] = ()

    @property
    def docs(self) -> str:
        """The folder of its documents; ``docs`` where there is none yet."""
        return next((folder for folder in DOCS if any(self.pages(folder))), DOCS[0])

    @property
    def changelog(self) -> str | None:
        """Its change log in Markdown."""
        return next(iter(self.named(*(f"{name}.md" for name in CHANGELOGS))), None)

    @property
    def translations(self) -> tuple[tuple[str, str], ...]:
        """Its README with each translation that lies beside it."""
        whole = self.named("README.md")
        return tuple((whole[0], file) for file in sorted(self.files) if whole and _TRANSLATED.fullmatch(file))

    @property
    def tested(self) -> bool:
        """Whether there are test reports, or would be."""
        return any(entry.kind == "tests" for entry in self.entries)

    def has(self, evidence: str) -> bool:
        """Whether evidence of a name is there, or would be. Tests of an unknown name may be unit tests."""
        names = {entry.name for entry in self.entries}
        return evidence in names or (evidence == "unit" and "tests" in names)

    def pages(self, folder: str) -> Iterator[str]:
        """The pages below a folder."""
        return (file for file in self.files if file.startswith(f"{folder}/") and file.endswith(PAGES))

    def named(self, *names: str) -> list[str]:
        """The files of its own folder with one of some names, whatever their case, in the order of the names."""
        own = {file.casefold(): file for file in sorted(self.files) if "/" not in file}
        return [own[name.casefold()] for name in names if name.casefold() in own]


def own_files(tree: Tree) -> frozenset[str]:
    """The files of a tree below its folder, as paths from there, without other people's; odd names are left out."""
    lead = f"{tree.folder}/" if tree.folder else ""
    below = (path.removeprefix(lead) for path in tree.paths if path.startswith(lead))
    return frozenset(path for path in below if path.isprintable() and NEVER.isdisjoint(path.split("/")[:-1]))


def texts(tree: Tree, files: Sequence[str], most: int = 64 * 1024) -> Mapping[str, str]:
    """The beginnings of some files; one that cannot be opened is empty."""
    return {file: _text(tree, join(tree.folder, file), most) for file in files}


def shallow(files: frozenset[str], names: Sequence[str]) -> list[str]:
    """The files of some names, the nearest first, that lie no deeper than two folders."""
    found = (file for file in files if basename(file) in names and file.count("/") <= 2)
    return sorted(found, key=lambda file: (file.count("/"), names.index(basename(file)), dirname(file)))


def _text(tree: Tree, path: str, most: int) -> str:
    try:
        stream: IO[bytes]
        with tree.open(path) as stream:
            return stream.read(most).decode("utf-8", "replace")
    except OSError:
        return ""
