"""Registers of trainings in a snapshot."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from qualitygate.model.evidence import Source
from qualitygate.model.trainings import ExamResult, Training, TrainingRegister
from qualitygate.snapshot import frame
from qualitygate.strict import Data, exactly, instant, maybe, written


def encode(register: TrainingRegister) -> dict[str, Any]:
    """As JSON-ready data, the records in their order."""
    return {**frame.encode(register), "trainings": [_training(each) for each in register.trainings]}


def decode(data: Data, source: Source) -> TrainingRegister:
    """From JSON data."""
    return TrainingRegister(
        **frame.decode(data, source), trainings=tuple(map(_to_training, exactly(data["trainings"], list)))
    )


def _training(each: Training) -> dict[str, Any]:
    return {
        "id": each.id,
        "date": written(each.at),
        "topic": each.topic,
        "audience": each.audience,
        "pass_mark": str(each.pass_mark),
        "results": [[one.who, _score(one.score), _score(one.retake), one.excused, one.line] for one in each.results],
        "line": each.line,
    }


def _to_training(data: Data) -> Training:
    return Training(
        id=exactly(data["id"], str),
        at=instant(data["date"]),
        topic=exactly(data["topic"], str),
        audience=exactly(data["audience"], str),
        pass_mark=_number(data["pass_mark"]),
        results=tuple(
            ExamResult(
                who=exactly(who, str),
                score=None if score is None else _number(score),
                retake=None if retake is None else _number(retake),
                excused=exactly(excused, bool),
                line=maybe(line, int),
            )
            for who, score, retake, excused, line in exactly(data["results"], list)
        ),
        line=maybe(data["line"], int),
    )


def _score(score: Fraction | None) -> str | None:
    return None if score is None else str(score)


def _number(data: Any) -> Fraction:
    try:
        return Fraction(exactly(data, str))
    except ZeroDivisionError as error:
        raise ValueError(f"{data!r} is no number") from error
