"""Registers of documents in a snapshot, with what was found of each."""

from __future__ import annotations

from typing import Any

from qualitygate.model.documents import Document, DocumentRegister, Proportion, Review, Spot, Stage
from qualitygate.model.evidence import Source
from qualitygate.snapshot import frame
from qualitygate.strict import Data, day, exactly, maybe, maybe_day, natural, texts, written

_PLAIN = ("id", "title", "line", "wanted", "stage", "owner", "owned", "status", "doc_type", "tailored_out")
_LATER = ("changed_note", "at_start")


def encode(register: DocumentRegister) -> dict[str, Any]:
    """As JSON-ready data, the records in their order."""
    return {
        **frame.encode(register),
        "documents": [_document(each) for each in register.documents],
        "stages": [[each.id, written(each.started), written(each.ended)] for each in register.stages],
        "pages": [_review(each) for each in register.pages],
        "tallies": [
            [name, each.good, each.total, [_spot(spot) for spot in each.spots], each.note]
            for name, each in register.tallies
        ],
        "start": written(register.start),
        "start_note": register.start_note,
    }


def decode(data: Data, source: Source) -> DocumentRegister:
    """From JSON data."""
    return DocumentRegister(
        **frame.decode(data, source),
        documents=tuple(_to_document(each) for each in exactly(data["documents"], list)),
        stages=tuple(
            Stage(id=exactly(id, str), started=day(started), ended=maybe_day(ended))
            for id, started, ended in exactly(data["stages"], list)
        ),
        pages=tuple(map(_to_review, exactly(data["pages"], list))),
        tallies=tuple(
            (
                exactly(name, str),
                Proportion(good=natural(good), total=natural(total), spots=_to_spots(spots), note=exactly(note, str)),
            )
            for name, good, total, spots, note in exactly(data["tallies"], list)
        ),
        start=maybe_day(data["start"]),
        start_note=exactly(data["start_note"], str),
    )


def _document(each: Document) -> dict[str, Any]:
    return {
        **{name: getattr(each, name) for name in (*_PLAIN, *_LATER)},
        "paths": list(each.paths),
        "covers": list(each.covers),
        "stubs": [_spot(spot) for spot in each.stubs],
        "gaps": [_spot(spot) for spot in each.gaps],
        "reviews": [_review(review) for review in each.reviews],
        "changed": written(each.changed),
    }


def _to_document(data: Data) -> Document:
    return Document(
        id=exactly(data["id"], str),
        title=exactly(data["title"], str),
        line=natural(data["line"]),
        wanted=exactly(data["wanted"], str),
        paths=texts(data["paths"]),
        stage=maybe(data["stage"], str),
        owner=maybe(data["owner"], str),
        owned=exactly(data["owned"], bool),
        status=maybe(data["status"], str),
        doc_type=maybe(data["doc_type"], str),
        tailored_out=exactly(data["tailored_out"], str),
        stubs=_to_spots(data["stubs"]),
        gaps=_to_spots(data["gaps"]),
        reviews=tuple(map(_to_review, exactly(data["reviews"], list))),
        changed=maybe_day(data["changed"]),
        changed_note=exactly(data["changed_note"], str),
        at_start=maybe(data["at_start"], bool),
        covers=texts(data["covers"]),
    )


def _spot(each: Spot) -> list[Any]:
    return [each.title, each.message, each.path, each.line]


def _to_spots(data: Any) -> tuple[Spot, ...]:
    return tuple(
        Spot(title=exactly(title, str), message=exactly(message, str), path=maybe(path, str), line=maybe(line, int))
        for title, message, path, line in exactly(data, list)
    )


def _review(each: Review) -> list[Any]:
    return [each.path, each.line, written(each.reviewed), written(each.due), each.problem, each.cadence]


def _to_review(data: Any) -> Review:
    path, line, reviewed, due, problem, cadence = exactly(data, list)
    found = Review(
        path=exactly(path, str),
        line=natural(line),
        reviewed=maybe_day(reviewed),
        due=maybe_day(due),
        problem=exactly(problem, str),
        cadence=exactly(cadence, bool),
    )
    if not found.problem and None in (found.reviewed, found.due):
        raise ValueError("a review without its days, and without a problem")
    return found
