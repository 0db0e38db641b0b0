"""Registers of surveys in a snapshot."""

from __future__ import annotations

from typing import Any

from qualitygate.model.evidence import Source
from qualitygate.model.surveys import RECOMMEND, SCORE, Answer, SurveyRegister, Wave
from qualitygate.snapshot import frame
from qualitygate.strict import Data, exactly, maybe, maybe_day, maybe_instant, texts, written


def encode(register: SurveyRegister) -> dict[str, Any]:
    """As JSON-ready data, the records in their order."""
    return {
        **frame.encode(register),
        "waves": [
            [each.id, each.opened.isoformat(), each.quarter, _day(each), each.invited, each.line]
            for each in register.waves
        ],
        "answers": [
            [each.wave, each.who, each.score, each.recommend, written(each.at), each.line] for each in register.answers
        ],
        "covers": list(register.covers),
    }


def decode(data: Data, source: Source) -> SurveyRegister:
    """From JSON data."""
    return SurveyRegister(
        **frame.decode(data, source),
        waves=tuple(_to_wave(each) for each in exactly(data["waves"], list)),
        answers=tuple(_to_answer(each) for each in exactly(data["answers"], list)),
        covers=texts(data["covers"]),
    )


def _day(wave: Wave) -> str | None:
    return wave.closed.isoformat() if wave.closed else None


def _to_wave(data: Any) -> Wave:
    id, opened, quarter, closed, invited, line = exactly(data, list)
    begun = maybe_day(exactly(opened, str))
    assert begun is not None
    if not (exactly(quarter, str)[4:6] == "-Q" and quarter[6:] in ("1", "2", "3", "4") and quarter[:4].isdecimal()):
        raise ValueError(f"{quarter!r} is no quarter")
    return Wave(
        id=exactly(id, str),
        opened=begun,
        quarter=quarter,
        closed=maybe_day(closed),
        invited=maybe(invited, int),
        line=maybe(line, int),
    )


def _to_answer(data: Any) -> Answer:
    wave, who, score, recommend, at, line = exactly(data, list)
    if maybe(score, int) not in (None, *SCORE) or maybe(recommend, int) not in (None, *RECOMMEND):
        raise ValueError("an answer beyond its scale")
    return Answer(
        wave=exactly(wave, str),
        who=exactly(who, str),
        score=score,
        recommend=recommend,
        at=maybe_instant(at),
        line=maybe(line, int),
    )
