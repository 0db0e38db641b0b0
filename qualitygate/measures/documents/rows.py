"""Each document of the registers as it stands today, and what is found of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from qualitygate.model.documents import Document, DocumentRegister, Review, Spot
from qualitygate.model.measurement import Counted, Finding
from qualitygate.values import dataclass

_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A document in its register: whether it is due today, and since when its review must be."""

    register: DocumentRegister
    document: Document
    due: bool
    started: date | None
    reviewed_from: date | None


def rows_of(register: DocumentRegister, today: date) -> Iterator[Row]:
    """Each document of a register as it stands on a day."""
    ends = [stage.ended for stage in register.stages if stage.ended and stage.ended <= today]
    begun = {stage.id: stage.started for stage in register.stages}
    for document in register.documents:
        started = begun.get(document.stage or "")
        yield Row(
            register=register,
            document=document,
            due=not document.tailored_out and (document.stage is None or bool(started and started <= today)),
            started=started,
            reviewed_from=max(ends, default=None),
        )


Rows = Sequence[Row]
Registers = Sequence[DocumentRegister]


def wrong_with(review: Review, today: date, since: date | None) -> str:
    """What is wrong with a review on a day; nothing where it is valid."""
    if review.problem:
        return f"{review.problem}: review it and set last_reviewed_on and review_in"
    assert review.reviewed and review.due
    if review.reviewed > today:
        return f"was reviewed on {review.reviewed}, which is yet to come"
    if review.due < today:
        return f"its review expired on {review.due}: review it and set last_reviewed_on"
    if since and review.reviewed < since:
        return f"was reviewed on {review.reviewed}, before the last finished stage ended on {since}: review it again"
    return ""


def finding_of(row: Row, message: str, *, path: str | None = None, line: int | None = None) -> Finding:
    """What is wrong with a document: where ``path`` says, or at its place in the register."""
    document = row.document
    return Finding(
        title=f"{document.id} {document.title}".strip(),
        message=message,
        path=path or row.register.source.name,
        line=line if path else document.line,
    )


def counted_of(row: Row, *, counts: bool = True) -> Counted:
    """A document at its place in the register."""
    document = row.document
    return Counted(title=document.id, path=row.register.source.name, line=document.line, counts=counts)


def spotted(row: Row, spot: Spot) -> Finding:
    """What is wrong with a document, at the place where it was found."""
    return finding_of(row, spot.message, path=spot.path, line=spot.line)


def finding_at(spot: Spot) -> Finding:
    """What is wrong at a place that belongs to no document."""
    return Finding(title=spot.title, message=spot.message, path=spot.path, line=spot.line)


def listed(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
