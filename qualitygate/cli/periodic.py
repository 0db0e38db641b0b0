"""``report``: how the commitments of the policy stood at the end of a month, quarter or year, for whoever asks."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from functools import partial

import click

from qualitygate import outputs, periodreport
from qualitygate.cli.doubting import doubting
from qualitygate.cli.options import (
    base_option,
    config_options,
    find,
    lang_option,
    load,
    now_option,
    pair,
    period_of,
    subject_option,
)
from qualitygate.errors import ConfigError, Problem
from qualitygate.exits import MET
from qualitygate.git import subject
from qualitygate.language import chosen
from qualitygate.periodreport.making import made


@click.command()
@click.option(
    "--period",
    "name",
    default="quarter",
    metavar="PERIOD",
    help="Like 2026-Q3, 2026-10 or 2026; or quarter, month, year, the last whole one. Default: quarter.",
)
@click.option("--format", "-f", "format_name", type=click.Choice(list(periodreport.FORMATS)), default="markdown")
@click.option(
    "--output",
    "-o",
    "output",
    multiple=True,
    metavar="FORMAT=PATH",
    help="Also write this format to a file; repeatable.",
)
@subject_option
@config_options
@base_option
@now_option
@lang_option
def report(
    name: str,
    format_name: str,
    output: Sequence[str],
    subjects: Sequence[str],
    config_path: str | None,
    base_dir: str | None,
    base: Sequence[str],
    now: datetime,
    lang: str | None,
) -> int:
    """Report how the commitments of the policy stood in a period: each clause with its numbers, evidence and trend.

    The exit code is 0 for whatever the report says: check is the command that gates.
    """
    targets = [outputs.target(each, "--output", periodreport.known) for each in output]
    config = load(config_path, base_dir)
    spoken = chosen(lang, os.environ, config.lang)
    outputs.refuse_collisions(targets, config, filter(None, [find(config_path)]))
    about = dict(pair(each) for each in subjects) or subject(config.base_dir, os.environ)
    period = period_of(name, now.astimezone(config.policy.zone))
    found = made(config, period, now=now, subject=about, base=base, doubts=partial(doubting, config))
    try:
        told = {each: periodreport.render(each, found, spoken) for each in {format_name, *dict(targets)}}
    except ModuleNotFoundError as error:
        way_out = "install it with its extra: qualitygate-ci[report]"
        raise ConfigError([Problem("extra", f"a report with plots needs {error.name}", help=way_out)]) from error
    click.echo(told[format_name].encode("utf-8", "backslashreplace"), nl=False)
    for form, path in targets:
        outputs.write(path, [told[form]])
    return MET
