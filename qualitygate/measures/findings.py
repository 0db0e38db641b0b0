"""Findings metrics: what static analysis and security tools found, how bad it is, and what is new."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

from qualitygate.extension import Context, Measure
from qualitygate.model.changes import Changes
from qualitygate.model.evidence import Evidence, Gap, about, by_labels
from qualitygate.model.findings import FindingsReport, Issue, IssueSeverity
from qualitygate.model.matching import match
from qualitygate.model.measurement import Better, Finding, Measurement, Metric, Unit

_LABELS = ("severity", "tool")
TOTAL = Metric(
    name="findings.total",
    noun="findings",
    formula="distinct findings that are not suppressed: evidence labels, tool and fingerprint make a finding",
    source="SARIF 2.1.0; Jenkins Warnings plugin",
    labels=_LABELS,
)
NEW = replace(
    TOTAL,
    name="findings.new",
    noun="new findings",
    formula="findings that count now and did not count in the baseline; without one, those with the baselineState new",
    relative=True,
)
FIXED = replace(
    TOTAL,
    name="findings.fixed",
    noun="fixed findings",
    formula="findings that counted in the baseline and are gone, of the tools that ran now",
    better=Better.HIGHER,
    relative=True,
)
SUPPRESSED = replace(
    TOTAL,
    name="findings.suppressed",
    noun="suppressed findings",
    formula="distinct findings that are suppressed, and whose suppression nobody contests",
    source="SARIF 2.1.0",
)
DENSITY = replace(
    TOTAL,
    name="findings.density",
    formula="findings / thousand lines of code that are not blank",
    source="ISTQB, defect density",
    unit=Unit.DENSITY,
)
METRICS = (TOTAL, NEW, FIXED, SUPPRESSED, DENSITY)

_BASELINE = "no baseline was given; write one with --output snapshot=FILE and pass it with --baseline FILE"
_STATES = "by the baselineState that the tools wrote, for no baseline was given"
_SIZE = "how much code there is, is not known: declare which files are code in the policy, under `code:`"
_NO_CODE = "the policy's `code:` matches no line of code"
_KILO = 1000

_Cell = tuple[str, IssueSeverity]
"""What splits a number: the tool and the severity."""
_Stands = Callable[[Issue], bool | None]
"""Whether an issue stands on a changed line."""


def take(evidence: Sequence[Evidence], context: Context) -> Iterator[Measurement]:
    """Every findings metric for every label set, every tool that ran in it and every severity, be it 0.

    Where a declared report is missing, unreadable or not whole, all of its label set is without a value.
    """
    now, earlier = (by_labels(about("findings", FindingsReport, each)) for each in (evidence, context.baseline or ()))
    for labels, items in now.items():
        yield from _label_set(dict(labels), items, earlier.get(labels, []), context)


MEASURE = Measure(metrics=METRICS, take=take)


def _label_set(
    labels: Mapping[str, str], items: Sequence[Evidence], earlier: Sequence[Evidence], context: Context
) -> Iterator[Measurement]:
    reports = [item for item in items if isinstance(item, FindingsReport)]
    found = _distinct(reports)
    counting = [issue for issue in found if not issue.suppressed]
    tools = sorted({tool for report in reports for tool in report.tools})
    frame = Measurement(
        metric=TOTAL,
        value=None,
        labels=labels,
        at=max((report.at for report in reports if report.at), default=None),
        sources=tuple(sorted(report.source.name for report in reports)),
        examined={"files": len(reports), "tools": len(tools)},
    )
    missing = _missing(items)
    if missing:
        yield from (part for metric in METRICS for part in _untold(replace(frame, metric=metric), tools, missing))
        return
    suppressed = [issue for issue in found if issue.suppressed]
    stands = _on_changed(found, context.changes)
    total = list(_told(frame, tools, counting, stands))
    yield from total
    yield from _changes(frame, tools, found, earlier, context, stands)
    yield from _told(replace(frame, metric=SUPPRESSED), tools, suppressed, stands)
    if context.size:
        yield from (_dense(part, context.size) for part in total)
    else:
        yield from _untold(replace(frame, metric=DENSITY), tools, _SIZE if context.size is None else _NO_CODE)


def _missing(items: Iterable[Evidence]) -> str:
    """What is not there, in words; nothing where all is."""
    return "; ".join(dict.fromkeys(str(item) for item in items if isinstance(item, Gap)))


def _distinct(reports: Iterable[FindingsReport]) -> list[Issue]:
    """The issues of several reports, each once; one that any report counts is counted, at its worst."""
    found: dict[tuple[str, str], Issue] = {}
    for report in reports:
        for issue in report.issues:
            key = (issue.tool, issue.fingerprint)
            known = found.get(key)
            found[key] = issue if known is None else max(known, issue, key=_worse)
    return list(found.values())


def _worse(issue: Issue) -> tuple[bool, int, str, int, str, str]:
    place = (issue.path or "", issue.line or 0)
    return (not issue.suppressed, issue.severity, *place, issue.rule, f"{issue.baseline} {issue.message}")


def _on_changed(issues: Iterable[Issue], changes: Changes | None) -> _Stands:
    """Which issues stand on a changed line, as the paths of all of them are found in the checkout.

    Not known where it is not known what changed, and of a path that could be several changed files.
    """
    if changes is None:
        return _not_known
    matches = match({issue.path for issue in issues if issue.path}, frozenset(changes.lines), changes)

    def stands(issue: Issue) -> bool | None:
        path = issue.path or ""
        if path in matches.ambiguous:
            return None
        if issue.line is None or path not in matches.found:
            return False
        below = changes.lines[matches.found[path]] >> issue.line
        return bool(below) and issue.line + (below & -below).bit_length() - 1 <= (issue.end_line or issue.line)

    return stands


def _not_known(issue: Issue) -> None:
    """What is fixed stands nowhere, and without changes nothing is known."""


def _changes(
    frame: Measurement,
    tools: Sequence[str],
    found: Sequence[Issue],
    earlier: Sequence[Evidence],
    context: Context,
    stands: _Stands,
) -> Iterator[Measurement]:
    """What is new and what is fixed, by fingerprint; an issue that moved to another line is the same."""
    new, fixed = replace(frame, metric=NEW), replace(frame, metric=FIXED)
    counting = [issue for issue in found if not issue.suppressed]
    if context.baseline is None:
        if all(issue.baseline for issue in counting):
            fresh = [issue for issue in counting if issue.baseline == "new"]
            yield from _told(replace(new, note=_STATES if counting else ""), tools, fresh, stands)
        else:
            yield from _untold(new, tools, _BASELINE)
        yield from _untold(fixed, tools, _BASELINE)
        return
    missing = _missing(earlier)
    if missing:
        note = f"the baseline is not whole: {missing}"
        yield from (part for change in (new, fixed) for part in _untold(change, tools, note))
        return
    before = _distinct(item for item in earlier if isinstance(item, FindingsReport))
    counted = {_key(issue): issue for issue in before if not issue.suppressed}
    still = {_key(issue) for issue in found}
    yield from _told(new, tools, [issue for issue in counting if _key(issue) not in counted], stands)
    yield from _told(fixed, tools, [issue for key, issue in counted.items() if key not in still], _not_known)


def _key(issue: Issue) -> tuple[str, str]:
    return issue.tool, issue.fingerprint


def _told(frame: Measurement, tools: Sequence[str], issues: Iterable[Issue], stands: _Stands) -> Iterator[Measurement]:
    """A measurement for each tool and severity, with the findings behind it."""
    cells: dict[_Cell, list[Issue]] = {}
    for issue in issues:
        cells.setdefault((issue.tool, issue.severity), []).append(issue)
    for part, cell in _parts(frame, tools):
        findings = sorted((_finding(issue, stands) for issue in cells.get(cell, ())), key=lambda finding: finding.rank)
        yield replace(part, value=Fraction(len(findings)), findings=tuple(findings))


def _untold(frame: Measurement, tools: Sequence[str], note: str) -> Iterator[Measurement]:
    """The same without values; where no tool is known, by severity alone."""
    return (replace(part, note=note) for part, _ in _parts(frame, tools or [""]))


def _parts(frame: Measurement, tools: Sequence[str]) -> Iterator[tuple[Measurement, _Cell]]:
    for tool, severity in product(tools, IssueSeverity):
        named = {"tool": tool} if tool else {}
        yield replace(frame, labels={**frame.labels, "severity": severity.word, **named}), (tool, severity)


def _dense(part: Measurement, size: int) -> Measurement:
    """A count as a density: the same numerator over the same thousands, so that severities and tools add up."""
    assert part.value is not None
    thousands = Fraction(size, _KILO)
    value = part.value / thousands
    return replace(part, metric=DENSITY, value=value, numerator=part.value, denominator=thousands)


def _finding(issue: Issue, stands: _Stands) -> Finding:
    """What a report shows of an issue, the worst first."""
    return Finding(
        title=issue.rule or issue.tool,
        message=issue.message,
        path=issue.path,
        line=issue.line,
        end_line=issue.end_line if issue.line and (issue.end_line or 0) > issue.line else None,
        severity=issue.severity.word,
        changed=stands(issue),
        weight=issue.severity + 1,
    )
