"""Coverage metrics: how much of the code the tests ran."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from qualitygate.extension import Context, Measure
from qualitygate.model.coverage import KINDS, Coverage, CoverageReport, merge
from qualitygate.model.evidence import Evidence, Gap, by_labels
from qualitygate.model.measurement import Better, Combine, Finding, Measurement, Metric, Unit

_FORMULAS = {
    "line": ("covered lines", "lines that ran in any report / lines that could run; Go counts statements"),
    "branch": ("covered branches", "branches taken / branches there are, of each line as the best report tells"),
    "function": ("covered functions", "functions that ran in any report / functions there are"),
}
BY_KIND = {
    kind: Metric(
        name=f"coverage.{kind}",
        noun=_FORMULAS[kind][0],
        formula=_FORMULAS[kind][1],
        source="diff-cover; SonarQube" if kind == "line" else "SonarQube" if kind == "branch" else "LCOV; JaCoCo",
        unit=Unit.RATIO,
        combine=Combine.RATIO,
        better=Better.HIGHER,
        high=Fraction(1),
    )
    for kind in KINDS
}
METRICS = tuple(BY_KIND.values())


def take(evidence: Sequence[Evidence], _context: Context) -> Iterator[Measurement]:
    """Every coverage metric for every label set that has coverage reports, or should have.

    Where a declared report is missing or unreadable, all of its label set is without a value.
    """
    relevant = [item for item in evidence if isinstance(item, CoverageReport) or _is_gap(item)]
    for labels, items in by_labels(relevant).items():
        yield from _label_set(dict(labels), items)


MEASURE = Measure(metrics=METRICS, take=take)


def _is_gap(item: Evidence) -> bool:
    return isinstance(item, Gap) and item.kind in ("coverage", None)


def _label_set(labels: Mapping[str, str], items: Sequence[Evidence]) -> Iterator[Measurement]:
    reports = [item for item in items if isinstance(item, CoverageReport)]
    coverage = merge(reports)
    frame = Measurement(
        metric=BY_KIND["line"],
        value=None,
        labels=labels,
        at=max((report.at for report in reports if report.at), default=None),
        sources=tuple(sorted(report.source.name for report in reports)),
        examined={"files": len(reports), "lines": coverage.share("line")[1]},
        note="; ".join(dict.fromkeys(str(item) for item in items if isinstance(item, Gap))),
    )
    for kind, metric in BY_KIND.items():
        yield replace(frame, metric=metric) if frame.note else _measured(replace(frame, metric=metric), coverage, kind)


def _measured(frame: Measurement, coverage: Coverage, kind: str) -> Measurement:
    covered, total = coverage.share(kind)
    if not total:
        return replace(frame, note=f"no {kind} is told by {', '.join(frame.sources)}: no data, which is not 0 %")
    return replace(
        frame,
        value=Fraction(covered, total),
        numerator=Fraction(covered),
        denominator=Fraction(total),
        findings=tuple(_findings(coverage, kind)),
    )


def _findings(coverage: Coverage, kind: str) -> Iterator[Finding]:
    """The files with something that is not covered, those with most of it first."""
    plural = BY_KIND[kind].noun.removeprefix("covered ")
    shares = ((path, *file.share(kind)) for path, file in coverage.files.items())
    for path, covered, total in sorted(shares, key=lambda share: (share[1] - share[2], share[0])):
        if covered < total:
            yield Finding(title=f"{total - covered} of {total} {plural} not covered", path=path)
