"""A register of documents to begin with: a preset that ships with qualitygate, fitted to the project."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from posixpath import basename, splitext

from qualitygate.config.inheritance import policies
from qualitygate.language import say
from qualitygate.model.due import months_after
from qualitygate.starter.project import Project
from qualitygate.starter.quoting import quoted

PRESETS = ("gbt8567", "oss", "builtin")
PATH = "quality/documents.yml"
_DAY = re.compile(r"\b2026-(\d\d)-01\b")
"""A day of a preset, whose project starts with the year."""
_DECLARED = re.compile(r'(?<=\bpath: )(?:"([^"]+)"|([^\s,}"]+))')
_OTHERS = {
    "README.md": ("README.md", "README.rst", "README.txt", "README"),
    "LICENSE*": ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "LICENCE.md", "LICENCE.txt", "COPYING"),
}
"""What a project may call what a preset names, the first that is there."""
_SUFFIXES = (".md", ".rst", ".adoc", ".docx", ".pdf", ".odt")


def fitting(project: Project) -> str:
    """The preset for a project where nobody names one: by its licence, open source or handed over."""
    return "oss" if project.named(*_OTHERS["LICENSE*"]) else "builtin"


def register(preset: str, project: Project, start: date | None, today: date) -> str:
    """The text of a preset, with the days of its stages counted from a start, and paths as the project has them.

    Without a start it is today, where the preset has stages.
    """
    with open(os.path.join(policies(), "documents", f"{preset}.yml"), encoding="utf-8") as file:
        text = file.read()
    head, _, tail = text.partition("\nlinks:\n")
    if start and "\nstart:" not in head:
        head = head.replace("\npeople:", "\nstart: 2026-01-01\npeople:", 1)
    begin = start or today
    head = _DAY.sub(lambda match: str(months_after(begin, int(match[1]) - 1)), head)
    head = _DECLARED.sub(lambda match: quoted(_fitted(match[1] or match[2], project)), head)
    everywhere = "{path: .}" in tail
    return "\n".join([head, *_sections(project, everywhere=everywhere)]) + "\n"


def _fitted(path: str, project: Project) -> str:
    """The file that the project has for a path of a preset; the path itself where it has none."""
    if path in _OTHERS:
        return next(iter(project.named(*_OTHERS[path])), path)
    if path == "CHANGELOG.md":
        return project.changelog or path
    if not path.startswith("docs/"):
        return path
    placed = f"{project.docs}/{path.removeprefix('docs/')}"
    if "*" in placed:
        written = any(page.endswith(".md") for page in project.pages(project.docs)) or not any(
            project.pages(project.docs)
        )
        return placed if written else placed.replace(".md", ".rst")
    if placed in project.files:
        return placed
    stem = splitext(basename(placed))[0].casefold()
    below = (file for file in sorted(project.files) if file.startswith(f"{project.docs}/"))
    same_name = [file for file in below if _stem(file) == stem]
    return same_name[0] if len(same_name) == 1 else placed


def _stem(file: str) -> str | None:
    stem, suffix = splitext(basename(file))
    return stem.casefold() if suffix.casefold() in _SUFFIXES else None


def _sections(project: Project, *, everywhere: bool) -> Iterator[str]:
    """What the register says besides documents: links, translations, pages, change log."""
    site = "gitlab" if ".gitlab-ci.yml" in project.files else None
    yield "links:"
    if everywhere:
        yield _link(".", site)
    shown = _site(project)
    if shown or not everywhere:
        yield _link(project.docs, shown or site)
    if project.translations:
        yield "translations:"
        yield from (f"  - {{of: {quoted(of)}, in: {quoted(into)}}}" for of, into in project.translations)
    yield f'pages: ["{project.docs}/**"]'
    none = say("no change log was found")
    yield f"changelog: {quoted(project.changelog)}" if project.changelog else f"# changelog: CHANGELOG.md  # {none}"


def _site(project: Project) -> str | None:
    """What shows the documents of the project, where it is not the site that hosts it."""
    if project.named("mkdocs.yml", "mkdocs.yaml"):
        return "mkdocs"
    return "sphinx" if f"{project.docs}/conf.py" in project.files else None


def _link(path: str, profile: str | None) -> str:
    return f"  - {{path: {quoted(path)}, profile: {profile}}}" if profile else f"  - {{path: {quoted(path)}}}"
