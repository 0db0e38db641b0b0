"""A register that people keep, as its records: CSV with a header, JSON, or YAML, told apart by the content.

In JSON the records are a list, or stand under the register's noun: ``{"defects": [...]}``. In YAML they stand under it.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any

from qualitygate import csvtext, jsontext, yamltext
from qualitygate.errors import CannotReadReport, ConfigError
from qualitygate.model.evidence import Source
from qualitygate.nearest import near
from qualitygate.recognition import HEAD, decode, looks_like
from qualitygate.values import dataclass

SIZE_CAP = 64 * 1024**2
"""Bytes of one register."""
YAML_CAP = 2 * 1024**2
"""Characters of one in YAML, which takes some seconds to read."""
RECORDS_CAP = 200_000
WIDE = 256 * 1024
"""Characters of a header with questions of a survey as its names."""
_LIST = re.compile(r"\s*\[")
_OBJECT = re.compile(r'\s*\{\s*(?:"|\}|\Z)')
_COMMENTS = r"(?:[ \t]*(?:#[^\n]*|---[ \t]*)?\r?\n)*"
_YAML = re.compile(rf"{_COMMENTS}(?:-[ \t]|[A-Za-z_]+[ \t]*:(?:\s|\Z))|\s*\{{")
_KEY = re.compile(r'"([A-Za-z_]{1,40})"\s*:')


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record as written: the line it begins in, where that is in words, and what stands in its fields."""

    line: int
    place: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All records of a register in their order; ``header`` has the names of a CSV's columns, else it is ``None``."""

    records: tuple[Record, ...]
    header: tuple[str, ...] | None = None

    @property
    def names(self) -> frozenset[str]:
        """The names of all fields that any record has, or could have."""
        return frozenset(self.header or (name for record in self.records for name in record.fields))


def has_noun(head: bytes, noun: str) -> bool:
    """Whether the first bytes are those of JSON or YAML that begins with a list under the noun."""
    text = decode(head)
    flow = rf'\s*\{{\s*"?{noun}"?\s*:\s*\['
    block = rf"{_COMMENTS}{noun}[ \t]*:(?:[ \t]*\[|(?:[ \t]*(?:#[^\n]*)?(?:\r?\n|\Z))+[ \t]*(?:-\s|\Z))"
    return bool(re.match(flow, text) or re.match(block, text))


def names(head: bytes, known: Collection[str]) -> frozenset[str]:
    """The names of the first record's fields, or of a CSV's columns; none where the first bytes are no such thing."""
    text = decode(head)
    if opening := re.match(r"\s*\[\s*(?=\{)", text):
        try:
            found, _ = json.JSONDecoder().raw_decode(text, opening.end())
            return frozenset(found)
        except (ValueError, RecursionError):
            return frozenset(_KEY.findall(text)) if len(head) >= HEAD else frozenset()
    try:
        return frozenset(csvtext.header(text, known)[1])
    except CannotReadReport:
        return frozenset()


def read(source: Source, noun: str, known: Collection[str]) -> Table:
    """The records of a register. Raises :class:`~qualitygate.errors.CannotReadReport`."""
    content = text(source)
    head = content[:HEAD]
    if _LIST.match(head) or _OBJECT.match(head):
        return _json(source, content, noun)
    return _yaml(source, content, noun) if _YAML.match(head) else _csv(content, known, source.rules.columns)


def text(source: Source) -> str:
    """The text of a register, capped. Raises :class:`~qualitygate.errors.CannotReadReport`."""
    with source.open() as stream:
        content = stream.read(SIZE_CAP + 1)
    if len(content) > SIZE_CAP:
        raise CannotReadReport("too-large", f"is larger than {SIZE_CAP // 1024**2} MB")
    if not content.strip(b"\0 \t\r\n"):
        raise CannotReadReport("empty", f"is {looks_like(content[:HEAD])}")
    utf16 = content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    marked = utf16 or content.startswith(codecs.BOM_UTF8)
    named = source.rules.encoding if not marked else None
    try:
        return content.decode(named or ("utf-16" if utf16 else "utf-8-sig"))
    except UnicodeError as error:
        if not isinstance(error, UnicodeDecodeError):
            raise CannotReadReport("malformed", f"cannot be decoded as {named}") from error
        line = content.count(b"\n", 0, error.start) + 1
        what = f"byte 0x{content[error.start]:02x} in line {line} is no {named or ('UTF-16' if utf16 else 'UTF-8')}"
        if named:
            raise CannotReadReport("malformed", f"cannot be decoded: {what}") from error
        raise CannotReadReport("malformed", f"cannot be decoded: {what}; save it as UTF-8") from error


def _csv(text: str, known: Collection[str], renamed: Mapping[str, str]) -> Table:
    """The rows of a CSV; with columns that a policy renames, those and no others."""
    theirs = {csvtext.column(name): ours for ours, name in renamed.items()}
    delimiter, header = csvtext.header(text, theirs or known, cap=WIDE if theirs else csvtext.HEADER_CAP)
    refuse(list(_misnamed(renamed, known, header)))
    columns = [theirs.get(name, "") for name in header] if theirs else header
    wrong: list[str] = []
    found: list[Record] = []
    for line, cells in csvtext.rows(text, delimiter):
        if len(cells) != len(columns):
            wrong.append(f"line {line}: the header has {len(columns)} columns, this row {len(cells)}")
        _count(len(found))
        found.append(Record(line=line, place=f"line {line}", fields=_named(columns, cells)))
    refuse(wrong)
    return Table(records=tuple(found), header=tuple(filter(None, columns)))


def _named(columns: Collection[str], cells: Collection[str]) -> dict[str, str]:
    return {name: cell for name, cell in zip(columns, cells, strict=False) if name}


def _misnamed(renamed: Mapping[str, str], known: Collection[str], header: Collection[str]) -> Iterator[str]:
    """What a policy says of columns that the register, or the header of this one, does not have."""
    for ours, name in renamed.items():
        if ours not in known:
            close = near(ours[:60], known, 1)
            way_out = f"; did you mean {close[0]}?" if close else f"; there are {', '.join(known)}"
            yield f"columns of the policy: has the unknown column {ours[:60]!r}{way_out}"
        elif csvtext.column(name) not in header:
            close = near(csvtext.column(name)[:60], header, 1)
            way_out = f"; did you mean {close[0]!r}?" if close else ""
            yield f"line 1: has no column {name[:60]!r}, which the policy names for {ours}{way_out}"


def _json(source: Source, text: str, noun: str) -> Table:
    data = jsontext.document(replace(source, open=lambda: BytesIO(text.encode())))
    if isinstance(data, dict):
        _only(data, noun)
    return Table(records=_records(jsontext.elements(text, noun)))


def _yaml(source: Source, text: str, noun: str) -> Table:
    if len(text) > YAML_CAP:
        raise CannotReadReport("too-large", f"is larger than {YAML_CAP // 1024**2} MB, the most that is read as YAML")
    try:
        document = yamltext.parse(text, source.name)
    except ConfigError as error:
        large = any(problem.slug == "too-large" for problem in error.problems)
        told = [f"line {problem.line}: {problem.message}" for problem in error.problems]
        raise CannotReadReport("too-large" if large else "malformed", _told(told)) from error
    if not isinstance(document.data, dict):
        raise CannotReadReport("malformed", f"line 1: is no mapping with the key {noun!r}")
    _only(document.data, noun, empty=True)
    items = enumerate(document.data[noun] or ())
    return Table(records=_records((document.line((noun, index)), item) for index, item in items))


def _only(data: Mapping[str, Any], noun: str, *, empty: bool = False) -> None:
    """Refuse a document that has anything besides the list of its records."""
    for key in data:
        if key != noun:
            shown = jsontext.text(key)[:60]
            close = "; did you mean it?" if near(shown, [noun]) else ""
            raise CannotReadReport("malformed", f"has the key {shown!r} besides or instead of {noun!r}{close}")
    if noun not in data:
        raise CannotReadReport("malformed", f"has no key {noun!r}")
    if not isinstance(data[noun], list) and not (empty and data[noun] is None):
        raise CannotReadReport("malformed", f"has something else than a list under {noun!r}")


def _records(items: Iterable[tuple[int, Any]]) -> tuple[Record, ...]:
    listed: list[tuple[int, Any]] = []
    for item in items:
        _count(len(listed))
        listed.append(item)
    crowded = len({line for line, _ in listed}) < len(listed)
    found, wrong = [], []
    for number, (line, item) in enumerate(listed, 1):
        place = f"line {line}, record {number}" if crowded else f"line {line}"
        if isinstance(item, dict):
            found.append(Record(line=line, place=place, fields=item))
        else:
            wrong.append(f"{place}: is {'a list' if isinstance(item, list) else repr(item)[:40]}, not a record")
    refuse(wrong)
    return tuple(found)


def _count(known: int) -> None:
    if known >= RECORDS_CAP:
        raise CannotReadReport("too-large", f"has more than {RECORDS_CAP:,} records")


SHOWN = 10
"""How many problems of a register are told one by one."""
PROBLEMS_CAP = 1_000
"""How many problems are looked for."""


def refuse(problems: Collection[str]) -> None:
    """Refuse a register that has problems, all in one message; nothing where there are none."""
    if problems:
        raise CannotReadReport("malformed", _told(list(problems)))


def _told(problems: list[str]) -> str:
    least = "at least " if len(problems) >= PROBLEMS_CAP else ""
    count = f"has {least}{len(problems)} problems: " if len(problems) > 1 else ""
    more = f"; and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
    return count + "; ".join(problems[:SHOWN]) + more
