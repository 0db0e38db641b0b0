"""What git tells of documents: changed after review, missing at the start, left behind by their sources."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from qualitygate.extension import Context
from qualitygate.measures.documents.rows import Registers, Row, Rows, counted_of, finding_of, listed
from qualitygate.model.changes import Changes
from qualitygate.model.code import Code
from qualitygate.model.documents import Document
from qualitygate.model.measurement import Finding, Measurement


def changed(frame: Measurement, rows: Rows, _registers: Registers, context: Context) -> Measurement:
    """Required documents that changed after their review."""
    due = [row for row in rows if row.due and row.document.paths]
    unknown = next((row.document.changed_note for row in due if row.document.changed_note), "")
    if unknown or not due:
        return replace(frame, note=unknown or "no required document is there")
    found = [_late(row, context.today) for row in due]
    return replace(frame, value=Fraction(sum(each is not None for each in found)), findings=tuple(filter(None, found)))


def _late(row: Row, today: date) -> Finding | None:
    reviewed = min((review.reviewed for review in row.document.reviews if review.reviewed), default=None)
    changed = row.document.changed
    if reviewed is None or changed is None or min(changed, today) <= reviewed:
        return None
    when = f"on {changed}" if changed <= today else "and not committed yet"
    message = f"was changed {when}, after its review on {reviewed}: review it again and set last_reviewed_on"
    return finding_of(row, message, path=row.document.reviews[0].path, line=row.document.reviews[0].line)


def at_start(frame: Measurement, rows: Rows, registers: Registers, _context: Context) -> Measurement:
    """Documents that should have been there when the project started, and were not."""
    note = next((register.start_note for register in registers if register.start_note), "")
    if note:
        return replace(frame, note=note)
    due = [row for row in rows if not row.document.tailored_out and _due_at_start(row)]
    if not due:
        return replace(frame, note="no document was due at the start of the project")
    missing = [row for row in due if not row.document.at_start]
    findings = tuple(
        finding_of(row, f"was not there on {row.register.start}, when the project started") for row in missing
    )
    return replace(frame, value=Fraction(len(missing)), findings=findings, counted=tuple(map(counted_of, missing)))


def _due_at_start(row: Row) -> bool:
    start = row.register.start
    return row.document.stage is None or bool(row.started and start and row.started <= start)


def drift(frame: Measurement, rows: Rows, _registers: Registers, context: Context) -> Measurement:
    """Documents that did not change though what they cover did; none where a commit says why."""
    mapped = [row for row in rows if row.document.covers and not row.document.tailored_out]
    if not mapped:
        return replace(frame, note="no document says which sources it covers: covers: [src/api/**]")
    if context.changes is None:
        return replace(frame, note=context.changes_note)
    left = {id(row): touched for row in mapped if (touched := _left_behind(row.document, context.changes))}
    excuses = "; ".join(context.changes.excuses)
    if excuses and left:
        ids = listed([row.document.id for row in mapped if id(row) in left])
        return replace(frame, value=Fraction(0), note=f"left out by Docs-not-needed ({excuses}): {ids}")
    findings = tuple(
        finding_of(row, f"did not change, though {left[id(row)]} did: change it, or write Docs-not-needed: and why")
        for row in mapped
        if id(row) in left
    )
    return replace(frame, value=Fraction(len(left)), findings=findings)


def _left_behind(document: Document, changes: Changes) -> str:
    """The first changed source of a document that did not change itself."""
    code = Code(include=document.covers)
    own = set(document.paths)
    touched = sorted(path for path in changes.touched - own if code.has(path))
    return touched[0] if touched and not own & changes.touched else ""
