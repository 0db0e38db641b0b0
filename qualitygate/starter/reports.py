"""Reports that lie in a project, recognised by what is in them, as the evidence entries that would declare them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from glob import escape
from posixpath import basename, commonprefix, dirname, join

from qualitygate import registry
from qualitygate.recognition import HEAD
from qualitygate.sources import matches
from qualitygate.starter.project import NEVER, Entry

SUFFIXES = (".xml", ".json", ".jsonl", ".info", ".trx", ".sarif", ".out", ".tap")
KINDS = ("tests", "coverage", "findings")
CAP = 2_000
"""Files that are looked into."""
_SUITES = {
    "regression": re.compile("regression"),
    "integration": re.compile(r"integration|failsafe|e2e|(?:^|[/_.-])it(?:[/_.-]|$)"),
    "unit": re.compile("unit|surefire"),
}
_NAMES = {"coverage": "coverage", "findings": "lint"}

Known = tuple[str, str]
"""The kind of a file and the reader that knows it."""


def lying(folder: str) -> dict[str, Known]:
    """The reports below a folder, by path; of a heap of files the first ones."""
    found: dict[str, Known] = {}
    for path in list(_candidates(folder))[:CAP]:
        if known := _known(os.path.join(folder, path)):
            found[path] = known
    return found


def entries(found: Mapping[str, Known], folder: str) -> Iterator[Entry]:
    """Entries that declare some reports: tests by suite, coverage of one format (two would count twice), findings."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for path, (kind, reader) in sorted(found.items()):
        groups.setdefault((kind, _suite(path) if kind == "tests" else _NAMES[kind], reader), []).append(path)
    covering = {reader for kind, _, reader in groups if kind == "coverage"}
    chosen = next((name for name in registry.names(registry.READERS) if name in covering), None)
    for (kind, name, reader), paths in sorted(groups.items(), key=lambda group: KINDS.index(group[0][0])):
        if kind != "coverage" or reader == chosen:
            yield Entry(name=name, kind=kind, reader=reader, files=tuple(_globs(paths, folder)))


def _candidates(folder: str) -> Iterator[str]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in NEVER and not name.startswith("."))
        below = os.path.relpath(where, folder).replace(os.sep, "/")
        for name in sorted(names):
            if name.endswith(SUFFIXES) and not name.startswith(".") and name.isprintable():
                yield name if below == "." else f"{below}/{name}"


def _known(path: str) -> Known | None:
    try:
        with open(path, "rb") as stream:
            found = registry.reader_for(stream.read(HEAD))
    except OSError:
        return None
    return (found[1].kind, found[0]) if found and found[1].kind in KINDS else None


def _suite(path: str) -> str:
    return next((name for name, words in _SUITES.items() if words.search(path.lower())), "tests")


def _globs(paths: Sequence[str], folder: str) -> Sequence[str]:
    """The shortest way to say these files and no others."""
    plain = [escape(path) for path in paths]
    if len(plain) == 1:
        return plain
    for glob in _guesses(paths):
        if sorted(path.replace(os.sep, "/") for path in matches(glob, folder)) == sorted(paths):
            return [glob]
    folders = {f"{escape(dirname(path))}/*{_suffix(path)}" for path in paths if dirname(path)}
    reached = {path.replace(os.sep, "/") for glob in folders for path in matches(glob, folder)}
    return sorted(folders) if reached == set(paths) else plain


def _guesses(paths: Sequence[str]) -> Iterator[str]:
    ends = {_suffix(path) for path in paths}
    if len(ends) > 1:
        return
    name = f"*{ends.pop()}"
    folders = sorted({dirname(path) for path in paths})
    start = escape(commonprefix([basename(path) for path in paths]))
    if len(folders) == 1:
        yield escape(folders[0]) + f"/{name}" if folders[0] else name
        yield join(escape(folders[0]), f"{start}{name}")
        return
    steps = [folder.split("/") for folder in folders]
    tail: list[str] = []
    for parts in zip(*map(reversed, steps), strict=False):
        if len(set(parts)) > 1:
            break
        tail.insert(0, escape(parts[0]))
    if tail:
        yield "/".join(["**", *tail, name])
        yield "/".join(["**", *tail, f"{start}{name}"])
    if head := os.path.commonpath(folders):
        yield f"{escape(head)}/**/{name}"


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1]
