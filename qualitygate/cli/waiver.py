"""``waiver``: list the exceptions on record, and find those that are spent or idle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import click

from qualitygate import pipeline
from qualitygate.cli.options import config_options, load, now_option
from qualitygate.config import Config
from qualitygate.escaping import line
from qualitygate.exits import MET, NO_DATA, NOT_MET
from qualitygate.model.policy import Waiver
from qualitygate.model.verdict import Verdict
from qualitygate.wording import lifetime, number

LONGEST_DAYS = 90
"""A waiver that lasts longer is no exception but a rule; lint says so."""


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
        state = lifetime(each.created, each.expires, today, live=each.live(today))
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
@now_option
def lint(config_path: str | None, base_dir: str | None, now: datetime) -> int:
    """Find waivers that are expired, last too long, or that no result needs; exits 1 where there is one."""
    config = load(config_path, base_dir)
    verdict = pipeline.check(config, now=now).verdict
    if verdict.examined_nothing:
        click.echo("nothing was examined, so nobody can say which waivers are needed: run it where the evidence is")
        return NO_DATA
    found = list(_spent(config, verdict))
    for text in found:
        click.echo(line(text))
    click.echo(f"{len(found)} of {number('waivers', len(config.policy.waivers))} to attend to")
    return NOT_MET if found else MET


def _spent(config: Config, verdict: Verdict) -> Iterator[str]:
    today = verdict.at.date()
    used = {result.waiver.id for gate in verdict.gates for result in gate.conditions if result.waiver}
    for each in config.policy.waivers:
        yield from (f"{each.id}: {reason}" for reason in _reasons(each, today, used=each.id in used))


def _reasons(each: Waiver, today: date, *, used: bool) -> Iterator[str]:
    if each.expires < today:
        yield f"expired on {each.expires}; renew it or take it out"
    if (each.expires - each.created).days > LONGEST_DAYS:
        yield f"lasts {(each.expires - each.created).days} days, more than {LONGEST_DAYS}"
    if each.live(today) and not used:
        yield "excuses nothing now; take it out"
