"""Coverage metrics: how much of the code the tests ran, of what a branch changed, and since the baseline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from qualitygate.extension import Context, Measure
from qualitygate.model.changes import runs
from qualitygate.model.coverage import KINDS, Coverage, CoverageReport, merge
from qualitygate.model.evidence import Evidence, Gap, LabelSet, about, by_labels
from qualitygate.model.measurement import Better, Combine, FileShare, Finding, Measurement, Metric, Unit
from qualitygate.model.patch import Patch, PatchFile, patches

NOISE = Fraction(2, 1000)
"""How far :data:`DELTA` may be beyond a bound by itself: 0.2 percentage points.

Tests that depend on time, order or chance move the coverage of an unchanged project. Without a tolerance a team had 7
of 16 pull requests red for differences of at most 0.13 percentage points
(https://github.com/kairos-io/AuroraBoot/pull/822). 0.2 is the next tenth above what was seen.
"""
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
CHANGED_LINE = Metric(
    name="coverage.changed_line",
    noun="covered changed lines",
    formula="changed lines that ran in any report / changed lines that could run",
    source="diff-cover; SonarQube new_line_coverage; Codecov patch",
    unit=Unit.RATIO,
    combine=Combine.RATIO,
    better=Better.HIGHER,
    high=Fraction(1),
    of_changes=True,
)
CHANGED_BRANCH = replace(
    CHANGED_LINE,
    name="coverage.changed_branch",
    noun="covered branches of changed lines",
    formula="branches of changed lines that were taken / branches of changed lines",
    source="SonarQube new_branch_coverage",
)
UNCOVERED = Metric(
    name="coverage.uncovered_changed_lines",
    noun="uncovered changed lines",
    formula="changed lines that could run and did not in any report",
    source="SonarQube new_uncovered_lines",
    of_changes=True,
)
UNMEASURED = Metric(
    name="coverage.unmeasured_changed_files",
    noun="unmeasured changed files",
    formula="changed source files with new or different lines that no report of coverage has",
    source="qualitygate",
    combine=Combine.DISTINCT,
    of_changes=True,
)
DELTA = Metric(
    name="coverage.delta",
    noun="line coverage",
    formula="coverage.line now - coverage.line of the baseline, in percentage points",
    source="SonarQube; Codecov project status",
    unit=Unit.POINTS,
    combine=Combine.DIFFERENCE,
    better=Better.HIGHER,
    low=Fraction(-1),
    high=Fraction(1),
    relative=True,
    tolerance=NOISE,
)
METRICS = (*BY_KIND.values(), CHANGED_LINE, CHANGED_BRANCH, UNCOVERED, UNMEASURED, DELTA)
NOTHING_TO_COVER = "nothing to cover: no changed line can be covered"
_NO_BASELINE = "no baseline was given; write one with --output snapshot=FILE and pass it with --baseline FILE"


def take(evidence: Sequence[Evidence], context: Context) -> Iterator[Measurement]:
    """Every coverage metric for every label set that has coverage reports, or should have.

    Where a declared report is missing or unreadable, all of its label set is without a value.
    """
    groups = by_labels(about("coverage", CoverageReport, evidence))
    coverages = {labels: merge(_reports(items)) for labels, items in groups.items()}
    changed = patches(coverages, context.changes) if context.changes else {}
    for labels, items in groups.items():
        frame = _frame(labels, items, coverages[labels])
        if frame.note:
            yield from (replace(frame, metric=metric) for metric in METRICS)
            continue
        for kind, metric in BY_KIND.items():
            yield _measured(replace(frame, metric=metric), coverages[labels], kind)
        yield from _of_changes(frame, changed.get(labels), context, coverages[labels])
        yield _delta(replace(frame, metric=DELTA), coverages[labels], labels, context.baseline)


MEASURE = Measure(metrics=METRICS, take=take)


def _reports(items: Iterable[Evidence]) -> list[CoverageReport]:
    return [item for item in items if isinstance(item, CoverageReport)]


def _gaps(items: Iterable[Evidence]) -> str:
    return "; ".join(dict.fromkeys(str(item) for item in items if isinstance(item, Gap)))


def _frame(labels: LabelSet, items: Sequence[Evidence], coverage: Coverage) -> Measurement:
    reports = _reports(items)
    return Measurement(
        metric=BY_KIND["line"],
        value=None,
        labels=dict(labels),
        at=max((report.at for report in reports if report.at), default=None),
        sources=tuple(sorted(report.source.name for report in reports)),
        examined={"files": len(reports), "lines": coverage.share("line")[1]},
        note=_gaps(items),
    )


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


def _of_changes(frame: Measurement, patch: Patch | None, context: Context, coverage: Coverage) -> Iterator[Measurement]:
    """What is told of the changed lines, or why nothing is."""
    if patch is None:
        note = context.changes_note
        yield from (replace(frame, metric=metric, note=note) for metric in METRICS if metric.of_changes)
        return
    covered, total = patch.lines
    examined = {**frame.examined, "changed files": patch.sources, "changed lines": total}
    frame = replace(frame, examined=examined, note=_partly(patch))
    untold = replace(frame, note=patch.unknown)
    lines = tuple(finding for file in patch.files for finding in _ranges(file))
    shares = tuple(
        FileShare(path=file.path, covered=file.covered.bit_count(), total=file.coverable.bit_count())
        for file in patch.files
        if file.coverable
    )
    if patch.unknown:
        yield from (replace(untold, metric=metric) for metric in (CHANGED_LINE, CHANGED_BRANCH, UNCOVERED))
    else:
        yield _ratio(replace(frame, metric=CHANGED_LINE, findings=lines, files=shares), covered, total)
        yield _changed_branch(replace(frame, metric=CHANGED_BRANCH), patch, coverage)
        yield replace(frame, metric=UNCOVERED, value=Fraction(total - covered), findings=lines, files=shares)
    unmeasured = tuple(Finding(title="no report of coverage has this file", path=path) for path in patch.unmeasured)
    yield replace(untold, metric=UNMEASURED, value=Fraction(len(unmeasured)), findings=unmeasured)


def _changed_branch(frame: Measurement, patch: Patch, coverage: Coverage) -> Measurement:
    if patch.lines[1] and not coverage.share("branch")[1]:
        return replace(frame, note=f"no branch is told by {', '.join(frame.sources)}: no data, which is not 0 %")
    files = sorted(patch.files, key=lambda file: (file.branches[0] - file.branches[1], file.path))
    findings = tuple(
        Finding(title=f"{total - taken} of {total} branches of changed lines not taken", path=file.path)
        for file in files
        for taken, total in [file.branches]
        if taken < total
    )
    return _ratio(replace(frame, findings=findings), *patch.branches)


def _ratio(frame: Measurement, covered: int, total: int) -> Measurement:
    if not total:
        return replace(frame, note="; ".join(filter(None, [NOTHING_TO_COVER, frame.note])), vacuous=True)
    return replace(frame, value=Fraction(covered, total), numerator=Fraction(covered), denominator=Fraction(total))


def _ranges(file: PatchFile) -> Iterator[Finding]:
    """The uncovered changed lines; what stands between them and cannot run does not part them."""
    for first, last in runs(file.uncovered | (file.changed & ~file.coverable)):
        within = file.uncovered >> first & ((1 << (last - first + 1)) - 1)
        if not within:
            continue
        start, end = first + (within & -within).bit_length() - 1, first + within.bit_length() - 1
        lines, last_line = (f"line {start}", None) if start == end else (f"lines {start}-{end}", end)
        yield Finding(title=f"{lines} not covered", path=file.path, line=start, end_line=last_line, changed=True)


def _partly(patch: Patch) -> str:
    """What a reader must know of a value that does not speak for all changed files."""
    lost = f"in no report: {', '.join(patch.unmeasured)}" if patch.unmeasured else ""
    several = f"could be several files, so they are none: {', '.join(patch.ambiguous)}" if patch.ambiguous else ""
    return "; ".join(filter(None, [lost, several]))


def _delta(
    frame: Measurement, coverage: Coverage, labels: LabelSet, baseline: Sequence[Evidence] | None
) -> Measurement:
    if baseline is None:
        return replace(frame, note=_NO_BASELINE)
    earlier = by_labels(about("coverage", CoverageReport, baseline)).get(labels, [])
    if not earlier:
        return replace(frame, note="the baseline has no coverage with these labels")
    if missing := _gaps(earlier):
        return replace(frame, note=f"the baseline is not whole: {missing}")
    before = merge(_reports(earlier))
    (ran, could), (ran_before, could_before) = coverage.share("line"), before.share("line")
    if not could or not could_before:
        which = "the baseline" if could else ", ".join(frame.sources)
        return replace(frame, note=f"no line is told by {which}: no data, which is not 0 %")
    return replace(
        frame,
        value=Fraction(ran, could) - Fraction(ran_before, could_before),
        numerator=Fraction(ran),
        denominator=Fraction(could),
        before=(Fraction(ran_before), Fraction(could_before)),
        findings=tuple(_losses(coverage, before)),
        note=f"{could - ran} of {could} lines not covered, before {could_before - ran_before} of {could_before}",
    )


def _losses(coverage: Coverage, before: Coverage) -> Iterator[Finding]:
    """The files with more uncovered lines than in the baseline, those with most of it first."""
    missed = {path: _missed(file.share("line")) for path, file in coverage.files.items()}
    known = {path: _missed(before.files[path].share("line")) for path in missed if path in before.files}
    more: Mapping[str, int] = {path: number - known.get(path, 0) for path, number in missed.items()}
    for path in sorted(more, key=lambda path: (-more[path], path)):
        if more[path] > 0:
            was = f"before {known[path]}" if path in known else "not in the baseline"
            lines = "line" if missed[path] == 1 else "lines"
            yield Finding(title=f"{missed[path]} {lines} not covered, {was}", path=path)


def _missed(share: tuple[int, int]) -> int:
    return share[1] - share[0]
