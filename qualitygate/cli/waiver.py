"""``waiver``: list the exceptions on record, and find those that need attention."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import click

from qualitygate import pipeline
from qualitygate.cli.options import config_options, format_option, load, now_option
from qualitygate.cli.verdicts import read
from qualitygate.escaping import line
from qualitygate.exits import MET, NO_DATA, NOT_MET
from qualitygate.wording import lifetime


@click.group()
def waiver() -> None:
    """Look after the waivers."""


@waiver.command("list")
@config_options
@now_option
def list_(config_path: str | None, base_dir: str | None, now: datetime) -> int:
    """List every waiver and quarantined test with its state today."""
    config = load(config_path, base_dir)
    today = now.astimezone(config.policy.zone).date()
    for each in config.policy.waivers:
        state = lifetime(each.created, each.expires, today, live=config.policy.excuses(each, today))
        what = f"{line(each.id)}  {state}  {line(each.gate)}/{line(each.metric)}"
        click.echo(f"{what}  approved by {line(each.approved_by)}: {line(each.reason)}")
    for record in config.policy.quarantine:
        state = lifetime(record.added, record.expires, today, live=record.live(today))
        what = f"quarantine  {state}  {line(record.test)}"
        click.echo(f"{what}  owner {line(record.owner)}, {line(record.issue)}: {line(record.reason)}")
    if not config.policy.waivers and not config.policy.quarantine:
        click.echo("no waivers and no quarantined tests")
    return MET


@waiver.command()
@config_options
@click.option(
    "--verdict",
    "verdict_paths",
    multiple=True,
    type=click.Path(),
    metavar="PATH",
    help="JSON of an earlier check that tells which waivers are needed; repeatable. Default: judge now.",
)
@format_option("text", "json")
@now_option
def lint(
    config_path: str | None, base_dir: str | None, verdict_paths: Sequence[str], format_name: str, now: datetime
) -> int:
    """Find waivers that git does not show to be approved, that are spent, last too long, aim at nothing or are idle.

    Exits 1 where there is one, else 3 where nobody can tell: without evidence, outside git, in a shallow clone.
    """
    from qualitygate.waivers.approvals import approvals  # noqa: PLC0415 - the list of waivers asks nothing of git
    from qualitygate.waivers.looking import looked_after  # noqa: PLC0415
    from qualitygate.waivers.telling import FORMATS  # noqa: PLC0415

    config = load(config_path, base_dir)
    verdicts = [read(path) for path in verdict_paths]
    run = pipeline.check(config, now=now)
    found = looked_after(config, run.evidence, verdicts or [run.verdict], now, approvals)
    click.echo(FORMATS[format_name](found).encode("utf-8", "backslashreplace"), nl=False)
    said = [finding.certain for each in found for finding in each.findings]
    return NOT_MET if any(said) else NO_DATA if said else MET
