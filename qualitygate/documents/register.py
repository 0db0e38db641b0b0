"""A register of documents as people write it: YAML with sections, each held against what it may hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from datetime import date, tzinfo
from typing import Any

from qualitygate import yamltext
from qualitygate.columns import Form, choice, moment, name, text, whole
from qualitygate.documents import frontmatter
from qualitygate.documents.profiles import PROFILES
from qualitygate.errors import CannotReadReport, ConfigError
from qualitygate.model.documents import Stage
from qualitygate.model.evidence import Source
from qualitygate.nearest import near
from qualitygate.records import PROBLEMS_CAP, YAML_CAP, Record, Table, refuse
from qualitygate.records import text as text_of
from qualitygate.values import dataclass

MIN_WORDS = 50
"""Words below which a document is a stub, unless its record says another number."""
STATUSES = ("planned", "draft", "review", "approved", "withdrawn")
LISTS = ("headings", "covers")
LIST_CAP = 1_000
_SHA256 = re.compile(r"[0-9a-f]{64}")


def _day(value: str, zone: tzinfo) -> date:
    return moment(value, zone).date()


def _span(value: str, _zone: tzinfo) -> str:
    frontmatter.after(date(2000, 1, 1), value)
    return value


def _sha256(value: str, _zone: tzinfo) -> str:
    if not _SHA256.fullmatch(value.lower()):
        raise ValueError("is no SHA-256: 64 hexadecimal digits")
    return value.lower()


def _path(value: str, _zone: tzinfo) -> str:
    if value.startswith("/") or ".." in value.split("/") or "\\" in value or not value.isprintable():
        raise ValueError(f"is {value[:60]!r}, no path or glob below the policy's folder, with forward slashes")
    return value.removeprefix("./")


DOCUMENT = Form(
    columns={
        "id": name,
        "title": text,
        "path": _path,
        "stage": name,
        "owner": name,
        "status": choice({word: word for word in STATUSES}),
        "min_words": whole,
        "doc_type": name,
        "tailored_out": text,
        "sha256": _sha256,
        "version": name,
        "last_reviewed_on": _day,
        "review_in": _span,
        **dict.fromkeys(LISTS, text),
    },
    required=("id",),
)
STAGE = Form(columns={"id": name, "started": _day, "ended": _day}, required=("id", "started"))
LINKS = Form(columns={"path": _path, "profile": choice({word: word for word in PROFILES})}, required=("path",))
TRANSLATION = Form(columns={"of": _path, "in": _path}, required=("of", "in"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What a register says: its records as their forms read them, and the plain lists."""

    documents: tuple[tuple[int, Mapping[str, Any]], ...]
    stages: tuple[Stage, ...] = ()
    links: tuple[Mapping[str, Any], ...] = ()
    translations: tuple[tuple[int, Mapping[str, Any]], ...] = ()
    people: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    api: tuple[str, ...] = ()
    changelog: str | None = None
    start: date | None = None
    lines: Mapping[str, int] = field(default_factory=dict)


RECORDS: Mapping[str, Form] = {"documents": DOCUMENT, "stages": STAGE, "links": LINKS, "translations": TRANSLATION}
TEXTS = ("people", "pages", "api")
SINGLE: Mapping[str, Callable[[str, tzinfo], Any]] = {"start": _day, "changelog": _path}
SECTIONS = (*RECORDS, *TEXTS, *SINGLE)


def declared(source: Source) -> Declared:
    """The register in a source. Raises :class:`~qualitygate.errors.CannotReadReport` with every problem found."""
    document = _parsed(source)
    data = document.data
    if not isinstance(data, dict):
        raise CannotReadReport("malformed", "line 1: is no mapping with the key 'documents'")
    problems = list(_unknown(data, document))
    zone = source.rules.zone
    records = {
        section: list(_records(section, form, document, zone, problems))
        for section, form in RECORDS.items()
        if data.get(section) is not None
    }
    texts: dict[str, Any] = {
        section: tuple(_texts((section,), data.get(section), document, problems)) for section in TEXTS
    }
    singles: dict[str, Any] = {
        section: _single(section, read, document, zone, problems) for section, read in SINGLE.items()
    }
    stages = tuple(Stage(**values) for _, values in records.get("stages", ()))
    _consistent(stages, document, problems)
    refuse(problems)
    return Declared(
        documents=tuple(records["documents"]),
        stages=stages,
        links=tuple(values for _, values in records.get("links", ())),
        translations=tuple(records.get("translations", ())),
        lines={section: document.line((section,)) for section in data},
        **texts,
        **singles,
    )


def _parsed(source: Source) -> yamltext.Document:
    content = text_of(source)
    if len(content) > YAML_CAP:
        raise CannotReadReport("too-large", f"is larger than {YAML_CAP // 1024**2} MB, the most that is read as YAML")
    try:
        return yamltext.parse(content, source.name)
    except ConfigError as error:
        large = any(problem.slug == "too-large" for problem in error.problems)
        told = "; ".join(f"line {problem.line}: {problem.message}" for problem in error.problems[:10])
        raise CannotReadReport("too-large" if large else "malformed", told) from error


def _unknown(data: Mapping[str, Any], document: yamltext.Document) -> Iterator[str]:
    for key in data:
        if key not in SECTIONS:
            close = near(key[:60], SECTIONS, 1)
            way_out = f"; did you mean {close[0]}?" if close else f"; there are {', '.join(SECTIONS)}"
            yield f"line {document.line((key,))}: has the unknown key {key[:60]!r}{way_out}"
    if not data.get("documents"):
        yield "line 1: has no documents"


def _records(
    section: str, form: Form, document: yamltext.Document, zone: tzinfo, problems: list[str]
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    items = document.data[section]
    if not isinstance(items, list):
        problems.append(f"line {document.line((section,))}: {section} is no list of records")
        return
    listed: list[Record] = []
    lists: dict[int, dict[str, tuple[str, ...]]] = {}
    for index, item in enumerate(items):
        at = document.line((section, index))
        if not isinstance(item, dict):
            problems.append(f"line {at}: is {str(item)[:40]!r}, not a record")
            continue
        plain = {key: value for key, value in item.items() if key not in LISTS or key not in form.columns}
        found = {
            key: tuple(_texts((section, index, key), item.get(key), document, problems))
            for key in LISTS
            if key in form.columns
        }
        lists[len(listed)] = found
        listed.append(Record(line=at, place=f"line {at}, {section[:-1]} {index + 1}", fields=plain))
    places = {id(record): lists[number] for number, record in enumerate(listed)}
    for record, values in form.checked(Table(records=tuple(listed)), zone, problems):
        yield record.line, {**values, **places[id(record)]}


def _texts(path: yamltext.Path, value: Any, document: yamltext.Document, problems: list[str]) -> Iterator[str]:
    """The texts of a list; one text stands for a list of it."""
    if value is None:
        return
    items = value if isinstance(value, list) else [value]
    if len(items) > LIST_CAP:
        problems.append(f"line {document.line(path)}: {path[-1]} has more than {LIST_CAP:,} entries")
        return
    for index, item in enumerate(items):
        if not isinstance(item, str | int) or isinstance(item, bool) or not str(item).strip():
            place = (*path, index) if isinstance(value, list) else path
            problems.append(f"line {document.line(place)}: {path[-1]} holds {str(item)[:40]!r}, no text")
        else:
            yield str(item).strip()


def _single(
    section: str, read: Callable[[str, tzinfo], Any], document: yamltext.Document, zone: tzinfo, problems: list[str]
) -> Any:
    value = document.data.get(section)
    if value is None:
        return None
    if not isinstance(value, str):
        problems.append(f"line {document.line((section,))}: {section} is no text")
        return None
    try:
        return read(value, zone)
    except ValueError as error:
        problems.append(f"line {document.line((section,))}: {section} {error}")
        return None


def _consistent(stages: tuple[Stage, ...], document: yamltext.Document, problems: list[str]) -> None:
    """What no form can tell: stages that are there, days in order, paths where they are needed.

    It is asked of the records as they are written, so that it is told beside what else is wrong with one.
    """
    known = [str(item.get("id")).strip() for _, item in _written("stages", document)]
    for stage in stages:
        if stage.ended and stage.ended < stage.started:
            problems.append(f"line {document.line(('stages',))}: the stage {stage.id} ends before it starts")
    for index, item in _written("documents", document):
        if len(problems) >= PROBLEMS_CAP:
            return
        lead = f"line {document.line(('documents', index))}: {str(item.get('id') or f'document {index + 1}')[:200]}"
        stage_id = str(item.get("stage") or "").strip()
        if stage_id and stage_id not in known:
            close = near(stage_id[:60], known, 1)
            way_out = f"; did you mean {close[0]}?" if close else ""
            problems.append(f"{lead} is of the stage {stage_id[:60]!r}, which is none{way_out}")
        if not item.get("path") and not item.get("tailored_out"):
            problems.append(f"{lead} has no path, and no reason under tailored_out")


def _written(section: str, document: yamltext.Document) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The records of a section as they are written, with their places in it."""
    items = document.data.get(section)
    if isinstance(items, list):
        yield from ((index, item) for index, item in enumerate(items) if isinstance(item, dict))
