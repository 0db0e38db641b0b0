"""What a mapping in YAML may hold, lists and records in it included, and every problem with its line and column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import tzinfo
from typing import Any

from qualitygate import yamltext
from qualitygate.columns import NAME_CAP, Column, plain, shown
from qualitygate.errors import CannotReadReport, ConfigError, Problem
from qualitygate.model.evidence import Source
from qualitygate.nearest import near
from qualitygate.records import PROBLEMS_CAP, YAML_CAP, refuse, text
from qualitygate.values import dataclass

LIST_CAP = 1_000
"""Values of one list."""
Parse = Callable[[str, str], yamltext.Document]
"""From a text and the name of its file. Raises :class:`~qualitygate.errors.ConfigError`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What a mapping may hold: single values by column, lists of them, and lists of records with an outline each."""

    columns: Mapping[str, Column] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    lists: Mapping[str, Column] = field(default_factory=dict)
    records: Mapping[str, Outline] = field(default_factory=dict)
    mappings: Mapping[str, Column] = field(default_factory=dict)

    @property
    def known(self) -> tuple[str, ...]:
        """The keys that it may have."""
        return (*self.columns, *self.lists, *self.records, *self.mappings)

    @property
    def names(self) -> frozenset[str]:
        """The keys that it may have, and all that its records may have."""
        return frozenset(self.known).union(*(inner.names for inner in self.records.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One mapping as its outline reads it, and where it begins; ``None`` is a single value that is not there.

    ``written`` has its keys, also those whose values are wrong.
    """

    path: yamltext.Path
    line: int
    values: Mapping[str, Any]
    written: frozenset[str]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


class Reading:
    """One document held against outlines. What is wrong gathers here, and is told all at once."""

    __slots__ = ("_problems", "document", "zone")

    def __init__(self, document: yamltext.Document, zone: tzinfo) -> None:
        self.document = document
        self.zone = zone
        self._problems: list[Problem] = []

    def wrong(self, path: Sequence[str | int], message: str, *, key: bool = False) -> None:
        """Note what is wrong at a path: at its value, or at the key itself."""
        if len(self._problems) < PROBLEMS_CAP:
            self._problems.append(self.document.problem("malformed", message, path, key=key))

    def refuse(self) -> None:
        """Refuse what has problems. Raises :class:`~qualitygate.errors.CannotReadReport` with all of them."""
        refuse(_told(self._problems))

    def register(self, outline: Outline, noun: str, key: str = "id") -> Entry:
        """The whole document by its outline; its records stand under the noun, and ``key`` tells them apart."""
        whole = self.entry(outline, self.document.data)
        if noun not in self.document.data:
            self.wrong((), f"has no {noun}")
        self.unique(whole[noun], key)
        return whole

    def entry(self, outline: Outline, data: Mapping[str, Any], path: yamltext.Path = ()) -> Entry:
        """A mapping by its outline."""
        for name in data:
            if name not in outline.known:
                close = near(name[:NAME_CAP], outline.known)
                way_out = f"did you mean {close[0]}?" if close else f"there are {', '.join(outline.known)}"
                self.wrong((*path, name), f"has the unknown key {shown(name)}; {way_out}", key=True)
        values: dict[str, Any] = {
            name: self._single(column, data.get(name), (*path, name)) for name, column in outline.columns.items()
        }
        for name in outline.required:
            value = data.get(name)
            if value is None or not str(value).strip() or (name in outline.lists and value == []):
                self.wrong((*path, name) if name in data else path, f"has no {name}", key=True)
        for name, column in outline.lists.items():
            values[name] = tuple(self._list(column, data.get(name), (*path, name)))
        for name, inner in outline.records.items():
            values[name] = tuple(self._entries(inner, data.get(name), (*path, name)))
        for name, column in outline.mappings.items():
            values[name] = dict(self._mapping(column, data.get(name), (*path, name)))
        return Entry(path=path, line=self.document.line(path), values=values, written=frozenset(data))

    def unique(self, entries: Iterable[Entry], name: str) -> None:
        """Note where a value that tells records apart is there twice."""
        lines: dict[str, int] = {}
        for entry in entries:
            known = entry[name]
            if known in lines:
                self.wrong((*entry.path, name), f"the {name} {shown(known)} is also in line {lines[known]}")
            elif known is not None:
                lines[known] = entry.line

    def _single(self, column: Column, value: Any, path: yamltext.Path) -> Any:
        try:
            written = plain(value)
            return column(written, self.zone) if written else None
        except ValueError as error:
            self.wrong(path, f"{_key(path)} {error}")
            return None

    def _list(self, column: Column, value: Any, path: yamltext.Path) -> Iterator[Any]:
        """The values of a list; one value stands for a list of it."""
        items = value if isinstance(value, list) else [] if value is None else [value]
        if len(items) > LIST_CAP:
            self.wrong(path, f"{path[-1]} has more than {LIST_CAP:,} entries")
            return
        for index, item in enumerate(items):
            place = (*path, index) if isinstance(value, list) else path
            if isinstance(item, bool) or not isinstance(item, str | int) or not str(item).strip():
                self.wrong(place, f"{path[-1]} holds {shown(str(item))}, no text")
            elif (found := self._single(column, item, place)) is not None:
                yield found

    def _entries(self, outline: Outline, value: Any, path: yamltext.Path) -> Iterator[Entry]:
        if value is None:
            return
        if not isinstance(value, list):
            self.wrong(path, f"{path[-1]} is no list of records")
            return
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield self.entry(outline, item, (*path, index))
            else:
                self.wrong((*path, index), f"{path[-1]} holds {shown(str(item))}, no record")

    def _mapping(self, column: Column, value: Any, path: yamltext.Path) -> Iterator[tuple[str, Any]]:
        if value is not None and not isinstance(value, dict):
            self.wrong(path, f"{path[-1]} is no mapping")
            return
        for name, item in (value or {}).items():
            found = self._single(column, item, (*path, name))
            if item is None:
                self.wrong((*path, name), f"{shown(name)} is empty", key=True)
            elif found is not None:
                yield name, found


def reading(source: Source, parse: Parse = yamltext.parse) -> Reading:
    """The mapping that a source holds, to be read. Raises :class:`~qualitygate.errors.CannotReadReport`."""
    content = text(source)
    if len(content) > YAML_CAP:
        raise CannotReadReport("too-large", f"is larger than {YAML_CAP // 1024**2} MB, the most that is read as YAML")
    try:
        document = parse(content, source.name)
    except ConfigError as error:
        large = any(problem.slug == "too-large" for problem in error.problems)
        raise CannotReadReport("too-large" if large else "malformed", "; ".join(_told(error.problems)[:10])) from error
    if not isinstance(document.data, dict):
        raise CannotReadReport("malformed", "line 1, column 1: is no mapping")
    return Reading(document, source.rules.zone)


def _key(path: yamltext.Path) -> str:
    """The key that a value stands under, also where it is one of a list."""
    return next(str(part) for part in reversed(path) if isinstance(part, str))


def _told(problems: Iterable[Problem]) -> list[str]:
    places = sorted((problem.line or 1, problem.column or 1, problem.message) for problem in problems)
    return [f"line {line}, column {column}: {message}" for line, column, message in places]
