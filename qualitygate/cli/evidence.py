"""``evidence``: pack a verdict with all it was measured from, check such a pack, draw a sample of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime

import click

from qualitygate.cli.options import base_option, config_options, load, now_option, pair
from qualitygate.config import find_config
from qualitygate.errors import ConfigError, Problem
from qualitygate.escaping import line
from qualitygate.exits import MET, NOT_MET
from qualitygate.git import subject
from qualitygate.model.period import Period, named, title
from qualitygate.outputs import refuse_collisions
from qualitygate.wording import number


@click.group()
def evidence() -> None:
    """Keep a verdict with its evidence, so that anybody can check it again."""


@evidence.command("pack")
@config_options
@click.option(
    "--gate", "-g", "gate_names", multiple=True, metavar="NAME", help="Judge this gate only; repeatable. Default: all."
)
@click.option(
    "--baseline",
    type=click.Path(exists=True, dir_okay=False),
    help="Snapshot of an earlier run, for metrics that compare.",
)
@base_option
@click.option(
    "--subject",
    "subjects",
    multiple=True,
    metavar="KEY=VALUE",
    help="What is judged (name, ref, commit); default: from CI and git.",
)
@now_option
@click.option(
    "--period",
    metavar="PERIOD",
    help="Judge as of the end of 2026-10, 2026-Q3 or 2026; or of month, quarter or year, the last whole one.",
)
@click.option("--output", "-o", required=True, type=click.Path(dir_okay=False), metavar="PATH", help="Write it there.")
def pack(
    config_path: str | None,
    base_dir: str | None,
    gate_names: Sequence[str],
    baseline: str | None,
    base: Sequence[str],
    subjects: Sequence[str],
    now: datetime,
    period: str | None,
    output: str,
) -> int:
    """Judge, and write the verdict with everything it was measured from to one file.

    The exit code is 0 for whatever verdict: check is the command that gates.
    """
    from qualitygate.pack.manifest import Asked  # noqa: PLC0415 - zipfile and hashlib cost every other command dear
    from qualitygate.pack.packing import pack as write  # noqa: PLC0415

    path = config_path or find_config("")
    config = load(path, base_dir)
    refuse_collisions([("pack", output)], config, filter(None, [path, baseline]))
    local = now.astimezone(config.policy.zone)
    about = dict(pair(each) for each in subjects) or subject(config.base_dir, os.environ)
    until = None if period is None else _ended(period, local)
    asked = Asked(
        policy=path,
        now=until.end if until else now,
        subject=about,
        gates=tuple(gate_names),
        baseline=baseline,
        period=title(until) if until else None,
    )
    made = write(path, asked, to=output, base_dir=base_dir, base=tuple(base))
    click.echo(f"{line(output)}: {number('files', len(made.manifest.files) + 1)}, {_outcome(made.manifest.outcome)}")
    for what, why in made.manifest.not_recomputable:
        click.echo(f"taken as told: {line(what)}: {line(why)}")
    return MET


@evidence.command()
@click.argument("path", type=click.Path(), metavar="PACK")
def verify(path: str) -> int:
    """Check every hash of PACK, reach its verdict again, and say what differs; exits 1 where something does.

    Nothing is extracted, written, or asked of git or the network.
    """
    from qualitygate.pack.verifying import verify as verified  # noqa: PLC0415

    found = verified(path)
    for each in found.differences:
        click.echo(f"DIFFERS  {line(each.what)} {line(each.why)}")
    for what, why in found.manifest.not_recomputable:
        click.echo(f"taken as told: {line(what)}: {line(why)}")
    if found.differences:
        click.echo(f"{number('differences', len(found.differences))}: this pack is not what was packed")
        return NOT_MET
    told = f"{number('files', len(found.manifest.files))} as they were packed, verdict reached again"
    click.echo(f"{told}: {_outcome(found.manifest.outcome)} as of {found.manifest.asked.now.isoformat()}")
    return MET


@evidence.command()
@click.argument("path", type=click.Path(), metavar="PACK")
@click.option("--seed", required=True, metavar="TEXT", help="Whoever gives the same draws the same.")
@click.option("--count", type=click.IntRange(min=1), default=25, metavar="NUMBER", help="How many. Default: 25.")
def sample(path: str, seed: str, count: int) -> int:
    """Draw an audit sample of the inputs in PACK; exits 1 where one of them is not as it was packed."""
    from qualitygate.pack.sampling import sample as drawn  # noqa: PLC0415

    found = drawn(path, seed, count)
    for each in found:
        click.echo(f"{each.file.sha256}  {line(each.path)}" + ("" if each.whole else "  DIFFERS"))
    return MET if all(each.whole for each in found) else NOT_MET


def _outcome(name: str) -> str:
    return f"verdict {line(name.replace('_', ' ').upper())}"


def _ended(name: str, now: datetime) -> Period:
    try:
        period = named(name, now)
    except ValueError as error:
        raise ConfigError([Problem("usage", f"--period: {error}")]) from error
    if period.end > now:
        message = f"--period: {name} ends on {period.end.date()}, and nobody knows yet how"
        raise ConfigError([Problem("usage", message, help="pack what holds today: leave --period out")])
    return period
