"""YAML text to plain data with positions, and nothing guessed: ``9:30``, ``on`` and ``3.10`` stay text.

Only what reads the same to everyone becomes something else than text: whole numbers, ``true``, ``false`` and an empty
value. Positions are kept for every key and value, so that a problem can name file, line and column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from qualitygate.errors import ConfigError, Problem

DEPTH_CAP = 50
"""How deep values may be nested."""

DEPTH_SAFE = 500
"""Up to here libyaml's loader can be trusted; at some thousand levels it would take the whole process down."""

_NESTING = "maximum nesting depth"
"""What newer loaders say before they hand out a single event of a text that nests too deep."""
_RESERVED = "cannot start any token"
"""What loaders say of a text that begins with a sign which YAML keeps for itself."""

NODES_CAP = 200_000
"""How many values a document may hold once its aliases are followed: an alias bomb ends here."""

_LOADER: type[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\Z")
_WORDS = {"true": True, "false": False, "": None, "null": None, "~": None}
_TAGS = frozenset({"tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"})

Path = tuple[str | int, ...]
Position = tuple[int, int]


class Document:
    """One parsed YAML file: ``data`` is plain; ``position`` tells where a path within it stands."""

    __slots__ = ("_keys", "_values", "data", "file", "text")

    def __init__(
        self, file: str, text: str, data: Any, keys: Mapping[Path, Position], values: Mapping[Path, Position]
    ) -> None:
        self.file = file
        self.text = text
        self.data = data
        self._keys = keys
        self._values = values

    def line(self, path: Sequence[str | int], *, key: bool = False) -> int:
        """The line in which the value at a path begins, or its key; 1 where there is none."""
        return self.position(path, key=key)[0]

    def position(self, path: Sequence[str | int], *, key: bool = False) -> Position:
        """The line and column where the value at a path begins, or its key; 1, 1 where there is none."""
        path = tuple(path)
        return (self._keys if key else self._values).get(path) or self._values.get(path) or (1, 1)

    def problem(
        self, slug: str, message: str, path: Sequence[str | int] = (), *, key: bool = False, help: str = ""
    ) -> Problem:
        """A problem at a path: at the key itself or at its value."""
        line, column = self.position(path, key=key)
        return Problem(slug, message, file=self.file, line=line, column=column, help=help)


def parse(text: str, file: str) -> Document:
    """Parse one document. Raises :class:`~qualitygate.errors.ConfigError` with every duplicate key and tag found."""
    try:
        if _deepest(text) > DEPTH_SAFE:
            _refuse_depth(text, file)
        loader = _LOADER(text)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if mark and _NESTING in (error.problem or ""):
            raise _too_deep(file, mark) from error
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = " ".join(filter(None, (error.context, error.problem)))
        way_out = _quoted(text, line, column) if _RESERVED in message else ""
        raise ConfigError(
            [Problem("yaml", f"is not valid YAML: {message}", file=file, line=line, column=column, help=way_out)]
        ) from error
    except yaml.YAMLError as error:
        raise ConfigError([Problem("yaml", f"is not valid YAML: {error}", file=file, line=1, column=1)]) from error
    builder = _Builder(file)
    data = None if node is None else builder.build(node, ())
    if builder.problems:
        raise ConfigError(builder.problems)
    return Document(file, text, data, builder.keys, builder.values)


def _quoted(text: str, line: int, column: int) -> str:
    """The way out of a text that begins with a sign which YAML keeps for itself: ``@lin``."""
    word = text.splitlines()[line - 1][column - 1 :].partition(" ")[0].rstrip(",]}")
    return f'write it in quotes: "{word}"'


def _deepest(text: str) -> int:
    """A bound on how deep a text can nest: every flow level has its bracket, every two block levels their column."""
    indents = max((len(line) - len(line.lstrip(" -?:")) for line in text.splitlines()), default=0)
    return text.count("[") + text.count("{") + 2 * indents + 2


def _refuse_depth(text: str, file: str) -> None:
    loader, depth = _LOADER(text), 0
    try:
        while loader.check_event():
            event = loader.get_event()
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEPTH_CAP:
                raise _too_deep(file, event.start_mark)
    finally:
        loader.dispose()


def _too_deep(file: str, mark: Any) -> ConfigError:
    message = f"holds values nested more than {DEPTH_CAP} deep"
    return ConfigError([Problem("too-large", message, file=file, line=mark.line + 1, column=mark.column + 1)])


class _Builder:
    __slots__ = ("count", "file", "keys", "problems", "values")

    def __init__(self, file: str) -> None:
        self.file = file
        self.keys: dict[Path, Position] = {}
        self.values: dict[Path, Position] = {}
        self.problems: list[Problem] = []
        self.count = 0

    def build(self, node: Any, path: Path) -> Any:
        mark = node.start_mark
        self.values[path] = (mark.line + 1, mark.column + 1)
        self.count += 1
        if len(path) > DEPTH_CAP:
            raise _too_deep(self.file, mark)
        if self.count > NODES_CAP:
            raise ConfigError(
                [
                    self._problem(
                        "too-large", f"holds more than {NODES_CAP:,} values once its aliases are followed", mark
                    )
                ]
            )
        if node.tag not in _TAGS:
            self.problems.append(self._problem("yaml", f"has the tag {node.tag}; tags are not used here", mark))
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._mapping(node, path)

    def _mapping(self, node: Any, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            mark = key_node.start_mark
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(self._problem("yaml", "has a key that is not plain text", mark))
                continue
            key = key_node.value
            here = (*path, key)
            if key in data:
                line = self.keys[here][0]
                self.problems.append(
                    self._problem(
                        "duplicate-key", f"has the key {key!r} a second time; the first is in line {line}", mark
                    )
                )
                continue
            self.keys[here] = (mark.line + 1, mark.column + 1)
            data[key] = self.build(value_node, here)
        return data

    def _problem(self, slug: str, message: str, mark: Any) -> Problem:
        return Problem(slug, message, file=self.file, line=mark.line + 1, column=mark.column + 1)


def _scalar(node: Any) -> Any:
    text = node.value
    if node.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INTEGER.match(text) else text
