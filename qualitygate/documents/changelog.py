"""A change log held against Keep a Changelog 1.1.0: versions and days are valid and descend, sections are known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

SECTIONS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
_FENCE = re.compile(r"^[ ]{0,3}(`{3,}|~{3,}).*?(?:^[ ]{0,3}\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#{2,3})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_RELEASE = re.compile(r"\[?v?(\d+(?:\.\d+){1,3})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?\]?(?:\([^)]*\))?(.*)")
_DAY = re.compile(r"\s*[-–—]\s*\(?(\S+?)\)?(\s+\[YANKED\])?\s*")


def problems(text: str) -> Iterator[tuple[int, str]]:
    """Each thing that is wrong, with its line."""
    shown = _FENCE.sub(lambda match: "\n" * match[0].count("\n"), text)
    before: tuple[tuple[object, ...], str] | None = None
    earlier: tuple[date, str] | None = None
    releases = 0
    seen: set[str] = set()
    for number, line in enumerate(shown.splitlines(), 1):
        heading = _HEADING.match(line)
        if not heading:
            continue
        title = heading[2]
        if heading[1] == "###":
            if title not in SECTIONS:
                yield number, f"the section {title!r} is none of {', '.join(SECTIONS)}"
            continue
        releases += 1
        if re.fullmatch(r"\[?unreleased\]?(?:\([^)]*\))?", title, re.IGNORECASE):
            if before:
                yield number, "what is unreleased stands below a release"
            continue
        match = _RELEASE.fullmatch(title)
        if not match:
            yield number, f"the heading {title!r} is no version such as [1.4.0] - 2026-11-20"
            continue
        version = match[1] + (f"-{match[2]}" if match[2] else "")
        if version in seen:
            yield number, f"the version {version} is there twice"
        seen.add(version)
        key = _key(match[1], match[2])
        if before and key > before[0]:
            yield number, f"the version {version} is newer than {before[1]}, which stands above it"
        before = (key, version)
        told = _DAY.fullmatch(match[3])
        try:
            day = date.fromisoformat(told[1]) if told else None
        except ValueError:
            day = None
        if day is None:
            yield number, f"the version {version} has no day such as 2026-11-20"
            continue
        if earlier and day > earlier[0]:
            yield number, f"{version} is from {day}, later than {earlier[1]} above it from {earlier[0]}"
        earlier = (day, version)
    if not releases:
        yield 1, "there is no heading of a release"


def _key(numbers: str, pre: str | None) -> tuple[object, ...]:
    """What versions are compared by, as in Semantic Versioning 2.0.0, 11."""
    parts = [int(part[:9]) for part in numbers.split(".")]
    whole = tuple(parts + [0] * (4 - len(parts)))
    if pre is None:
        return (whole, 1, ())
    return (whole, 0, tuple((0, int(part[:9]), "") if part.isdecimal() else (1, 0, part) for part in pre.split(".")))
