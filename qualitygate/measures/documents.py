"""Document metrics: how many of the required documents are there, whole, owned, approved and reviewed, and what is not.

What was found of each document was gathered when the register was read; here it is held against today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import compress, starmap

from qualitygate.extension import Context, Measure
from qualitygate.model.changes import Changes
from qualitygate.model.code import Code
from qualitygate.model.documents import APPROVED, Document, DocumentRegister, Review, Spot, Tally
from qualitygate.model.evidence import Evidence, Gap, about, by_labels
from qualitygate.model.measurement import Better, Combine, Finding, Measurement, Metric, RegisterEntry, Unit
from qualitygate.model.registers import differing, in_two
from qualitygate.values import dataclass

COMPLETENESS = Metric(
    name="documents.completeness",
    noun="complete documents",
    formula="complete documents / required documents",
    source="ISO/IEC 25023, the shape X = A / B; GB/T 8567-2006 for what may be required",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
)
STUBS = Metric(
    name="documents.stubs",
    noun="stubs",
    formula="required documents that are too short or hold a placeholder",
    source="common practice",
)
UNREVIEWED = Metric(
    name="documents.unreviewed",
    noun="unreviewed documents",
    formula="required documents without a review that is in date and after the last finished stage",
    source="GOV.UK Tech Docs Template, last_reviewed_on and review_in",
)
CHANGED = Metric(
    name="documents.changed_after_review",
    noun="documents changed after review",
    formula="required documents whose content changed after the day of their review",
    source="common practice",
)
AT_START = Metric(
    name="documents.missing_at_start",
    noun="missing documents",
    formula="documents due at the start of the project that were not there at the end of that day",
    source="common practice",
)
API = Metric(
    name="documents.api_documented",
    noun="documented public objects",
    formula="public modules, classes and functions with a docstring / all of them",
    source="ISO/IEC 25023, the shape X = A / B; griffe for what is public",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
)
LINKS = Metric(
    name="documents.links",
    noun="valid internal links",
    formula="internal links that lead somewhere / internal links",
    source="common practice",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
)
FRESHNESS = Metric(
    name="documents.freshness",
    noun="fresh pages",
    formula="pages whose review is in date / pages that have a cadence",
    source="GOV.UK Tech Docs Template, last_reviewed_on and review_in",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
)
DRIFT = Metric(
    name="documents.drift",
    noun="drifted documents",
    formula="documents that did not change though a source that they cover did, and no commit says why",
    source="common practice",
    of_changes=True,
)
PARITY = Metric(
    name="documents.translation_parity",
    noun="matching translations",
    formula="translations whose tree of headings is that of the original / translations",
    source="common practice",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
)
CHANGELOG = Metric(
    name="documents.changelog",
    noun="change log problems",
    formula="departures from the form of a change log",
    source="Keep a Changelog 1.1.0; Semantic Versioning 2.0.0, 11",
)
METRICS = (
    COMPLETENESS, STUBS, UNREVIEWED, CHANGED, AT_START, API, LINKS, FRESHNESS, DRIFT, PARITY, CHANGELOG
)  # fmt: skip
_NAMED = 5


def take(evidence: Sequence[Evidence], context: Context) -> Iterator[Measurement]:
    """Every document metric for every label set that has registers, or should have.

    Where a declared register is missing or unreadable, all of its label set is without a value.
    """
    for labels, items in by_labels(about("documents", DocumentRegister, evidence)).items():
        yield from _label_set(dict(labels), items, context)


MEASURE = Measure(metrics=METRICS, take=take)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A document in its register: whether it is due today, and since when its review must be."""

    register: DocumentRegister
    document: Document
    due: bool
    started: date | None
    reviewed_from: date | None


def _label_set(labels: Mapping[str, str], items: Sequence[Evidence], context: Context) -> Iterator[Measurement]:
    told = [item for item in items if isinstance(item, DocumentRegister)]
    registers = sorted(compress(told, differing((item.source.name, _whole_of(item)) for item in told)), key=_order)
    missing = "; ".join(dict.fromkeys(str(item) for item in items if isinstance(item, Gap))) or in_two(
        (register.source.name, [each.id for each in register.documents]) for register in registers
    )
    found = [row for register in registers for row in _rows(register, context.today)]
    frame = Measurement(
        metric=COMPLETENESS,
        value=None,
        labels=labels,
        sources=tuple(sorted(register.source.name for register in registers)),
        examined={"registers": len(registers), "documents": sum(len(each.documents) for each in registers)},
        note=missing,
    )
    for metric in METRICS:
        part = replace(frame, metric=metric)
        yield part if missing else TAKEN[metric](part, found, registers, context)


def _whole_of(register: DocumentRegister) -> tuple[object, ...]:
    """All that a register says, by which two of one name are the same."""
    return (register.documents, register.stages, register.pages, register.tallies, register.start, register.start_note)


def _order(register: DocumentRegister) -> tuple[str, str]:
    """The same order whichever shard comes first."""
    return register.source.name, repr(_whole_of(register))


def _rows(register: DocumentRegister, today: date) -> Iterator[Row]:
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


# What a complete document has


def _existence(row: Row, _today: date) -> Iterator[Finding]:
    if not row.document.paths:
        yield _of(row, f"there is no file {row.document.wanted}: write it, or say why not under tailored_out")


def _stubs(row: Row, _today: date) -> Iterator[Finding]:
    yield from (_spotted(row, spot) for spot in row.document.stubs)


def _gaps(row: Row, _today: date) -> Iterator[Finding]:
    yield from (_spotted(row, spot) for spot in row.document.gaps)


def _ownership(row: Row, _today: date) -> Iterator[Finding]:
    owner = row.document.owner
    if owner is None:
        yield _of(row, "has no owner: name one of people, or one that CODEOWNERS names")
    elif not row.document.owned:
        yield _of(row, f"its owner {owner} is neither among people nor in CODEOWNERS")


def _approval(row: Row, _today: date) -> Iterator[Finding]:
    if row.document.status != APPROVED:
        yield _of(row, f"its status is {row.document.status or 'not told'}, needs {APPROVED}")


def _reviews(row: Row, today: date) -> Iterator[Finding]:
    for review in row.document.reviews:
        if wrong := _wrong(review, today, row.reviewed_from):
            yield _of(row, wrong, path=review.path, line=review.line)


CHECKS: Mapping[str, Callable[[Row, date], Iterator[Finding]]] = {
    "exist": _existence,
    "no stub": _stubs,
    "headings": _gaps,
    "owner": _ownership,
    "approved": _approval,
    "review": _reviews,
}
"""What a complete document must do, by the words of the sub-counts; all but the first need a file."""


def _wrong(review: Review, today: date, since: date | None) -> str:
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


def _of(row: Row, message: str, *, path: str | None = None, line: int | None = None) -> Finding:
    document = row.document
    return Finding(
        title=f"{document.id} {document.title}".strip(),
        message=message,
        path=path or row.register.source.name,
        line=line if path else document.line,
    )


def _spotted(row: Row, spot: Spot) -> Finding:
    return _of(row, spot.message, path=spot.path, line=spot.line)


# The metrics


def _completeness(frame: Measurement, rows: Rows, _registers: Registers, context: Context) -> Measurement:
    wrongs = [_wrongs(row, context.today) for row in rows]
    frame = replace(frame, register=tuple(starmap(_entry, zip(rows, wrongs, strict=True))))
    due = [each for row, each in zip(rows, wrongs, strict=True) if row.due]
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
        yield f"tailored out: {_names(tailored)}"
    if later:
        yield f"of stages that have not begun: {_names(later)}"


def _checked(name: str) -> Callable[[Measurement, Rows, Registers, Context], Measurement]:
    """How many of the required documents that are there fail one check."""

    def take(frame: Measurement, rows: Rows, _registers: Registers, context: Context) -> Measurement:
        due = [row for row in rows if row.due]
        if not due:
            return replace(frame, note="no document is required yet")
        found = [list(CHECKS[name](row, context.today)) for row in due]
        findings = tuple(finding for each in found for finding in each)
        return replace(frame, value=Fraction(sum(map(bool, found))), findings=findings)

    return take


def _changed(frame: Measurement, rows: Rows, _registers: Registers, context: Context) -> Measurement:
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
    return _of(row, message, path=row.document.reviews[0].path, line=row.document.reviews[0].line)


def _at_start(frame: Measurement, rows: Rows, registers: Registers, _context: Context) -> Measurement:
    note = next((register.start_note for register in registers if register.start_note), "")
    if note:
        return replace(frame, note=note)
    due = [row for row in rows if not row.document.tailored_out and _due_at_start(row)]
    if not due:
        return replace(frame, note="no document was due at the start of the project")
    missing = [row for row in due if not row.document.at_start]
    findings = tuple(_of(row, f"was not there on {row.register.start}, when the project started") for row in missing)
    return replace(frame, value=Fraction(len(missing)), findings=findings)


def _due_at_start(row: Row) -> bool:
    start = row.register.start
    return row.document.stage is None or bool(row.started and start and row.started <= start)


def _share(name: str, noun: str, key: str) -> Callable[[Measurement, Rows, Registers, Context], Measurement]:
    """A ratio of what was counted while the registers were read; nothing where none asks for it."""

    def take(frame: Measurement, _rows: Rows, registers: Registers, _context: Context) -> Measurement:
        whole = _whole(name, registers)
        if whole is None or whole.note or not whole.total:
            note = whole.note if whole else f"no register says {noun}: declare it under {key}:"
            return replace(frame, note=note or "there is nothing to count")
        return replace(
            frame,
            value=Fraction(whole.good, whole.total),
            numerator=Fraction(whole.good),
            denominator=Fraction(whole.total),
            findings=tuple(map(_finding, whole.spots)),
        )

    return take


def _whole(name: str, registers: Registers) -> Tally | None:
    """What all registers counted under a name."""
    tallies = [tally for register in registers if (tally := register.tally(name))]
    if not tallies:
        return None
    return Tally(
        good=sum(tally.good for tally in tallies),
        total=sum(tally.total for tally in tallies),
        spots=tuple(spot for tally in tallies for spot in tally.spots),
        note="; ".join(filter(None, (tally.note for tally in tallies))),
    )


def _changelog(frame: Measurement, _rows: Rows, registers: Registers, _context: Context) -> Measurement:
    whole = _whole("changelog", registers)
    if whole is None or whole.note:
        return replace(frame, note=whole.note if whole else "no register names a change log: changelog: CHANGELOG.md")
    return replace(frame, value=Fraction(whole.total), findings=tuple(map(_finding, whole.spots)))


def _freshness(frame: Measurement, rows: Rows, registers: Registers, context: Context) -> Measurement:
    reviews = [review for row in rows if not row.document.tailored_out for review in row.document.reviews]
    reviews += [review for register in registers for review in register.pages]
    known = {(each.path, each.line): each for each in reviews if each.cadence and (each.due or each.problem)}
    if not known:
        return replace(frame, note="no page says how long its review holds: review_in: 6 months")
    wrongs = {place: _wrong(review, context.today, None) for place, review in sorted(known.items())}
    behind = [(path, line, wrong) for (path, line), wrong in wrongs.items() if wrong]
    findings = tuple(Finding(title=path, message=wrong, path=path, line=line) for path, line, wrong in behind)
    good = len(known) - len(findings)
    return replace(
        frame,
        value=Fraction(good, len(known)),
        numerator=Fraction(good),
        denominator=Fraction(len(known)),
        findings=findings,
    )


def _drift(frame: Measurement, rows: Rows, _registers: Registers, context: Context) -> Measurement:
    mapped = [row for row in rows if row.document.covers and not row.document.tailored_out]
    if not mapped:
        return replace(frame, note="no document says which sources it covers: covers: [src/api/**]")
    if context.changes is None:
        return replace(frame, note=context.changes_note)
    left = {id(row): touched for row in mapped if (touched := _left_behind(row.document, context.changes))}
    excuses = "; ".join(context.changes.excuses)
    if excuses and left:
        ids = _names([row.document.id for row in mapped if id(row) in left])
        return replace(frame, value=Fraction(0), note=f"left out by Docs-not-needed ({excuses}): {ids}")
    findings = tuple(
        _of(row, f"did not change, though {left[id(row)]} did: change it, or write Docs-not-needed: and why")
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


def _finding(spot: Spot) -> Finding:
    return Finding(title=spot.title, message=spot.message, path=spot.path, line=spot.line)


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


TAKEN: Mapping[Metric, Callable[[Measurement, Rows, Registers, Context], Measurement]] = {
    COMPLETENESS: _completeness,
    STUBS: _checked("no stub"),
    UNREVIEWED: _checked("review"),
    CHANGED: _changed,
    AT_START: _at_start,
    API: _share("api_documented", "where the public API is", "api"),
    LINKS: _share("links", "which pages to follow links of", "links"),
    FRESHNESS: _freshness,
    DRIFT: _drift,
    PARITY: _share("translation_parity", "which pages are translations", "translations"),
    CHANGELOG: _changelog,
}
