"""The GitHub Action: judge first, tell after, and never be green because telling went wrong.

:func:`run` is a function of the environment that GitHub gives a step; ``action.yml`` only sets it up.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack, chdir
from datetime import UTC, datetime

from qualitygate import baseline, exits, pipeline
from qualitygate.action import runner, telling, trust
from qualitygate.action.homing import below, moved
from qualitygate.action.step import TITLE, Step, begin
from qualitygate.action.trust import Trusted
from qualitygate.errors import ConfigError, Problem, QualityGateError
from qualitygate.extension import Style
from qualitygate.language import chosen, speaking
from qualitygate.outputs import write_all
from qualitygate.pipeline import Run

FILES = {
    "json-path": ("json", "verdict.json"),
    "report-path": ("html", "report.html"),
    "snapshot-path": ("snapshot", baseline.FILE),
}
"""The files a step leaves behind: by output, the format and the name."""


def run(environ: Mapping[str, str], now: datetime | None = None) -> int:
    """Judge, tell, and give the step's exit code: that of ``qualitygate check`` for the same verdict.

    ``now`` is aware, by default the clock.
    """
    try:
        step = begin(environ, now or datetime.now(UTC))
    except QualityGateError as error:
        return _broken(environ, error)
    try:
        return _judge_and_tell(step)
    except QualityGateError as error:
        return _broken(environ, error)
    finally:
        if step.client:
            step.client.close()


def _judge_and_tell(step: Step) -> int:
    """Whatever goes wrong while judging is told where the verdict would have been, and only then the error goes on."""
    check = None
    with ExitStack() as working:
        try:
            working.enter_context(_working_in(step))
            trusted = trust.policy(step.inputs, step.event, step.now)
            lang = chosen(step.inputs.lang, step.environ, trusted.config.lang, name="the input lang")
            check = telling.opened(step, trusted.config, lang)
            judged, notes = _judged(step, trusted, lang)
        except Exception as error:
            telling.closed(step, check, str(error) if isinstance(error, QualityGateError) else "a bug in qualitygate")
            raise
        runner.put(step.environ, telling.outputs(step, judged.verdict))
        home = below(step.environ.get("GITHUB_WORKSPACE") or ".", ".")
        telling.tell(step, check, telling.publication_of(step, trusted, moved(judged.verdict, home), notes, lang))
    return exits.of_verdict(judged.verdict, step.inputs.fail_on)


def _judged(step: Step, trusted: Trusted, lang: str) -> tuple[Run, list[str]]:
    """The verdict, its files written, and what must be said beside it."""
    inputs, event, config = step.inputs, step.event, trusted.config
    notes, snapshot = [trusted.note], None
    if step.client and baseline.asked(config, inputs.gate):
        branch = event.base_ref or event.ref
        with speaking(lang):
            found = baseline.fetch(step.client, event.repository, branch, inputs.baseline, step.folder, step.now)
        snapshot = found.path
        notes.append(found.note)
    judged = pipeline.check(
        config,
        now=step.now,
        subject=event.subject,
        gates=inputs.gate,
        baseline=snapshot,
        base=trust.bases(event, step.environ),
        keep_names=True,
    )
    paths = {output: os.path.join(step.folder, name) for output, (_, name) in FILES.items()}
    write_all(judged, [(FILES[output][0], path) for output, path in paths.items()], Style(lang=lang))
    runner.put(step.environ, paths)
    for warning in (*config.warnings, *judged.warnings):
        runner.command("warning", TITLE, str(warning))
    return judged, [note for note in notes if note]


def _working_in(step: Step) -> chdir[str]:
    """The working directory, which no change may turn into a link to a folder with another policy."""
    folder, root = step.inputs.folder, step.environ.get("GITHUB_WORKSPACE") or "."
    meant = os.path.join(os.path.realpath(root), os.path.relpath(os.path.abspath(folder), os.path.abspath(root)))
    if not os.path.isdir(folder):
        raise ConfigError([Problem("usage", f"the input working-directory: there is no folder {folder}")])
    if os.path.realpath(folder) != os.path.normpath(meant):
        raise ConfigError([Problem("usage", f"the input working-directory: {folder} leads through a link")])
    return chdir(folder)


def _broken(environ: Mapping[str, str], error: QualityGateError) -> int:
    """An error of the tool or of its inputs: told with every problem, and never as a gate that failed."""
    problems = error.problems if isinstance(error, ConfigError) else (Problem(error.slug, str(error)),)
    for problem in problems:
        runner.command("error", f"{TITLE}: {problem.slug}", str(problem))
    runner.put(environ, {"conclusion": "failure", "outcome": "error"})
    return exits.of_error(error)
