"""Registers of trainings: a session with its date, its audience, and the result of each who had to sit its exam."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from fractions import Fraction

from qualitygate.columns import TRUTHS, moment, name, text, truth
from qualitygate.extension import Reader
from qualitygate.model.evidence import Source
from qualitygate.model.trainings import Result, Training, TrainingRegister
from qualitygate.pseudonyms import person
from qualitygate.recognition import decode
from qualitygate.records import has_noun, refuse
from qualitygate.shapes import Entry, Many, Shape, entries

NOUN = "trainings"
_SCORE = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_OWN = ("results", "audience", "topic")


def _score(value: str, _zone: tzinfo) -> Fraction:
    if not _SCORE.fullmatch(value):
        raise ValueError(f"is {value[:60]!r}, no number such as 80 or 92.5")
    return Fraction(value)


def _sha256(value: str, _zone: tzinfo) -> str:
    if not _SHA256.fullmatch(value.lower()):
        raise ValueError("is no SHA-256: 64 hexadecimal digits")
    return value.lower()


RESULT = Shape(
    fields={"who": person, "score": _score, "retake": _score, "absent": text, "excused": truth}, required=("who",)
)
SHAPE = Shape(
    fields={
        "id": name,
        "date": moment,
        "topic": text,
        "audience": name,
        "pass_mark": _score,
        "results": Many(each=RESULT),
        "evidence": Many(each=Shape(fields={"path": text, "sha256": _sha256}, required=("path",))),
    },
    required=("id", "date", "topic", "audience"),
)


def recognises(head: bytes) -> bool:
    """Whether ``trainings`` is its first key, or its own keys are those of a session."""
    content = decode(head)
    return has_noun(head, NOUN) or all(re.search(rf"^{key}[ \t]*:", content, re.MULTILINE) for key in _OWN)


def read(source: Source) -> Iterator[TrainingRegister]:
    """Read one register. Raises :class:`~qualitygate.errors.CannotReadReport` with every problem of its records."""
    problems: list[str] = []
    found = entries(source, NOUN, SHAPE, problems, alone=True)
    for entry in found:
        problems.extend(_inconsistent(entry))
    refuse(problems)
    yield TrainingRegister(source=source, trainings=tuple(map(_training, found)))


READER = Reader(kind="trainings", recognises=recognises, read=read)


def _training(entry: Entry) -> Training:
    values = entry.values
    return Training(
        id=values["id"],
        at=values["date"],
        topic=values["topic"],
        audience=values["audience"],
        pass_mark=values["pass_mark"] or Fraction(0),
        results=tuple(
            Result(
                who=each.values["who"],
                score=each.values["score"],
                retake=each.values["retake"],
                excused=bool(each.values["excused"]),
                line=each.line,
            )
            for each in values["results"]
        ),
        line=entry.line,
    )


def _inconsistent(entry: Entry) -> Iterator[str]:
    """What no shape can tell: who came out how, and that nobody did twice."""
    results: Sequence[Entry] = entry.values["results"]
    if results and entry.values["pass_mark"] is None:
        yield f"{entry.place}: has results and no pass_mark"
    places: dict[str, str] = {}
    for each in results:
        who, absent = each.values["who"], each.values["absent"]
        other = places.setdefault(who, each.place)
        if other != each.place:
            yield f"{each.place}: {who} is also in {other}; write a second attempt as retake"
        if absent in ("false", "no"):
            yield f"{each.place}: absent is a reason, or yes; leave it out of the record of who was there"
        elif each.values["score"] is not None and absent:
            yield f"{each.place}: {who} has a score and was absent"
        elif each.values["score"] is None and not absent:
            yield f"{each.place}: {who} has neither a score nor a word under absent"
        if each.values["excused"] and (absent is None or absent in TRUTHS):
            yield f"{each.place}: {who} is excused without a reason; write it under absent"
