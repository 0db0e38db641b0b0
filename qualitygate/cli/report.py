"""``support report``: the support report of a month, quarter or year, printed, written, or kept in an issue."""

from __future__ import annotations

import os
from datetime import datetime, tzinfo

import click

from qualitygate import outputs, servicereport
from qualitygate.cli.options import config_options, find, load, now_option, period_of
from qualitygate.cli.problems import show
from qualitygate.cli.tickets import promised, read_cases, registers
from qualitygate.config import Config
from qualitygate.errors import CannotUseGitHub, ConfigError, Problem
from qualitygate.exits import MET, REMOTE
from qualitygate.model.period import Period
from qualitygate.support.asides import Reach, reach
from qualitygate.support.report import Basis, ServiceReport
from qualitygate.support.report import report as made


@click.command("report")
@click.option("--timeline", type=click.Path(), help="The tickets: JSON Lines; default: the evidence of the policy.")
@click.option(
    "--period",
    "name",
    default="month",
    metavar="PERIOD",
    help="Like 2026-10, 2026-Q3 or 2026; or month, quarter or year, the last whole one. Default: month.",
)
@click.option("--format", "-f", "format_name", type=click.Choice(list(servicereport.FORMATS)), default="text")
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False), metavar="PATH", help="Write it there, do not print it."
)
@click.option(
    "--publish", type=click.Choice(["issue"]), help="Also keep it in an issue on GitHub, one for each period."
)
@click.option("--repo", "repository", metavar="OWNER/NAME", help="The repository of the issue; default: what CI says.")
@click.option("--api-url", metavar="URL", help="The API of GitHub Enterprise Server; default: what CI says.")
@config_options
@now_option
def report(
    timeline: str | None,
    name: str,
    format_name: str,
    output: str | None,
    publish: str | None,
    repository: str | None,
    api_url: str | None,
    config_path: str | None,
    base_dir: str | None,
    now: datetime,
) -> int:
    """Report how many promises were kept in a period: every late ticket is listed, and what is left out."""
    config = load(config_path, base_dir)
    if output:
        outputs.refuse_collisions([(format_name, output)], config, filter(None, [timeline, find(config_path)]))
    found = _report(config, timeline, period_of(name, now.astimezone(config.policy.zone)), now)
    try:
        text = servicereport.render(format_name, found)
    except ModuleNotFoundError as error:
        way_out = "install it with its extra: qualitygate-ci[report]"
        raise ConfigError([Problem("extra", f"a report in {format_name} needs {error.name}", help=way_out)]) from error
    if output:
        outputs.write(output, [text])
    else:
        click.echo(text, nl=False)
    return _publish(found, repository, api_url) if publish else MET


def _report(config: Config, timeline: str | None, period: Period, now: datetime) -> ServiceReport:
    found = registers(config, timeline, now)
    told = found[0].source.labels.items()
    labels = {key: value for key, value in told if all(each.source.labels.get(key) == value for each in found)}
    basis = Basis(
        name=config.policy.name,
        promise=promised(config),
        conditions=tuple(condition for gate in config.policy.gates for condition in gate.conditions),
        labels=labels,
    )
    sources = (_source(each, period, now, config.policy.zone) for each in map(reach, found))
    return made(read_cases(config, found, now), basis, period, now, sources)


def _source(register: Reach, period: Period, now: datetime, zone: tzinfo) -> str:
    """The name of a register; of one that may not know all of the period also how far it reaches."""
    over = period.end <= now
    short = register.before(period.end) if over else register.told and register.before(now)
    return f"{register.name}, which {register.words(zone)}" if short else register.name


def _publish(found: ServiceReport, repository: str | None, api_url: str | None) -> int:
    """Keep the report in its issue. The exit code is 4 where GitHub refuses it."""
    try:
        from qualitygate.github import publish as deeds  # noqa: PLC0415 - PyGithub costs twenty empty Pythons
        from qualitygate.github.client import Client  # noqa: PLC0415
        from qualitygate.github.environment import access  # noqa: PLC0415
        from qualitygate.servicereport.issue import issue  # noqa: PLC0415
    except ModuleNotFoundError as error:
        way_out = "install it with its extra: qualitygate-ci[github]"
        raise ConfigError([Problem("extra", f"--publish needs {error.name}", help=way_out)]) from error
    repository = repository or os.environ.get("GITHUB_REPOSITORY") or ""
    if repository.count("/") != 1:
        raise ConfigError([Problem("usage", "--repo OWNER/NAME is needed, and nothing else says it")])
    with Client(access(os.environ, api_url)) as client:
        try:
            done = deeds.issue(client, repository, issue(found))
        except CannotUseGitHub as error:
            show(error)
            return REMOTE
        click.echo(f"issue: {done}; {client.spent()}", err=True)
    return MET
