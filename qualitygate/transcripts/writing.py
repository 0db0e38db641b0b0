"""How a record is written: in YAML, a line for each part of GitHub that it tells of, so that each has its place."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import field

from qualitygate.values import dataclass

Value = str | Sequence[str]
"""A text; several where there should be one, so that the reader refuses them: it is not for us to choose."""
BY = "qualitygate records sync writes this file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A file to be: its path, its text, the reader that must read it, and what each of its lines tells of.

    ``url`` is where the whole comes from, ``places`` the address of a line where that is another.
    """

    path: str
    reader: str
    url: str
    text: str
    places: Mapping[int, str] = field(default_factory=dict)


def head(url: str) -> str:
    """The line by which a file is known as ours."""
    return f"# From {url}; {BY}."


def pairs(values: Mapping[str, Value]) -> list[str]:
    """A line for each key that has a value."""
    return [f"{key}: {written(value)}" for key, value in values.items() if value]


def flow(values: Mapping[str, Value]) -> str:
    """One line for all keys that have a value."""
    return f"  - {{{', '.join(pairs(values))}}}"


def written(value: Value) -> str:
    """A value in quotes, or several in brackets."""
    return quoted(value) if isinstance(value, str) else f"[{', '.join(map(quoted, value))}]"


def quoted(text: str) -> str:
    """A text as YAML and people can read it: what cannot be seen is written out."""
    sound = text.encode("utf-8", "replace").decode()
    return "".join(each if each.isprintable() else _escaped(each) for each in json.dumps(sound, ensure_ascii=False))


def one(found: Sequence[str]) -> Value:
    """The one answer of a field; all of them where it is there more than once, or has several lines."""
    told = [line for each in found for line in each.splitlines() if line.strip()]
    return told[0].strip() if len(told) == 1 else [each.strip() for each in told]


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
