"""Document metrics: how many of the required documents are there, whole, owned, approved and reviewed, and what is not.

What was found of each document was gathered when the register was read; here it is held against today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import compress

from qualitygate.extension import Context, Measure
from qualitygate.measures.documents import catalogue
from qualitygate.measures.documents.completeness import checked, completeness
from qualitygate.measures.documents.history import at_start, changed, drift
from qualitygate.measures.documents.pages import changelog, freshness, share
from qualitygate.measures.documents.rows import Registers, Rows, rows_of
from qualitygate.model.documents import DocumentRegister
from qualitygate.model.evidence import Evidence, Gap, about, by_labels
from qualitygate.model.measurement import Measurement, Metric
from qualitygate.model.registers import differing, in_two


def take(evidence: Sequence[Evidence], context: Context) -> Iterator[Measurement]:
    """Every document metric for every label set that has registers, or should have.

    Where a declared register is missing or unreadable, all of its label set is without a value.
    """
    for labels, items in by_labels(about("documents", DocumentRegister, evidence)).items():
        yield from _label_set(dict(labels), items, context)


MEASURE = Measure(metrics=catalogue.METRICS, take=take)


def _label_set(labels: Mapping[str, str], items: Sequence[Evidence], context: Context) -> Iterator[Measurement]:
    told = [item for item in items if isinstance(item, DocumentRegister)]
    registers = sorted(compress(told, differing((item.source.name, _whole_of(item)) for item in told)), key=_order)
    missing = "; ".join(dict.fromkeys(str(item) for item in items if isinstance(item, Gap))) or in_two(
        (register.source.name, [each.id for each in register.documents]) for register in registers
    )
    found = [row for register in registers for row in rows_of(register, context.today)]
    frame = Measurement(
        metric=catalogue.COMPLETENESS,
        value=None,
        labels=labels,
        sources=tuple(sorted(register.source.name for register in registers)),
        examined={"registers": len(registers), "documents": sum(len(each.documents) for each in registers)},
        note=missing,
    )
    for metric in catalogue.METRICS:
        part = replace(frame, metric=metric)
        yield part if missing else TAKEN[metric](part, found, registers, context)


def _whole_of(register: DocumentRegister) -> tuple[object, ...]:
    """All that a register says, by which two of one name are the same."""
    return (register.documents, register.stages, register.pages, register.tallies, register.start, register.start_note)


def _order(register: DocumentRegister) -> tuple[str, str]:
    """The same order whichever shard comes first."""
    return register.source.name, repr(_whole_of(register))


TAKEN: Mapping[Metric, Callable[[Measurement, Rows, Registers, Context], Measurement]] = {
    catalogue.COMPLETENESS: completeness,
    catalogue.STUBS: checked("no stub"),
    catalogue.UNREVIEWED: checked("review"),
    catalogue.CHANGED: changed,
    catalogue.AT_START: at_start,
    catalogue.API: share("api_documented", "where the public API is", "api"),
    catalogue.LINKS: share("links", "which pages to follow links of", "links"),
    catalogue.FRESHNESS: freshness,
    catalogue.DRIFT: drift,
    catalogue.PARITY: share("translation_parity", "which pages are translations", "translations"),
    catalogue.CHANGELOG: changelog,
}
