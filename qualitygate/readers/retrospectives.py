"""Records of retrospectives: the front matter of a page in Markdown, one page each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, tzinfo
from typing import Any

from qualitygate.columns import day, name, shown, text
from qualitygate.documents import frontmatter
from qualitygate.extension import Reader
from qualitygate.model.evidence import Source
from qualitygate.model.retrospectives import Action, Retrospective
from qualitygate.outline import Entry, Outline, Reading, reading
from qualitygate.pseudonyms import person
from qualitygate.recognition import decode

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


def _month(value: str, _zone: tzinfo) -> date:
    match = _MONTH.fullmatch(value)
    if match is None or not 1970 <= int(match[1]) <= 9000 or not 1 <= int(match[2]) <= 12:
        raise ValueError(f"is {shown(value)}, no month such as 2026-10")
    return date(int(match[1]), int(match[2]), 1)


ACTION = Outline(
    columns={
        "id": name,
        "text": text,
        "owner": person,
        "due": day,
        "first_due": day,
        "done": day,
        "verified_by": person,
        "not_planned": text,
    },
    required=("id", "text", "owner", "due"),
)
SHAPE = Outline(
    columns={"date": day, "month": _month, "project": name, "no_action": text},
    required=("date",),
    lists={"attendees": person, "decisions": text, "signed_by": person},
    records={"actions": ACTION},
)
_HEAD = re.compile(r"\A---[ \t]*\r?\n(.*?)(?:^---|\Z)", re.MULTILINE | re.DOTALL)
_KEY = re.compile(r"^([a-z_]+)[ \t]*:(?:\s|$)", re.MULTILINE)


def recognises(head: bytes) -> bool:
    """Whether the front matter has the keys of a retrospective: its date, and who was there or what was decided."""
    match = _HEAD.match(decode(head))
    keys = set(_KEY.findall(match[1])) if match else set()
    return "date" in keys and len(keys & {"attendees", "decisions", "no_action", "signed_by", "actions"}) > 1


def read(source: Source) -> Iterator[Retrospective]:
    """Read one record. Raises :class:`~qualitygate.errors.CannotReadReport` with every problem of it."""
    found = reading(source, frontmatter.document)
    whole = found.entry(SHAPE, found.document.data)
    _consistent(whole, found)
    found.unique(whole["actions"], "id")
    for entry in whole["actions"]:
        _action_consistent(entry, found)
    found.refuse()
    values: dict[str, Any] = {key: value for key, value in whole.values.items() if key not in ("date", "actions")}
    held = whole["date"]
    month = whole["month"] or (None if whole["project"] else held.replace(day=1))
    actions = tuple(Action(**entry.values, line=entry.line) for entry in whole["actions"])
    yield Retrospective(source=source, **{**values, "month": month}, held=held, actions=actions)


READER = Reader(kind="retrospectives", recognises=recognises, read=read, names=lambda: SHAPE.names)


def _consistent(whole: Entry, found: Reading) -> None:
    if whole["month"] and whole["project"]:
        found.wrong(("project",), "looks back on a month and on a project; write a record for each", key=True)
    if whole["date"] and whole["month"] and whole["date"] < whole["month"]:
        found.wrong(("date",), f"is of {whole['date']}, before the month that it looks back on begins")
    if whole["no_action"] and whole["actions"]:
        found.wrong(("no_action",), "says why there is no action, and there are actions", key=True)


def _action_consistent(entry: Entry, found: Reading) -> None:
    due, first, done = entry["due"], entry["first_due"], entry["done"]
    if due and first and first > due:
        found.wrong((*entry.path, "first_due"), f"first_due is {first}, after due, {due}: postponing moves due only")
    if done and entry["not_planned"]:
        found.wrong((*entry.path, "not_planned"), f"is not planned, and was done on {done}", key=True)
    if entry["verified_by"] and not done:
        found.wrong((*entry.path, "verified_by"), "is verified, and has no done: write the day", key=True)
