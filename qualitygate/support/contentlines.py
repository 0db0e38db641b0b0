"""The events of an iCalendar text, each property with its line (RFC 5545, 3.1 and 3.6.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field

from qualitygate.support.complaints import Complaints, Path
from qualitygate.values import dataclass

SIZE_CAP = 2_000_000
"""The most characters of a text."""
EVENTS_CAP = 10_000
"""The most events of a text."""
DEPTH_CAP = 10
"""How deep components may be nested."""

_PARAMETER = r'[A-Za-z0-9-]+=(?:"[^"]*"|[^":;,]*)(?:,(?:"[^"]*"|[^":;,]*))*'
_LINE = re.compile(rf"([A-Za-z0-9-]+)((?:;{_PARAMETER})*):(.*)\Z", re.DOTALL)
_PARAMETERS = re.compile(rf";({_PARAMETER})")
_CALENDAR, _EVENT = "VCALENDAR", "VEVENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One property: its value as it is written, what its parameters say, and the line it begins in."""

    name: str
    value: str
    line: int
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class VEvent:
    """One VEVENT: the line it begins in, and its own properties, not those of its alarms."""

    line: int
    properties: list[Property] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        """Every property of a name."""
        return [each for each in self.properties if each.name == name]

    def one(self, name: str) -> Property | None:
        """The property of a name that an event may have once. Raises ``ValueError`` where it is there twice."""
        found = self.all(name)
        if len(found) > 1:
            raise ValueError(f"has {name} more than once")
        return found[0] if found else None


def events(text: str, path: Path, complaints: Complaints) -> list[VEvent]:
    """The events, none where anything in the text is wrong; complaints have the line as the last step of their path."""
    if len(text) > SIZE_CAP:
        complaints.add((*path, 1), f"is an iCalendar text of more than {SIZE_CAP // 10**6} million characters")
        return []
    found: list[VEvent] = []
    try:
        _gather(text, found)
    except _WrongLine as wrong:
        complaints.add((*path, wrong.line), str(wrong))
        return []
    if not found:
        complaints.add((*path, 1), "is an iCalendar text without any event (VEVENT), so it closes no day")
    return found


class _WrongLine(ValueError):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def _gather(text: str, found: list[VEvent]) -> None:
    within: list[str] = []
    line = 1
    for line, written in _unfolded(text):
        each = _property(line, written)
        name = each.value.strip().upper()
        if each.name == "BEGIN":
            if not within and name != _CALENDAR:
                raise _WrongLine(line, f"is not iCalendar: it begins with {each.value[:40]!r}, not {_CALENDAR}")
            if len(within) == DEPTH_CAP:
                raise _WrongLine(line, f"nests components more than {DEPTH_CAP} deep")
            within.append(name)
            if name == _EVENT:
                found.append(VEvent(line=line))
            if len(found) > EVENTS_CAP:
                raise _WrongLine(line, f"is the line of event {EVENTS_CAP + 1}, and no more are read")
        elif each.name == "END":
            if not within or within.pop() != name:
                raise _WrongLine(line, f"ends {each.value[:40]!r}, which is not what was begun last")
        elif not within:
            raise _WrongLine(line, f"is not iCalendar: there is {each.name[:40]} before BEGIN:{_CALENDAR}")
        elif within == [_CALENDAR, _EVENT]:
            found[-1].properties.append(each)
    if within:
        raise _WrongLine(line, f"is the end of the text, but {within[-1][:40]} is not ended: it is cut off")


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Whole content lines: one that begins with a blank goes on the one before."""
    first, parts = 0, list[str]()
    for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        line = raw.removesuffix("\r")
        if line[:1] in (" ", "\t") and parts:
            parts.append(line[1:])
            continue
        if parts:
            yield first, "".join(parts)
        first, parts = number, [line] if line.strip() else []
    if parts:
        yield first, "".join(parts)


def _property(line: int, written: str) -> Property:
    found = _LINE.match(written)
    if not found:
        raise _WrongLine(line, f"is no content line of iCalendar, like DTSTART;VALUE=DATE:20261001: {written[:40]!r}")
    pairs = (each.split("=", 1) for each in _PARAMETERS.findall(found[2]))
    parameters = {key.upper(): said.strip('"') for key, said in pairs}
    return Property(name=found[1].upper(), value=found[3], line=line, parameters=parameters)
