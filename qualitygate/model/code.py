"""Which files of a checkout are code: those the policy names, else those that are written in a known language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from posixpath import join, normpath

from qualitygate.values import dataclass

LANGUAGES = frozenset((
    "c", "cc", "cjs", "clj", "cljs", "cpp", "cs", "cts", "cxx", "dart", "erl", "ex", "fs", "go", "groovy", "h", "hh",
    "hpp", "hxx", "java", "jl", "js", "jsx", "kt", "lua", "m", "mjs", "mm", "mts", "php", "pl", "pm", "ps1", "py",
    "pyx", "r", "rb", "rs", "scala", "svelte", "swift", "ts", "tsx", "vb", "vue",
))  # fmt: skip
"""Extensions of the languages whose coverage is commonly measured. Scripts of shells and queries are not among them:
where they are measured, their extension is in the reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Globs of what is our code, and of what is not though they match: generated and vendored files.

    They are relative to the policy's folder, ``**`` crosses folders, and a glob that matches a folder matches all that
    is below it. Without ``include`` everything is that is not excluded.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def below(self, folder: str) -> Code:
        """The same for paths from the checkout's root, in which the policy's folder is ``folder``."""
        return Code(include=_below(folder, self.include), exclude=_below(folder, self.exclude))

    def has(self, path: str) -> bool:
        """Whether a file is our code."""
        return (not self.include or _matches(self.include, path)) and not _matches(self.exclude, path)


def is_glob(glob: str) -> bool:
    """Whether a text can be understood as a glob: ``[z-a]`` cannot."""
    try:
        re.compile(_regex(glob))
    except re.error:
        return False
    return True


def extension(path: str) -> str:
    """What the name of a file ends with, in lower case: ``py``; empty for ``Makefile`` and ``.profile``."""
    name = path.rpartition("/")[2]
    stem, dot, end = name.rpartition(".")
    return end.lower() if dot and stem else ""


def _below(folder: str, globs: Sequence[str]) -> tuple[str, ...]:
    return tuple(normpath(join(folder, glob)) for glob in globs)


def _matches(globs: tuple[str, ...], path: str) -> bool:
    return bool(globs) and _pattern(globs).match(path) is not None


@cache
def _pattern(globs: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(map(_regex, globs))})(?:/.*)?\\Z", re.DOTALL)


def _regex(glob: str) -> str:
    """A glob as a regular expression, step by step: ``**`` is any number of folders, the rest stays in its step."""
    if glob == ".":
        return ".*"
    steps = glob.split("/")
    # neighbouring ** mean no more than one, and many of them would try every way to part a path
    steps = [step for index, step in enumerate(steps) if step != "**" or steps[index - 1 : index] != ["**"]]
    told = "".join("(?:[^/]+/)*" if step == "**" else _step(step) + "/" for step in steps)
    return told.removesuffix("/") if steps[-1] != "**" else told + "[^/]+"


def _step(step: str) -> str:
    parts = re.split(r"(\*+|\?|\[!?[^\]/]+\])", step)
    return "".join(_wildcard(part) if index % 2 else re.escape(part) for index, part in enumerate(parts))


def _wildcard(part: str) -> str:
    if part.startswith("*"):
        return "[^/]*"
    if part == "?":
        return "[^/]"
    negated = part.startswith("[!")
    inside = part[2 if negated else 1 : -1].replace("\\", "\\\\").replace("^", "\\^").replace("[", "\\[")
    return f"[{'^/' if negated else ''}{inside}]"
