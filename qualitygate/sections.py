"""What a verdict tells beside its results, each once: registers of documents, changed files, findings.

Derived from the results alone: nothing is measured or judged here, and no count of a result depends on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from qualitygate.model.measurement import Finding, Measurement, RegisterEntry
from qualitygate.model.verdict import ConditionResult, Outcome, Verdict
from qualitygate.values import dataclass

OF_NOW = frozenset({"findings.total", "findings.new", "findings.density"})
"""The metrics that count findings nobody fixed or suppressed: what the section of findings is made of."""

Lines = tuple[int, int]
"""The first and the last line of a range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFile:
    """One changed file: how many of its changed lines could run, how many did, and the ranges of those that did not."""

    path: str
    covered: int
    total: int
    uncovered: tuple[Lines, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedCode:
    """The changed files of one set of labels, worst first."""

    labels: Mapping[str, str]
    files: tuple[ChangedFile, ...]

    @property
    def lacking(self) -> tuple[ChangedFile, ...]:
        """The files of which something is not covered."""
        return tuple(file for file in self.files if file.covered < file.total)

    @property
    def covered(self) -> int:
        """The changed lines that ran."""
        return sum(file.covered for file in self.files)

    @property
    def total(self) -> int:
        """The changed lines that could run."""
        return sum(file.total for file in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The documents of one set of labels: those where something is missing first, those that are not required last."""

    labels: Mapping[str, str]
    entries: tuple[RegisterEntry, ...]

    @property
    def required(self) -> int:
        """How many of them are required."""
        return sum(not entry.left_out for entry in self.entries)

    @property
    def complete(self) -> int:
        """How many of the required ones lack nothing."""
        return sum(not entry.left_out and not entry.missing for entry in self.entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFinding:
    """One finding and the results that count it."""

    finding: Finding
    results: tuple[ConditionResult, ...]

    @property
    def rank(self) -> tuple[object, ...]:
        """What rows are sorted by: those behind the worst result first, of these the heaviest."""
        return (-max(result.outcome for result in self.results), *self.finding.rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The findings of a verdict.

    ``rows`` are those on changed lines, and those of which that is not known; ``others`` those on lines that did not
    change. ``of_changes``: it is known what changed.
    """

    rows: tuple[ListedFinding, ...]
    others: tuple[ListedFinding, ...]
    of_changes: bool

    @property
    def total(self) -> int:
        """How many there are, on changed lines or not."""
        return len(self.rows) + len(self.others)


def has_changed_code(measurement: Measurement) -> bool:
    """Whether the section of changed files has all findings of a measurement."""
    paths = {file.path for file in measurement.files}
    covers = all(finding.line and finding.path in paths for finding in measurement.findings)
    return bool(paths) and measurement.value is not None and covers


def has_findings(measurement: Measurement, *, whole: bool) -> bool:
    """Whether the section of findings has those of a measurement.

    The ``whole`` section has them all. The brief one has not those of a measurement without any on a changed line: it
    would leave them out, so they are told with their result.
    """
    told = {finding.changed for finding in measurement.findings}
    return measurement.metric.name in OF_NOW and bool(told) and (whole or told != {False})


def changed_code(verdict: Verdict) -> tuple[ChangedCode, ...]:
    """The changed files as each set of labels tells of them, each telling once."""
    found: dict[tuple[ChangedFile, ...], ChangedCode] = {}
    for result in _results(verdict):
        if has_changed_code(result.measurement):
            files = tuple(_files(result.measurement))
            found.setdefault(files, ChangedCode(labels=result.measurement.labels, files=files))
    return tuple(found.values())


def registers(verdict: Verdict) -> tuple[Register, ...]:
    """The registers of documents as each set of labels tells of them, each telling once."""
    found: dict[tuple[RegisterEntry, ...], Register] = {}
    for result in _results(verdict):
        if entries := tuple(sorted(result.measurement.register, key=worst_first)):
            found.setdefault(entries, Register(labels=result.measurement.labels, entries=entries))
    return tuple(found.values())


def findings(verdict: Verdict, *, whole: bool) -> Findings | None:
    """The findings of all results, each once, the ``whole`` or in brief; ``None`` where there are none to list.

    The whole is ordered by weight. Of the brief a reporter shows the beginning, so what stands behind the worst result
    comes first; where it is not known what changed, what only stands behind results that passed is left out.
    """
    counted = [result for result in _results(verdict) if has_findings(result.measurement, whole=whole)]
    of_changes = any(finding.changed is not None for result in counted for finding in result.measurement.findings)
    if not of_changes and not whole:
        counted = [result for result in counted if result.outcome is not Outcome.PASSED]
    rows = sorted(_rows(counted), key=lambda row: row.finding.rank if whole else row.rank)
    if not rows:
        return None
    return Findings(
        rows=tuple(row for row in rows if row.finding.changed is not False),
        others=tuple(row for row in rows if row.finding.changed is False),
        of_changes=of_changes,
    )


def worst_first(entry: RegisterEntry) -> tuple[bool, bool]:
    """What entries are sorted by before their place in the register: with something missing, complete, left out."""
    return bool(entry.left_out), not entry.missing


def _results(verdict: Verdict) -> list[ConditionResult]:
    results = (result for gate in verdict.gates for result in gate.conditions)
    return sorted(results, key=lambda result: -result.outcome)


def _files(measurement: Measurement) -> Iterator[ChangedFile]:
    lines: dict[str | None, list[Lines]] = {}
    for finding in measurement.findings:
        if finding.line:
            lines.setdefault(finding.path, []).append((finding.line, finding.end_line or finding.line))
    for file in measurement.files:
        uncovered = tuple(_joined(lines.get(file.path, ())))
        yield ChangedFile(path=file.path, covered=file.covered, total=file.total, uncovered=uncovered)


def _joined(ranges: Iterable[Lines]) -> list[Lines]:
    """Ranges in order, those that overlap as one: what several label sets did not cover."""
    joined: list[Lines] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _rows(results: Iterable[ConditionResult]) -> Iterator[ListedFinding]:
    """Each finding as often as the result that has it most often."""
    times: Counter[Finding] = Counter()
    within: dict[Finding, list[ConditionResult]] = {}
    for result in results:
        own = Counter(result.measurement.findings)
        times |= own
        for finding in own:
            within.setdefault(finding, []).append(result)
    for finding, number in times.items():
        yield from (ListedFinding(finding=finding, results=tuple(within[finding])) for _ in range(number))
