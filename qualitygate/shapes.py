"""The shape of a register in YAML whose records hold lists and records, and every problem with its line and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any

from qualitygate import yamltext
from qualitygate.columns import NAME_CAP, Column, plain
from qualitygate.errors import CannotReadReport, ConfigError
from qualitygate.model.evidence import Source
from qualitygate.nearest import near
from qualitygate.records import PROBLEMS_CAP, YAML_CAP
from qualitygate.records import text as text_of
from qualitygate.values import dataclass
from qualitygate.yamltext import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """A list of values, or of records; of a list of values with one entry, the entry alone may be written."""

    each: Column | Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a record may hold, by name, and what it must."""

    fields: Mapping[str, Column | Many]
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record that keeps its shape: where it stands, and its values, ``None`` or empty where there are none."""

    line: int
    column: int
    values: Mapping[str, Any]

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        return f"line {self.line}, column {self.column}"


def entries(source: Source, noun: str, shape: Shape, problems: list[str], *, alone: bool = False) -> list[Entry]:
    """The records of a register, which stand under its noun; or, ``alone``, the one that the document is.

    What is wrong goes to ``problems``, and records with a problem are left out; an ``id`` that stands twice is one.
    Raises :class:`~qualitygate.errors.CannotReadReport` for what is no such document at all.
    """
    document = _parsed(source)
    data = document.data
    reading = _Reading(document, source.rules.zone, problems)
    if alone and isinstance(data, dict) and noun not in data:
        listed = list(filter(None, [reading.record((), shape)]))
    elif isinstance(data, dict) and noun in data:
        for key in data:
            if key != noun:
                reading.wrong((key,), f"has the key {key[:60]!r} besides {noun}", key=True)
        listed = reading.many((noun,), Many(each=shape))
    else:
        close = next(iter(near(noun, data, 1)), None) if isinstance(data, dict) else None
        meant = f"; did you mean it by {close[:60]!r}?" if close else ""
        raise CannotReadReport("malformed", f"line 1, column 1: has no key {noun!r}{meant}")
    places: dict[str, str] = {}
    for entry in listed:
        known = entry.values.get("id")
        other = places.setdefault(known, entry.place) if known is not None else entry.place
        if other != entry.place:
            problems.append(f"{entry.place}: the id {known!r} is also in {other}")
    return listed


def _parsed(source: Source) -> yamltext.Document:
    content = text_of(source)
    if len(content) > YAML_CAP:
        raise CannotReadReport("too-large", f"is larger than {YAML_CAP // 1024**2} MB, the most that is read as YAML")
    try:
        return yamltext.parse(content, source.name)
    except ConfigError as error:
        large = any(problem.slug == "too-large" for problem in error.problems)
        told = "; ".join(f"line {each.line}, column {each.column}: {each.message}" for each in error.problems[:10])
        raise CannotReadReport("too-large" if large else "malformed", told) from error


class _Reading:
    """One document while it is read: its positions, its zone, and what was wrong so far."""

    __slots__ = ("document", "problems", "zone")

    def __init__(self, document: yamltext.Document, zone: tzinfo, problems: list[str]) -> None:
        self.document = document
        self.zone = zone
        self.problems = problems

    def wrong(self, path: Path, what: str, *, key: bool = False) -> None:
        line, column = self.document.position(path, key=key)
        self.problems.append(f"line {line}, column {column}: {what}")

    def record(self, path: Path, shape: Shape) -> Entry | None:
        data = _at(self.document.data, path)
        if not isinstance(data, dict):
            self.wrong(path, f"is {_shown(data)}, not a record")
            return None
        before = len(self.problems)
        for key in data:
            if key not in shape.fields:
                close = near(key[:NAME_CAP], shape.fields, 1)
                way_out = f"; did you mean {close[0]}?" if close else f"; there are {', '.join(shape.fields)}"
                self.wrong((*path, key), f"has the unknown key {key[:60]!r}{way_out}", key=True)
        values = {name: self._value((*path, name), field, data.get(name)) for name, field in shape.fields.items()}
        for name in shape.required:
            if data.get(name) in (None, "", []):
                self.wrong(path, f"has no {name}")
        line, column = self.document.position(path)
        return None if len(self.problems) > before else Entry(line=line, column=column, values=values)

    def many(self, path: Path, field: Many) -> list[Any]:
        data = _at(self.document.data, path)
        shaped = isinstance(field.each, Shape)
        if data is None:
            return []
        if not isinstance(data, list):
            if shaped:
                self.wrong(path, f"{path[-1]} is {_shown(data)}, no list of records")
                return []
            return list(self._plain([(path, data)], field.each))
        places = [(*path, index) for index in range(len(data))]
        if isinstance(field.each, Shape):
            return [found for place in self._within(places) if (found := self.record(place, field.each))]
        return list(self._plain(zip(places, data, strict=True), field.each))

    def _within(self, places: list[Path]) -> Iterator[Path]:
        """Those places, until there are so many problems that nobody reads on."""
        for place in places:
            if len(self.problems) >= PROBLEMS_CAP:
                return
            yield place

    def _value(self, path: Path, field: Column | Many, data: Any) -> Any:
        if isinstance(field, Many):
            return self.many(path, field) if data is not None else []
        return next(self._plain([(path, data)], field), None) if data is not None else None

    def _plain(self, places: Any, column: Any) -> Iterator[Any]:
        for path, data in places:
            named = next(str(part) for part in reversed(path) if isinstance(part, str))
            try:
                written = plain(data)
                if written:
                    yield column(written, self.zone)
            except ValueError as error:
                self.wrong(path, f"{named} {error}")


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _shown(data: Any) -> str:
    kinds: dict[type, str] = {list: "a list", dict: "a mapping", type(None): "nothing"}
    return kinds.get(type(data)) or repr(data)[:40]
