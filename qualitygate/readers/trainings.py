"""Registers of trainings: a session with its date, its audience, and the result of each who had to sit its exam."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import tzinfo
from fractions import Fraction

from qualitygate.columns import TRUTHS, moment, name, text, truth
from qualitygate.extension import Reader
from qualitygate.model.evidence import Source
from qualitygate.model.trainings import ExamResult, Training, TrainingRegister
from qualitygate.outline import Entry, Outline, Reading, reading
from qualitygate.pseudonyms import person
from qualitygate.recognition import decode
from qualitygate.records import has_noun

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


RESULT = Outline(
    columns={"who": person, "score": _score, "retake": _score, "absent": text, "excused": truth}, required=("who",)
)
TRAINING = Outline(
    columns={"id": name, "date": moment, "topic": text, "audience": name, "pass_mark": _score},
    required=("id", "date", "topic", "audience"),
    records={"results": RESULT, "evidence": Outline(columns={"path": text, "sha256": _sha256}, required=("path",))},
)
OUTLINE = Outline(records={NOUN: TRAINING})


def recognises(head: bytes) -> bool:
    """Whether ``trainings`` is its first key, or its own keys are those of a session."""
    content = decode(head)
    return has_noun(head, NOUN) or all(re.search(rf"^{key}[ \t]*:", content, re.MULTILINE) for key in _OWN)


def read(source: Source) -> Iterator[TrainingRegister]:
    """Read one register. Raises :class:`~qualitygate.errors.CannotReadReport` with every problem of its records."""
    found = reading(source)
    data = found.document.data
    sessions = found.register(OUTLINE, NOUN)[NOUN] if NOUN in data else (found.entry(TRAINING, data),)
    for entry in sessions:
        _consistent(entry, found)
    found.refuse()
    yield TrainingRegister(source=source, trainings=tuple(map(_training, sessions)))


READER = Reader(kind="trainings", recognises=recognises, read=read, names=lambda: OUTLINE.names)


def _training(entry: Entry) -> Training:
    return Training(
        id=entry["id"],
        at=entry["date"],
        topic=entry["topic"],
        audience=entry["audience"],
        pass_mark=entry["pass_mark"] or Fraction(0),
        results=tuple(
            ExamResult(
                who=each["who"],
                score=each["score"],
                retake=each["retake"],
                excused=bool(each["excused"]),
                line=each.line,
            )
            for each in entry["results"]
        ),
        line=entry.line,
    )


def _consistent(entry: Entry, found: Reading) -> None:
    """What no outline can tell: who came out how, and that nobody did twice."""
    if entry["results"] and "pass_mark" not in entry.written:
        found.wrong(entry.path, "has results and no pass_mark")
    lines: dict[str, int] = {}
    for each in entry["results"]:
        who, absent, score = each["who"], each["absent"], "score" in each.written
        if who is not None and lines.setdefault(who, each.line) != each.line:
            found.wrong(each.path, f"{who} is also in line {lines[who]}; write a second attempt as retake")
        if absent in ("false", "no"):
            found.wrong(each.path, "absent is a reason, or yes; leave it out of the record of who was there")
        elif score and absent:
            found.wrong(each.path, f"{who} has a score and was absent")
        elif who is not None and not score and not absent:
            found.wrong(each.path, f"{who} has neither a score nor a word under absent")
        if each["excused"] and (absent is None or absent in TRUTHS):
            found.wrong(each.path, f"{who} is excused without a reason; write it under absent")
