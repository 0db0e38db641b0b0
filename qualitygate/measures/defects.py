"""Defect metrics: how many are open, how many escaped, and how well they are removed.

A duplicate or invalid record is no defect and is counted nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import compress

from qualitygate.extension import Context, Measure
from qualitygate.model.defects import AFTER, BEFORE, CLOSED, OPEN, SEVERITIES, Defect, DefectRegister
from qualitygate.model.evidence import Evidence, Gap, about, by_labels
from qualitygate.model.measurement import Better, Combine, Counted, Finding, Measurement, Metric, Unit
from qualitygate.model.registers import differing, in_two

UNTRIAGED = "untriaged"
"""The value of the label ``severity`` for defects that nobody has judged yet."""
OPEN_DEFECTS = Metric(
    name="defects.open",
    noun="open defects",
    formula="defects that are not closed",
    source="ReportPortal, issue counts by type",
    labels=("severity",),
)
NOT_TRIAGED = Metric(
    name="defects.untriaged",
    noun="untriaged defects",
    formula="open defects without a severity",
    source="ReportPortal, To Investigate",
)
ESCAPED_RATE = Metric(
    name="defects.escaped_rate",
    noun="escaped defects",
    formula="found after release / (found before + found after release)",
    source="complement of ISTQB's defect detection percentage",
    unit=Unit.RATIO,
    combine=Combine.RATIO,
    high=Fraction(1),
    labels=("release",),
)
REMOVAL_EFFICIENCY = Metric(
    name="defects.removal_efficiency",
    noun="removed defects",
    formula="removed of those found before release / (those removed + found after release)",
    source="C. Jones, Software Defect-Removal Efficiency, IEEE Computer 29(4), 1996",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
    labels=("release",),
)
DENSITY = Metric(
    name="defects.density",
    noun="defects",
    formula="defects / thousand lines of code that are not blank",
    source="ISTQB, defect density",
    unit=Unit.DENSITY,
)
REOPEN_RATE = Metric(
    name="defects.reopen_rate",
    noun="reopened defects",
    formula="defects reopened at least once / defects closed at least once",
    source="common practice",
    unit=Unit.RATIO,
    combine=Combine.RATIO,
    high=Fraction(1),
    labels=("release",),
)
METRICS = (OPEN_DEFECTS, NOT_TRIAGED, ESCAPED_RATE, REMOVAL_EFFICIENCY, DENSITY, REOPEN_RATE)
_WEIGHTS = {severity: weight for weight, severity in enumerate(reversed(SEVERITIES), 1)}
_NAMED = 5
_KILO = 1_000


def take(evidence: Sequence[Evidence], context: Context) -> Iterator[Measurement]:
    """Every defect metric for every label set that has registers, or should have.

    Each defect is in one measurement of a metric, no more. Where a declared register is missing or unreadable, all of
    its label set is without a value, for each severity and for each release that any register names.
    """
    relevant = about("defects", DefectRegister, evidence)
    releases = {
        defect.release
        for item in relevant
        if isinstance(item, DefectRegister)
        for defect in item.defects
        if defect.counts and defect.release
    }
    for labels, items in by_labels(relevant).items():
        yield from _label_set(dict(labels), items, releases, context)


MEASURE = Measure(metrics=METRICS, take=take)

Located = tuple[str, Defect]
"""A defect, and the register it is in."""


def _label_set(
    labels: Mapping[str, str], items: Sequence[Evidence], releases: Collection[str], context: Context
) -> Iterator[Measurement]:
    told = [item for item in items if isinstance(item, DefectRegister)]
    registers = list(compress(told, differing((item.source.name, item.defects) for item in told)))
    sources = tuple(sorted(register.source.name for register in registers))
    missing = "; ".join(dict.fromkeys(str(item) for item in items if isinstance(item, Gap))) or in_two(
        (register.source.name, [each.id for each in register.defects]) for register in registers
    )
    found = [(register.source.name, each) for register in registers for each in register.defects if each.counts]
    found.sort(key=_worst_first)
    frame = Measurement(
        metric=DENSITY,
        value=None,
        labels=labels,
        sources=sources,
        examined={"registers": len(registers), **({"defects": len(found)} if found else {})},
        note=missing,
    )
    if missing:
        yield from _without_values(frame, releases)
        return
    yield from _open(frame, found)
    yield _count(frame, NOT_TRIAGED, _untriaged(found))
    yield _density(frame, found, context.size)
    yield from _rates(frame, found, releases)


def _without_values(frame: Measurement, releases: Collection[str]) -> Iterator[Measurement]:
    """Without a value under every label by which a condition could pick it."""
    for metric in METRICS:
        if metric is OPEN_DEFECTS:
            yield from (
                replace(frame, metric=metric, labels={**frame.labels, "severity": severity})
                for severity in (*SEVERITIES, UNTRIAGED)
            )
            continue
        yield replace(frame, metric=metric)
        if metric.labels:
            for release in sorted(releases):
                yield replace(frame, metric=metric, labels={**frame.labels, "release": release})


def _open(frame: Measurement, found: Sequence[Located]) -> Iterator[Measurement]:
    """The open defects by severity, a zero where there are none."""
    for severity in (*SEVERITIES, UNTRIAGED):
        these = [each for each in found if (each[1].severity or UNTRIAGED) == severity]
        part = replace(frame, labels={**frame.labels, "severity": severity})
        yield _count(part, OPEN_DEFECTS, [each for each in these if each[1].state == OPEN])


def _untriaged(found: Sequence[Located]) -> list[Located]:
    return [each for each in found if each[1].state == OPEN and each[1].severity is None]


def _density(frame: Measurement, found: Sequence[Located], size: int | None) -> Measurement:
    """All label sets are measured over the same code, so that their densities add up."""
    if not size:
        note = "the policy does not say which files are code: declare them under code:"
        return replace(frame, metric=DENSITY, note=note if size is None else "there is not one line of code")
    thousands = Fraction(size, _KILO)
    whole = _count(frame, DENSITY, found)
    return replace(whole, value=len(found) / thousands, numerator=whole.value, denominator=thousands)


def _rates(frame: Measurement, found: Sequence[Located], releases: Collection[str]) -> Iterator[Measurement]:
    """Each rate for each release, so that numerators and denominators add up; once where no release is named."""
    default = frame.labels.get("release", "")
    unnamed = [each for each in found if not (each[1].release or default)]
    if unnamed and len(unnamed) < len(found):
        note = f"no release's rate can be told, for others name theirs and these do not: {_names(unnamed)}"
        frame = replace(frame, note=note)
        yield from (each for each in _without_values(frame, releases) if "release" in each.metric.labels)
        return
    by_release: dict[str, list[Located]] = {} if found else {default: []}
    for each in found:
        by_release.setdefault(each[1].release or default, []).append(each)
    for release, these in sorted(by_release.items()):
        part = replace(frame, labels={**frame.labels, "release": release} if release else frame.labels)
        yield from (_rate(replace(part, metric=metric), these, taken) for metric, taken in RATES.items())


Taken = tuple[list[Located], list[Located], list[Located]]
"""The defects of the numerator, the others of the denominator, and those that leave the rate without a value."""


def _escaped(found: Sequence[Located]) -> Taken:
    return _side(found, AFTER), _side(found, BEFORE), _side(found, None)


def _removed(found: Sequence[Located]) -> Taken:
    removed = [each for each in _side(found, BEFORE) if each[1].removed]
    return removed, _side(found, AFTER), _side(found, None)


def _reopened(found: Sequence[Located]) -> Taken:
    again = [each for each in found if each[1].reopened]
    held = [each for each in found if each[1].reopened == 0 and each[1].state == CLOSED]
    return again, held, [each for each in found if each[1].reopened is None]


RATES: Mapping[Metric, Callable[[Sequence[Located]], Taken]] = {
    ESCAPED_RATE: _escaped,
    REMOVAL_EFFICIENCY: _removed,
    REOPEN_RATE: _reopened,
}
_UNKNOWN = {
    ESCAPED_RATE: "not told whether found before or after release",
    REMOVAL_EFFICIENCY: "not told whether found before or after release",
    REOPEN_RATE: "not told how often reopened",
}
_EMPTY = {
    ESCAPED_RATE: "no defect was found before or after release",
    REMOVAL_EFFICIENCY: "no defect was removed before release or found after it",
    REOPEN_RATE: "no defect was ever closed",
}


def _rate(frame: Measurement, found: Sequence[Located], taken: Callable[[Sequence[Located]], Taken]) -> Measurement:
    counted, others, unknown = taken(found)
    if unknown:
        return replace(frame, note=f"{_UNKNOWN[frame.metric]}: {_names(unknown)}", findings=_findings(unknown))
    if not counted and not others:
        return replace(frame, note=_EMPTY[frame.metric])
    total = len(counted) + len(others)
    behind = others if frame.metric.better is Better.HIGHER else counted
    return replace(
        frame,
        value=Fraction(len(counted), total),
        numerator=Fraction(len(counted)),
        denominator=Fraction(total),
        findings=_findings(behind),
        counted=(*_counted(counted), *_counted(others, counts=False)),
        note=_left_out(found) if frame.metric is REMOVAL_EFFICIENCY else "",
    )


def _left_out(found: Sequence[Located]) -> str:
    left = [each for each in _side(found, BEFORE) if not each[1].removed]
    return f"in neither number, for found before release and not removed: {_names(left)}" if left else ""


def _side(found: Sequence[Located], side: str | None) -> list[Located]:
    return [each for each in found if each[1].found_in == side]


def _count(frame: Measurement, metric: Metric, found: Sequence[Located]) -> Measurement:
    counted = tuple(_counted(found))
    return replace(frame, metric=metric, value=Fraction(len(found)), findings=_findings(found), counted=counted)


def _counted(found: Sequence[Located], *, counts: bool = True) -> Iterator[Counted]:
    return (Counted(title=each.id, path=source, line=each.line, counts=counts) for source, each in found)


def _names(found: Sequence[Located]) -> str:
    names = [each.id for _, each in found]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _worst_first(each: Located) -> tuple[object, ...]:
    source, defect = each
    return (-_weight(defect), defect.release or "", defect.id, source)


def _weight(defect: Defect) -> int:
    return _WEIGHTS.get(defect.severity or "", 0)


def _findings(found: Sequence[Located]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            title=f"{each.id} {each.title}".strip(),
            message=_told(each),
            path=source,
            line=each.line,
            weight=_weight(each),
        )
        for source, each in found
    )


def _told(defect: Defect) -> str:
    side = {AFTER: "found after release", BEFORE: "found before release"}.get(defect.found_in or "")
    release = f"release {defect.release}" if defect.release else None
    return ", ".join(filter(None, (defect.severity or UNTRIAGED, release, side, defect.state)))
