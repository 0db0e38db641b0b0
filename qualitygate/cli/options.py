"""Options that several commands share, and what they become."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import click

from qualitygate import pipeline
from qualitygate.cli.problems import show_problem
from qualitygate.codec import instant
from qualitygate.config import Config, find_config
from qualitygate.errors import ConfigError, Problem
from qualitygate.git import default_base
from qualitygate.model.period import Period, named
from qualitygate.model.verdict import FailOn

Command = Callable[..., Any]


def config_options(command: Command) -> Command:
    """``--config`` and ``--base-dir``."""
    command = click.option(
        "--base-dir",
        type=click.Path(exists=True, file_okay=False),
        help="Folder that the policy's paths are relative to; default: the policy's own.",
    )(command)
    return click.option(
        "--config",
        "-c",
        "config_path",
        type=click.Path(),
        help="The policy file; default: qualitygate.yml here or in .github.",
    )(command)


def policy_from_option(command: Command) -> Command:
    """``--policy-from``."""
    return click.option(
        "--policy-from",
        metavar="REF",
        help="Read the policy and its registers as they are at this branch, tag or commit; default: the work tree.",
    )(command)


def reports_option(command: Command) -> Command:
    """``--reports``."""
    return click.option(
        "--reports",
        multiple=True,
        metavar="[NAME=]GLOB",
        help="Other files for the evidence NAME; without a policy, reports to judge by builtin:tests. Repeatable.",
    )(command)


def gates_option(help: str = "Judge this gate only; repeatable. Default: all.") -> Callable[[Command], Command]:
    """``--gate``."""
    return click.option("--gate", "-g", "gate_names", multiple=True, metavar="NAME", help=help)


def baseline_option(command: Command) -> Command:
    """``--baseline``."""
    return click.option(
        "--baseline",
        type=click.Path(exists=True, dir_okay=False),
        help="Snapshot of an earlier run, for metrics that compare.",
    )(command)


def subject_option(command: Command) -> Command:
    """``--subject``."""
    return click.option(
        "--subject",
        "subjects",
        multiple=True,
        metavar="KEY=VALUE",
        help="What is judged (name, ref, commit); default: from CI and git.",
    )(command)


def format_option(*forms: str) -> Callable[[Command], Command]:
    """``--format``, one of these; default: the first."""
    return click.option("--format", "-f", "format_name", type=click.Choice(forms), default=forms[0])


def fail_on_option(command: Command) -> Command:
    """``--fail-on``."""
    return click.option(
        "--fail-on",
        type=click.Choice([each.value for each in FailOn]),
        callback=lambda _context, _parameter, value: FailOn(value),
        default=FailOn.NO_DATA.value,
        help="What counts as not met: no-data (and failures), failure (alone), or never, for advice. Default: no-data.",
    )(command)


def base_option(command: Command) -> Command:
    """``--base``, as the branches to try."""
    return click.option(
        "--base",
        callback=lambda _context, _parameter, value: (value,) if value else default_base(os.environ),
        metavar="REF",
        help="Branch, tag or commit that changed code is compared with; default: what CI says, else origin/HEAD.",
    )(command)


def lang_option(command: Command) -> Command:
    """``--lang``."""
    return click.option(
        "--lang",
        metavar="LANG",
        help="The language of the report: en or zh-CN; default: QUALITYGATE_LANG, then the policy's lang, then en.",
    )(command)


def now_option(command: Command) -> Command:
    """``--now``."""
    return click.option(
        "--now",
        callback=_now,
        metavar="INSTANT",
        help="Judge as of this instant, ISO 8601 with a zone; default: the clock.",
    )(command)


def find(config_path: str | None) -> str | None:
    """The policy file the options name or this folder has; ``None`` where there is neither."""
    try:
        return config_path or find_config("")
    except ConfigError:
        return None


def load(
    config_path: str | None, base_dir: str | None, policy_from: str | None = None, reports: Sequence[str] = ()
) -> Config:
    """The policy the options name, its warnings shown."""
    config = pipeline.load_config(config_path, base_dir=base_dir, ref=policy_from, reports=reports)
    for warning in config.warnings:
        show_problem("warning", warning)
    return config


def pair(text: str) -> tuple[str, str]:
    """The key and the value of what ``--subject`` says."""
    key, separator, value = text.partition("=")
    if not (key and separator and value):
        raise ConfigError([Problem("usage", f"--subject {text} is not of the form KEY=VALUE")])
    return key, value


def period_of(name: str, now: datetime) -> Period:
    """The period that ``--period`` names, by the midnights of ``now``'s zone; one that has not begun is refused."""
    try:
        period = named(name, now)
    except ValueError as error:
        raise ConfigError([Problem("usage", f"--period: {error}")]) from error
    if now < period.start:
        raise ConfigError([Problem("usage", f"--period: {name} has not begun; it begins on {period.start.date()}")])
    return period


def _now(_context: click.Context, _parameter: click.Parameter, value: str | None) -> datetime:
    try:
        return instant(value) if value else datetime.now(UTC)
    except ValueError as error:
        raise click.BadParameter(f"{error}; write it like 2026-11-22T09:00:00Z") from error
