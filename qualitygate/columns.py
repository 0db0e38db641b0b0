"""What the columns of a register may hold, and its records held against that: every problem with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime, tzinfo
from typing import Any

from qualitygate import jsontext
from qualitygate.nearest import near
from qualitygate.records import PROBLEMS_CAP, SHOWN, Record, Table
from qualitygate.values import dataclass

Column = Callable[[str, tzinfo], Any]
"""What a text that is not empty stands for. Raises ``ValueError`` with what is wrong, said of the column."""
NAME_CAP = 200
"""Characters of an id or a version."""
TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_YEARS = range(1970, 9000)
_WHOLE = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a register may hold: its columns by name, those that each record must fill, and other names for some."""

    columns: Mapping[str, Column]
    required: tuple[str, ...]
    aliases: Mapping[str, str] = field(default_factory=dict)

    @property
    def known(self) -> tuple[str, ...]:
        """The names that a column may have."""
        return (*self.columns, *self.aliases)

    def checked(self, table: Table, zone: tzinfo, problems: list[str]) -> Iterator[tuple[Record, dict[str, Any]]]:
        """Each record with its values, ``None`` where nothing stands; what is wrong goes to ``problems``.

        Records with a problem are left out. An ``id`` that stands twice is a problem.
        """
        problems.extend(f"line 1: {wrong}" for wrong in self._wrong_header(table.header))
        places: dict[str, str] = {}
        for record in table.records:
            if len(problems) >= PROBLEMS_CAP:
                return
            values: dict[str, Any] = dict.fromkeys(self.columns)
            wrongs = dict(self._fill(values, record.fields, zone, strict=table.header is None))
            for needed in self.required:
                if values[needed] is None and needed not in wrongs and self._told(needed, table.header):
                    wrongs[needed] = f"has no {needed}"
            known = values.get("id")
            if known in places:
                wrongs["id"] = f"the id {shown(known)} is also in {places[known]}"
            elif known is not None:
                places[known] = record.place
            problems.extend(f"{record.place}: {wrong}" for wrong in wrongs.values())
            if not wrongs:
                yield record, values

    def _told(self, name: str, header: Sequence[str] | None) -> bool:
        """Whether a missing value is worth a word: a column that is not there has had its own."""
        return header is None or any(alias in header for alias in self._of(name))

    def _of(self, name: str) -> list[str]:
        """All names of one column."""
        return [name, *(alias for alias, meant in self.aliases.items() if meant == name)]

    def _wrong_header(self, header: Sequence[str] | None) -> Iterator[str]:
        for index, name in enumerate(header or ()):
            if name not in self.known:
                yield self._unknown(name)
            elif self.aliases.get(name, name) in [self.aliases.get(other, other) for other in (header or ())[:index]]:
                yield f"has the column {name} a second time"
        for name in self.required if header is not None else ():
            if not self._told(name, header):
                yield f"has no column {name}"

    def _unknown(self, name: str) -> str:
        close = near(name[:NAME_CAP], self.known)
        return f"has the unknown column {shown(name)}" + (f"; did you mean {close[0]}?" if close else "")

    def _fill(
        self, values: dict[str, Any], fields: Mapping[str, Any], zone: tzinfo, *, strict: bool
    ) -> Iterator[tuple[str, str]]:
        """Fill in what stands in the fields; gives what is wrong with each."""
        unknown = [name for name in fields if name not in self.known] if strict else []
        yield from ((name, self._unknown(name)) for name in unknown[:SHOWN])
        for name in self.known:
            meant, value = self.aliases.get(name, name), fields.get(name)
            try:
                written = plain(value)
                read = self.columns[meant](written, zone) if written else None
            except ValueError as error:
                yield meant, f"{name} {error}"
                continue
            if read is not None and values[meant] is not None:
                yield meant, f"has {meant} under two names"
            values[meant] = values[meant] if read is None else read


def text(value: str, _zone: tzinfo) -> str:
    """Any text, cut to a thousand characters."""
    return value


def name(value: str, _zone: tzinfo) -> str:
    """A short text that must be whole: an id, a version."""
    if len(value) > NAME_CAP:
        raise ValueError(f"is longer than {NAME_CAP} characters")
    return value


def choice(words: Mapping[str, Any]) -> Column:
    """One of some words, whatever the case; `` ``, ``_`` and ``-`` are the same."""

    def read(value: str, _zone: tzinfo) -> Any:
        word = "-".join(value.casefold().replace("_", " ").replace("-", " ").split())
        if word not in words:
            close = near(word[:NAME_CAP], words)
            way_out = f"; did you mean {close[0]}?" if close else f"; write one of {', '.join(words)}"
            raise ValueError(f"is {shown(value)}, which nobody knows{way_out}")
        return words[word]

    return read


def moment(value: str, zone: tzinfo) -> datetime:
    """A date or time as in ISO 8601; what names no zone is in ``zone``, and a date is its first moment."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        found = None
    if found is None or found.year not in _YEARS:
        raise ValueError(f"is {shown(value)}, no date such as 2026-11-20 or 2026-11-20T09:30:00Z")
    return found if found.tzinfo else found.replace(tzinfo=zone)


def day(value: str, zone: tzinfo) -> date:
    """The day of a date or time, as the clocks of ``zone`` have it."""
    return moment(value, zone).astimezone(zone).date()


def whole(value: str, _zone: tzinfo) -> int:
    """A whole number from 0."""
    if not _WHOLE.fullmatch(value):
        raise ValueError(f"is {shown(value)}, no whole number from 0")
    return int(value)


truth = choice(TRUTHS)
"""``true`` or ``false``."""


def plain(value: Any) -> str:
    """A value as people write it, nothing for an empty one. Raises ``ValueError`` for what can be read in two ways."""
    if type(value) not in _PLAIN:
        raise ValueError(_NOT_PLAIN.get(type(value), "is no text"))
    return _PLAIN[type(value)](value)


_PLAIN: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _: "",
    bool: lambda value: str(value).lower(),
    int: str,
    str: lambda value: jsontext.text(value).strip(),
}
_NOT_PLAIN: Mapping[type, str] = {
    float: "is a number with a point, which may have lost a zero; put it in quotes",
    list: "is a list, not a text",
    dict: "is a mapping, not a text",
}


def shown(value: str) -> str:
    """A text of theirs as a message quotes it: short, harmless, in quotes."""
    return repr(jsontext.text(value)[:60])
