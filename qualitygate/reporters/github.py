"""The verdict as GitHub workflow commands: annotations on the run and on the lines a finding names.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from qualitygate import wording
from qualitygate.escaping import line, log_line, tree_path, workflow_data, workflow_property
from qualitygate.extension import Reporter, Style
from qualitygate.model.measurement import Finding
from qualitygate.model.verdict import ConditionResult, Outcome, Verdict
from qualitygate.values import dataclass

SHOWN = 10
"""Annotations of each level that GitHub shows for one step; it drops the rest without a word."""

LEVELS = {Outcome.FAILED: "error", Outcome.NO_DATA: "error", Outcome.WARNED: "warning", Outcome.WAIVED: "notice"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """One workflow command; ``path`` is inside the tree or ``None``."""

    level: str
    title: str
    message: str
    path: str | None = None
    line: int | None = None
    end_line: int | None = None


def render(verdict: Verdict, style: Style) -> str:  # noqa: ARG001 - the door's signature
    """Annotations worst first, conditions before the findings behind them, then the result in one line.

    The style changes nothing: the limit is GitHub's.
    """
    return "".join(f"{told}\n" for told in _lines(verdict))


REPORTER = Reporter(suffix=".txt", render=render)


def _lines(verdict: Verdict) -> Iterator[str]:
    annotations = list(_annotations(verdict))
    cut = []
    for level in ("error", "warning", "notice"):
        of_level = [annotation for annotation in annotations if annotation.level == level]
        yield from map(_command, of_level[:SHOWN])
        if len(of_level) > SHOWN:
            cut.append(f"shown {SHOWN} of {len(of_level)} {level}s")
    if cut:
        yield f"{', '.join(cut)}; the other formats have them all"
    word, examined = wording.WORDS[verdict.outcome], wording.examined(verdict.examined)
    yield log_line(line(f"Result: {word}  {wording.summary(verdict)}; examined {examined}"))


def _annotations(verdict: Verdict) -> Iterator[Annotation]:
    for void in wording.voids(verdict):
        yield Annotation(level="error", title=wording.WORDS[Outcome.NO_DATA], message=void)
    rows = [(gate, result) for gate, result in wording.results(verdict) if result.outcome in LEVELS]
    yield from (_of_result(gate, result) for gate, result in rows)
    seen: set[Finding] = set()
    for gate, result in rows:
        for finding in result.measurement.findings:
            # one failing test stands behind several conditions; its line is annotated once
            if finding not in seen:
                yield _of_finding(gate, result, finding)
            seen.add(finding)


def _of_result(gate: str, result: ConditionResult) -> Annotation:
    message = "\n".join([wording.told(result), *wording.reasons(result)])
    return Annotation(level=LEVELS[result.outcome], title=_title(gate, result), message=message)


def _of_finding(gate: str, result: ConditionResult, finding: Finding) -> Annotation:
    path = tree_path(finding.path or "")
    return Annotation(
        level=LEVELS[result.outcome],
        title=_title(gate, result),
        message=wording.placed(replace(finding, path=None) if path else finding),
        path=path,
        line=finding.line if path else None,
        end_line=finding.end_line if path else None,
    )


def _title(gate: str, result: ConditionResult) -> str:
    return f"{wording.WORDS[result.outcome]} {gate}/{wording.check(result)}"


def _command(annotation: Annotation) -> str:
    properties = {
        "file": annotation.path,
        "line": annotation.line,
        "endLine": annotation.end_line,
        "title": line(annotation.title),
    }
    told = ",".join(f"{name}={workflow_property(str(value))}" for name, value in properties.items() if value)
    return f"::{annotation.level} {told}::{workflow_data(annotation.message)}"
