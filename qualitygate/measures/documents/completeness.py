"""What a complete document has, and how many have it all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import starmap

from qualitygate.extension import Context
from qualitygate.measures.documents.rows import (
    Registers,
    Row,
    Rows,
    counted_of,
    finding_of,
    listed,
    spotted,
    wrong_with,
)
from qualitygate.model.documents import APPROVED
from qualitygate.model.measurement import Finding, Measurement, RegisterEntry


def _existence(row: Row, _today: date) -> Iterator[Finding]:
    if not row.document.paths:
        yield finding_of(row, f"there is no file {row.document.wanted}: write it, or say why not under tailored_out")


def _stubs(row: Row, _today: date) -> Iterator[Finding]:
    yield from (spotted(row, spot) for spot in row.document.stubs)


def _gaps(row: Row, _today: date) -> Iterator[Finding]:
    yield from (spotted(row, spot) for spot in row.document.gaps)


def _ownership(row: Row, _today: date) -> Iterator[Finding]:
    owner = row.document.owner
    if owner is None:
        yield finding_of(row, "has no owner: name one of people, or one that CODEOWNERS names")
    elif not row.document.owned:
        yield finding_of(
            row, f"its owner {owner} is neither among people nor in CODEOWNERS: correct it, or add it there"
        )


def _approval(row: Row, _today: date) -> Iterator[Finding]:
    if row.document.status != APPROVED:
        status = row.document.status or "not told"
        yield finding_of(row, f"its status is {status}, needs {APPROVED}: approve it and set status: {APPROVED}")


def _reviews(row: Row, today: date) -> Iterator[Finding]:
    for review in row.document.reviews:
        if wrong := wrong_with(review, today, row.reviewed_from):
            yield finding_of(row, wrong, path=review.path, line=review.line)


CHECKS: Mapping[str, Callable[[Row, date], Iterator[Finding]]] = {
    "exist": _existence,
    "no stub": _stubs,
    "headings": _gaps,
    "owner": _ownership,
    "approved": _approval,
    "review": _reviews,
}
"""What a complete document must do, by the words of the sub-counts; all but the first need a file."""


def completeness(frame: Measurement, rows: Rows, _registers: Registers, context: Context) -> Measurement:
    """How many of the documents that are required today have all of it; each of the register with what it lacks."""
    wrongs = [_wrongs(row, context.today) for row in rows]
    frame = replace(frame, register=tuple(starmap(_entry, zip(rows, wrongs, strict=True))))
    pairs = [(row, each) for row, each in zip(rows, wrongs, strict=True) if row.due]
    due = [each for _, each in pairs]
    if not due:
        return replace(frame, note="no document is required yet")
    kept = {name: sum(not each[name] and not each["exist"] for each in due) for name in CHECKS}
    complete = sum(not any(each.values()) for each in due)
    return replace(
        frame,
        value=Fraction(complete, len(due)),
        numerator=Fraction(complete),
        denominator=Fraction(len(due)),
        findings=tuple(finding for each in due for found in each.values() for finding in found),
        counted=tuple(counted_of(row, counts=not any(each.values())) for row, each in pairs),
        note="; ".join(
            [f"of {len(due)} required: {', '.join(f'{name} {kept[name]}' for name in CHECKS)}", *_left(rows)]
        ),
    )


def _wrongs(row: Row, today: date) -> Mapping[str, Sequence[Finding]]:
    """What is wrong with a document, by check; one that is not required must do nothing, and one that is gone exist."""
    none: dict[str, Sequence[Finding]] = dict.fromkeys(CHECKS, ())
    if not row.due:
        return none
    if gone := list(_existence(row, today)):
        return {**none, "exist": gone}
    return {name: list(check(row, today)) for name, check in CHECKS.items()}


def _entry(row: Row, wrongs: Mapping[str, Sequence[Finding]]) -> RegisterEntry:
    document = row.document
    later = "" if row.due else f"the stage {document.stage} has not begun"
    return RegisterEntry(
        register=row.register.source.name,
        line=document.line,
        id=document.id,
        title=document.title,
        path=document.wanted,
        stage=document.stage or "",
        owner=document.owner or "",
        status=document.status or "",
        reviewed=min((review.reviewed for review in document.reviews if review.reviewed), default=None),
        until=min((review.due for review in document.reviews if review.due), default=None),
        left_out=document.tailored_out or later,
        missing=tuple(finding.message for found in wrongs.values() for finding in found),
    )


def _left(rows: Rows) -> Iterator[str]:
    """The documents that are in neither number, and why."""
    tailored = [f"{row.document.id} ({row.document.tailored_out})" for row in rows if row.document.tailored_out]
    later = [row.document.id for row in rows if not row.due and not row.document.tailored_out]
    if tailored:
        yield f"tailored out: {listed(tailored)}"
    if later:
        yield f"of stages that have not begun: {listed(later)}"


def checked(name: str) -> Callable[[Measurement, Rows, Registers, Context], Measurement]:
    """How many of the required documents that are there fail one check."""

    def take(frame: Measurement, rows: Rows, _registers: Registers, context: Context) -> Measurement:
        due = [row for row in rows if row.due]
        if not due:
            return replace(frame, note="no document is required yet")
        found = [list(CHECKS[name](row, context.today)) for row in due]
        findings = tuple(finding for each in found for finding in each)
        counted = tuple(counted_of(row) for row, wrong in zip(due, found, strict=True) if wrong)
        return replace(frame, value=Fraction(sum(map(bool, found))), findings=findings, counted=counted)

    return take
