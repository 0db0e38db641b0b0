"""``check`` and ``measure``: judge the evidence, or only look at its numbers."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import click

from qualitygate import pipeline, registry
from qualitygate.cli.doubting import doubting
from qualitygate.cli.options import (
    base_option,
    baseline_option,
    config_options,
    fail_on_option,
    find,
    format_option,
    gates_option,
    lang_option,
    load,
    now_option,
    pair,
    policy_from_option,
    reports_option,
    subject_option,
)
from qualitygate.cli.problems import show_problem
from qualitygate.errors import ConfigError, Problem
from qualitygate.exits import MET, of_verdict
from qualitygate.extension import Style
from qualitygate.gathering import ignore
from qualitygate.git import browsed, subject
from qualitygate.language import chosen, speaking
from qualitygate.model.verdict import FailOn
from qualitygate.outputs import refuse_collisions, target, wants_names, write_all

_PATIENCE = 1.0


@click.command()
@config_options
@policy_from_option
@gates_option()
@baseline_option
@base_option
@click.option(
    "--format",
    "-f",
    "format_name",
    default="text",
    metavar="FORMAT",
    help="What to print: text, json, markdown, github, sarif, junit, html, badge, svg.",
)
@click.option(
    "--output",
    "-o",
    "outputs",
    multiple=True,
    metavar="FORMAT=PATH",
    help="Also write this format to a file; repeatable. snapshot=PATH is what --baseline reads.",
)
@subject_option
@now_option
@reports_option
@fail_on_option
@click.option("--verbose", "-v", is_flag=True, help="Every result and every finding.")
@lang_option
@click.option("--exit-zero", is_flag=True, help="Exit 0 whatever the verdict, for reporting: --fail-on never.")
def check(
    config_path: str | None,
    base_dir: str | None,
    policy_from: str | None,
    gate_names: Sequence[str],
    baseline: str | None,
    base: Sequence[str],
    format_name: str,
    outputs: Sequence[str],
    subjects: Sequence[str],
    now: datetime,
    reports: Sequence[str],
    fail_on: FailOn,
    verbose: bool,
    lang: str | None,
    exit_zero: bool,
) -> int:
    """Measure the declared evidence and judge it by the policy's gates."""
    targets = [target(output, "--output") for output in outputs]
    registry.reporter(format_name)
    config = load(config_path, base_dir, policy_from, reports)
    spoken = chosen(lang, os.environ, config.lang)
    inputs = filter(None, [config_path or find(None), baseline])
    refuse_collisions(targets, config, inputs)
    about = dict(pair(each) for each in subjects) or subject(config.base_dir, os.environ)
    with _Progress() as told:
        run = pipeline.check(
            config,
            now=now,
            subject=about,
            gates=gate_names,
            baseline=baseline,
            base=base,
            keep_names=wants_names(targets),
            on_read=told,
        )
    for warning in run.warnings:
        show_problem("warning", warning)
    with speaking(spoken):
        doubts = {each.waiver: each.told for each in doubting(config, run, policy_from)}
    style = Style(verbose=verbose, lang=spoken, files=browsed(config.base_dir, os.environ), doubts=doubts)
    _print(registry.render(format_name, run.verdict, replace(style, color=_color())))
    write_all(run, targets, style)
    return of_verdict(run.verdict, FailOn.NEVER if exit_zero else fail_on)


@click.command()
@config_options
@policy_from_option
@gates_option("Only the metrics of this gate; repeatable.")
@baseline_option
@base_option
@format_option("text", "json")
@now_option
def measure(
    config_path: str | None,
    base_dir: str | None,
    policy_from: str | None,
    gate_names: Sequence[str],
    baseline: str | None,
    base: Sequence[str],
    format_name: str,
    now: datetime,
) -> int:
    """Show every measurement the gates could use, without judging."""
    from qualitygate.cli.measurements import as_json, as_text  # noqa: PLC0415

    config = load(config_path, base_dir, policy_from)
    run = pipeline.check(config, now=now, gates=gate_names, baseline=baseline, base=base)
    _print({"text": as_text, "json": as_json}[format_name](run.measurements))
    return MET


class _Progress:
    """Counted text on a terminal, once a run takes longer than a second; silence anywhere else."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.count = 0
        self.shown = False

    def __enter__(self) -> Callable[[str], None]:
        return self.tell if sys.stderr.isatty() else ignore

    def tell(self, _name: str) -> None:
        self.count += 1
        if time.monotonic() - self.started > _PATIENCE:
            self.shown = True
            sys.stderr.write(f"\rreading file {self.count}\x1b[K")
            sys.stderr.flush()

    def __exit__(self, *_: object) -> None:
        if self.shown:
            sys.stderr.write("\r\x1b[K")


def _print(text: str) -> None:
    """Bytes rather than text, so that a terminal's encoding can neither break nor change a report.

    A reader that leaves early (``| head``) does not change the exit code.
    """
    if sys.stdout is None:  # closed by the caller
        return
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise ConfigError([Problem("output", f"standard output cannot be written: {error.strerror}")]) from error


def _color() -> bool:
    if os.environ.get("FORCE_COLOR"):
        return True
    return (
        sys.stdout is not None
        and sys.stdout.isatty()
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") != "dumb"
    )
