"""The verdict as GitHub workflow commands: annotations on the run and on the lines a finding names.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterator

from qualitygate import amounts, wording
from qualitygate.annotations import LEVELS, Annotation, annotate
from qualitygate.escaping import line, log_line, workflow_data, workflow_property
from qualitygate.extension import Reporter, Style
from qualitygate.language import marked, say, speaking
from qualitygate.model.verdict import Verdict

SHOWN = 10
"""Annotations of each level that GitHub shows for one step; it drops the rest without a word."""
_LEVELS = {"error": marked("errors"), "warning": marked("warnings"), "notice": marked("notices")}


def render(verdict: Verdict, style: Style) -> str:
    """Annotations worst first, conditions before the findings behind them, then the result in one line.

    Of the style only the language counts: the limit is GitHub's.
    """
    with speaking(style.lang):
        return "".join(f"{told}\n" for told in _lines(verdict))


REPORTER = Reporter(suffix=".txt", render=render)


def _lines(verdict: Verdict) -> Iterator[str]:
    told = annotate(verdict)
    cut = []
    for level in dict.fromkeys(LEVELS.values()):
        of_level = [annotation for annotation in told if annotation.level == level]
        yield from map(_command, of_level[:SHOWN])
        if len(of_level) > SHOWN:
            cut.append(
                say("shown {most} of {count} {levels}", most=SHOWN, count=len(of_level), levels=say(_LEVELS[level]))
            )
    if cut:
        yield say("{cut}; the other formats have them all", cut=amounts.together(cut))
    told_last = say(
        "Result: {word}  {counts}; examined {examined}",
        word=wording.word(verdict.outcome),
        counts=wording.summary(verdict),
        examined=wording.examined(verdict.examined),
    )
    yield log_line(line(told_last))


def _command(annotation: Annotation) -> str:
    properties = {
        "file": annotation.path,
        "line": annotation.line,
        "endLine": annotation.end_line,
        "title": line(annotation.title),
    }
    told = ",".join(f"{name}={workflow_property(str(value))}" for name, value in properties.items() if value)
    return f"::{annotation.level} {told}::{workflow_data(annotation.message)}"
