"""What a verdict has to say beside the code: one annotation a result that did not pass, and one a finding behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from qualitygate import wording
from qualitygate.escaping import tree_path
from qualitygate.model.measurement import Finding
from qualitygate.model.verdict import ConditionResult, Outcome, Verdict
from qualitygate.values import dataclass

LEVELS = {Outcome.FAILED: "error", Outcome.NO_DATA: "error", Outcome.WARNED: "warning", Outcome.WAIVED: "notice"}
"""GitHub's levels, worst first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """One remark; ``path`` is inside the tree or ``None``. Title and message may hold anything that evidence holds."""

    level: str
    title: str
    message: str
    path: str | None = None
    line: int | None = None
    end_line: int | None = None


def annotate(verdict: Verdict) -> list[Annotation]:
    """All of them, worst first, of each level conditions before the findings behind them."""
    told = list(_annotations(verdict))
    return [each for level in dict.fromkeys(LEVELS.values()) for each in told if each.level == level]


def _annotations(verdict: Verdict) -> Iterator[Annotation]:
    for void in wording.voids(verdict):
        yield Annotation(level="error", title=wording.word(Outcome.NO_DATA), message=void)
    rows = [(gate, result) for gate, result in wording.results(verdict) if result.outcome in LEVELS]
    yield from (_of_result(gate, result) for gate, result in rows)
    seen: set[Finding] = set()
    for gate, result in rows:
        for finding in result.measurement.findings:
            # one failing test stands behind several conditions; its line is annotated once
            if finding not in seen:
                yield of_finding(finding, LEVELS[result.outcome], _title(gate, result))
            seen.add(finding)


def of_finding(finding: Finding, level: str, title: str) -> Annotation:
    """What stands at a finding's line; in words where it names no place inside the tree."""
    path = tree_path(finding.path or "")
    return Annotation(
        level=level,
        title=title,
        message=wording.placed(replace(finding, path=None) if path else finding),
        path=path,
        line=finding.line if path else None,
        end_line=finding.end_line if path else None,
    )


def _of_result(gate: str, result: ConditionResult) -> Annotation:
    message = "\n".join([wording.told(result), *wording.reasons(result)])
    return Annotation(level=LEVELS[result.outcome], title=_title(gate, result), message=message)


def _title(gate: str, result: ConditionResult) -> str:
    return f"{wording.word(result.outcome)} {gate}/{wording.check(result)}"
