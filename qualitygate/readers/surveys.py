"""Registers of surveys: waves in YAML, and answers in CSV as survey tools export them; no text of an answer is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from qualitygate.columns import Form, day, moment, name, text, whole
from qualitygate.extension import Reader
from qualitygate.model.evidence import Source
from qualitygate.model.period import named
from qualitygate.model.surveys import RECOMMEND, SCORE, Answer, SurveyRegister, Wave
from qualitygate.outline import Entry, Outline, Reading, reading
from qualitygate.pseudonyms import person
from qualitygate.recognition import HEAD, decode
from qualitygate.records import Record, has_noun, names, refuse
from qualitygate.records import read as read_records
from qualitygate.records import text as text_of

WAVES, ANSWERS = "waves", "answers"
UNANSWERED = frozenset({"-", "n/a", "na", "none", "不适用", "无"})
"""What stands for no answer, besides nothing."""
_NUMBER = re.compile(r"([0-9]{1,2})(?:\.0+)?")
_QUARTER = re.compile(r"[0-9]{4}-Q[1-4]")


def _on(scale: range) -> Callable[[str, tzinfo], int | None]:
    """An answer on a scale, nothing for one that was not given."""

    def read(value: str, _zone: tzinfo) -> int | None:
        if value.casefold() in UNANSWERED:
            return None
        found = _NUMBER.fullmatch(value)
        if not found or int(found[1]) not in scale:
            raise ValueError(f"is {value[:60]!r}, no whole number from {scale[0]} to {scale[-1]}")
        return int(found[1])

    return read


def _quarter(value: str, _zone: tzinfo) -> str:
    if not _QUARTER.fullmatch(value):
        raise ValueError(f"is {value[:60]!r}, no quarter such as 2026-Q3")
    named(value, datetime(2000, 1, 1, tzinfo=UTC))
    return value


WAVE = Outline(
    columns={
        "id": name,
        "title": text,
        "opened": day,
        "closed": day,
        "quarter": _quarter,
        "invited": whole,
        "sent": whole,
    },
    required=("id", "opened"),
)
REGISTER = Outline(records={WAVES: WAVE})
ANSWER = Form(
    columns={
        "respondent": person,
        "score": _on(SCORE),
        "recommend": _on(RECOMMEND),
        "date": moment,
        "wave": name,
        "channel": name,
        "comment": text,
    },
    required=("respondent",),
)
_QUESTIONS = ("score", "recommend")
_OPENED = re.compile(r"(?:^[ \t]*(?:-[ \t]*)?|[{,][ \t]*)opened[ \t]*:", re.MULTILINE)


def recognises(head: bytes) -> bool:
    """Whether ``waves`` is its first key, or its columns are those of answers."""
    if has_noun(head, WAVES) or has_noun(head, ANSWERS):
        return True
    found = names(head, ANSWER.known)
    own = found.intersection(ANSWER.known)
    return "respondent" in found and not found.isdisjoint(_QUESTIONS) and 2 * len(own) >= len(found)


def read(source: Source) -> Iterator[SurveyRegister]:
    """Read one register. Raises :class:`~qualitygate.errors.CannotReadReport` with every problem of its records."""
    if _are_waves(text_of(source)[:HEAD].encode()):
        found = reading(source)
        entries = found.register(REGISTER, WAVES)[WAVES]
        for entry in entries:
            _consistent(entry, found)
        found.refuse()
        yield SurveyRegister(source=source, waves=tuple(map(_wave, entries)))
        return
    problems: list[str] = []
    table = read_records(source, ANSWERS, ANSWER.known)
    if table.header is not None and not set(table.header) & set(_QUESTIONS):
        problems.append("line 1: has no column score or recommend")
    rows = list(ANSWER.checked(table, source.rules.zone, problems))
    stem = re.split(r"[/\\]", source.name)[-1].partition(".")[0]
    answers = tuple(_answer(record, values, stem) for record, values in rows)
    problems.extend(_undated(answers))
    refuse(problems)
    whose = {each.wave for each in answers} if "wave" in table.names else {stem}
    yield SurveyRegister(source=source, answers=answers, covers=tuple(sorted(whose)))


READER = Reader(kind="surveys", recognises=recognises, read=read, names=lambda: REGISTER.names.union(ANSWER.known))


def _are_waves(head: bytes) -> bool:
    """Whether these are waves, also where their key is misspelt."""
    return has_noun(head, WAVES) or (not has_noun(head, ANSWERS) and bool(_OPENED.search(decode(head))))


def _wave(entry: Entry) -> Wave:
    return Wave(
        id=entry["id"],
        opened=entry["opened"],
        closed=entry["closed"],
        quarter=_quarter_of(entry),
        invited=entry["sent"] if entry["invited"] is None else entry["invited"],
        line=entry.line,
    )


def _quarter_of(entry: Entry) -> str:
    opened: date = entry["opened"]
    return entry["quarter"] or f"{opened.year}-Q{(opened.month + 2) // 3}"


def _consistent(entry: Entry, found: Reading) -> None:
    """What no outline can tell: days in order, and one number of those who were asked."""
    opened, closed = entry["opened"], entry["closed"]
    if opened and closed:
        quarter = _quarter_of(entry)
        begins = date(int(quarter[:4]), 3 * int(quarter[-1]) - 2, 1)
        if closed < opened:
            found.wrong((*entry.path, "closed"), f"closes on {closed}, before it opens on {opened}")
        elif closed < begins:
            found.wrong((*entry.path, "closed"), f"closes on {closed}, before {quarter} begins")
    if {"invited", "sent"} <= entry.written:
        found.wrong(entry.path, "has both invited and sent; write one")


def _answer(record: Record, values: dict[str, Any], stem: str) -> Answer:
    return Answer(
        wave=values["wave"] or stem,
        who=values["respondent"],
        score=values["score"],
        recommend=values["recommend"],
        at=values["date"],
        line=record.line,
    )


def _undated(answers: Sequence[Answer]) -> Iterator[str]:
    """Of two answers by one respondent the later counts, so that both have a date, or neither."""
    first: dict[tuple[str, str], Answer] = {}
    for each in answers:
        other = first.setdefault((each.wave, each.who), each)
        if (each.at is None) is not (other.at is None):
            yield f"line {each.line}: the respondent is also in line {other.line}, and only one of them has a date"
